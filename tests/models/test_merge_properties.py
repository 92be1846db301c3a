"""What the log promises, tried on random histories of three PCs against a slow plain reading.

Packages are lost, doubled, reordered, late and cut short; clocks jump; PCs are switched off and
upgraded to a later program on different days; two people edit, delete, restore, merge and erase
the same few rows. Deliberately broken merges show that the test sees.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.errors import Cancelled
from desktop.models import apply as apply_module
from desktop.models import check, dump
from desktop.models.conflicts import conflicts, take_candidate
from desktop.models.exchange_log import vector
from desktop.models.package_log import acknowledged
from desktop.models.schema import REPLICATED
from desktop.models.store import Store
from desktop.models.undo import undo_changes
from desktop.models.versions import GONE
from tests.conftest import SteadyClock
from tests.models.histories import CLOCKS, Step, edit, long_histories
from tests.models.later import everybody_upgraded, program_of, upgrade
from tests.models.sites import Carried, Oracle, World, laid_out

SITES = 3

ACTIONS = (
    "create", *["set"] * 6, "delete", "restore", "alias", "erase", "setting", "undo", "resolve",
    *["send"] * 5, *["deliver"] * 5, "twice", "cut", "lose", "clock", "restart", "upgrade",
)  # fmt: skip
step = st.tuples(
    st.sampled_from(ACTIONS),
    st.integers(0, SITES - 1),
    st.integers(0, 7),
    st.integers(0, 7),
)
histories = st.lists(step, min_size=12, max_size=40)


def play(world: World, history: list[Step], clock: SteadyClock) -> None:
    for action, number, a, b in history:
        with program_of(world.stores[number]):
            _play_step(world, (action, number, a, b), clock)


def _play_step(world: World, step: Step, clock: SteadyClock) -> None:
    action, number, a, b = step
    if action == "clock":
        clock.at = CLOCKS[a % len(CLOCKS)]
    elif action == "restart":
        world.stores[number].restart()
    elif action == "upgrade":
        upgrade(world.stores[number])
    elif action == "send":
        other = (number + 1 + a % (SITES - 1)) % SITES
        world.sticks[other].append(world.export(number, other, full=b == 0))
    elif action in ("deliver", "twice", "cut", "lose"):
        lying = world.sticks[number]
        if not lying:
            return
        place = a % len(lying)  # any of them: order is nobody's duty
        if action == "cut":
            _stop_within(world, number, lying[place], b)
        elif action != "lose":
            world.deliver(number, lying[place])
        if action in ("deliver", "lose"):
            del lying[place]
    else:
        before = vector(world.stores[number])
        edit(world.stores[number], action, a, b)
        world.note_own(number, before)


def _stop_within(world: World, number: int, carried: Carried, after: int) -> None:
    """Somebody presses Stop while a package is taken in: all is as it was."""

    def stop(done: int, _total: int, _words: str) -> None:
        if done > after:
            raise Cancelled

    store = world.stores[number]
    before = [list(dump.canonical_lines(store)), vector(store)]
    try:
        world.deliver(number, carried, stop)
    except Cancelled:
        assert [list(dump.canonical_lines(store)), vector(store)] == before


def _check_against_oracle(store: Store, world: World) -> None:
    oracle = Oracle.read(store, REPLICATED)
    for table in ("households", "residents", "settings"):
        fields = REPLICATED[table]
        names = ", ".join(fields)
        shown = {
            row[0]: row[1:]
            for row in store.rows(f"SELECT uid, gone, same_as, {names} FROM {table}")
        }
        expected = {uid for t, uid, _ in oracle.versions if t == table}
        assert set(shown) == expected
        for uid, (gone, *values) in shown.items():
            assert bool(gone) == oracle.is_gone(table, uid), (table, uid, GONE)
            for name, value in zip(("same_as", *fields), values, strict=True):
                assert value == oracle.winner((table, uid, name)), (table, uid, name)
    assert {conflict.id for conflict in conflicts(store)} == oracle.disputes()
    _no_lost_update(oracle, world)


def _no_lost_update(oracle: Oracle, world: World) -> None:
    """Whatever was overwritten had been seen by the one who overwrote it."""
    for dot, _, _, overwritten in oracle.named:
        for old in overwritten:
            assert old == dot or world.knew[dot].get(old.site, 0) >= old.seq


def check_history(history: list[Step], clock: SteadyClock) -> None:
    """Every promise of the log, for one history."""
    world = World.of(SITES)
    try:
        play(world, history, clock)
        for store in world.stores:
            with program_of(store):
                _check_against_oracle(store, world)
            for other in world.stores:
                known = acknowledged(store, other.site)
                durable = vector(other)
                assert all(
                    durable.get(s, 0) >= n for s, n in (known.vector if known else {}).items()
                )
        with everybody_upgraded(world):
            _check_agreement(world)
    finally:
        world.close()


def _check_agreement(world: World) -> None:
    """Everybody hears everything: the same tables, whole logs, nothing changed by hearing again."""
    world.settle()
    dumps = [list(dump.canonical_lines(store)) for store in world.stores]
    assert dumps[0] == dumps[1] == dumps[2]
    _check_against_oracle(world.stores[0], world)
    for store in world.stores:
        assert check.check(store) == []
    again = dumps[0]
    for sender in range(SITES):
        for receiver in range(SITES):
            world.deliver(receiver, world.export(sender, receiver, full=True))
    assert list(dump.canonical_lines(world.stores[0])) == again
    _resolving_clears_all(world)


def _resolving_clears_all(world: World) -> None:
    first = world.stores[0]
    for _ in range(200):
        found = conflicts(first)
        if not found:
            break
        before = vector(first)
        take_candidate(first, found[0].id, 1)
        world.note_own(0, before)
        assert found[0].id not in {conflict.id for conflict in conflicts(first)}
    world.settle()
    dumps = [list(dump.canonical_lines(store)) for store in world.stores]
    assert dumps[0] == dumps[1] == dumps[2]
    assert all(conflicts(store) == [] for store in world.stores)


@pytest.fixture(autouse=True)
def quick_rebuilds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rebuild would make the tables of its scratch database step by step."""
    monkeypatch.setattr(check, "in_memory", laid_out)


