"""The monthly report as a secretary meets it: what counts, what is sealed, what comes late."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from desktop.models import care_tags, items, population, posts, settings, visits
from desktop.models.month import (
    DEFINITIONS,
    INDICATOR_WORDS,
    LaterMonthSealed,
    MonthBeforeOpen,
    MonthReport,
    Ratio,
    month_report,
    names_behind,
    seal_month,
)
from desktop.models.month_outside import outside
from desktop.models.month_period import BadMonth, NotBegun
from desktop.models.store import Store
from tests.build import a_building, a_household, first_resident
from tests.conftest import SteadyClock
from tests.models.sites import World


def a_visit(store: Store, home: str, day: date, outcome: str = "met", **more: Any) -> str:
    return visits.record(
        store, visits.NewVisit(household=home, outcome=outcome, happened_on=day, **more)
    )


def section(report: MonthReport, title: str) -> dict[str, str]:
    """The lines of one part of the report, or nothing when the part is missing."""
    for part in report.sections:
        if part.title == title:
            return {line.label: line.value for line in part.lines}
    return {}


def test_an_empty_office_prints_dashes_and_balances(store: Store) -> None:
    report = month_report(store, "2026-05")
    assert {ratio.rate for ratio in report.indicators.values()} == {"—"}
    assert set(report.counts.values()) == {0}
    assert report.balance_ok
    assert section(report, "需求") == {"需求": "本月无登记"}
    assert section(report, "补报与更正") == {}


def test_an_all_vacant_building_has_nobody_to_visit(store: Store) -> None:
    home = a_household(store, type_of_use="vacant")
    a_visit(store, home, date(2026, 6, 3), "vacant")
    report = month_report(store, "2026-06")
    assert report.indicators["visit_rate"].rate == "—"
    assert report.counts["households"] == 1
    assert report.counts["eligible_households"] == 0


def test_a_registered_only_household_counts_once_it_can_be_reached(store: Store) -> None:
    a_household(store, room="101", residency_state="registered_only")
    a_household(store, room="102", residency_state="registered_only", phone="13900000001")
    reachable = {"name": "李红", "phone": "13900000002"}
    a_household(store, room="103", residency_state="registered_only", people=[reachable])
    assert month_report(store, "2026-06").counts["eligible_households"] == 2


def test_the_month_ends_at_its_last_day_or_today(store: Store, steady_clock: SteadyClock) -> None:
    home = a_household(store, people=["王小明"])
    a_visit(store, home, date(2026, 5, 31))
    assert month_report(store, "2026-05").cut_off == date(2026, 5, 31)
    assert month_report(store, "2026-05").counts["visits"] == 1
    assert month_report(store, "2026-06").counts["visits"] == 0
    assert month_report(store, "2026-06").cut_off == date(2026, 6, 15)
    steady_clock.at = datetime(2028, 3, 10, 9)
    a_visit(store, home, date(2028, 2, 29))
    assert month_report(store, "2028-02").counts["visits"] == 1
    assert month_report(store, "2028-02").cut_off == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["2026-13", "2026-6", "六月", "", "2026-00"])
def test_what_is_no_month_is_refused(store: Store, text: str) -> None:
    with pytest.raises(BadMonth, match="2026-06"):
        month_report(store, text)


def test_a_month_that_has_not_begun_is_refused(store: Store) -> None:
    with pytest.raises(NotBegun, match="还没有开始"):
        month_report(store, "2026-07")


def test_a_corrected_visit_counts_as_corrected(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    wrong = a_visit(store, home, date(2026, 6, 3))
    a_visit(store, home, date(2026, 6, 3), "not_home", corrects=wrong)
    report = month_report(store, "2026-06")
    assert report.counts["visits"] == 1
    assert report.indicators["visit_rate"] == Ratio(0, 1)
    assert report.indicators["not_home_share"] == Ratio(1, 1)


def test_visits_of_merged_households_belong_to_the_one_that_stays(store: Store) -> None:
    home, twin = a_household(store, room="501"), a_household(store, room="502")
    a_visit(store, twin, date(2026, 6, 3))
    with store.change("合并") as change:
        change.alias("households", twin, home)
    report = month_report(store, "2026-06")
    assert report.indicators["visit_rate"] == Ratio(1, 1)
    assert report.counts["visited_households"] == 1


@pytest.mark.parametrize(
    ("since", "until", "counted"),
    [
        ("2026-05-23", None, 1),
        ("2026-05-24", None, 1),  # 7 days before the 31st: just old enough
        ("2026-05-25", None, 0),  # inside the last seven days
        (None, "2026-05-31", 1),
        (None, "2026-05-30", 0),
    ],
)
def test_a_tag_counts_when_old_enough_and_in_force(
    store: Store, since: str | None, until: str | None, counted: int
) -> None:
    home = a_household(store, people=["王小明"])
    with store.change("标签") as change:
        change.create(
            "care_tags", resident=first_resident(store, home), tag="elder_alone", since=since,
            until=until,
        )  # fmt: skip
    report = month_report(store, "2026-05")
    assert report.indicators["contact_rate.elder_alone"] == Ratio(0, counted)


def test_who_moved_out_after_the_month_still_lived_there_in_it(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    with store.change("迁出") as change:
        gone = {"name": "李红", "status": "moved_out", "status_on": "2026-06-02"}
        change.create("residents", household=home, **gone)
    assert month_report(store, "2026-05").counts["residents"] == 2
    assert month_report(store, "2026-06").counts["residents"] == 1


def test_a_tag_kind_out_of_use_is_not_reported(store: Store) -> None:
    with store.change("停用") as change:
        change.set("tag_kinds", care_tags.kind_uid("veteran"), active=False)
    assert "contact_rate.veteran" not in month_report(store, "2026-06").indicators


def test_a_building_without_a_serving_chief_shows(store: Store) -> None:
    a_building(store, "3")
    building = a_building(store, "5")
    posts.set_post(
        store, "building_chief", "building", building, "陈小红", term_from=date(2026, 6, 1)
    )
    assert month_report(store, "2026-06").indicators["building_chief_rate"] == Ratio(1, 2)
    assert month_report(store, "2026-05").indicators["building_chief_rate"] == Ratio(0, 2)


def test_a_refusal_keeps_the_household_out_of_what_was_due(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, date(2026, 5, 5))  # the next is due on 4 June
    assert month_report(store, "2026-06").indicators["on_time_visit_rate"] == Ratio(0, 1)
    a_visit(store, home, date(2026, 5, 5), "refused", started="20:00")
    assert month_report(store, "2026-06").indicators["on_time_visit_rate"] == Ratio(0, 1)
    a_visit(store, home, date(2026, 5, 6), "refused")  # until 5 June
    assert month_report(store, "2026-06").indicators["on_time_visit_rate"] == Ratio(0, 0)


def test_a_mute_by_hand_keeps_it_out_until_its_end(store: Store) -> None:
    home = a_household(
        store, people=["王小明"], tags=["elder_alone"], mute_until="2026-06-03", mute_reason="住院"
    )
    a_visit(store, home, date(2026, 5, 4), mode="phone")  # due on 3 June
    assert month_report(store, "2026-06").indicators["on_time_visit_rate"] == Ratio(0, 0)
    with store.change("修改") as change:
        change.set("households", home, mute_until="2026-06-02")
    assert month_report(store, "2026-06").indicators["on_time_visit_rate"] == Ratio(0, 1)


def test_proxies_count_as_entering_only_if_the_office_says_so(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    a_visit(store, home, date(2026, 6, 3), "proxy")
    assert month_report(store, "2026-06").indicators["door_entry_rate"] == Ratio(0, 1)
    with store.change("设置") as change:
        settings.put(change, store, "in_person_counts_proxy", True)
    assert month_report(store, "2026-06").indicators["door_entry_rate"] == Ratio(1, 1)


def test_a_resource_has_books_of_its_own_and_is_no_unfinished_business(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    a_visit(store, home, date(2026, 6, 3), needs=("修灯",), resources=("会修锁",))
    report = month_report(store, "2026-06")
    assert (report.counts["registered"], report.counts["resource.registered"]) == (1, 1)
    assert section(report, "资源")["资源本月在册"] == "1件"


# ---- sealing --------------------------------------------------------------------------------


@pytest.fixture
def sealed_may(store: Store, steady_clock: SteadyClock) -> tuple[str, str, MonthReport]:
    """Two open needs of May, one visit; May is sealed on 5 June. Returns home, a need, report."""
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    steady_clock.at = datetime(2026, 5, 20, 9)
    a_visit(store, home, date(2026, 5, 10), needs=("修灯",))
    need = items.register(store, "need", "换锁", household=home, on=date(2026, 5, 12))
    steady_clock.at = datetime(2026, 6, 5, 9)
    report = seal_month(store, "2026-05")
    steady_clock.at = datetime(2026, 6, 15, 9)
    return home, need, report


def test_a_sealed_month_reprints_identically_whatever_happens_later(
    store: Store, sealed_may: tuple[str, str, MonthReport]
) -> None:
    home, need, report = sealed_may
    assert report.sealed
    assert report.sealed_on == "2026-06-05"
    a_visit(store, home, date(2026, 5, 28))
    with store.change("改") as change:
        change.set("households", home, type_of_use="vacant")
        change.delete("items", need)
        change.delete("visits", str(store.value("SELECT min(uid) FROM live_visits")))
    assert month_report(store, "2026-05") == report


def test_late_news_of_a_sealed_month_appears_in_the_next_one(
    store: Store, sealed_may: tuple[str, str, MonthReport]
) -> None:
    home, need, _ = sealed_may
    a_visit(store, home, date(2026, 5, 28))
    a_visit(store, home, date(2026, 5, 29), "not_home")
    items.register(store, "need", "装扶手", household=home, on=date(2026, 5, 30))
    items.step(store, need, "solved_on_site", result="已换", on=date(2026, 5, 30), by="陈小红")
    population.record_event(
        store, "moved_in", resident=first_resident(store, home), happened_on=date(2026, 5, 30)
    )
    report = month_report(store, "2026-06")
    late = section(report, "补报与更正")
    assert late["补报：2026年5月走访"] == "2次，其中有效1次"
    assert late["补报：2026年5月登记的需求"] == "1件"
    assert late["补报：2026年5月办结的需求"] == "1件"
    assert late["补报：2026年5月迁入"] == "1人"
    assert late["更正：2026年5月走访次数"] == "封账时1，现为3"
    counts = report.counts
    assert counts["visits"] == 0  # none of them happened in June
    books = [counts[key] for key in ("carried_over", "registered", "closed", "open")]
    assert books == [2, 1, 1, 2]
    assert report.balance_ok
    assert [one.text.split()[0] for one in names_behind(store, "2026-06", "late_visits")] == [
        "2026-05-28",
        "2026-05-29",
    ]


def test_a_deleted_item_leaves_the_books_as_a_correction(
    store: Store, sealed_may: tuple[str, str, MonthReport]
) -> None:
    _, need, report = sealed_may
    with store.change("删除") as change:
        change.delete("items", need)
    june = month_report(store, "2026-06")
    assert june.counts["carried_over"] == report.counts["open"] == 2
    assert (june.counts["closed"], june.counts["open"]) == (1, 1)
    assert june.indicators["cumulative_closure_rate"] == Ratio(0, 1)
    assert section(june, "补报与更正")["更正：需求核减（封账后删除、合并或改列）"] == "1件"
    assert june.balance_ok


def test_a_corrected_visit_of_a_sealed_month_is_named_a_correction(
    store: Store, sealed_may: tuple[str, str, MonthReport]
) -> None:
    home, _, _ = sealed_may
    old = str(store.value("SELECT uid FROM live_visits"))
    a_visit(store, home, date(2026, 5, 10), "not_home", corrects=old)
    late = section(month_report(store, "2026-06"), "补报与更正")
    assert late == {"更正：2026年5月走访": "1次，其中有效0次"}


def test_a_visit_deleted_after_the_sealing_is_told(
    store: Store, sealed_may: tuple[str, str, MonthReport]
) -> None:
    assert sealed_may[2].counts["visits"] == 1
    with store.change("删除") as change:
        change.delete("visits", str(store.value("SELECT uid FROM live_visits")))
        for (uid,) in store.rows("SELECT uid FROM live_items"):
            change.delete("items", uid)
    late = section(month_report(store, "2026-06"), "补报与更正")
    assert late["更正：2026年5月走访次数"] == "封账时1，现为0"
    assert late["更正：需求核减（封账后删除、合并或改列）"] == "2件"


def test_two_pcs_that_sealed_apart_agree_on_one_seal_and_on_what_is_late(
    steady_clock: SteadyClock,
) -> None:
    world = World.of(2)
    one, two = world.stores
    with one.change("建立") as change:
        change.create_many("tag_kinds", care_tags.DEFAULT_TAG_KINDS)
        change.create("users", uid=one.user or None, name="林书记")
        home = change.create("households", room="501", door_raw="501")
    world.settle()
    for store, outcome in ((one, "met"), (two, "not_home")):
        a_visit(store, home, date(2026, 5, 10), outcome, walkers=("林书记",))
        seal_month(store, "2026-05")
    steady_clock.at = datetime(2026, 6, 16, 9)
    world.settle()
    assert month_report(one, "2026-05") == month_report(two, "2026-05")
    assert month_report(one, "2026-05").counts["visits"] == 1
    assert month_report(one, "2026-06") == month_report(two, "2026-06")
    assert month_report(one, "2026-06").counts["late_visits"] == 1


def test_late_news_is_told_once(
    store: Store, sealed_may: tuple[str, str, MonthReport], steady_clock: SteadyClock
) -> None:
    home, _, _ = sealed_may
    a_visit(store, home, date(2026, 5, 28))
    steady_clock.at = datetime(2026, 7, 3, 9)
    june = seal_month(store, "2026-06")
    assert june.counts["late_visits"] == 1
    july = month_report(store, "2026-07")
    assert july.counts["late_visits"] == 0
    assert july.counts["carried_over"] == june.counts["open"]


def test_a_month_sealed_before_its_end_leaves_the_rest_to_the_next(
    store: Store, steady_clock: SteadyClock
) -> None:
    home = a_household(store, people=["王小明"])
    seal_month(store, "2026-06")  # on the 15th
    steady_clock.at = datetime(2026, 7, 3, 9)
    a_visit(store, home, date(2026, 6, 20), needs=("修灯",))
    report = month_report(store, "2026-07")
    assert (report.counts["late_visits"], report.counts["late_registered"]) == (1, 1)
    assert report.counts["open"] == 1
    assert report.balance_ok


def test_sealing_twice_changes_nothing(
    store: Store, sealed_may: tuple[str, str, MonthReport]
) -> None:
    assert seal_month(store, "2026-05") == sealed_may[2]
    assert store.value("SELECT count(*) FROM seals") == 1


@pytest.mark.usefixtures("sealed_may")
def test_months_are_sealed_in_order(store: Store, steady_clock: SteadyClock) -> None:
    with pytest.raises(LaterMonthSealed, match="2026年5月已经封账"):
        seal_month(store, "2026-04")
    steady_clock.at = datetime(2026, 7, 3, 9)
    with pytest.raises(MonthBeforeOpen, match="请先封2026年6月"):
        seal_month(store, "2026-07")


def test_the_names_of_a_sealed_number_do_not_grow(
    store: Store, sealed_may: tuple[str, str, MonthReport]
) -> None:
    home, _, report = sealed_may
    a_visit(store, home, date(2026, 5, 28))
    a_household(store, room="601", people=["李红"])
    assert len(names_behind(store, "2026-05", "visits")) == report.counts["visits"] == 1
    assert len(names_behind(store, "2026-05", "households")) == 1
    assert len(names_behind(store, "2026-06", "households")) == 2


@pytest.mark.usefixtures("sealed_may")
def test_the_change_from_the_month_before_is_printed(
    store: Store, steady_clock: SteadyClock
) -> None:
    steady_clock.at = datetime(2026, 7, 1, 9)
    lines = section(month_report(store, "2026-06"), "环比、问题、下月重点")
    assert lines["走访率环比"] == "-100.00个百分点（2026年5月100.00%）"
    assert lines["走访次数环比"] == "-1（2026年5月1）"
    assert lines["同比"] == "没有可比月份的数据"


def test_a_running_month_is_compared_with_as_many_days_of_the_others(
    store: Store, steady_clock: SteadyClock
) -> None:
    home = a_household(store, people=["王小明"])
    for day in (date(2025, 6, 2), date(2026, 5, 14), date(2026, 5, 16), date(2026, 6, 14)):
        a_visit(store, home, day)
    a_visit(store, home, date(2026, 5, 31), needs=("修灯",))
    report = month_report(store, "2026-06")  # on the 15th
    lines = section(report, "环比、问题、下月重点")
    assert lines["走访次数环比"] == "+0（2026年5月1日至15日1）"
    assert lines["走访次数同比"] == "+0（2025年6月1日至15日1）"
    assert lines["本月新增环比"] == "+0（2026年5月1日至15日0）"
    assert any("相同天数" in note for note in report.notes)
    steady_clock.at = datetime(2026, 7, 1, 9)
    report = month_report(store, "2026-06")
    assert section(report, "环比、问题、下月重点")["走访次数环比"] == "-2（2026年5月3）"
    assert not any("相同天数" in note for note in report.notes)


def test_a_month_sealed_before_its_end_is_compared_whole_once_it_is_over(
    store: Store, steady_clock: SteadyClock
) -> None:
    home = a_household(store, people=["王小明"])
    a_visit(store, home, date(2026, 6, 10))
    seal_month(store, "2026-06")  # on the 15th
    steady_clock.at = datetime(2026, 8, 3, 9)
    a_visit(store, home, date(2026, 6, 20))
    lines = section(month_report(store, "2026-07"), "环比、问题、下月重点")
    assert lines["走访次数环比"] == "-2（2026年6月2）"


def test_the_change_from_a_year_ago_is_printed_when_there_is_one(
    store: Store, steady_clock: SteadyClock
) -> None:
    steady_clock.at = datetime(2026, 7, 1, 9)
    home = a_household(store, people=["王小明"])
    a_visit(store, home, date(2025, 6, 10))
    a_visit(store, home, date(2026, 6, 10))
    lines = section(month_report(store, "2026-06"), "环比、问题、下月重点")
    assert lines["环比"] == "没有可比月份的数据"
    assert lines["走访率同比"] == "+0.00个百分点（2025年6月100.00%）"
    assert lines["走访次数同比"] == "+0（2025年6月1）"


# ---- names and words ------------------------------------------------------------------------


def test_a_rate_opens_its_whole_denominator_and_marks_its_part(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    a_household(store, room="502", people=["李红"])
    a_visit(store, home, date(2026, 6, 3))
    listed = names_behind(store, "2026-06", "visit_rate")
    assert [(one.text, one.counted) for one in listed] == [
        ("瑞景公园3栋2单元501 王**", True),
        ("瑞景公园3栋2单元502 李*", False),
    ]


def test_every_number_opens_a_list(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_visit(store, home, date(2026, 5, 7))
    a_visit(store, home, date(2026, 6, 3), needs=("修灯",), started="19:00", ended="19:20")
    with store.change("巡查") as change:
        change.create("patrols", happened_on="2026-06-02", kind="fire", text="楼道堆物")
    report = month_report(store, "2026-06")
    for key, ratio in report.indicators.items():
        listed = names_behind(store, "2026-06", key)
        assert len(listed) == ratio.denominator, key
        assert sum(one.counted for one in listed) == ratio.numerator, key
    sums = ("visit_minutes", "walkers")
    for key, count in report.counts.items():
        if key not in sums:
            assert len(names_behind(store, "2026-06", key)) == count, key
    for key in (*sums, *report.averages):
        names_behind(store, "2026-06", key)
    for part in report.sections:
        for line in part.lines:
            if line.key:
                names_behind(store, "2026-06", line.key)


def test_every_number_has_a_chinese_name_and_a_definition(store: Store) -> None:
    report = month_report(store, "2026-06")
    for key in report.indicators:
        assert key in INDICATOR_WORDS or key.startswith("contact_rate.")
    defined = "".join(name for name, _ in DEFINITIONS)
    for key in ("visit_rate", "on_time_rate", "claim_rate", "mediation_success_rate", "met_share"):
        assert INDICATOR_WORDS[key] in defined


def test_small_numbers_of_people_in_care_stay_inside(store: Store) -> None:
    for room in ("101", "102", "103"):
        a_household(store, room=room, people=["王小明"], tags=["elder_alone"])
    report = month_report(store, "2026-06")
    assert section(report, "重点户月探访")["独居老人月探访率"] == "0.00%（0/3）"
    assert section(outside(report), "重点户月探访")["独居老人月探访率"] == "不列（人数<5）"
    words = "".join(section(outside(report), "环比、问题、下月重点").values())
    assert "重点人员" not in words
    assert outside(report).counts == report.counts
