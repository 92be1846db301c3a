"""Builds forms from a list of fields: label, editor, hint, and the error under the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import UserError
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, muted_label, problem_label, row
from desktop.ui.style import scaled

TEXT, NOTE, CHOICE, CHECK, PASSPHRASE = "text", "note", "choice", "check", "passphrase"
SEVERAL = "several"

_VALUE = Qt.ItemDataRole.UserRole
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_TICKED = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form.

    kind: text, note (several lines), choice (`options`: value → words), several (the same options,
    any number of them ticked), check, passphrase.
    Values are text ("" = empty), for a check True/False, for a choice the option's value, for
    several a tuple of them.
    """

    name: str
    label: str
    kind: str = TEXT
    options: Mapping[str, str] | None = None
    hint: str = ""
    required: bool = False


class Form(QWidget):
    """Editors for fields, one below the other (or in `columns` pairs beside each other)."""

    edited = Signal()

    def __init__(
        self, fields: Sequence[Field], values: Mapping[str, Any] | None = None, *, columns: int = 1
    ) -> None:
        super().__init__()
        self.fields = tuple(fields)
        self.editors: dict[str, QWidget] = {}
        self._errors: dict[str, QLabel] = {}
        self._hints: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        # forms one below the other keep their editors in line
        for column in range(columns):
            self._grid.setColumnMinimumWidth(2 * column, scaled(84))
        for number, field in enumerate(self.fields):
            self._add(field, number // columns, number % columns)
        self.set_values(values or {})
        self._before = self.values()

    def _add(self, field: Field, line: int, column: int) -> None:
        label = QLabel(field.label + (" *" if field.required else ""))
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        editor = self._editor(field)
        label.setBuddy(editor)
        editor.setAccessibleName(field.label)
        below = QLabel(field.hint)
        below.setProperty("role", "hint")
        below.setWordWrap(True)
        below.setAlignment(Qt.AlignmentFlag.AlignTop)
        below.setVisible(bool(field.hint))
        if field.kind == CHECK:
            label.setText("")
        self._grid.addWidget(label, 2 * line, 2 * column)
        self._grid.addWidget(editor, 2 * line, 2 * column + 1)
        self._grid.addWidget(below, 2 * line + 1, 2 * column + 1)
        self._grid.setColumnStretch(2 * column + 1, 1)
        self.editors[field.name] = editor
        self._errors[field.name] = below
        self._hints[field.name] = field.hint

    def _editor(self, field: Field) -> QWidget:
        if field.kind == CHECK:
            check = QCheckBox(field.label)
            check.toggled.connect(self.edited)
            return check
        if field.kind == CHOICE:
            choice = QComboBox()
            for value, words in (field.options or {}).items():
                choice.addItem(words, value)
            choice.currentIndexChanged.connect(self.edited)
            return choice
        if field.kind == SEVERAL:
            listed = _tick_list(field.options or {})
            listed.itemChanged.connect(self.edited)
            return listed
        if field.kind == NOTE:
            note = QPlainTextEdit()
            note.setTabChangesFocus(True)
            note.setFixedHeight(scaled(72))
            note.textChanged.connect(self.edited)
            return note
        line = QLineEdit()
        if field.kind == PASSPHRASE:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textChanged.connect(self.edited)
        return line

    def focus_first(self) -> None:
        """Be ready to type into the first field."""
        self.editors[self.fields[0].name].setFocus()

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill editors; what is not named becomes empty."""
        for field in self.fields:
            editor, value = self.editors[field.name], values.get(field.name)
            if isinstance(editor, QCheckBox):
                editor.setChecked(bool(value))
            elif isinstance(editor, QComboBox):
                editor.setCurrentIndex(max(0, editor.findData("" if value is None else value)))
            elif isinstance(editor, QPlainTextEdit):
                editor.setPlainText("" if value is None else str(value))
            elif isinstance(editor, QListWidget):
                for item in _items(editor):
                    ticked = item.data(_VALUE) in (value or ())
                    item.setCheckState(_ON if ticked else _OFF)
            elif isinstance(editor, QLineEdit):
                editor.setText("" if value is None else str(value))

    def values(self) -> dict[str, Any]:
        """What stands in the editors now."""
        return {field.name: _read(self.editors[field.name]) for field in self.fields}

    def changed(self) -> dict[str, Any]:
        """Only what differs from the start."""
        return {k: v for k, v in self.values().items() if v != self._before[k]}

    def missing(self) -> bool:
        """Mark required fields that are empty; whether there are any."""
        empty = [f for f in self.fields if f.required and self.values()[f.name] == ""]
        for field in self.fields:
            self.set_error(field.name, "请填写" if field in empty else "")
        if empty:
            self.editors[empty[0].name].setFocus()
        return bool(empty)

    def set_hint(self, name: str, text: str) -> None:
        """Another hint under a field, until there is an error."""
        self._hints[name] = text
        self.set_error(name, "")

    def set_error(self, name: str, text: str) -> None:
        """Write an error under a field; "" brings the hint back."""
        below = self._errors[name]
        hint = self._hints[name]
        below.setText(text or hint)
        below.setProperty("role", "error" if text else "hint")
        below.style().unpolish(below)
        below.style().polish(below)
        below.setVisible(bool(text or hint))


def _read(editor: QWidget) -> Any:
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return editor.currentData()
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText().strip()
    if isinstance(editor, QListWidget):
        return tuple(item.data(_VALUE) for item in _items(editor) if item.checkState() == _ON)
    assert isinstance(editor, QLineEdit)
    hidden = editor.echoMode() == QLineEdit.EchoMode.Password
    return editor.text() if hidden else editor.text().strip()


def _tick_list(options: Mapping[str, str]) -> QListWidget:
    """Each option with a box to tick: arrows move, the space bar ticks, Tab goes on."""
    listed = QListWidget()
    listed.setTabKeyNavigation(False)
    listed.setFixedHeight(scaled(96))
    for value, words in options.items():
        item = QListWidgetItem(words, listed)
        item.setData(_VALUE, value)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | _TICKED)
        item.setCheckState(_OFF)
    return listed


def _items(listed: QListWidget) -> list[QListWidgetItem]:
    return [listed.item(number) for number in range(listed.count())]


def scrolling(inside: QWidget, most: int) -> QScrollArea:
    """Show a form whole while it is at most so high, else let it scroll."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    area.setMinimumHeight(max(scaled(80), min(inside.sizeHint().height() + 4, most)))
    return area


class Dialog(QDialog):
    """A window over the screen that frees itself when closed; Esc closes it. Fill `body`."""

    def __init__(self, title: str, parent: QWidget | None, *, width: int = 520) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 20, 24, 18)
        self.body.setSpacing(12)
        self.setMinimumWidth(min(scaled(width), _room(parent).width()))

    def fit(self, width: int, height: int) -> None:
        """Take this size (at 100 % text), but never more than the window below leaves room for."""
        room = _room(self.parentWidget())
        self.resize(min(scaled(width), room.width()), min(scaled(height), room.height()))


