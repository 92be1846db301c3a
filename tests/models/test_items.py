"""From registered to archived: the closed loop, its side exits, and what each step demands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BadValue, NoSuchRecord
from desktop.models import items
from desktop.models.item_steps import (
    CLOSED,
    TRANSITIONS,
    ItemEvent,
    allowed_next,
    closed_on,
    events_until,
    state_of,
)
from desktop.models.store import Store
from desktop.models.words import LABELS
from tests.build import a_building, a_household
from tests.conftest import SteadyClock

MAIN_LINE: list[tuple[str, dict[str, str]]] = [
    ("accepted", {}),
    ("assigned", {"by": "张工"}),
    ("in_progress", {"by": "张工"}),
    ("awaiting_feedback", {"by": "张工", "result": "灯已换好"}),
    ("fed_back", {}),
    ("rated", {"rating": "satisfied"}),
    ("archived", {}),
]


def a_need(store: Store, **more: Any) -> str:
    return items.register(store, "need", "楼道灯不亮", **more)


def walk(store: Store, uid: str, until: str) -> items.Item:
    """Take the main line as far as this step."""
    for name, more in MAIN_LINE:
        after = items.step(store, uid, name, **more)
        if name == until:
            return after
    raise AssertionError(until)


def test_the_main_line_leads_from_registered_to_archived(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    uid = a_need(store, household=home)
    assert items.item(store, uid).state == "registered"
    done = walk(store, uid, "archived")
    assert (done.state, done.handler, done.result) == ("archived", "张工", "灯已换好")
    assert (done.rating, done.closing, done.is_open) == ("satisfied", "substance", False)
    assert done.door == "瑞景公园3栋2单元501"
    assert [e.step for e in items.events(store, uid)] == [
        "registered", *(name for name, _ in MAIN_LINE),
    ]  # fmt: skip


def test_steps_cannot_be_skipped_and_the_sentence_says_which_may_follow(store: Store) -> None:
    uid = a_need(store)
    with pytest.raises(items.StepNotAllowed, match="现在是“登记”，不能直接到“归档”。可以选：受理"):
        items.step(store, uid, "archived")
    with pytest.raises(BadValue, match="只能是登记"):
        items.step(store, uid, "finished")
    assert items.item(store, uid).state == "registered"


def test_every_state_has_words_and_a_way_on() -> None:
    assert set(TRANSITIONS) | {"extended"} == set(LABELS["item_step"])
    for state, following in TRANSITIONS.items():
        assert following
        assert set(following) <= set(LABELS["item_step"]), state
    for state in CLOSED:
        assert "reopened" in TRANSITIONS[state]


def test_closing_needs_a_result_or_a_reason(store: Store) -> None:
    uid = a_need(store)
    with pytest.raises(items.ResultMissing, match="办理结果"):
        items.step(store, uid, "solved_on_site")
    with pytest.raises(items.ResultMissing, match="原因"):
        items.step(store, uid, "rejected")
    assert items.step(store, uid, "rejected", note="不属于社区职责").state == "rejected"
    again = a_need(store)
    solved = items.step(store, again, "solved_on_site", result="当场拧紧灯泡")
    assert (solved.state, solved.closing, solved.is_open) == ("solved_on_site", "formal", False)


def test_a_reopened_item_needs_a_new_result(store: Store) -> None:
    uid = a_need(store)
    walk(store, uid, "fed_back")
    reopened = items.step(store, uid, "reopened", note="又不亮了")
    assert (reopened.is_open, reopened.result, reopened.closing) == (True, None, None)
    items.step(store, uid, "in_progress", by="张工")
    with pytest.raises(items.ResultMissing):
        items.step(store, uid, "awaiting_feedback", by="张工")


def test_the_handler_does_not_ask_for_the_rating(store: Store) -> None:
    uid = a_need(store)
    walk(store, uid, "fed_back")
    with pytest.raises(items.RatedByHandler, match="张工"):
        items.step(store, uid, "rated", by="张工", rating="very_satisfied")
    with pytest.raises(BadValue, match="未表态"):
        items.step(store, uid, "rated")
    with pytest.raises(BadValue, match="非常满意"):
        items.step(store, uid, "rated", rating="great")
    assert items.step(store, uid, "rated", rating="unsatisfied").closing == "formal"


def test_in_substance_only_with_the_resident_s_word(store: Store) -> None:
    uid = a_need(store)
    walk(store, uid, "awaiting_feedback")
    with pytest.raises(items.NoWordOfResident):
        items.step(store, uid, "fed_back", closing="substance")
    fed = items.step(store, uid, "fed_back", closing="substance", rating="satisfied")
    assert fed.closing == "substance"


@pytest.mark.parametrize(
    ("time_class", "due_on"),
    [
        ("immediate", "2026-06-16"),
        ("ordinary", "2026-06-18"),
        ("harder", "2026-06-25"),  # 19–21 June are off
        ("difficult", "2026-07-07"),
        ("long_term", None),
    ],
)
def test_the_time_class_sets_the_deadline(
    store: Store, time_class: str, due_on: str | None
) -> None:
    uid = a_need(store, time_class=time_class, on=date(2026, 6, 15))
    assert items.item(store, uid).due_on == due_on


def test_a_resource_has_no_deadline_and_a_need_has_the_ordinary_one(store: Store) -> None:
    offered = items.register(store, "resource", "会修电脑")
    assert (items.item(store, offered).due_on, items.item(store, offered).time_class) == (
        None,
        None,
    )
    assert items.item(store, a_need(store)).due_on == "2026-06-18"


def test_it_may_be_extended_once(store: Store) -> None:
    uid = a_need(store, on=date(2026, 6, 15))
    items.step(store, uid, "accepted")
    longer = items.step(store, uid, "extended", note="等零件")
    assert (longer.state, longer.due_on) == ("accepted", "2026-06-24")
    with pytest.raises(items.AlreadyExtended, match="挂账"):
        items.step(store, uid, "extended")
    assert "extended" not in allowed_next(items.events(store, uid))
    other = a_need(store)
    items.step(store, other, "accepted")
    with pytest.raises(BadValue, match="不晚于原来的"):
        items.step(store, other, "extended", due_on=date(2026, 6, 18))
    assert items.step(store, other, "extended", due_on=date(2026, 6, 30)).due_on == "2026-06-30"


def test_long_term_has_no_deadline_and_takes_monthly_progress(store: Store) -> None:
    uid = a_need(store)
    assert items.step(store, uid, "long_term", note="等改造计划").due_on is None
    assert items.step(store, uid, "long_term", result="已列入明年计划").state == "long_term"
    assert items.step(store, uid, "in_progress").is_open


def test_escalating_goes_one_level_up_each_time(store: Store) -> None:
    uid = items.register(store, "dispute", "楼上漏水")
    assert items.item(store, uid).level == "community"
    assert items.step(store, uid, "escalated").level == "subdistrict"
    assert items.step(store, uid, "escalated").level == "subdistrict"


def test_a_step_is_not_dated_before_the_last_one_nor_tomorrow(store: Store) -> None:
    uid = a_need(store, on=date(2026, 6, 10))
    with pytest.raises(BadValue, match="早于上一步的2026-06-10"):
        items.step(store, uid, "accepted", on=date(2026, 6, 9))
    with pytest.raises(BadValue, match="比今天还晚"):
        items.step(store, uid, "accepted", on=date(2026, 6, 16))
    assert items.step(store, uid, "accepted", on=date(2026, 6, 10)).state == "accepted"


def test_a_wrong_clock_does_not_block_the_next_step(
    store: Store, steady_clock: SteadyClock
) -> None:
    steady_clock.at = datetime(2099, 1, 1, 8, 0)
    uid = a_need(store)
    items.step(store, uid, "accepted")
    steady_clock.at = datetime(2026, 6, 15, 8, 0)
    assert items.step(store, uid, "assigned", by="张工").state == "assigned"


def test_lists_can_be_asked_for_by_kind_state_household_and_openness(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    lamp = a_need(store, household=home, on=date(2026, 6, 1))
    lift = items.register(store, "hazard", "电梯异响", building=a_building(store))
    items.register(store, "resource", "会修电脑")
    items.step(store, lamp, "solved_on_site", result="换好")
    assert items.items(store)[0].uid == lamp  # the earliest registered first
    assert len(items.items(store)) == 3
    assert [i.uid for i in items.items(store, kind="hazard")] == [lift]
    assert [i.uid for i in items.items(store, state="solved_on_site")] == [lamp]
    assert [i.uid for i in items.items(store, household=home)] == [lamp]
    assert lamp not in [i.uid for i in items.items(store, only_open=True)]
    assert items.item(store, lift).door == "瑞景公园3栋"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "wish"}, "清单类别"),
        ({"text": "  "}, "内容"),
        ({"time_class": "soon"}, "办理时限"),
        ({"on": date(2026, 6, 16)}, "登记日期"),
    ],
)
def test_a_bad_entry_is_refused(store: Store, values: dict[str, Any], sentence: str) -> None:
    entry = {"kind": "need", "text": "修灯"} | values
    with pytest.raises(BadValue, match=sentence):
        items.register(store, entry.pop("kind"), entry.pop("text"), **entry)
    assert items.items(store) == []


def test_unknown_places_and_items_are_named(store: Store) -> None:
    with pytest.raises(NoSuchRecord, match="户"):
        a_need(store, household="0" * 20)
    with pytest.raises(NoSuchRecord, match="事项"):
        items.step(store, "0" * 20, "accepted")


def test_two_steps_in_one_change_keep_their_natural_order(store: Store) -> None:
    with store.change("导入") as change:
        uid = change.create("items", kind="need", text="修灯", registered_on="2026-06-01")
        day = {"item": uid, "happened_on": "2026-06-01", "recorded_on": "2026-06-01"}
        for name in ("in_progress", "accepted", "registered"):
            change.create("item_events", step=name, **day)
    assert [e.step for e in items.events(store, uid)] == ["registered", "accepted", "in_progress"]


def steps(*names: str) -> list[ItemEvent]:
    return [
        ItemEvent(
            f"{n:020x}", "i", name, f"2026-06-{n + 1:02d}", "", "甲", "好", None, None, None, None
        )
        for n, name in enumerate(names)
    ]


def test_a_step_taken_elsewhere_without_knowing_does_not_open_a_closed_item() -> None:
    past = steps("registered", "accepted", "solved_on_site", "in_progress")
    assert state_of(past) == "solved_on_site"
    assert closed_on(past) == "2026-06-03"
    assert state_of([*past, *steps("reopened")]) == "reopened"


def test_a_month_sees_only_the_steps_until_its_end() -> None:
    past = steps(
        "registered", "accepted", "in_progress", "awaiting_feedback", "fed_back", "reopened"
    )
    assert closed_on(past) is None
    assert closed_on(events_until(past, date(2026, 6, 5))) == "2026-06-05"
    assert state_of(events_until(past, date(2026, 6, 2))) == "accepted"


@given(st.lists(st.sampled_from(sorted(LABELS["item_step"])), max_size=12))
def test_any_history_ends_in_a_state_and_closed_is_what_closed_says(names: list[str]) -> None:
    past = steps("registered", *names)
    state = state_of(past)
    assert state in TRANSITIONS
    assert (closed_on(past) is not None) == (state in CLOSED)
    assert set(allowed_next(past)) <= set(TRANSITIONS[state])


@given(st.data())
def test_every_allowed_walk_stays_legal_and_archived_only_reopens(data: st.DataObject) -> None:
    past = steps("registered")
    for _ in range(10):
        name = data.draw(st.sampled_from(allowed_next(past)))
        past = steps(*(event.step for event in past), name)
        assert state_of(past) == (name if name != "extended" else state_of(past[:-1]))
    assert sum(event.step == "extended" for event in past) <= 1


def test_steps_keep_the_order_of_who_had_seen_what_when_the_clock_goes_back(
    store: Store, steady_clock: SteadyClock
) -> None:
    uid = a_need(store, on=date(2026, 6, 1))
    items.step(store, uid, "accepted")
    steady_clock.at = datetime(2026, 6, 2, 8, 0)
    items.step(store, uid, "in_progress")
    past = items.events(store, uid)
    assert [e.step for e in past] == ["registered", "accepted", "in_progress"]
    assert past[2].recorded_on < past[1].recorded_on
