"""Draws up the monthly report, seals a month for ever, and opens the names behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from desktop import clock
from desktop.errors import UserError
from desktop.models import workdays
from desktop.models.care_tags import tag_names
from desktop.models.exchange_log import vector
from desktop.models.indicators import Average, Ratio
from desktop.models.month_facts import any_facts
from desktop.models.month_figures import Figures, calculate
from desktop.models.month_names import Named, names_behind
from desktop.models.month_period import Period, earlier, month_words, period
from desktop.models.month_scope import SealMark
from desktop.models.month_seal import Seal, seal_of, sealed_months, write_seal
from desktop.models.month_sections import Line, Past, Section, Sources, sections_of
from desktop.models.month_text import month_text, with_text
from desktop.models.month_words import DEFINITIONS, INDICATOR_WORDS
from desktop.models.profile import office
from desktop.models.store import Store

__all__ = [
    "DEFINITIONS", "INDICATOR_WORDS", "Line", "MonthReport", "Named", "Section", "month_report",
    "names_behind", "seal_month",
]  # fmt: skip


class LaterMonthSealed(UserError):
    def __init__(self, month: str, later: str) -> None:
        super().__init__(
            f"{month_words(later)}已经封账，不能再封{month_words(month)}。"
            "这个月的补充情况会列入下一个未封账月份的补报。"
        )


class MonthBeforeOpen(UserError):
    def __init__(self, month: str, before: str) -> None:
        super().__init__(
            f"{month_words(before)}还没有封账，{month_words(month)}不能封。请先封{month_words(before)}。"
        )


@dataclass(frozen=True, slots=True)
class MonthReport:
    """One month as it is handed to the street office; sealed ones reprint identically."""

    month: str
    office: str
    cut_off: date
    sealed: bool
    sealed_on: str | None
    indicators: dict[str, Ratio]
    counts: dict[str, int]
    averages: dict[str, Average]
    balance_ok: bool
    sections: tuple[Section, ...]
    notes: tuple[str, ...]


def month_report(store: Store, month: str) -> MonthReport:
    """The month's report: as it was sealed, else drawn up from today's data."""
    span = period(month, clock.today())
    sealed = seal_of(store, span.month)
    return _from_seal(sealed) if sealed else _draw_up(store, span)[0]


def seal_month(store: Store, month: str) -> MonthReport:
    """Seal the month (again: nothing new happens) and return its report."""
    span = period(month, clock.today())
    if seal_of(store, span.month):
        return month_report(store, span.month)
    sealed = sealed_months(store)
    if sealed and sealed[-1] > span.month:
        raise LaterMonthSealed(span.month, sealed[-1])
    if sealed and sealed[-1] != earlier(span.month, 1):
        raise MonthBeforeOpen(span.month, earlier(span.month, 1))
    mark = SealMark(span.cut_off.isoformat(), vector(store))
    report, figures = _draw_up(store, span, mark)
    report = replace(report, sealed=True, sealed_on=clock.today().isoformat())
    write_seal(
        store,
        Seal(
            month=span.month,
            sealed_on=report.sealed_on or "",
            report=_plain(report),
            mark=mark,
            open={kind: kept.open for kind, kept in figures.books.items() if kind},
        ),
    )
    return month_report(store, span.month)


def _draw_up(store: Store, span: Period, at: SealMark | None = None) -> tuple[MonthReport, Figures]:
    before = seal_of(store, earlier(span.month, 1))
    facts, figures = calculate(store, span, before, at)
    last_month = earlier(span.month, 1)
    sources = Sources(
        facts=facts,
        figures=figures,
        tag_names=dict(tag_names(store)),
        month_before=_compared(store, last_month, span),
        year_before=_compared(store, earlier(span.month, 12), span),
        sealed_before=_sealed_past(before) if before else None,
        now_before=_past(store, period(last_month, clock.today())) if before else None,
    )
    counts = figures.counts
    opening_fits = before is None or all(
        len(before.open.get(kind, frozenset())) == counts[f"{kind}.carried_over"]
        for kind in figures.books
        if kind
    )
    report = MonthReport(
        month=span.month,
        office=office(store).name,
        cut_off=span.cut_off,
        sealed=False,
        sealed_on=None,
        indicators=figures.ratios,
        counts=counts,
        averages=figures.averages,
        balance_ok=figures.balanced and opening_fits,
        sections=with_text(sections_of(sources), month_text(store, span.month)),
        notes=_notes(store, span),
    )
    return report, figures


def _past(store: Store, span: Period) -> Past:
    """An earlier month, or its first days, by today's data."""
    before = seal_of(store, earlier(span.month, 1))
    figures = calculate(store, span, before, with_due=False)[1]
    ratios = {key: ratio for key, ratio in figures.ratios.items() if key != "on_time_visit_rate"}
    return Past(span.month, span.words, ratios, figures.counts)


def _sealed_past(seal: Seal) -> Past:
    report = _from_seal(seal)
    return Past(seal.month, month_words(seal.month), report.indicators, report.counts)


def _compared(store: Store, month: str, span: Period) -> Past | None:
    """An earlier month to compare this period with; None when nothing is known of it.

    Equal with equal: a month that is still running is compared with as many days of the other.
    """
    whole, seal = period(month, clock.today()), seal_of(store, month)
    if span.complete:
        if seal and seal.mark.cut_off == whole.last.isoformat():
            return _sealed_past(seal)
        days = whole
    else:
        last = min(span.cut_off.day, whole.last.day)
        days = replace(whole, cut_off=whole.first.replace(day=last))
    return _past(store, days) if seal or any_facts(store, days) else None


def _notes(store: Store, span: Period) -> tuple[str, ...]:
    notes = [f"统计截止日：{span.cut_off.isoformat()}。"]
    if not span.complete:
        notes.append("本月尚未结束，数字为截至出表当日的情况；环比、同比与往月的相同天数相比。")
    if not workdays.is_known_year(span.first.year, workdays.calendar_of(store)):
        notes.append(f"{span.first.year}年节假日安排未导入，工作日{workdays.UNKNOWN_YEAR_NOTE}。")
    notes.append("比率后的括号内为分子/分母；分母为零写“—”。")
    return tuple(notes)


def _plain(report: MonthReport) -> dict[str, Any]:
    """The report as JSON values."""
    return {**asdict(report), "cut_off": report.cut_off.isoformat()}


def _from_seal(seal: Seal) -> MonthReport:
    kept: Mapping[str, Any] = seal.report
    return MonthReport(
        month=kept["month"],
        office=kept["office"],
        cut_off=date.fromisoformat(kept["cut_off"]),
        sealed=True,
        sealed_on=kept["sealed_on"],
        indicators={key: Ratio(**value) for key, value in kept["indicators"].items()},
        counts=dict(kept["counts"]),
        averages={key: Average(**value) for key, value in kept["averages"].items()},
        balance_ok=kept["balance_ok"],
        sections=tuple(
            Section(part["number"], part["title"], tuple(Line(**line) for line in part["lines"]))
            for part in kept["sections"]
        ),
        notes=tuple(kept["notes"]),
    )
