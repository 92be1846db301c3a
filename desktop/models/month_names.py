"""Opens the list behind each number of a monthly report: which doors, visits, items or people.

Names are masked, as everywhere until somebody gives a reason. For a sealed month the list holds
what the sealing had seen and what still exists of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.errors import NoSuchRecord
from desktop.models import places
from desktop.models.indicators import Tally
from desktop.models.month_figures import of_month
from desktop.models.month_scope import Scope
from desktop.models.month_visits import visit_facts
from desktop.models.privacy import mask_name
from desktop.models.residents import Household, households
from desktop.models.store import Store
from desktop.models.words import label

# numbers that are sums over a list, and that list
_SUMS = {
    "visit_minutes": "visits",
    "walkers": "visits",
    "visits_per_walker": "visits",
    "average_days": "closed",
    "median_days": "closed",
}


@dataclass(frozen=True, slots=True)
class Named:
    """One name behind a number; of a rate also those that were not counted."""

    uid: str
    household: str | None
    text: str
    counted: bool = True


def names_behind(store: Store, month: str, key: str) -> list[Named]:
    """The list behind one number; a rate lists its whole denominator, `counted` marks its part."""
    facts, figures = of_month(store, month)
    key = _SUMS.get(key, key)
    share, group = figures.shares.get(key), figures.groups.get(key)
    if key == "visits" or isinstance(share, Tally):
        return _of_all_visits(store, facts.scope, key.removesuffix("_share"))
    if share:
        found = _WRITERS[share.table](store, share.among)
        return [replace(one, counted=one.uid in share.counted) for one in found]
    if group:
        return _WRITERS[group.table](store, group.members)
    raise NoSuchRecord("指标", key)


def _rows(store: Store, sql: str, uids: Iterable[str]) -> list[tuple[Any, ...]]:
    return store.rows_in(f"{sql} WHERE uid IN ({{}})", sorted(uids))


def _doors(store: Store, uids: Iterable[str | None]) -> dict[str, Household]:
    """Household by uid, in the order of a walk."""
    wanted = sorted({uid for uid in uids if uid})
    return {home.uid: home for home in households(store, wanted)}


def _door(doors: Mapping[str, Household], uid: str | None) -> str:
    home = doors.get(uid or "")
    return home.door if home else "（已不在花名册）"


def _of_households(store: Store, uids: frozenset[str]) -> list[Named]:
    return [
        Named(home.uid, home.uid, f"{home.door} {mask_name(home.head_name)}".rstrip())
        for home in _doors(store, uids).values()
    ]


def _of_residents(store: Store, uids: frozenset[str]) -> list[Named]:
    rows = _rows(store, "SELECT uid, household, name FROM residents", uids)
    doors = _doors(store, (row[1] for row in rows))
    place = {uid: number for number, uid in enumerate(doors)}
    rows.sort(key=lambda row: (place.get(row[1], len(place)), row[0]))
    return [
        Named(uid, home, f"{_door(doors, home)} {mask_name(name or '')}")
        for uid, home, name in rows
    ]


def _of_visits(store: Store, uids: frozenset[str]) -> list[Named]:
    rows = _rows(store, "SELECT uid, household, happened_on, mode, outcome FROM visits", uids)
    doors = _doors(store, (row[1] for row in rows))
    rows.sort(key=lambda row: (row[2], row[0]))
    return [
        Named(
            uid,
            home,
            f"{day} {_door(doors, home)} {label('mode', mode)} {label('outcome', outcome)}",
        )
        for uid, home, day, mode, outcome in rows
    ]


def _of_all_visits(store: Store, scope: Scope, outcome: str) -> list[Named]:
    """Every visit of the month; counted are those that ended so (「visits」: each)."""
    visits = visit_facts(store, scope)
    if outcome == "other":
        counted = {v.uid for v in visits if v.outcome not in ("met", "not_home", "refused")}
    else:
        counted = {v.uid for v in visits if outcome in (v.outcome, "visits")}
    found = _of_visits(store, frozenset(visit.uid for visit in visits))
    return [replace(one, counted=one.uid in counted) for one in found]


def _of_items(store: Store, uids: frozenset[str]) -> list[Named]:
    rows = _rows(store, "SELECT uid, household, kind, registered_on, text FROM items", uids)
    rows.sort(key=lambda row: (row[3] or "", row[0]))
    return [
        Named(uid, home, f"{day} {label('item_kind', kind)} {text or ''}")
        for uid, home, kind, day, text in rows
    ]


def _of_buildings(store: Store, uids: frozenset[str]) -> list[Named]:
    return [
        Named(building.uid, None, building.place)
        for building in places.buildings(store)
        if building.uid in uids
    ]


def _of_events(store: Store, uids: frozenset[str]) -> list[Named]:
    rows = _rows(
        store,
        "SELECT uid, household, kind, happened_on,"
        " (SELECT name FROM residents r WHERE r.uid = resident) FROM population_events",
        uids,
    )
    rows.sort(key=lambda row: (row[3], row[0]))
    return [
        Named(
            uid, home, f"{day} {label('population_event', kind)} {mask_name(name or '')}".rstrip()
        )
        for uid, home, kind, day, name in rows
    ]


def _of_patrols(store: Store, uids: frozenset[str]) -> list[Named]:
    rows = _rows(store, "SELECT uid, kind, happened_on, text FROM patrols", uids)
    rows.sort(key=lambda row: (row[2], row[0]))
    return [
        Named(uid, None, f"{day} {label('patrol_kind', kind)} {text or ''}".rstrip())
        for uid, kind, day, text in rows
    ]


def _of_obligations(store: Store, keys: frozenset[str]) -> list[Named]:
    """Keys are 「household due date」, see `indicators.Obligation`."""
    pairs = [key.split(" ") for key in sorted(keys)]
    doors = _doors(store, (home for home, _ in pairs))
    place = {uid: number for number, uid in enumerate(doors)}
    pairs.sort(key=lambda pair: (place.get(pair[0], len(place)), pair[1]))
    return [
        Named(f"{home} {due}", home, f"{_door(doors, home)} 应于{due}前走访") for home, due in pairs
    ]


_WRITERS: dict[str, Callable[[Store, frozenset[str]], list[Named]]] = {
    "households": _of_households,
    "residents": _of_residents,
    "visits": _of_visits,
    "items": _of_items,
    "buildings": _of_buildings,
    "population_events": _of_events,
    "patrols": _of_patrols,
    "obligations": _of_obligations,
}
