"""Ruled tables over as many pages as they need: heading and column titles repeat on each page.

A short column shrinks its text before it wraps; a text column wraps and makes its row higher; a
row higher than a page continues on the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.exchange.print import fonts, lines
from desktop.exchange.print.lines import Fitted
from desktop.exchange.print.page import (
    PAD,
    THICK,
    WU_HAO,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.progress import Progress, no_progress

_LEAST = 7.0
_ROW = 22.0
_HEADING = 44.0  # title and the line under it
_FOOT = 22.0  # 填表人/审核人


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, its share of the width, and how its cells look."""

    title: str
    share: float
    align: str = "left"
    wraps: bool = False
    draw: Callable[[Paper, Box], None] | None = None  # for cells that are filled in by hand


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading, on a new page; `titles` replaces the column titles if given."""

    title: str
    left: str
    right: str
    rows: Sequence[Sequence[str]]
    titles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TablePaper:
    """How all pages of one table document look."""

    sheet: Sheet
    columns: Sequence[Column]
    foot: str = ""
    size: float = WU_HAO
    least_row: float = _ROW
    empty: str = "（无记录）"


@dataclass(slots=True)
class _Row:
    height: float
    cells: list[Fitted]


@dataclass(slots=True)
class _Page:
    group: Group
    rows: list[_Row] = field(default_factory=list)
    used: float = 0.0


def print_tables(
    target: Path,
    look: TablePaper,
    groups: Sequence[Group],
    progress: Progress = no_progress,
) -> Printed:
    """Write the groups of a table document."""
    area = look.sheet.area
    pages = [page for group in groups for page in _paginate(look, group, area)]
    return print_pages(
        target, look.sheet, pages, lambda paper, page: _draw(paper, look, page), progress
    )


def widths(columns: Sequence[Column], total: float) -> list[float]:
    shares = sum(column.share for column in columns)
    return [total * column.share / shares for column in columns]


def _paginate(look: TablePaper, group: Group, area: Box) -> list[_Page]:
    wide = widths(look.columns, area.width)
    room = area.height - _HEADING - _title_height(look, group, wide) - (_FOOT if look.foot else 0)
    pages = [_Page(group)]
    for values in group.rows:
        for row in _lay(look, values, wide, room):
            if pages[-1].rows and pages[-1].used + row.height > room:
                pages.append(_Page(group))
            pages[-1].rows.append(row)
            pages[-1].used += row.height
    return pages


def _column_titles(look: TablePaper, group: Group) -> Sequence[str]:
    return group.titles or [column.title for column in look.columns]


def _title_height(look: TablePaper, group: Group, wide: Sequence[float]) -> float:
    deepest = max(
        len(lines.wrap(title, look.size, room - 2 * PAD, bold=True))
        for title, room in zip(_column_titles(look, group), wide, strict=True)
    )
    return max(look.least_row, deepest * look.size * lines.PITCH + 2 * PAD)


def _lay(look: TablePaper, values: Sequence[str], wide: Sequence[float], room: float) -> list[_Row]:
    cells = [
        _fit(look, column, value, width - 2 * PAD)
        for column, value, width in zip(look.columns, values, wide, strict=True)
    ]
    limit = int((room - 2 * PAD) / (look.size * lines.PITCH))
    rows: list[_Row] = []
    while any(cell.lines for cell in cells) or not rows:
        part = [Fitted(cell.size, cell.lines[:limit], "") for cell in cells]
        cells = [Fitted(cell.size, cell.lines[limit:], "") for cell in cells]
        high = max(
            (
                c.size + (len(c.lines) - 1) * c.size * lines.PITCH + 2 * PAD + 3
                for c in part
                if c.lines
            ),
            default=0.0,
        )
        rows.append(_Row(max(look.least_row, high), part))
    return rows


def _fit(look: TablePaper, column: Column, text: str, room: float) -> Fitted:
    if not text:
        return Fitted(look.size, (), "")
    if not column.wraps:
        fitted = lines.fit(text, look.size, _LEAST, room, look.least_row - 4)
        if not fitted.rest:
            return fitted
        return Fitted(_LEAST, tuple(lines.wrap(text, _LEAST, room)), "")
    return Fitted(look.size, tuple(lines.wrap(text, look.size, room)), "")


def _draw(paper: Paper, look: TablePaper, page: _Page) -> None:
    area = paper.sheet.area
    wide = widths(look.columns, area.width)
    middle = area.x + area.width / 2
    group = page.group
    size = 20.0
    while fonts.width(group.title, size, bold=True) > area.width and size > 10:
        size -= 1
    paper.text(middle, area.y + 16, group.title, size, bold=True, align="center")
    half = area.width / 2 - 4
    paper.cell(Box(area.x, area.y + 22, half, 20), group.left, WU_HAO, pad=0)
    paper.cell(Box(middle + 4, area.y + 22, half, 20), group.right, WU_HAO, align="right", pad=0)
    top = y = area.y + _HEADING
    y = _titles(paper, look, group, wide, y)
    for row in page.rows:
        _row(paper, look, wide, y, row)
        y += row.height
        paper.line(area.x, y, area.right, y)
    if not page.rows:
        paper.cell(Box(area.x, y, area.width, 40), look.empty, align="center")
        y += 40
    else:
        x = area.x
        for width in wide[:-1]:
            x += width
            paper.line(x, top, x, y)
    paper.box(Box(area.x, top, area.width, y - top), THICK)
    if look.foot:
        paper.text(area.x, area.bottom - 4, look.foot, WU_HAO)


def _titles(paper: Paper, look: TablePaper, group: Group, wide: Sequence[float], y: float) -> float:
    area = paper.sheet.area
    high = _title_height(look, group, wide)
    paper.fill(Box(area.x, y, area.width, high), 0.92)
    x = area.x
    for title, width in zip(_column_titles(look, group), wide, strict=True):
        paper.cell(Box(x, y, width, high), title, look.size, bold=True, align="center")
        x += width
    paper.line(area.x, y + high, area.right, y + high, THICK)
    return y + high


def _row(paper: Paper, look: TablePaper, wide: Sequence[float], y: float, row: _Row) -> None:
    x = paper.sheet.area.x
    for column, width, cell in zip(look.columns, wide, row.cells, strict=True):
        box = Box(x, y, width, row.height)
        if column.draw:
            column.draw(paper, box)
        elif cell.lines:
            paper.text_lines(box, cell, align=column.align)
        x += width
