"""The fields of one visit as they stand on the paper form, made for typing without the mouse."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.errors import UserError
from desktop.models.visits import SEPARATOR, NewPromise, NewVisit
from desktop.models.words import LABELS
from desktop.ui.common.day_edit import DayEdit
from desktop.ui.common.parts import row
from desktop.ui.style import scaled
from desktop.ui.visits.outcome_keys import OutcomeKeys

_HOUR = re.compile(r"(\d{1,2})[:.点时]?(\d{2})?分?$")


class NoOutcome(UserError):
    def __init__(self) -> None:
        super().__init__("还没有选走访结果：按 1 见面、2 代答、3 家中无人……")


class NotAnHour(UserError):
    def __init__(self, text: str) -> None:
        super().__init__(f"时间“{text}”看不懂。请写成 19:30 或 1930。")


class OneAList(QPlainTextEdit):
    """A list of the form: one entry a line; Tab moves on."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setPlaceholderText("每行写一条")
        self.setMinimumHeight(scaled(56))

    def entries(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.toPlainText().splitlines() if line.strip())


class EntryForm(QWidget):
    """Day, walkers and mode stay for the next form; everything else is emptied by `clear`."""

    finished = Signal()  # Enter in a line, or Ctrl+Enter anywhere

    def __init__(self, walkers: str, known: list[str]) -> None:
        super().__init__()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addLayout(self._lasting(walkers, known))
        self.outcome = OutcomeKeys()
        self.outcome.entered.connect(self.finished)
        inside.addWidget(self.outcome)
        inside.addLayout(self._lists(), 4)
        inside.addLayout(self._details())
        inside.addStretch(1)
        for line in (*self._lines(), self.started, self.ended):
            line.returnPressed.connect(self.finished)
        for line in (self.day, self.walkers):  # Enter takes a completion here, it saves nothing
            line.returnPressed.connect(self.outcome.setFocus)

    def _lasting(self, walkers: str, known: list[str]) -> QHBoxLayout:
        """What stays from form to form; reached by Alt+letter, not by Tab."""
        self.day = DayEdit(day=clock.today())
        self.day.setFixedWidth(scaled(140))
        self.walkers = QLineEdit(walkers)
        self.walkers.setPlaceholderText("几个人用“、”隔开")
        self.walkers.setCompleter(QCompleter(known))
        self.mode = _choice(LABELS["mode"])
        return row(
            _label("日期(&D)", self.day), self.day, _label("走访人(&W)", self.walkers),
            self.walkers, self.mode,
        )  # fmt: skip

    def _lists(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setRowStretch(1, 1)  # not the labels' row
        self.needs, self.resources = OneAList("需求清单"), OneAList("资源清单")
        self.situations = OneAList("民情清单")
        for column, (words, editor) in enumerate((
            ("需求清单(&X)", self.needs),
            ("资源清单(&Z)", self.resources),
            ("民情清单(&M)", self.situations),
        )):  # fmt: skip
            grid.addWidget(_label(words, editor), 0, column)
            grid.addWidget(editor, 1, column)
            grid.setColumnStretch(column, 1)
        return grid

    def _details(self) -> QGridLayout:
        self.met_whom, self.changed, self.answered, self.note = (QLineEdit() for _ in range(4))
        self.promise, self.promise_by = QLineEdit(), QLineEdit()
        self.promise_until = DayEdit(ahead=True)
        self.next_on = DayEdit(ahead=True)
        self.promise.setPlaceholderText("答应住户的一件事")
        self.promise_by.setPlaceholderText("默认走访人")
        self.promise_until.setPlaceholderText("如 6-30")
        self.next_on.setPlaceholderText("如 20 或 +30")
        self.met_whom.setPlaceholderText("如 儿媳")
        self.changed.setPlaceholderText("如 儿子搬回、新添一人")
        self.started, self.ended = _hour_edit(), _hour_edit()
        self.ended.setAccessibleName("结束时间")
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled(8))
        grid.setVerticalSpacing(scaled(6))
        pairs = 3 if scaled(100) < 140 else 2  # large text needs the width
        fields = (
            ("见到谁(&J)", self.met_whom), ("家里变化(&B)", self.changed),
            ("当场答复(&F)", self.answered), ("答应的事(&Y)", self.promise),
            ("由谁办", self.promise_by), ("何时前办", self.promise_until),
            ("下次走访(&L)", self.next_on), ("备注(&N)", self.note),
            ("起止时间(&T)", self.started),
        )  # fmt: skip
        for number, (words, editor) in enumerate(fields):
            line, place = divmod(number, pairs)
            grid.addWidget(_label(words, editor), line, 2 * place)
            if editor is self.started:
                grid.addLayout(row(editor, QLabel("至"), self.ended), line, 2 * place + 1)
            else:
                grid.addWidget(editor, line, 2 * place + 1)
            grid.setColumnStretch(2 * place + 1, 1)
        return grid

    def written_day(self) -> date | None:
        """The visit's day; None where it cannot be read yet."""
        try:
            return self.day.day()
        except UserError:
            return None

    @property
    def dirty(self) -> bool:
        """Whether something of this household has been typed."""
        lists = (self.needs, self.resources, self.situations)
        return bool(
            self.outcome.outcome
            or any(each.toPlainText().strip() for each in lists)
            or any(each.text().strip() for each in (*self._lines(), self.started, self.ended))
        )

    def _lines(self) -> tuple[QLineEdit, ...]:
        return (
            self.met_whom, self.changed, self.answered, self.note, self.promise, self.promise_by,
            self.promise_until, self.next_on,
        )  # fmt: skip

    def clear(self) -> None:
        self.outcome.clear()
        for each in (self.needs, self.resources, self.situations):
            each.clear()
        for line in (*self._lines(), self.started, self.ended):
            line.clear()

    def visit(self, household: str) -> NewVisit:
        """What has been typed, as a visit; raises UserError where it cannot be read."""
        if not self.outcome.outcome:
            raise NoOutcome
        happened_on = self.day.day()
        promise = self.promise.text().strip()
        return NewVisit(
            household=household,
            outcome=self.outcome.outcome,
            happened_on=happened_on or clock.today(),
            mode=str(self.mode.currentData()),
            walkers=walkers_of(self.walkers.text()),
            started=read_hour(self.started.text()),
            ended=read_hour(self.ended.text()),
            met_whom=self.met_whom.text(),
            changed=self.changed.text(),
            answered=self.answered.text(),
            next_on=self.next_on.day(),
            note=self.note.text(),
            needs=self.needs.entries(),
            resources=self.resources.entries(),
            situations=self.situations.entries(),
            promises=self._promise(promise) if promise else (),
        )

    def _promise(self, text: str) -> tuple[NewPromise, ...]:
        until: date | None = self.promise_until.day()
        return (NewPromise(text, self.promise_by.text().strip(), until),)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finished.emit()
        else:
            super().keyPressEvent(event)


def walkers_of(text: str) -> tuple[str, ...]:
    """Names however they were separated."""
    for mark in "，,；; ":
        text = text.replace(mark, SEPARATOR)
    return tuple(name for name in text.split(SEPARATOR) if name)


def read_hour(text: str) -> str | None:
    """«1930», «19:30», «7点» → «19:30»; empty → None."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not plain:
        return None
    if re.fullmatch(r"\d{3,4}", plain):
        plain = f"{plain[:-2]}:{plain[-2:]}"
    found = _HOUR.match(plain)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise NotAnHour(text)
    return f"{int(found[1]):02d}:{int(found[2] or 0):02d}"


def _hour_edit() -> QLineEdit:
    edit = QLineEdit()
    edit.setPlaceholderText("19:30")
    edit.setMaxLength(6)
    return edit


def _choice(words: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for code, word in words.items():
        box.addItem(word, code)
    return box


def _label(words: str, editor: QWidget) -> QLabel:
    """A label whose marked letter jumps to its editor with Alt."""
    made = QLabel(words)
    made.setBuddy(editor)
    editor.setAccessibleName(words.split("(")[0])
    return made
