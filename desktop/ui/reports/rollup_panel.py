"""A month added up over the offices below, with the offices behind each number; paper, workbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLabel,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.exchange.print import documents
from desktop.exchange.sheets.rollup_book import write_rollup
from desktop.models.month_period import earlier, month_words
from desktop.models.profile import office
from desktop.models.rollup import Rollup, read_rollup
from desktop.models.rollup_table import RollupLine, lines_of
from desktop.models.store import Store
from desktop.progress import Progress
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import COLOURS, roomy, scaled

_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Behind:
    """One office behind a number: what it reported, in which number of its stream."""

    office: str
    text: str
    report: str
    reported: bool


BEHIND: tuple[Column[Behind], ...] = (
    Column("单位", lambda b: b.office),
    Column(
        "数字",
        lambda b: b.text,
        width=130,
        number=True,
        firm=True,
        colour=lambda b: "" if b.reported else "late",
    ),
    Column("报告", lambda b: b.report, width=124),
)


@dataclass(frozen=True, slots=True)
class _Read:
    total: Rollup
    lines: list[RollupLine]
    level: str


def _read(store: Store, month: str) -> _Read:
    total = read_rollup(store, month)
    return _Read(total, lines_of(total), office(store).level)


class RollupPanel(QWidget):
    """Lines are figures, columns the sum and each office; a number opens the offices behind it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.read: _Read | None = None
        self.month = QComboBox()
        this = clock.today().isoformat()[:7]
        for back in range(_MONTHS):
            month = earlier(this, back)
            self.month.addItem(month_words(month), month)
        self.month.setCurrentIndex(1)  # the month that is over
        self.month.currentIndexChanged.connect(lambda _: self.load())
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.table = QTableWidget()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.setAccessibleName("汇总表")
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().setDefaultSectionSize(scaled(30))
        self.table.currentCellChanged.connect(lambda *_: self._chosen())
        self.behind = section_label("点一个数字，看它背后的单位")
        self.behind.setWordWrap(True)
        self.note = muted_label()
        self.offices: RowsView[Behind] = RowsView(BEHIND, "")
        self.offices.show_column(2, roomy())
        self.paper_button = button("预览、打印汇总表", self.print_table, "primary")
        self.book_button = button("存为工作簿…", self.save_book)
        self.up_button = button("报给上级…", lambda: desk.go(Place("exchange", "offices")))
        self._lay_out()

    def _lay_out(self) -> None:
        right = QWidget()
        lines = QVBoxLayout(right)
        lines.setContentsMargins(scaled(10), 0, 0, 0)
        lines.addWidget(self.behind)
        lines.addWidget(self.note)
        lines.addWidget(self.offices, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setSizes([720, 400])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        top = row(QLabel("月份"), self.month)
        top.addWidget(self.state, 1)
        inside.addLayout(top)
        inside.addWidget(split, 1)
        inside.addLayout(row(self.paper_button, self.book_button, None, self.up_button))

    @property
    def chosen_month(self) -> str:
        return str(self.month.currentData())

    def choose(self, month: str) -> None:
        place = self.month.findData(month)
        if place >= 0:
            self.month.setCurrentIndex(place)

    def load(self) -> None:
        store, month = self.desk.store, self.chosen_month
        self.desk.jobs.load(lambda: _read(store, month), self._show, owner=self)

    def _show(self, read: _Read) -> None:
        if read.total.month != self.chosen_month:
            return
        self.read = read
        total = read.total
        self.state.setText(state_words(total))
        self.state.setProperty("role", "error" if total.missing else "muted")
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)
        for action in (self.paper_button, self.book_button):
            action.setEnabled(bool(total.parts))
        self.up_button.setVisible(read.level == "subdistrict")
        self._fill(read)

    def _fill(self, read: _Read) -> None:
        at = max(0, self.table.currentRow()), max(0, self.table.currentColumn())
        names = [part.office_name for part in read.total.parts]
        self.table.blockSignals(True)
        self.table.clear()
        self.table.setRowCount(len(read.lines))
        self.table.setColumnCount(1 + len(names))
        self.table.setHorizontalHeaderLabels(["合计", *names])
        self.table.setVerticalHeaderLabels([line.label for line in read.lines])
        for number, line in enumerate(read.lines):
            texts = [line.total.text if line.is_rate else line.total.short]
            texts += [cell.short for cell in line.cells]
            for column, text in enumerate(texts):
                entry = QTableWidgetItem(text + ("*" if line.note and not column else ""))
                entry.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                entry.setForeground(QBrush(QColor(COLOURS["link"])))
                self.table.setItem(number, column, entry)
        self.table.setColumnWidth(0, scaled(150))
        for column in range(1, 1 + len(names)):
            self.table.setColumnWidth(column, scaled(92))
        self.table.blockSignals(False)
        self.table.setCurrentCell(min(at[0], len(read.lines) - 1), min(at[1], len(names)))
        self._chosen()

    def _chosen(self) -> None:
        read, line_no = self.read, self.table.currentRow()
        if read is None or not 0 <= line_no < len(read.lines):
            self.behind.setText("还没有单位上报这个月。" if read else "")
            self.note.hide()
            self.offices.set_rows([_missing(name) for name in read.total.missing] if read else [])
            return
        line = read.lines[line_no]
        self.behind.setText(f"{line.label}：合计 {line.total.text}")
        self.note.setText(f"* {line.note}。" if line.note else "")
        self.note.setVisible(bool(line.note))
        rows = [
            Behind(part.office_name, cell.text, _report_words(part.number, part.sealed), True)
            for part, cell in zip(read.total.parts, line.cells, strict=True)
        ]
        self.offices.set_rows([*rows, *(_missing(name) for name in read.total.missing)])
        column = self.table.currentColumn()
        if 0 < column <= len(rows):
            self.offices.selectRow(column - 1)
        else:
            self.offices.clearSelection()

    def print_table(self) -> None:
        store, read = self.desk.store, self.read
        if read is not None:
            total = read.total
            preview(
                self.desk, self, f"{month_words(total.month)}汇总表",
                lambda path, progress: documents.print_rollup(
                    store, path, total, progress=progress
                ),
            )  # fmt: skip

    def save_book(self) -> None:
        store, read = self.desk.store, self.read
        if read is None:
            return
        total = read.total
        target = self.desk.ask.save_file(
            "汇总存为工作簿", f"汇总{total.month}.xlsx", "Excel 工作簿 (*.xlsx)"
        )
        if target is None:
            return

        def work(progress: Progress) -> Path:
            progress(0, 1, "写工作簿")
            write_rollup(store, total, target)
            return target

        self.desk.jobs.run(
            "正在写汇总工作簿", work, lambda made: self.desk.note(f"已保存：{made.name}"),
            owner=self,
        )  # fmt: skip


def _report_words(number: int, sealed: bool) -> str:
    return f"第{number}号，{'已封账' if sealed else '未封账'}"


def _missing(name: str) -> Behind:
    return Behind(name, "还没有报", "", reported=False)


def state_words(total: Rollup) -> str:
    """«已报2个单位，缺：荷塘社区»."""
    words = f"已报{len(total.parts)}个单位"
    if total.missing:
        return f"{words}，缺：{'、'.join(total.missing)}"
    if not total.parts:
        return "还没有登记下级单位，请到“交换 → 上下级”登记它们的名片。"
    return f"{words}，已报齐" + ("，都已封账" if total.sealed else "")
