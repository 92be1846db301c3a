"""The window: rail, search, undo, freshness of screens, the crash window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.models import roster
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.crash_window import CrashWindow
from desktop.ui.main_window import MainWindow
from desktop.ui.roster.household_dialog import HouseholdDialog
from desktop.ui.screens import COMMUNITY
from desktop.ui.screenshots import take
from tests.build import a_household, first_resident
from tests.ui.answers import Answers

Settle = Callable[[], None]
Open = Callable[[Store], MainWindow]


def test_the_rail_reaches_every_screen_by_keyboard(
    store: Store, open_window: Open, settle: Settle, qtbot: QtBot
) -> None:
    window = open_window(store)
    assert window.current == "today"
    for number, screen in enumerate(COMMUNITY, 1):
        key = Qt.Key(Qt.Key.Key_0 + number)
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        settle()
        assert window.current == screen.name
    titles = [screen.title for screen in COMMUNITY]
    assert titles == ["今日", "花名册", "走访", "清单", "队伍", "报表", "交换", "设置"]


def test_searching_finds_people_by_initials_and_opens_their_household(
    store: Store, open_window: Open, settle: Settle, qtbot: QtBot
) -> None:
    home = a_household(store, people=["王小明", "李梅"])
    window = open_window(store)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.search, "wxm")
    qtbot.waitUntil(lambda: window.search.results.count() > 0)
    assert "王小明" in window.search.results.item(0).text()
    assert "瑞景公园3栋2单元501" in window.search.results.item(0).text()
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    settle()
    dialog = window.findChild(HouseholdDialog)
    assert dialog is not None
    assert dialog.uid == home
    assert dialog.windowTitle() == "瑞景公园3栋2单元501"
    dialog.reject()


def test_a_search_without_hits_says_what_else_to_try(
    store: Store, open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(store)
    window.search.setFocus()
    qtbot.keyClicks(window.search, "zzzz")
    qtbot.waitUntil(lambda: window.search.results.count() == 1)
    assert "没有找到" in window.search.results.item(0).text()
    qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    assert not window.search.results.isVisible()


def test_an_edit_can_be_undone_from_the_foot_line(
    store: Store, open_window: Open, settle: Settle
) -> None:
    home = a_household(store, people=["王小明"])
    window = open_window(store)
    assert not window.undo_button.isVisible()
    roster.set_fields(store, home, {"type_of_use": "出租"}, "修改住户情况")
    settle()
    assert window.undo_button.isVisible()
    window.undo_button.click()
    settle()
    assert roster.values_of(store, home)["type_of_use"] is None
    assert not window.undo_button.isVisible()


def test_undoing_a_whole_import_asks_first(
    store: Store, open_window: Open, settle: Settle, answers: Answers
) -> None:
    window = open_window(store)
    with store.change("导入“花名册.xlsx”", kind="import") as change:
        change.create("estates", name="莲花新村", kind="other")
    settle()
    answers.will(confirm=False)
    window.undo()
    settle()
    assert store.value("SELECT count(*) FROM live_estates") == 1
    answers.will(confirm=True)
    window.undo()
    settle()
    assert store.value("SELECT count(*) FROM live_estates") == 0


def test_the_screen_in_view_follows_changes_and_others_when_they_are_shown(
    store: Store, open_window: Open, settle: Settle
) -> None:
    a_household(store, people=["王小明"])
    window = open_window(store)
    window.go(Place("roster"))
    settle()
    page = window.pages["roster"]
    assert [row.home.head_name for row in page.table.rows()] == ["王小明"]  # type: ignore[attr-defined]
    a_household(store, room="502", people=["李梅"])
    settle()
    assert len(page.table.rows()) == 2  # type: ignore[attr-defined]
    window.go(Place("today"))
    a_household(store, room="503", people=["陈强"])
    settle()
    assert len(page.table.rows()) == 2  # type: ignore[attr-defined]
    window.go(Place("roster"))
    settle()
    assert len(page.table.rows()) == 3  # type: ignore[attr-defined]


@pytest.mark.usefixtures("dressed")
def test_the_crash_window_names_the_report_and_no_resident(qtbot: QtBot) -> None:
    window = CrashWindow("/tmp/log/crash-20260615-093000.txt")
    qtbot.addWidget(window)
    assert window.path.text() == "/tmp/log/crash-20260615-093000.txt"
    assert window.path.isReadOnly()


def test_every_screen_can_be_drawn_to_files(
    store: Store, open_window: Open, tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    assert first_resident(store, home)
    made = take(open_window(store), tmp_path / "shots")
    names = {path.name for path in made}
    assert {"00-unlock.png", "01-today.png", "02-roster.png", "02-roster-elevation.png"} <= names
    assert all(path.stat().st_size > 1000 for path in made)
