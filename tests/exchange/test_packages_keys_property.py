"""Keys change and a PC is stopped in the middle of any traffic: the cut holds, the rest converges.

Three PCs of an office write, change their keys, hand each other packages late, doubled and out of
order; somebody signs with keys he copied; at some time one PC is stopped at some number.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop.errors import NoSuchRecord, UserError
from desktop.exchange.packages.format import read_outer
from desktop.exchange.packages.keys import own_keys
from desktop.models import keyfile
from desktop.models.exchange_log import vector
from desktop.models.profile import join_profile, open_profile
from desktop.models.rotation import rotate
from desktop.models.sites import revoke_site
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.exchange.offices import Thief
from tests.exchange.pcs import Pc, carry, introduce

NAMES = ("1号机", "2号机", "3号机")
STOPPED = 2  # the third PC is the one that gets stolen, the first one stops it

step = st.tuples(
    st.sampled_from(
        ("write", "rotate", "rotate", "send", "send", "trip", "trip", "trip", "steal", "steal",
         "steal", "deliver", "deliver", "deliver", "deliver", "stop")
    ),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 11),
)  # fmt: skip
histories = st.lists(step, min_size=16, max_size=28)


@dataclass(frozen=True)
class OnStick:
    """A package on its way: who wrote it, with which of its keys, and how far it had come."""

    path: Path
    sender: int
    receiver: int
    generation: int
    number: int


@dataclass
class World:
    """Three real profiles, the sticks between them, and what an onlooker knows about keys."""

    pcs: list[Pc]
    sticks: list[OnStick] = field(default_factory=list)
    thieves: list[list[Thief]] = field(default_factory=lambda: [[], [], []])
    cuts: list[list[int]] = field(default_factory=lambda: [[], [], []])
    stopped_after: int | None = None
    stopped_by: int = 0  # the number of the first PC's change that says so

    def known(self, here: int, of: int) -> int:
        """How far one PC knows another's changes."""
        return vector(self.pcs[here].store).get(self.pcs[of].store.site, 0)

    def heard_of_stop(self, here: int) -> bool:
        return self.stopped_after is not None and self.known(here, 0) >= self.stopped_by

    def do(self, action: str, a: int, b: int, n: int) -> None:
        if action == "write":
            a_household(self.pcs[a].store, room=str(300 + n))
        elif action == "rotate":
            self.thieves[a].append(Thief(self.pcs[a]))
            self.cuts[a].append(rotate(self.pcs[a].store).after)
        elif action == "send" and a != b:
            self.send(a, b)
        elif action == "trip" and a != b:
            before = len(self.sticks)
            self.send(a, b)
            for it in self.sticks[before:]:
                self.deliver(it)
        elif action == "steal" and a != b and self.thieves[a]:
            self.send(a, b, generation=n % len(self.thieves[a]))
        elif action == "deliver" and self.sticks:
            self.deliver(self.sticks[n % len(self.sticks)])
        elif action == "stop" and self.stopped_after is None and self.known(0, STOPPED):
            self.stopped_after = max(0, self.known(0, STOPPED) - 3 + n)
            revoke_site(self.pcs[0].store, self.pcs[STOPPED].store.site, self.stopped_after)
            self.stopped_by = self.known(0, 0)

    def send(self, a: int, b: int, generation: int | None = None) -> None:
        with suppress(NoSuchRecord):  # the sender knows that the other one was stopped
            path = self.pcs[a].export_to(NAMES[b], f"{len(self.sticks)}.jlpkg").path
            signed = len(self.cuts[a])
            if generation is not None:
                path, signed = self.thieves[a][generation].signs(path), generation
            self.sticks.append(OnStick(path, a, b, signed, self.known(a, a)))

    def deliver(self, it: OnStick) -> None:
        """Take a package in; it has to be refused exactly when the onlooker says so."""
        here = self.pcs[it.receiver]
        wrong, limited = self.judge(it)
        speaks = not wrong and self.speaks_of_trust(it)
        sealed = own_keys(here.store).opens.isdisjoint(read_outer(it.path).header.to)
        before = vector(here.store)
        result = here.take(it.path)
        refused = [each.why for each in result.refused if each.file == it.path.name]
        if speaks and not sealed:  # unless it has to wait for changes of others before that
            assert refused or result.waiting, it
            return
        assert bool(refused) == (wrong or sealed), (it, refused)
        if wrong:
            assert vector(here.store) == before or result.applied > 0
        elif not refused and not (limited and result.waiting):
            assert self.known(it.receiver, it.sender) >= it.number

    def judge(self, it: OnStick) -> tuple[bool, bool]:
        """Whether a package was written after a cut that its receiver knows, and whether one is."""
        known = self.known(it.receiver, it.sender)
        steps = sum(known > after for after in self.cuts[it.sender])
        wrong = limited = False
        if it.generation < steps:
            limited = True
            wrong = it.number > self.cuts[it.sender][it.generation]
        if it.sender == STOPPED and self.heard_of_stop(it.receiver):
            limited = True
            last = self.stopped_after or 0
            wrong |= not last or it.number > last or it.generation > steps
        return wrong, limited

    def speaks_of_trust(self, it: OnStick) -> bool:
        """Whether a package of the stopped PC brings new keys inside the window left to it."""
        if it.sender != STOPPED or not self.heard_of_stop(it.receiver):
            return False
        known = self.known(it.receiver, STOPPED)
        return any(known <= after < it.number for after in self.cuts[STOPPED])

    def converge(self) -> None:
        """All who are trusted agree after a few honest trips, whatever came before."""
        honest = [0, 1] if self.stopped_after is not None else [0, 1, 2]
        for _ in range(3):
            for a in honest:
                for b in honest:
                    if a != b:
                        result = carry(self.pcs[a], self.pcs[b], NAMES[b])
                        mine = [e for e in result.refused if e.file.startswith("jinlin-")]
                        assert mine == []
        first, *others = [self.pcs[n].dump() for n in honest]
        assert all(other == first for other in others)


