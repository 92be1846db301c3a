"""Imports rosters in four steps: files, columns, preview, result; only the last one writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.exchange.sheets.faults import NeedsPassword, WrongPassword
from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.marked import write_marked
from desktop.exchange.sheets.plan import Choices, Plan
from desktop.exchange.sheets.template import write_template
from desktop.models import imports, places
from desktop.models.changes import Change, batch_name
from desktop.models.imports import PastImport
from desktop.models.store import Store
from desktop.models.undo_words import undone_words
from desktop.progress import Progress
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.parts import button, row
from desktop.ui.exchange.import_steps import ColumnsStep, FilesStep, PreviewStep, ResultStep
from desktop.ui.exchange.import_words import sum_words

SHEETS = "表格 (*.xlsx *.xls *.xlsm *.xlsb *.et *.ods *.csv *.txt)"
_STEPS = ("选文件", "核对列", "预览", "完成")
_BOOK = "Excel 工作簿 (*.xlsx)"


@dataclass(frozen=True, slots=True)
class _Start:
    past: list[PastImport]
    estates: list[str]


def _read(store: Store) -> _Start:
    return _Start(imports.past_imports(store), [estate.name for estate in places.estates(store)])


class ImportPanel(QWidget):
    """The wizard; `files` dropped on the screen start it too."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.plan: Plan | None = None
        self._password = ""
        self._decided: dict[str, str] = {}
        self._batch = ""
        self.first, self.second = FilesStep(), ColumnsStep()
        self.third, self.fourth = PreviewStep(), ResultStep()
        self.steps = QStackedWidget()
        for step in (self.first, self.second, self.third, self.fourth):
            self.steps.addWidget(step)
        self.where = QLabel()
        self.back = button("上一步", self.go_back)
        self.onward = button("下一步", self.go_on, "primary")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(self.where)
        inside.addWidget(self.steps, 1)
        inside.addLayout(row(None, self.back, self.onward))
        self._connect()
        self._at(0)

    def _connect(self) -> None:
        self.first.pick_wanted.connect(self.pick)
        self.first.undo_wanted.connect(self.undo_selected)
        self.first.template_wanted.connect(self.save_template)
        self.third.mark_wanted.connect(self.save_marked)
        self.fourth.mark_wanted.connect(self.save_marked)
        self.fourth.undo_wanted.connect(lambda: self._undo(self._batch, "这次导入"))
        self.fourth.again_wanted.connect(self.start_again)
        self.fourth.due_wanted.connect(lambda: self.desk.go(Place("visits", "due")))

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: _read(store), self._show_start, owner=self)

    def _show_start(self, start: _Start) -> None:
        self.first.past.set_rows(start.past)
        self.first.set_estates(start.estates)

    def _at(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        parts = [
            f"<b>{number} {words}</b>" if number == step + 1 else f"{number} {words}"
            for number, words in enumerate(_STEPS, 1)
        ]
        self.where.setText("　→　".join(parts))
        self.back.setVisible(step in (1, 2))
        self.onward.setVisible(step < 3)
        self.onward.setText("导入" if step == 2 else "下一步")
        self.onward.setEnabled(step > 0 or bool(self.first.files))

    def pick(self) -> None:
        files = self.desk.ask.open_files("选择花名册文件", SHEETS)
        if files:
            self.take_files(files)

    def take_files(self, files: Sequence[Path]) -> None:
        """These files, and on to their columns."""
        self.first.set_files(files)
        self._password, self._decided = "", {}
        self._at(0)
        self._plan(self._show_columns)

    def start_again(self) -> None:
        self.plan = None
        self.first.set_files([])
        self._at(0)
        self.load()

    def go_back(self) -> None:
        self._at(self.steps.currentIndex() - 1)

    def go_on(self) -> None:
        step = self.steps.currentIndex()
        if step == 0:
            self._plan(self._show_columns)
        elif step == 1 and self.second.choices:
            self._decided |= self.second.choices
            self._plan(self._show_preview)
        elif step == 1 and self.plan is not None:
            self._show_preview(self.plan)
        elif step == 2:
            self.apply()

    def _plan(self, then: Callable[[Plan], None]) -> None:
        files, store = list(self.first.files), self.desk.store
        estate = self.first.estate.currentText().strip()
        choices, password = Choices(dict(self._decided)), self._password
        sender = self.first.giver.text().strip()

        def work(progress: Progress) -> Plan:
            return plan_import(
                store,
                files,
                estate=estate,
                password=password,
                sender=sender,
                choices=choices,
                progress=progress,
            )

        self.desk.jobs.run("正在读取表格", work, then, owner=self, failed=self._not_read)

    def _not_read(self, error: UserError) -> None:
        if isinstance(error, NeedsPassword | WrongPassword):
            words = "表格有打开密码，请输入：" if not self._password else "密码不对，请再输入："
            password = self.desk.ask.text(words)
            if password:
                self._password = password
                self._plan(self._show_columns)
            return
        self.desk.ask.warn(str(error))

    def _show_columns(self, plan: Plan) -> None:
        self.plan = plan
        self.second.show_plan(plan)
        self._at(1)

    def _show_preview(self, plan: Plan) -> None:
        self.plan = plan
        self.second.show_plan(plan)
        self.third.show_plan(plan)
        self._at(2)

    def apply(self) -> None:
        """Write the plan as one batch."""
        plan, store = self.plan, self.desk.store
        if plan is None:
            return
        self.desk.jobs.run(
            "正在导入", lambda progress: apply_plan(store, plan, progress=progress), self._applied,
            owner=self,
        )  # fmt: skip

    def _applied(self, change: Change | None) -> None:
        plan = self.plan
        assert plan is not None
        self._batch = batch_name(change.dot) if change else ""
        self.fourth.words.setText(
            f"导入完成，批次 {self._batch}。"
            if change
            else "表里的内容都已经在花名册里，没有改动。"
        )
        refused = len(plan.refused)
        self.fourth.more.setText(
            sum_words(plan)
            + (f"有 {refused} 处没有导入，可以另存标注副本，改好再导入一次。" if refused else "")
        )
        self.fourth.undo.setEnabled(change is not None)
        self._at(3)
        self.load()

    def save_marked(self) -> None:
        plan, password = self.plan, self._password
        if plan is None:
            return
        name = f"{Path(plan.files[0]).stem}（标注）.xlsx"
        target = self.desk.ask.save_file("另存标注副本", name, _BOOK)
        if target is not None:
            self.desk.jobs.run(
                "正在写标注副本", lambda _: write_marked(plan, target, password=password),
                lambda _: self.desk.note(f"已保存：{target.name}"), owner=self,
            )  # fmt: skip

    def save_template(self) -> None:
        target = self.desk.ask.save_file("存一份空模板", "花名册模板.xlsx", _BOOK)
        if target is not None:
            self.desk.jobs.load(
                lambda: write_template(target),
                lambda _: self.desk.note(f"已保存：{target.name}"), owner=self,
            )  # fmt: skip

    def undo_selected(self) -> None:
        rows = self.first.past.selected()
        if not rows:
            self.desk.note("先在表里选一次导入。")
        elif rows[0].undone:
            self.desk.note("这次导入已经撤销过。")
        else:
            self._undo(rows[0].batch, f"“{rows[0].reason}”的导入")

    def _undo(self, batch: str, what: str) -> None:
        store = self.desk.store
        question = f"撤销{what}（批次 {batch}）？这一批新增和更新的都退回，之后有人改过的除外。"
        if not batch or not self.desk.ask.confirm(question, "撤销", careful=True):
            return

        def done(words: str) -> None:
            self.start_again()
            self.desk.ask.tell(words)

        self.desk.jobs.run(
            "正在撤销导入", lambda _: undone_words(store, imports.undo_import(store, batch)), done,
            owner=self,
        )  # fmt: skip
