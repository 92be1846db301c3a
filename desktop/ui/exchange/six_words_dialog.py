"""Shows the six words of a one-off hand-over once, big enough to read out, and asks for them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from desktop.errors import UserError
from desktop.exchange.packages.six_words import SixWords, Word, read_words
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import Card, button, muted_label, problem_label, row, section_label

_COLUMNS = 3


class SixWordsDialog(Dialog):
    """The words stand nowhere else; when this closes, only people know them."""

    def __init__(self, parent: QWidget, words: SixWords, handed_over: str) -> None:
        super().__init__("六个词", parent, width=600)
        self.body.addWidget(section_label("打开这个数据包要这六个词"))
        card = Card()
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        for place, word in enumerate(words.words):
            line, column = divmod(place, _COLUMNS)
            grid.addWidget(_big(place + 1, word), 2 * line, column)
            grid.addWidget(_spelling(word), 2 * line + 1, column)
        card.body.addLayout(grid)
        self.body.addWidget(card)
        self.body.addWidget(muted_label(
            "只显示这一次，本机不保存。请抄在纸上，当面或打电话告诉对方；不要和U盘放在一起，"
            "不要发到群里。对方打汉字、打拼音都行。忘了就重新写一个，会换六个新词。"
        ))  # fmt: skip
        done = QLabel(handed_over)
        done.setWordWrap(True)
        self.body.addWidget(done)
        self.body.addLayout(row(None, button("已经抄好，关闭", self.accept, "primary")))


def _big(number: int, word: Word) -> QLabel:
    label = QLabel(f"{number}. {word.text}")
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * 2)
    font.setBold(True)
    label.setFont(font)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


def _spelling(word: Word) -> QLabel:
    label = QLabel(word.pinyin)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


class AskWordsDialog(Dialog):
    """Goes on only with six words of the list; what is wrong stands below the field."""

    def __init__(self, parent: QWidget, go_on: Callable[[SixWords], None]) -> None:
        super().__init__("输入六个词", parent, width=560)
        self._go_on = go_on
        self.body.addWidget(muted_label(
            "这个数据包要六个词才能打开。请问交出它的同事，照着打：汉字、拼音都行，词与词之间留空格。"
        ))  # fmt: skip
        self.words = QLineEdit()
        self.words.setAccessibleName("六个词")
        self.words.setPlaceholderText("六个词")
        self.words.setMaxLength(400)
        self.problem = problem_label()
        self.body.addWidget(self.words)
        self.body.addWidget(self.problem)
        self.words.textEdited.connect(lambda _: self.problem.hide())
        self.yes = button("打开", self.accept, "primary")
        self.yes.setDefault(True)
        self.body.addStretch(1)
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))
        self.fit(560, 230)  # with room for what is wrong

    def accept(self) -> None:
        try:
            words = read_words(self.words.text())
        except UserError as wrong:
            self.problem.setText(str(wrong))
            self.problem.show()
            self.words.setFocus()
            return
        super().accept()
        self._go_on(words)
