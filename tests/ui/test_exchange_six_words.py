"""A one-off hand-over by six words, from the menu of one PC to the window of another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from desktop.exchange.packages import age_head, cards
from desktop.exchange.packages.six_words import SixWords, read_words
from desktop.models import residents
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.page import Page
from desktop.ui.exchange.six_words_dialog import AskWordsDialog, SixWordsDialog
from desktop.ui.main_window import MainWindow
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture(autouse=True)
def quick_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """At its real cost each sealing takes a second."""
    monkeypatch.setattr(age_head, "WORK", 10)


def exchange_of(window: MainWindow, settle: Settle) -> Page:
    window.go(Place("exchange", "packages"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    return page


def words_on(dialog: SixWordsDialog) -> SixWords:
    """What a person reads off the screen."""
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    return read_words(" ".join(text[3:] for text in shown if text[1:3] == ". "))


def test_a_new_pc_gets_everything_by_six_words(
    store: Store, joined: Store, open_window: OpenWindow, settle: Settle, answers: Answers,
    tmp_path: Path,
) -> None:  # fmt: skip
    a_household(store, people=["王小明"])
    stick = tmp_path / "stick"
    stick.mkdir()
    page = exchange_of(open_window(store), settle)
    answers.will(folder=stick)
    page.packages.sending.export_by_words()
    settle()
    shown = page.packages.findChild(SixWordsDialog)
    assert shown is not None
    words = words_on(shown)
    shown.accept()
    [row] = page.packages.sending.view.rows()
    assert (row.to, row.sent.state) == ("知道六个词的人", "handed")

    there = exchange_of(open_window(joined), settle)
    answers.will(text=cards.own_fingerprint(store))
    there.packages.preview_files(list(stick.iterdir()))
    settle()
    asked = there.packages.findChild(AskWordsDialog)
    assert asked is not None
    asked.words.setText("苹果")
    asked.yes.click()
    assert asked.problem.text()
    asked.words.setText(words.canonical.replace("-", " "))
    asked.yes.click()
    settle()
    preview = there.packages.findChild(PackagePreview)
    assert preview is not None
    preview.yes.click()
    settle()
    assert [home.head_name for home in residents.households(joined)] == ["王小明"]
