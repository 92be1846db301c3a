"""Writes the monthly report as a workbook: data sheets, 「汇总」 for the street, 「口径说明」.

The office's own copy holds doors, outcomes and walkers, but no resident's name, phone or ID.
For the street there is a copy of 「汇总」 and 「口径说明」 alone; small cells are withheld in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from desktop.exchange.sheets.workbook import Sheet, Value, write_book
from desktop.models import privacy
from desktop.models.care_tags import tag_names
from desktop.models.indicators import NOTHING
from desktop.models.month import DEFINITIONS, Line, MonthReport
from desktop.models.month_details import Details, details_of
from desktop.models.month_outside import outside
from desktop.models.month_period import month_words
from desktop.models.month_words import count_word, indicator_word
from desktop.models.store import Store

SUMMARY, FIGURES, VISITS, ITEMS, MEANING = "汇总", "指标", "走访明细", "事项明细", "口径说明"
_COUNT = re.compile(r"(\d+)(\D{1,2})")  # 「120户」
_VISIT_COLUMNS = (
    "日期", "门牌", "方式", "结果", "有效走访", "走访人", "开始", "结束", "时长（分钟）",
)  # fmt: skip
_ITEM_COLUMNS = (
    "登记日期", "清单", "门牌或楼栋", "内容", "来源", "状态", "期限", "办结日期", "承办人",
    "满意度",
)  # fmt: skip


def write_month(
    store: Store, report: MonthReport, target: Path, *, for_street: bool = False
) -> None:
    """Write the report's workbook and remember that this copy was made."""
    open_sheets = [_summary(outside(report)), _meaning(report)]
    if for_street:
        write_book(open_sheets, target, made=report.cut_off)
        privacy.note(store, "导出上报月报工作簿", month=report.month)
        return
    details = details_of(store, report.month)
    inner = [_figures(report, dict(tag_names(store))), _visits(details), _items(details)]
    write_book([open_sheets[0], *inner, open_sheets[1]], target, made=report.cut_off)
    privacy.note(
        store,
        "导出月报工作簿",
        month=report.month,
        visits=len(details.visits),
        items=len(details.items),
        fields=[*_VISIT_COLUMNS, *_ITEM_COLUMNS],
    )


def _summary(report: MonthReport) -> Sheet:
    """The street's layout: title, office and date, numbered parts, signatures."""
    state = "（已封账）" if report.sealed else ""
    rows: list[Sequence[Value]] = [
        [f"{report.office}{month_words(report.month)}走访和服务工作月报{state}"],
        [f"填报单位：{report.office}", None, None, f"填报日期：{report.cut_off.isoformat()}"],
        ["项目", "本月", "单位", "分子", "分母"],
    ]
    bold = {1, 3}
    for section in report.sections:
        rows.append([f"{section.number}、{section.title}"])
        bold.add(len(rows))
        rows += [_summary_row(line, report) for line in section.lines]
    rows += [[note] for note in report.notes]
    rows.append(["填表人：", None, "审核人："])
    return Sheet(
        SUMMARY, rows, (34, 44, 8, 10, 10), header=False, bold_rows=frozenset(bold),
        centred_rows=frozenset({1}),
    )  # fmt: skip


def _summary_row(line: Line, report: MonthReport) -> list[Value]:
    """A rate with its parts, a count with its unit, or the line's words."""
    ratio = report.indicators.get(line.key)
    if ratio is not None and line.value == ratio.text:
        rate = NOTHING if ratio.hundredths is None else ratio.hundredths / 100
        return [line.label, rate, "%", ratio.numerator, ratio.denominator]
    count = _COUNT.fullmatch(line.value)
    if count:
        return [line.label, int(count[1]), count[2]]
    return [line.label, line.value]


def _figures(report: MonthReport, names: dict[str, str]) -> Sheet:
    rows: list[Sequence[Value]] = [
        ["类别", "指标", "代码", "数值", "分子", "分母", "比率（%）"],
    ]
    rows += [
        ["数量", count_word(key), key, value, None, None, None]
        for key, value in report.counts.items()
    ]
    rows += [
        ["比率", indicator_word(key, names), key, None, ratio.numerator, ratio.denominator,
         None if ratio.hundredths is None else ratio.hundredths / 100]
        for key, ratio in report.indicators.items()
    ]  # fmt: skip
    rows += [
        ["平均", count_word(key), key, average.hundredths and average.hundredths / 100,
         average.total, average.count, None]
        for key, average in report.averages.items()
    ]  # fmt: skip
    return Sheet(FIGURES, rows, (8, 30, 32, 12, 10, 10, 12))


def _visits(details: Details) -> Sheet:
    rows: list[Sequence[Value]] = [_VISIT_COLUMNS]
    rows += [
        [line.happened_on, line.door, line.mode, line.outcome, "是" if line.valid else "否",
         line.walkers, line.started, line.ended, line.minutes]
        for line in details.visits
    ]  # fmt: skip
    return Sheet(VISITS, rows, (12, 30, 10, 10, 10, 20, 8, 8, 14))


def _items(details: Details) -> Sheet:
    rows: list[Sequence[Value]] = [_ITEM_COLUMNS]
    rows += [
        [line.registered_on, line.kind, line.place, line.text, line.came, line.state, line.due_on,
         line.closed_on, line.handler, line.rating]
        for line in details.items
    ]  # fmt: skip
    return Sheet(ITEMS, rows, (12, 8, 30, 50, 10, 10, 12, 12, 12, 10))


def _meaning(report: MonthReport) -> Sheet:
    rows: list[Sequence[Value]] = [["名称", "算法"]]
    rows.append(["本表截止日", report.cut_off.isoformat()])
    if report.sealed:
        rows.append(["封账日期", report.sealed_on])
    rows += [[name, text] for name, text in DEFINITIONS]
    return Sheet(MEANING, rows, (28, 100), wrap=True)
