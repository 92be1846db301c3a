"""Writes workbooks that can be trusted: text stays text, the same data gives the same bytes.

Nothing a person typed becomes a formula, cells hold what a spreadsheet can keep, and a file gets
its name only after it was opened again and found to hold every cell.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import python_calamine
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from desktop.errors import UserError
from desktop.exchange.sheets.faults import CannotWrite
from desktop.exchange.sheets.write import HEAD_FILL, HEAD_FONT, MAX_CELL

Value = str | int | float | None
# what XML cannot carry, though a text may
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# 「_x0041_」 would be read as an escaped letter, so its underscore is escaped itself
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
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
    clean = [_clean(sheet) for sheet in sheets]
    data = _steady(_bytes(clean, made))
    waiting = target.with_name(target.name + ".part")
    try:
        try:
            with waiting.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if not _holds(waiting, clean):
                raise WrittenWrongly(target)
            waiting.replace(target)
        finally:
            waiting.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(target.name) from error


def _clean(sheet: Sheet) -> Sheet:
    rows = [[_value(value) for value in row] for row in sheet.rows]
    return Sheet(
        sheet.title, rows, sheet.widths, sheet.header, sheet.bold_rows, sheet.centred_rows,
        sheet.wrap,
    )  # fmt: skip


def _value(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    return (
        _NOT_XML.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL] or None
    )


def _bytes(sheets: Iterable[Sheet], made: date) -> bytes:
    book = Workbook(write_only=True)
    book.properties.creator = "近邻"
    book.properties.created = datetime(made.year, made.month, made.day)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        for number, width in enumerate(sheet.widths, 1):
            page.column_dimensions[get_column_letter(number)].width = width
        if sheet.header:
            page.freeze_panes = "A2"
        for number, row in enumerate(sheet.rows, 1):
            page.append([_cell(page, sheet, number, value) for value in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(page: WriteOnlyWorksheet, sheet: Sheet, number: int, value: Value) -> Cell | Value:
    if isinstance(value, str):
        value = _ESCAPE.sub("_x005F_", value)
    head = sheet.header and number == 1
    bold = number in sheet.bold_rows or head
    risky = isinstance(value, str) and value.startswith(_FORMULA_STARTS)
    centred = number in sheet.centred_rows
    if value is None or not (bold or risky or centred or sheet.wrap or isinstance(value, float)):
        return value
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, float):
        cell.number_format = "0.00"
    if isinstance(value, str):
        cell.data_type = "s"
    if risky:
        cell.quotePrefix = True  # it stays text when somebody edits it, too
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


def _holds(path: Path, sheets: Sequence[Sheet]) -> bool:
    """Whether the file, opened anew, holds every cell."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
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
