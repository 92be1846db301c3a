"""Finds people whose records have been kept longer than needed, for somebody to review (domain §6).

Nothing is deleted by itself: a person decides for each line, with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from desktop.models import settings
from desktop.models.store import Store
from desktop.models.words import label


@dataclass(frozen=True, slots=True)
class Kept:
    """Somebody who left or died long ago and is still on record."""

    resident: str
    name: str
    household: str
    status: str  # a word
    since: str  # ISO date
    due: str  # the day from which the record is to be reviewed


def review_list(store: Store, on: date) -> list[Kept]:
    """Residents who have been gone for longer than the office's settings allow, longest first."""
    days = {
        "moved_out": int(settings.get(store, "keep_moved_out_days")),
        "deceased": int(settings.get(store, "keep_deceased_days")),
    }
    rows = store.rows(
        "SELECT uid, coalesce(name, ''), coalesce(household, ''), status, status_on"
        " FROM live_residents WHERE status IN ('moved_out', 'deceased') AND status_on IS NOT NULL"
        " ORDER BY status_on, uid"
    )
    kept = []
    for uid, name, household, status, since in rows:
        due = date.fromisoformat(since) + timedelta(days=days[status])
        if due <= on:
            word = label("resident_status", status)
            kept.append(Kept(uid, name, household, word, since, due.isoformat()))
    return kept
