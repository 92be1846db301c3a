"""Copied disks, tried on random histories: all work arrives everywhere and means the same.

Three broken versions show that the test sees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.errors import UserError
from desktop.models import check, dump, fork
from desktop.models.branches import Branch, Reading, branches
from desktop.models.conflicts import conflicts
from desktop.models.exchange_log import vector
from desktop.models.package_log import acknowledged
from tests.conftest import SteadyClock
from tests.models.clones import Machines
from tests.models.histories import CLOCKS, Step, edit, long_histories
from tests.models.sites import laid_out

MACHINES, MOST = 3, 6

ACTIONS = (
    "create", "set", "set", "set", "delete", "restore", "alias", "erase", "setting", "undo",
    "resolve", "send", "send", "send", "deliver", "deliver", "deliver", "twice", "lose",
    "clone", "clone", "part", "part", "answer", "answer", "answer", "answer", "clock",
)  # fmt: skip
step = st.tuples(
    st.sampled_from(ACTIONS),
    st.integers(0, MOST - 1),
    st.integers(0, 7),
    st.integers(0, 7),
)
histories = st.lists(step, min_size=12, max_size=32)


def _work(world: Machines, place: int, action: str, a: int, b: int) -> None:
    before = world.contents(place)
    edit(world.stores[place], action, a, b)
    world.note_own(place, before)


def play(world: Machines, history: list[Step], clock: SteadyClock) -> None:
    for room in range(2):
        _work(world, 0, "create", room, room)
    for place in range(1, MACHINES):
        world.deliver(place, world.export(0, place))
    for action, number, a, b in history:
        place = number % len(world.stores)
        if action == "clock":
            clock.at = CLOCKS[a % len(CLOCKS)]
        elif action == "clone":
            if len(world.stores) < MOST:
                world.clone(place)
                for busy in (place, len(world.stores) - 1)[: b % 3]:  # some copies lie in a drawer
                    _work(world, busy, "set", a, b)
        elif action == "part":
            world.part(place)
        elif action == "answer":  # somebody hears of it and works on at once
            other = (place + 1 + a % (len(world.stores) - 1)) % len(world.stores)
            world.deliver(other, world.export(place, other))
            _work(world, other, "set", a, b)
        elif action == "send":
            other = (place + 1 + a % (len(world.stores) - 1)) % len(world.stores)
            world.sticks[other].append(world.export(place, other, full=b == 0))
        elif action in ("deliver", "twice", "lose"):
            lying = world.sticks[place]
            if lying:
                lying.rotate(-(a % len(lying)))
                if action != "lose":
                    world.deliver(place, lying[0])
                if action != "twice":
                    lying.popleft()
        else:
            _work(world, place, action, a, b)


def check_history(history: list[Step], only_own: bool, clock: SteadyClock) -> None:
    world = Machines.of(MACHINES)
    try:
        play(world, history, clock)
        for place in range(len(world.stores)):
            world.check_meaning(place)
            assert check.check(world.stores[place]) == []
        world.settle(only_own=only_own)
        dumps = [list(dump.canonical_lines(store)) for store in world.stores]
        for place, store in enumerate(world.stores):
            assert world.contents(place) == set(world.meant)
            world.check_meaning(place)
            assert check.check(store) == []
            assert vector(store) == vector(world.stores[0])
            assert dumps[place] == dumps[0]
            assert conflicts(store) == conflicts(world.stores[0])
        _nobody_claims_too_much(world)
    finally:
        world.close()


def _nobody_claims_too_much(world: Machines) -> None:
    for store in world.stores:
        for other in world.stores:
            known = acknowledged(store, other.site)
            durable = vector(other)
            claims = known.vector if known else {}
            assert all(durable.get(site, 0) >= seq for site, seq in claims.items())


@pytest.fixture(autouse=True)
def quick_rebuilds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rebuild would make the tables of its scratch database step by step."""
    monkeypatch.setattr(check, "in_memory", laid_out)


_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(history=histories, only_own=st.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=_QUIET, derandomize=True,
          database=None)  # fmt: skip
def test_copied_disks_lose_nothing_and_all_pcs_agree(
    history: list[Step], only_own: bool, steady_clock: SteadyClock
) -> None:
    check_history(history, only_own, steady_clock)


def _forgetting_who_built_upon_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: only the branch itself means its own numbers."""

    def bare(known: list[Branch]) -> Reading:
        return Reading([replace(branch, readers={}) for branch in known])

    monkeypatch.setattr(Reading, "of", lambda conn: bare(branches(conn)))


def _learning_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: what a colleague calls by another name keeps its old one here."""
    monkeypatch.setattr(fork, "learn", lambda *_: False)


def _believing_every_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: what colleagues knew of the branch is not taken back."""
    monkeypatch.setattr(fork, "_forget_claims", lambda *_: None)


@pytest.mark.parametrize(
    "mutant", [_forgetting_who_built_upon_it, _learning_no_names, _believing_every_claim]
)
def test_a_broken_parting_is_noticed(
    mutant: Callable[[pytest.MonkeyPatch], None],
    steady_clock: SteadyClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutant(monkeypatch)
    monkeypatch.setattr(steady_clock, "random_bytes", Random(1).randbytes)  # the same every time
    with pytest.raises((AssertionError, KeyError, UserError)):
        _check_long_histories(steady_clock)


def _check_long_histories(steady_clock: SteadyClock) -> None:
    for number, history in enumerate(long_histories(ACTIONS, MOST, 100)):
        check_history(history, number % 2 == 0, steady_clock)


def test_who_knew_a_branch_by_its_name_means_the_site_by_the_sites_name(
    steady_clock: SteadyClock,
) -> None:
    """A copy of a copy parts, works upon both, and its own branch has to be branched again."""
    history = [
        ("clone", 4, 0, 2), ("clone", 3, 0, 0), ("set", 3, 1, 0), ("undo", 4, 0, 0),
        ("answer", 1, 2, 0), ("part", 4, 0, 0), ("set", 4, 0, 0),
    ]  # fmt: skip
    check_history(history, False, steady_clock)


@pytest.mark.long
@given(history=st.lists(step, min_size=15, max_size=120), only_own=st.booleans())
@settings(max_examples=2000, deadline=None, suppress_health_check=_QUIET, database=None)
def test_copied_disks_in_two_thousand_histories(
    history: list[Step], only_own: bool, steady_clock: SteadyClock
) -> None:
    check_history(history, only_own, steady_clock)
