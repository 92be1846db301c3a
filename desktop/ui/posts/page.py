"""The chiefs and other posts: who serves where, what is vacant, the roster on paper."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from desktop.exchange.print import documents
from desktop.models.indicators import Ratio
from desktop.models.words import label
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import Dialog
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.common.parts import button, count_label, filter_field, row
from desktop.ui.common.rows_table import RowsView
from desktop.ui.posts.post_dialog import EndDialog, HistoryDialog, PostDialog
from desktop.ui.posts.posts_table import COLUMNS, KINDS, PostRow, read_posts
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import scaled

_BOTH, _HELD, _VACANT = "任职和空缺", "只看任职", "只看空缺"


class Page(BasePage):
    """队伍."""

    title = "队伍"
    concerns = frozenset({"posts", "buildings", "lanes", "grids", "estates", "households"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rows: list[PostRow] = []
        self.kind = QComboBox()
        self.kind.setMaximumWidth(scaled(200))
        self.kind.addItem("全部职务", "")
        for kind in KINDS:
            self.kind.addItem(label("post_kind", kind), kind)
        self.kind.setCurrentIndex(self.kind.findData("building_chief"))
        self.shown = QComboBox()
        self.shown.setMaximumWidth(scaled(200))
        self.shown.addItems([_BOTH, _HELD, _VACANT])
        for box in (self.kind, self.shown):
            box.currentIndexChanged.connect(lambda _: self._show())
        self.wanted = filter_field("筛选楼栋、姓名", self._show)
        self.count = count_label()
        self.view: RowsView[PostRow] = RowsView(COLUMNS, "没有符合条件的职务。")
        for place in (4, 5, 8, 9):  # large text: sex, party, how chosen and notes are on paper
            self.view.show_column(place, scaled(100) < 140)
        self.view.opened.connect(self._open)
        self.view.picked.connect(self._enable)
        self.change = button("换人…", self.change_holder)
        self.correct = button("修改资料…", self.correct_holder)
        self.end = button("卸任…", self.end_term)
        self.history = button("任职历史", self.show_history)
        self._lay_out()
        self._enable()

    def _lay_out(self) -> None:
        self.body.addWidget(self.heading)
        self.body.addLayout(row(self.kind, self.shown, self.wanted, self.count, spacing=10))
        self.body.addWidget(self.view, 1)
        self.body.addLayout(row(
            button("登记任职…", self.add, "primary"),
            button("打印街巷长楼栋长花名册", self.print_chiefs), None,
            self.change, self.correct, self.end, self.history,
        ))  # fmt: skip

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_posts(store), self._take, owner=self)

    def _take(self, rows: list[PostRow]) -> None:
        self._rows = rows
        self._show()

    def _show(self) -> None:
        kind, text = self.kind.currentData(), self.wanted.text().strip()
        shown = self.shown.currentText()
        mine = [each for each in self._rows if not kind or each.kind == kind]
        rows = [
            each
            for each in mine
            if (shown == _BOTH or each.vacant == (shown == _VACANT))
            and (not text or text in each.place_name or (each.post and text in each.post.holder))
        ]
        self.view.show_column(0, not kind)
        self.view.set_rows(rows)
        self.count.setText(_count_words(mine, kind))
        self._enable()

    def _enable(self) -> None:
        at = self._at()
        self.change.setEnabled(at is not None)
        self.change.setText("安排人…" if at is not None and at.vacant else "换人…")
        for made in (self.correct, self.end):
            made.setEnabled(at is not None and not at.vacant)
        self.history.setEnabled(at is not None)

    def _at(self) -> PostRow | None:
        rows = self.view.selected()
        return rows[0] if rows else None

    def show_key(self, key: str) -> None:
        """«vacancies»."""
        if key == "vacancies":
            self.kind.setCurrentIndex(self.kind.findData("building_chief"))
            self.shown.setCurrentText(_VACANT)

    def _open(self, at: PostRow) -> None:
        PostDialog(self.desk, self, at=at, keep=not at.vacant).open()

    def add(self) -> None:
        PostDialog(self.desk, self, kind=self.kind.currentData() or "").open()

    def change_holder(self) -> None:
        at = self._at()
        if at is not None:
            PostDialog(self.desk, self, at=at).open()

    def correct_holder(self) -> None:
        at = self._at()
        if at is not None and not at.vacant:
            PostDialog(self.desk, self, at=at, keep=True).open()

    def end_term(self) -> None:
        at = self._at()
        if at is not None and not at.vacant:
            EndDialog(self.desk, self, at).open()

    def show_history(self) -> None:
        at = self._at()
        if at is not None:
            HistoryDialog(self.desk, self, at).open()

    def print_chiefs(self) -> None:
        store = self.desk.store
        preview(
            self.desk, self, "街巷长楼栋长花名册",
            lambda path, progress: documents.print_chiefs(store, path, progress=progress),
        )  # fmt: skip

    def shots(self) -> list[Shot]:
        return [Shot("dialog", self._shoot_dialog)]

    def _shoot_dialog(self) -> Dialog | None:
        if not self.view.table.rows:
            return None
        dialog = PostDialog(self.desk, self, at=self.view.table.rows[0])
        dialog.show()
        return dialog


def _count_words(rows: list[PostRow], kind: str) -> str:
    """«楼栋长配备率 12/20（60.00%），空缺 8 处»: distinct places, not persons."""
    places = {(each.kind, each.place, each.unit) for each in rows}
    empty = {(each.kind, each.place, each.unit) for each in rows if each.vacant}
    ratio = Ratio(len(places) - len(empty), len(places))
    name = label("post_kind", kind) if kind else "全部职务"
    return (
        f"{name}配备率 {ratio.numerator}/{ratio.denominator}（{ratio.rate}），空缺 {len(empty)} 处"
    )
