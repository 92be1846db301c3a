"""The doors that want a visit, grouped by building, late ones in colour."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop import clock
from desktop.models.due import Due
from desktop.ui.style import COLOURS, scaled

_DUE = Qt.ItemDataRole.UserRole
_TITLES = ("门牌", "户主", "到期", "超期", "为什么")


class DueTree(QTreeWidget):
    """Emits `opened` with the household that was double-clicked or entered."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(len(_TITLES))
        self.setHeaderLabels(_TITLES)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setIndentation(scaled(18))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAccessibleName("应走访的住户")
        header = self.header()
        for column, width in enumerate((136, 70, 66, 54)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, scaled(width))
        header.resizeSection(len(_TITLES) - 1, scaled(60))
        header.setStretchLastSection(True)
        self.empty = ""  # said in the middle while nothing is listed
        self.itemDoubleClicked.connect(lambda item, _: self._open(item))

    def show_dues(self, dues: Iterable[Due]) -> None:
        """Fill the tree anew; buildings keep the order of the walk."""
        place = self.verticalScrollBar().value()
        self.clear()
        for place_name, some in groupby(dues, key=_place):
            inside = list(some)
            late = sum(1 for due in inside if due.overdue_days > 0)
            words = f"{place_name}　{len(inside)}户" + (f"，超期{late}户" if late else "")
            group = QTreeWidgetItem(self, [words])
            group.setFirstColumnSpanned(True)
            font = self.font()
            font.setBold(True)
            group.setFont(0, font)
            for due in inside:
                group.addChild(_line(due))
            group.setExpanded(True)
        self.verticalScrollBar().setValue(place)

    def chosen(self) -> list[Due]:
        """The selected doors (a building stands for all its doors), in the order shown."""
        found: dict[str, Due] = {}
        for number in range(self.topLevelItemCount()):
            group = self.topLevelItem(number)
            for place in range(group.childCount() if group else 0):
                assert group is not None
                child = group.child(place)
                if group.isSelected() or child.isSelected():
                    due: Due = child.data(0, _DUE)
                    found[due.household] = due
        return list(found.values())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _open(self, item: QTreeWidgetItem | None) -> None:
        due = item.data(0, _DUE) if item else None
        if due is not None:
            self.opened.emit(due.household)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.topLevelItemCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(COLOURS["muted"]))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self.empty)
            painter.end()


def _place(due: Due) -> str:
    """The building in words: the door without its own part."""
    # an old-lane door is written 「50号之1-301」
    return due.door.removesuffix(due.short_door).removesuffix("-") or due.door


def _day(due: Due) -> str:
    """The date, short within this year."""
    text = due.due.isoformat()
    return text[5:] if due.due.year == clock.today().year else text


def _line(due: Due) -> QTreeWidgetItem:
    late = f"{due.overdue_days}天" if due.overdue_days > 0 else ""
    item = QTreeWidgetItem([due.short_door, due.head, _day(due), late, due.reason])
    item.setData(0, _DUE, due)
    item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(4, due.reason)
    if due.overdue_days > 0:
        item.setForeground(3, QBrush(QColor(COLOURS["late"])))
        item.setForeground(2, QBrush(QColor(COLOURS["late"])))
    return item
