"""Takes the outcome of a visit by one key: 1 见面 … 7 改约."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop.models.words import LABELS
from desktop.ui.style import COLOURS, scaled

OUTCOMES = tuple(LABELS["outcome"])
SCANNER_MS = 40  # nobody types two characters as fast as a scanner


def _look() -> str:
    return f"""
QPushButton {{ padding: 2px; min-height: {scaled(32)}px; }}
QPushButton[listening="true"] {{ border: 2px solid {COLOURS["link"]}; padding: 1px; }}
QPushButton:checked {{ background: {COLOURS["accent_pale"]}; border-color: {COLOURS["accent"]};
    color: {COLOURS["accent"]}; font-weight: 700; }}
"""


class OutcomeKeys(QWidget):
    """Seven buttons in a row that have the focus as one and listen to the digits."""

    chosen = Signal(str)
    entered = Signal()  # Enter: the form is finished
    scanned = Signal(str)  # a scanner began to type here instead of into the code line

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("走访结果")
        self._typed = ""
        self._typed_at = 0
        self._before = ""
        self._group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.setStyleSheet(_look())
        for number, outcome in enumerate(OUTCOMES, 1):
            made = QPushButton(f"{number} {LABELS['outcome'][outcome]}")
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._group.addButton(made, number)
            line.addWidget(made, 1)
        self._group.idClicked.connect(lambda number: self.chosen.emit(OUTCOMES[number - 1]))

    @property
    def outcome(self) -> str:
        """The chosen code; empty when none."""
        number = self._group.checkedId()
        return OUTCOMES[number - 1] if number > 0 else ""

    def choose(self, outcome: str) -> None:
        self._group.setExclusive(False)
        for number, code in enumerate(OUTCOMES, 1):
            self._group.button(number).setChecked(code == outcome)
        self._group.setExclusive(True)

    def clear(self) -> None:
        self._typed = ""
        self.choose("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            at = OUTCOMES.index(self.outcome) if self.outcome else -1 if step > 0 else 0
            self._take(OUTCOMES[(at + step) % len(OUTCOMES)])
        elif text.isalnum() and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._take_character(text, event.timestamp())
        else:
            super().keyPressEvent(event)

    def _take_character(self, text: str, at: int) -> None:
        if self._typed and 0 < at - self._typed_at < SCANNER_MS:
            typed, self._typed = self._typed + text, ""
            self.choose(self._before)
            self.scanned.emit(typed)
            return
        self._typed, self._typed_at, self._before = text, at, self.outcome
        if text in "1234567":
            self._take(OUTCOMES[int(text) - 1])

    def _take(self, outcome: str) -> None:
        self.choose(outcome)
        self.chosen.emit(outcome)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus(False)

    def _show_focus(self, here: bool) -> None:
        for made in self._group.buttons():
            made.setProperty("listening", here)
            made.style().unpolish(made)
            made.style().polish(made)
