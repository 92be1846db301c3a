"""People who left or died long ago and are still on record: somebody decides for each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop import clock
from desktop.exchange.print import documents
from desktop.models import residents, retention
from desktop.models.changes import Touched
from desktop.models.retention import Kept
from desktop.models.store import Store
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.common.watch import Watcher
from desktop.ui.reports.print_preview import preview
from desktop.ui.roster.resident_actions import erase_resident


@dataclass(frozen=True, slots=True)
class KeptRow:
    kept: Kept
    door: str


COLUMNS: tuple[Column[KeptRow], ...] = (
    Column("姓名", lambda r: r.kept.name, width=96),
    Column("原住址", lambda r: r.door),
    Column("情况", lambda r: r.kept.status, width=84),
    Column("变动日期", lambda r: r.kept.since, width=110, firm=True),
    Column("到期日", lambda r: r.kept.due, width=110, firm=True),
)


def read_kept(store: Store) -> list[KeptRow]:
    found = retention.review_list(store, clock.today())
    doors = {
        home.uid: home.door
        for home in residents.households(store, sorted({one.household for one in found}))
    }
    return [KeptRow(one, doors.get(one.household, "")) for one in found]


class KeptDialog(Dialog):
    """The list, its paper, and erasing those who are no longer needed."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("到期该清理的资料", parent, width=760)
        self.desk = desk
        self.body.addWidget(
            muted_label(
                "迁出、去世满一年的居民。不再需要的请抹除；还有事没办完的先留着，下次再看。"
                "抹除一个人不影响以前月报里的数字。"
            )
        )
        self.view: RowsView[KeptRow] = RowsView(COLUMNS, "现在没有到期的资料。")
        self.body.addWidget(self.view, 1)
        self._for_chosen = button("永久抹除选中的人…", self.erase, "danger")
        self._paper = button("打印审阅表", self.print_list)
        self.body.addLayout(row(self._for_chosen, self._paper, None, button("关闭", self.reject)))
        self.view.picked.connect(self._offer)
        self.fit(820, 520)
        self._watcher = Watcher(desk.store, self)
        self._watcher.touched.connect(self._on_change)
        self.finished.connect(self._watcher.stop)
        self._offer()
        self.load()

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_kept(store), self.view.set_rows, owner=self)

    def _offer(self) -> None:
        self._for_chosen.setEnabled(bool(self.view.selected()))
        self._paper.setEnabled(bool(self.view.rows()))

    def erase(self) -> None:
        for chosen in self.view.selected():
            erase_resident(self.desk, chosen.kept.resident, chosen.kept.name)

    def print_list(self) -> None:
        store = self.desk.store
        preview(
            self.desk, self, "到期信息审阅表",
            lambda path, progress: documents.print_retention(store, path, progress=progress),
        )  # fmt: skip

    def _on_change(self, touched: Touched) -> None:
        if touched.tables.keys() & {"residents", "*"}:
            self.load()
