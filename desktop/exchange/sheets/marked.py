"""Writes a copy of the imported sheets with the reasons in an extra last column, to be mended.

The copy is safe to pass on: columns that must never be collected are left out of it.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from desktop.exchange.sheets.cells import sheet_texts
from desktop.exchange.sheets.header import DROPPED
from desktop.exchange.sheets.nameless import new_sheet
from desktop.exchange.sheets.plan import Plan, SheetPlan
from desktop.exchange.sheets.read import Sheet, read_book
from desktop.exchange.sheets.tags import is_never_collected
from desktop.exchange.sheets.write import head_cells, new_book, text_cell

REASON = "导入原因"


def write_marked(plan: Plan, target: Path, *, password: str = "") -> None:
    """Write every roster sheet of the plan with its reasons."""
    reasons: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for words, remarks in (("拒绝", plan.refused), ("请核对", plan.warnings),
                           ("可能重复", plan.duplicates)):  # fmt: skip
        for r in remarks:
            column = f"{r.column}：" if r.column else ""
            reasons[r.file, r.sheet, r.row].append(f"【{words}】{column}{r.reason}")
    for skipped in plan.skipped_rows:
        if skipped.row:
            reasons[skipped.file, skipped.sheet, skipped.row].append(f"【跳过】{skipped.why}")
    titles: set[str] = set()
    with new_book(target) as book:
        for path in plan.paths:
            read = read_book(path, password)
            plans = [p for p in plan.sheets if p.file == read.file]
            for about, sheet in zip(plans, read.sheets, strict=False):
                if about.kind == "roster":
                    _write_sheet(book, _title(about, titles), about, sheet, reasons)
        if not titles:
            new_sheet(book, "没有花名册")


def _title(about: SheetPlan, titles: set[str]) -> str:
    base = "".join(c for c in about.sheet or Path(about.file).stem if c not in "[]:*?/\\'")[:25]
    title, number = base or "花名册", 2
    while title in titles:
        title, number = f"{base}({number})", number + 1
    titles.add(title)
    return title


def _write_sheet(
    book: Workbook, title: str, about: SheetPlan, sheet: Sheet, reasons: dict[Any, list[str]]
) -> None:
    texts = sheet_texts(sheet.rows)
    secret = {c.index for c in about.columns if c.field in (DROPPED, "party")}
    kept = [i for i in range(max(map(len, texts), default=1) - 1) if i not in secret]
    out = new_sheet(book, title)
    below = about.header_row + about.header_rows
    for number, row in enumerate(texts, 1):
        words = "；".join(reasons.get((about.file, about.sheet, number), ()))
        cells = [_harmless(row[i]) for i in kept]
        if number == about.header_row:
            out.append(head_cells(out, [*cells, REASON]))
        elif number < below:
            out.append([text_cell(out, cell) for cell in cells])
        else:
            out.append([text_cell(out, cell) for cell in [*cells, words]])


def _harmless(text: str) -> str:
    return "" if is_never_collected(text) else text
