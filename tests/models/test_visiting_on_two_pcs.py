"""Two PCs of one office, working without seeing each other, end with the same lists."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.errors import UserError
from desktop.models import due, duplicates, items, posts, promises, visits
from desktop.models.care_tags import DEFAULT_TAG_KINDS
from desktop.models.item_steps import allowed_next
from desktop.models.visits import NewPromise, NewVisit
from tests.conftest import SteadyClock
from tests.models.sites import MemoryStore, World

CLOCKS = (datetime(2026, 6, 15, 9, 30), datetime(2026, 6, 20, 8, 0), datetime(2026, 7, 1, 20, 0))
DAY = date(2026, 7, 2)
YESTERDAY = date(2026, 6, 14)


def an_office() -> World:
    """Two PCs that know the same three doors, one of an old man alone."""
    world = World.of(2)
    first = world.stores[0]
    with first.change("建立") as change:
        change.create_many("tag_kinds", DEFAULT_TAG_KINDS)
        building = change.create("buildings", name="3", word="栋", floors=6)
        for room in ("101", "201", "301"):
            home = change.create("households", building=building, room=room, floor=int(room[0]))
            person = change.create("residents", household=home, name="王小明", relation="HEAD")
            if room == "301":
                change.create("care_tags", resident=person, tag="elder_alone", since="2026-01-01")
    world.settle()
    return world


def act(store: MemoryStore, action: str, a: int) -> None:
    """One thing a person does; what the program refuses changes nothing."""
    homes = [row[0] for row in store.rows("SELECT uid FROM live_households ORDER BY room")]
    home = homes[a % len(homes)]
    today = date(2026, 6, 1 + a % 15)
    if action == "visit":
        outcome = ("met", "not_home", "refused", "rebooked")[a % 4]
        promise = (NewPromise("回话"),) if outcome == "met" else ()
        visits.record(
            store,
            NewVisit(household=home, outcome=outcome, happened_on=today, walkers=("甲",),
                     needs=("修灯",), promises=promise),
        )  # fmt: skip
    elif action == "correct" and (made := visits.visits_of(store, home)):
        fixed = NewVisit(household=homes[(a + 1) % 3], outcome="proxy", happened_on=today)
        visits.correct(store, made[a % len(made)].uid, fixed)
    elif action == "step" and (listed := items.items(store)):
        entry = listed[a % len(listed)]
        following = allowed_next(items.events(store, entry.uid))
        items.step(store, entry.uid, following[a % len(following)], by=f"承办{a}", result="好了",
                   rating="satisfied")  # fmt: skip
    elif action == "post":
        place = store.value("SELECT uid FROM live_buildings")
        posts.set_post(store, "building_chief", "building", place, f"楼长{a % 3}", term_from=today)
    elif action == "settle" and (open_ones := promises.open_promises(store)):
        promises.settle(store, open_ones[a % len(open_ones)].uid, "kept")


def lists(store: MemoryStore) -> tuple[object, ...]:
    found = items.items(store)
    return (
        found,
        [items.events(store, entry.uid) for entry in found],
        due.due_list(store, DAY, within=400, muted=True),
        posts.posts(store, ended=True),
        sorted(promises.open_promises(store), key=lambda promise: promise.uid),
        visits.last_valid(store),
    )


moves = st.lists(
    st.tuples(
        st.sampled_from(("visit", "visit", "correct", "step", "step", "step", "post", "settle",
                         "meet", "clock")),
        st.integers(0, 1),
        st.integers(0, 20),
    ),
    min_size=4,
    max_size=20,
)  # fmt: skip


def live_through(history: list[tuple[str, int, int]], clock: SteadyClock) -> None:
    clock.at = CLOCKS[0]
    world = an_office()
    try:
        for action, who, a in history:
            if action == "clock":
                clock.at = CLOCKS[a % len(CLOCKS)]
            elif action == "meet":
                world.deliver(1 - who, world.export(who, 1 - who, full=True))
            else:
                with suppress(UserError):
                    act(world.stores[who], action, a)
        clock.at = CLOCKS[0]
        world.settle()
        assert lists(world.stores[0]) == lists(world.stores[1])
    finally:
        world.close()


@given(moves)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_both_pcs_show_the_same_lists(
    steady_clock: SteadyClock, history: list[tuple[str, int, int]]
) -> None:
    live_through(history, steady_clock)


@pytest.mark.long
@given(moves)
@settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_both_pcs_show_the_same_lists_whatever_happened(
    steady_clock: SteadyClock, history: list[tuple[str, int, int]]
) -> None:
    live_through(history, steady_clock)


def test_a_stale_step_from_the_other_pc_does_not_open_what_was_closed() -> None:
    world = an_office()
    first, second = world.stores
    uid = items.register(first, "need", "修灯")
    items.step(first, uid, "accepted")
    world.settle()
    items.step(first, uid, "solved_on_site", result="换好了")
    items.step(second, uid, "assigned", by="张工")
    items.step(second, uid, "in_progress", by="张工")
    world.settle()
    for store in world.stores:
        assert [e.step for e in items.events(store, uid)][-1] == "in_progress"
        assert items.item(store, uid).state == "solved_on_site"
        assert items.item(store, uid).result == "换好了"
    world.close()


def test_two_corrections_of_one_visit_are_both_kept() -> None:
    world = an_office()
    first, second = world.stores
    home = first.value("SELECT uid FROM live_households WHERE room = '101'")
    day = date(2026, 6, 1)
    uid = visits.record(first, NewVisit(household=home, outcome="met", happened_on=day))
    world.settle()
    for store, outcome in ((first, "proxy"), (second, "not_home")):
        visits.correct(store, uid, NewVisit(household=home, outcome=outcome, happened_on=day))
    world.settle()
    for store in world.stores:
        assert {v.outcome for v in visits.visits_of(store, home)} == {"proxy", "not_home"}
    world.close()


def test_a_visit_typed_in_on_both_pcs_asks_to_be_merged_and_counts_once() -> None:
    world = an_office()
    home = world.stores[0].value("SELECT uid FROM live_households WHERE room = '101'")
    paper = NewVisit(
        household=home, outcome="met", happened_on=YESTERDAY, walkers=("甲", "乙"),
        needs=("修灯", "换锁"), promises=(NewPromise("回话"),),
    )  # fmt: skip
    kept = visits.record(world.stores[0], paper)
    visits.record(world.stores[1], paper)
    fixed = next(i for i in items.items(world.stores[1]) if i.text == "换锁")
    items.step(world.stores[1], fixed.uid, "accepted", by="小陈")
    world.settle()
    for store in world.stores:
        (group,) = duplicates.duplicates(store)
        assert (group.why, group.table, len(group.uids)) == ("two_pcs", "visits", 2)
        assert kept in group.uids

    (other,) = set(group.uids) - {kept}
    duplicates.merge(world.stores[0], "visits", other, kept)
    world.settle()
    for store in world.stores:
        assert duplicates.duplicates(store) == []
        assert [visit.uid for visit in visits.visits_of(store, home)] == [kept]
        # what somebody has worked on stays; what was merely written twice is there once
        assert sorted(item.text for item in items.items(store)) == ["修灯", "换锁", "换锁"]
        assert [promise.text for promise in promises.open_promises(store)] == ["回话"]
        assert {item.visit for item in items.items(store)} == {kept}


def test_two_attempts_typed_in_on_one_pc_are_no_duplicate() -> None:
    world = an_office()
    home = world.stores[0].value("SELECT uid FROM live_households WHERE room = '101'")
    attempt = NewVisit(household=home, outcome="not_home", happened_on=YESTERDAY, walkers=("甲",))
    visits.record(world.stores[0], attempt)
    visits.record(world.stores[0], attempt)
    corrected = visits.record(world.stores[1], attempt)
    refused = NewVisit(household=home, outcome="refused", happened_on=YESTERDAY, walkers=("甲",))
    visits.correct(world.stores[1], corrected, refused)
    world.settle()
    assert duplicates.duplicates(world.stores[1]) == []
