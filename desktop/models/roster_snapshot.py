"""Reads the whole roster at once into plain rows, for imports and exports that compare everything.

A roster of 100,000 people is a handful of queries here; asking door by door would be a million.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from desktop.models.store import Store


class EstateRow(NamedTuple):
    uid: str
    name: str
    kind: str | None


class PlaceRow(NamedTuple):
    """A lane or a grid."""

    uid: str
    name: str


class BuildingRow(NamedTuple):
    uid: str
    estate: str | None
    lane: str | None
    grid: str | None
    name: str
    word: str | None
    floors: int | None
    units: int | None


class HouseholdRow(NamedTuple):
    uid: str
    building: str | None
    unit: str | None
    floor: int | None
    room: str | None
    place: str | None
    door_raw: str | None
    type_of_use: str | None
    residency_state: str | None
    phone: str | None
    quiet_hours: str | None
    note: str | None


class ResidentRow(NamedTuple):
    uid: str
    household: str | None
    name: str
    relation: str | None
    relation_word: str | None
    sex: str | None
    birth: str | None
    id_number: str | None
    phone: str | None
    phone_note: str | None
    hukou_addr: str | None
    hukou_kind: str | None
    emergency: str | None
    skill: str | None
    status: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The roster as it stands: rows per table, residents per household, tags per resident."""

    estates: list[EstateRow]
    lanes: list[PlaceRow]
    grids: list[PlaceRow]
    buildings: list[BuildingRow]
    households: list[HouseholdRow]
    residents: dict[str, list[ResidentRow]]
    tags: dict[str, set[str]]


def _columns(row: type[NamedTuple], prefix: str = "") -> str:
    fields: tuple[str, ...] = row._fields
    return ", ".join(prefix + name for name in fields)


def load(store: Store) -> Snapshot:
    """Everything live, in the order of uids."""
    residents: dict[str, list[ResidentRow]] = defaultdict(list)
    for row in store.rows(f"SELECT {_columns(ResidentRow)} FROM live_residents ORDER BY uid"):
        residents[row[1] or ""].append(ResidentRow(*row))
    tags: dict[str, set[str]] = defaultdict(set)
    for person, tag in store.rows("SELECT resident, tag FROM live_care_tags WHERE until IS NULL"):
        tags[person].add(tag)
    return Snapshot(
        [
            EstateRow(*r)
            for r in store.rows("SELECT uid, name, kind FROM live_estates ORDER BY uid")
        ],
        [PlaceRow(*r) for r in store.rows("SELECT uid, name FROM live_lanes ORDER BY uid")],
        [PlaceRow(*r) for r in store.rows("SELECT uid, name FROM live_grids ORDER BY uid")],
        [
            BuildingRow(*r)
            for r in store.rows(f"SELECT {_columns(BuildingRow)} FROM live_buildings ORDER BY uid")
        ],
        [
            HouseholdRow(*r)
            for r in store.rows(
                f"SELECT {_columns(HouseholdRow)} FROM live_households ORDER BY uid"
            )
        ],
        dict(residents),
        dict(tags),
    )
