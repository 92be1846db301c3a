"""What was found on patrols: safety, fire, clutter, leaflets, and whether it was solved at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.models.store import Store


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
