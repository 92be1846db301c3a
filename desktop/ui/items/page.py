"""The lists 需求, 资源, 民情, 项目, with disputes and hazards: everything until it is closed."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QComboBox, QStackedWidget, QTabBar

from desktop.exchange.print import documents
from desktop.models.words import LABELS, label
from desktop.ui.common.desk import Desk
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.common.parts import button, count_label, filter_field, row
from desktop.ui.common.rows_table import RowsView
from desktop.ui.items.board import Board
from desktop.ui.items.item_dialog import ItemDialog
from desktop.ui.items.items_table import COLUMNS, KIND_COLUMN, ItemRow, read_items
from desktop.ui.items.new_item_dialog import NewItemDialog
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import scaled

KINDS = ("", *LABELS["item_kind"])  # "" = all lists together
_OPEN, _LATE, _CLOSED, _ALL = "在办", "已超期", "已办结", "全部"


def _kind_word(kind: str) -> str:
    return label("item_kind", kind) if kind else "全部"


class Page(BasePage):
    """清单."""

    title = "清单"
    concerns = frozenset({"items", "item_events", "households", "buildings"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rows: list[ItemRow] = []
        self.kinds = QTabBar()
        self.kinds.setExpanding(False)
        self.kinds.setDrawBase(False)
        for kind in KINDS:
            self.kinds.addTab(_kind_word(kind))
        self.kinds.currentChanged.connect(lambda _: self._show())
        self.state = QComboBox()
        self.state.addItems([_OPEN, _LATE, _CLOSED, _ALL])
        for step in LABELS["item_step"]:
            if step != "extended":
                self.state.addItem(f"只看“{label('item_step', step)}”", step)
        self.state.setMaximumWidth(scaled(200))
        self.state.currentIndexChanged.connect(lambda _: self._show())
        self.wanted = filter_field("筛选内容、门牌、承办人", self._show)
        self.count = count_label()
        self.view: RowsView[ItemRow] = RowsView(COLUMNS, "这里没有事项。")
        for place in (0, 4, 6, 7):  # large text has no room for what the dialog says too
            self.view.show_column(place, scaled(100) < 140)
        self.view.opened.connect(self._open)
        self.board = Board()
        self.board.opened.connect(self._open)
        self.shown = QStackedWidget()
        self.shown.addWidget(self.view)
        self.shown.addWidget(self.board)
        self.switch = button("看板", self.toggle)
        self._lay_out()

    def _lay_out(self) -> None:
        self.body.addLayout(row(self.heading, None, self.switch))
        self.body.addWidget(self.kinds)
        self.body.addLayout(row(self.state, self.wanted, self.count, spacing=10))
        self.body.addWidget(self.shown, 1)
        self.body.addLayout(row(
            button("新增…", self.add, "primary"), button("打印这张清单", self.print_list), None,
            button("打开（回车）", self._open_selected),
        ))  # fmt: skip

    @property
    def kind(self) -> str:
        return KINDS[self.kinds.currentIndex()]

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_items(store), self._take, owner=self)

    def _take(self, rows: list[ItemRow]) -> None:
        self._rows = rows
        counts = Counter(each.item.kind for each in rows if each.item.is_open)
        counts[""] = counts.total()
        for number, kind in enumerate(KINDS):
            self.kinds.setTabText(number, f"{_kind_word(kind)} {counts[kind]}")
        self._show()

    def _show(self) -> None:
        mine = [
            each
            for each in self._rows
            if (not self.kind or each.item.kind == self.kind) and self._named(each)
        ]
        self.view.show_column(KIND_COLUMN, not self.kind)
        rows = [each for each in mine if self._in_state(each)]
        self.view.set_rows(rows)
        self.board.set_rows(mine)
        late = sum(each.late for each in rows)
        self.count.setText(f"共 {len(rows)} 件" + (f"，其中超期 {late} 件" if late else ""))

    def _named(self, row: ItemRow) -> bool:
        text, item = self.wanted.text().strip(), row.item
        return not text or any(
            text in words
            for words in (item.text, item.door, item.handler or "", item.category or "")
        )

    def _in_state(self, row: ItemRow) -> bool:
        words, step = self.state.currentText(), self.state.currentData()
        if step:
            return bool(row.item.state == step)
        if words == _LATE:
            return row.late
        return words == _ALL or row.item.is_open == (words == _OPEN)

    def toggle(self) -> None:
        """Table or board."""
        table = self.shown.currentWidget() is self.board
        self.shown.setCurrentWidget(self.view if table else self.board)
        self.switch.setText("看板" if table else "表格")
        self.state.setEnabled(table)

    def show_key(self, key: str) -> None:
        """«open», «overdue», «item:UID»; «open:KIND» too."""
        word, _, rest = key.partition(":")
        if word == "item":
            ItemDialog(self.desk, self, rest).open()
            return
        self.state.setCurrentText(_LATE if word == "overdue" else _OPEN)
        self.kinds.setCurrentIndex(KINDS.index(rest) if rest in KINDS else 0)

    def _open(self, chosen: ItemRow) -> None:
        ItemDialog(self.desk, self, chosen.item.uid).open()

    def _open_selected(self) -> None:
        rows = self.view.selected()
        if rows:
            self._open(rows[0])

    def add(self) -> None:
        NewItemDialog(self.desk, self, self.kind or "need").open()

    def print_list(self) -> None:
        """The list in view; from all lists together one has to be chosen."""
        store, kind = self.desk.store, self.kind
        if not kind:
            words = {word: code for code, word in LABELS["item_kind"].items()}
            kind = words.get(self.desk.ask.choose("打印哪一张清单？", list(words)) or "", "")
        if not kind:
            return
        preview(
            self.desk, self, f"{label('item_kind', kind)}清单",
            lambda path, progress: documents.print_items(store, path, kind, progress=progress),
        )  # fmt: skip

    def shots(self) -> list[Shot]:
        return [Shot("dialog", self._shoot_dialog), Shot("board", self._shoot_board)]

    def _shoot_dialog(self) -> ItemDialog | None:
        if not self.view.table.rows:
            return None
        dialog = ItemDialog(self.desk, self, self.view.table.rows[0].item.uid)
        dialog.show()
        self.desk.jobs.wait_idle()
        if dialog.choices.buttons():
            dialog.choices.buttons()[0].setChecked(True)
        return dialog

    def _shoot_board(self) -> None:
        self.toggle()
