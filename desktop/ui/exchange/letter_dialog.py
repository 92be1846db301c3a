"""Opens one letter of another office: what it says, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from desktop.errors import UserError
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.letters import Written
from desktop.models import letters
from desktop.models.letters import DONE, OPEN, LetterState, is_task, state_words
from desktop.models.partners import Partner
from desktop.models.streams import SentLetter, writer_of
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.exchange.letter_words import (
    as_text,
    letter_title,
    lines_of,
    reading_field,
    sent_state,
    sent_words,
)
from desktop.ui.exchange.proposal_dialog import open_proposal
from desktop.ui.exchange.send_letter import send_letter
from desktop.ui.exchange.words_guard import WordsGuard
from desktop.ui.style import scaled

_ASK = {
    "escalation": "答复（对方会看到，不写身份证号）：",
    "proposal": "说明（可以不写；会带到上级，不写姓名、电话和门牌）：",
}
TOLD, NOT_YET = "已经告诉居民：办结", "还没有：先记为待反馈"


class LetterDialog(Dialog):
    """Nothing is changed by reading; each action says what it does."""

    def __init__(
        self, desk: Desk, parent: QWidget, received: LetterState, then: Callable[[], None]
    ) -> None:
        super().__init__(letter_title(received.letter), parent, width=680)
        self.desk, self.letter, self.state, self._then = desk, received.letter, received.state, then
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(scaled(84))
        self.guard = WordsGuard()
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        self.body.addWidget(section_label(letter_title(self.letter)))
        if self.state:
            self.body.addWidget(muted_label(f"状态：{state_words(self.letter, self.state)}"))
        self._said = as_text(lines_of(self.letter.kind, self.letter.body))
        self.words = reading_field(self._said, name="来文内容")
        self.body.addWidget(self.words, 1)
        store, letter = self.desk.store, self.letter
        self.desk.jobs.load(lambda: letters.subject(store, letter), self._show_subject, owner=self)
        ask = _ASK.get(self.letter.kind, "")
        if self.letter.kind == "proposal" and self.state != OPEN:
            ask = ""
        if ask:
            label = QLabel(ask)
            label.setBuddy(self.text)
            self.body.addWidget(label)
            self.body.addWidget(self.text)
        self.body.addWidget(self.guard)
        close = button("关闭", self.reject)
        actions: list[QWidget | None] = [*self._actions()]
        self.body.addLayout(row(close, None, *actions))
        (self.text if ask else self._usual() or close).setFocus()
        self.fit(680, 440 if ask else 330)

    def _show_subject(self, subject: str) -> None:
        """Whoever has several items under way sees which one this is about."""
        if subject:
            self.words.setPlainText(f"关于：{subject}\n{self._said}")

    def _usual(self) -> QPushButton | None:
        """The button somebody presses most often."""
        return list(self.buttons.values())[-1] if self.buttons else None

    def _actions(self) -> list[QPushButton]:
        """The buttons that fit this kind of letter and its state, the usual one last."""
        kind, state = self.letter.kind, self.state
        if kind == "escalation":
            self._add("take_on", "登记到本级清单", self.take_on)
            self._add("propose", "提建议…", self.propose)
            self._add("answer", "写出答复到U盘…", self.answer, "primary")
        elif kind == "proposal":
            self._add("item", "打开这件事", self.open_item)
            if state == OPEN:
                self._add("decline", "不采纳，写出回复…", lambda: self.decide(accept=False))
                self._add("accept", "采纳，写出回复…", lambda: self.decide(accept=True), "primary")
        elif kind == "answer":
            self._add("item", "打开这件事", self.open_item)
            if state == OPEN:
                self._add("follow", "按答复办结…", self.follow, "primary")
        elif kind == "notice" and state == OPEN:
            words = "已办好" if is_task(self.letter) else "已阅"
            self._add("done", words, lambda: self.settle(done=True), "primary")
        elif kind == "notice" and state == DONE:
            words = "还没办好" if is_task(self.letter) else "改回未阅"
            self._add("undone", words, lambda: self.settle(done=False))
        return list(self.buttons.values())

    def _add(self, name: str, words: str, clicked: Callable[[], None], role: str = "") -> None:
        self.buttons[name] = button(words, clicked, role)

    def answer(self) -> None:
        letter, result = self.letter, self.text.toPlainText().strip()
        self._send(lambda: writing.answer(letter, result))

    def propose(self) -> None:
        open_proposal(self.desk, self, self.letter, self._then)

    def decide(self, *, accept: bool) -> None:
        store, letter = self.desk.store, self.letter
        why, confirmed = self.text.toPlainText().strip(), self.guard.confirmed
        self._send(
            lambda: writing.decision(store, letter, accept=accept, why=why, confirmed=confirmed)
        )

    def _send(self, write: Callable[[], Written]) -> None:
        store, letter = self.desk.store, self.letter

        def to(partner: Partner) -> None:
            send_letter(self.desk, self, [partner], write, self._done, failed=self._refused)

        self.desk.jobs.load(
            lambda: writer_of(store, letter.partner, letter.office), to, owner=self,
            failed=self._refused,
        )  # fmt: skip

    def take_on(self) -> None:
        """Follow it in the office's own lists; from there it can be escalated further."""
        store, uid = self.desk.store, self.letter.uid

        def done(item: str) -> None:
            self.desk.note("已登记到清单。")
            self.accept()
            self.desk.go(Place("items", f"item:{item}"))

        self.desk.jobs.load(
            lambda: letters.take_on(store, uid), done, owner=self, failed=self._refused
        )

    def open_item(self) -> None:
        item = self.letter.body["item"]
        self.accept()
        self.desk.go(Place("items", f"item:{item}"))

    def follow(self) -> None:
        """Record the step on the item, as this office's own edit."""
        follow_answer(self.desk, self, self.letter.uid, self._done, self._refused)

    def settle(self, *, done: bool) -> None:
        store, uid = self.desk.store, self.letter.uid
        self.desk.jobs.load(
            lambda: letters.settle(store, uid, done=done), lambda _: self._done(), owner=self,
            failed=self._refused,
        )  # fmt: skip

    def _done(self) -> None:
        self._then()
        self.accept()

    def _refused(self, error: UserError) -> None:
        self.guard.show_error(error)


class SentDialog(Dialog):
    """One of our own letters to read again; nothing can be changed in it."""

    def __init__(self, parent: QWidget, letter: SentLetter) -> None:
        title = f"给{letter.office_name}　第{letter.seq}号　{letter.made[:10]}"
        super().__init__(title, parent, width=680)
        self.body.addWidget(section_label(title))
        self.body.addWidget(muted_label(f"状态：{sent_state(letter)}"))
        self.words = reading_field(sent_words(letter), name="发文内容")
        self.body.addWidget(self.words, 1)
        close = button("关闭", self.reject)
        self.body.addLayout(row(None, close))
        close.setFocus()
        self.fit(680, 330)


def follow_answer(
    desk: Desk,
    owner: QWidget,
    uid: str,
    then: Callable[[], None],
    failed: Callable[[UserError], None],
) -> None:
    """Ask whether the resident knows, then take the steps that fit; 待反馈 stays open."""
    chosen = desk.ask.choose("这个答复告诉居民了吗？", [TOLD, NOT_YET])
    if chosen is not None:
        store, told = desk.store, chosen == TOLD
        desk.jobs.load(
            lambda: letters.follow_answer(store, uid, told=told), lambda _: then(), owner=owner,
            failed=failed,
        )  # fmt: skip
