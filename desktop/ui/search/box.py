"""One search box for names, pinyin initials, doors, phones and ID tails (Ctrl+K)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.models.search import Hit, find
from desktop.models.store import Store
from desktop.ui.common.jobs import Jobs
from desktop.ui.style import scaled

_LIMIT = 12
_WAIT_MS = 120
_HIT = Qt.ItemDataRole.UserRole


class SearchBox(QLineEdit):
    """Shows hits below itself while typing; `chosen` gives the household of the one opened."""

    chosen = Signal(str)

    def __init__(self, store: Store, jobs: Jobs, window: QWidget) -> None:
        super().__init__()
        self._store, self._jobs = store, jobs
        self.setPlaceholderText("找人、找门牌：姓名、拼音首字母、门牌、电话　Ctrl+K")
        self.setAccessibleName("查找")
        self.setClearButtonEnabled(True)
        self.results = QListWidget(window)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.hide()
        self.results.itemClicked.connect(self._open)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self._look)
        self.textEdited.connect(lambda: self._wait.start())
        self.installEventFilter(self)

    def _look(self) -> None:
        wanted = self.text()
        self._jobs.load(
            lambda: find(self._store, wanted, _LIMIT),
            lambda hits: self._show(wanted, hits),
            owner=self,
        )

    def _show(self, wanted: str, hits: list[Hit]) -> None:
        if wanted != self.text():
            return
        self.results.clear()
        for hit in hits:
            item = QListWidgetItem(f"{hit.name or '（无人）'}　{hit.door}　·{hit.why}")
            item.setData(_HIT, hit.household)
            self.results.addItem(item)
        if not hits and wanted.strip():
            item = QListWidgetItem("没有找到。可以少打几个字，或用拼音首字母。")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.results.addItem(item)
        self.results.setCurrentRow(0 if hits else -1)
        self._place()

    def _place(self) -> None:
        window = self.results.parentWidget()
        corner = self.mapTo(window, QPoint(0, self.height() + 2)) if window else QPoint()
        rows = min(self.results.count(), _LIMIT)
        height = rows * self.results.sizeHintForRow(0) + 6 if rows else 0
        self.results.setGeometry(corner.x(), corner.y(), max(self.width(), scaled(440)), height)
        self.results.setVisible(rows > 0)
        self.results.raise_()

    def _open(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_HIT):
            self.results.hide()
            self.clear()
            self.chosen.emit(item.data(_HIT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.results.isVisible():
            step = 1 if key == Qt.Key.Key_Down else -1
            last = self.results.count() - 1
            self.results.setCurrentRow(max(0, min(last, self.results.currentRow() + step)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.results.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.results.hide()
            self.clear()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            # a click on a result takes the focus nowhere, so this is a move to another field
            self.results.hide()
        return super().eventFilter(watched, event)
