"""The command of the month: its report on the terminal, as workbook and as paper, and the seal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from desktop import clock
from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.exchange.print.documents import print_month
from desktop.exchange.sheets.month_book import write_month
from desktop.models.month import MonthReport, month_report, seal_month
from desktop.models.month_period import month_words, period
from desktop.models.month_text import MonthText, month_text, write_text

_FILE = click.Path(path_type=Path, dir_okay=False)


def register(group: click.Group) -> None:
    group.add_command(month_command)


@click.command("month")
@click.argument("month", metavar="YYYY-MM")
@click.option("--xlsx", type=_FILE, help="写成工作簿")
@click.option("--street", is_flag=True, help="工作簿只含汇总和口径说明，供上报")
@click.option("--pdf", type=_FILE, help="写成PDF")
@click.option("--seal", is_flag=True, help="封账：这个月的数字从此不变")
@click.option("--meeting", "meetings", multiple=True, help="写入“议事”的一条，可多次")
@click.option("--problem", "problems", multiple=True, help="写入“问题”的一条，代替起草的")
@click.option("--plan", "plans", multiple=True, help="写入“下月重点”的一条，代替起草的")
@json_option
@pass_session
def month_command(
    session: Session,
    /,
    month: str,
    meetings: tuple[str, ...],
    problems: tuple[str, ...],
    plans: tuple[str, ...],
    xlsx: Path | None,
    street: bool,
    pdf: Path | None,
    seal: bool,
    as_json: bool,
) -> None:
    """一个月的月报：指标、数量、工作簿、PDF和封账。"""
    store = session.open()
    if meetings or problems or plans:
        span = period(month, clock.today())
        kept = month_text(store, span.month)
        write_text(store, span.month, MonthText(
            meetings or kept.meetings, problems or kept.problems, plans or kept.plans
        ))  # fmt: skip
    report = seal_month(store, month) if seal else month_report(store, month)
    if xlsx is not None:
        write_month(store, report, xlsx, for_street=street)
        say(f"已写好工作簿：{xlsx}")
    if pdf is not None:
        print_month(store, pdf, report, progress=progress_line())
        say(f"已写好PDF：{pdf}")
    emit(as_data(report), as_json, _lines(report))


def as_data(report: MonthReport) -> dict[str, Any]:
    """The report as the command line's contract names it."""
    return {
        "month": report.month,
        "sealed": report.sealed,
        "sealed_on": report.sealed_on,
        "cut_off": report.cut_off.isoformat(),
        "indicators": {
            key: {
                "numerator": ratio.numerator,
                "denominator": ratio.denominator,
                "rate": ratio.rate,
            }
            for key, ratio in report.indicators.items()
        },
        "counts": report.counts,
        "averages": {key: average.text for key, average in report.averages.items()},
        "balance_ok": report.balance_ok,
    }


def _lines(report: MonthReport) -> Iterator[str]:
    state = f"（{report.sealed_on}封账）" if report.sealed else ""
    yield f"{report.office}{month_words(report.month)}月报{state}"
    for section in report.sections:
        yield f"{section.number}、{section.title}"
        for line in section.lines:
            yield f"    {line.label}：{line.value}"
    yield from report.notes
    yield "上月在办＋本月新增－本月办结＝本月在办：" + ("相符" if report.balance_ok else "不符")
