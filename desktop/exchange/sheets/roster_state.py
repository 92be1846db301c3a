"""The roster in memory while a plan is made: stored records and new ones, found by natural keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from desktop import clock
from desktop.exchange.sheets.doors import Spot
from desktop.exchange.sheets.plan import Work
from desktop.exchange.sheets.values import plain
from desktop.models.door import derived_floor
from desktop.models.door_text import building_label, door_label
from desktop.models.roster_snapshot import HouseholdRow, ResidentRow, Snapshot


@dataclass(slots=True)
class PersonState:
    """One resident, stored or new; `values` is what they will be after the import."""

    uid: str
    values: dict[str, Any]
    tags: set[str]
    is_new: bool
    row: int = 0  # the sheet row that spoke of them; 0 = none so far
    source: str = ""  # the sheet of that row
    changed: bool = False


@dataclass(slots=True)
class HomeState:
    """One household, stored or new, with its people and where it is."""

    uid: str
    values: dict[str, Any]
    people: list[PersonState]
    is_new: bool
    door: str
    building: str
    seen: bool = False
    changed: bool = False


@dataclass(slots=True)
class BuildingState:
    uid: str
    values: dict[str, Any]
    is_new: bool
    label: str
    floors: int = 0
    units: set[str] = field(default_factory=set)
    stated_floors: int = 0


def estate_key(name: str) -> str:
    """瑞景公园 and 瑞景公园小区 are the same estate."""
    word = plain(name)
    return word.removesuffix("小区") or word


HomeKey = tuple[Any, ...]


def home_key(
    building: str, unit: str | None, floor: int | None, room: str | None, place: str | None
) -> HomeKey:
    """A household's identity; the floor counts only where the room does not tell it."""
    return (building, unit, room, place, floor if derived_floor(room) is None else None)


