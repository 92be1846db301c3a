"""Runs work beside the UI thread: long jobs with progress and Stop, short reads without a dialog.

Results and errors come back on the UI thread. A known error becomes a message, anything else goes
to the crash window. A result whose receiver has been closed meanwhile is dropped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QProgressBar, QVBoxLayout

from desktop.errors import Cancelled, UserError
from desktop.progress import Progress
from desktop.ui.common.ask import Ask
from desktop.ui.common.parts import button, row

T = TypeVar("T")
Failed = Callable[[UserError], None]
SHOW_AFTER_MS = 300
_TELL_EVERY = 0.05  # seconds between two progress signals


class Jobs(QObject):
    """Two worker threads: one for long jobs in their order, one for short reads."""

    _deliver = Signal(object)

    def __init__(self, ask: Ask, on_bug: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._ask = ask
        self._on_bug = on_bug
        self._long = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._short = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._pending = 0
        self._deliver.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""
        return self._pending > 0

    def run(
        self,
        title: str,
        work: Callable[[Progress], T],
        then: Callable[[T], None],
        *,
        owner: QObject | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Do long work under a progress dialog; `then` gets its result.

        `owner`: drop the result when this object is gone. `failed` replaces the message for
        known errors.
        """
        dialog = ProgressDialog(title)
        self._submit(self._long, lambda: work(dialog.progress), then, owner, failed, dialog.finish)

    def load(
        self,
        read: Callable[[], T],
        then: Callable[[T], None],
        *,
        owner: QObject | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Do a short read or write without a dialog; `then` gets its result."""
        self._submit(self._short, read, then, owner, failed, _nothing)

    def quietly(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do housekeeping after the long jobs before it, without a dialog."""
        self._submit(self._long, work, then, None, None, _nothing)

    def wait_idle(self) -> None:
        """Let events run until all work is done and delivered (screenshots, closing, tests)."""
        while self._pending:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def close(self) -> None:
        """Finish what is under way; nothing may read the store after it is closed."""
        self._long.shutdown(wait=True)
        self._short.shutdown(wait=True)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[], T],
        then: Callable[[T], None],
        owner: QObject | None,
        failed: Failed | None,
        finish: Callable[[], None],
    ) -> None:
        self._pending += 1
        receiver = owner or getattr(then, "__self__", None)

        def there() -> None:
            try:
                result = work()
            except BaseException as error:
                caught = error
                self._deliver.emit(lambda: self._fail(caught, failed, finish))
            else:
                self._deliver.emit(lambda: self._finish(result, then, receiver, finish))

        pool.submit(there)

    def _arrive(self, call: Callable[[], None]) -> None:
        # counted down after the call, so that work it starts in turn leaves no idle moment
        try:
            call()
        except UserError as error:
            self._ask.warn(str(error))
        except Exception as error:
            self._on_bug(error)
        finally:
            self._pending -= 1

    def _finish(
        self, result: T, then: Callable[[T], None], receiver: object, finish: Callable[[], None]
    ) -> None:
        finish()
        if not isinstance(receiver, QObject) or shiboken6.isValid(receiver):
            then(result)

    def _fail(
        self, error: BaseException, failed: Failed | None, finish: Callable[[], None]
    ) -> None:
        finish()
        if isinstance(error, Cancelled):
            self._ask.tell("已停止，没有改动。")
        elif not isinstance(error, UserError):
            self._on_bug(error)
        elif failed is not None:
            failed(error)
        else:
            self._ask.warn(str(error))


class ProgressDialog(QDialog):
    """Shows how far a job is, a moment after it began, and lets the person stop it."""

    _told = Signal(int, int, str)

    def __init__(self, title: str) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(460)
        self._stopped = threading.Event()
        self._last = 0.0
        self.words = QLabel("正在准备…")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.stop = button("停止", self.reject)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 20, 24, 18)
        inside.setSpacing(12)
        inside.addWidget(self.words)
        inside.addWidget(self.bar)
        inside.addLayout(row(None, self.stop))
        self._told.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self.show)
        self._wait.start(SHOW_AFTER_MS)

    def progress(self, done: int, total: int, words: str) -> None:
        """The job's progress call (any thread); raises Cancelled after Stop."""
        if self._stopped.is_set():
            raise Cancelled
        moment = time.monotonic()
        if moment - self._last >= _TELL_EVERY or done >= total:
            self._last = moment
            self._told.emit(1000 * done // total if total else 0, 1000, words)

    def reject(self) -> None:
        """Stop: the job ends at its next progress call and rolls back."""
        self._stopped.set()
        self.stop.setEnabled(False)
        self.words.setText("正在停止…")

    def finish(self) -> None:
        self._wait.stop()
        self.hide()
        self.deleteLater()

    def _show(self, done: int, total: int, words: str) -> None:
        if not self._stopped.is_set():
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.words.setText(words)


def _nothing() -> None:
    """A short read has no dialog to close."""
