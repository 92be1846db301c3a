"""Takes colleagues' packages in: a look first, then one transaction, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.exchange.packages import inbox
from desktop.exchange.packages.inbox import ImportResult
from desktop.exchange.packages.reading import needs_words
from desktop.exchange.packages.six_words import SixWords
from desktop.models.package_log import QUARANTINED
from desktop.models.undo_words import undone_words
from desktop.moments import short_moment
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.copied_disk import part_copied_disk
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.package_words import (
    MERGED,
    GotRow,
    PackageState,
    got_state,
    import_words,
    taken_words,
    waiting_help,
)
from desktop.ui.exchange.six_words_dialog import AskWordsDialog

_PACKAGES = "近邻数据包 (*.jlpkg)"

GOT: tuple[Column[GotRow], ...] = (
    Column("收到时间", lambda r: short_moment(r.got.got), width=110, firm=True),
    Column("谁给的", lambda r: r.sender, width=90),
    Column("内容", lambda r: r.contents, width=118, firm=True),
    Column(
        "状态", got_state,
        colour=lambda r: "" if r.got.state in ("applied", "undone") else "warn",
    ),
)  # fmt: skip
_FIRST_CODE = (
    "这是本机的第一个数据包。请打电话问对方那台机的指纹码\n"
    "（25位数字，在对方的“交换 → 数据包”左上角），填在这里："
)


@dataclass(frozen=True, slots=True)
class _Incoming:
    """Files with what was typed to open them."""

    files: Sequence[Path]
    code: str
    words: SixWords | None


class ReceivingBox(QWidget):
    """「收到的」 with 「导入…」 and 「撤销选中的…」."""

    def __init__(self, desk: Desk, reload: Callable[[], None]) -> None:
        super().__init__()
        self.desk = desk
        self._reload = reload
        self._joined = True
        self._code = ""
        self.import_button = button("导入数据包…", self.import_packages)
        self.view: RowsView[GotRow] = RowsView(GOT, "", sortable=False)
        self.view.opened.connect(self._explain)
        self.part_button = button(
            "硬盘被复制过…", self.part, "", "把因编号冲突而隔离的数据包并进来，两边做的都保留"
        )
        self.part_button.hide()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addLayout(row(
            section_label("收到的"), None, self.part_button,
            button("撤销选中的…", self.undo_package, "danger", "把一个数据包带来的更改都退回"),
            self.import_button,
        ))  # fmt: skip
        lines.addWidget(self.view, 1)

    def show_state(self, state: PackageState) -> None:
        self._joined = state.joined
        self.view.set_rows(state.got)
        self.part_button.setVisible(any(each.got.state == QUARANTINED for each in state.got))
        self.view.empty = (
            "还没有收到过数据包。把同事的U盘插上，点“导入数据包…”。"
            if state.joined
            else "还没有收到本单位的数据。"
        )

    def _explain(self, chosen: GotRow) -> None:
        if words := waiting_help(chosen):
            self.desk.ask.tell(words)
        elif chosen.got.state == QUARANTINED:
            self.part()

    def part(self) -> None:
        part_copied_disk(self.desk, self, self._reload)

    def import_packages(self) -> None:
        files = self.desk.ask.open_files("选择数据包", _PACKAGES)
        if files:
            self.preview_files(files)

    def preview_files(self, files: Sequence[Path]) -> None:
        """Show what these packages would bring; a joined PC's first one needs the office's code,
        one of a one-off hand-over its six words."""
        code = ""
        if not self._joined:
            code = self.desk.ask.text(_FIRST_CODE, self._code) or ""
            if not code:
                return
            self._code = code  # offered again if one of its digits was wrong
        files = list(files)

        def go_on(needed: bool) -> None:
            if needed:
                AskWordsDialog(
                    self, lambda words: self._preview(_Incoming(files, code, words))
                ).open()
            else:
                self._preview(_Incoming(files, code, None))

        self.desk.jobs.load(lambda: any(map(needs_words, files)), go_on, owner=self)

    def _preview(self, came: _Incoming) -> None:
        store = self.desk.store

        def show(result: ImportResult) -> None:
            nothing = not (result.applied or result.waiting or result.receipts)
            if nothing and any(each.forked for each in result.refused):
                self._take_in(came)  # sets it aside here, so that it is not lost
                return
            if result.refused and nothing and not result.already:
                self.desk.ask.warn("\n".join(each.why for each in result.refused))
                return
            PackagePreview(self, result, lambda: self._take_in(came), first=not self._joined).open()

        self.desk.jobs.run(
            "正在查看数据包",
            lambda progress: inbox.preview(
                store, came.files, fingerprint=came.code, words=came.words, progress=progress
            ),
            show, owner=self,
        )  # fmt: skip

    def _take_in(self, came: _Incoming) -> None:
        store = self.desk.store

        def done(result: ImportResult) -> None:
            self._reload()
            if any(each.forked for each in result.refused):
                self.desk.ask.warn("\n".join(import_words(result)))
                if any(each.forked_here for each in result.refused):
                    self.part()  # elsewhere the sentence says on which machine to do it
                return
            self.desk.ask.tell("\n".join(taken_words(result)))

        self.desk.jobs.run(
            "正在并入数据包",
            lambda progress: inbox.take_in(
                store, came.files, fingerprint=came.code, words=came.words, progress=progress
            ),
            done, owner=self,
        )  # fmt: skip

    def undo_package(self) -> None:
        rows = self.view.selected()
        if not rows:
            self.desk.note("先在“收到的”里选一个数据包。")
            return
        if rows[0].got.kind not in MERGED:
            self.desk.note("回执和外单位的来件没有改动记录，不用撤销。")
            return
        package, store = rows[0].got.package, self.desk.store
        question = f"撤销{rows[0].sender}给的这个数据包？它带来的更改都会退回，之后有人改过的除外。"
        if not self.desk.ask.confirm(question, "撤销", careful=True):
            return

        def done(words: str) -> None:
            self._reload()
            self.desk.ask.tell(words)

        self.desk.jobs.run(
            "正在撤销数据包",
            lambda _: undone_words(store, inbox.undo_package(store, package)),
            done, owner=self, failed=self._refused,
        )  # fmt: skip

    def _refused(self, error: UserError) -> None:
        self.desk.ask.warn(str(error))
