"""The paper 《汇总表》: a month's sums with a column for each office below, and who is missing."""

from __future__ import annotations

from pathlib import Path

from desktop import clock
from desktop.exchange.print.page import A4_LANDSCAPE, MM, NothingToPrint, Printed, Sheet
from desktop.exchange.print.table import Column, Group, TablePaper, print_tables
from desktop.models import privacy
from desktop.models.month_period import month_words
from desktop.models.profile import office
from desktop.models.rollup import Rollup
from desktop.models.rollup_table import Cell, lines_of
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

_A_PAGE = 8  # offices beside each other; more of them continue on further pages
_SHARES = (30.0, 18.0, 15.0)  # label, sum, one office


def print_rollup(
    store: Store, target: Path, total: Rollup, *, progress: Progress = no_progress
) -> Printed:
    """Write the table; figures only, no names."""
    if not total.parts:
        raise NothingToPrint
    name, title = office(store).name, f"{month_words(total.month)}汇总表"
    width = min(_A_PAGE, len(total.parts))
    groups = [
        _group(total, f"{name}{title}", first, width) for first in range(0, len(total.parts), width)
    ]
    columns = [
        Column("项目", _SHARES[0], wraps=True),
        Column("合计", _SHARES[1], "center", wraps=True),
    ]
    columns += [Column("", _SHARES[2], "center", wraps=True)] * width
    sheet = Sheet(title, A4_LANDSCAPE, 12 * MM, audience="")
    printed = print_tables(
        target, TablePaper(sheet, columns, "填表人：　　　　　　审核人："), groups, progress
    )
    privacy.note(store, "打印汇总表", month=total.month, offices=len(total.parts))
    return printed


def _group(total: Rollup, title: str, first: int, width: int) -> Group:
    """The sums beside some of the offices."""
    parts = total.parts[first : first + width]
    blank = [""] * (width - len(parts))
    rows = []
    for line in lines_of(total):
        label = f"{line.label}（{line.note}）" if line.note else line.label
        cells = [_words(cell) for cell in line.cells[first : first + width]]
        rows.append([label, _words(line.total), *cells, *blank])
    missing = f"未报：{'、'.join(total.missing)}" if total.missing else "下级单位已报齐"
    titles = ["项目", "合计", *(part.office_name for part in parts), *blank]
    return Group(title, missing, f"填报日期：{clock.today().isoformat()}", rows, titles)


def _words(cell: Cell) -> str:
    """The rate, and under it what it was made of."""
    return cell.text.replace("（", "\n（")
