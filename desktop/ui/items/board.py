"""The entries of one list as cards, a column for each stage of the closed loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.common.parts import section_label
from desktop.ui.items.items_table import LANES, ItemRow, card_words
from desktop.ui.style import COLOURS, scaled

_MOST_CARDS = 200  # a column nobody reads to its end stays quick
_WRAP = cast(int, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_GAP, _PAD = 3, 8
Index = QModelIndex | QPersistentModelIndex


class _CardPainter(QStyledItemDelegate):
    """Draws a card as high as its wrapped words need; a late one has a red edge."""

    def sizeHint(self, option: Any, index: Index) -> QSize:
        view = cast(QListWidget, option.widget)
        width = view.viewport().width()
        inside = QRect(0, 0, width - 2 * (_GAP + _PAD), 10_000)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        high = option.fontMetrics.boundingRect(inside, _WRAP, words).height()
        return QSize(width, high + 2 * (_GAP + _PAD))

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        card: ItemRow = index.data(Qt.ItemDataRole.UserRole)
        area = option.rect.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setPen(QColor(COLOURS["line_strong"]))
        painter.setBrush(QColor(COLOURS["selected" if chosen else "zebra"]))
        painter.drawRoundedRect(area, 4, 4)
        if card.late:
            edge = QRect(area.x(), area.y() + 3, 3, area.height() - 6)
            painter.fillRect(edge, QColor(COLOURS["late"]))
        painter.setPen(QColor(COLOURS["text"]))
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(area.adjusted(_PAD, _PAD, -_PAD, -_PAD), _WRAP, words)
        painter.restore()


class Board(QWidget):
    """Cards open by double-click or Enter."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.lanes: list[QListWidget] = []
        self._titles: list[QLabel] = []
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(scaled(8))
        for lane in LANES:
            column = QVBoxLayout()
            title = section_label(lane.title)
            cards = QListWidget()
            cards.setItemDelegate(_CardPainter(cards))
            cards.setResizeMode(QListView.ResizeMode.Adjust)
            cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            cards.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
            cards.setAccessibleName(lane.title)
            cards.itemActivated.connect(self._open)
            column.addWidget(title)
            column.addWidget(cards, 1)
            across.addLayout(column, 1)
            self.lanes.append(cards)
            self._titles.append(title)

    def set_rows(self, rows: Sequence[ItemRow]) -> None:
        for lane, cards, title in zip(LANES, self.lanes, self._titles, strict=True):
            mine = [row for row in rows if row.item.state in lane.states]
            title.setText(f"{lane.title} {len(mine)}")
            cards.clear()
            for row in mine[:_MOST_CARDS]:
                card = QListWidgetItem(card_words(row))
                card.setData(Qt.ItemDataRole.UserRole, row)
                cards.addItem(card)

    def _open(self, card: QListWidgetItem) -> None:
        self.opened.emit(card.data(Qt.ItemDataRole.UserRole))