@pytest.fixture(scope="module")
def trio(pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three profiles of one office that all know each other."""
    folder = tmp_path_factory.mktemp("trio")
    stick = folder / "stick"
    stick.mkdir()
    shutil.copytree(pair / "one", folder / "0")
    shutil.copytree(pair / "two", folder / "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "calibrate", lambda: keyfile.Cost(64, 1))
        patch.setattr(keyfile, "LEAST_MEMORY_KIB", 8)
        join_profile(folder / "2", passphrase=PASSPHRASE, site_name=NAMES[2], user="小吴").close()
        pcs = [Pc(open_profile(folder / str(n), PASSPHRASE), stick) for n in range(3)]
    introduce(pcs[0], pcs[2], stick / "3.jlcard")
    a_household(pcs[2].store)
    for a, b in ((2, 0), (0, 1), (1, 2), (2, 1), (1, 0)):
        assert carry(pcs[a], pcs[b], NAMES[b]).refused == []
    for pc in pcs:
        pc.store.close()
    return folder


def live(trio: Path) -> Iterator[World]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for n in range(3):
            shutil.copytree(trio / str(n), folder / str(n))
        (folder / "stick").mkdir()
        pcs = [Pc(open_profile(folder / str(n), PASSPHRASE), folder / "stick") for n in range(3)]
        yield World(pcs)
        for pc in pcs:
            pc.store.close()


def play(trio: Path, history: list[tuple[str, int, int, int]]) -> None:
    for world in live(trio):
        for action, a, b, n in history:
            world.do(action, a, b, n)
        world.converge()


_LATE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=10, deadline=None, suppress_health_check=_LATE, phases=(Phase.generate,))
@given(history=histories)
def test_a_cut_holds_in_any_traffic(trio: Path, history: list[tuple[str, int, int, int]]) -> None:
    play(trio, history)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=_LATE)
@given(history=histories)
def test_a_cut_holds_in_any_traffic_many_times(
    trio: Path, history: list[tuple[str, int, int, int]]
) -> None:
    play(trio, history)


# what the first PC writes, signs and hands over while the second one hears of its new keys
_HISTORY = [
    ("write", 0, 0, 0), ("send", 0, 1, 0), ("rotate", 0, 0, 0), ("send", 0, 1, 0),
    ("deliver", 0, 0, 1), ("deliver", 0, 0, 0), ("write", 0, 0, 1), ("steal", 0, 1, 0),
    ("deliver", 0, 0, 2), ("send", 0, 1, 0), ("deliver", 0, 0, 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "broken"),
    [
        ("desktop.exchange.packages.trust.Belief.check", lambda *_: None),
        ("desktop.exchange.packages.trust.former", lambda *_: None),
        ("desktop.models.key_changes.KeyChange.holds", lambda _: False),
        ("desktop.exchange.packages.export.unheard", lambda *_: ()),
    ],
    ids=["believes every key", "believes no former key", "follows no step", "tells of no step"],
)
def test_the_onlooker_sees_a_broken_program(
    trio: Path, place: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(trio, _HISTORY)
    monkeypatch.setattr(place, broken)
    with pytest.raises((AssertionError, UserError)):
        play(trio, _HISTORY)
