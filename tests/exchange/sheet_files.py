"""Builds small spreadsheets in words, the way offices make them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlwt
from openpyxl import Workbook

from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.plan import Plan
from desktop.models.store import Store

Rows = Sequence[Sequence[Any]]
HEAD = ("小区", "楼栋", "单元", "房号", "姓名", "与户主关系", "性别", "出生日期", "联系电话")
WANG = ("瑞景公园", "3栋", "2", "501", "王小明", "户主", "男", "1958-03-12", "13900000001")
LIU = ("瑞景公园", "3栋", "2", "501", "刘桂花", "妻子", "女", "1960", "13900000002")
TIDY: Rows = (HEAD, WANG, LIU)


def xlsx(
    path: Path,
    rows: Rows = TIDY,
    *,
    sheets: dict[str, Rows] | None = None,
    merge: Sequence[str] = (),
    touch: Callable[[Any], None] | None = None,
) -> Path:
    """An xlsx of one sheet (or of several); `merge` and `touch` work on the first sheet."""
    book = Workbook()
    book.remove(book.active)
    for name, content in (sheets or {"Sheet1": rows}).items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    first = book.worksheets[0]
    for area in merge:
        first.merge_cells(area)
    if touch:
        touch(first)
    book.save(path)
    return path


def xls(path: Path, rows: Rows = TIDY) -> Path:
    """The same as Excel 97 wrote it (an .et file is the same format)."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    book.save(str(path))
    return path


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(body)
    while size > 127:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return head + length + bytes([size]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def xlsb(path: Path, rows: Rows = TIDY) -> Path:
    """Excel's binary workbook, record by record."""
    sheet = [_record(129), _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, 30)), _record(145)]
    for r, row in enumerate(rows):
        sheet.append(_record(0, struct.pack("<2I", r, 0) + bytes(9)))
        for c, value in enumerate(row):
            if value is not None:
                sheet.append(_record(6, struct.pack("<2I", c, 0) + _wide(str(value))))
    about = struct.pack("<2I", 0, 1) + _wide("rId1") + _wide("Sheet1")
    book = [_record(131), _record(143), _record(156, about), _record(144), _record(132)]
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.bin", b"".join(book))
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/>'
            "</Relationships>",
        )
        archive.writestr("xl/worksheets/sheet1.bin", b"".join([*sheet, _record(146), _record(130)]))
    return path


_ODS = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Sheet1">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def ods(path: Path, rows: Rows = TIDY, *, repeat: int = 1) -> Path:
    """An OpenDocument sheet, packed by hand; `repeat` repeats each row that often."""
    body = "".join(
        f'<table:table-row table:number-rows-repeated="{repeat}">'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value or ""}</text:p>'
            "</table:table-cell>"
            for value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS.format(body))
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def csv_text(rows: Rows, mark: str = ",") -> str:
    return "\r\n".join(
        mark.join("" if value is None else str(value) for value in row) for row in rows
    )


def take(store: Store, *files: Path, **options: Any) -> Plan:
    """Import these files for good; returns the plan as it was shown."""
    plan = plan_import(store, list(files), **options)
    apply_plan(store, plan)
    return plan


def people(store: Store) -> list[tuple[Any, ...]]:
    """Everybody: (estate, building, unit, room, name, relation)."""
    return sorted(
        store.rows(
            "SELECT coalesce(e.name, ''), b.name, coalesce(h.unit, ''), coalesce(h.room, ''),"
            " r.name, r.relation FROM live_residents r"
            " JOIN live_households h ON h.uid = r.household"
            " JOIN live_buildings b ON b.uid = h.building"
            " LEFT JOIN live_estates e ON e.uid = b.estate"
        )
    )


def doors(store: Store) -> list[tuple[Any, ...]]:
    """Every household: (building, unit, room, type of use)."""
    return sorted(
        store.rows(
            "SELECT b.name, coalesce(h.unit, ''), coalesce(h.room, ''), coalesce(h.type_of_use, '')"
            " FROM live_households h JOIN live_buildings b ON b.uid = h.building"
        )
    )


def reasons(plan: Plan) -> str:
    """All sentences of refusals, warnings and possible duplicates in one text."""
    return "\n".join(r.reason for r in [*plan.refused, *plan.warnings, *plan.duplicates])
