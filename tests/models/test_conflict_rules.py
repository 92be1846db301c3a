"""Settling conflicts by rule, and getting the question back when that was undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.exchange.packages import cards, export, inbox
from desktop.models import conflict_rules, conflicts, profile, residents, roster, undo
from desktop.models.check import check
from desktop.models.clock_doubt import claim_doubt
from desktop.models.conflict_rules import Rule
from desktop.models.conflicts import Candidate, Conflict
from desktop.models.dump import canonical_lines
from desktop.models.store import Store
from tests.build import a_household, first_resident
from tests.conftest import PASSPHRASE, SteadyClock


class Pair:
    """Two PCs of an office that exchange packages."""

    def __init__(self, first: Store, second: Store, folder: Path) -> None:
        self.first, self.second, self.folder = first, second, folder

    def exchange(self) -> None:
        """Both get what the other has."""
        self.carry(self.first, self.second, "2号机")
        self.carry(self.second, self.first, "1号机")
        self.carry(self.first, self.second, "2号机")

    def carry(self, giver: Store, taker: Store, name: str) -> str:
        package = export.export(giver, name, self.folder / "x.jlpkg")
        code = cards.own_fingerprint(self.first)
        result = inbox.take_in(taker, [package.path], fingerprint="" if taker.user else code)
        assert result.refused == []
        package.path.unlink()
        return package.package


@pytest.fixture
def pair(store: Store, tmp_path: Path) -> Iterator[Pair]:
    second = profile.join_profile(
        tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    card = tmp_path / "2.jlcard"
    cards.enrol(store, card, role="peer", fingerprint=cards.write_card(second, card).fingerprint)
    package = export.export(store, "2号机", tmp_path / "first.jlpkg")
    inbox.take_in(second, [package.path], fingerprint=cards.own_fingerprint(store))
    made = Pair(store, second, tmp_path)
    made.exchange()
    yield made
    second.close()


def disputed_homes(pair: Pair, count: int = 3) -> list[str]:
    """Households whose phone both PCs changed."""
    homes = [a_household(pair.first, room=f"{floor}01") for floor in range(1, count + 1)]
    pair.exchange()
    for number, home in enumerate(homes):
        roster.set_field(pair.first, home, "phone", f"1390000100{number}")
        roster.set_field(pair.second, home, "phone", f"1390000200{number}")
    pair.exchange()
    assert len(conflicts.conflicts(pair.first)) == count
    return homes


def phones(store: Store) -> list[str | None]:
    return sorted(home.phone or "" for home in residents.households(store))


def same(pair: Pair) -> bool:
    return list(canonical_lines(pair.first)) == list(canonical_lines(pair.second))


def test_all_values_of_one_pc_are_taken_in_one_change(pair: Pair) -> None:
    disputed_homes(pair)
    done = conflict_rules.settle(pair.first, Rule(pair.second.site))
    assert done is not None
    assert phones(pair.first) == ["13900002000", "13900002001", "13900002002"]
    assert conflicts.conflicts(pair.first) == []
    pair.exchange()
    assert conflicts.conflicts(pair.second) == []
    assert same(pair)


def test_a_rule_keeps_to_its_field_and_to_the_chosen_ones(pair: Pair) -> None:
    homes = disputed_homes(pair)
    roster.set_field(pair.first, homes[0], "note", "门口有狗")
    roster.set_field(pair.second, homes[0], "note", "按铃没响")
    pair.exchange()
    found = conflicts.conflicts(pair.first)
    here = pair.first.site
    assert len(conflict_rules.plan(found, Rule(here)).decisions) == 4
    of_notes = Rule(here, field=("households", "note"))
    assert len(conflict_rules.plan(found, of_notes).decisions) == 1
    chosen = Rule(here, ids=frozenset({found[0].id}))
    assert len(conflict_rules.plan(found, chosen).decisions) == 1
    conflict_rules.settle(pair.first, of_notes)
    assert residents.household(pair.first, homes[0]).note == "门口有狗"
    assert len(conflicts.conflicts(pair.first)) == 3


def test_deletions_and_silent_pcs_are_left_to_a_person(pair: Pair) -> None:
    home = a_household(pair.first, people=["王小明"])
    pair.exchange()
    person = first_resident(pair.first, home)
    roster.set_field(pair.first, person, "phone", "13900000001")
    roster.remove(pair.second, person, "已搬走")
    roster.set_field(pair.first, home, "note", "门口有狗")
    roster.set_field(pair.second, home, "note", "按铃没响")
    pair.exchange()
    found = conflicts.conflicts(pair.first)
    plan = conflict_rules.plan(found, Rule(pair.first.site))
    assert (len(plan.decisions), plan.deletions, plan.silent) == (1, 1, 0)
    stranger = conflict_rules.plan(found, Rule("00" * 16))
    assert (len(stranger.decisions), stranger.deletions, stranger.silent) == (0, 1, 1)


def test_undoing_a_decision_asks_the_question_again_on_every_pc(pair: Pair) -> None:
    [home] = disputed_homes(pair, 1)
    shown = phones(pair.first)
    [question] = conflicts.conflicts(pair.first)
    done = conflicts.take_candidate(pair.first, question.id, 2)
    assert done is not None
    pair.exchange()
    assert conflicts.conflicts(pair.second) == []
    undone = undo.undo_change(pair.first, done.id)
    assert (undone.undone, undone.kept) == (1, [])
    assert phones(pair.first) == shown
    [again] = conflicts.conflicts(pair.first)
    assert [c.value for c in again.candidates] == [c.value for c in question.candidates]
    pair.exchange()
    assert same(pair)
    assert [values(one) for one in conflicts.conflicts(pair.second)] == [values(question)]
    assert residents.household(pair.second, home).phone == shown[0]
    assert check(pair.first) == []


def test_undoing_a_rule_asks_all_its_questions_again(pair: Pair) -> None:
    disputed_homes(pair)
    shown = phones(pair.first)
    before = [values(one) for one in conflicts.conflicts(pair.first)]
    done = conflict_rules.settle(pair.first, Rule(pair.first.site))
    assert done is not None
    undo.undo_change(pair.first, done.id)
    assert phones(pair.first) == shown
    assert [values(one) for one in conflicts.conflicts(pair.first)] == before
    pair.exchange()
    assert same(pair)


def test_undoing_a_package_that_settled_a_conflict_brings_the_question_back(pair: Pair) -> None:
    disputed_homes(pair, 1)
    [question] = conflicts.conflicts(pair.first)
    conflicts.take_value(pair.second, question.id, "13900009999")
    package = pair.carry(pair.second, pair.first, "1号机")
    assert phones(pair.first) == ["13900009999"]
    inbox.undo_package(pair.first, package)
    assert [values(one) for one in conflicts.conflicts(pair.first)] == [values(question)]
    pair.exchange()
    assert same(pair)


def test_what_somebody_edited_after_the_decision_stays_when_it_is_undone(pair: Pair) -> None:
    [home] = disputed_homes(pair, 1)
    [question] = conflicts.conflicts(pair.first)
    done = conflicts.take_candidate(pair.first, question.id, 1)
    assert done is not None
    roster.set_field(pair.first, home, "phone", "13900007777")
    assert len(undo.undo_change(pair.first, done.id).kept) == 1
    assert phones(pair.first) == ["13900007777"]
    assert conflicts.conflicts(pair.first) == []


def values(conflict: Conflict) -> list[object]:
    return [candidate.value for candidate in conflict.candidates]


def candidate_of(store: Store, site: str) -> Candidate:
    [one] = conflicts.conflicts(store)
    return next(candidate for candidate in one.candidates if candidate.site == site)


def doubt_of(store: Store, site: str) -> str:
    one = candidate_of(store, site)
    return claim_doubt(store, one.site, one.seq, one.wall)


@pytest.mark.parametrize(
    ("year", "words"), [(2010, "时钟不对"), (2099, "时钟不对"), (2027, "快了"), (2026, "")]
)
def test_a_claimed_time_that_can_hardly_be_right_is_flagged(
    pair: Pair, steady_clock: SteadyClock, year: int, words: str
) -> None:
    home = a_household(pair.first)
    pair.exchange()
    roster.set_field(pair.first, home, "note", "门口有狗")
    right = steady_clock.at
    steady_clock.at = right.replace(year=year)
    roster.set_field(pair.second, home, "note", "按铃没响")
    steady_clock.at = right
    pair.exchange()
    assert words in doubt_of(pair.first, pair.second.site)
    assert bool(doubt_of(pair.first, pair.second.site)) == bool(words)
    assert doubt_of(pair.first, pair.first.site) == ""


def test_a_clock_that_was_put_back_is_flagged(pair: Pair, steady_clock: SteadyClock) -> None:
    home = a_household(pair.first)
    pair.exchange()
    roster.set_field(pair.first, home, "note", "门口有狗")
    roster.set_field(pair.second, home, "phone", "13900000001")
    right = steady_clock.at
    steady_clock.at = right.replace(month=1)
    roster.set_field(pair.second, home, "note", "按铃没响")
    steady_clock.at = right
    pair.exchange()
    assert "往回拨过" in doubt_of(pair.first, pair.second.site)
