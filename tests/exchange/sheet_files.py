"""Builds small spreadsheets in words, the way offices make them."""

from __future__ import annotations

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