class Roster:
    """Finds or makes the places and households an import speaks of; collects the writes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.work = Work()
        self._uids: list[str] = []
        self.estates = {estate_key(e.name): e.uid for e in reversed(snapshot.estates)}
        self._estate_kinds = {e.uid: e.kind for e in snapshot.estates}
        self._names = {e.uid: e.name for e in snapshot.estates}
        self._lanes = {plain(lane.name): lane.uid for lane in reversed(snapshot.lanes)}
        self._names |= {lane.uid: lane.name for lane in snapshot.lanes}
        self._grids = {plain(grid.name): grid.uid for grid in reversed(snapshot.grids)}
        self.buildings: dict[str, BuildingState] = {}
        self._building_at: dict[tuple[str, str, str], str] = {}
        self._buildings_named: dict[tuple[str, str], list[str]] = defaultdict(list)
        for b in reversed(snapshot.buildings):
            values = {"estate": b.estate, "lane": b.lane, "grid": b.grid, "floors": b.floors,
                      "units": b.units}  # fmt: skip
            self._add_building(b.uid, values, b.name, b.word, is_new=False)
        self._snapshot = snapshot
        self.rows_of: dict[str, list[HouseholdRow]] = defaultdict(list)
        self._row_at: dict[HomeKey, HouseholdRow] = {}
        for row in snapshot.households:
            self.rows_of[row.building or ""].append(row)
            key = home_key(row.building or "", row.unit, row.floor, row.room, row.place)
            self._row_at.setdefault(key, row)
        self.homes: dict[str, HomeState] = {}
        self._home_at: dict[HomeKey, HomeState] = {}

    def expect(self, count: int) -> None:
        """Have names ready for so many new rows.

        They are given out in order, so that tables and indexes grow at their end: that halves the
        time a large import takes to be written.
        """
        self._uids = sorted(clock.new_uids(count), reverse=True)

    def uid(self) -> str:
        if not self._uids:
            self.expect(2000)
        return self._uids.pop()

    def create(self, table: str, values: dict[str, Any]) -> str:
        """A new row; the dict stays open for what later rows of the sheet add."""
        values["uid"] = self.uid()
        self.work.creates.setdefault(table, []).append(values)
        return str(values["uid"])

    def estate(self, name: str, kind: str | None) -> str:
        """The estate of this name, made when it is new; a kind not known yet is filled in."""
        if not name:
            return ""
        key = estate_key(name)
        uid = self.estates.get(key)
        if uid is None:
            uid = self.create("estates", {"name": name.strip(), "kind": kind})
            self.estates[key], self._names[uid] = uid, name.strip()
            self._estate_kinds[uid] = kind
        elif kind and not self._estate_kinds.get(uid):
            self._estate_kinds[uid] = kind
            made = [e for e in self.work.creates.get("estates", ()) if e["uid"] == uid]
            if made:
                made[0]["kind"] = kind
            else:
                self.work.sets.append(("estates", uid, {"kind": kind}))
        return uid

    def lane(self, name: str) -> str:
        if not name:
            return ""
        key = plain(name)
        if key not in self._lanes:
            uid = self.create("lanes", {"name": name.strip()})
            self._lanes[key], self._names[uid] = uid, name.strip()
        return self._lanes[key]

    def grid(self, name: str) -> str:
        key = plain(name)
        if key not in self._grids:
            self._grids[key] = self.create("grids", {"name": name.strip()})
        return self._grids[key]

    def _add_building(
        self, uid: str, values: dict[str, Any], name: str, word: str | None, *, is_new: bool
    ) -> BuildingState:
        estate, lane = values.get("estate") or "", values.get("lane") or ""
        place = self._names.get(estate, "") + self._names.get(lane, "")
        state = BuildingState(uid, values, is_new, place + building_label(name, word))
        self.buildings[uid] = state
        self._building_at[estate, lane, name] = uid
        self._buildings_named[estate, name].append(uid)
        return state

    def building(self, spot: Spot, kind: str | None) -> BuildingState:
        """The building of a door; the lane may be missing on one side when the name is clear."""
        estate, lane = self.estate(spot.estate, kind), self.lane(spot.lane)
        uid = self._building_at.get((estate, lane, spot.building))
        if uid is None:
            others = self._buildings_named.get((estate, spot.building), [])
            if len(others) == 1 and (not lane or not self.buildings[others[0]].values.get("lane")):
                uid = others[0]
        if uid is not None:
            return self.buildings[uid]
        values = {"estate": estate or None, "lane": lane or None, "name": spot.building,
                  "word": spot.word if spot.word is not None else "栋"}  # fmt: skip
        return self._add_building(
            self.create("buildings", values), values, spot.building, values["word"], is_new=True
        )

    def home(self, spot: Spot, building: BuildingState) -> HomeState:
        """The household behind a door, made when it is new."""
        key = home_key(building.uid, spot.unit, spot.floor, spot.room, spot.place)
        known = self._home_at.get(key)
        if known is not None:
            return known
        door = building.label + door_label(spot.unit, spot.floor, spot.room, spot.place)
        row = self._row_at.get(key)
        if row is not None:
            state = self._stored_home(row, door)
        else:
            values = {
                "building": building.uid,
                "unit": spot.unit,
                "floor": spot.floor,
                "room": spot.room,
                "place": spot.place,
                "door_raw": spot.raw or None,
            }
            uid = self.create("households", values)
            state = HomeState(uid, values, [], True, door, building.uid)
        self._home_at[key] = self.homes[state.uid] = state
        return state

    def find(self, spot: Spot) -> str | None:
        """The stored household behind a door; a door without estate must be the only one so."""
        estate = self.estates.get(estate_key(spot.estate), "") if spot.estate else None
        lane = self._lanes.get(plain(spot.lane), "") if spot.lane else None
        found = {
            row.uid
            for (own_estate, own_lane, name), uid in self._building_at.items()
            if name == spot.building
            and estate in (None, own_estate)
            and (lane in (None, own_lane) or not own_lane)
            and (row := self._row_at.get(
                home_key(uid, spot.unit, spot.floor, spot.room, spot.place)))
        }  # fmt: skip
        return found.pop() if len(found) == 1 else None

    def _stored_home(self, row: HouseholdRow, door: str) -> HomeState:
        state = self.homes.get(row.uid)
        if state is None:
            people = [self._stored_person(r) for r in self._snapshot.residents.get(row.uid, ())]
            state = HomeState(row.uid, row._asdict(), people, False, door, row.building or "")
            self.homes[row.uid] = state
        return state

    def _stored_person(self, row: ResidentRow) -> PersonState:
        tags = set(self._snapshot.tags.get(row.uid, ()))
        return PersonState(row.uid, row._asdict(), tags, is_new=False)

    def home_of_uid(self, uid: str) -> HomeState | None:
        """A stored household by its uid (somebody of it turned up behind another door)."""
        if uid in self.homes:
            return self.homes[uid]
        row = next((r for rows in self.rows_of.values() for r in rows if r.uid == uid), None)
        if row is None:
            return None
        building = self.buildings.get(row.building or "")
        door = (building.label if building else "") + door_label(
            row.unit, row.floor, row.room, row.place
        )
        state = self._stored_home(row, door)
        key = home_key(row.building or "", row.unit, row.floor, row.room, row.place)
        self._home_at.setdefault(key, state)
        return state

    def unseen_people(self, uid: str) -> Iterable[ResidentRow]:
        """Stored people of a household no sheet spoke of."""
        return self._snapshot.residents.get(uid, ())

    def finish_buildings(self) -> None:
        """Let floors and stairs grow to what the doors show; they never shrink by themselves."""
        for state in self.buildings.values():
            floors = max(state.floors, state.stated_floors)
            numbers = [int(u) for u in state.units if u.isascii() and u.isdigit() and len(u) < 3]
            units = max([len(state.units), *numbers], default=0)
            wanted = {
                name: value
                for name, value in (("floors", floors), ("units", units))
                if value > (state.values.get(name) or 0)
            }
            if not wanted:
                continue
            state.values.update(wanted)
            if not state.is_new:
                self.work.sets.append(("buildings", state.uid, wanted))
