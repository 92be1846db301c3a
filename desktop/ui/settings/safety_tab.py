"""Settings that keep the data safe: passphrase, recovery sheet, backups, the check."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.exchange import backup
from desktop.exchange.backup import Backup
from desktop.exchange.packages.drives import on_stick
from desktop.models import check, profile
from desktop.models.store import Store
from desktop.moments import moment
from desktop.progress import Progress
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import PASSPHRASE, Dialog, Field, Form
from desktop.ui.common.parts import Card, button, muted_label, problem_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.unlock.passphrase_form import PassphraseForm
from desktop.ui.unlock.recovery_sheet import RecoverySheetDialog

COLUMNS: tuple[Column[Backup], ...] = (
    Column("备份时间", lambda b: moment(b.made), width=150),
    Column("大小", lambda b: f"{b.bytes / 1_000_000:,.1f} MB", width=90, number=True,
           sort=lambda b: b.bytes),
    Column("文件", lambda b: b.path.name),
)  # fmt: skip


def read_backups(store: Store) -> list[Backup]:
    return backup.backups(store.folder / backup.FOLDER)


class SafetyTab(QWidget):
    """口令与备份."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 14, 0, 0)
        columns.setSpacing(14)
        left = QVBoxLayout()
        left.setSpacing(14)
        columns.addLayout(left, 2)
        left.addWidget(self._build_keys())
        left.addWidget(self._build_check())
        left.addStretch(1)
        columns.addWidget(self._build_backups(), 3)

    def _build_keys(self) -> Card:
        card = Card("口令和恢复单")
        card.body.addWidget(
            muted_label("口令忘了只能用恢复单打开。换口令后旧备份仍用做备份时的口令，恢复单不变。")
        )
        card.body.addLayout(
            row(button("更换口令", self.change_passphrase), button("恢复单", self.show_sheet), None)
        )
        return card

    def _build_check(self) -> Card:
        card = Card("检查数据")
        card.body.addWidget(
            muted_label("核对数据库文件、更改记录和检索是否完好；数据多时要几分钟，可以随时停止。")
        )
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.verdict.hide()
        card.body.addLayout(row(button("开始检查", self.check), None))
        card.body.addWidget(self.verdict)
        return card

    def _build_backups(self) -> Card:
        card = Card("备份")
        card.body.addWidget(
            muted_label(
                "每天打开时自动备份一次，留最近7天、5周、12个月。备份是加密的，"
                "请每周再拷一份到单位的移动硬盘上。要恢复备份，在输入口令的窗口里点“从备份恢复”。"
            )
        )
        self.backups: RowsView[Backup] = RowsView(COLUMNS, "还没有备份。", sortable=False)
        card.body.addWidget(self.backups, 1)
        card.body.addLayout(
            row(
                button("立即备份", self.back_up, "primary"),
                button("备份到U盘或硬盘…", self.back_up_elsewhere),
                button("核验选中的备份", self.verify),
                None,
            )
        )
        return card

    def show_read(self, found: list[Backup]) -> None:
        self.backups.set_rows(found)

    def reload(self) -> None:
        self.desk.jobs.load(lambda: read_backups(self.desk.store), self.show_read, owner=self)

    def back_up(self) -> None:
        self._back_up(None)

    def back_up_elsewhere(self) -> None:
        folder = self.desk.ask.folder("备份到哪个文件夹")
        if folder is not None:
            self._back_up(folder)

    def _back_up(self, folder: Path | None) -> None:
        def done(made: Backup) -> None:
            where = "，现在可以拔出U盘" if on_stick(made.path) else ""
            self.desk.note(f"已备份并核验：{made.path.name}{where}")
            self.desk.backed_up()
            self.reload()

        self.desk.jobs.run(
            "备份", lambda p: backup.back_up(self.desk.store, folder, progress=p), done, owner=self
        )

    def verify(self) -> None:
        """Read a whole backup again, as if it were to be restored."""
        chosen = self.backups.selected()
        if not chosen:
            self.desk.note("请先在表里选一份备份。")
            return
        path = chosen[0].path

        def work(progress: Progress) -> object:
            progress(0, 1, "正在读完整份备份")
            return backup.verify_own(self.desk.store, path)

        self.desk.jobs.run(
            "核验备份",
            work,
            lambda _: self.desk.ask.tell(
                f"备份完好，可以恢复：{path.name}。恢复时用做备份那天的口令。"
            ),
        )

    def check(self) -> None:
        self.desk.jobs.run(
            "检查数据", lambda p: check.check(self.desk.store, p), self._checked, owner=self
        )

    def _checked(self, problems: list[str]) -> None:
        self.verdict.setProperty("role", "error" if problems else "good")
        self.verdict.setText("\n".join(problems) or "检查完成，数据完好。")
        self.verdict.style().unpolish(self.verdict)
        self.verdict.style().polish(self.verdict)
        self.verdict.show()

    def change_passphrase(self) -> None:
        PassphraseDialog(self.desk, self).open()

    def show_sheet(self) -> None:
        RecoverySheetDialog(self.desk, self).open()


class PassphraseDialog(Dialog):
    """The old passphrase, then the new one twice."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("更换口令", parent, width=480)
        self.desk = desk
        self.old = Form((Field("old", "现在的口令", PASSPHRASE, required=True),))
        self.fresh = PassphraseForm("新口令")
        self.problem = problem_label()
        self.yes = button("更换", self.accept, "primary")
        self.yes.setDefault(True)
        for part in (self.old, self.fresh, self.problem):
            self.body.addWidget(part)
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))

    def accept(self) -> None:
        why_not = self.fresh.why_not()
        self._say(why_not)
        if why_not or self.old.missing():
            return
        old, fresh = str(self.old.values()["old"]), self.fresh.passphrase
        self.yes.setEnabled(False)
        self.desk.jobs.load(
            lambda: profile.change_passphrase(self.desk.store, old, fresh),
            self._done, owner=self, failed=self._refused,
        )  # fmt: skip

    def _done(self, _: None) -> None:
        super().accept()
        self.desk.note("口令已更换。")

    def _refused(self, error: UserError) -> None:
        self.yes.setEnabled(True)
        self._say(str(error))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
