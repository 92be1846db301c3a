"""Commands about what the offices below reported: the list, and a month added up."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.exchange.print.documents import print_rollup
from desktop.exchange.sheets.rollup_book import write_rollup
from desktop.models import partners
from desktop.models.rollup import Rollup, rollup
from desktop.models.rollup_table import lines_of

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("reports")
@json_option
@pass_session
def reports_command(session: Session, as_json: bool) -> None:
    """列出收到的各单位报告，和缺哪些。"""
    store = session.open()
    found = partners.reports(store)
    missing = partners.missing_reports(store)
    data = {
        "reports": [{**asdict(r), "body": json.loads(r.body)} for r in found],
        "missing": missing,
    }
    lines = [f"{r.office_name} 第{r.seq}号 {r.month}" for r in found]
    emit(data, as_json, [*lines, *missing] or ["还没有收到报告"])


@click.command("rollup")
@click.argument("month", metavar="YYYY-MM")
@click.option("--xlsx", type=_FILE, help="写成工作簿")
@click.option("--pdf", type=_FILE, help="写成《汇总表》PDF")
@json_option
@pass_session
def rollup_command(
    session: Session, month: str, xlsx: Path | None, pdf: Path | None, as_json: bool
) -> None:
    """把下级单位某个月的报告加起来，并说缺谁的。"""
    store = session.open()
    total = rollup(store, month)
    if xlsx is not None:
        write_rollup(store, total, xlsx)
        say(f"已写好工作簿：{xlsx}")
    if pdf is not None:
        print_rollup(store, pdf, total, progress=progress_line())
        say(f"已写好PDF：{pdf}")
    rates = {
        key: {"numerator": r.numerator, "denominator": r.denominator, "rate": r.rate}
        for key, r in total.rates.items()
    }
    data = {
        "month": month,
        "offices": [{"name": p.office_name, "sealed": p.sealed} for p in total.parts],
        "missing": list(total.missing),
        "sealed": total.sealed,
        "balance_ok": total.balance_ok,
        "counts": total.counts,
        "rates": rates,
        "withheld": total.withheld,
    }
    emit(data, as_json, _lines(total))


def _lines(total: Rollup) -> Iterable[str]:
    yield f"{total.month} 汇总：{'、'.join(part.office_name for part in total.parts)}"
    for name in total.missing:
        yield f"缺报：{name}"
    for line in lines_of(total):
        yield f"{line.label}：{line.total.text}" + (f"（{line.note}）" if line.note else "")
