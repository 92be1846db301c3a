"""Reads in bulk, once, what a monthly report is made of, as plain frozen values.

The roster is taken as it stands now (a household has no past states); care tags, posts, residents'
leaving, visits, steps and events are taken by their dates. A report of a sealed month leaves out
whatever reached this PC's log after the sealing: what a change had seen is known by the version
vector, so no clock decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from desktop.models import settings
from desktop.models.care_tags import tag_kinds
from desktop.models.indicators import FRESH_TAG_DAYS, UNVISITED_USES, DoorVisits, Obligation
from desktop.models.item_indicators import ItemFact
from desktop.models.item_steps import ItemEvent, events_until
from desktop.models.items import all_events
from desktop.models.month_obligations import obligations_of
from desktop.models.month_period import Period
from desktop.models.month_scope import Scope
from desktop.models.month_visits import door_visits, walker_texts
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

    scope: Scope
    roster: Roster
    proxy_counts: bool
    visits: tuple[DoorVisits, ...]
    walkers: tuple[str, ...]  # each different combination, names joined by 「、」
    obligations: tuple[Obligation, ...]  # of every household; not only the eligible ones
    items: tuple[ItemFact, ...]
    events: tuple[DatedFact, ...]
    patrols: tuple[PatrolFact, ...]
    late: Late

    @property
    def period(self) -> Period:
        return self.scope.period


def facts_of(store: Store, scope: Scope, *, with_due: bool = True) -> Facts:
    """The facts of a period; what fell due costs a look at a whole year of visits."""
    return Facts(
        scope=scope,
        roster=_roster(store, scope),
        proxy_counts=bool(settings.get(store, "in_person_counts_proxy")),
        visits=door_visits(store, scope),
        walkers=walker_texts(store, scope),
        obligations=obligations_of(store, scope) if with_due else (),
        items=_items(store, scope),
        events=_events(store, scope),
        patrols=_patrols(store, scope),
        late=_late(store, scope),
    )


def _roster(store: Store, scope: Scope) -> Roster:
    homes = {
        row[0]: row[2:]
        for row in store.rows(
            "SELECT uid, born, type_of_use, residency_state, phone FROM live_households"
        )
        if scope.knows(row[1])
    }
    home_of: dict[str, str] = {}
    phoned: set[str] = set()
    for uid, born, home, status, left_on, phone in store.rows(
        "SELECT uid, born, household, coalesce(status, 'living'), status_on, phone"
        " FROM live_residents"
    ):
        home = scope.aliases.get(home, home)
        here = status == "living" or (left_on or "") > scope.end
        if scope.knows(born) and here and home in homes:
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
        tagged=_tagged(store, scope, home_of),
        buildings=frozenset(
            uid
            for uid, born in store.rows("SELECT uid, born FROM live_buildings")
            if scope.knows(born)
        ),
        led=_led(store, scope),
    )


def _tagged(store: Store, scope: Scope, home_of: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Residents each care tag in use counts for: old enough, and still in force at the end."""
    old_enough = (scope.period.cut_off - timedelta(days=FRESH_TAG_DAYS)).isoformat()
    found: dict[str, set[str]] = {kind.code: set() for kind in tag_kinds(store) if kind.active}
    for person, tag, since, until, born in store.rows(
        "SELECT resident, tag, since, until, born FROM live_care_tags"
    ):
        person = scope.aliases.get(person, person)
        in_force = (since or "") <= old_enough and (until is None or until >= scope.end)
        if in_force and tag in found and person in home_of and scope.knows(born):
            found[tag].add(person)
    return {tag: frozenset(people) for tag, people in found.items()}


def _led(store: Store, scope: Scope) -> frozenset[str]:
    """Buildings with a building chief in office on that day."""
    return frozenset(
        building
        for building, born in store.rows(
            "SELECT place, born FROM live_posts WHERE kind = 'building_chief'"
            " AND place_kind = 'building' AND holder IS NOT NULL"
            " AND coalesce(term_from, '') <= ?1 AND coalesce(term_to, '9999') >= ?1",
            (scope.end,),
        )
        if scope.knows(born)
    )


def _items(store: Store, scope: Scope) -> tuple[ItemFact, ...]:
    """Items registered by the cut-off, with their steps until then."""
    again: set[str] = set()
    unseen: set[str] = set()
    if scope.before is not None or scope.unseen:
        for uid, item, step, day, born in store.rows(
            "SELECT uid, item, step, happened_on, born FROM live_item_events"
        ):
            if not scope.knows(born):
                unseen.add(uid)
            elif step == "reopened" and scope.is_late(day, born):
                again.add(item)
    steps = all_events(store)

    def until_cut_off(uid: str) -> tuple[ItemEvent, ...]:
        past = events_until(steps.get(uid, ()), scope.period.cut_off)
        return tuple(event for event in past if event.uid not in unseen)

    return tuple(
        ItemFact(uid, kind, day, due, scope.is_late(day, born), uid in again, until_cut_off(uid))
        for uid, kind, day, due, born in store.rows(
            "SELECT uid, kind, registered_on, due_on, born FROM live_items"
            " WHERE registered_on <= ? ORDER BY uid",
            (scope.end,),
        )
        if scope.knows(born)
    )


def _events(store: Store, scope: Scope) -> tuple[DatedFact, ...]:
    return tuple(
        DatedFact(uid, kind, day)
        for uid, kind, day, born in store.rows(
            "SELECT uid, kind, happened_on, born FROM live_population_events"
            " WHERE happened_on BETWEEN ? AND ? ORDER BY happened_on, uid",
            (scope.first, scope.end),
        )
        if scope.knows(born)
    )


def _patrols(store: Store, scope: Scope) -> tuple[PatrolFact, ...]:
    return tuple(
        PatrolFact(uid, kind, bool(solved), bool(up))
        for uid, kind, solved, up, born in store.rows(
            "SELECT uid, kind, solved_same_day, reported_up, born FROM live_patrols"
            " WHERE happened_on BETWEEN ? AND ? ORDER BY happened_on, uid",
            (scope.first, scope.end),
        )
        if scope.knows(born)
    )


def _late(store: Store, scope: Scope) -> Late:
    """What happened in sealed months and became known since."""
    if scope.before is None:
        return Late((), (), ())
    news = (scope.first, min(scope.news, default=2**62), scope.before.cut_off)

    def rows(sql: str) -> list[tuple[Any, ...]]:
        found = store.rows(
            f"{sql} WHERE +happened_on < ? AND (born >= ? OR +happened_on > ?)", news
        )
        found.sort(key=lambda row: (row[2], row[0]))
        return [row for row in found if scope.knows(row[1]) and scope.is_late(row[2], row[1])]

    return Late(
        visits=tuple(
            LateVisit(uid, day, outcome, corrects is not None)
            for uid, _, day, outcome, corrects in rows(
                "SELECT uid, born, happened_on, outcome, corrects FROM live_visits"
            )
            if uid not in scope.corrected
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
            (period.first.isoformat(), period.cut_off.isoformat()),
        )
    )
