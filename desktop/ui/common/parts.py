"""Small pieces that look the same on every screen: headings, buttons, cards, number tiles."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.style import roomy, scaled


def title_label(text: str) -> QLabel:
    return _label(text, "title")


def section_label(text: str) -> QLabel:
    """The heading of one block on a screen."""
    return _label(text, "section")


def muted_label(text: str = "") -> QLabel:
    """An explanation in quiet grey that wraps."""
    label = _label(text, "muted")
    label.setWordWrap(True)
    return label


def problem_label() -> QLabel:
    """Where a dialog says why something was refused; hidden while nothing is."""
    label = _label("", "error")
    label.setWordWrap(True)
    label.hide()
    return label


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class Button(QPushButton):
    """Enter presses the button that has the focus, and never another one of the window."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def button(text: str, clicked: Callable[[], None], role: str = "", tip: str = "") -> QPushButton:
    """A push button; role "primary" (one a screen), "danger", "link" or plain."""
    made = Button(text)
    made.setProperty("role", role)
    made.setToolTip(tip)
    made.setAutoDefault(role == "primary")
    made.clicked.connect(lambda: clicked())
    return made


def filter_field(words: str, changed: Callable[[], None]) -> QLineEdit:
    """Where people type what a table shall be cut down to."""
    field = QLineEdit()
    field.setPlaceholderText(words)
    field.setClearButtonEnabled(True)
    field.setMinimumWidth(scaled(110))
    field.setMaximumWidth(scaled(260))
    field.textChanged.connect(lambda _: changed())
    return field


def count_label() -> QLabel:
    """How many rows a table shows, at the right of its bar."""
    count = QLabel()
    count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return count


def row(*parts: QWidget | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets beside each other; None is the stretch between them."""
    line = QHBoxLayout()
    line.setSpacing(spacing)
    line.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        if part is None:
            line.addStretch(1)
        else:
            line.addWidget(part)
    return line


class Card(QFrame):
    """A white block with a thin border; fill `body`."""

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 14)
        self.body.setSpacing(8)
        if title:
            self.body.addWidget(section_label(title))


class NumberTile(Button):
    """A big number with its words; pressing it opens the list behind the number."""

    def __init__(self, words: str, clicked: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", "tile")
        self.setAutoDefault(False)
        self.setAccessibleName(words)
        self._number = _label("—", "number")
        self._words = _label(words, "muted")
        # large text needs the height for the lists below
        inside: QBoxLayout = QVBoxLayout(self) if roomy() else QHBoxLayout(self)
        inside.setContentsMargins(16, 10, 16, 10)
        inside.setSpacing(0 if isinstance(inside, QVBoxLayout) else 10)
        for label in (self._number, self._words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside.addWidget(label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: clicked())

    def sizeHint(self) -> QSize:
        """As high as the labels need: a push button alone would only measure its own text.

        The labels are asked, not the layout: it counts nothing for labels not shown yet.
        """
        inside = self.layout()
        if not isinstance(inside, QBoxLayout):
            return super().sizeHint()
        around, between = inside.contentsMargins(), inside.spacing()
        number, words = self._number.sizeHint(), self._words.sizeHint()
        if isinstance(inside, QVBoxLayout):
            size = QSize(
                max(number.width(), words.width()), number.height() + between + words.height()
            )
        else:
            size = QSize(
                number.width() + between + words.width(), max(number.height(), words.height())
            )
        return size.grownBy(around)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange):
            # the style sheet has just allowed less than the labels need
            self.setMinimumHeight(self.sizeHint().height())
        return done

    def show_number(self, number: int, *, alarm: bool = False) -> None:
        """Show the number; `alarm` draws it in the accent colour when it is not zero."""
        self._number.setText(f"{number:,}")
        self._number.setProperty("alarm", alarm and number > 0)
        self._number.style().unpolish(self._number)
        self._number.style().polish(self._number)

    @property
    def number(self) -> str:
        return self._number.text()
