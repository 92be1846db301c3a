"""Shows what in a text must not leave the office, and lets a person say that a word is no name."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.models.outside_text import NAME, Confirmed, Found, PersonalWords
from desktop.ui.common.parts import muted_label, problem_label


class WordsGuard(QWidget):
    """One line a find; a name can be ticked as an ordinary word, with a reason that is kept."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.problem = problem_label()
        self.boxes: dict[str, QCheckBox] = {}
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("为什么不是人名，如“是形容词”（会记入查看记录）")
        self.reason.setAccessibleName("为什么不是人名")
        self._ticks = QVBoxLayout()
        self._hint = muted_label("与居民同名的普通词可以留下，请逐个确认：")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self.problem)
        inside.addWidget(self._hint)
        inside.addLayout(self._ticks)
        inside.addWidget(self.reason)
        self.show_found(())

    @property
    def confirmed(self) -> Confirmed:
        ticked = frozenset(word for word, box in self.boxes.items() if box.isChecked())
        return Confirmed(ticked, self.reason.text().strip()) if ticked else Confirmed()

    def show_found(self, found: tuple[Found, ...] | list[Found]) -> None:
        """Say what was found while somebody types; ticks of words that are still there stay."""
        names = [each.words for each in found if each.kind == NAME]
        kept = {word for word, box in self.boxes.items() if box.isChecked()}
        if names != list(self.boxes):
            for box in self.boxes.values():
                box.deleteLater()
            self.boxes = {}
            for word in names:
                box = QCheckBox(f"“{word}”在这里不是人名")
                box.setChecked(word in kept)
                box.toggled.connect(self.changed)
                self._ticks.addWidget(box)
                self.boxes[word] = box
        listed = "；".join(f"{each.kind}“{each.words}”" for each in found)
        self._say(f"不能带出本单位，请改写：{listed}" if found else "")
        for part in (self._hint, self.reason):
            part.setVisible(bool(names))

    def show_error(self, error: UserError) -> None:
        """What the last attempt was refused for."""
        if isinstance(error, PersonalWords):
            self.show_found(error.found)
        self._say(str(error))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
