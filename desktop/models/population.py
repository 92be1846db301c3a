"""Keeps who moved in or out, was born or died: the day it happened and the day it became known.

A month's report counts by the first and lists late news (补报) by the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord, StillToCome
from desktop.models import residents, roster
from desktop.models.changes import Change
from desktop.models.store import Store
from desktop.models.words import LABELS, label, only

# what an event makes of the resident
_STATUS = {"moved_in": "living", "born": "living", "moved_out": "moved_out", "died": "deceased"}


@dataclass(frozen=True, slots=True)
class PopulationEvent:
    uid: str
    kind: str
    household: str | None
    resident: str | None
    happened_on: str
    learned_on: str
    note: str | None


_EVENTS = (
    "SELECT uid, kind, household, resident, happened_on, learned_on, note"
    " FROM live_population_events WHERE happened_on BETWEEN ? AND ?"
    " ORDER BY happened_on, learned_on, kind, uid"
)


def record_event(
    store: Store,
    kind: str,
    *,
    resident: str | None = None,
    household: str | None = None,
    happened_on: date,
    note: str = "",
) -> str:
    """Keep one event, learned today, and bring the resident's status in line with it."""
    if kind not in LABELS["population_event"]:
        raise BadValue("人口变动", kind, only("population_event"))
    _check_day(happened_on)
    if not resident and not household:
        raise BadValue("人口变动", label("population_event", kind), "要写明是哪位居民或哪一户")
    if household and not store.value("SELECT 1 FROM live_households WHERE uid = ?", (household,)):
        raise NoSuchRecord("户", household)
    if resident:
        rows = store.rows("SELECT household FROM live_residents WHERE uid = ?", (resident,))
        if not rows:
            raise NoSuchRecord("居民", resident)
        household = household or rows[0][0]
    with store.change(f"人口变动：{label('population_event', kind)}") as change:
        if resident and kind in _STATUS:
            change.set(
                "residents", resident, status=_STATUS[kind], status_on=happened_on.isoformat()
            )
        return change.create(
            "population_events", **_event(kind, household, resident, happened_on, note)
        )


def arrive(
    store: Store, kind: str, household: str, *, happened_on: date, note: str = "", **values: Any
) -> str:
    """Somebody moved in or was born: the new resident and the event in one change."""
    _check_day(happened_on)
    fields = roster.new_resident(store, household, values)
    fields |= {"status": _STATUS[kind], "status_on": happened_on.isoformat()}
    with store.change(f"人口变动：{label('population_event', kind)}") as change:
        uid = change.create("residents", household=household, **fields)
        change.create("population_events", **_event(kind, household, uid, happened_on, note))
    return uid


def leave(
    store: Store, kind: str, people: Sequence[str], *, happened_on: date, note: str = ""
) -> Change | None:
    """Several people of one household moved out together (or died), in one change."""
    _check_day(happened_on)
    homes = {uid: residents.resident(store, uid).household for uid in people}
    with store.change(f"人口变动：{label('population_event', kind)}") as change:
        for uid, home in homes.items():
            change.set("residents", uid, status=_STATUS[kind], status_on=happened_on.isoformat())
            change.create("population_events", **_event(kind, home, uid, happened_on, note))
    return change.done


def _check_day(happened_on: date) -> None:
    if happened_on > clock.today():
        raise StillToCome("发生日期", happened_on)


def _event(
    kind: str, household: str | None, resident: str | None, happened_on: date, note: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "household": household,
        "resident": resident,
        "happened_on": happened_on.isoformat(),
        "learned_on": clock.today().isoformat(),
        "note": note.strip(),
    }


def events_between(store: Store, first: date, last: date) -> list[PopulationEvent]:
    """Events that happened in these days, whenever they became known."""
    days = (first.isoformat(), last.isoformat())
    return [PopulationEvent(*row) for row in store.rows(_EVENTS, days)]
