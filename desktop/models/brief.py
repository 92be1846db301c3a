"""Drafts the briefing sheet of a month (简报) in plain official Chinese, for a person to finish.

A brief leaves the office: it holds numbers only, no names and no doors, and a small number about
people in care is left out (domain §4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop import clock
from desktop.models import settings
from desktop.models.item_indicators import LOOP_KINDS
from desktop.models.month import MonthReport, month_report
from desktop.models.month_outside import is_small, shown
from desktop.models.month_period import month_words
from desktop.models.month_text import MonthText, month_text, start_of
from desktop.models.store import Store
from desktop.models.templates import Template, template
from desktop.models.words import label


@dataclass(frozen=True, slots=True)
class Foot:
    """The lines under the last rule: distribution, and who edited, checked and released."""

    report_to: str  # 报
    copy_to: str  # 送
    send_to: str  # 发
    edited_by: str  # 编发
    checked_by: str  # 审核
    released_by: str  # 签发


@dataclass(frozen=True, slots=True)
class Brief:
    """One sheet: masthead, number line, title, three boxes, three items, one table, foot."""

    masthead: str
    number: str  # 「第6期」
    issuer: str
    date: str  # 「2026年6月30日」
    title: str
    boxes: tuple[tuple[str, str], ...]  # (label, value), usually three
    items: tuple[tuple[str, str], ...]  # (title, text), usually three
    table: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]  # header, rows
    foot: Foot
    chart: bool = True  # whether the paper may show one


def draft_brief(store: Store, month: str, layout: Template | None = None) -> Brief:
    """The month's brief from its report (sealed, if it is sealed), in the office's layout."""
    report = month_report(store, month)
    layout = layout or template(store, "brief")
    issuer = layout.office or report.office
    written = month_text(store, report.month)
    texts = {
        "item_visits": _visits(report),
        "item_items": _items(report),
        "item_next": _next(report, written),
    }
    values = {
        "box_visited": f"{report.counts['visited_households']}户",
        "box_rate": report.indicators["visit_rate"].rate,
        "box_closed": f"{report.counts['closed']}件",
    }
    used = layout.used()
    return Brief(
        masthead=layout.title or settings.get(store, "brief_masthead") or f"{issuer}工作简报",
        number=_number(store, report, layout),
        issuer=issuer,
        date=_day(min(report.cut_off, clock.today())),
        title=f"{issuer}{month_words(report.month)}走访和办事情况",
        boxes=tuple((part.label, values[part.key]) for part in used if part.key in values),
        items=tuple((p.label, texts[p.key]) for p in used if p.key in texts),
        table=_table(report) if layout.part("table") else (("事项",), ()),
        foot=_foot(layout, issuer),
        chart=layout.part("chart") is not None,
    )


def _number(store: Store, report: MonthReport, layout: Template) -> str:
    """「第6期」: counted by the month, or on from the number in the settings."""
    number = int(settings.get(store, "brief_number")) or int(report.month[5:])
    part = layout.part("number")
    words = part.label if part else "第{期}期"
    return words.replace("{期}", str(number)).replace("{年}", report.month[:4])


def _foot(layout: Template, issuer: str) -> Foot:
    def to(key: str) -> str:
        part = layout.part(key)
        return part.hint if part else ""

    return Foot(to("report_to"), to("copy_to"), to("send_to"), issuer, "", "")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _visits(report: MonthReport) -> str:
    counts, rates = report.counts, report.indicators
    words = [
        f"截至{_day(report.cut_off)}，本月走访{counts['visits']}次，"
        f"有效走访{counts['visited_households']}户，应访{counts['eligible_households']}户，"
        f"走访率{rates['visit_rate'].rate}，入户率{rates['door_entry_rate'].rate}。"
    ]
    care = rates["contact_rate"]
    if care.denominator and not is_small(care):
        words.append(
            f"在册重点人员{care.denominator}人，探访{care.numerator}人，月探访率{care.rate}。"
        )
    return "".join(words)


def _items(report: MonthReport) -> str:
    counts, rates = report.counts, report.indicators
    words = (
        f"上月在办{counts['carried_over']}件，本月新增{counts['registered']}件，"
        f"办结{counts['closed']}件，期末在办{counts['open']}件，"
        f"累计办结率{rates['cumulative_closure_rate'].rate}"
    )
    if rates["satisfaction_rate"].denominator:
        words += f"，满意率{rates['satisfaction_rate'].rate}"
    if counts["resource.registered"]:
        words += f"；新登记居民资源{counts['resource.registered']}项"
    return words + "。"


def _next(report: MonthReport, written: MonthText) -> str:
    words = start_of(written, shown(report.indicators), report.counts)
    return "".join(words.problems) + "\n下月重点：" + "".join(words.plans)


def _table(report: MonthReport) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    header = ("事项", "上月在办", "本月新增", "本月办结", "本月在办", "累计办结率")

    def row(name: str, front: str) -> tuple[str, ...]:
        books = ("carried_over", "registered", "closed", "open")
        numbers = (str(report.counts[f"{front}{key}"]) for key in books)
        return (name, *numbers, report.indicators[f"{front}cumulative_closure_rate"].rate)

    rows = [row(label("item_kind", kind), f"{kind}.") for kind in LOOP_KINDS]
    rows = [entry for entry in rows if set(entry[1:5]) != {"0"}]
    return header, (*rows, row("合计", ""))
