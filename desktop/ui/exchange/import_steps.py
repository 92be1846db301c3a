"""The pages of the import wizard: files, columns, preview, result."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.sheets.header import Column as SheetColumn
from desktop.exchange.sheets.plan import Plan, SheetPlan
from desktop.models.imports import PastImport
from desktop.moments import moment
from desktop.ui.common.parts import Card, button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.import_words import (
    CHANGED,
    COLUMNS,
    FIELDS,
    HOW,
    NEW,
    OTHER,
    REFUSED,
    WARNED,
    PreviewRow,
    counters,
    masked,
    preview_rows,
    sum_words,
)
from desktop.ui.style import COLOURS, scaled

PAST: tuple[Column[PastImport], ...] = (
    Column("时间", lambda p: moment(p.when), width=150),
    Column("文件", lambda p: p.reason),
    Column("批次", lambda p: p.batch, width=120),
    Column("状态", lambda p: "已撤销" if p.undone else "", width=90),
)
_CHOSEN = f"QPushButton:checked {{ background: {COLOURS['selected']}; font-weight: 700; }}"
_KINDS = {"roster": "花名册", "visits": "走访记录", "skipped": "不导入"}


class FilesStep(QWidget):
    """Choose or drop files; below, what was imported before."""

    pick_wanted = Signal()
    undo_wanted = Signal()
    template_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.files: list[Path] = []
        self.drop = Card("把花名册文件拖到这里，或者点“选择文件”")
        self.drop.body.addWidget(muted_label(
            "xlsx、xls、et、ods、csv 都可以，可以一次放几个。先预览，确认以后才写入，整批可以撤销。"
        ))  # fmt: skip
        self.names = QLabel("还没有选文件")
        self.names.setWordWrap(True)
        self.pick = button("选择文件…", self.pick_wanted.emit, "primary")
        self.estate = QComboBox()
        self.estate.setEditable(True)
        self.estate.setMinimumWidth(scaled(220))
        self.estate.setAccessibleName("小区")
        self.giver = QLineEdit()
        self.giver.setPlaceholderText("可以不填")
        self.giver.setMaximumWidth(scaled(160))
        self.giver.setAccessibleName("谁给的表")
        self.giver.setToolTip("填了以后，各人的表分别记住每一列当作什么")
        self.drop.body.addWidget(self.names)
        self.drop.body.addLayout(row(
            self.pick, QLabel("表里没有写小区时，算作"), self.estate,
            QLabel("谁给的表"), self.giver, None,
            button("存一份空模板…", self.template_wanted.emit),
        ))  # fmt: skip
        self.past: RowsView[PastImport] = RowsView(PAST, "还没有导入过。", sortable=False)
        self.undo = button("撤销选中的导入…", self.undo_wanted.emit, "danger")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.drop)
        inside.addLayout(row(section_label("以前的导入"), None, self.undo))
        inside.addWidget(self.past, 1)

    def set_files(self, files: Sequence[Path]) -> None:
        self.files = list(files)
        names = "、".join(path.name for path in files)
        self.names.setText(f"选好了：{names}" if files else "还没有选文件")

    def set_estates(self, names: Sequence[str]) -> None:
        written = self.estate.currentText()
        self.estate.clear()
        self.estate.addItems(["", *names])
        self.estate.setEditText(written)


class ColumnsStep(QWidget):
    """Left the sheets, right the columns of one with three values each and what they mean."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, str] = {}
        self._plan: Plan | None = None
        self.sheets = QListWidget()
        self.sheets.setSpacing(3)
        self.sheets.currentRowChanged.connect(self._show)
        self.table = QTableWidget()
        self.table.setColumnCount(5)
        self.table.setHorizontalHeaderLabels(["列", "表头", "当作", "怎么定的", "头三个值"])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(scaled(40))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        header = self.table.horizontalHeader()
        for place, width in enumerate((40, 116, 170, 116)):
            header.resizeSection(place, scaled(width))
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.why = muted_label()
        right = QWidget()
        lines = QVBoxLayout(right)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.why)
        lines.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.sheets)
        split.addWidget(right)
        split.setSizes([210, 910])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(muted_label(
            "请核对每一列当作什么。改过的下次遇到同样的表会记得。标“请核对”“请选”的先看。"
        ))  # fmt: skip
        inside.addWidget(split, 1)

    def show_plan(self, plan: Plan) -> None:
        self._plan = plan
        self.choices = {}
        self.sheets.clear()
        for sheet in plan.sheets:
            name = f"{sheet.file} — {sheet.sheet}" if len(plan.files) > 1 else sheet.sheet
            about = _KINDS.get(sheet.kind, sheet.kind)
            count = f"，{sheet.households}户" if sheet.kind == "roster" else ""
            self.sheets.addItem(QListWidgetItem(f"{name}\n{about}{count}"))
        first = next((n for n, s in enumerate(plan.sheets) if s.kind == "roster"), 0)
        self.sheets.setCurrentRow(first)

    def _show(self, place: int) -> None:
        if self._plan is None or not 0 <= place < len(self._plan.sheets):
            return
        sheet = self._plan.sheets[place]
        self.why.setText(_sheet_words(sheet))
        asked = {question.key: question.text for question in sheet.questions}
        self.table.setRowCount(len(sheet.columns))
        for line, column in enumerate(sheet.columns):
            how = asked.get(column.header) or HOW.get(column.how, column.how)
            cells = (column.letter, column.header, "", how, masked("　".join(column.samples)))
            for at, text in enumerate(cells):
                entry = QTableWidgetItem(text)
                entry.setToolTip(text)
                self.table.setItem(line, at, entry)
            self.table.setCellWidget(line, 2, self._meaning(column))

    def _meaning(self, column: SheetColumn) -> QComboBox:
        box = QComboBox()
        for field, words in FIELDS.items():
            box.addItem(words, field)
        now = self.choices.get(column.header, column.field)
        box.setCurrentIndex(max(0, box.findData(now)))
        box.setAccessibleName(f"{column.header}当作")
        box.setEnabled(column.field != "dropped")
        box.activated.connect(lambda _: self._decide(column, str(box.currentData())))
        return box

    def _decide(self, column: SheetColumn, field: str) -> None:
        if field == column.field:
            self.choices.pop(column.header, None)
        else:
            self.choices[column.header] = field


