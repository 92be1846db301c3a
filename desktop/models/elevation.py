"""Lays a building out as people see it from the street: floors as rows, units and rooms as columns.

Pure layout; the screen and the printed poster draw the same value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from desktop.models import places, residents, visits
from desktop.models.door_text import natural
from desktop.models.residents import Household
from desktop.models.store import Store
from desktop.models.words import label

_ATTIC, _BASEMENT = 10_000, -10_000  # rows above and below every numbered floor
_HIGHEST = 300  # empty floors are drawn up to here, whatever another PC wrote


@dataclass(frozen=True, slots=True)
class Cell:
    """One door: who lives there and how long ago somebody last spoke with them."""

    household: str
    door: str  # inside the building: 「2单元501」
    head: str  # "" when nobody is registered
    people: int
    tags: tuple[str, ...]
    use: str | None  # type_of_use
    days: int | None  # since the last valid visit; None = never

    @property
    def care(self) -> bool:
        """Whether anybody behind the door carries a care tag."""
        return bool(self.tags)


@dataclass(frozen=True, slots=True)
class Column:
    """One vertical line of doors: 「1单元」 and 「01」."""

    unit: str
    room: str


@dataclass(frozen=True, slots=True)
class Floor:
    """One row; each column holds none, one or (the same door written twice) several cells."""

    number: int
    label: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Elevation:
    """A building drawn: `floors` from the top down; `loose` are doors without floor or room."""

    building: str
    place: str  # 「瑞景公园3栋」
    columns: tuple[Column, ...]
    floors: tuple[Floor, ...]
    loose: tuple[Cell, ...]

    @property
    def units(self) -> list[tuple[str, int]]:
        """The units from left to right, each with its number of columns."""
        counts: dict[str, int] = {}
        for column in self.columns:
            counts[column.unit] = counts.get(column.unit, 0) + 1
        return list(counts.items())


def elevation_of(store: Store, building: str, on: date) -> Elevation:
    """The elevation of one building as of a day."""
    found = places.building(store, building)
    last = {uid: visit.happened_on for uid, visit in visits.last_valid(store).items()}
    homes = residents.households(store, building=building)
    return lay_out(building, found.place, found.floors or 0, homes, last, on)


def lay_out(
    building: str,
    place: str,
    floors: int,
    homes: Iterable[Household],
    last: Mapping[str, str],
    on: date,
) -> Elevation:
    """Put each household into its row and column; `last` is the day of the last valid visit."""
    doors: dict[tuple[int, Column], list[Cell]] = defaultdict(list)
    loose: list[Cell] = []
    for home in homes:
        cell = _cell(home, last.get(home.uid), on)
        row = _row(home)
        if row is None or not home.room:
            loose.append(cell)
        else:
            doors[row, Column(home.unit or "", _room(home.room, home.floor))].append(cell)
    columns = sorted(
        {column for _, column in doors}, key=lambda c: (natural(c.unit), natural(c.room))
    )
    rows = {row for row, _ in doors} | set(range(1, min(floors, _HIGHEST) + 1))
    numbered = [row for row in rows if -_HIGHEST <= row <= _HIGHEST]
    rows |= {n for n in range(min(numbered, default=1), max(numbered, default=0)) if n}
    laid = [
        Floor(row, _floor_label(row), tuple(tuple(doors.get((row, c), ())) for c in columns))
        for row in sorted(rows, reverse=True)
    ]
    return Elevation(building, place, tuple(columns), tuple(laid), tuple(loose))


def _cell(home: Household, last: str | None, on: date) -> Cell:
    days = (on - date.fromisoformat(last)).days if last else None
    people = len(home.residents)
    return Cell(
        home.uid, home.short_door, home.head_name, people, home.tags, home.type_of_use, days
    )


def _row(home: Household) -> int | None:
    if home.place:
        return _ATTIC if home.place == "attic" else _BASEMENT
    return home.floor


def _floor_label(row: int) -> str:
    if row in (_ATTIC, _BASEMENT):
        return label("place", "attic" if row == _ATTIC else "basement")
    return f"{row}层" if row > 0 else f"负{-row}层"


def _room(room: str, floor: int | None) -> str:
    """The part of a room number that repeats on every floor: 501 on floor 5 → 01."""
    prefix = str(floor) if floor is not None else ""
    if prefix and room.isdigit() and room.startswith(prefix) and len(room) - len(prefix) == 2:
        return room[len(prefix) :]
    return room
