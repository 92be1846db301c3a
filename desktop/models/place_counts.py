"""Counts doors and people per building and stair, for the tree of places."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from desktop.models.door_text import natural
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class StairCount:
    """One unit of a building ("" = doors without a unit)."""

    unit: str
    households: int
    people: int


def stair_counts(store: Store) -> dict[str, list[StairCount]]:
    """Per building its units in natural order; households with no living resident count too."""
    found: dict[str, list[StairCount]] = defaultdict(list)
    for building, unit, households, people in store.rows(
        "SELECT coalesce(h.building, ''), coalesce(h.unit, ''), count(*), sum(coalesce(p.n, 0))"
        " FROM live_households h LEFT JOIN ("
        "  SELECT household, count(*) AS n FROM live_residents"
        "  WHERE coalesce(status, 'living') = 'living' GROUP BY household) p"
        " ON p.household = h.uid GROUP BY 1, 2"
    ):
        found[building].append(StairCount(unit, households, people))
    for stairs in found.values():
        stairs.sort(key=lambda stair: natural(stair.unit))
    return dict(found)
