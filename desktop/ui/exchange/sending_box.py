"""Writes packages for colleagues and shows which of them have arrived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QMenu, QVBoxLayout, QWidget

from desktop.exchange.packages.export import Exported, copy_again, export
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.package_words import (
    KINDS,
    PackageState,
    SentRow,
    moment,
    sent_state,
    size_words,
)
from desktop.ui.style import roomy, scaled

SENT: tuple[Column[SentRow], ...] = (
    Column("写出时间", lambda r: moment(r.sent.made), width=110, firm=True),
    Column("给谁", lambda r: r.to),
    Column("内容", lambda r: KINDS.get(r.sent.kind, r.sent.kind), width=100),
    Column("更改", lambda r: f"{r.sent.changes}条", width=70, number=True),
    Column("大小", lambda r: size_words(r.sent.bytes), width=80, number=True),
    Column(
        "状态", sent_state, width=124, firm=True,
        colour=lambda r: "good" if r.sent.state != "sent" else "warn",
    ),
)  # fmt: skip


class SendingBox(QWidget):
    """「发出的」 with the receiver and 「导出…」."""

    def __init__(self, desk: Desk, reload: Callable[[], None]) -> None:
        super().__init__()
        self.desk = desk
        self._reload = reload
        self.receiver = QComboBox()
        self.receiver.setMinimumWidth(scaled(90))
        self.receiver.setAccessibleName("给谁")
        self.export_button = button(
            "导出…", self.export_package, "primary", "把对方没有的更改写成一个数据包，放到U盘"
        )
        self.more = button("更多", lambda: None)
        menu = QMenu(self.more)
        self.whole_action = menu.addAction("导出完整数据…", self.export_whole)
        menu.addAction("再拷一份选中的…", self.copy_again)
        self.more.setMenu(menu)
        self.view: RowsView[SentRow] = RowsView(SENT, "还没有写出过数据包。", sortable=False)
        for place in (3, 4):  # large text has no room for counts and sizes
            self.view.show_column(place, roomy())
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addLayout(row(
            section_label("发出的"), None, self.more, self.receiver, self.export_button
        ))  # fmt: skip
        lines.addWidget(self.view, 1)

    def show_state(self, state: PackageState) -> None:
        self.view.set_rows(state.sent)
        chosen = self.receiver.currentData()
        self.receiver.clear()
        for each in state.sites:
            if not each.here and not each.site.revoked:
                self.receiver.addItem(f"给{each.site.name}", each.site.uid)
        self.receiver.setCurrentIndex(max(0, self.receiver.findData(chosen)))
        able = state.joined and self.receiver.count() > 0
        self.export_button.setEnabled(able)
        self.whole_action.setEnabled(able)
        self.view.empty = _first_steps(state)

    def export_for(self, site: str) -> None:
        """Somebody chose a colleague in the list of PCs."""
        self.receiver.setCurrentIndex(max(0, self.receiver.findData(site)))
        if self.export_button.isEnabled():
            self.export_package()

    def export_whole(self) -> None:
        """Everything again: for a PC that has lost or never had its data."""
        self.export_package("full")

    def export_package(self, kind: str = "") -> None:
        to = self.receiver.currentData()
        folder = self.desk.ask.folder("放到哪里（U盘）")
        if folder is None:
            return
        store = self.desk.store
        self.desk.jobs.run(
            "正在写数据包",
            lambda progress: export(store, to, folder, kind=kind, progress=progress),
            self._exported, owner=self,
        )  # fmt: skip

    def _exported(self, made: Exported) -> None:
        self._reload()
        what = f"{made.changes}条更改，" if made.changes else "没有新的更改，只带回执，"
        self.desk.ask.tell(
            f"已写好并重新读过一遍，没有差错：{made.path.name}\n"
            f"{what}{size_words(made.bytes)}。可以拔出U盘，交给对方导入。"
        )

    def copy_again(self) -> None:
        """Another copy of a sent package that nobody has acknowledged yet."""
        rows = [row for row in self.view.selected() if row.sent.state == "sent"]
        if not rows:
            self.desk.note("先在“发出的”里选一个等回执的数据包。")
            return
        folder = self.desk.ask.folder("放到哪里（U盘）")
        if folder is None:
            return
        package, store = rows[0].sent.package, self.desk.store
        target = folder / Path(rows[0].sent.path).name
        self.desk.jobs.run(
            "正在拷贝", lambda _: copy_again(store, package, target),
            lambda _: self.desk.ask.tell(f"已拷好：{target.name}。可以拔出U盘。"), owner=self,
        )  # fmt: skip


def _first_steps(state: PackageState) -> str:
    """What to do while there is nothing to show."""
    if not state.joined:
        return "这台机还没有加入单位，还不能导出。"
    if len(state.sites) < 2:
        return "要和另一台机交换：在那台机上保存名片，再到左边点“登记名片…”。"
    return "还没有写出过数据包。选好给谁，点“导出…”。"
