"""A lost stick: what it may hold, who could open that, and what is done about it in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel

from desktop.exchange.packages import export
from desktop.models import sites
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.lost_dialog import LostDialog, who_opens
from desktop.ui.exchange.page import Page
from desktop.ui.exchange.stop_dialog import StopDialog
from desktop.ui.main_window import MainWindow
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


def help_of(window: MainWindow, settle: Settle) -> tuple[Page, LostDialog]:
    window.go(Place("exchange", "packages"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    page.packages.sending.lost_button.click()
    settle()
    dialog = page.packages.findChild(LostDialog)
    assert dialog is not None
    return page, dialog


def words_of(dialog: LostDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_nothing_on_the_way_is_a_comfort(
    store: Store, open_window: OpenWindow, settle: Settle
) -> None:
    _, dialog = help_of(open_window(store), settle)
    assert dialog.view.rows() == []
    assert "都已有回执" in words_of(dialog)
    assert not dialog.again.isEnabled()
    assert not dialog.stop.isEnabled()


def test_what_the_stick_may_hold_is_listed_with_who_can_open_it_and_written_again(
    store: Store, second: Store, open_window: OpenWindow, settle: Settle, answers: Answers,
    tmp_path: Path,
) -> None:  # fmt: skip
    del second
    a_household(store, people=["王小明"])
    lost = tmp_path / "lost"
    lost.mkdir()
    package = export.export(store, "2号机", lost)
    page, dialog = help_of(open_window(store), settle)
    [row] = dialog.view.rows()
    assert (row.package, who_opens(row)) == (package.package, "2号机和本机")
    assert "只有2号机和本机能打开" in words_of(dialog)
    assert "jinlin" not in words_of(dialog)
    other = tmp_path / "other"
    other.mkdir()
    answers.will(folder=other)
    dialog.again.click()
    settle()
    assert len(list(other.iterdir())) == 1
    assert len(page.packages.sending.view.rows()) == 2


def test_the_receivers_pc_is_stopped_when_it_is_lost_as_well(
    store: Store, second: Store, open_window: OpenWindow, settle: Settle, tmp_path: Path
) -> None:
    export.export(store, "2号机", tmp_path / "a.jlpkg")
    page, dialog = help_of(open_window(store), settle)
    dialog.stop.click()
    settle()
    asked = page.packages.findChild(StopDialog)
    assert asked is not None
    asked.yes.click()
    settle()
    there = sites.site(store, second.site)
    assert there is not None
    assert there.revoked
    page.packages.sending.lost_button.click()
    settle()
    [again] = page.packages.findChildren(LostDialog)
    assert not again.again.isEnabled()
    assert who_opens(again.view.rows()[0]) == "2号机（已停用）和本机"
    assert "按泄露处理" in words_of(again)
