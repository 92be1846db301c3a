"""Shows ready-made rows in a table: columns in words, sorting, copying, opening by Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.models.door_text import natural
from desktop.ui.style import COLOURS, scaled

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_LEAST_STRETCH = 90  # pixels at 100 % text that a sharing column keeps
_NARROW = 78  # columns below this keep their width
_MOST_SHRINK = 0.72


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its title, the words of a cell, and how it stands in the table.

    width: pixels at 100 % text, 0 = shares the room that is left. number: right-aligned.
    sort: the key rows are sorted by, else the words in natural order (2 before 10).
    firm: keeps its width where others are narrowed (half a date says nothing).
    colour: a name from `style.COLOURS` for the cell's text, "" for the usual one.
    """

    title: str
    value: Callable[[Row], str]
    align: str = "left"
    width: int = 0
    number: bool = False
    sort: Callable[[Row], Any] | None = None
    colour: Callable[[Row], str] | None = None
    firm: bool = False

    def key(self, row: Row) -> Any:
        return self.sort(row) if self.sort else natural(self.value(row))


_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class RowsTable(QAbstractTableModel, Generic[Row]):
    """Looks cells up in ready-made rows, nothing else."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.value(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = _ALIGN["right" if column.number else column.align]
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and column.colour:
            name = column.colour(row)
            return QBrush(QColor(COLOURS[name])) if name else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.value(row)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = _ALIGN["right" if column.number else column.align]
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns):
            return
        self.layoutAboutToBeChanged.emit()
        descending = order == Qt.SortOrder.DescendingOrder
        self.rows.sort(key=self.columns[column].key, reverse=descending)
        self.layoutChanged.emit()


class RowsView(QTableView, Generic[Row]):
    """A table set up the way all our tables are; `opened` tells which row was chosen."""

    opened = Signal(object)
    picked = Signal()  # another selection

    def __init__(
        self, columns: Sequence[Column[Row]], empty: str = "没有内容", *, sortable: bool = True
    ) -> None:
        super().__init__()
        self.table: RowsTable[Row] = RowsTable(columns, self)
        self.empty = empty
        self.setModel(self.table)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(scaled(32))
        self._lay_columns()
        if sortable:
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.table.rows[index.row()]))
        self.selectionModel().selectionChanged.connect(lambda *_: self.picked.emit())

    def _lay_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(scaled(40))
        for place, column in enumerate(self.table.columns):
            if column.width:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(place, scaled(column.width))
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Where the window is narrow or the text large, narrow the columns before scrolling."""
        shown = [n for n in range(len(self.table.columns)) if not self.isColumnHidden(n)]
        widths = {n: scaled(self.table.columns[n].width) for n in shown}
        wide = {
            n: width
            for n, width in widths.items()
            if width >= scaled(_NARROW) and not self.table.columns[n].firm
        }
        free = self.viewport().width() - sum(widths.values()) + sum(wide.values())
        free -= scaled(_LEAST_STRETCH) * sum(1 for width in widths.values() if not width)
        factor = min(1.0, free / sum(wide.values())) if wide else 1.0
        for place, width in widths.items():
            if width:
                shrunk = int(width * max(_MOST_SHRINK, factor))
                self.setColumnWidth(place, shrunk if place in wide else width)

    def show_column(self, place: int, shown: bool) -> None:
        """Hide a column that would say the same in every row."""
        if self.isColumnHidden(place) == shown:
            self.setColumnHidden(place, not shown)
            self._fit_columns()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows in the order given; the place and a chosen sort order stay."""
        top = self.verticalScrollBar().value()
        at = self.currentIndex().row()
        self.table.set_rows(rows)
        header = self.horizontalHeader()
        if self.isSortingEnabled() and header.sortIndicatorSection() >= 0:
            self.table.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        if 0 <= at < len(self.table.rows):
            self.selectionModel().setCurrentIndex(
                self.table.index(at, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )
        self.verticalScrollBar().setValue(top)
        self.picked.emit()

    def rows(self) -> list[Row]:
        """All rows as shown."""
        return list(self.table.rows)

    def selected(self) -> list[Row]:
        """The selected rows, top to bottom."""
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.table.rows[place] for place in chosen]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.table.rows[self.currentIndex().row()])
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected rows on the clipboard, ready to paste into a worksheet."""
        lines = [
            "\t".join(column.value(row) for column in self.table.columns) for row in self.selected()
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.table.rows and self.empty:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(COLOURS["muted"]))
            area = self.viewport().rect().adjusted(24, 12, -24, -12)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area, cast(int, flags), self.empty)
            painter.end()
