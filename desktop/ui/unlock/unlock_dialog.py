"""Opens a profile with its passphrase, or with the recovery sheet when it was forgotten."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.errors import UserError
from desktop.models.profile import open_profile, open_with_recovery
from desktop.models.store import Store
from desktop.ui.common.ask import Ask
from desktop.ui.common.form import Dialog
from desktop.ui.common.jobs import Jobs
from desktop.ui.common.parts import (
    button,
    muted_label,
    problem_label,
    row,
    section_label,
    title_label,
)
from desktop.ui.style import scaled
from desktop.ui.unlock.first_run import FirstRun
from desktop.ui.unlock.passphrase_form import PassphraseForm


class _Opening(Dialog):
    """What both ways in share: the problem line, and opening beside the UI thread."""

    def __init__(self, title: str, jobs: Jobs, folder: Path, parent: QWidget | None) -> None:
        super().__init__(title, parent, width=480)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.jobs, self.folder = jobs, folder
        self.store: Store | None = None
        self.problem = problem_label()
        self.open_button = button("打开", self.accept, "primary")
        self.open_button.setDefault(True)

    def refused(self, error: UserError) -> None:
        self.open_button.setEnabled(True)
        self.problem.setText(str(error))
        self.problem.show()

    def opened(self, store: Store) -> None:
        self.store = store
        super().accept()


class UnlockDialog(_Opening):
    """One line for the passphrase; `store` holds the open profile when accepted."""

    def __init__(self, jobs: Jobs, ask: Ask, folder: Path) -> None:
        super().__init__("近邻", jobs, folder, None)
        self.ask = ask
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setAccessibleName("口令")
        self.passphrase.setPlaceholderText("口令")
        self.body.addWidget(title_label("近邻"))
        self.body.addWidget(muted_label("社区书记的离线工作台。资料已加密，请输入口令打开。"))
        self.body.addWidget(self.passphrase)
        self.body.addWidget(self.problem)
        forgotten = button("忘记口令…", self.use_recovery, "link")
        restore = button("从备份恢复…", self.use_backup, "link")
        self.body.addLayout(
            row(forgotten, restore, None, button("退出", self.reject), self.open_button)
        )

    def accept(self) -> None:
        """Try the passphrase (about half a second)."""
        wanted = self.passphrase.text()
        self.open_button.setEnabled(False)
        self.problem.hide()
        self.jobs.load(
            lambda: open_profile(self.folder, wanted), self.opened, owner=self, failed=self.refused
        )

    def refused(self, error: UserError) -> None:
        super().refused(error)
        self.passphrase.setFocus()
        self.passphrase.selectAll()

    def use_recovery(self) -> None:
        """The second way in; closes both windows when it worked."""
        dialog = RecoveryDialog(self.jobs, self.folder, self)
        dialog.accepted.connect(lambda: self._recovered(dialog))
        dialog.open()

    def use_backup(self) -> None:
        """Bring a backup back; the files that lie here now are put aside, not deleted."""
        dialog = FirstRun(self.jobs, self.ask, self.folder, self)
        dialog.go_to_restore()
        dialog.accepted.connect(lambda: self._restored(dialog))
        dialog.open()

    def _restored(self, dialog: FirstRun) -> None:
        assert dialog.store is not None
        self.opened(dialog.store)

    def _recovered(self, dialog: RecoveryDialog) -> None:
        assert dialog.store is not None
        self.opened(dialog.store)


class RecoveryDialog(_Opening):
    """Types the recovery sheet's code in and sets a new passphrase."""

    def __init__(self, jobs: Jobs, folder: Path, parent: QWidget | None) -> None:
        super().__init__("用恢复单打开", jobs, folder, parent)
        self.code = QPlainTextEdit()
        self.code.setAccessibleName("恢复码")
        self.code.setPlaceholderText("13组，每组5个字符，横线和空格可以不输")
        self.code.setTabChangesFocus(True)
        self.code.setFixedHeight(scaled(84))
        self.fresh = PassphraseForm("新口令")
        self.body.addWidget(section_label("恢复单上的恢复码"))
        self.body.addWidget(self.code)
        self.body.addWidget(section_label("设一个新口令"))
        self.body.addWidget(self.fresh)
        self.body.addWidget(self.problem)
        self.body.addLayout(row(None, button("返回", self.reject), self.open_button))

    def accept(self) -> None:
        why_not = self.fresh.why_not()
        self.problem.setText(why_not)
        self.problem.setVisible(bool(why_not))
        if why_not:
            return
        code, fresh = self.code.toPlainText(), self.fresh.passphrase
        self.open_button.setEnabled(False)
        self.jobs.load(
            lambda: open_with_recovery(self.folder, code, fresh),
            self.opened, owner=self, failed=self.refused,
        )  # fmt: skip
