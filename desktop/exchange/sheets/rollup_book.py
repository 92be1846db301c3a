"""Writes what the offices below reported as a workbook: 「汇总」, 「各单位」 and 「口径说明」."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop import clock
from desktop.exchange.sheets.workbook import Sheet, Value, write_book
from desktop.models import privacy
from desktop.models.month import DEFINITIONS
from desktop.models.month_period import month_words
from desktop.models.profile import office
from desktop.models.rollup import Rollup
from desktop.models.rollup_table import Cell, RollupLine, lines_of
from desktop.models.store import Store

SUMMARY, OFFICES, MEANING = "汇总", "各单位", "口径说明"


def write_rollup(store: Store, total: Rollup, target: Path) -> None:
    """Write the sums and remember that this copy was made."""
    lines = lines_of(total)
    sheets = [_summary(store, total, lines), _offices(total, lines), _meaning(total)]
    write_book(sheets, target, made=clock.today())
    privacy.note(store, "导出汇总工作簿", month=total.month, offices=len(total.parts))


def _summary(store: Store, total: Rollup, lines: Sequence[RollupLine]) -> Sheet:
    name = office(store).name
    missing = "、".join(total.missing) or "无"
    rows: list[Sequence[Value]] = [
        [f"{name}{month_words(total.month)}汇总表"],
        [f"填报单位：{name}", None, None, None, f"填报日期：{clock.today().isoformat()}"],
        [f"已报：{'、'.join(part.office_name for part in total.parts) or '无'}"],
        [f"未报：{missing}"],
        ["项目", "合计", "分子", "分母", "说明"],
    ]
    for line in lines:
        rows.append([line.label, _value(line.total, line), *_fraction(line.total, line), line.note])
    rows.append(["填表人：", None, "审核人："])
    return Sheet(
        SUMMARY, rows, (34, 14, 10, 10, 36), header=False, bold_rows=frozenset({1, 5}),
        centred_rows=frozenset({1}),
    )  # fmt: skip


def _value(cell: Cell, line: RollupLine) -> Value:
    """A count as a number, a rate in percent; what was withheld as its mark."""
    if cell.numerator is None:
        return cell.text
    if not line.is_rate:
        return cell.numerator
    return cell.percent


def _fraction(cell: Cell, line: RollupLine) -> tuple[Value, Value]:
    return (cell.numerator, cell.denominator) if line.is_rate else (None, None)


def _offices(total: Rollup, lines: Sequence[RollupLine]) -> Sheet:
    """One line a figure and office: what people sort, filter and add up themselves."""
    rows: list[Sequence[Value]] = [
        ["单位", "封账", "项目", "代码", "数值或比率（%）", "分子", "分母"]
    ]
    for place, part in enumerate(total.parts):
        for line in lines:
            cell = line.cells[place]
            rows.append([
                part.office_name, "已封账" if part.sealed else "未封账", line.label, line.key,
                _value(cell, line), *_fraction(cell, line),
            ])  # fmt: skip
    return Sheet(OFFICES, rows, (20, 10, 34, 30, 16, 10, 10))


def _meaning(total: Rollup) -> Sheet:
    rows: list[Sequence[Value]] = [["名称", "算法"]]
    rows += [
        ["合计", "各单位上报数之和；比率的合计用分子之和除以分母之和，不是比率的平均。"],
        [
            "<5",
            "涉及敏感人群、人数为1至4的，上报单位不列数，也不计入合计，在说明里写明有几个单位。",
        ],
        ["最晚截止日", total.cut_off or "—"],
    ]
    rows += [[name, text] for name, text in DEFINITIONS]
    return Sheet(MEANING, rows, (28, 100), wrap=True)
