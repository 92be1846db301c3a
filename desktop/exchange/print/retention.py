"""The list of records to review 到期信息审阅表: who left long ago, and what shall become of it."""

from __future__ import annotations

from pathlib import Path

from desktop import clock
from desktop.exchange.print import audience
from desktop.exchange.print.page import A4_LANDSCAPE, MM, Box, Paper, Printed, Sheet
from desktop.exchange.print.table import Column, Group, TablePaper, print_tables
from desktop.models import privacy, residents
from desktop.models.profile import office
from desktop.models.retention import review_list
from desktop.models.store import Store
from desktop.progress import Progress, no_progress


def _ticks(paper: Paper, box: Box) -> None:
    x = box.x + 5
    for word in ("删除", "保留"):
        x += paper.tick(x, box.y + box.height / 2 + 3.2, word, 9) + 10


_COLUMNS = (
    Column("序号", 32, "center"),
    Column("姓名", 60, "center"),
    Column("原住址", 200, wraps=True),
    Column("情况", 56, "center"),
    Column("变动日期", 74, "center"),
    Column("应审阅日期", 74, "center"),
    Column("处理", 96, draw=_ticks),
    Column("保留理由、期限", 130),
    Column("经办人", 60),
)


def print_retention(store: Store, target: Path, *, progress: Progress = no_progress) -> Printed:
    """Everybody whose time is over as of today, with boxes to decide in."""
    found = review_list(store, clock.today())
    homes = {h.uid: h.door for h in residents.households(store, [k.household for k in found])}
    rows = [
        (str(number), privacy.mask_name(k.name), homes.get(k.household, ""), k.status, k.since,
         k.due, "", "", "")
        for number, k in enumerate(found, 1)
    ]  # fmt: skip
    name = office(store).name
    group = Group(
        f"{name}到期信息审阅表", f"单位：{name}　　共{len(rows)}人",
        f"制表日期：{clock.today().isoformat()}", rows,
    )  # fmt: skip
    sheet = Sheet(
        "到期信息审阅表", A4_LANDSCAPE, 12 * MM, audience=audience.held_by(store, "retention")
    )
    foot = "审阅人：　　　　　　　　　　负责人：　　　　　　　　　　日期："
    look = TablePaper(sheet, _COLUMNS, foot, empty="（没有到期的信息）")
    printed = print_tables(target, look, [group], progress)
    audience.note(store, sheet.title, "retention", residents=len(rows))
    return printed
