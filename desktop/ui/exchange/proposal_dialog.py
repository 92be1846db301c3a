"""Proposes another value for an escalated item; the office it belongs to decides."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.letters import Written
from desktop.models.letters import PROPOSED_WORDS, Letter
from desktop.models.partners import Partner
from desktop.models.streams import writer_of
from desktop.models.words import LABELS
from desktop.ui.common.day_edit import read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHOICE, NOTE, Dialog, Field, Form
from desktop.ui.common.parts import button, problem_label, row
from desktop.ui.exchange.send_letter import send_letter

_VALUES = {
    "category": Field("category", "新的类别", required=True),
    "time_class": Field("time_class", "新的时限", CHOICE, LABELS["time_class"]),
    "due_on": Field("due_on", "新的期限", required=True, hint="如 6-30、+7"),
    "level": Field("level", "新的层级", CHOICE, LABELS["item_level"]),
}


class ProposalDialog(Dialog):
    """Which field, which value, why."""

    def __init__(
        self, desk: Desk, parent: QWidget, letter: Letter, to: Partner, then: Callable[[], None]
    ) -> None:
        super().__init__(f"给{letter.office_name}提建议", parent, width=560)
        self.desk, self.letter, self.to, self._then = desk, letter, to, then
        self.what = Form(
            (Field("field", "改哪一项", CHOICE, {k: PROPOSED_WORDS[k] for k in _VALUES}),)
        )
        self.values = {name: Form((field,)) for name, field in _VALUES.items()}
        self.pages = QStackedWidget()
        for form in self.values.values():
            self.pages.addWidget(form)
        self.why = Form((Field("reason", "理由", NOTE),))
        self.problem = problem_label()
        for part in (self.what, self.pages, self.why, self.problem):
            self.body.addWidget(part)
        self.yes = button("写出到U盘…", self.save, "primary")
        self.yes.setDefault(True)
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))
        self.what.edited.connect(self._chosen)

    @property
    def field(self) -> str:
        return str(self.what.values()["field"])

    def _chosen(self) -> None:
        self.pages.setCurrentWidget(self.values[self.field])

    def save(self) -> None:
        form, field, letter = self.values[self.field], self.field, self.letter
        if form.missing():
            return
        value, reason = form.values()[field], self.why.values()["reason"]

        def write() -> Written:
            meant = value
            if field == "due_on":
                day = read_day(value, clock.today(), ahead=True)
                meant = day.isoformat() if day else ""
            return writing.proposal(letter, field, meant, reason)

        send_letter(self.desk, self, [self.to], write, self._done, failed=self._refused)

    def _done(self) -> None:
        self._then()
        self.accept()

    def _refused(self, error: UserError) -> None:
        self.problem.setText(str(error))
        self.problem.show()


def open_proposal(desk: Desk, parent: QWidget, letter: Letter, then: Callable[[], None]) -> None:
    """Find the PC to write to, then ask what to propose."""
    store = desk.store
    desk.jobs.load(
        lambda: writer_of(store, letter.partner, letter.office),
        lambda to: ProposalDialog(desk, parent, letter, to, then).open(), owner=parent,
    )  # fmt: skip