def _sheet_words(sheet: SheetPlan) -> str:
    if sheet.kind != "roster":
        return f"“{sheet.sheet}”不导入：{sheet.why}。"
    hidden = ""
    if sheet.hidden_rows or sheet.hidden_columns:
        hidden = f"；含隐藏的 {sheet.hidden_rows} 行、{sheet.hidden_columns} 列"
    return (
        f"表头在第{sheet.header_row}行，读到 {sheet.households} 户、{sheet.residents} 人{hidden}。"
    )


class PreviewStep(QWidget):
    """Counters that filter the list below; nothing has been written yet."""

    mark_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self.words = section_label("")
        self.words.setWordWrap(True)
        self.filters: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(True)
        for kind in (NEW, CHANGED, REFUSED, WARNED, OTHER):
            made = button(kind, partial(self.show_kind, kind))
            made.setCheckable(True)
            made.setStyleSheet(_CHOSEN)
            group.addButton(made)
            self.filters[kind] = made
        self.view: RowsView[PreviewRow] = RowsView(COLUMNS, "没有这样的行。")
        self.mark = button(
            "另存标注副本…", self.mark_wanted.emit, tip="原表的副本，最后一列写明原因"
        )
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.words)
        inside.addLayout(row(*self.filters.values(), None, self.mark))
        inside.addWidget(self.view, 1)

    def show_plan(self, plan: Plan) -> None:
        self._plan = plan
        self.words.setText(sum_words(plan))
        counts = counters(plan)
        for kind, made in self.filters.items():
            made.setText(f"{kind} {counts[kind]}")
        self.show_kind(next((k for k in (REFUSED, WARNED, NEW) if counts[k]), NEW))

    def show_kind(self, kind: str) -> None:
        self.filters[kind].setChecked(True)
        self.view.set_rows(preview_rows(self._plan, kind) if self._plan else [])


class ResultStep(QWidget):
    """What was imported, with the way back."""

    undo_wanted = Signal()
    mark_wanted = Signal()
    again_wanted = Signal()
    due_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        card = Card()
        self.words = section_label("")
        self.words.setWordWrap(True)
        self.more = muted_label()
        self.undo = button("撤销这次导入…", self.undo_wanted.emit, "danger")
        self.mark = button("另存标注副本…", self.mark_wanted.emit)
        self.again = button("再导入一个", self.again_wanted.emit)
        self.due = button("看到期名单", self.due_wanted.emit, "primary")
        card.body.addWidget(self.words)
        card.body.addWidget(self.more)
        card.body.addLayout(row(self.due, self.again, self.mark, None, self.undo))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(card)
        inside.addStretch(1)
