"""Asks for a new passphrase twice, with a hint how good it is."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.common.form import PASSPHRASE, Field, Form
from desktop.ui.unlock.strength import strength

_MARKS = ("", "弱　", "中　", "强　")


class PassphraseForm(QWidget):
    """Two hidden fields; `passphrase` is empty until both agree and are long enough."""

    def __init__(self, label: str = "口令") -> None:
        super().__init__()
        self.form = Form(
            (Field("first", label, PASSPHRASE), Field("second", "再输一遍", PASSPHRASE, hint=" "))
        )
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.form)
        self.form.edited.connect(self._judge)
        self._judge()

    @property
    def passphrase(self) -> str:
        values = self.form.values()
        first = str(values["first"])
        return first if strength(first).level and first == values["second"] else ""

    def why_not(self) -> str:
        """What is still missing, for the line above the buttons."""
        values = self.form.values()
        judged = strength(str(values["first"]))
        if not judged.level:
            return judged.words
        return "" if self.passphrase else "两次输入的口令不一样。"

    def _judge(self) -> None:
        values = self.form.values()
        judged = strength(str(values["first"]))
        self.form.set_hint("first", _MARKS[judged.level] + judged.words)
        differs = values["second"] and values["second"] != values["first"]
        self.form.set_error("second", "两次输入不一样" if differs else "")
