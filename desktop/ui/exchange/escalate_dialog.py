"""Escalates one item: why, in which words, and exactly what of it leaves the office."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.letters import Written
from desktop.models import outside_text
from desktop.models.items import Item
from desktop.models.outside_text import Found
from desktop.models.partners import Partner
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import NOTE, Dialog, Field, Form, scrolling
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.exchange.letter_words import as_text, lines_of, reading_field
from desktop.ui.exchange.send_letter import send_letter
from desktop.ui.exchange.words_guard import WordsGuard
from desktop.ui.style import scaled

_PAUSE_MS = 400
_FIELDS = (
    Field("purpose", "用途", required=True, hint="为什么要上级来办，如“需街道协调水务公司”"),
    Field("text", "给上级看的情况", NOTE, required=True,
          hint="只说事情，不写姓名、电话、门牌、证件号；本单位记的原文不会带出去"),
)  # fmt: skip


class EscalateDialog(Dialog):
    """The words are compared with the roster while they are typed, and again before writing."""

    def __init__(
        self, desk: Desk, parent: QWidget, item: Item, to: list[Partner], then: Callable[[], None]
    ) -> None:
        super().__init__("上报一件事", parent, width=720)
        self.desk, self.item, self._then = desk, item, then
        self._category = ""  # what of it leaves: known after the first look
        self.own = muted_label(f"本单位记的是：{item.text}")
        self.to = QComboBox()
        for each in to:
            self.to.addItem(each.office_name, each)
        self.to.setAccessibleName("报给")
        self.form = Form(_FIELDS)
        self.guard = WordsGuard()
        self.leaves = reading_field(name="离开本单位的内容")
        self.yes = button("写出到U盘…", self.save, "primary")
        self.yes.setDefault(True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.form.edited.connect(self._edited)
        self._lay_out()
        self._show_leaving()
        self._look()
        self.fit(720, 690)
        self.form.focus_first()

    def _lay_out(self) -> None:
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, scaled(6), 0)
        lines.addWidget(self.own)
        lines.addLayout(row(QLabel("报给"), self.to, None))
        lines.addWidget(self.form)
        lines.addWidget(self.guard)
        lines.addWidget(section_label("离开本单位的只有下面这些"))
        lines.addWidget(self.leaves, 1)
        self.body.addWidget(scrolling(inside, scaled(300)), 1)
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))

    def _edited(self) -> None:
        self._show_leaving()
        self._pause.start()

    def _show_leaving(self) -> None:
        values = self.form.values()
        fields = writing.escalation_fields(
            self.item, values["purpose"], values["text"], self._category
        )
        words = as_text(lines_of("escalation", fields))
        self.leaves.setPlainText(f"{words}\n另有本单位名称、这件事的内部编号、写出的时间和第几号。")

    def _look(self) -> None:
        store, item, values = self.desk.store, self.item, self.form.values()
        texts = (values["purpose"], values["text"])
        self.desk.jobs.load(
            lambda: (outside_text.find(store, texts), writing.clean_category(store, item)),
            self._show_found, owner=self,
        )  # fmt: skip

    def _show_found(self, looked: tuple[list[Found], str]) -> None:
        found, self._category = looked
        self.guard.show_found(found)
        self._show_leaving()

    def save(self) -> None:
        if self.form.missing():
            return
        store, uid = self.desk.store, self.item.uid
        values, confirmed = self.form.values(), self.guard.confirmed

        def write() -> Written:
            return writing.escalation(
                store, uid, purpose=values["purpose"], text=values["text"], confirmed=confirmed
            )

        send_letter(
            self.desk, self, [self.to.currentData()], write, self._done, failed=self._refused
        )

    def _done(self) -> None:
        self._then()
        super().accept()

    def _refused(self, error: UserError) -> None:
        self.guard.show_error(error)
