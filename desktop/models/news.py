"""Counts what came in since a day, so that the morning starts with what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.models.items import CLOSED
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class News:
    """What was recorded since a day, whoever did it on whichever PC."""

    visits: int
    items: int
    closed: int
    people: int  # population events
    edits: int  # changes of the roster by hand
    packages: int  # taken in on this PC


def news_since(store: Store, day: date) -> News:
    """Counts by the day of recording (claimed by the PC that recorded it)."""
    since = day.isoformat()
    marks = ", ".join("?" * len(CLOSED))

    def count(sql: str, *more: str) -> int:
        return int(store.value(sql, (since, *more)) or 0)

    return News(
        visits=count("SELECT count(*) FROM live_visits WHERE recorded_on >= ?"),
        items=count("SELECT count(*) FROM live_items WHERE registered_on >= ?"),
        closed=count(
            "SELECT count(DISTINCT item) FROM live_item_events"
            f" WHERE recorded_on >= ? AND step IN ({marks})",
            *sorted(CLOSED),
        ),
        people=count("SELECT count(*) FROM live_population_events WHERE learned_on >= ?"),
        edits=count("SELECT count(*) FROM changes WHERE wall >= ? AND kind = 'edit'"),
        packages=count("SELECT count(*) FROM inbox WHERE got >= ? AND state = 'applied'"),
    )
