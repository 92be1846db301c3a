"""The monthly report on screen: numbers with the names behind them, saving, printing, sealing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLabel,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.exchange.print import documents
from desktop.exchange.sheets.month_book import write_month
from desktop.models.month import MonthReport, month_report, seal_month
from desktop.models.month_names import Named, names_behind
from desktop.models.month_period import earlier, month_words
from desktop.models.month_seal import sealed_months
from desktop.models.month_sections import Line
from desktop.models.month_text import month_text
from desktop.models.store import Store
from desktop.progress import Progress
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.reports.month_text_dialog import MonthTextDialog
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import COLOURS, scaled

_MONTHS = 24
_WHOLE, _STREET = "单位留存：含数据表和名单", "报送街道：只有汇总和口径说明"
_LINE = Qt.ItemDataRole.UserRole
_SEAL = (
    "{month}封账后，数字永远照原样重印；以后才知道的情况列入下个月的“补报与更正”。"
    "封账不能取消。确定封账吗？"
)
_SEAL_RUNNING = "\n\n注意：{month}还没有过完，现在封账只算到{cut_off}。"
_UNBALANCED = "这个月的“上月在办＋新增－办结＝在办”对不上，请先查明再封账。"

NAME_COLUMNS: tuple[Column[Named], ...] = (
    Column("名单", lambda n: n.text, sort=lambda _: 0),
    Column(
        "计入", lambda n: "是" if n.counted else "没有", width=64, align="center",
        sort=lambda n: n.counted, colour=lambda n: "" if n.counted else "warn",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    report: MonthReport
    sealed: list[str]


def _read(store: Store, month: str) -> _Read:
    return _Read(month_report(store, month), sealed_months(store))


class MonthPanel(QWidget):
    """Left the report's lines, right the list behind the chosen number."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.report: MonthReport | None = None
        self.month = QComboBox()
        this = clock.today().isoformat()[:7]
        for back in range(_MONTHS):
            month = earlier(this, back)
            self.month.addItem(month_words(month), month)
        self.month.currentIndexChanged.connect(lambda _: self.load())
        self.state = QLabel()
        self.lines = QTreeWidget()
        self.lines.setHeaderLabels(["项目", "数字"])
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.lines.headerItem().setTextAlignment(1, right)
        self.lines.setRootIsDecorated(False)
        self.lines.setIndentation(scaled(14))
        self.lines.setAccessibleName("月报各项")
        header = self.lines.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.lines.setWordWrap(True)
        self.lines.currentItemChanged.connect(lambda now, _: self._chosen(now))
        self.behind = section_label("点一个数字，看它背后的名单")
        self.behind.setWordWrap(True)
        self.names: RowsView[Named] = RowsView(NAME_COLUMNS, "")
        self.names.opened.connect(self._open_name)
        self.notes = muted_label()
        self.seal_button = button("封账…", self.seal)
        self.text_button = button("改文字…", self.edit_text, tip="议事、问题、下月重点")
        self._lay_out()

    def _lay_out(self) -> None:
        right = QWidget()
        lines = QVBoxLayout(right)
        lines.setContentsMargins(scaled(10), 0, 0, 0)
        lines.addWidget(self.behind)
        lines.addWidget(self.names, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.lines)
        split.addWidget(right)
        split.setSizes([560, 560])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addLayout(row(QLabel("月份"), self.month, self.state, None))
        inside.addWidget(split, 1)
        inside.addWidget(self.notes)
        inside.addLayout(row(
            button("预览、打印月报", self.print_report, "primary"),
            button("存为工作簿…", self.save_book, tip="数据表、汇总、口径说明"),
            self.text_button, None,
            self.seal_button,
        ))  # fmt: skip

    def choose(self, month: str) -> None:
        place = self.month.findData(month)
        if place >= 0:
            self.month.setCurrentIndex(place)

    @property
    def chosen_month(self) -> str:
        return str(self.month.currentData())

    def load(self) -> None:
        store, month = self.desk.store, self.chosen_month
        self.desk.jobs.load(lambda: _read(store, month), self._show, owner=self)

    def _show(self, read: _Read) -> None:
        report = read.report
        if report.month != self.chosen_month:
            return
        self.report = report
        for place in range(self.month.count()):
            month = str(self.month.itemData(place))
            mark = "（已封账）" if month in read.sealed else ""
            self.month.setItemText(place, month_words(month) + mark)
        self.state.setText(_state_words(report))
        self.notes.setText("".join(report.notes))
        self.seal_button.setEnabled(not report.sealed)
        self.text_button.setEnabled(not report.sealed)
        self._fill(report)

    def _fill(self, report: MonthReport) -> None:
        kept = self._current_key()
        self.lines.clear()
        bold = QFont(self.lines.font())
        bold.setBold(True)
        again: QTreeWidgetItem | None = None
        for section in report.sections:
            top = QTreeWidgetItem([f"{section.number}、{section.title}", ""])
            top.setFont(0, bold)
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.lines.addTopLevelItem(top)
            for line in section.lines:
                entry = QTreeWidgetItem([line.label, line.value])
                entry.setData(0, _LINE, line)
                entry.setTextAlignment(
                    1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                )
                entry.setToolTip(1, line.value)
                if not line.key:
                    entry.setTextAlignment(1, Qt.AlignmentFlag.AlignLeft)
                if line.key:
                    entry.setForeground(1, QBrush(QColor(COLOURS["link"])))
                    again = entry if line.key == kept else again
                top.addChild(entry)
        self.lines.expandAll()
        self.names.set_rows([])
        if again is not None:
            self.lines.setCurrentItem(again)

    def _current_key(self) -> str:
        now = self.lines.currentItem()
        line = now.data(0, _LINE) if now else None
        return line.key if isinstance(line, Line) else ""

    def _chosen(self, entry: QTreeWidgetItem | None) -> None:
        line = entry.data(0, _LINE) if entry else None
        if not isinstance(line, Line):
            return
        self.behind.setText(f"{line.label}：{line.value}")
        self.names.empty = "" if line.key else "这一项没有名单。"
        self.names.set_rows([])
        if not line.key:
            return
        store, month, key = self.desk.store, self.chosen_month, line.key
        self.desk.jobs.load(
            lambda: names_behind(store, month, key),
            lambda names: self._list(key, names),
            owner=self,
        )

    def _list(self, key: str, names: list[Named]) -> None:
        if key != self._current_key():
            return
        self.names.empty = "名单是空的。"
        self.names.show_column(1, not all(name.counted for name in names))
        self.names.set_rows(names)

    def _open_name(self, name: Named) -> None:
        if name.household:
            self.desk.go(Place("household", name.household))

    def edit_text(self) -> None:
        """Write the meetings, and other words in the place of the drafted ones."""
        if self.report is not None and not self.report.sealed:
            store, report = self.desk.store, self.report
            self.desk.jobs.load(
                lambda: month_text(store, report.month),
                lambda written: MonthTextDialog(self.desk, self, report, written).open(),
                owner=self,
            )

    def print_report(self) -> None:
        report, store = self.report, self.desk.store
        if report is not None:
            preview(
                self.desk, self, f"{month_words(report.month)}月报",
                lambda path, progress: documents.print_month(
                    store, path, report, progress=progress
                ),
            )  # fmt: skip

    def save_book(self) -> None:
        """The whole workbook for the office, or without lists of names for the street office."""
        month, store = self.chosen_month, self.desk.store
        which = self.desk.ask.choose("存哪一种？", [_WHOLE, _STREET])
        if which is None:
            return
        target = self.desk.ask.save_file(
            "月报存为工作簿", f"月报{month}.xlsx", "Excel 工作簿 (*.xlsx)"
        )
        if target is None:
            return

        def work(progress: Progress) -> Path:
            progress(0, 1, "写工作簿")
            report = month_report(store, month)
            write_month(store, report, target, for_street=which == _STREET)
            return target

        self.desk.jobs.run(
            "正在写月报工作簿",
            work,
            lambda made: self.desk.note(f"已保存：{made.name}"),
            owner=self,
        )

    def seal(self) -> None:
        """Seal after saying what that means."""
        report, store = self.report, self.desk.store
        if report is None or report.sealed:
            return
        if not report.balance_ok:
            self.desk.ask.warn(_UNBALANCED)
            return
        words = month_words(report.month)
        question = _SEAL.format(month=words)
        if report.cut_off == clock.today():
            question += _SEAL_RUNNING.format(month=words, cut_off=report.cut_off.isoformat())
        if self.desk.ask.confirm(question, "封账", careful=True):
            month = report.month
            self.desk.jobs.run(
                f"正在封{words}的账", lambda _: seal_month(store, month), lambda _: self.load(),
                owner=self,
            )  # fmt: skip


def _state_words(report: MonthReport) -> str:
    if report.sealed:
        return f"已于 {report.sealed_on} 封账，照原样重印"
    balance = "在办件数前后相符" if report.balance_ok else "在办件数前后不符，请查"
    return f"未封账，截至 {report.cut_off.isoformat()}；{balance}"
