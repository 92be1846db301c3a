"""The places of a community: estates, lanes, grids, buildings, and how a door is written."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.errors import NoSuchRecord
from desktop.models.door_text import building_label, natural
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class Estate:
    uid: str
    name: str
    kind: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Lane:
    uid: str
    name: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Grid:
    uid: str
    name: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Building:
    """One building; `label` is 「3栋」, `place` puts estate and lane before it."""

    uid: str
    estate: str | None
    lane: str | None
    grid: str | None
    name: str
    word: str | None
    floors: int | None
    units: int | None
    note: str | None
    estate_name: str
    lane_name: str

    @property
    def label(self) -> str:
        return building_label(self.name, self.word)

    @property
    def place(self) -> str:
        return self.estate_name + self.lane_name + self.label


def estates(store: Store) -> list[Estate]:
    rows = [Estate(*r) for r in store.rows("SELECT uid, name, kind, note FROM live_estates")]
    return sorted(rows, key=lambda estate: (natural(estate.name), estate.uid))


def lanes(store: Store) -> list[Lane]:
    rows = [Lane(*r) for r in store.rows("SELECT uid, name, note FROM live_lanes")]
    return sorted(rows, key=lambda lane: (natural(lane.name), lane.uid))


def grids(store: Store) -> list[Grid]:
    rows = [Grid(*r) for r in store.rows("SELECT uid, name, note FROM live_grids")]
    return sorted(rows, key=lambda grid: (natural(grid.name), grid.uid))


def buildings(store: Store, estate: str | None = None) -> list[Building]:
    """All buildings (of one estate) in natural order: estate, lane, 2栋 before 10栋."""
    rows = store.rows(
        "SELECT b.uid, b.estate, b.lane, b.grid, b.name, b.word, b.floors, b.units, b.note,"
        " coalesce(e.name, ''), coalesce(l.name, '') FROM live_buildings b"
        " LEFT JOIN estates e ON e.uid = b.estate LEFT JOIN lanes l ON l.uid = b.lane"
        " WHERE ?1 IS NULL OR b.estate = ?1",
        (estate,),
    )
    return sorted((Building(*row) for row in rows), key=building_order)


def building(store: Store, uid: str) -> Building:
    for found in buildings(store):
        if found.uid == uid:
            return found
    raise NoSuchRecord("楼栋", uid)


def building_order(building: Building) -> tuple[object, ...]:
    return (
        natural(building.estate_name),
        natural(building.lane_name),
        natural(building.name),
        building.uid,
    )
