"""What a resident may ask for, who came and went, and what patrols found, through the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.models import patrols, population, residents
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.common.form import FormDialog
from desktop.ui.common.parts import Button
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.roster.household_dialog import HouseholdDialog
from desktop.ui.roster.resident_actions import erase_resident, print_what_is_held
from desktop.ui.settings.kept_dialog import KeptDialog
from desktop.ui.settings.page import Page as Settings
from desktop.ui.visits.page import Page as Visits
from tests.build import a_household, first_resident
from tests.ui.answers import Answers

Settle = Callable[[], None]
Open = Callable[[Store], MainWindow]
JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def the_household(window: MainWindow, uid: str, settle: Settle) -> HouseholdDialog:
    window.go(Place("household", uid))
    settle()
    dialog = window.findChild(HouseholdDialog)
    assert dialog is not None
    return dialog


def fill(over: QWidget, settle: Settle, **values: Any) -> None:
    settle()
    form = over.findChild(FormDialog)
    assert form is not None
    form.form.set_values({**form.form.values(), **values})
    form.yes.click()
    settle()


def test_one_click_prints_what_is_held_about_a_resident(
    store: Store, open_window: Open, settle: Settle
) -> None:
    home = a_household(store, people=["王小明"])
    dialog = the_household(open_window(store), home, settle)
    print_what_is_held(dialog.desk, dialog, residents.household(store, home).residents[0])
    settle()
    preview = dialog.findChild(PrintPreview)
    assert preview is not None
    assert preview.total == 1
    preview.close()
    dialog.reject()


def test_erasing_wants_a_reason_and_the_name_typed_again(
    store: Store, open_window: Open, settle: Settle, answers: Answers
) -> None:
    home = a_household(store, people=["王小明", "李梅"])
    window = open_window(store)
    person = first_resident(store, home)
    answers.will(reason="本人要求", text="王小月")
    erase_resident(window.desk, person, "王小明")
    settle()
    assert len(residents.household(store, home).residents) == 2
    assert "没有抹除" in answers.told[-1]
    answers.will(reason="本人要求", text="王小明")
    erase_resident(window.desk, person, "王小明")
    settle()
    assert [one.name for one in residents.household(store, home).residents] == ["李梅"]
    assert not window.undo_button.isVisible()


def test_a_baby_is_registered_as_born_and_a_family_moves_out_together(
    store: Store, open_window: Open, settle: Settle
) -> None:
    home = a_household(store, people=["王小明", "李梅"])
    dialog = the_household(open_window(store), home, settle)
    dialog.add_member()
    fill(dialog, settle, name="王小小", relation="SON", came="born", came_on="2026-06-01")
    assert [event.kind for event in population.events_between(store, *JUNE)] == ["born"]
    dialog.members.selectAll()
    leaving = next(each for each in dialog.findChildren(Button) if each.text() == "移出")
    leaving.setFocus()
    leaving.click()
    fill(dialog, settle, why="moved_out", on="14")
    assert residents.household(store, home).residents == ()
    assert dialog.focusWidget() is dialog.members
    kinds = [event.kind for event in population.events_between(store, *JUNE)]
    assert kinds == ["born", "moved_out", "moved_out", "moved_out"]
    dialog.reject()


def test_a_patrol_s_finding_is_entered_corrected_and_taken_out(
    store: Store, open_window: Open, settle: Settle, answers: Answers
) -> None:
    a_household(store)
    window = open_window(store)
    window.go(Place("visits", "patrols"))
    settle()
    page = window.pages["visits"]
    assert isinstance(page, Visits)
    panel = page.patrols
    panel.add()
    fill(panel, settle, kind="fire", text="楼道堆放纸箱", solved=True)
    assert [row.patrol.kind for row in panel.view.rows()] == ["fire"]
    assert panel.count.text() == "共 1 件，当天解决 1 件"
    panel.view.selectRow(0)
    panel.correct_selected()
    fill(panel, settle, kind="clutter")
    assert [row.patrol.kind for row in panel.view.rows()] == ["clutter"]
    panel.view.selectRow(0)
    answers.will(reason="记重了")
    panel.remove_selected()
    settle()
    assert patrols.patrols_between(store, *JUNE) == []
    assert panel.view.rows() == []


def test_people_long_gone_are_listed_for_somebody_to_decide(
    store: Store, open_window: Open, settle: Settle, answers: Answers
) -> None:
    home = a_household(store, people=["王小明"])
    person = first_resident(store, home)
    population.record_event(store, "moved_out", resident=person, happened_on=date(2025, 3, 1))
    window = open_window(store)
    window.go(Place("settings", "privacy"))
    settle()
    page = window.pages["settings"]
    assert isinstance(page, Settings)
    page.privacy.show_kept()
    settle()
    dialog = page.privacy.findChild(KeptDialog)
    assert dialog is not None
    assert [row.kept.name for row in dialog.view.rows()] == ["王小明"]
    dialog.view.selectRow(0)
    answers.will(reason="已过保存期", text="王小明")
    dialog.erase()
    settle()
    assert dialog.view.rows() == []
    dialog.reject()
