"""Brings news of changes from the writing thread to the UI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.models.changes import Touched
from desktop.models.store import Store


class Watcher(QObject):
    """Emits `touched` on the UI thread for each kept change, until stopped or freed."""

    touched = Signal(object)

    def __init__(self, store: Store, parent: QObject) -> None:
        super().__init__(parent)
        self._unsubscribe = store.subscribe(self._heard)
        self._listening = True

    def _heard(self, touched: Touched) -> None:
        # emitted from any thread; Qt queues it for the receiver's thread
        self.touched.emit(touched)

    def stop(self) -> None:
        if self._listening:
            self._listening = False
            self._unsubscribe()
