"""What happened at a door is written once, corrected openly, and brings its lists along."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.errors import BadValue, NoSuchRecord, UserError
from desktop.models import dump, items, mutes, promises, residents, undo, visits
from desktop.models.store import Store
from desktop.models.visits import NewPromise, NewVisit
from tests.build import a_household

DAY = date(2026, 6, 10)


def a_visit(household: str, outcome: str = "met", day: date = DAY, **more: object) -> NewVisit:
    return NewVisit(household=household, outcome=outcome, happened_on=day, **more)  # type: ignore[arg-type]


def test_a_visit_brings_its_three_lists_and_promises_in_one_change(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    before = store.value("SELECT count(*) FROM changes")
    uid = visits.record(
        store,
        a_visit(
            home,
            walkers=("王网格", "陈楼长"),
            needs=("想申请助浴",),
            resources=("会修电脑",),
            situations=("楼道灯不亮", "  "),
            promises=(NewPromise("周五前回话", until=date(2026, 6, 12)),),
        ),
    )
    assert store.value("SELECT count(*) FROM changes") == before + 1
    (visit,) = visits.visits_of(store, home)
    assert (visit.uid, visit.walkers, visit.recorded_on) == (
        uid,
        ("王网格", "陈楼长"),
        "2026-06-15",
    )
    listed = items.items(store, household=home)
    assert {(i.kind, i.text, i.visit, i.registered_on) for i in listed} == {
        ("need", "想申请助浴", uid, "2026-06-10"),
        ("resource", "会修电脑", uid, "2026-06-10"),
        ("situation", "楼道灯不亮", uid, "2026-06-10"),
    }
    (promise,) = promises.promises_of(store, home)
    assert (promise.by, promise.until, promise.made_on, promise.state) == (
        "王网格", "2026-06-12", "2026-06-10", "open",
    )  # fmt: skip


def test_without_a_name_the_person_at_the_desk_walked(store: Store) -> None:
    home = a_household(store)
    visits.record(store, a_visit(home))
    assert visits.visits_of(store, home)[0].walkers == ("林书记",)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": "见了"}, "走访结果"),
        ({"mode": "鸽子"}, "走访方式"),
        ({"day": date(2026, 6, 16)}, "比今天还晚"),
        ({"day": date(206, 6, 16)}, "核对年份"),
        ({"started": "7点"}, "19:30"),
        ({"started": "19:30", "ended": "19:00"}, "早于开始时间"),
        ({"next_on": date(2026, 6, 9)}, "下次走访日期"),
        ({"promises": (NewPromise(" "),)}, "承诺"),
        ({"promises": (NewPromise("回话", until=date(2026, 1, 1)),)}, "承诺期限"),
    ],
)
def test_what_cannot_have_happened_is_refused_in_words(
    store: Store, change: dict[str, object], sentence: str
) -> None:
    home = a_household(store)
    with pytest.raises(BadValue, match=sentence):
        visits.record(store, a_visit(home, **change))  # type: ignore[arg-type]
    assert visits.visits_of(store, home) == []


def test_a_visit_needs_a_door_that_exists(store: Store) -> None:
    with pytest.raises(NoSuchRecord, match="找不到户"):
        visits.record(store, a_visit("0" * 20))
    with pytest.raises(NoSuchRecord, match="走访行动"):
        visits.record(store, a_visit(a_household(store), campaign="0" * 20))


def test_a_correction_replaces_and_the_old_row_stays_in_the_log(store: Store) -> None:
    home = a_household(store)
    old = visits.record(store, a_visit(home, "met", needs=("修灯",)))
    new = visits.correct(store, old, a_visit(home, "proxy", day=date(2026, 6, 9)))
    assert [v.uid for v in visits.visits_of(store, home)] == [new]
    assert visits.visits_between(store, DAY, DAY) == []
    assert visits.last_valid(store)[home].happened_on == "2026-06-09"
    assert visits.visit_row(store, old).outcome == "met"
    assert [i.visit for i in items.items(store)] == [new]
    with pytest.raises(UserError, match="已经更正过"):
        visits.correct(store, old, a_visit(home))
    newest = visits.correct(store, new, a_visit(home, "not_home"))
    assert [v.uid for v in visits.visits_of(store, home)] == [newest]
    assert visits.last_valid(store) == {}


def test_a_correction_carries_everything_to_the_right_door(store: Store) -> None:
    wrong, right = a_household(store, room="501"), a_household(store, room="502")
    old = visits.record(store, a_visit(wrong, needs=("修灯",), promises=(NewPromise("回话"),)))
    visits.correct(store, old, a_visit(right))
    assert visits.visits_of(store, wrong) == []
    assert len(visits.visits_of(store, right)) == 1
    assert items.items(store)[0].door.endswith("502")
    assert promises.promises_of(store, right)[0].text == "回话"


def test_a_deleted_correction_brings_the_original_back(store: Store) -> None:
    home = a_household(store)
    old = visits.record(store, a_visit(home))
    visits.correct(store, old, a_visit(home, "not_home"))
    last = store.value("SELECT max(id) FROM changes")
    undo.undo_change(store, last)
    assert [v.uid for v in visits.visits_of(store, home)] == [old]


def test_a_refusal_mutes_the_door_and_meeting_ends_that(store: Store) -> None:
    home = a_household(store)
    visits.record(store, a_visit(home, "refused"))
    muted = residents.household(store, home)
    assert (muted.mute_until, muted.mute_reason) == ("2026-07-10", "2026-06-10拒访")
    visits.record(store, a_visit(home, "met", mode="phone", day=date(2026, 6, 11)))
    assert residents.household(store, home).mute_until == "2026-07-10"
    visits.record(store, a_visit(home, "met", day=date(2026, 6, 12)))
    assert residents.household(store, home).mute_until is None


def test_a_mistaken_refusal_takes_its_mute_back(store: Store) -> None:
    home = a_household(store)
    uid = visits.record(store, a_visit(home, "refused"))
    visits.correct(store, uid, a_visit(home, "not_home"))
    assert residents.household(store, home).mute_until is None


def test_a_refusal_typed_in_late_does_not_mute_a_door_that_opened_since(store: Store) -> None:
    home = a_household(store)
    visits.record(store, a_visit(home, "met", day=date(2026, 6, 12)))
    visits.record(store, a_visit(home, "refused", day=date(2026, 6, 1)))
    assert residents.household(store, home).mute_until is None


def test_a_mute_somebody_chose_is_never_lifted_by_itself(store: Store) -> None:
    home = a_household(store)
    mutes.mute(store, home, date(2026, 12, 31), "住户要求不打扰")
    visits.record(store, a_visit(home, "met"))
    assert residents.household(store, home).mute_reason == "住户要求不打扰"
    mutes.unmute(store, home)
    assert residents.household(store, home).mute_until is None
    with pytest.raises(BadValue, match="原因"):
        mutes.mute(store, home, date(2026, 12, 31), " ")


def test_many_visits_are_one_batch_that_can_be_taken_back(store: Store) -> None:
    homes = [a_household(store, room=room) for room in ("301", "302", "401")]
    before = [line for line in dump.canonical_lines(store) if '"households"' in line]
    change = visits.record_many(
        store,
        [a_visit(home, "refused" if n else "met", needs=("修灯",)) for n, home in enumerate(homes)],
        "导入走访记录",
    )
    assert change is not None
    assert len(visits.visits_between(store, DAY, DAY)) == 3
    assert residents.household(store, homes[1]).mute_until == "2026-07-10"
    assert undo.undo_change(store, change.id).kept == []
    assert visits.visits_between(store, DAY, DAY) == []
    assert items.items(store) == []
    assert [line for line in dump.canonical_lines(store) if '"households"' in line] == before


def test_moved_and_vacant_leave_the_roster_alone(store: Store) -> None:
    home = a_household(store, type_of_use="owner_occupied")
    visits.record(store, a_visit(home, "moved"))
    assert residents.household(store, home).type_of_use == "owner_occupied"


def test_a_promise_is_kept_or_the_reason_is_said(store: Store) -> None:
    home = a_household(store)
    pair = (NewPromise("周五前回话", until=date(2026, 6, 12)), NewPromise("送表格"))
    visits.record(store, a_visit(home, promises=pair))
    assert [p.text for p in promises.open_promises(store)] == ["周五前回话", "送表格"]
    first, second = promises.open_promises(store)
    promises.settle(store, first.uid, "kept")
    with pytest.raises(promises.ReasonMissing):
        promises.settle(store, second.uid, "not_kept")
    promises.settle(store, second.uid, "not_kept", "表格用完了")
    assert promises.open_promises(store) == []
    told = {
        p.text: (p.state, p.state_reason, p.closed_on) for p in promises.promises_of(store, home)
    }
    assert told == {
        "周五前回话": ("kept", None, "2026-06-15"),
        "送表格": ("not_kept", "表格用完了", "2026-06-15"),
    }
    promises.settle(store, second.uid, "open")
    assert [p.text for p in promises.promises_of(store, home, only_open=True)] == ["送表格"]
    with pytest.raises(BadValue, match="已办"):
        promises.settle(store, second.uid, "done")


def test_a_promise_nobody_speaks_of_rises_to_the_top(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    long_ago = date(2026, 4, 1)
    for day, promise in (
        (long_ago, NewPromise("装扶手")),
        (long_ago, NewPromise("送表格", until=date(2026, 7, 1))),
        (date(2026, 6, 1), NewPromise("周五前回话", until=date(2026, 6, 5))),
        (date(2026, 6, 1), NewPromise("问问物业")),
    ):
        visits.record(
            store, NewVisit(household=home, outcome="met", happened_on=day, promises=(promise,))
        )
    found = promises.silent(store, date(2026, 6, 15))
    assert [promise.text for promise in found] == ["装扶手", "周五前回话"]
    promises.settle(store, found[0].uid, "kept")
    assert [p.text for p in promises.silent(store, date(2026, 6, 15))] == ["周五前回话"]
