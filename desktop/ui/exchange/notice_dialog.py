"""Writes a notice or a task for one or all offices below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.letters import Written
from desktop.models.partners import Partner
from desktop.ui.common.day_edit import read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import NOTE, SEVERAL, Dialog, Field, Form
from desktop.ui.common.parts import button, muted_label, problem_label, row
from desktop.ui.exchange.send_letter import send_letter


class NoticeDialog(Dialog):
    """Ticked offices get one package each, with a number of their own."""

    def __init__(
        self, desk: Desk, parent: QWidget, offices: Sequence[Partner], then: Callable[[], None]
    ) -> None:
        super().__init__("发通知或任务", parent, width=620)
        self.desk, self._then = desk, then
        self._offices = {each.uid: each for each in offices}
        options = {each.uid: each.office_name for each in offices}
        self.form = Form(
            (
                Field("to", "发给", SEVERAL, options, required=True),
                Field("title", "标题", required=True),
                Field("text", "内容", NOTE),
                Field("due_on", "办好期限", hint="可以不写；写了就是任务，如 6-30、+7"),
            ),
            {"to": tuple(options)},
        )
        self.problem = problem_label()
        self.yes = button("写出到U盘…", self.save, "primary")
        self.yes.setDefault(True)
        self.body.addWidget(muted_label("每个单位一份，分别编号、加密，互相打不开。"))
        self.body.addWidget(self.form)
        self.body.addWidget(self.problem)
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))
        self.form.editors["title"].setFocus()

    def save(self) -> None:
        if self.form.missing():
            return
        values = self.form.values()
        to = [self._offices[uid] for uid in values["to"]]
        if not to:
            self.form.set_error("to", "请至少勾一个单位")
            return

        def write() -> Written:
            due = read_day(values["due_on"], clock.today(), ahead=True)
            return writing.notice(values["title"], values["text"], due.isoformat() if due else "")

        send_letter(self.desk, self, to, write, self._done, failed=self._refused)

    def _done(self) -> None:
        self._then()
        super().accept()

    def _refused(self, error: UserError) -> None:
        self.problem.setText(str(error))
        self.problem.show()
