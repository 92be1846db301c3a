"""Writes whole workbooks that can be trusted: every cell is looked up again after writing.

The same data gives the same bytes, so that a sealed month reprints identically.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import python_calamine
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from desktop.errors import UserError
from desktop.exchange.sheets.nameless import new_sheet, pack
from desktop.exchange.sheets.write import (
    HEAD_FILL,
    HEAD_FONT,
    clean,
    styled_cell,
    text_cell,
)
from desktop.files import whole_file

Value = str | int | float | None
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


class WrittenWrongly(UserError):
    def __init__(self, target: Path) -> None:
        super().__init__(f"文件“{target.name}”写完后读回不一致，已删除。请换一个位置再导出一次。")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as rows of plain values; without `header` no row is set apart."""

    title: str
    rows: Sequence[Sequence[Value]]
    widths: Sequence[int]
    header: bool = True
    bold_rows: frozenset[int] = frozenset()  # row numbers from 1
    centred_rows: frozenset[int] = frozenset()
    wrap: bool = False


def write_book(sheets: Sequence[Sheet], target: Path, *, made: date) -> None:
    """Write the sheets under the target's name, all or nothing; `made` is the date it carries."""
    kept = [replace(sheet, rows=[list(map(_kept, row)) for row in sheet.rows]) for sheet in sheets]
    data = _steady(_bytes(kept, made))
    with whole_file(target) as file:
        file.write(data)
        file.seek(0)
        if not _holds(file.read(), kept):
            raise WrittenWrongly(target)


def _kept(value: Value) -> Value:
    return (clean(value) or None) if isinstance(value, str) else value


def _bytes(sheets: Iterable[Sheet], made: date) -> bytes:
    book = Workbook(write_only=True)
    book.properties.creator = "近邻"
    book.properties.created = datetime(made.year, made.month, made.day)
    for sheet in sheets:
        page = new_sheet(book, sheet.title)
        for number, width in enumerate(sheet.widths, 1):
            page.column_dimensions[get_column_letter(number)].width = width
        if sheet.header:
            page.freeze_panes = "A2"
        for number, row in enumerate(sheet.rows, 1):
            page.append([_cell(page, sheet, number, value) for value in row])
    stream = BytesIO()
    pack(book, stream)
    return stream.getvalue()


def _cell(page: WriteOnlyWorksheet, sheet: Sheet, number: int, value: Value) -> Cell | Value:
    head = sheet.header and number == 1
    bold = number in sheet.bold_rows or head
    centred = number in sheet.centred_rows
    plain: Cell | Value = text_cell(page, value)
    if value is None or not (bold or centred or sheet.wrap or isinstance(value, float)):
        return plain
    cell = styled_cell(page, plain)
    if isinstance(value, float):
        cell.number_format = "0.00"
    if bold:
        cell.font = HEAD_FONT
    if head:
        cell.fill = HEAD_FILL
    if centred or sheet.wrap:
        cell.alignment = Alignment(
            horizontal="center" if centred else None, vertical="top", wrap_text=sheet.wrap
        )
    return cell


def _steady(data: bytes) -> bytes:
    """The same archive without the moment it was made in."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        created = re.search(rb"<dcterms:created[^>]*>([^<]*)", old.read("docProps/core.xml"))
        moment = created[1] if created else b"1980-01-01T00:00:00Z"
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":
                body = _MODIFIED.sub(rb"\g<1>" + moment, body)
            member = zipfile.ZipInfo(name, _ZIP_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, body)
    return stream.getvalue()


def _holds(data: bytes, sheets: Sequence[Sheet]) -> bool:
    """Whether the file, opened anew, holds every cell."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    if book.sheet_names != [sheet.title for sheet in sheets]:
        return False
    for sheet in sheets:
        read = book.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        wanted = [_as_read(row) for row in sheet.rows]
        if [_as_read(row) for row in read] != wanted:
            return False
    return True


def _as_read(row: Sequence[object]) -> list[object]:
    """A row as both sides spell it: no trailing blanks, numbers as floats, blank as nothing."""
    values: list[object] = [
        float(value) if isinstance(value, int | float) else (value or None) for value in row
    ]
    while values and values[-1] is None:
        values.pop()
    return values
