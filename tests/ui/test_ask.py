"""The real message boxes and input lines behind the one door for questions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.ui.common.ask import Ask

pytestmark = pytest.mark.usefixtures("dressed")


def soon(answer: Callable[[], None]) -> None:
    """Answer the box that is about to open."""
    QTimer.singleShot(50, answer)


def press(words: str) -> Callable[[], None]:
    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if b.text() == words).click()

    return answer


def test_a_question_is_answered_by_its_buttons_or_by_escape(qtbot: QtBot) -> None:
    ask = Ask()
    soon(press("打印"))
    assert ask.confirm("打印全部走访表？", "打印")
    soon(press("取消"))
    assert not ask.confirm("打印全部走访表？", "打印")
    soon(lambda: qtbot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape))
    assert not ask.confirm("打印全部走访表？", "打印")


def test_a_hasty_enter_does_not_agree_to_what_cannot_be_taken_back(qtbot: QtBot) -> None:
    ask = Ask()
    soon(lambda: qtbot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Return))
    assert not ask.confirm("不保存就退出吗？", "不保存，退出", careful=True)
    soon(press("不保存，退出"))
    assert ask.confirm("不保存就退出吗？", "不保存，退出", careful=True)


def test_a_message_waits_until_it_was_read() -> None:
    soon(press("知道了"))
    Ask().tell("已备份。")


def test_a_reason_is_asked_again_while_it_is_empty() -> None:
    typed = ["", "家访前核对"]
    seen: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QInputDialog)
        seen.append(box.labelText())
        box.setTextValue(typed.pop(0))
        if typed:
            soon(answer)
        box.accept()

    soon(answer)
    assert Ask().reason("查看电话，原因是：") == "家访前核对"
    assert "请写明原因" in seen[1]


def test_a_passphrase_is_not_shown_while_typed() -> None:
    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QInputDialog)
        line = box.findChild(QLineEdit)
        assert line is not None
        assert line.echoMode() == QLineEdit.EchoMode.Password
        box.setTextValue("secret words")
        box.accept()

    soon(answer)
    assert Ask().passphrase("口令：") == "secret words"