_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(history=histories)
@settings(max_examples=100, deadline=None, suppress_health_check=_QUIET, derandomize=True,
          database=None)  # fmt: skip
def test_three_pcs_agree_whatever_happens_to_the_sticks(
    history: list[Step], steady_clock: SteadyClock
) -> None:
    check_history(history, steady_clock)


def _shown(store: Store) -> list[str]:
    """The rows a person sees (an undo settles conflicts on what was shown before)."""
    return [line for line in dump.canonical_lines(store) if '"table":"_' not in line]


@given(history=histories)
@settings(max_examples=100, deadline=None, suppress_health_check=_QUIET, derandomize=True,
          database=None)  # fmt: skip
def test_undoing_an_import_brings_back_what_was_shown(
    history: list[Step], steady_clock: SteadyClock
) -> None:
    check_undo(history, steady_clock)


@pytest.mark.long
@given(history=histories)
@settings(max_examples=2000, deadline=None, suppress_health_check=_QUIET, database=None)
def test_undoing_an_import_in_two_thousand_histories(
    history: list[Step], steady_clock: SteadyClock
) -> None:
    check_undo(history, steady_clock)


def check_undo(history: list[Step], steady_clock: SteadyClock) -> None:
    world = World.of(SITES)
    try:
        play(world, [step for step in history if step[0] != "erase"], steady_clock)
        receiver = world.stores[0]
        package = world.export(1, 0, full=True)
        with program_of(receiver):
            before, first = _shown(receiver), _last_id(receiver) + 1
            world.deliver(0, package)
            last = _last_id(receiver)
            if last >= first:
                result = undo_changes(receiver, range(first, last + 1))
                assert [kept for kept in result.kept if kept.table not in ("sites", "users")] == []
                assert _shown(receiver) == before
                assert check.check(receiver) == []
    finally:
        world.close()


def _last_id(store: Store) -> int:
    return int(store.value("SELECT coalesce(max(id), 0) FROM changes"))


@pytest.mark.long
@given(history=st.lists(step, min_size=12, max_size=120))
@settings(max_examples=2000, deadline=None, suppress_health_check=_QUIET, database=None)
def test_three_pcs_agree_in_two_thousand_histories(
    history: list[Step], steady_clock: SteadyClock
) -> None:
    check_history(history, steady_clock)


def _take_apart(batch: Any) -> None:
    """Treat every edit as one that may meet others."""
    for (table, name), rows in batch.plain.items():
        batch.sets += [(table, uid, name, change, value) for uid, change, _, value in rows]
        batch.overwrites += [(uid, name, old) for uid, _, old, _ in rows]
    batch.plain.clear()


def _last_writer_wins(conn: Any, batch: Any) -> None:
    """A broken merge: only the value with the highest number lives on."""
    _REAL_ADD(conn, batch)
    conn.execute(
        "DELETE FROM versions WHERE EXISTS (SELECT 1 FROM versions w"
        " JOIN changes c ON c.id = w.change JOIN changes o ON o.id = versions.change"
        " WHERE w.row = versions.row AND w.field = versions.field AND c.lamport > o.lamport)"
    )


def _ignoring_what_was_overwritten(conn: Any, batch: Any) -> None:
    """A broken merge: nothing is ever superseded."""
    _take_apart(batch)
    batch.overwrites.clear()
    _REAL_ADD(conn, batch)


def _arrival_wins(conn: Any, batch: Any) -> None:
    """A broken merge: what arrives last replaces what lies there."""
    _take_apart(batch)
    conn.executemany(
        "DELETE FROM versions WHERE row = ? AND field = ?",
        [(uid, name) for _, uid, name, _, _ in batch.sets],
    )
    _REAL_ADD(conn, batch)


def _forgetting_what_a_deleter_saw(conn: Any, batch: Any) -> None:
    """A broken merge: a deletion hides edits its maker never saw, or none."""
    batch.seen.clear()
    _REAL_ADD(conn, batch)


_REAL_ADD = apply_module._add_versions


@pytest.mark.parametrize(
    "mutant",
    [
        _last_writer_wins,
        _ignoring_what_was_overwritten,
        _arrival_wins,
        _forgetting_what_a_deleter_saw,
    ],
)
def test_a_broken_merge_is_noticed(
    mutant: Callable[[Any, Any], None], steady_clock: SteadyClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply_module, "_add_versions", mutant)
    monkeypatch.setattr(steady_clock, "random_bytes", Random(1).randbytes)  # the same every time
    with pytest.raises(AssertionError):
        _check_long_histories(steady_clock)


def _check_long_histories(steady_clock: SteadyClock) -> None:
    for history in long_histories(ACTIONS, SITES, 100):
        check_history(history, steady_clock)
