"""Writes workbooks that open everywhere: text stays text, every file is reopened once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from desktop.exchange.sheets.faults import CannotWrite

MAX_CELL = 32_767
HEAD_FONT = Font(name="宋体", bold=True)
HEAD_FILL = PatternFill("solid", fgColor="DDE6F0")
_LIST_LIMIT = 255  # characters an in-cell list may have


def text_cell(sheet: Any, value: Any) -> Any:
    """A cell whose text is never taken for a formula and never too long to be read again."""
    if not isinstance(value, str):
        return value
    text = "".join(c for c in value if c >= " " or c in "\n\t")[:MAX_CELL]
    cell = WriteOnlyCell(sheet, text)
    if text.startswith("="):
        cell.data_type = "s"
    return cell


def head_cells(sheet: Any, headers: Sequence[str]) -> list[Any]:
    cells = []
    for header in headers:
        cell = WriteOnlyCell(sheet, header)
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
    sheet = book.create_sheet(title)
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


def save(book: Workbook, target: Path) -> None:
    """Write beside the target, reopen to be sure, then put it in place."""
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        book.save(part)
        with part.open("rb") as written:
            load_workbook(written, read_only=True).close()
        os.replace(part, target)
    except OSError as error:
        raise CannotWrite(target.name) from error
    finally:
        part.unlink(missing_ok=True)
