"""楼栋立面图 on the screen: floors as rows, doors as cells, shaded by time since the last visit."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.models.elevation import Cell, Elevation
from desktop.models.privacy import mask_name
from desktop.models.words import label
from desktop.ui.style import COLOURS, scaled

# (days at most, fill, words); None = never visited
SHADES: tuple[tuple[int, str, str], ...] = (
    (30, "#CFE8D8", "30天内"),
    (90, "#E9F3E3", "90天内"),
    (365, "#FBEFCB", "一年内"),
    (10**6, "#F7DDD3", "超过一年"),
)
NEVER = ("#FFFFFF", "未走访")
_CARE = COLOURS["accent"]
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class _Box:
    """A cell and where it is drawn."""

    cell: Cell
    area: QRect


def shade(days: int | None) -> str:
    """The fill of a cell by days since the last valid visit."""
    if days is None:
        return NEVER[0]
    return next(fill for most, fill, _ in SHADES if days <= most)


class ElevationView(QWidget):
    """Draws one building; a click or Enter on a cell emits `opened` with its household."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._elevation: Elevation | None = None
        self._hide_names = False
        self._boxes: list[_Box] = []
        self._heads: list[tuple[QRect, Qt.AlignmentFlag, str]] = []
        self._at = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("楼栋立面图")

    def show_elevation(self, elevation: Elevation | None, *, hide_names: bool = False) -> None:
        self._elevation, self._hide_names, self._at = elevation, hide_names, 0
        self._lay()

    def cells(self) -> list[Cell]:
        """The cells as drawn, row by row from the top."""
        return [box.cell for box in self._boxes]

    def area_of(self, household: str) -> QRect:
        """Where a household's cell is drawn; an empty rectangle when it is not here."""
        return next((b.area for b in self._boxes if b.cell.household == household), QRect())

    def resizeEvent(self, event: object) -> None:
        del event
        self._lay()

    def _lay(self) -> None:
        """Place every cell: as wide as the room allows, within readable bounds."""
        self._boxes, self._heads = [], []
        drawn = self._elevation
        if drawn is None:
            return
        left, gap, height = scaled(52), scaled(4), scaled(46)
        width = self._cell_width(drawn)
        starts = self._lay_units(drawn, left, width + gap)
        y = scaled(58)
        for floor in drawn.floors:
            self._heads.append((QRect(0, y, left - scaled(6), height), _RIGHT, floor.label))
            for x, cells in zip(starts, floor.cells, strict=True):
                self._place(cells, QRect(x, y, width, height))
            y += height + gap
        if drawn.loose:
            words = "楼层或房号待定"
            self._heads.append((QRect(left, y, scaled(300), scaled(30)), _LEFT, words))
            y += scaled(30)
            per_row = max(1, (self.width() - left) // (width + gap))
            for number, cell in enumerate(drawn.loose):
                line, place = divmod(number, per_row)
                corner = QPoint(left + place * (width + gap), y + line * (height + gap))
                self._boxes.append(_Box(cell, QRect(corner, QSize(width, height))))
            y += ((len(drawn.loose) - 1) // per_row + 1) * (height + gap)
        right = max((box.area.right() for box in self._boxes), default=0)
        self.setMinimumSize(right + scaled(8), y + scaled(8))
        self.update()

    def _cell_width(self, drawn: Elevation) -> int:
        room = self.width() - scaled(60) - scaled(14) * max(0, len(drawn.units) - 1)
        return max(scaled(64), min(scaled(160), room // max(1, len(drawn.columns)) - scaled(4)))

    def _lay_units(self, drawn: Elevation, left: int, step: int) -> list[int]:
        """The left edge of each column; units stand a little apart under their names."""
        starts: list[int] = []
        x = left
        for unit, count in drawn.units:
            if unit:
                area = QRect(x, scaled(32), count * step - scaled(4), scaled(22))
                self._heads.append((area, Qt.AlignmentFlag.AlignCenter, f"{unit}单元"))
            starts += [x + number * step for number in range(count)]
            x += count * step + scaled(14)
        return starts

    def _place(self, cells: tuple[Cell, ...], area: QRect) -> None:
        for number, cell in enumerate(cells):
            part = area.width() // len(cells)
            self._boxes.append(
                _Box(cell, QRect(area.x() + number * part, area.y(), part - 1, area.height()))
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_legend(painter)
        if self._elevation is not None:
            for area, side, words in self._heads:
                painter.drawText(area, side, words)
            for number, box in enumerate(self._boxes):
                self._paint_cell(painter, box, number == self._at and self.hasFocus())
        painter.end()

    def _paint_legend(self, painter: QPainter) -> None:
        x, side = scaled(52), scaled(14)
        entries = [(fill, words) for _, fill, words in SHADES] + [NEVER]
        metrics = painter.fontMetrics()
        painter.setPen(QColor(COLOURS["muted"]))
        for fill, words in entries:
            painter.fillRect(QRect(x, scaled(6), side, side), QColor(fill))
            painter.drawRect(QRect(x, scaled(6), side, side))
            x += side + scaled(6)
            painter.drawText(x, scaled(6) + metrics.ascent() - scaled(1), words)
            x += metrics.horizontalAdvance(words) + scaled(18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_CARE))
        painter.drawEllipse(QRect(x + 2, scaled(8), scaled(9), scaled(9)))
        painter.setPen(QColor(COLOURS["muted"]))
        painter.drawText(x + scaled(17), scaled(6) + metrics.ascent() - scaled(1), "有关爱标签")

    def _paint_cell(self, painter: QPainter, box: _Box, focused: bool) -> None:
        cell, area = box.cell, box.area
        vacant = cell.use == "vacant" or not cell.people
        painter.setBrush(QColor("#F1F0EC" if vacant else shade(cell.days)))
        painter.setPen(
            QPen(QColor(COLOURS["link"]), 2) if focused else QPen(QColor(COLOURS["line_strong"]), 1)
        )
        painter.drawRoundedRect(area, 3, 3)
        inner = area.adjusted(scaled(6), scaled(4), -scaled(6), -scaled(4))
        metrics = painter.fontMetrics()
        small = QFont(painter.font())
        usual = QFont(painter.font())
        small.setPointSizeF(usual.pointSizeF() * 0.88)
        painter.setPen(QColor(COLOURS["muted"]))
        painter.setFont(small)
        room = cell.door.rpartition("单元")[2] or cell.door
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, room)
        painter.setFont(usual)
        painter.setPen(QColor(COLOURS["muted"] if vacant else COLOURS["text"]))
        words = self._words(cell)
        fitted = metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, fitted)
        if cell.care:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(_CARE))
            dot = scaled(9)
            painter.drawEllipse(
                QRect(area.right() - dot - scaled(5), area.y() + scaled(6), dot, dot)
            )

    def _words(self, cell: Cell) -> str:
        if cell.use in ("vacant", "commercial") and not cell.people:
            return label("type_of_use", cell.use)
        if not cell.people:
            return "无人登记"
        head = mask_name(cell.head) if self._hide_names else cell.head
        return f"{head} {cell.people}人"

    def _hit(self, point: QPoint) -> int:
        return next((n for n, box in enumerate(self._boxes) if box.area.contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._hit(event.position().toPoint()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        found = self._hit(event.position().toPoint())
        if found >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._at = found
            self.update()
            self.opened.emit(self._boxes[found].cell.household)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._boxes:
            self.opened.emit(self._boxes[self._at].cell.household)
        elif event.key() in _STEPS and self._boxes:
            self._step(*_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _step(self, right: int, down: int) -> None:
        """Move to the nearest cell in a direction."""
        here = self._boxes[self._at].area.center()

        def ahead(box: _Box) -> int:
            way = box.area.center() - here
            along = way.x() * right + way.y() * down
            aside = abs(way.x() * down) + abs(way.y() * right)
            return along + 3 * aside if along > 0 else 10**9

        best = min(range(len(self._boxes)), key=lambda n: ahead(self._boxes[n]))
        if ahead(self._boxes[best]) < 10**9:
            self._at = best
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            found = self._hit(event.pos())
            if found >= 0:
                QToolTip.showText(event.globalPos(), self._tip(self._boxes[found].cell), self)
            return True
        return super().event(event)

    def _tip(self, cell: Cell) -> str:
        when = "还没有走访过" if cell.days is None else f"上次走访：{cell.days}天前"
        return f"{cell.door}　{self._words(cell)}\n{when}"


_STEPS: dict[Qt.Key, tuple[int, int]] = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
}
