"""The chiefs on screen: who serves, what is vacant, changing and ending terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from desktop.models import posts
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.main_window import MainWindow
from desktop.ui.posts.page import Page
from desktop.ui.posts.post_dialog import EndDialog, HistoryDialog, PostDialog
from desktop.ui.reports.print_preview import PrintPreview
from tests.build import a_building, a_household

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def page(store: Store, open_window: OpenWindow, settle: Settle) -> Page:
    a_household(store, "3", people=["王小明"])
    a_building(store, "5")
    posts.set_post(
        store, "building_chief", "building", a_building(store, "3"), "王建国",
        phone="13900000001", term_from=date(2025, 1, 1),
    )  # fmt: skip
    window = open_window(store)
    window.go(Place("posts"))
    settle()
    shown = window.pages["posts"]
    assert isinstance(shown, Page)
    return shown


def test_vacant_buildings_stand_in_the_list_and_in_the_rate(page: Page) -> None:
    shown = [(row.place_name, "空缺" if row.vacant else "有人") for row in page.view.rows()]
    assert shown == [("瑞景公园3栋", "有人"), ("瑞景公园5栋", "空缺")]
    assert page.count.text() == "楼栋长配备率 1/2（50.00%），空缺 1 处"
    page.show_key("vacancies")
    assert [row.place_name for row in page.view.rows()] == ["瑞景公园5栋"]


def test_a_vacancy_is_filled(page: Page, settle: Settle) -> None:
    page.view.selectRow(1)
    assert page.change.text() == "安排人…"
    page.change_holder()
    dialog = page.findChild(PostDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "holder": "陈丽华", "phone": "139"})
    dialog.accept()
    settle()
    assert dialog.problem.isVisible()  # the phone number is too short
    dialog.form.set_values({**dialog.form.values(), "phone": "13900000002"})
    dialog.accept()
    settle()
    assert page.count.text() == "楼栋长配备率 2/2（100.00%），空缺 0 处"


def test_a_new_holder_ends_the_old_term_and_history_stays(
    page: Page, store: Store, settle: Settle
) -> None:
    page.view.selectRow(0)
    page.change_holder()
    dialog = page.findChild(PostDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "holder": "陈丽华", "term_from": "6-1"})
    dialog.accept()
    settle()
    page.view.selectRow(0)
    page.show_history()
    settle()
    history = page.findChild(HistoryDialog)
    assert history is not None
    assert [(post.holder, post.term_to) for post in history.view.rows()] == [
        ("陈丽华", None), ("王建国", "2026-05-31"),
    ]  # fmt: skip
    assert [post.holder for post in posts.posts(store, kind="building_chief")] == ["陈丽华"]


def test_details_are_corrected_without_a_new_term(page: Page, store: Store, settle: Settle) -> None:
    page.view.selectRow(0)
    page.correct_holder()
    dialog = page.findChild(PostDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "phone": "13900000009", "is_party": "1"})
    dialog.accept()
    settle()
    [post] = posts.posts(store, kind="building_chief", ended=True)
    assert (post.phone, post.is_party, post.term_from) == ("13900000009", True, "2025-01-01")


def test_a_term_is_ended_and_the_place_becomes_vacant(page: Page, settle: Settle) -> None:
    page.view.selectRow(0)
    page.end_term()
    dialog = page.findChild(EndDialog)
    assert dialog is not None
    dialog.form.set_values({"on": "6-10", "reason": "搬走"})
    dialog.accept()
    settle()
    assert page.count.text() == "楼栋长配备率 0/2（0.00%），空缺 2 处"


def test_a_post_is_registered_by_the_words_of_its_place(
    page: Page, store: Store, settle: Settle
) -> None:
    page.kind.setCurrentIndex(page.kind.findData("stair_chief"))
    page.add()
    dialog = page.findChild(PostDialog)
    assert dialog is not None
    assert dialog.form.values()["kind"] == "stair_chief"
    values = {"place": "3栋2单元", "holder": "林水生", "term_from": "2026-06-01"}
    dialog.form.set_values({**dialog.form.values(), **values})
    dialog.accept()
    settle()
    [post] = posts.posts(store, kind="stair_chief")
    assert post.place_name == "瑞景公园3栋2单元"


def test_the_roster_of_chiefs_is_printed(page: Page, settle: Settle) -> None:
    page.print_chiefs()
    settle()
    preview = page.findChild(PrintPreview)
    assert preview is not None
    assert preview.total >= 1
    preview.reject()
