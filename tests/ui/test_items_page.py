"""The lists on screen: what is open, what is late, and one legal step after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from desktop.models import items
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.items.item_dialog import ItemDialog
from desktop.ui.items.new_item_dialog import NewItemDialog
from desktop.ui.items.page import Page
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def home(store: Store) -> str:
    return a_household(store, people=["王小明"])


@pytest.fixture
def page(store: Store, home: str, open_window: OpenWindow, settle: Settle) -> Page:
    items.register(store, "need", "楼道灯坏了", household=home, on=date(2026, 6, 1))
    items.register(store, "need", "想装扶手", household=home, on=date(2026, 6, 15))
    items.register(store, "resource", "会写春联", household=home, on=date(2026, 6, 2))
    window = open_window(store)
    window.go(Place("items"))
    settle()
    shown = window.pages["items"]
    assert isinstance(shown, Page)
    return shown


def open_dialog(page: Page, text: str, settle: Settle) -> ItemDialog:
    [row] = [row for row in page.view.rows() if row.item.text == text]
    page.view.opened.emit(row)
    settle()
    dialog = page.findChild(ItemDialog)
    assert dialog is not None
    return dialog


def take(dialog: ItemDialog, step: str, settle: Settle, **values: str) -> None:
    dialog.choose(step)
    assert dialog.form is not None
    dialog.form.set_values({**dialog.form.values(), **values})
    dialog.save()
    settle()


def test_each_list_says_how_many_are_open_and_late(page: Page) -> None:
    assert page.kinds.tabText(0) == "全部 3"
    assert page.kinds.tabText(1) == "需求 2"
    assert page.kinds.tabText(2) == "资源 1"
    assert page.count.text() == "共 3 件，其中超期 1 件"
    page.kinds.setCurrentIndex(1)
    assert page.count.text() == "共 2 件，其中超期 1 件"
    page.state.setCurrentText("已超期")
    assert [row.item.text for row in page.view.rows()] == ["楼道灯坏了"]
    assert "已超期" in page.view.rows()[0].due_words


def test_only_legal_steps_are_offered_until_the_item_is_closed(page: Page, settle: Settle) -> None:
    dialog = open_dialog(page, "楼道灯坏了", settle)
    offered = {button.text() for button in dialog.choices.buttons()}
    assert "受理" in offered
    assert "归档" not in offered
    take(dialog, "accepted", settle)
    take(dialog, "assigned", settle, by="物业李师傅")
    take(dialog, "in_progress", settle, by="物业李师傅")
    dialog.choose("awaiting_feedback")
    dialog.save()
    settle()
    assert dialog.item is not None
    assert dialog.item.state == "in_progress"  # the result is missing
    take(dialog, "awaiting_feedback", settle, result="换了灯")
    take(dialog, "fed_back", settle)
    assert dialog.item.state == "fed_back"
    assert [event.step for event in dialog.view.rows()][-1] == "fed_back"
    assert page.count.text() == "共 2 件"


def test_a_need_names_the_neighbour_who_can_help(page: Page, store: Store, settle: Settle) -> None:
    home = a_household(store, "3", "2", "301", people=["李红"])
    items.register(store, "resource", "会修楼道灯", household=home)
    settle()
    dialog = open_dialog(page, "楼道灯坏了", settle)
    assert not dialog.near.isHidden()
    assert "会修楼道灯（" in dialog.near.text()


def test_satisfaction_is_not_asked_by_the_handler(page: Page, settle: Settle) -> None:
    dialog = open_dialog(page, "楼道灯坏了", settle)
    take(dialog, "accepted", settle)
    take(dialog, "solved_on_site", settle, by="王网格员", result="当场换好")
    take(dialog, "rated", settle, by="王网格员", rating="satisfied")
    assert "不能由承办人" in dialog.problem.text()
    take(dialog, "rated", settle, by="陈小红", rating="satisfied")
    assert dialog.item is not None
    assert dialog.item.rating == "satisfied"


def test_an_item_is_added_by_hand_with_its_door(page: Page, store: Store, settle: Settle) -> None:
    page.kinds.setCurrentIndex(5)
    page.add()
    dialog = page.findChild(NewItemDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "text": "楼上漏水", "door": "3栋9单元909"})
    dialog.accept()
    settle()
    assert "找不到" in dialog.problem.text()
    dialog.form.set_values({**dialog.form.values(), "door": "3栋2单元501"})
    dialog.accept()
    settle()
    [item] = items.items(store, kind="dispute")
    assert item.door == "瑞景公园3栋2单元501"
    assert [row.item.text for row in page.view.rows()] == ["楼上漏水"]


def test_the_board_shows_every_stage(page: Page, settle: Settle) -> None:
    dialog = open_dialog(page, "楼道灯坏了", settle)
    take(dialog, "accepted", settle)
    dialog.reject()
    page.toggle()
    assert [lane.count() for lane in page.board.lanes] == [2, 1, 0, 0, 0, 0]
    page.board.lanes[0].itemActivated.emit(page.board.lanes[0].item(0))
    settle()
    assert page.findChild(ItemDialog) is not None


def test_other_screens_can_open_one_item_or_what_is_late(page: Page, settle: Settle) -> None:
    page.show_key("overdue")
    assert [row.item.text for row in page.view.rows()] == ["楼道灯坏了"]
    page.show_key(f"item:{page.view.rows()[0].item.uid}")
    settle()
    dialog = page.findChild(ItemDialog)
    assert dialog is not None
    assert dialog.text.text() == "楼道灯坏了"


def test_a_list_is_printed(page: Page, settle: Settle, answers: Answers) -> None:
    answers.will(choose=None)
    page.print_list()
    settle()
    assert page.findChild(PrintPreview) is None
    page.kinds.setCurrentIndex(1)
    page.print_list()
    settle()
    preview = page.findChild(PrintPreview)
    assert preview is not None
    assert preview.total == 1
    preview.reject()
