"""Reads the month's visits: added up per household for the figures, one by one for their lists."""

from __future__ import annotations

from typing import NamedTuple

from desktop.models.indicators import DoorVisits
from desktop.models.month_scope import Scope
from desktop.models.store import Store

_MINUTES = (
    "60 * (substr({0}ended, 1, 2) - substr({0}started, 1, 2))"
    " + substr({0}ended, 4, 2) - substr({0}started, 4, 2)"
)
# by door in the order of its index, which holds all that is asked for: nothing is sorted
_PER_DOOR = f"""
SELECT v.household, count(*), sum(v.outcome = 'met'), sum(v.outcome = 'not_home'),
       sum(v.outcome = 'refused'), max(v.outcome IN ('met', 'proxy')),
       max(v.outcome = 'met' AND v.mode IN ('door', 'stair', 'office')),
       max(v.outcome = 'proxy' AND v.mode IN ('door', 'stair', 'office')),
       coalesce(sum(CASE WHEN v.started < v.ended THEN {_MINUTES.format("v.")} END), 0)
FROM live_visits v WHERE +v.happened_on BETWEEN :first AND :end AND {{}}
GROUP BY v.household
"""
_WALKERS = (
    "SELECT DISTINCT coalesce(v.walkers, '') FROM live_visits v"
    " WHERE v.happened_on BETWEEN :first AND :end AND {}"
)
_ONE_BY_ONE = f"""
SELECT v.uid, v.household, v.happened_on, v.outcome, v.mode, coalesce(v.walkers, ''),
       coalesce(v.started, ''), coalesce(v.ended, ''),
       CASE WHEN v.started < v.ended THEN {_MINUTES.format("v.")} END
FROM live_visits v WHERE v.happened_on BETWEEN :first AND :end AND {{}}
"""


class VisitFact(NamedTuple):
    """One visit in force in the period."""

    uid: str
    household: str
    happened_on: str
    outcome: str
    mode: str
    walkers: str  # names joined by 「、」
    started: str  # HH:MM or empty
    ended: str
    minutes: int | None


def door_visits(store: Store, scope: Scope) -> tuple[DoorVisits, ...]:
    """Visits in force that happened in the period, per household."""
    found: dict[str, DoorVisits] = {}
    for row in store.rows(_PER_DOOR.format(scope.seen_visit), scope.params()):
        home = scope.aliases.get(row[0], row[0])
        door = DoorVisits(home, *row[1:])
        found[home] = found[home] + door if home in found else door
    return tuple(found.values())


def walker_texts(store: Store, scope: Scope) -> tuple[str, ...]:
    """Each different combination of people who walked in the period."""
    rows = store.rows(_WALKERS.format(scope.seen_visit), scope.params())
    return tuple(row[0] for row in rows)


def visit_facts(store: Store, scope: Scope) -> list[VisitFact]:
    """The same visits one by one."""
    return [
        VisitFact(uid, scope.aliases.get(home, home), *rest)
        for uid, home, *rest in store.rows(_ONE_BY_ONE.format(scope.seen_visit), scope.params())
    ]
