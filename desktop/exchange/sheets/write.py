"""How every workbook is written: text stays text, and a file gets its name once it opens again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from desktop.exchange.sheets.nameless import give_up, new_sheet, pack
from desktop.files import whole_file

MAX_CELL = 32_767
HEAD_FONT = Font(name="宋体", bold=True)
HEAD_FILL = PatternFill("solid", fgColor="DDE6F0")
_LIST_LIMIT = 255  # characters an in-cell list may have
# what XML cannot carry, though a text may
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# 「_x0041_」 would be read as an escaped letter, so its underscore is escaped itself
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# would be calculated, or (#N/A) taken for an error
_NOT_TEXT = tuple("=+-@\t\r＝＋－＠#")


def clean(text: str) -> str:
    """The text as a cell can keep it: one kind of line break, no longer than a cell may be."""
    return _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL]


def text_cell(sheet: Any, value: Any) -> Any:
    """What to put into a cell, so that no text is ever calculated or read as something else."""
    if not isinstance(value, str):
        return value
    text = _ESCAPE.sub("_x005F_", clean(value))
    return styled_cell(sheet, text) if text.startswith(_NOT_TEXT) else text


def styled_cell(sheet: Any, value: Any) -> Cell:
    """The same as a cell that can be given a font or a format."""
    cell = value if isinstance(value, Cell) else WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        # it stays text when somebody edits it, too
        cell.quotePrefix = value.startswith(_NOT_TEXT)
    return cell


def head_cells(sheet: Any, headers: Sequence[str]) -> list[Cell]:
    """The cells of a header row."""
    cells = []
    for header in headers:
        cell = styled_cell(sheet, text_cell(sheet, header))
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cells.append(cell)
    return cells


def table_sheet(
    book: Workbook,
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[float] = (),
) -> Any:
    """One sheet with a frozen header row, numbers as numbers and no merged cells."""
    sheet = new_sheet(book, title)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append(head_cells(sheet, headers))
    for row in rows:
        sheet.append([text_cell(sheet, value) for value in row])
    return sheet


def drop_down(sheet: Any, options: Sequence[str], area: str, lists: Any) -> None:
    """Offer these words in the cells of `area`; long lists go to the hidden sheet `lists`."""
    joined = ",".join(options)
    if len(joined) <= _LIST_LIMIT:
        formula = f'"{joined}"'
    else:
        column = lists.max_column + 1 if lists["A1"].value is not None else 1
        for row, option in enumerate(options, 1):
            lists.cell(row, column, option)
        letter = get_column_letter(column)
        formula = f"'{lists.title}'!${letter}$1:${letter}${len(options)}"
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(area)


@contextmanager
def new_book(target: Path) -> Iterator[Workbook]:
    """A workbook to fill row by row; written at the end, whole or not at all."""
    book = Workbook(write_only=True)
    try:
        with whole_file(target) as file:
            yield book
            _pack(book, file)
    except BaseException:
        give_up(book)
        raise


def save(book: Workbook, target: Path) -> None:
    """Write a small workbook that was filled in memory."""
    with whole_file(target) as file:
        _pack(book, file)


def _pack(book: Workbook, file: BinaryIO) -> None:
    """Write it and open it once, before it gets its name."""
    pack(book, file)
    file.seek(0)
    load_workbook(file, read_only=True).close()
