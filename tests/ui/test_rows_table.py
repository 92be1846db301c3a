"""Tables: natural order, copying, opening rows, the words of an empty table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.common.rows_table import Column, RowsView

pytestmark = pytest.mark.usefixtures("dressed")
ROWS = [("10栋", 3), ("2栋", 12), ("1栋", 7)]
COLUMNS: tuple[Column[tuple[str, int]], ...] = (
    Column("楼栋", lambda r: r[0]),
    Column("户数", lambda r: str(r[1]), number=True, width=80),
)


def a_table(qtbot: QtBot) -> RowsView[tuple[str, int]]:
    view = RowsView(COLUMNS, "还没有楼栋")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.set_rows(ROWS)
    return view


def test_buildings_sort_as_people_count(qtbot: QtBot) -> None:
    view = a_table(qtbot)
    assert [row[0] for row in view.rows()] == ["10栋", "2栋", "1栋"]
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [row[0] for row in view.rows()] == ["1栋", "2栋", "10栋"]
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [row[1] for row in view.rows()] == [12, 7, 3]


def test_selected_rows_are_copied_ready_for_a_worksheet(qtbot: QtBot) -> None:
    view = a_table(qtbot)
    view.selectAll()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "10栋\t3\n2栋\t12\n1栋\t7"


def test_enter_opens_the_row_in_hand(qtbot: QtBot) -> None:
    view = a_table(qtbot)
    view.selectRow(1)
    with qtbot.waitSignal(view.opened) as caught:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert caught.args == [("2栋", 12)]


def test_a_narrow_window_narrows_columns_before_it_scrolls(qtbot: QtBot) -> None:
    view = a_table(qtbot)
    before = view.columnWidth(1)
    view.resize(170, 300)
    assert view.columnWidth(1) < before
    view.resize(500, 300)
    assert view.columnWidth(1) == before
