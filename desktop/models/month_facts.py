"""Reads in bulk, once, what a monthly report is made of, as plain frozen values.

The roster is taken as it stands now (a household has no past states); care tags, posts, residents'
leaving, visits, steps and events are taken by their dates. A report of a sealed month leaves out
whatever reached this PC's log after the sealing: what a change had seen is known by the version
vector, so no clock decides it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from desktop.models import settings
from desktop.models.care_tags import tag_kinds
from desktop.models.indicators import FRESH_TAG_DAYS, UNVISITED_USES, VisitFact
from desktop.models.item_indicators import ItemFact
from desktop.models.item_steps import ItemEvent, events_until
from desktop.models.items import all_events
from desktop.models.month_period import Period
from desktop.models.store import Store


class DatedFact(NamedTuple):
    """A population event or a patrol finding."""

    uid: str
    kind: str
    happened_on: str


class LateVisit(NamedTuple):
    uid: str
    happened_on: str
    outcome: str
    correction: bool


class PatrolFact(NamedTuple):
    uid: str
    kind: str
    solved_same_day: bool
    reported_up: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """Who lives where at the period's end."""

    households: frozenset[str]
    eligible: frozenset[str]
    home_of: Mapping[str, str]  # living resident → household
    tagged: Mapping[str, frozenset[str]]  # care tag → residents it counts for
    buildings: frozenset[str]
    led: frozenset[str]  # buildings with a serving chief


