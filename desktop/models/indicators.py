"""Defines each number of the monthly report once, as pure functions over plain values (domain §4).

Every rate is a `Share`: the names counted and the names they are counted among. So a numerator can
never leave its denominator, distinct households are never visit counts, and each printed number can
open the list behind it. Dates are ISO texts, which compare as dates do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from desktop.models.due_rules import Rule

NOTHING = "—"
# 应访户 leaves these out (domain §4); a registered-only household stays when it can be reached
UNVISITED_USES = frozenset({"vacant", "demolished", "commercial"})
FRESH_TAG_DAYS = 7  # a tag this young at the period's end does not count yet


@dataclass(frozen=True, slots=True)
class Ratio:
    """A numerator and the denominator it is part of."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} is not part of {self.denominator}")

    @property
    def rate(self) -> str:
        """「83.33%」: half-up, two decimals, 100.00% only if none is missing; 「—」 of none."""
        value = self.hundredths
        return NOTHING if value is None else f"{value // 100}.{value % 100:02d}%"

    @property
    def hundredths(self) -> int | None:
        """The printed rate as hundredths of a percent; None of none."""
        if self.denominator == 0:
            return None
        value = (20_000 * self.numerator + self.denominator) // (2 * self.denominator)
        return min(value, 9_999) if self.numerator < self.denominator else value

    @property
    def text(self) -> str:
        """「83.33%（250/300）」."""
        return f"{self.rate}（{self.numerator}/{self.denominator}）"


@dataclass(frozen=True, slots=True)
class Average:
    """A total spread over a number of cases (a median is the middle one, or two)."""

    total: int
    count: int

    @property
    def text(self) -> str:
        """Two decimals, half-up; 「—」 of none."""
        value = self.hundredths
        return NOTHING if value is None else f"{value // 100}.{value % 100:02d}"

    @property
    def hundredths(self) -> int | None:
        if self.count == 0:
            return None
        return (200 * self.total + self.count) // (2 * self.count)


def mean(values: Sequence[int]) -> Average:
    return Average(sum(values), len(values))


def median(values: Sequence[int]) -> Average:
    """The middle value, or half of the two middle ones."""
    if not values:
        return Average(0, 0)
    ordered = sorted(values)
    low, high = (len(ordered) - 1) // 2, len(ordered) // 2
    return Average(ordered[low], 1) if low == high else Average(ordered[low] + ordered[high], 2)


@dataclass(frozen=True, slots=True)
class Group:
    """The names behind a count, and the table they live in."""

    table: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Share:
    """The names behind a rate: those counted, among all that could have been."""

    table: str
    counted: frozenset[str]
    among: frozenset[str]

    @property
    def ratio(self) -> Ratio:
        return Ratio(len(self.counted), len(self.among))


def share(table: str, part: Set[str], whole: Set[str]) -> Share:
    """What of `part` lies in `whole`, as a share of `whole`."""
    return Share(table, frozenset(whole & part), frozenset(whole))


@dataclass(frozen=True, slots=True)
class Tally:
    """A share of so many visits that only their numbers are carried about."""

    table: str
    counted: int
    among: int

    @property
    def ratio(self) -> Ratio:
        return Ratio(self.counted, self.among)


class DoorVisits(NamedTuple):
    """What the indicators need of one household's visits in force in the period, added up."""

    household: str
    visits: int
    met: int
    not_home: int
    refused: int
    reached: bool  # somebody, by any mode
    met_in_person: bool
    proxy_in_person: bool
    minutes: int  # of the visits that carry both times

    def __add__(self, other: object) -> DoorVisits:
        """The same household under two numbers."""
        if not isinstance(other, DoorVisits):
            return NotImplemented
        return DoorVisits(
            self.household,
            self.visits + other.visits,
            self.met + other.met,
            self.not_home + other.not_home,
            self.refused + other.refused,
            self.reached or other.reached,
            self.met_in_person or other.met_in_person,
            self.proxy_in_person or other.proxy_in_person,
            self.minutes + other.minutes,
        )


def reached(doors: Iterable[DoorVisits]) -> frozenset[str]:
    """Households with a valid visit by any mode."""
    return frozenset(door.household for door in doors if door.reached)


def entered(doors: Iterable[DoorVisits], *, proxy_counts: bool) -> frozenset[str]:
    """Households where somebody was met in person (a proxy counts if the office says so)."""
    return frozenset(
        door.household
        for door in doors
        if door.met_in_person or (proxy_counts and door.proxy_in_person)
    )


def visit_shares(
    doors: Sequence[DoorVisits], eligible: frozenset[str], *, proxy_counts: bool
) -> dict[str, Share | Tally]:
    """入户率, 走访率, and how the attempts ended (four shares that cover every attempt)."""
    attempts = sum(door.visits for door in doors)
    ended = {
        "met": sum(door.met for door in doors),
        "not_home": sum(door.not_home for door in doors),
        "refused": sum(door.refused for door in doors),
    }
    ended["other"] = attempts - sum(ended.values())
    return {
        "door_entry_rate": share("households", entered(doors, proxy_counts=proxy_counts), eligible),
        "visit_rate": share("households", reached(doors), eligible),
        **{f"{name}_share": Tally("visits", count, attempts) for name, count in ended.items()},
    }


def minutes(doors: Iterable[DoorVisits]) -> int:
    """走访时长 Σ(end − start) of the visits that carry both times in order."""
    return sum(door.minutes for door in doors)


def walkers(texts: Iterable[str]) -> frozenset[str]:
    """The different people who walked; a text holds the names of one visit, joined by 「、」."""
    return frozenset(name for text in texts for name in text.split("、") if name)


def contact_shares(
    tagged: Mapping[str, frozenset[str]],
    home_of: Mapping[str, str],
    doors: Iterable[DoorVisits],
) -> dict[str, Share | Tally]:
    """月探访率 per care tag and over all of them: distinct persons with a valid contact."""
    homes = reached(doors)
    everybody = frozenset().union(*tagged.values())
    contacted = {person for person in everybody if home_of[person] in homes}
    shares: dict[str, Share | Tally] = {
        f"contact_rate.{tag}": share("residents", contacted, people)
        for tag, people in tagged.items()
    }
    shares["contact_rate"] = share("residents", contacted, everybody)
    return shares


class Obligation(NamedTuple):
    """A household's visit that fell due in the period, and whether it was made in time."""

    household: str
    due: date
    met: bool

    @property
    def key(self) -> str:
        return f"{self.household} {self.due.isoformat()}"


def obligations(
    household: str, rule: Rule, contacts: Iterable[date], first: date, cut_off: date
) -> list[Obligation]:
    """What fell due between the two days: each contact calls for the next one by a date.

    A contact that came early meets its obligation, which still counts on the day it was due.
    What would have been due before the rule began to hold is not counted.
    """
    days = sorted(set(contacts))
    found = {}
    for place, day in enumerate(days):
        due = rule.due_after(day)
        if first <= due <= cut_off and due.isoformat() > rule.since:
            start = rule.counts_from(day)
            met = any(start <= later <= due for later in days[place + 1 :])
            found[due] = Obligation(household, due, met)
    return list(found.values())


def on_time_share(fallen_due: Iterable[Obligation], eligible: frozenset[str]) -> Share:
    """按期走访率 of the 应访户."""
    counted = [one for one in fallen_due if one.household in eligible]
    return share(
        "obligations", {one.key for one in counted if one.met}, {one.key for one in counted}
    )
