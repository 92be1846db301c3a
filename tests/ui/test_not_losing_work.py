"""Nothing typed is lost without a question, and Enter does what the focus says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.models import residents
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.common.form import FormDialog
from desktop.ui.common.parts import Button
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.page import Page as Reports
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.roster.household_dialog import HouseholdDialog
from desktop.ui.today.page import Page as Today
from desktop.ui.unlock.recovery_sheet import RecoverySheetDialog
from desktop.ui.visits.page import Page as Visits
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
Open = Callable[[Store], MainWindow]


def the_household(window: MainWindow, uid: str, settle: Settle) -> HouseholdDialog:
    window.go(Place("household", uid))
    settle()
    dialog = window.findChild(HouseholdDialog)
    assert dialog is not None
    return dialog


def test_closing_the_window_asks_about_a_form_that_is_not_saved(
    store: Store, open_window: Open, settle: Settle, answers: Answers
) -> None:
    home = a_household(store, people=["王小明"])
    window = open_window(store)
    window.go(Place("visits", f"record:{home}"))
    settle()
    page = window.pages["visits"]
    assert isinstance(page, Visits)
    page.entry.form.needs.setPlainText("要修水管")
    answers.will(confirm=False)
    assert not window.close()
    assert window.isVisible()
    assert "瑞景公园3栋2单元501的走访表填了还没有保存" in answers.asked[-1]
    answers.will(confirm=True)
    assert window.close()


def test_a_form_with_edits_asks_before_esc_throws_them_away(
    store: Store, open_window: Open, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    dialog = the_household(open_window(store), a_household(store, people=["王小明"]), settle)
    dialog.add_member()
    settle()
    form = dialog.findChild(FormDialog)
    assert form is not None
    form.form.set_values({"name": "李梅", "relation": "SPOUSE"})
    answers.will(confirm=False)
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible()
    answers.will(confirm=True)
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    settle()
    assert dialog.findChild(FormDialog) is None
    dialog.reject()


def test_a_form_without_edits_closes_at_once_and_begins_in_its_first_field(
    store: Store, open_window: Open, settle: Settle, qtbot: QtBot
) -> None:
    dialog = the_household(open_window(store), a_household(store, people=["王小明"]), settle)
    dialog.edit()
    settle()
    form = dialog.findChild(FormDialog)
    assert form is not None
    assert form.focusWidget() is form.form.editors["type_of_use"]
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    settle()
    assert dialog.findChild(FormDialog) is None
    dialog.reject()


def test_enter_on_cancel_cancels_and_does_not_save(
    store: Store, open_window: Open, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    home = a_household(store, people=["王小明"])
    dialog = the_household(open_window(store), home, settle)
    dialog.add_member()
    settle()
    form = dialog.findChild(FormDialog)
    assert form is not None
    form.form.set_values({"name": "李梅", "relation": "SPOUSE"})
    cancel = next(each for each in form.findChildren(Button) if each.text() == "取消")
    cancel.setFocus()
    answers.will(confirm=True)
    qtbot.keyClick(cancel, Qt.Key.Key_Return)
    settle()
    assert [person.name for person in residents.household(store, home).residents] == ["王小明"]
    dialog.reject()


def test_the_person_who_was_edited_stays_chosen(
    store: Store, open_window: Open, settle: Settle
) -> None:
    home = a_household(store, people=["王小明", "李梅"])
    dialog = the_household(open_window(store), home, settle)
    assert [person.name for person in dialog.members.selected()] == ["王小明"]
    dialog.members.selectRow(1)
    dialog.load()
    settle()
    assert [person.name for person in dialog.members.selected()] == ["李梅"]
    dialog.reject()


def test_the_recovery_sheet_put_away_ends_the_reminder(
    store: Store, open_window: Open, settle: Settle, qtbot: QtBot
) -> None:
    window = open_window(store)
    page = window.pages["today"]
    assert isinstance(page, Today)
    assert page.banner.isVisible()
    window.go(Place("settings", "safety"))
    sheet = RecoverySheetDialog(window.desk, window)
    sheet.open()
    sheet.confirmed.setChecked(True)
    sheet.done_button.setFocus()
    qtbot.keyClick(sheet.done_button, Qt.Key.Key_Return)
    window.go(Place("today"))
    settle()
    assert "恢复单" not in page.banner.text() or not page.banner.isVisible()


def test_the_foot_says_which_pc_this_is_and_when_it_was_backed_up(
    store: Store, open_window: Open, settle: Settle
) -> None:
    window = open_window(store)
    settle()
    assert "1号机" in window.safety.text()
    assert "上次备份：还没有" in window.safety.text()
    window.safety.click()
    settle()
    assert window.current == "settings"


def test_the_numbers_of_a_new_office_stand_in_full_height(store: Store, open_window: Open) -> None:
    window = open_window(store)
    QApplication.processEvents()
    page = window.pages["today"]
    assert isinstance(page, Today)
    assert page.due_tile.height() > 2 * page.due_tile.fontMetrics().height()
    assert "导入花名册" in page.tree.empty


def test_closing_asks_about_a_brief_that_was_changed_and_not_printed(
    store: Store, open_window: Open, settle: Settle, answers: Answers
) -> None:
    window = open_window(store)
    window.go(Place("reports"))
    settle()
    page = window.pages["reports"]
    assert isinstance(page, Reports)
    page.tabs.setCurrentWidget(page.brief)
    settle()
    page.brief.lines["title"].setText("六月走访顺利")
    answers.will(confirm=False)
    assert not window.close()
    assert "简报改过，还没有打印" in answers.asked[-1]
    page.brief.print_brief()
    settle()
    preview = page.findChild(PrintPreview)
    assert preview is not None
    preview.close()
    assert window.close()
