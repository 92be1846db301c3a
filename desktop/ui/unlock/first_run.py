"""The first start on a PC: a new office, a further PC of an office, or a backup brought back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import UserError
from desktop.exchange import backup
from desktop.models.profile import create_profile, join_profile
from desktop.models.store import Store
from desktop.models.words import LABELS
from desktop.progress import Progress
from desktop.ui.common.ask import Ask
from desktop.ui.common.form import CHOICE, PASSPHRASE, Dialog, Field, Form, scrolling
from desktop.ui.common.jobs import Jobs
from desktop.ui.common.parts import button, muted_label, problem_label, row, title_label
from desktop.ui.style import scaled
from desktop.ui.unlock.passphrase_form import PassphraseForm

NEW, JOIN, RESTORE = "new", "join", "restore"
_WAYS = (
    (NEW, "新建一个单位", "本单位第一台使用近邻的电脑。"),
    (JOIN, "加入已有的单位", "同事的电脑上已经在用，这台是第二台、第三台……"),
    (RESTORE, "从备份恢复", "换了电脑或硬盘坏了，手里有备份文件（.jlbak）。"),
)
_FIELDS: dict[str, tuple[Field, ...]] = {
    NEW: (
        Field("office", "单位名称", required=True, hint="如：莲心社区"),
        Field("level", "层级", CHOICE, LABELS["level"]),
        Field("user", "使用人", required=True, hint="您的姓名，会出现在修改历史里"),
    ),
    JOIN: (
        Field("site_name", "这台电脑叫", required=True, hint="如：2号机、前台"),
        Field("user", "使用人", required=True, hint="您的姓名，会出现在修改历史里"),
    ),
    RESTORE: (
        Field("passphrase", "备份的口令", PASSPHRASE, required=True, hint="做备份时用的口令"),
        Field("site_name", "这台电脑叫", hint="可以不填；恢复后作为新的一台电脑参与交换"),
    ),
}
_NEXT = {
    NEW: "资料只保存在这台电脑上，用口令加密。口令和下一步打印的恢复单都丢了，就再也打不开。",
    JOIN: "完成后窗口打开在“交换”，照着三步做：保存名片，让第一台电脑登记，导入它给的完整数据包。",
    RESTORE: "备份之后的修改不在里面。恢复后请与同事的电脑交换一次数据包补齐。",
}


class FirstRun(Dialog):
    """Two steps: which way, then the answers it needs. `store` is set when accepted."""

    def __init__(self, jobs: Jobs, ask: Ask, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("欢迎使用近邻", parent, width=560)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.jobs, self.ask, self.folder = jobs, ask, folder
        self.store: Store | None = None
        self.way = NEW
        self.backup: Path | None = None
        self.heading = title_label("欢迎使用近邻")
        self.words = muted_label()
        self.steps = QStackedWidget()
        self.steps.addWidget(self._build_ways())
        self.problem = problem_label()
        self.back = button("上一步", self._to_ways)
        self.next = button("下一步", self.accept, "primary")
        self.next.setDefault(True)
        for part in (self.heading, self.words, self.steps, self.problem):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.body.addLayout(row(self.back, None, button("退出", self.reject), self.next))
        self._to_ways()

    def _build_ways(self) -> QWidget:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.setSpacing(4)
        self.choices = QButtonGroup(self)
        for number, (_, words, hint) in enumerate(_WAYS):
            choice = QRadioButton(words)
            choice.setChecked(number == 0)
            self.choices.addButton(choice, number)
            inside.addWidget(choice)
            explain = muted_label(hint)
            explain.setIndent(26)
            inside.addWidget(explain)
            inside.addSpacing(8)
        return page

    def _to_ways(self) -> None:
        self.heading.setText("欢迎使用近邻")
        self.words.setText("先选一种开始的方式。以后可以在“设置”里改单位和使用人。")
        self.problem.hide()
        self.back.hide()
        self.next.setText("下一步")
        self.steps.setCurrentIndex(0)

    def _to_details(self) -> None:
        """Build the second step for the chosen way (afresh, the answers differ)."""
        self.way = _WAYS[self.choices.checkedId()][0]
        old = self.steps.widget(1)
        if old is not None:
            self.steps.removeWidget(old)
            old.deleteLater()
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 8, 0, 0)
        self.form = Form(_FIELDS[self.way])
        self.passphrase = PassphraseForm()
        if self.way == RESTORE:
            self.chosen = muted_label("还没有选备份文件。")
            inside.addLayout(row(button("选择备份文件…", self.choose_backup), self.chosen))
        inside.addWidget(self.form)
        if self.way != RESTORE:
            inside.addWidget(self.passphrase)
        inside.addStretch(1)
        self.steps.addWidget(scrolling(page, scaled(420)))
        self.steps.setCurrentIndex(1)
        self.heading.setText(_WAYS[self.choices.checkedId()][1])
        self.words.setText(_NEXT[self.way])
        self.back.show()
        self.next.setText("开始使用" if self.way != RESTORE else "恢复")
        self.form.focus_first()
        self.form.edited.connect(self.problem.hide)
        self.passphrase.form.edited.connect(self.problem.hide)
        # the second step is higher than the first
        self.fit(560, 600)

    def go_to_restore(self) -> None:
        """Skip the first step: the profile here does not open any more."""
        self.choices.button([way for way, _, _ in _WAYS].index(RESTORE)).setChecked(True)
        self._to_details()
        self.back.hide()

    def choose_backup(self) -> None:
        for path in self.ask.open_files("选择备份文件", "近邻备份 (*.jlbak)")[:1]:
            self.backup = path
            self.chosen.setText(path.name)

    def accept(self) -> None:
        if self.steps.currentIndex() == 0:
            self._to_details()
            return
        if self.form.missing():
            return
        why_not = self._why_not()
        self.problem.setText(why_not)
        self.problem.setVisible(bool(why_not))
        if not why_not:
            self.next.setEnabled(False)
            self.jobs.run("正在准备", self._work(), self._done, owner=self, failed=self._refused)

    def _why_not(self) -> str:
        if self.way == RESTORE:
            return "" if self.backup else "请先选择备份文件。"
        return self.passphrase.why_not()

    def _work(self) -> Callable[[Progress], Store]:
        values: dict[str, Any] = self.form.values()
        secret = self.passphrase.passphrase
        source = self.backup

        def work(progress: Progress) -> Store:
            progress(0, 1, "正在生成密钥，请稍候")
            if self.way == NEW:
                return create_profile(self.folder, passphrase=secret, **values)
            if self.way == JOIN:
                return join_profile(self.folder, passphrase=secret, **values)
            assert source is not None
            return backup.restore(source, self.folder, **values).store

        return work

    def _done(self, store: Store) -> None:
        self.store = store
        super().accept()

    def _refused(self, error: UserError) -> None:
        self.next.setEnabled(True)
        self.problem.setText(str(error))
        self.problem.show()
