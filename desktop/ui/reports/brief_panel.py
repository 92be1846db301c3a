"""Composes the briefing sheet: the month's draft, every word editable, then preview and print."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.print import documents
from desktop.models.brief import Brief, Foot, draft_brief
from desktop.models.month_period import month_words
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card, button, muted_label, row
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import scaled

_HEAD = (("masthead", "刊名"), ("number", "期号"), ("issuer", "编发单位"), ("date", "日期"))
_FOOT = (
    ("report_to", "报"), ("copy_to", "送"), ("send_to", "发"), ("edited_by", "编发"),
    ("checked_by", "审核"), ("released_by", "签发"),
)  # fmt: skip
_WORDS = "由月报起草，每个字都可以改；简报对外，不写住户姓名和门牌。"


class BriefPanel(QWidget):
    """Editors in the order of the printed page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.month = ""
        self._draft: Brief | None = None
        self._printed: Brief | None = None
        self.lines: dict[str, QLineEdit] = {
            name: QLineEdit() for name, _ in (*_HEAD, ("title", "标题"), *_FOOT)
        }
        self.boxes = [(QLineEdit(), QLineEdit()) for _ in range(3)]
        self.items = [(QLineEdit(), _text()) for _ in range(3)]
        self.table = QTableWidget()
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumHeight(scaled(220))
        self.about = muted_label(_WORDS)
        self._lay_out()

    def _lay_out(self) -> None:
        paper = Card()
        paper.body.addLayout(self._grid(_HEAD, columns=4))
        paper.body.addLayout(self._grid((("title", "标题"),), columns=1))
        boxes = QHBoxLayout()
        boxes.setSpacing(scaled(8))
        for number, (label, value) in enumerate(self.boxes, 1):
            boxes.addWidget(QLabel(f"数字{number}"))
            boxes.addWidget(label, 2)
            boxes.addWidget(value, 2)
        paper.body.addLayout(boxes)
        for number, (title, text) in enumerate(self.items, 1):
            line = QHBoxLayout()
            line.addWidget(QLabel(f"短文{number}"), 0, Qt.AlignmentFlag.AlignTop)
            title.setFixedWidth(scaled(150))
            line.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(text, 1)
            paper.body.addLayout(line)
        paper.body.addWidget(self.table)
        paper.body.addLayout(self._grid(_FOOT, columns=3))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(paper)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(self.about)
        inside.addWidget(area, 1)
        inside.addLayout(row(
            button("预览、打印简报", self.print_brief, "primary"),
            button("重新起草", self.draft_again), None,
        ))  # fmt: skip

    def _grid(self, fields: tuple[tuple[str, str], ...], *, columns: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled(8))
        for number, (name, words) in enumerate(fields):
            label = QLabel(words)
            label.setBuddy(self.lines[name])
            self.lines[name].setAccessibleName(words)
            place = 2 * (number % columns)
            grid.addWidget(label, number // columns, place)
            grid.addWidget(self.lines[name], number // columns, place + 1)
            grid.setColumnStretch(place + 1, 1)
        return grid

    def show_month(self, month: str) -> None:
        """Draft the month's brief, unless it is being written already."""
        if month != self.month and (not self.edited or self._may_drop()):
            self.month = month
            self._load()

    @property
    def edited(self) -> bool:
        """Whether a person changed the draft."""
        return self._draft is not None and self.brief() != self._draft

    def unsaved(self) -> str:
        """A draft that was changed and not printed, as a sentence."""
        if not self.edited or self.brief() == self._printed:
            return ""
        return f"{month_words(self.month)}的简报改过，还没有打印。"

    def _may_drop(self) -> bool:
        words = f"{month_words(self.month)}的简报改过还没有打印，换月份会丢掉改动。要换吗？"
        return self.desk.ask.confirm(words, "换月份", careful=True)

    def draft_again(self) -> None:
        question = "重新起草会丢掉改动，确定吗？"
        if not self.edited or self.desk.ask.confirm(question, "重新起草", careful=True):
            self._load()

    def _load(self) -> None:
        store, month = self.desk.store, self.month
        self.desk.jobs.load(lambda: draft_brief(store, month), self._show, owner=self)

    def _show(self, brief: Brief) -> None:
        self.about.setText(f"{month_words(self.month)}：{_WORDS}")
        for name in ("masthead", "number", "issuer", "date", "title"):
            self.lines[name].setText(getattr(brief, name))
        for name, _ in _FOOT:
            self.lines[name].setText(getattr(brief.foot, name))
        for (label, value), box in zip(self.boxes, brief.boxes, strict=True):
            label.setText(box[0])
            value.setText(box[1])
        for (title, text), item in zip(self.items, brief.items, strict=True):
            title.setText(item[0])
            text.setPlainText(item[1])
        header, rows = brief.table
        self.table.setColumnCount(len(header))
        self.table.setHorizontalHeaderLabels(list(header))
        self.table.setRowCount(len(rows))
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                entry = QTableWidgetItem(cell)
                entry.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                self.table.setItem(line, column, entry)
        self._draft = self.brief()

    def brief(self) -> Brief:
        """The sheet as it stands in the editors."""
        words = {name: line.text().strip() for name, line in self.lines.items()}
        columns = range(self.table.columnCount())
        header = tuple(_words(self.table.horizontalHeaderItem(column)) for column in columns)
        rows = tuple(
            tuple(_words(self.table.item(line, column)) for column in columns)
            for line in range(self.table.rowCount())
        )
        return Brief(
            masthead=words["masthead"],
            number=words["number"],
            issuer=words["issuer"],
            date=words["date"],
            title=words["title"],
            boxes=tuple((a.text().strip(), b.text().strip()) for a, b in self.boxes),
            items=tuple((a.text().strip(), b.toPlainText().strip()) for a, b in self.items),
            table=(header, rows),
            foot=Foot(*(words[name] for name, _ in _FOOT)),
        )

    def print_brief(self) -> None:
        if self._draft is None:
            return
        store, brief = self.desk.store, self.brief()
        self._printed = brief
        preview(
            self.desk, self, f"简报{brief.number}",
            lambda path, progress: documents.print_brief(store, path, brief, progress=progress),
        )  # fmt: skip


def _words(cell: QTableWidgetItem | None) -> str:
    return cell.text().strip() if cell else ""


def _text() -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setTabChangesFocus(True)
    made.setMinimumHeight(scaled(84))
    return made
