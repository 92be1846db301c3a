"""Lists what stands beside the data: stated totals, hidden rows, comments, colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop.exchange.sheets.evidence import no_marks
from desktop.exchange.sheets.header import Column, Header, column_letter
from desktop.exchange.sheets.homes import Reading
from desktop.exchange.sheets.plan import Plan, Remark, SheetPlan
from desktop.exchange.sheets.read import Sheet
from desktop.exchange.sheets.tags import is_never_collected

_MANY = 200  # remarks of one kind per sheet before they are summed up


def list_totals(plan: Plan, about: SheetPlan, reading: Reading) -> None:
    """Compare each totals row with what was read above it (a 小计 since the last totals row)."""
    homes = people = 0
    for stated in reading.totals:
        part = stated.word.startswith(("小计", "本页小计", "本页", "本栋", "楼栋"))
        base = (homes, people) if part else (0, 0)
        for unit, said, found in (
            ("户", stated.total.households, stated.households - base[0]),
            ("人", stated.total.people, stated.people - base[1]),
        ):
            if unit == "人" and "name" not in {c.field for c in about.columns}:
                continue  # a sheet of heads only states people it does not list
            if said is not None and said != found:
                words = f"表内合计 {said} {unit}，导入 {found} {unit}"
                plan.warnings.append(
                    Remark(about.file, about.sheet, stated.row, "", str(said), words)
                )
        homes, people = stated.households, stated.people


def list_evidence(
    plan: Plan, about: SheetPlan, sheet: Sheet, header: Header, columns: Sequence[Column]
) -> None:
    """What the look of the rows says; everything was imported as it stands."""
    marks = sheet.marks
    if marks == no_marks() and not sheet.hidden:
        return
    below = header.below
    data = {row for row in range(below, len(sheet.rows)) if any(sheet.rows[row])}
    hidden = sorted(marks.hidden_rows & data)
    hidden_columns = sorted(c.index for c in columns if c.index in marks.hidden_columns)
    about.hidden_rows, about.hidden_columns = len(hidden), len(hidden_columns)

    def remark(row: int, column: str, value: str, reason: str) -> None:
        plan.warnings.append(Remark(about.file, about.sheet, row, column, value, reason))

    if hidden:
        remark(hidden[0] + 1, "", "", f"{len(hidden)}行是隐藏的，已导入：第{_numbers(hidden)}行")
    if hidden_columns:
        letters = "、".join(map(column_letter, hidden_columns))
        remark(header.top + 1, "", "", f"{len(hidden_columns)}列是隐藏的，已导入：{letters}列")
    if sheet.hidden:
        remark(header.top + 1, "", "", "这张表是隐藏的，已导入")
    by_index = {c.index: c for c in columns}
    for (row, at), words in sorted(marks.comments.items())[:_MANY]:
        column = by_index.get(at)
        if row >= below and not (column and column.field == "dropped"):
            text = "" if is_never_collected(words) else words
            remark(
                row + 1,
                column.header if column else "",
                text,
                f"批注：{text or '（略）'}，没有自动处理",
            )
    for cells, words in (
        (marks.struck, "有删除线，请核对是否已搬离或作废；仍按原样导入"),
        (marks.filled, "标了底色，请核对它的意思；仍按原样导入"),
    ):
        rows = sorted({row for row, _ in cells} & data)
        if len(rows) * 2 > len(data) or len(rows) > _MANY:
            if rows:
                remark(rows[0] + 1, "", "", f"{len(rows)}行{words}")
            continue
        for row in rows:
            remark(row + 1, "", "", words)


def _numbers(rows: Iterable[int]) -> str:
    listed = [str(row + 1) for row in rows]
    return "、".join(listed[:50]) + ("…" if len(listed) > 50 else "")
