"""Brings what somebody needs together with what a neighbour offers: near, alike, not overloaded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from desktop.models import items
from desktop.models.items import Item
from desktop.models.store import Store

DISTANCES = ("同一单元", "同一栋楼", "同一小区", "较远")
_COUNTERPARTS = {"resource": ("need", "hazard", "dispute", "project")}
# signs that stand in half of all texts and say nothing about what is asked for
_EMPTY = frozenset("的了有在想要能可请帮我您是不吗和与及、，。；：（） ")


@dataclass(frozen=True, slots=True)
class Match:
    """One entry of the other list that may fit."""

    item: Item
    distance: int  # place in DISTANCES
    alike: int  # shared pairs of characters; the same category counts as several
    load: int  # open matters the people of that door look after already

    @property
    def why(self) -> str:
        """「同一栋楼，内容相近，手上已有1件」."""
        parts = [DISTANCES[self.distance], "内容相近" if self.alike else ""]
        parts.append(f"手上已有{self.load}件" if self.load else "")
        return "，".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a door is, from stair to estate; None where it is not known."""

    building: str | None
    unit: str | None
    estate: str | None


def matches(store: Store, uid: str, *, limit: int = 10) -> list[Match]:
    """Open entries of the other list that may fit this one, the best first.

    A need looks for resources, a resource for needs. Alike goes before near, near before idle;
    what is neither alike nor in the same estate is left out.
    """
    own = items.item(store, uid)
    wanted = _COUNTERPARTS.get(own.kind, ("resource",))
    every = items.items(store, only_open=True)
    spots, here = _spots(store), _Spot(own.building, None, None)
    loads = _loads(store, every)
    found = []
    for other in every:
        if other.kind not in wanted or other.uid == uid:
            continue
        mine = spots.get(own.household or "") or spots.get(own.building or "") or here
        theirs = spots.get(other.household or "") or spots.get(other.building or "") or here
        away, alike = _distance(mine, theirs), _alike(own, other)
        if alike or away < len(DISTANCES) - 1:
            found.append(Match(other, away, alike, loads[other.household or ""]))
    found.sort(key=lambda m: (m.alike == 0, m.distance, -m.alike, m.load, m.item.registered_on))
    return found[:limit]


def _spots(store: Store) -> dict[str, _Spot]:
    """Of every household and building."""
    rows = store.rows(
        "SELECT h.uid, h.building, h.unit, b.estate FROM live_households h"
        " LEFT JOIN buildings b ON b.uid = h.building"
        " UNION ALL SELECT uid, uid, NULL, estate FROM live_buildings"
    )
    return {uid: _Spot(building, unit, estate) for uid, building, unit, estate in rows}


def _distance(a: _Spot, b: _Spot) -> int:
    if a.building and a.building == b.building:
        return 0 if a.unit and a.unit == b.unit else 1
    return 2 if a.estate and a.estate == b.estate else 3


def _alike(a: Item, b: Item) -> int:
    shared = len(_pairs(a) & _pairs(b))
    return shared + (3 if a.category and a.category == b.category else 0)


def _pairs(item: Item) -> set[str]:
    """Pairs of neighbouring characters; Chinese words are mostly two long."""
    text = f"{item.text} {item.category or ''}".lower()
    return {a + b for a, b in pairwise(text) if a not in _EMPTY and b not in _EMPTY}


def _loads(store: Store, every: list[Item]) -> Counter[str]:
    """Per household the open matters that were given to one of its people."""
    given = Counter(item.handler for item in every if item.handler and item.kind != "resource")
    loads: Counter[str] = Counter()
    homes = {item.household for item in every if item.kind == "resource"}
    for home, name in store.rows(
        "SELECT household, name FROM live_residents WHERE coalesce(status, 'living') = 'living'"
    ):
        if home in homes:
            loads[home] += given[name]
    return loads
