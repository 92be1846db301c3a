"""Imports a workbook of visits that colleagues filled in: preview, then one batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.exchange.sheets.plan import Remark
from desktop.exchange.sheets.visit_book import VisitPlan, apply_visits, plan_visits
from desktop.models.changes import Change, batch_name
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.style import scaled

_SHEETS = "表格 (*.xlsx *.xls *.xlsm *.xlsb *.et *.ods *.csv)"

COLUMNS: tuple[Column[Remark], ...] = (
    Column("表", lambda r: r.sheet, width=110),
    Column("行", lambda r: str(r.row) if r.row else "", width=50, number=True),
    Column("列", lambda r: r.column, width=90),
    Column("内容", lambda r: r.value, width=150),
    Column("为什么没有导入、要核对什么", lambda r: r.reason),
)


def choose_book(desk: Desk, parent: QWidget) -> None:
    """Ask for a file and open its preview."""
    files = desk.ask.open_files("选择走访工作簿", _SHEETS)
    if files:
        open_book(desk, parent, files[0])


def open_book(desk: Desk, parent: QWidget, path: Path) -> None:
    """Open the preview of one file."""
    store = desk.store
    desk.jobs.run(
        "正在读取走访表",
        lambda progress: plan_visits(store, path, progress=progress),
        lambda plan: VisitBookDialog(desk, parent, plan).open(),
        owner=parent,
    )


class VisitBookDialog(Dialog):
    """What the workbook would add; nothing is written before 「导入」."""

    def __init__(self, desk: Desk, parent: QWidget, plan: VisitPlan) -> None:
        super().__init__(f"导入走访表：{plan.file}", parent, width=780)
        self.desk, self.plan = desk, plan
        counts = plan.visits
        self.words = section_label(
            f"新增 {counts.new} 次，更正 {counts.changed} 次，已有的 {counts.unchanged} 次，"
            f"拒绝 {len(plan.refused)} 行。"
        )
        remarks: Sequence[Remark] = [*plan.refused, *plan.warnings]
        self.view: RowsView[Remark] = RowsView(
            COLUMNS, "每一行都能导入。" if plan.new else "每一行都已经记过，没有要导入的。"
        )
        self.view.set_rows(remarks)
        self.view.setMinimumHeight(scaled(220))
        self.body.addWidget(self.words)
        more = "同一户、同一天、同一人的走访只算一次，重复导入不会多记。"
        if plan.dropped_columns:
            more += f"已忽略敏感列：{'、'.join(plan.dropped_columns)}（未导入、未保存）。"
        self.body.addWidget(muted_label(more))
        self.body.addWidget(self.view, 1)
        self.yes = button("导入", self.accept, "primary")
        self.yes.setDefault(True)
        self.yes.setEnabled(bool(plan.new))
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))

    def accept(self) -> None:
        """Keep the visits as one batch."""
        store, plan = self.desk.store, self.plan
        super().accept()
        self.desk.jobs.run(
            "正在导入走访", lambda _: apply_visits(store, plan), self._done, owner=self.parent()
        )

    def _done(self, change: Change | None) -> None:
        batch = f"，批次 {batch_name(change.dot)}" if change else ""
        self.desk.ask.tell(f"走访表已导入{batch}。要退回可在“交换 → 导入花名册”的列表里撤销。")
