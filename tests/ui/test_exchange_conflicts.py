"""Conflicts in the window: decide one, type a third value, many by rule, on paper, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.exchange.packages import cards, export, inbox
from desktop.models import conflicts, privacy, residents, roster
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.conflict_rule_dialog import ConflictRuleDialog
from desktop.ui.exchange.page import Page
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from tests.build import a_household, first_resident
from tests.conftest import SteadyClock
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def homes(store: Store, second: Store, tmp_path: Path) -> list[str]:
    """Three households that both PCs know."""
    made = [a_household(store, room=f"{floor}01", people=["王小明"]) for floor in (1, 2, 3)]
    package = export.export(store, "2号机", tmp_path / "all.jlpkg")
    inbox.take_in(second, [package.path], fingerprint=cards.own_fingerprint(store))
    return made


def meet(store: Store, second: Store, folder: Path) -> None:
    """The colleague's package comes in."""
    inbox.take_in(store, [export.export(second, "1号机", folder / "back.jlpkg").path])


def conflicts_of(window: MainWindow, settle: Settle) -> Page:
    window.go(Place("exchange", "conflicts"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    return page


def labels(page: Page) -> str:
    return "\n".join(label.text() for label in page.conflicts.card.findChildren(QLabel))


@pytest.fixture
def disputed(store: Store, second: Store, homes: list[str], tmp_path: Path) -> str:
    """A household whose note both PCs changed."""
    roster.set_field(store, homes[0], "note", "门口有狗")
    roster.set_field(second, homes[0], "note", "按铃没响")
    meet(store, second, tmp_path)
    return homes[0]


def test_a_conflict_shows_both_values_and_a_third_can_be_typed(
    disputed: str, store: Store, open_window: OpenWindow, settle: Settle
) -> None:
    page = conflicts_of(open_window(store), settle)
    assert page.tabs.tabText(page.tabs.indexOf(page.conflicts)) == "冲突 1"
    panel = page.conflicts
    [row] = panel.view.rows()
    assert (row.about, row.field) == ("瑞景公园3栋2单元101", "备注")
    assert set(row.values) == {"门口有狗", "按铃没响"}
    assert panel.details is not None
    assert {one.who for one in panel.details.options} == {
        "林书记，在1号机，2026-06-15 09:30", "陈小红，在2号机，2026-06-15 09:30",
    }  # fmt: skip
    assert sorted(line.user for line in panel.history.rows()) == [
        "林书记（1号机）", "林书记（1号机）", "陈小红（2号机）",
    ]  # fmt: skip
    panel.third.insert("有狗，按铃没响请敲门")
    panel.third.textEdited.emit(panel.third.text())
    panel.decide_button.click()
    settle()
    assert residents.household(store, disputed).note == "有狗，按铃没响请敲门"
    assert conflicts.conflicts(store) == []
    assert panel.view.rows() == []
    assert page.tabs.tabText(page.tabs.indexOf(page.conflicts)) == "冲突"


def test_a_decision_taken_back_asks_the_same_question_again(
    disputed: str, store: Store, open_window: OpenWindow, settle: Settle
) -> None:
    window = open_window(store)
    page = conflicts_of(window, settle)
    [row] = page.conflicts.view.rows()
    page.conflicts.view.setFocus()
    QTest.keyClick(page.conflicts.view, Qt.Key.Key_2)
    assert page.conflicts.choices.checkedId() == 2
    page.conflicts.decide_button.click()
    settle()
    assert residents.household(store, disputed).note == row.values[1]
    assert page.conflicts.view.rows() == []
    window.undo()
    settle()
    [again] = page.conflicts.view.rows()
    assert again.values == row.values
    assert residents.household(store, disputed).note == row.values[0]


def test_many_conflicts_are_settled_by_rule_and_taken_back_as_one(
    store: Store, second: Store, homes: list[str], open_window: OpenWindow, settle: Settle,
    answers: Answers, tmp_path: Path,
) -> None:  # fmt: skip
    for number, home in enumerate(homes):
        roster.set_field(store, home, "phone", f"1390000100{number}")
        roster.set_field(second, home, "phone", f"1390000200{number}")
    roster.set_field(store, homes[0], "note", "门口有狗")
    roster.set_field(second, homes[0], "note", "按铃没响")
    roster.remove(second, first_resident(second, homes[1]), "已搬走")
    roster.set_field(store, first_resident(store, homes[1]), "note", "耳背")
    meet(store, second, tmp_path)
    window = open_window(store)
    page = conflicts_of(window, settle)
    page.conflicts.rule_button.click()
    settle()
    dialog = page.conflicts.findChild(ConflictRuleDialog)
    assert dialog is not None
    assert dialog.whose.currentText() == "全部取本机（1号机）的"
    assert dialog.count.text() == "会处理 4 处。1 处是删除和修改相遇，请一处一处看。"
    dialog.whose.setCurrentIndex(1)
    dialog.field.setCurrentIndex(1)
    assert dialog.field.currentText() == "住户的住户电话（3 处）"
    assert dialog.count.text() == "会处理 3 处。"
    dialog.yes.click()
    settle()
    assert [residents.household(store, home).phone for home in homes] == [
        "13900002000", "13900002001", "13900002002",
    ]  # fmt: skip
    assert len(page.conflicts.view.rows()) == 2
    answers.will(confirm=True)
    window.undo()
    settle()
    assert len(page.conflicts.view.rows()) == 5


def test_a_rule_can_be_kept_to_the_selected_conflicts(
    store: Store, second: Store, homes: list[str], open_window: OpenWindow, settle: Settle,
    tmp_path: Path,
) -> None:  # fmt: skip
    for home in homes:
        roster.set_field(store, home, "note", "门口有狗")
        roster.set_field(second, home, "note", "按铃没响")
    meet(store, second, tmp_path)
    page = conflicts_of(open_window(store), settle)
    page.conflicts.view.selectAll()
    page.conflicts.rule_button.click()
    settle()
    dialog = page.conflicts.findChild(ConflictRuleDialog)
    assert dialog is not None
    assert dialog.only.isChecked()
    assert dialog.only.text() == "只处理列表里选中的 3 处"
    dialog.reject()


def test_numbers_stay_masked_until_a_reason_is_given(
    store: Store, second: Store, homes: list[str], open_window: OpenWindow, settle: Settle,
    answers: Answers, tmp_path: Path,
) -> None:  # fmt: skip
    roster.set_field(store, homes[0], "phone", "13900001001")
    roster.set_field(second, homes[0], "phone", "13900002002")
    meet(store, second, tmp_path)
    page = conflicts_of(open_window(store), settle)
    panel = page.conflicts
    assert set(panel.view.rows()[0].values) == {"139****1001", "139****2002"}
    answers.will(reason="核对电话")
    panel.reveal_button.click()
    settle()
    assert {button.text() for button in panel.choices.buttons()} == {
        "13900001001", "13900002002", "另写：",
    }  # fmt: skip
    [line] = [one for one in privacy.audit_lines(store) if one.what == "查看冲突里的号码"]
    assert line.reason == "核对电话"


def test_a_clock_that_cannot_be_right_is_said_beside_the_value(
    store: Store, second: Store, homes: list[str], open_window: OpenWindow, settle: Settle,
    steady_clock: SteadyClock, tmp_path: Path,
) -> None:  # fmt: skip
    roster.set_field(store, homes[0], "note", "门口有狗")
    right, steady_clock.at = steady_clock.at, steady_clock.at.replace(year=2010)
    roster.set_field(second, homes[0], "note", "按铃没响")
    steady_clock.at = right
    meet(store, second, tmp_path)
    page = conflicts_of(open_window(store), settle)
    assert "那台机的时钟不对，这个时间不能信。" in labels(page)


def test_a_person_deleted_here_and_changed_there_is_kept_or_deleted(
    store: Store, second: Store, homes: list[str], open_window: OpenWindow, settle: Settle,
    tmp_path: Path,
) -> None:  # fmt: skip
    person = first_resident(store, homes[0])
    roster.set_fields(store, person, {"note": "耳背", "phone": "13900000001"})
    roster.remove(second, person, "已搬走")
    meet(store, second, tmp_path)
    page = conflicts_of(open_window(store), settle)
    panel = page.conflicts
    assert panel.details is not None
    assert sorted(one.value for one in panel.details.options) == [
        "保留（另一人还在改它）", "删除这条记录",
    ]  # fmt: skip
    assert not panel.third.isVisible()
    [delete] = [one.number for one in panel.details.options if one.value == "删除这条记录"]
    panel.choices.button(delete).setChecked(True)
    panel.decide_button.click()
    settle()
    assert residents.household(store, homes[0]).residents == ()


def test_the_open_questions_are_printed_as_a_sheet(
    disputed: str, store: Store, open_window: OpenWindow, settle: Settle
) -> None:
    del disputed
    page = conflicts_of(open_window(store), settle)
    page.conflicts.print_button.click()
    settle()
    paper = page.conflicts.findChild(PrintPreview)
    assert paper is not None
    assert paper.total == 1
    paper.close()
    settle()
