"""What was found on patrols: safety, fire, clutter, leaflets, and whether it was solved at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord, StillToCome
from desktop.models.changes import Change
from desktop.models.store import Store
from desktop.models.words import LABELS, only


@dataclass(frozen=True, slots=True)
class Patrol:
    uid: str
    happened_on: str
    kind: str
    text: str
    solved_same_day: bool
    reported_up: bool
    worker: str
    building: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPatrol:
    """One finding as it is written down; `kind` is a code of `patrol_kind`."""

    happened_on: date
    kind: str
    text: str
    worker: str = ""
    building: str | None = None
    solved_same_day: bool = False
    reported_up: bool = False


def record(store: Store, found: NewPatrol) -> str:
    """Keep a finding; returns its uid."""
    values = _checked(store, found)
    with store.change("巡查登记") as change:
        return change.create("patrols", **values)


def correct(store: Store, uid: str, found: NewPatrol) -> Change | None:
    """Give a finding that was written down wrongly its right values."""
    values = _checked(store, found)
    with store.change("更正巡查记录") as change:
        change.set("patrols", uid, **values)
    return change.done


def _checked(store: Store, found: NewPatrol) -> dict[str, Any]:
    if found.kind not in LABELS["patrol_kind"]:
        raise BadValue("类别", found.kind, only("patrol_kind"))
    if found.happened_on > clock.today():
        raise StillToCome("日期", found.happened_on)
    if not found.text.strip():
        raise BadValue("发现的情况", "", "不能为空")
    building = found.building or None
    if building and not store.value("SELECT 1 FROM live_buildings WHERE uid = ?", (building,)):
        raise NoSuchRecord("楼栋", building)
    return {
        "happened_on": found.happened_on.isoformat(),
        "kind": found.kind,
        "text": found.text.strip(),
        "worker": found.worker.strip(),
        "building": building,
        "solved_same_day": int(found.solved_same_day),
        "reported_up": int(found.reported_up),
    }


def patrols_between(store: Store, first: date, last: date) -> list[Patrol]:
    """Findings of these days (both included), oldest first."""
    rows = store.rows(
        "SELECT uid, happened_on, coalesce(kind, 'other'), coalesce(text, ''), solved_same_day,"
        " reported_up, coalesce(worker, ''), building FROM live_patrols"
        " WHERE happened_on BETWEEN ? AND ? ORDER BY happened_on, uid",
        (first.isoformat(), last.isoformat()),
    )
    return [
        Patrol(uid, day, kind, text, bool(solved), bool(up), worker, building)
        for uid, day, kind, text, solved, up, worker, building in rows
    ]
