"""Shows at an item what other offices wrote about it, and closes it by an answer in one click."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.models.letters import OPEN, LetterState
from desktop.moments import short_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, row
from desktop.ui.exchange.letter_dialog import LetterDialog, follow_answer
from desktop.ui.exchange.letter_words import proposed


class ItemLetters(QWidget):
    """One line a letter, the newest first; hidden while there is none."""

    def __init__(self, desk: Desk, reload: Callable[[], None]) -> None:
        super().__init__()
        self.desk = desk
        self._reload = reload
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(4)
        self.hide()

    def show_letters(self, found: Sequence[LetterState], allowed: Sequence[str]) -> None:
        """`allowed`: the steps the item may take; only then can an answer be followed."""
        while self.lines.count():
            old = self.lines.takeAt(0).widget()
            if old is not None:
                old.deleteLater()
        for received in found:
            if received.letter.kind in ("answer", "proposal"):
                self.lines.addWidget(self._line(received, "awaiting_feedback" in allowed))
        self.setVisible(self.lines.count() > 0)

    def _line(self, received: LetterState, can_follow: bool) -> QWidget:
        letter = received.letter
        words = QLabel(letter_words(received))
        words.setWordWrap(True)
        line = QWidget()
        if letter.kind == "answer" and received.state == OPEN and can_follow:
            action = button("按答复办结…", lambda: self.follow(letter.uid), "primary")
        else:
            action = button("打开", lambda: self._open(received), "link")
        inside = row(words, action)
        inside.setStretch(0, 1)
        line.setLayout(inside)
        return line

    def follow(self, uid: str) -> None:
        follow_answer(self.desk, self, uid, self._reload, self._refused)

    def _open(self, received: LetterState) -> None:
        LetterDialog(self.desk, self, received, self._reload).open()

    def _refused(self, error: UserError) -> None:
        self.desk.ask.warn(str(error))


def letter_words(received: LetterState) -> str:
    """«湖滨街道答复（06-15）：周五来换管»."""
    letter = received.letter
    day = short_day(letter.made)
    if letter.kind == "answer":
        return f"{letter.office_name}答复（{day}）：{letter.body['result']}"
    return f"{letter.office_name}建议（{day}）：{proposed(letter.body)}"