_MARGIN = 48  # what a dialog leaves free of the window below, title bar included


def _room(parent: QWidget | None) -> QSize:
    if parent is not None:
        return parent.window().size() - QSize(_MARGIN, _MARGIN)
    screen = QGuiApplication.primaryScreen().availableSize()
    return screen - QSize(2 * _MARGIN, 2 * _MARGIN)


_ONE_COLUMN = 8  # a form with more fields takes two


class FormDialog(Dialog):
    """A form with 「保存」 and 「取消」; `save` gets the values and may refuse with a UserError."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        title: str,
        fields: Sequence[Field],
        save: Callable[[dict[str, Any]], object],
        *,
        values: Mapping[str, Any] | None = None,
        words: str = "",
        yes: str = "保存",
        saved: Callable[[], None] | None = None,
    ) -> None:
        wide = len(fields) > _ONE_COLUMN
        super().__init__(title, parent, width=780 if wide else 520)
        self._desk, self._save, self._saved = desk, save, saved
        if words:
            self.body.addWidget(muted_label(words))
        self.form = Form(fields, values, columns=2 if wide else 1)
        self.body.addWidget(scrolling(self.form, _room(parent).height() - scaled(170)), 1)
        self.problem = problem_label()
        self.body.addWidget(self.problem)
        self.yes = button(yes, self.accept, "primary")
        self.yes.setDefault(True)
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))
        self.form.focus_first()

    def reject(self) -> None:
        """Esc and 「取消」 do not throw away what was typed without a question."""
        question = "填的内容还没有保存，不要了吗？"
        changed = bool(self.form.changed())
        if not changed or self._desk.ask.confirm(question, "不要了", careful=True):
            super().reject()

    def accept(self) -> None:
        """Save in the background and close; stay open with the sentence when refused."""
        if self.form.missing():
            return
        values = self.form.values()
        self.yes.setEnabled(False)
        self._desk.jobs.load(
            lambda: self._save(values), self._done, owner=self, failed=self._refused
        )

    def _done(self, result: object) -> None:
        del result
        super().accept()
        if self._saved is not None:
            self._saved()

    def _refused(self, error: UserError) -> None:
        self.yes.setEnabled(True)
        self.problem.setText(str(error))
        self.problem.show()