@dataclass(frozen=True, slots=True)
class Late:
    """What happened before this period but became known after the previous month was sealed."""

    visits: tuple[LateVisit, ...]
    events: tuple[DatedFact, ...]
    patrols: tuple[DatedFact, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything of one period."""

    period: Period
    roster: Roster
    proxy_counts: bool
    visits: tuple[VisitFact, ...]
    items: tuple[ItemFact, ...]
    events: tuple[DatedFact, ...]
    patrols: tuple[PatrolFact, ...]
    late: Late


class Seen:
    """Tells which changes a version vector had seen; without a vector, all of them."""

    def __init__(self, store: Store, vector: Mapping[str, int] | None) -> None:
        self.unseen: frozenset[int] = frozenset()
        if vector is not None:
            self.unseen = frozenset(
                row[0]
                for row in store.rows(
                    "SELECT c.id FROM changes c JOIN site_numbers s ON s.n = c.site"
                    " LEFT JOIN json_each(?) v ON v.key = s.site"
                    " WHERE c.seq > coalesce(v.value, 0)",
                    (json.dumps(dict(vector)),),
                )
            )

    def __contains__(self, change: int) -> bool:
        return change not in self.unseen


@dataclass(frozen=True, slots=True)
class SealMark:
    """How far a sealed month had seen: its cut-off and version vector."""

    cut_off: str
    vector: Mapping[str, int]


def facts_of(
    store: Store, period: Period, *, before: SealMark | None, at: SealMark | None = None
) -> Facts:
    """The facts of a period; `before` = the previous month's seal, `at` = this month's own."""
    seen = Seen(store, at.vector if at else None)
    fresh = Seen(store, before.vector if before else None)
    aliases = _aliases(store)
    corrected = _corrected(store, seen)
    return Facts(
        period=period,
        roster=_roster(store, period, seen, aliases),
        proxy_counts=bool(settings.get(store, "in_person_counts_proxy")),
        visits=_visits(store, period, seen, aliases, corrected),
        items=_items(store, period, seen, before, fresh),
        events=_events(store, period, seen),
        patrols=_patrols(store, period, seen),
        late=_late(store, period, seen, before, fresh, corrected),
    )


def _aliases(store: Store) -> dict[str, str]:
    """Merged household or resident → the one that stays, chains followed."""
    direct = dict(
        store.rows(
            "SELECT uid, same_as FROM households WHERE same_as IS NOT NULL"
            " UNION ALL SELECT uid, same_as FROM residents WHERE same_as IS NOT NULL"
        )
    )
    found = {}
    for uid in direct:
        target, steps = uid, 0
        while target in direct and steps < len(direct):
            target, steps = direct[target], steps + 1
        found[uid] = target
    return found


def _roster(store: Store, period: Period, seen: Seen, aliases: Mapping[str, str]) -> Roster:
    end = period.cut_off.isoformat()
    homes = {
        row[0]: row[2:]
        for row in store.rows(
            "SELECT uid, born, type_of_use, residency_state, phone FROM live_households"
        )
        if row[1] in seen
    }
    home_of: dict[str, str] = {}
    phoned: set[str] = set()
    for uid, born, home, status, left_on, phone in store.rows(
        "SELECT uid, born, household, coalesce(status, 'living'), status_on, phone"
        " FROM live_residents"
    ):
        home = aliases.get(home, home)
        here = status == "living" or (left_on or "") > end
        if born in seen and here and home in homes:
            home_of[uid] = home
            if phone:
                phoned.add(home)
    return Roster(
        households=frozenset(homes),
        eligible=frozenset(
            uid
            for uid, (use, state, phone) in homes.items()
            if use not in UNVISITED_USES and (state != "registered_only" or phone or uid in phoned)
        ),
        home_of=home_of,
        tagged=_tagged(store, period, seen, aliases, home_of),
        buildings=frozenset(
            uid for uid, born in store.rows("SELECT uid, born FROM live_buildings") if born in seen
        ),
        led=_led(store, end, seen),
    )


def _tagged(
    store: Store,
    period: Period,
    seen: Seen,
    aliases: Mapping[str, str],
    home_of: Mapping[str, str],
) -> dict[str, frozenset[str]]:
    """Residents each care tag in use counts for: old enough, and still in force at the end."""
    end = period.cut_off.isoformat()
    old_enough = (period.cut_off - timedelta(days=FRESH_TAG_DAYS)).isoformat()
    found: dict[str, set[str]] = {kind.code: set() for kind in tag_kinds(store) if kind.active}
    for person, tag, since, until, born in store.rows(
        "SELECT resident, tag, since, until, born FROM live_care_tags"
    ):
        person = aliases.get(person, person)
        in_force = (since or "") <= old_enough and (until is None or until >= end)
        if in_force and tag in found and person in home_of and born in seen:
            found[tag].add(person)
    return {tag: frozenset(people) for tag, people in found.items()}


def _led(store: Store, end: str, seen: Seen) -> frozenset[str]:
    """Buildings with a building chief in office on that day."""
    return frozenset(
        building
        for building, born in store.rows(
            "SELECT place, born FROM live_posts WHERE kind = 'building_chief'"
            " AND place_kind = 'building' AND holder IS NOT NULL"
            " AND coalesce(term_from, '') <= ?1 AND coalesce(term_to, '9999') >= ?1",
            (end,),
        )
        if born in seen
    )


def _corrected(store: Store, seen: Seen) -> frozenset[str]:
    """Visits that a later one corrects: no longer in force."""
    return frozenset(
        uid
        for uid, born in store.rows(
            "SELECT corrects, born FROM live_visits WHERE corrects IS NOT NULL"
        )
        if born in seen
    )


def _visits(
    store: Store,
    period: Period,
    seen: Seen,
    aliases: Mapping[str, str],
    corrected: frozenset[str],
) -> tuple[VisitFact, ...]:
    """Visits in force that happened in the period."""
    rows = store.rows(
        "SELECT uid, household, outcome, mode, coalesce(walkers, ''), started, ended, born"
        " FROM live_visits WHERE happened_on BETWEEN ? AND ?",
        _days(period),
    )
    return tuple(
        VisitFact(uid, aliases.get(home, home), *rest)
        for uid, home, *rest, born in rows
        if born in seen and uid not in corrected
    )


def _days(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.cut_off.isoformat()


def _items(
    store: Store, period: Period, seen: Seen, before: SealMark | None, fresh: Seen
) -> tuple[ItemFact, ...]:
    """Items registered by the cut-off, with their steps until then."""
    first, end = _days(period)

    def late(day: str, born: int) -> bool:
        return before is not None and day < first and (day > before.cut_off or born not in fresh)

    again: set[str] = set()
    unseen: set[str] = set()
    if before is not None or seen.unseen:
        for uid, item, step, day, born in store.rows(
            "SELECT uid, item, step, happened_on, born FROM live_item_events"
        ):
            if born not in seen:
                unseen.add(uid)
            elif step == "reopened" and late(day, born):
                again.add(item)
    steps = all_events(store)

    def until_cut_off(uid: str) -> tuple[ItemEvent, ...]:
        past = events_until(steps.get(uid, ()), period.cut_off)
        return tuple(event for event in past if event.uid not in unseen)

    return tuple(
        ItemFact(uid, kind, day, due, late(day, born), uid in again, until_cut_off(uid))
        for uid, kind, day, due, born in store.rows(
            "SELECT uid, kind, registered_on, due_on, born FROM live_items"
            " WHERE registered_on <= ? ORDER BY uid",
            (end,),
        )
        if born in seen
    )


def _events(store: Store, period: Period, seen: Seen) -> tuple[DatedFact, ...]:
    return tuple(
        DatedFact(uid, kind, day)
        for uid, kind, day, born in store.rows(
            "SELECT uid, kind, happened_on, born FROM live_population_events"
            " WHERE happened_on BETWEEN ? AND ? ORDER BY happened_on, uid",
            _days(period),
        )
        if born in seen
    )


def _patrols(store: Store, period: Period, seen: Seen) -> tuple[PatrolFact, ...]:
    return tuple(
        PatrolFact(uid, kind, bool(solved), bool(up))
        for uid, kind, solved, up, born in store.rows(
            "SELECT uid, kind, solved_same_day, reported_up, born FROM live_patrols"
            " WHERE happened_on BETWEEN ? AND ? ORDER BY happened_on, uid",
            _days(period),
        )
        if born in seen
    )


def _late(
    store: Store,
    period: Period,
    seen: Seen,
    before: SealMark | None,
    fresh: Seen,
    corrected: frozenset[str],
) -> Late:
    """What happened in sealed months and became known since."""
    if before is None:
        return Late((), (), ())

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return [
            row
            for row in store.rows(
                sql + " WHERE happened_on < ? ORDER BY happened_on, uid",
                (period.first.isoformat(),),
            )
            if row[1] in seen and (row[1] not in fresh or row[2] > before.cut_off)
        ]

    return Late(
        visits=tuple(
            LateVisit(uid, day, outcome, corrects is not None)
            for uid, _, day, outcome, corrects in rows(
                "SELECT uid, born, happened_on, outcome, corrects FROM live_visits"
            )
            if uid not in corrected
        ),
        events=tuple(
            DatedFact(uid, kind, day)
            for uid, _, day, kind in rows(
                "SELECT uid, born, happened_on, kind FROM live_population_events"
            )
        ),
        patrols=tuple(
            DatedFact(uid, kind, day)
            for uid, _, day, kind in rows("SELECT uid, born, happened_on, kind FROM live_patrols")
        ),
    )


def any_facts(store: Store, period: Period) -> bool:
    """Whether anything is known to have happened in the period."""
    return bool(
        store.value(
            "SELECT EXISTS (SELECT 1 FROM live_visits WHERE happened_on BETWEEN ?1 AND ?2)"
            " OR EXISTS (SELECT 1 FROM live_items WHERE registered_on BETWEEN ?1 AND ?2)"
            " OR EXISTS (SELECT 1 FROM live_population_events WHERE happened_on BETWEEN ?1 AND ?2)"
            " OR EXISTS (SELECT 1 FROM live_patrols WHERE happened_on BETWEEN ?1 AND ?2)",
            _days(period),
        )
    )
