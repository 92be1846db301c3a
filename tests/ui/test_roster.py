"""The roster screen: tree, filters, elevation, and every edit in the household's window."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.models import privacy, residents, visits
from desktop.models.store import Store
from desktop.models.visits import NewVisit
from desktop.ui.common.desk import Place
from desktop.ui.common.form import FormDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.roster.elevation_view import NEVER, shade
from desktop.ui.roster.export_dialog import ExportDialog
from desktop.ui.roster.household_dialog import HouseholdDialog
from desktop.ui.roster.page import Page
from desktop.ui.roster.places_tree import BUILDING, UNIT, Scope
from desktop.ui.roster.resident_actions import TagsDialog
from tests.build import a_building, a_household, an_estate, first_resident
from tests.ui.answers import Answers

Settle = Callable[[], None]
Open = Callable[[Store], MainWindow]


@pytest.fixture
def roster_page(store: Store, open_window: Open, settle: Settle) -> Callable[[], Page]:
    def show() -> Page:
        window = open_window(store)
        window.go(Place("roster"))
        settle()
        page = window.pages["roster"]
        assert isinstance(page, Page)
        return page

    return show


def open_one(page: Page, uid: str, settle: Settle) -> HouseholdDialog:
    page.desk.go(Place("household", uid))
    settle()
    dialog = page.window().findChild(HouseholdDialog)
    assert dialog is not None
    return dialog


def fill(over: QWidget, settle: Settle, **values: Any) -> FormDialog:
    """Fill the form that stands over a window and save it."""
    settle()
    form = over.findChild(FormDialog)
    assert form is not None
    form.form.set_values({**form.form.values(), **values})
    form.yes.click()
    settle()
    return form


def test_the_tree_counts_doors_and_narrows_the_list(
    store: Store, roster_page: Callable[[], Page], settle: Settle
) -> None:
    a_household(store, "3", "1", "101", people=["王小明"])
    a_household(store, "3", "2", "101", people=["李梅", "李小小"])
    a_household(store, "10", "1", "201", people=["陈强"])
    page = roster_page()
    assert page.count.text() == "3户　4人"
    estate = page.tree.topLevelItem(1)
    assert estate is not None
    assert [estate.child(n).text(0) for n in range(2)] == ["3栋", "10栋"]
    assert estate.child(0).text(1) == "2户"
    page.tree.choose(Scope(UNIT, a_building(store, "3"), "2"))
    settle()
    assert [row.home.head_name for row in page.table.rows()] == ["李梅"]


def test_a_lane_is_listed_only_where_its_houses_stand_under_no_estate(
    store: Store, roster_page: Callable[[], Page]
) -> None:
    with store.change("新增") as change:
        estate = change.create("estates", name="老城片区")
        inside, alone = (change.create("lanes", name=name) for name in ("中山路", "大同路"))
        change.create("buildings", estate=estate, lane=inside, name="50", word="号")
        change.create("buildings", lane=alone, name="7", word="号")
    tree = roster_page().tree
    names = [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]
    assert "大同路" in names
    assert "中山路" not in names


def test_filters_by_initials_tag_and_use(
    store: Store, roster_page: Callable[[], Page], qtbot: QtBot
) -> None:
    a_household(store, room="101", people=["王小明"], tags=["elder_alone"])
    a_household(store, room="201", people=["李梅"], type_of_use="rented")
    page = roster_page()
    page.filters.text.setText("lm")
    qtbot.waitUntil(lambda: len(page.table.rows()) == 1)
    assert page.table.rows()[0].home.head_name == "李梅"
    page.filters.clear.click()
    page.show_key("tag:elder_alone")
    assert [row.home.head_name for row in page.table.rows()] == ["王小明"]
    page.filters.reset()
    page.filters.use.setCurrentIndex(page.filters.use.findData("rented"))
    assert [row.home.head_name for row in page.table.rows()] == ["李梅"]
    page.filters.hide_names.click()
    assert page.table.table.data(page.table.table.index(0, 3)) == "李*"


def test_the_elevation_opens_the_household_that_is_clicked(
    store: Store, roster_page: Callable[[], Page], settle: Settle, qtbot: QtBot
) -> None:
    old = a_household(store, room="601", people=["王小明"], tags=["elder_alone"])
    a_household(store, room="102", people=["李梅"])
    visits.record(store, NewVisit(household=old, outcome="met", happened_on=date(2026, 6, 1)))
    page = roster_page()
    assert not page.as_elevation.isEnabled()
    page.tree.choose(Scope(BUILDING, a_building(store)))
    settle()
    page.as_elevation.click()
    assert [cell.head for cell in page.elevation.cells()] == ["王小明", "李梅"]
    assert page.elevation.cells()[0].care
    area = page.elevation.area_of(old)
    qtbot.mouseClick(page.elevation, Qt.MouseButton.LeftButton, pos=area.center())
    settle()
    dialog = page.window().findChild(HouseholdDialog)
    assert dialog is not None
    assert dialog.uid == old
    dialog.reject()
    qtbot.keyClick(page.elevation, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.elevation.opened):
        qtbot.keyClick(page.elevation, Qt.Key.Key_Return)
    settle()


def test_shades_follow_the_days_since_the_last_visit() -> None:
    shades = [shade(days) for days in (0, 30, 31, 90, 91, 365, 366)]
    assert shades[0] == shades[1] != shades[2]
    assert shades[2] == shades[3] != shades[4]
    assert shades[4] == shades[5] != shades[6]
    assert shade(None) == NEVER[0]


def test_a_resident_is_added_corrected_tagged_and_taken_back(
    store: Store, roster_page: Callable[[], Page], settle: Settle
) -> None:
    home = a_household(store)
    page = roster_page()
    dialog = open_one(page, home, settle)
    dialog.add_member()
    fill(dialog, settle, name="王小明", sex="男", birth="1948-5", phone="13900000001")
    person = residents.household(store, home).residents[0]
    assert (person.name, person.relation, person.birth) == ("王小明", "HEAD", "1948-05")
    dialog.members.selectRow(0)
    dialog.members.opened.emit(person)
    settle()
    form = dialog.findChild(FormDialog)
    assert form is not None
    assert form.form.values()["phone"] == ""  # the stored number is not shown
    refused = fill(dialog, settle, phone="12")
    assert refused.isVisible()
    assert refused.problem.text().startswith("“电话”的值“12”不能用")
    refused.form.set_values({**refused.form.values(), "phone": "13900000002"})
    refused.yes.click()
    settle()
    assert residents.resident(store, person.uid).phone == "13900000002"
    dialog.members.opened.emit(residents.resident(store, person.uid))
    fill(dialog, settle, skill="会修水电")
    assert residents.resident(store, person.uid).phone == "13900000002"
    dialog.members.opened.emit(residents.resident(store, person.uid))
    fill(dialog, settle, phone="清除")
    assert residents.resident(store, person.uid).phone is None
    dialog.members.selectRow(0)
    dialog._for_member[1].click()
    settle()
    tags = dialog.findChild(TagsDialog)
    assert tags is not None
    tags.boxes["elder_alone"].setChecked(True)
    tags.accept()
    settle()
    assert residents.household(store, home).tags == ("elder_alone",)
    page.desk.undo()
    settle()
    assert residents.household(store, home).tags == ()
    dialog.reject()


def test_phones_are_masked_until_somebody_gives_a_reason(
    store: Store, roster_page: Callable[[], Page], settle: Settle, answers: Answers
) -> None:
    home = a_household(store, people=[{"name": "王小明", "phone": "13900000001"}])
    dialog = open_one(roster_page(), home, settle)
    table = dialog.members.table
    assert table.data(table.index(0, 4)) == "139****0001"
    dialog.members.selectRow(0)
    answers.will(reason="约上门时间")
    dialog._for_member[2].click()
    settle()
    assert table.data(table.index(0, 4)) == "13900000001"
    line = privacy.audit_lines(store)[0]
    assert (line.what, line.reason) == ("查看电话", "约上门时间")
    assert "王小明" not in str(line)
    dialog.reject()


def test_somebody_who_moved_out_is_a_population_event(
    store: Store, roster_page: Callable[[], Page], settle: Settle
) -> None:
    home = a_household(store, people=["王小明", "李梅"])
    dialog = open_one(roster_page(), home, settle)
    dialog.members.selectRow(1)
    dialog._for_member[3].click()
    fill(dialog, settle, why="moved_out", on="2026-06-01", note="回老家")
    assert [p.name for p in residents.household(store, home).residents] == ["王小明"]
    assert store.value("SELECT kind FROM live_population_events") == "moved_out"
    dialog.reject()


def test_the_household_is_edited_and_its_history_says_who_and_what(
    store: Store, roster_page: Callable[[], Page], settle: Settle
) -> None:
    home = a_household(store, people=["王小明"])
    dialog = open_one(roster_page(), home, settle)
    dialog.edit()
    fill(dialog, settle, type_of_use="rented", quiet_hours="中午")
    dialog.edit_door()
    fill(dialog, settle, room="502")
    assert residents.household(store, home).door == "瑞景公园3栋2单元502"
    assert dialog.windowTitle() == "瑞景公园3栋2单元502"
    assert dialog.file is not None
    lines = {(line.field, line.value, line.user) for line in dialog.file.history}
    assert ("房屋性质", "出租", "林书记") in lines
    assert ("房号", "502", "林书记") in lines
    dialog.reject()


def test_a_household_is_deleted_with_a_reason_and_comes_back_by_undo(
    store: Store, roster_page: Callable[[], Page], settle: Settle, answers: Answers
) -> None:
    home = a_household(store, people=["王小明"])
    page = roster_page()
    dialog = open_one(page, home, settle)
    answers.will(reason="录重了")
    dialog.delete()
    settle()
    assert page.table.rows() == []
    page.desk.undo()
    settle()
    assert [row.home.head_name for row in page.table.rows()] == ["王小明"]
    assert first_resident(store, home)


def test_estates_buildings_and_doors_are_added_by_hand(
    store: Store, roster_page: Callable[[], Page], settle: Settle
) -> None:
    an_estate(store, "莲花新村")
    page = roster_page()
    page._new_building()
    estate = store.value("SELECT uid FROM live_estates")
    fill(page, settle, estate=estate, name="7", floors="六")
    form = page.findChild(FormDialog)
    assert form is not None
    assert "应为整数" in form.problem.text()
    form.form.set_values({**form.form.values(), "floors": "6"})
    form.yes.click()
    settle()
    page.new_household()
    fill(page, settle, room="301", floor="3", unit="1")
    assert page.count.text() == "1户　0人"
    dialog = page.findChild(HouseholdDialog)
    assert dialog is not None
    assert dialog.windowTitle() == "莲花新村7栋1单元301"
    dialog.reject()


def test_a_building_is_corrected_and_only_removed_when_empty(
    store: Store, roster_page: Callable[[], Page], settle: Settle, answers: Answers
) -> None:
    a_household(store, people=["王小明"])
    empty = a_building(store, "9")
    page = roster_page()
    page._offer_edits()
    assert not page.edit_action.isEnabled()  # the whole community is chosen
    page.tree.choose(Scope(BUILDING, a_building(store)))
    settle()
    page._offer_edits()
    page.edit_action.trigger()
    fill(page, settle, name="5", floors="7")
    estate = page.tree.topLevelItem(1)
    assert estate is not None
    assert [estate.child(n).text(0) for n in range(2)] == ["5栋", "9栋"]
    answers.will(reason="拆了")
    page.remove_action.trigger()
    settle()
    assert answers.told == ["还有1条记录属于这条楼栋，没有删除。请先处理它们。"]
    page.tree.choose(Scope(BUILDING, empty))
    settle()
    answers.will(reason="没有这栋")
    page.remove_action.trigger()
    settle()
    estate = page.tree.topLevelItem(1)
    assert estate is not None
    assert estate.childCount() == 1


def test_a_full_export_wants_a_reason_and_shows_its_columns(
    store: Store, roster_page: Callable[[], Page], settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    a_household(store, people=["王小明"])
    page = roster_page()
    page.export()
    dialog = page.findChild(ExportDialog)
    assert dialog is not None
    dialog.form.set_values({"profile": "full"})
    assert "联系电话" in dialog.fields.text()
    assert "1人" in dialog.people.text()
    dialog.accept()
    assert dialog.isVisible()
    dialog.form.set_values({"profile": "full", "reason": "街道核对，交陈主任"})
    target = tmp_path / "out.xlsx"
    answers.will(save_file=target)
    dialog.accept()
    settle()
    values = [cell for row in load_workbook(target).active.values for cell in row]
    assert "王小明" in values
    assert privacy.audit_lines(store)[0].reason == "街道核对，交陈主任"


def test_closed_windows_are_freed(
    store: Store, roster_page: Callable[[], Page], settle: Settle
) -> None:
    home = a_household(store, people=["王小明"])
    page = roster_page()
    dialog = open_one(page, home, settle)
    dialog.edit()
    settle()
    form = dialog.findChild(FormDialog)
    assert form is not None
    kept = weakref.ref(dialog)
    form.reject()
    dialog.reject()
    settle()
    assert not shiboken6.isValid(form)
    assert not shiboken6.isValid(dialog)
    del dialog, form
    gc.collect()
    assert kept() is None
    assert page.window().findChild(HouseholdDialog) is None
