"""The reports on screen: each number opens its list, a month is sealed, a brief is composed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtWidgets import QTreeWidgetItem

from desktop.models import visits
from desktop.models.month import month_report, seal_month
from desktop.models.month_text import month_text
from desktop.models.store import Store
from desktop.models.visits import NewVisit
from desktop.ui.common.desk import Place
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.month_text_dialog import MonthTextDialog
from desktop.ui.reports.page import Page
from desktop.ui.reports.print_preview import PrintPreview
from tests.build import a_household
from tests.conftest import SteadyClock
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def page(store: Store, open_window: OpenWindow, settle: Settle) -> Page:
    homes = [
        a_household(store, "3", "2", f"{n}01", people=[f"王小{'一二三四'[n - 1]}"])
        for n in range(1, 5)
    ]
    for home in homes[:3]:
        visits.record(
            store,
            NewVisit(household=home, outcome="met", happened_on=date(2026, 6, 3), needs=("修灯",)),
        )
    window = open_window(store)
    window.go(Place("reports"))
    settle()
    shown = window.pages["reports"]
    assert isinstance(shown, Page)
    return shown


def line(page: Page, label: str) -> QTreeWidgetItem:
    tree = page.month.lines
    for place in range(tree.topLevelItemCount()):
        section = tree.topLevelItem(place)
        assert section is not None
        for number in range(section.childCount()):
            child = section.child(number)
            if child is not None and child.text(0) == label:
                return child
    raise AssertionError(f"no line {label}")


def test_every_number_opens_the_list_behind_it(page: Page, settle: Settle) -> None:
    rate = line(page, "走访率")
    assert rate.text(1) == "75.00%（3/4）"
    page.month.lines.setCurrentItem(rate)
    settle()
    rows = page.month.names.rows()
    assert sum(name.counted for name in rows) == 3
    assert len(rows) == 4
    assert page.month.behind.text() == "走访率：75.00%（3/4）"


def test_the_list_of_a_number_that_was_left_meanwhile_is_not_shown(
    page: Page, settle: Settle
) -> None:
    page.month.lines.setCurrentItem(line(page, "走访率"))
    page.month.lines.setCurrentItem(line(page, "走访次数"))
    settle()
    assert len(page.month.names.rows()) == 3


def test_a_number_follows_when_a_visit_is_recorded(
    page: Page, store: Store, settle: Settle
) -> None:
    home = a_household(store, "3", "2", "601", people=["周阿婆"])
    visits.record(store, NewVisit(household=home, outcome="met", happened_on=date(2026, 6, 4)))
    settle()
    assert line(page, "走访率").text(1) == "80.00%（4/5）"


def test_the_drafted_words_are_edited_before_they_are_printed_and_sealed(
    page: Page, store: Store, settle: Settle
) -> None:
    drafted = line(page, "下月重点1").text(1)
    page.month.text_button.click()
    settle()
    dialog = page.month.findChild(MonthTextDialog)
    assert dialog is not None
    before = dialog.form.values()
    assert before["meetings"] == ""
    assert before["plans"].splitlines()[0] == drafted
    meeting = "10日居民议事会，议定加装路灯。"
    dialog.form.set_values({**before, "meetings": meeting, "problems": "人手不足。"})
    dialog.accept()
    settle()
    assert line(page, "议事1").text(1) == meeting
    assert line(page, "问题1").text(1) == "人手不足。"
    assert line(page, "下月重点1").text(1) == drafted
    assert month_text(store, "2026-06").plans == ()  # the draft goes on following the numbers
    seal_month(store, "2026-06")
    settle()
    assert not page.month.text_button.isEnabled()


def test_a_running_month_is_sealed_only_after_saying_what_that_means(
    page: Page, store: Store, settle: Settle, answers: Answers
) -> None:
    answers.will(confirm=False)
    page.month.seal()
    settle()
    assert "还没有过完" in answers.asked[0]
    assert month_report(store, "2026-06").sealed is False
    answers.will(confirm=True)
    page.month.seal()
    settle()
    assert month_report(store, "2026-06").sealed is True
    assert "已于 2026-06-15 封账" in page.month.state.text()
    assert page.month.month.currentText() == "2026年6月（已封账）"
    assert not page.month.seal_button.isEnabled()


def test_the_report_is_previewed_and_saved_as_a_workbook(
    page: Page, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    page.month.print_report()
    settle()
    preview = page.month.findChild(PrintPreview)
    assert preview is not None
    preview.reject()
    answers.will(choose="单位留存：含数据表和名单", save_file=tmp_path / "月报.xlsx")
    page.month.save_book()
    settle()
    whole = openpyxl.load_workbook(tmp_path / "月报.xlsx").sheetnames
    assert {"汇总", "口径说明"} < set(whole)
    answers.will(choose="报送街道：只有汇总和口径说明", save_file=tmp_path / "报送.xlsx")
    page.month.save_book()
    settle()
    assert set(openpyxl.load_workbook(tmp_path / "报送.xlsx").sheetnames) == {"汇总", "口径说明"}


def test_a_month_can_be_asked_for_from_another_screen(
    page: Page, settle: Settle, steady_clock: SteadyClock
) -> None:
    del steady_clock
    page.show_key("month:2026-05")
    settle()
    assert page.month.report is not None
    assert page.month.report.month == "2026-05"


def test_the_brief_is_drafted_edited_and_printed(
    page: Page, settle: Settle, answers: Answers
) -> None:
    page.tabs.setCurrentWidget(page.brief)
    settle()
    assert "走访率" in page.brief.boxes[1][0].text()
    assert page.brief.boxes[1][1].text() == "75.00%"
    assert not page.brief.edited
    page.brief.items[0][1].setPlainText("六月走访顺利。")
    assert page.brief.edited
    page.brief.print_brief()
    settle()
    preview = page.brief.findChild(PrintPreview)
    assert preview is not None
    assert preview.total >= 1
    preview.reject()
    answers.will(confirm=False)
    page.brief.draft_again()
    settle()
    assert page.brief.items[0][1].toPlainText() == "六月走访顺利。"
    answers.will(confirm=True)
    page.brief.draft_again()
    settle()
    assert "走访" in page.brief.items[0][1].toPlainText()
    assert not page.brief.edited
