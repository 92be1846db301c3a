"""Finds the place a post belongs to from the words people use: 3栋, 3栋2单元, 中山路, 第二网格."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.errors import BadValue, NoSuchRecord, UserError
from desktop.models import places
from desktop.models.door import parse_door
from desktop.models.store import Store
from desktop.models.words import code_of, label, only

# where each kind of post serves; the first is tried first
PLACE_KINDS: dict[str, tuple[str, ...]] = {
    "lane_chief": ("lane",),
    "building_chief": ("building",),
    "stair_chief": ("unit",),
    "grid_worker": ("grid",),
    "grid_lead": ("grid",),
    "party_core_household": ("unit", "building"),
    "branch_secretary": ("estate",),
}


class AmbiguousPlace(UserError):
    def __init__(self, text: str, names: Sequence[str]) -> None:
        super().__init__(f"“{text}”有{len(names)}处：{'、'.join(names[:5])}。请写全小区名。")


@dataclass(frozen=True, slots=True)
class Place:
    """A building, stair, lane, grid or estate; a stair is its building's uid and the unit."""

    kind: str
    uid: str
    unit: str
    name: str


def post_kind(text: str) -> str:
    """The code behind a post's Chinese name or code."""
    code = code_of("post_kind", text)
    if code is None:
        raise BadValue("职务", text, only("post_kind"))
    return code


def read_place(store: Store, kind: str, text: str) -> Place:
    """The place of a post of this kind that the text names (or its uid)."""
    wanted = PLACE_KINDS.get(post_kind(kind), ())
    for place_kind in wanted:
        found = _FINDERS[place_kind](store, text.strip())
        if len(found) > 1:
            raise AmbiguousPlace(text, [place.name for place in found])
        if found:
            return found[0]
    raise NoSuchRecord("、".join(label("place_kind", name) for name in wanted), text)


def find_building(store: Store, text: str) -> str:
    """The uid of the building that the text names."""
    return read_place(store, "building_chief", text).uid


def _lanes(store: Store, text: str) -> list[Place]:
    return [
        Place("lane", lane.uid, "", lane.name)
        for lane in places.lanes(store)
        if text in (lane.uid, lane.name)
    ]


def _grids(store: Store, text: str) -> list[Place]:
    return [
        Place("grid", grid.uid, "", grid.name)
        for grid in places.grids(store)
        if text in (grid.uid, grid.name, f"{grid.name}网格")
    ]


def _estates(store: Store, text: str) -> list[Place]:
    return [
        Place("estate", estate.uid, "", estate.name)
        for estate in places.estates(store)
        if text == estate.uid or _plain(text) == _plain(estate.name)
    ]


def _buildings(store: Store, text: str) -> list[Place]:
    return [
        Place("building", building.uid, "", building.place)
        for building in _meant(store, text)
        if not parse_door(text).unit or building.uid == text
    ]


def _units(store: Store, text: str) -> list[Place]:
    unit = parse_door(text).unit
    if not unit:
        return []
    return [
        Place("unit", building.uid, unit, f"{building.place}{unit}单元")
        for building in _meant(store, text)
    ]


def _meant(store: Store, text: str) -> list[places.Building]:
    every = places.buildings(store)
    exact = [b for b in every if text in (b.uid, b.place, b.label, b.name)]
    if exact:
        return exact
    door = parse_door(text)
    name = door.building or door.number
    if not name:
        return []
    return [
        b
        for b in every
        if b.name == name
        and (not door.estate or _plain(door.estate) == _plain(b.estate_name))
        and (not door.lane or door.lane == b.lane_name)
    ]


def _plain(estate: str) -> str:
    """People write an estate with and without 小区."""
    return estate.removesuffix("小区") or estate


_FINDERS: dict[str, Callable[[Store, str], list[Place]]] = {
    "lane": _lanes,
    "grid": _grids,
    "estate": _estates,
    "building": _buildings,
    "unit": _units,
}
