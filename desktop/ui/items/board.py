"""The entries of one list as cards, a column for each stage of the closed loop."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.common.parts import section_label
from desktop.ui.items.items_table import LANES, ItemRow, card_words
from desktop.ui.style import COLOURS, scaled

_MOST_CARDS = 200  # a column nobody reads to its end stays quick


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
            cards.setWordWrap(True)
            cards.setSpacing(3)
            cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
                if row.late:
                    card.setForeground(QBrush(QColor(COLOURS["late"])))
                cards.addItem(card)

    def _open(self, card: QListWidgetItem) -> None:
        self.opened.emit(card.data(Qt.ItemDataRole.UserRole))
