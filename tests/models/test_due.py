"""Who is due, when, and why in one sentence."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models import due, mutes, roster, settings, visits
from desktop.models.care_tags import kind_uid
from desktop.models.due_rules import Rule, birthday_80, window_end
from desktop.models.store import Store
from desktop.models.visits import NewVisit
from tests.build import a_building, a_household, first_resident
from tests.conftest import SteadyClock

ON = date(2026, 6, 15)


def a_visit(store: Store, home: str, day: str, outcome: str = "met", **more: Any) -> str:
    visit = NewVisit(household=home, outcome=outcome, happened_on=date.fromisoformat(day), **more)
    return visits.record(store, visit)


def the_due(store: Store, home: str, on: date = ON) -> due.Due:
    found = due.due_of(store, home, on)
    assert found is not None
    return found


def set_kind(store: Store, code: str, **values: Any) -> None:
    with store.change("关爱标签") as change:
        change.set("tag_kinds", kind_uid(code), **values)


def test_the_sentence_says_tag_interval_last_visit_and_date(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, "2026-05-01")
    found = the_due(store, home)
    assert found.reason == "独居老人，每30天走访一次；上次见面2026-05-01，应于2026-05-31前走访"
    assert (found.due, found.overdue_days, found.last_on) == (date(2026, 5, 31), 15, "2026-05-01")
    assert (found.head, found.door, found.tags) == (
        "王小明",
        "瑞景公园3栋2单元501",
        ("elder_alone",),
    )


def test_a_fresh_roster_is_due_the_day_it_was_entered(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["minimum_living"])
    found = the_due(store, home)
    assert found.due == ON
    assert found.reason == "低保，每30天走访一次；从未走访，应于2026-06-15前走访"
    assert the_due(store, home, ON + timedelta(days=9)).overdue_days == 9
    assert the_due(store, a_household(store, room="601"), ON).due == ON


def test_a_wrong_clock_at_entry_does_not_hide_a_door(
    store: Store, steady_clock: SteadyClock
) -> None:
    steady_clock.at = datetime(2099, 1, 1, 8, 0)
    home = a_household(store)
    steady_clock.at = datetime(2026, 6, 15, 8, 0)
    assert [line.household for line in due.due_list(store, ON)] == [home]


@pytest.mark.parametrize(
    ("person", "tags", "days", "words"),
    [
        ({"birth": "1946-06-15"}, ["elder_alone"], 7, "80岁以上独居老人"),
        ({"birth": "1946-06-16"}, ["elder_alone"], 30, "独居老人"),
        ({"birth": "1946"}, ["elder_alone"], 7, "80岁以上独居老人"),
        ({"birth": "1947"}, ["elder_alone"], 30, "独居老人"),
        ({}, ["elder_alone", "age_80"], 7, "80岁以上独居老人"),
        ({}, ["elder_alone", "disabled_elder"], 7, "失能独居老人"),
        ({"birth": "1940-01-01"}, ["empty_nest"], 30, "空巢"),
        ({}, ["disability", "minimum_living"], 30, "低保"),
        ({}, ["veteran"], 90, "退役军人"),
        ({}, ["maternity"], 365, "普通住户"),
        ({}, [], 365, "普通住户"),
    ],
)
def test_the_shortest_interval_of_a_household_counts(
    store: Store, person: dict[str, str], tags: list[str], days: int, words: str
) -> None:
    home = a_household(store, people=[{"name": "林阿婆", **person}], tags=tags)
    a_visit(store, home, "2026-06-14")
    found = the_due(store, home)
    assert found.due == date(2026, 6, 14) + timedelta(days=days)
    assert found.reason.startswith(f"{words}，每{days}天")


@pytest.mark.parametrize(
    ("fields", "days", "words"),
    [
        ({"type_of_use": "rented"}, 90, "出租户"),
        ({"residency_state": "migrant"}, 90, "流动人口户"),
        ({"residency_state": "registered_only"}, 365, "空挂户"),
        ({"type_of_use": "vacant"}, 365, "空置房"),
    ],
)
def test_the_kind_of_door_sets_the_interval(
    store: Store, fields: dict[str, str], days: int, words: str
) -> None:
    home = a_household(store, people=["王小明"], **fields)
    a_visit(store, home, "2026-06-14")
    found = the_due(store, home)
    assert found.due == date(2026, 6, 14) + timedelta(days=days)
    assert found.reason.startswith(words)


def test_registered_only_is_phoned_and_vacant_is_looked_at(store: Store) -> None:
    paper = a_household(store, room="301", residency_state="registered_only")
    empty = a_household(store, room="302", type_of_use="vacant")
    assert due.due_list(store, ON) == []  # no hurry with either
    assert "电话联系" in the_due(store, paper).reason
    assert the_due(store, paper).phone_ok
    assert the_due(store, empty).due == date(2027, 6, 15)
    assert not the_due(store, empty).phone_ok
    a_visit(store, empty, "2026-06-10", "vacant")
    found = the_due(store, empty)
    assert (
        found.reason == "空置房，每365天外部查看一次；上次查看2026-06-10，应于2027-06-10前外部查看"
    )


def test_a_shop_is_nobody_s_duty_unless_somebody_tagged_lives_there(store: Store) -> None:
    shop = a_household(store, room="101", type_of_use="commercial")
    assert due.due_of(store, shop, ON) is None
    home = a_household(store, "3", "2", "102", people=["王小明"], tags=["elder_alone"],
                       type_of_use="commercial")  # fmt: skip
    assert the_due(store, home).due == ON


def test_ended_and_future_tags_and_people_who_left_do_not_count(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, "2026-06-01")
    tag = store.value("SELECT uid FROM live_care_tags")
    roster.set_field(store, tag, "until", "2026-06-10")
    assert the_due(store, home).due == date(2027, 6, 1)
    assert the_due(store, home, date(2026, 6, 9)).due == date(2026, 7, 1)
    roster.set_field(store, tag, "until", None)
    roster.set_field(store, tag, "since", "2026-06-20")
    assert the_due(store, home).due == date(2027, 6, 1)
    roster.set_field(store, tag, "since", "2020-01-01")
    roster.set_field(store, first_resident(store, home), "status", "已迁出")
    assert the_due(store, home).due == date(2027, 6, 1)


def test_a_new_tag_asks_for_a_visit_from_its_first_day_not_from_the_past(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"], since="2026-06-10")
    a_visit(store, home, "2025-12-01")
    found = the_due(store, home)
    assert (found.due, found.overdue_days) == (date(2026, 6, 10), 5)
    assert "上次见面2025-12-01，2026-06-10列入，应于2026-06-10前走访" in found.reason


def test_the_office_can_change_intervals_and_switch_tags_off(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["veteran"])
    a_visit(store, home, "2026-06-01")
    set_kind(store, "veteran", interval_days=10)
    assert the_due(store, home).due == date(2026, 6, 11)
    set_kind(store, "veteran", active=0)
    assert the_due(store, home).due == date(2027, 6, 1)
    with store.change("设置") as change:
        settings.put(change, store, "interval_ordinary", 180)
    assert the_due(store, home).due == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("window", "last", "wanted"),
    [
        ("week", "2026-06-14", "2026-06-21"),  # Sunday → the next Sunday
        ("week", "2026-06-15", "2026-06-28"),
        ("month", "2026-01-31", "2026-02-28"),
        ("month", "2024-01-05", "2024-02-29"),  # leap day
        ("month", "2025-12-31", "2026-01-31"),
        ("quarter", "2026-03-31", "2026-06-30"),
        ("quarter", "2025-11-01", "2026-03-31"),
        ("year", "2025-01-01", "2026-12-31"),
        ("rolling", "2024-02-29", "2024-03-30"),
    ],
)
def test_a_calendar_window_is_due_at_its_end(window: str, last: str, wanted: str) -> None:
    rule = Rule("独居老人", 30, window)
    assert rule.due_after(date.fromisoformat(last)) == date.fromisoformat(wanted)


def test_a_calendar_window_says_so(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    set_kind(store, "elder_alone", window="month")
    a_visit(store, home, "2026-04-10")
    found = the_due(store, home)
    assert found.reason == "独居老人，每月走访一次；上次见面2026-04-10，应于2026-05-31前走访"


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["week", "month", "quarter", "year"]),
)
def test_each_day_lies_in_one_window_and_the_next_begins_the_day_after(
    day: date, window: str
) -> None:
    end = window_end(day, window)
    assert day <= end
    assert window_end(end, window) == end
    following = window_end(end + timedelta(days=1), window)
    assert following > end
    assert Rule("", 30, window).due_after(day) == following


def test_who_was_born_on_29_february_turns_80() -> None:
    assert birthday_80("1944-02-29") == "2024-02-29"
    assert birthday_80("1948-02-29") == "2028-02-29"
    assert birthday_80("2020-02-29") == "2100-03-01"
    assert birthday_80("1946-05") == "2026-05-01"
    assert birthday_80("1946") == "2026-01-01"
    assert birthday_80(None) == ""


def test_a_knock_in_vain_keeps_the_door_open_and_names_another_hour(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, "2026-05-01")
    a_visit(store, home, "2026-06-02", "not_home", started="10:00")  # a Tuesday morning
    found = the_due(store, home)
    assert (found.due, found.retry, found.knocks) == (date(2026, 5, 31), True, 1)
    assert found.last_on == "2026-05-01"
    assert found.reason.endswith("2026-06-02家中无人，请换晚上或周末再去")
    a_visit(store, home, "2026-06-03", "not_home", started="19:30")
    assert the_due(store, home).reason.endswith("2026-06-03家中无人，请换周末再去")
    a_visit(store, home, "2026-06-06", "not_home")
    third = the_due(store, home)
    assert (third.retry, third.phone_ok, third.knocks) == (False, True, 3)
    assert third.reason.endswith("已3次没有见到人，请改用电话或由楼栋长约时间")
    assert [line.household for line in due.due_list(store, ON)] == [home]
    a_visit(store, home, "2026-06-07", "proxy", mode="phone")
    assert the_due(store, home).knocks == 0
    assert "上次联系2026-06-07，应于2026-07-07前走访" in the_due(store, home).reason
    assert due.due_list(store, ON) == []


def test_a_corrected_visit_does_not_count(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    uid = a_visit(store, home, "2026-06-10")
    assert due.due_list(store, ON) == []
    visits.correct(
        store, uid, NewVisit(household=home, outcome="not_home", happened_on=date(2026, 6, 10))
    )
    (line,) = due.due_list(store, ON)
    assert line.retry


def test_an_agreed_date_brings_the_visit_forward_and_never_puts_it_off(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    a_visit(store, home, "2026-06-01", next_on=date(2026, 6, 12))
    found = the_due(store, home)
    assert (found.due, found.overdue_days) == (date(2026, 6, 12), 3)
    assert found.reason.endswith("上次见面2026-06-01，约定2026-06-12再访")
    a_visit(store, home, "2026-06-12", "rebooked", next_on=date(2026, 6, 18))
    assert the_due(store, home).due == date(2026, 6, 18)
    elder = a_household(store, room="601", people=["林阿婆"], tags=["elder_alone"])
    a_visit(store, elder, "2026-05-01", next_on=date(2026, 8, 1))
    late = the_due(store, elder)
    assert late.due == date(2026, 5, 31)
    assert "约定2026-08-01再访" in late.reason


def test_a_muted_door_is_left_out_and_may_be_phoned(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, "2026-06-14", "refused")
    assert due.due_list(store, ON) == []
    (line,) = due.due_list(store, ON, muted=True)
    assert (line.muted_until, line.phone_ok, line.retry) == ("2026-07-14", True, False)
    assert line.reason.endswith("2026-06-14拒访，2026-07-14前不上门，可电话联系")
    assert [d.household for d in due.due_list(store, date(2026, 7, 15))] == [home]
    mutes.unmute(store, home)
    assert len(due.due_list(store, ON)) == 1


def test_a_tag_can_insist_on_meeting_in_person(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["child_in_need"])
    set_kind(store, "child_in_need", phone_ok=0)
    a_visit(store, home, "2026-04-01", "met")
    a_visit(store, home, "2026-06-10", "met", mode="phone")
    found = the_due(store, home)
    assert (found.due, found.last_on, found.phone_ok) == (date(2026, 5, 1), "2026-04-01", False)


def test_quiet_hours_are_said(store: Store) -> None:
    home = a_household(store, people=["王小明"], quiet_hours="午休12:00–14:30")
    found = the_due(store, home)
    assert found.quiet_hours == "午休12:00–14:30"
    assert found.reason.endswith("；不上门时段：午休12:00–14:30")


def test_a_tag_dated_by_year_or_in_words_still_counts(store: Store) -> None:
    for since in ("2025", "2025-03", "不详"):
        home = a_household(store, room="601", people=["王小明"], tags=["veteran"], since=since)
        assert the_due(store, home).reason.startswith("退役军人")


def test_a_family_that_moved_stays_on_the_list_with_a_hint(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    a_visit(store, home, "2026-06-10", "moved")
    assert the_due(store, home).reason.endswith("2026-06-10走访得知已搬离，请核对花名册")


def test_the_list_walks_from_the_top_floor_down_one_stair_at_a_time(store: Store) -> None:
    for building, unit, room in (
        ("10", "1", "101"), ("3", "2", "601"), ("3", "1", "201"), ("3", "1", "602"),
        ("3", "1", "601"), ("3", "2", "1001"),
    ):  # fmt: skip
        a_household(store, building, unit, room, people=["王小明"])
    doors = [line.door.removeprefix("瑞景公园") for line in due.due_list(store, ON)]
    assert doors == [
        "3栋1单元601", "3栋1单元602", "3栋1单元201", "3栋2单元1001", "3栋2单元601", "10栋1单元101",
    ]  # fmt: skip
    only = due.due_list(store, ON, building=a_building(store, "10"))
    assert [line.short_door for line in only] == ["1单元101"]


def test_looking_ahead_shows_what_is_not_due_yet(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, "2026-06-01")
    assert due.due_list(store, ON) == []
    (line,) = due.due_list(store, ON, within=16)
    assert (line.due, line.overdue_days) == (date(2026, 7, 1), -16)
    assert due.due_list(store, ON, within=15) == []


def test_a_past_day_is_judged_by_what_had_happened(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, "2026-03-01")
    a_visit(store, home, "2026-06-01")
    assert the_due(store, home, date(2026, 4, 15)).due == date(2026, 3, 31)
