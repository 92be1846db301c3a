"""The building elevation on paper 楼栋立面图: the same drawing as on the screen.

A tall or wide building goes on A3, a very tall one on several sheets; the shade of a door grows
with the days since anybody of the household was last spoken to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop import clock
from desktop.exchange.print import audience
from desktop.exchange.print.page import (
    A3_LANDSCAPE,
    A4_LANDSCAPE,
    GREY,
    HAIR,
    MM,
    SI_HAO,
    THICK,
    WU_HAO,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models.elevation import Cell, Elevation, elevation_of
from desktop.models.store import Store
from desktop.models.words import label
from desktop.progress import Progress, no_progress

_LEAST_ROW, _MOST_ROW = 17.0, 46.0
_LEAST_COLUMN, _MOST_COLUMN = 52.0, 150.0
_TWO_LINES = 26.0  # a row this high has the room above and the name below
_FLOOR = 36.0  # width of the column with floor numbers
_HEADS = 34.0  # height of units and rooms above the building
_TITLE = 50.0
# days since the last valid visit → shade of the door; words for the legend
SHADES = ((30, 1.0, "30天内"), (90, 0.93, "31至90天"), (365, 0.84, "91天至一年"))
_LONG_AGO = 0.72


@dataclass(frozen=True, slots=True)
class _Part:
    """What one sheet shows: floors and columns from–to."""

    floors: slice
    columns: slice
    last: bool


def print_elevation(
    store: Store,
    target: Path,
    building: str,
    *,
    recipient: str = "",
    progress: Progress = no_progress,
) -> Printed:
    """The poster of one building as of today."""
    drawn = elevation_of(store, building, clock.today())
    to = audience.held_by(store, "elevation", recipient)
    sheet = _sheet(A4_LANDSCAPE, to)
    if len(_parts(drawn, sheet.area)) > 1:
        sheet = _sheet(A3_LANDSCAPE, to)
    parts = _parts(drawn, sheet.area)
    printed = print_pages(
        target, sheet, parts, lambda paper, part: _draw(paper, drawn, part), progress
    )
    doors = sum(len(cell) for floor in drawn.floors for cell in floor.cells) + len(drawn.loose)
    audience.note(store, sheet.title, "elevation", households=doors)
    return printed


def _sheet(size: tuple[float, float], to: str) -> Sheet:
    return Sheet("楼栋立面图", size, 12 * MM, audience=to)


def _parts(drawn: Elevation, area: Box) -> list[_Part]:
    high = area.height - _TITLE - _HEADS - _loose_height(drawn, area)
    floors = _share(len(drawn.floors), max(1, int(high / _LEAST_ROW)))
    columns = _by_units(drawn, max(1, int((area.width - _FLOOR) / _LEAST_COLUMN)))
    parts = [_Part(f, c, False) for f in floors for c in columns]
    return [*parts[:-1], _Part(parts[-1].floors, parts[-1].columns, True)]


def _share(count: int, most: int) -> list[slice]:
    """Cut `count` rows into sheets of equal size rather than one full and one nearly empty."""
    sheets = max(1, -(-count // most))
    size = -(-count // sheets)
    return [slice(n * size, min(count, (n + 1) * size)) for n in range(sheets)]


def _by_units(drawn: Elevation, most: int) -> list[slice]:
    """Cut the columns between units; only a unit wider than a sheet is cut itself."""
    cuts: list[slice] = []
    start = end = 0
    for _, count in drawn.units:
        if count > most or end + count - start > most:
            cuts += [slice(start, end)] if end > start else []
            start = end
        if count > most:
            cuts += [slice(end + s.start, end + s.stop) for s in _share(count, most)]
            start = end + count
        end += count
    return [*cuts, slice(start, end)] if end > start or not cuts else cuts


def _loose_height(drawn: Elevation, area: Box) -> float:
    if not drawn.loose:
        return 0.0
    return 20.0 + 20.0 * -(-len(drawn.loose) // max(1, int(area.width / 120)))


def _draw(paper: Paper, drawn: Elevation, part: _Part) -> None:
    area = paper.sheet.area
    _title(paper, drawn, part)
    if not drawn.columns and not drawn.loose:
        paper.cell(Box(area.x, area.y + _TITLE, area.width, 60), "这栋楼还没有登记住户。", SI_HAO)
        return
    floors, columns = drawn.floors[part.floors], drawn.columns[part.columns]
    loose = _loose_height(drawn, area)
    high = area.height - _TITLE - _HEADS - loose
    row = min(_MOST_ROW, max(_LEAST_ROW, high / max(1, len(floors))))
    wide = min(_MOST_COLUMN, (area.width - _FLOOR) / max(1, len(columns)))
    left = area.x + (area.width - _FLOOR - wide * len(columns)) / 2
    top = area.y + _TITLE
    _heads(paper, drawn, part, left, top, wide)
    y = top + _HEADS
    for floor in floors:
        paper.cell(Box(left, y, _FLOOR, row), floor.label, WU_HAO, align="center", pad=1)
        paper.box(Box(left, y, _FLOOR, row), HAIR)
        for place, cells in enumerate(floor.cells[part.columns]):
            _door(paper, Box(left + _FLOOR + place * wide, y, wide, row), cells)
        y += row
    # the walls between units
    x = left + _FLOOR
    for place, column in enumerate(columns):
        if place and column.unit != columns[place - 1].unit:
            paper.line(x, top, x, y, THICK * 1.6)
        x += wide
    paper.box(Box(left, top, _FLOOR + wide * len(columns), y - top), THICK)
    if part.last and drawn.loose:
        _loose(paper, drawn, y + 14)


def _title(paper: Paper, drawn: Elevation, part: _Part) -> None:
    area = paper.sheet.area
    doors = sum(len(cells) for floor in drawn.floors for cells in floor.cells) + len(drawn.loose)
    more = "" if len(drawn.floors) == part.floors.stop - part.floors.start else "（续）"
    title = f"{drawn.place}立面图{more if part.floors.start else ''}"
    own = Box(area.x, area.y - 4, area.width, 28)
    paper.cell(own, title, 20, bold=True, align="center")
    y = area.y + 36
    paper.text(area.x, y, f"共{doors}户", WU_HAO)
    x = area.right
    legend = [*((shade, words) for _, shade, words in SHADES), (_LONG_AGO, "一年以上或未走访")]
    for shade, words in reversed(legend):
        x -= paper.text(x, y, words, 9, align="right") + 18
        box = Box(x, y - 9, 14, 10)
        paper.fill(box, shade)
        paper.box(box, HAIR)
        x -= 12
    x -= paper.text(x, y, "有关爱对象", 9, align="right") + 14
    _mark(paper, x + 5, y - 4)
    paper.text(x - 12, y, "距上次走访：", 9, align="right", grey=GREY)


def _heads(paper: Paper, drawn: Elevation, part: _Part, left: float, y: float, wide: float) -> None:
    columns = drawn.columns[part.columns]
    half = _HEADS / 2
    paper.fill(Box(left, y, _FLOOR + wide * len(columns), _HEADS), 0.95)
    paper.cell(Box(left, y, _FLOOR, _HEADS), "楼层", 9, align="center", pad=1)
    start = 0
    for place, column in enumerate(columns):
        x = left + _FLOOR + place * wide
        paper.cell(Box(x, y + half, wide, half), column.room, 9, align="center")
        paper.line(x, y + half, x, y + _HEADS, HAIR)
        last = place + 1 == len(columns) or columns[place + 1].unit != column.unit
        if last:
            box = Box(left + _FLOOR + start * wide, y, (place + 1 - start) * wide, half)
            name = f"{column.unit}单元" if column.unit else ""
            paper.cell(box, name, WU_HAO, bold=True, align="center")
            start = place + 1
    paper.line(left, y + _HEADS, left + _FLOOR + wide * len(columns), y + _HEADS, THICK)


def _door(paper: Paper, box: Box, cells: tuple[Cell, ...]) -> None:
    if not cells:
        paper.box(box, HAIR)
        paper.line(box.x, box.bottom, box.right, box.y, 0.2)
        return
    cell = cells[0]
    paper.fill(box, shade_of(cell))
    paper.box(box, HAIR)
    names = "、".join(c.head for c in cells if c.head) or label("type_of_use", cell.use) or "—"
    more = f"（{len(cells)}户）" if len(cells) > 1 else ""
    room = cell.door.rpartition("单元")[2] + more
    mark = 12.0 if any(c.care for c in cells) else 0.0
    if box.height >= _TWO_LINES:
        upper = Box(box.x, box.y + 2, box.width, box.height / 2 - 1)
        lower = Box(box.x, box.y + box.height / 2, box.width - mark, box.height / 2 - 2)
        paper.cell(upper, room, 8.5, align="center")
        paper.cell(lower, names, WU_HAO, bold=True, align="center", pad=2)
    else:
        text = f"{room} {names}"
        paper.cell(Box(box.x, box.y, box.width - mark, box.height), text, 9, align="center", pad=2)
    if mark:
        _mark(
            paper, box.right - 8, box.y + box.height - 8 if box.height >= _TWO_LINES else box.y + 8
        )


def shade_of(cell: Cell) -> float:
    """How grey a door is: white when seen lately."""
    if cell.use in ("vacant", "commercial") and not cell.people:
        return 1.0
    if cell.days is not None:
        for days, shade, _ in SHADES:
            if cell.days <= days:
                return shade
    return _LONG_AGO


def _mark(paper: Paper, x: float, y: float) -> None:
    """A small black diamond: somebody behind this door carries a care tag."""
    paper.diamond(x, y, 3.4)


def _loose(paper: Paper, drawn: Elevation, y: float) -> None:
    """Doors whose floor or room is not known stand below the building."""
    area = paper.sheet.area
    paper.text(area.x, y, "楼层或房号不详：", 9)
    count = max(1, int(area.width / 120))
    for place, cell in enumerate(drawn.loose):
        box = Box(area.x + place % count * 120, y + 6 + place // count * 20, 120, 20)
        paper.fill(box, shade_of(cell))
        paper.box(box, HAIR)
        paper.cell(box, f"{cell.door} {cell.head}", 9, align="center")
