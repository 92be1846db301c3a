"""Carries changes between the office's PCs on a stick: cards, sending, receiving, states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.exchange.packages import cards, inbox
from desktop.exchange.packages.cards import Card
from desktop.exchange.packages.export import Exported, copy_again, export
from desktop.exchange.packages.inbox import ImportResult
from desktop.models import sites
from desktop.models.undo import UndoResult
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card as Box
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.package_dialogs import EnrolDialog, PackagePreview, fingerprint_label
from desktop.ui.exchange.package_words import (
    KINDS,
    GotRow,
    PackageState,
    SentRow,
    SiteRow,
    got_state,
    import_words,
    moment,
    read_packages,
    sent_state,
    size_words,
)
from desktop.ui.style import scaled

_PACKAGES = "近邻数据包 (*.jlpkg)"
_CARDS = "近邻名片 (*.jlcard)"

SITES: tuple[Column[SiteRow], ...] = (
    Column("机器", lambda r: r.site.name + ("（本机）" if r.here else "")),
    Column("加入", lambda r: r.site.added_on, width=100),
    Column("最近回执", lambda r: "" if r.here else r.heard or "还没有", width=100),
    Column("状态", lambda r: "已停用" if r.site.revoked else "使用中", width=70),
)
SENT: tuple[Column[SentRow], ...] = (
    Column("写出时间", lambda r: moment(r.sent.made), width=110),
    Column("给谁", lambda r: r.to),
    Column("内容", lambda r: KINDS.get(r.sent.kind, r.sent.kind), width=100),
    Column("更改", lambda r: f"{r.sent.changes}条", width=70, number=True),
    Column("大小", lambda r: size_words(r.sent.bytes), width=80, number=True),
    Column(
        "状态", sent_state, width=120, colour=lambda r: "" if r.sent.state != "sent" else "warn"
    ),
)
GOT: tuple[Column[GotRow], ...] = (
    Column("收到时间", lambda r: moment(r.got.got), width=110),
    Column("谁给的", lambda r: r.sender),
    Column("内容", lambda r: KINDS.get(r.got.kind, r.got.kind), width=100),
    Column(
        "状态", got_state, width=150,
        colour=lambda r: "" if r.got.state in ("applied", "undone") else "warn",
    ),
)  # fmt: skip


class PackagesPanel(QWidget):
    """Left this PC's card and the colleagues, right sending and receiving."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.state: PackageState | None = None
        self.name = section_label("")
        self.code = fingerprint_label("")
        self.sites: RowsView[SiteRow] = RowsView(SITES, "", sortable=False)
        self.receiver = QComboBox()
        self.receiver.setMinimumWidth(scaled(90))
        self.whole = QComboBox()
        self.whole.addItem("对方没有的", "")
        self.whole.addItem("完整数据", "full")
        self.export_button = button("导出…", self.export_package, "primary", "写到U盘")
        self.sent: RowsView[SentRow] = RowsView(SENT, "还没有写出过数据包。", sortable=False)
        self.got: RowsView[GotRow] = RowsView(GOT, "还没有收到过数据包。", sortable=False)
        self.sent.show_column(4, scaled(100) < 140)  # large text has no room for the size
        self.sites.show_column(1, scaled(100) < 140)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._left())
        split.addWidget(self._right())
        split.setSizes([420, 700])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(split)

    def _left(self) -> QWidget:
        mine = Box()
        mine.body.addWidget(self.name)
        mine.body.addWidget(muted_label("指纹码，同事登记本机时电话里念给对方核对："))
        mine.body.addWidget(self.code)
        mine.body.addLayout(row(button("保存本机名片…", self.save_card), None))
        others = Box("本单位的机器")
        self.sites.setMinimumHeight(scaled(80))
        others.body.addWidget(self.sites, 1)
        others.body.addLayout(row(
            button("登记同事的名片…", self.enrol), button("停用…", self.revoke, "danger"), None
        ))  # fmt: skip
        side = QWidget()
        lines = QVBoxLayout(side)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(mine)
        lines.addWidget(others, 1)
        return side

    def _right(self) -> QWidget:
        side = QWidget()
        lines = QVBoxLayout(side)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addLayout(row(
            section_label("发出的"), None,
            button("再拷一份…", self.copy_again, tip="U盘丢了、坏了：把选中的数据包再拷一份"),
            self.receiver, self.whole,
            self.export_button,
        ))  # fmt: skip
        lines.addWidget(self.sent, 1)
        lines.addLayout(row(
            section_label("收到的"), None, button("撤销选中的…", self.undo_package, "danger"),
            button("导入数据包…", self.import_packages),
        ))  # fmt: skip
        lines.addWidget(self.got, 1)
        return side

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_packages(store), self._show, owner=self)

    def _show(self, state: PackageState) -> None:
        self.state = state
        office = state.card.office_name or "还没有加入单位，请先导入同事给的完整数据包"
        self.name.setText(f"本机：{state.card.name}（{office}）")
        self.code.setText(state.card.fingerprint)
        self.sites.set_rows(state.sites)
        self.sent.set_rows(state.sent)
        self.got.set_rows(state.got)
        chosen = self.receiver.currentData()
        self.receiver.clear()
        for each in state.sites:
            if not each.here and not each.site.revoked:
                self.receiver.addItem(f"给{each.site.name}", each.site.uid)
        self.receiver.setCurrentIndex(max(0, self.receiver.findData(chosen)))
        self.export_button.setEnabled(state.joined and self.receiver.count() > 0)

    def save_card(self) -> None:
        if self.state is None:
            return
        target = self.desk.ask.save_file("保存本机名片", f"{self.state.card.name}.jlcard", _CARDS)
        if target is not None:
            store = self.desk.store
            self.desk.jobs.load(
                lambda: cards.write_card(store, target),
                lambda _: self.desk.note(f"名片已保存：{target.name}"), owner=self,
            )  # fmt: skip

    def enrol(self) -> None:
        """Read a card, compare its fingerprint with the colleague, then accept it."""
        files = self.desk.ask.open_files("选择同事的名片", _CARDS)
        if not files:
            return
        path, store = files[0], self.desk.store

        def compared(card: Card, name: str) -> None:
            self.desk.jobs.load(
                lambda: cards.enrol(
                    store, path, role="peer", fingerprint=card.fingerprint, name=name
                ),
                lambda _: self._enrolled(name), owner=self,
            )  # fmt: skip

        self.desk.jobs.load(
            lambda: cards.read_card(path),
            lambda card: EnrolDialog(self, card, lambda name: compared(card, name)).open(),
            owner=self,
        )

    def _enrolled(self, name: str) -> None:
        self.desk.note(f"已登记：{name}")
        self.load()

    def revoke(self) -> None:
        rows = self.sites.selected()
        if not rows:
            self.desk.note("先在表里选一台机。")
            return
        site, store = rows[0].site, self.desk.store
        question = (
            f"停用“{site.name}”？丢失、被盗、换新机时用。以后它的数据包都不再接受，不能恢复。"
        )
        if self.desk.ask.confirm(question, "停用", careful=True):
            self.desk.jobs.load(
                lambda: sites.revoke_site(store, site.uid), lambda _: self.load(), owner=self
            )

    def export_package(self) -> None:
        to, kind = self.receiver.currentData(), self.whole.currentData()
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
        self.load()
        self.desk.ask.tell(
            f"已写好并重新读过一遍，没有差错：{made.path.name}\n"
            f"{made.changes}条更改，{size_words(made.bytes)}。可以拔出U盘，交给对方导入。"
        )

    def copy_again(self) -> None:
        """Another copy of a sent package that nobody has acknowledged yet."""
        rows = [row for row in self.sent.selected() if row.sent.state == "sent"]
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

    def import_packages(self) -> None:
        files = self.desk.ask.open_files("选择数据包", _PACKAGES)
        if files:
            self.preview_files(files)

    def preview_files(self, files: Sequence[Path]) -> None:
        """Show what these packages would bring; a joined PC's first one needs the office's code."""
        store, code = self.desk.store, ""
        if self.state is not None and not self.state.joined:
            words = "这是本机的第一个数据包。请打电话问对方那台机的指纹码（25位数字），填在这里："
            code = self.desk.ask.text(words) or ""
            if not code:
                return

        def show(result: ImportResult) -> None:
            if result.refused and not (result.applied or result.already or result.waiting):
                self.desk.ask.warn("\n".join(each.why for each in result.refused))
                return
            PackagePreview(self, result, lambda: self._take_in(files, code)).open()

        self.desk.jobs.run(
            "正在查看数据包",
            lambda progress: inbox.preview(store, files, fingerprint=code, progress=progress),
            show, owner=self,
        )  # fmt: skip

    def _take_in(self, files: Sequence[Path], code: str) -> None:
        store = self.desk.store

        def done(result: ImportResult) -> None:
            self.load()
            self.desk.ask.tell("已并入。\n" + "\n".join(import_words(result)))

        self.desk.jobs.run(
            "正在并入数据包",
            lambda progress: inbox.take_in(store, files, fingerprint=code, progress=progress),
            done, owner=self,
        )  # fmt: skip

    def undo_package(self) -> None:
        rows = self.got.selected()
        if not rows:
            self.desk.note("先在“收到的”里选一个数据包。")
            return
        package, store = rows[0].got.package, self.desk.store
        question = f"撤销{rows[0].sender}给的这个数据包？它带来的更改都会退回，之后有人改过的除外。"
        if not self.desk.ask.confirm(question, "撤销", careful=True):
            return

        def done(result: UndoResult) -> None:
            self.load()
            kept = f"，{len(result.kept)}处之后有人改过，保留未动" if result.kept else ""
            self.desk.ask.tell(f"已撤销 {result.undone} 处{kept}。")

        self.desk.jobs.run(
            "正在撤销数据包", lambda _: inbox.undo_package(store, package), done, owner=self,
            failed=self._refused,
        )  # fmt: skip

    def _refused(self, error: UserError) -> None:
        self.desk.ask.warn(str(error))
