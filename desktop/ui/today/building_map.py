"""Shows a tile for each building, darker the more of its doors are due; tiles filter the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.models.due import Due
from desktop.models.place_counts import stair_counts
from desktop.models.places import buildings
from desktop.models.store import Store
from desktop.ui.style import COLOURS, scaled

_TILE = Qt.ItemDataRole.UserRole
_FULL = QColor("#E59C93")  # every door due


@dataclass(frozen=True, slots=True)
class BuildingTile:
    """One building: how many of its doors are due."""

    uid: str
    label: str  # 「3栋」
    place: str  # 「瑞景公园3栋」
    above: str  # 「瑞景公园」
    doors: int
    due: int

    @property
    def words(self) -> str:
        return f"{self.place}：{self.doors}户里{self.due}户该走访"


def read_tiles(store: Store, dues: Sequence[Due]) -> list[BuildingTile]:
    """Every building that has doors, in the order of places."""
    doors = {uid: sum(s.households for s in stairs) for uid, stairs in stair_counts(store).items()}
    due = Counter(each.building for each in dues)
    return [
        BuildingTile(
            each.uid,
            each.label,
            each.place,
            each.lane_name or each.estate_name,
            doors[each.uid],
            due[each.uid],
        )
        for each in buildings(store)
        if doors.get(each.uid)
    ]


class BuildingMap(QListWidget):
    """Emits `chosen` with the uids of the selected buildings; none selected means all."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("楼栋")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(scaled(64))
        self.setItemDelegate(_TileDrawer(self))
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.selected()))

    def show_tiles(self, tiles: Sequence[BuildingTile]) -> None:
        """Draw the tiles anew; what was selected stays so."""
        kept = self.selected()
        self.blockSignals(True)
        self.clear()
        for tile in tiles:
            item = QListWidgetItem(tile.label, self)
            item.setData(_TILE, tile)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, tile.words)
            item.setToolTip(tile.words)
            item.setSelected(tile.uid in kept)
        self.blockSignals(False)

    def selected(self) -> frozenset[str]:
        return frozenset(item.data(_TILE).uid for item in self.selectedItems())


class _TileDrawer(QStyledItemDelegate):
    """The building under its estate's name, on its shade; a strong frame when it is chosen."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del option, index
        return QSize(scaled(76), scaled(42))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tile: BuildingTile = index.data(_TILE)
        state = option.state  # type: ignore[attr-defined]  # missing in the stubs
        box = option.rect.adjusted(1, 1, -1, -1)  # type: ignore[attr-defined]  # the same
        chosen, focus = (
            bool(state & flag)
            for flag in (QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_HasFocus)
        )
        painter.save()
        painter.fillRect(box, _shade(tile.due / tile.doors))
        edge = COLOURS["link"] if chosen or focus else COLOURS["line_strong"]
        painter.setPen(QPen(QColor(edge), 3 if chosen else 1))
        painter.drawRect(box)
        painter.setPen(QColor(COLOURS["text"]))
        inside = box.adjusted(4, 2, -4, -2)
        words = painter.fontMetrics().elidedText(
            tile.label, Qt.TextElideMode.ElideRight, inside.width()
        )
        painter.drawText(
            inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter, words
        )
        small = painter.font()
        small.setPointSizeF(small.pointSizeF() * 0.8)
        painter.setFont(small)
        above = painter.fontMetrics().elidedText(
            tile.above, Qt.TextElideMode.ElideRight, inside.width()
        )
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, above)
        painter.restore()


def filtered(dues: Sequence[Due], wanted: frozenset[str]) -> list[Due]:
    """The doors in these buildings; all when none is named."""
    return [due for due in dues if not wanted or due.building in wanted]


def _shade(share: float) -> QColor:
    """Nothing for none due, the full colour for all."""
    mixed = QColor(_FULL)
    mixed.setAlphaF(share)
    return mixed
