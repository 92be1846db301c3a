"""Writes packages for colleagues and shows which of them have arrived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QMenu, QVBoxLayout, QWidget

from desktop.exchange.packages.export import Exported, copy_again, export
from desktop.exchange.packages.handed_over import handed_over
from desktop.exchange.packages.sending import Delivery, send_all
from desktop.exchange.packages.six_words import SixWords, new_words
from desktop.exchange.print import documents
from desktop.moments import short_moment
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.arrivals import SharedFolderLine
from desktop.ui.exchange.package_words import (
    PackageState,
    SentRow,
    sent_changes,
    sent_state,
    size_words,
)
from desktop.ui.exchange.places import ask_place, delivery_words
from desktop.ui.exchange.six_words_dialog import SixWordsDialog
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import roomy, scaled

SENT: tuple[Column[SentRow], ...] = (
    Column("写出时间", lambda r: short_moment(r.sent.made), width=110, firm=True),
    Column("给谁", lambda r: r.to),
    Column("内容", lambda r: r.contents, width=118, firm=True),
    Column("更改", sent_changes, width=70, number=True),
    Column("大小", lambda r: size_words(r.sent.bytes), width=80, number=True),
    Column(
        "状态", sent_state, width=124, firm=True,
        colour=lambda r: {"sent": "warn", "acknowledged": "good"}.get(r.sent.state, ""),
    ),
)  # fmt: skip


class SendingBox(QWidget):
    """「发出的」 with the receiver and 「导出…」; `lost` asks for help with a lost stick."""

    lost = Signal()

    def __init__(self, desk: Desk, reload: Callable[[], None]) -> None:
        super().__init__()
        self.desk = desk
        self.shared = SharedFolderLine(desk, self)
        self._reload = reload
        self.receiver = QComboBox()
        self.receiver.setMinimumWidth(scaled(90))
        self.receiver.setAccessibleName("给谁")
        self.export_button = button(
            "导出…", self.export_package, "", "把对方没有的更改写成一个数据包，放到U盘"
        )
        self.export_button.setAutoDefault(False)
        self.all_button = button(
            "写给所有同事…", self.send_all, "primary", "给每个同事写他还没有的，一次写好"
        )
        self.lost_button = button("U盘丢了？", self.lost.emit, "link")
        if not roomy():
            self.lost_button.hide()  # with large text it is in the menu only
        self.more = button("更多", lambda: None)
        menu = QMenu(self.more)
        menu.addAction("U盘丢了怎么办…", self.lost.emit)
        self.whole_action = menu.addAction("导出完整数据…", self.export_whole)
        menu.addAction("再拷一份选中的…", self.copy_again)
        menu.addAction("打印选中的交接单…", self.print_slip)
        self.words_action = menu.addAction("用六个词交给一台新机…", self.export_by_words)
        menu.addAction("共享文件夹…", self.shared.choose)
        self.more.setMenu(menu)
        self.view: RowsView[SentRow] = RowsView(SENT, "还没有写出过数据包。", sortable=False)
        for place in (3, 4):  # large text has no room for counts and sizes
            self.view.show_column(place, roomy())
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addLayout(row(
            section_label("发出的"), None, self.lost_button, self.more, self.receiver,
            self.export_button, self.all_button,
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
        self.all_button.setEnabled(able)
        self.whole_action.setEnabled(able)
        self.words_action.setEnabled(state.joined)
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
        to, store = self.receiver.currentData(), self.desk.store

        def write(folder: Path) -> None:
            self.desk.jobs.run(
                "正在写数据包",
                lambda progress: export(store, to, folder, kind=kind, progress=progress),
                self._exported, owner=self,
            )  # fmt: skip

        ask_place(self.desk, self, write)

    def export_by_words(self) -> None:
        """Everything for a PC whose card is not here: whoever knows six words can open it."""
        store, words = self.desk.store, new_words()

        def write(folder: Path) -> None:
            self.desk.jobs.run(
                "正在写数据包",
                lambda progress: export(store, "", folder, words=words, progress=progress),
                lambda made: self._handed(made, words), owner=self,
            )  # fmt: skip

        ask_place(self.desk, self, write)

    def _handed(self, made: Exported, words: SixWords) -> None:
        self._reload()
        done = f"已写好：{made.path.name}。{self._handed_over(made.path.parent)}"
        SixWordsDialog(self, words, done).open()

    def send_all(self) -> None:
        """One package for each colleague who lacks something."""
        store = self.desk.store

        def write(folder: Path) -> None:
            self.desk.jobs.run(
                "正在写数据包", lambda progress: send_all(store, folder, progress=progress),
                self._sent, owner=self,
            )  # fmt: skip

        ask_place(self.desk, self, write)

    def _sent(self, done: Delivery) -> None:
        self._reload()
        lines = delivery_words(done)
        if done.written:
            lines.append(self._handed_over(done.folder))
        self.desk.ask.tell("\n".join(lines))

    def _exported(self, made: Exported) -> None:
        self._reload()
        what = f"{made.changes}条更改，" if made.changes else "没有新的更改，只带回执，"
        self.desk.ask.tell(
            f"已写好：{made.path.name}\n"
            f"{what}{size_words(made.bytes)}。{self._handed_over(made.path.parent)}"
        )

    def _handed_over(self, folder: Path) -> str:
        return handed_over(folder, self.desk.lookout.shared)

    def copy_again(self) -> None:
        """Another copy of a sent package that nobody has acknowledged yet."""
        rows = [row for row in self.view.selected() if row.sent.state == "sent"]
        if not rows:
            self.desk.note("先在“发出的”里选一个等回执的数据包。")
            return
        self.copy_package(rows[0].sent.package)

    def copy_package(self, package: str) -> None:
        """Put a package from the outbox onto another stick."""
        store = self.desk.store

        def copy(folder: Path) -> None:
            self.desk.jobs.run(
                "正在拷贝", lambda _: copy_again(store, package, folder),
                lambda made: self.desk.ask.tell(
                    f"已拷好：{made.name}。{self._handed_over(folder)}"
                ), owner=self,
            )  # fmt: skip

        ask_place(self.desk, self, copy)

    def print_slip(self) -> None:
        """The slip both sign when a stick changes hands."""
        rows = self.view.selected()
        if not rows:
            self.desk.note("先在“发出的”里选一个数据包。")
            return
        store, package = self.desk.store, rows[0].sent.package
        preview(
            self.desk, self, "数据包交接单",
            lambda path, progress: documents.print_receipt(
                store, path, documents.receipt_of(store, package), progress=progress
            ),
        )  # fmt: skip


def _first_steps(state: PackageState) -> str:
    """What to do while there is nothing to show."""
    if len(state.sites) < 2:
        return "要和另一台机交换：在那台机上保存名片，再到左边点“登记名片…”。"
    return "还没有写出过数据包。选好给谁，点“导出…”。"
