"""Runs work beside the UI thread: long jobs with progress and Stop, short reads without a dialog.

Results and errors come back on the UI thread. A known error becomes a message, anything else goes
to the crash window. A result whose receiver has been closed meanwhile is dropped.

Qt objects must die on the UI thread. So a worker thread holds nothing of Qt but this object, and
cyclic garbage, which Python would otherwise collect on whichever thread happens to allocate, is
collected by a timer of the UI thread.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

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
_COLLECT_EVERY_MS = 1000


@dataclass(frozen=True, slots=True)
class _Task:
    """What the UI thread keeps of work under way."""

    then: Callable[[Any], None]
    receiver: object
    failed: Failed | None
    dialog: ProgressDialog | None


class Jobs(QObject):
    """Two worker threads, one for long jobs in their order and one for short reads, and looks."""

    _arrived = Signal(int, object, object)  # task, result, error
    _told = Signal(int, int, str)  # task, permille, words

    def __init__(self, ask: Ask, on_bug: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._ask = ask
        self._on_bug = on_bug
        self._long = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._short = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._tasks: dict[int, _Task] = {}
        self._last = 0
        self._arriving = 0
        self._arrived.connect(self._arrive, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._collector = QTimer(self)
        self._collector.timeout.connect(_collect)
        self._collector.start(_COLLECT_EVERY_MS)
        gc.disable()

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""
        return bool(self._tasks or self._arriving)

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
        task = self._keep(then, owner, failed, dialog)
        progress = self._progress(task, dialog.stopped)
        self._long.submit(self._work, task, lambda: work(progress))

    def load(
        self,
        read: Callable[[], T],
        then: Callable[[T], None],
        *,
        owner: QObject | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Do a short read or write without a dialog; `then` gets its result."""
        self._short.submit(self._work, self._keep(then, owner, failed, None), read)

    def look(
        self, read: Callable[[], T], then: Callable[[T], None], *, owner: QObject | None = None
    ) -> None:
        """Read a disk that may not answer for minutes (a share), beside everything else.

        Nobody waits for it, not even the end of the program, so `read` keeps off the store.
        """
        task = self._keep(then, owner, None, None)
        threading.Thread(target=self._peek, args=(task, read), name="look", daemon=True).start()

    def quietly(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do housekeeping after the long jobs before it, without a dialog."""
        self._long.submit(self._work, self._keep(then, None, None, None), work)

    def wait_idle(self) -> None:
        """Let events run until all work is done and delivered (screenshots, closing, tests)."""
        while self.busy:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def close(self) -> None:
        """Finish what is under way; nothing may read the store after it is closed."""
        self._long.shutdown(wait=True)
        self._short.shutdown(wait=True)
        self._collector.stop()
        gc.enable()

    def _keep(
        self,
        then: Callable[[Any], None],
        owner: QObject | None,
        failed: Failed | None,
        dialog: ProgressDialog | None,
    ) -> int:
        self._last += 1
        receiver = owner or getattr(then, "__self__", None)
        self._tasks[self._last] = _Task(then, receiver, failed, dialog)
        return self._last

    def _work(self, task: int, work: Callable[[], object]) -> None:
        """On a worker thread: do it and send what came of it."""
        try:
            result = work()
        except BaseException as error:
            self._arrived.emit(task, None, error)
        else:
            self._arrived.emit(task, result, None)

    def _peek(self, task: int, read: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the window has been closed meanwhile
            self._work(task, read)

    def _progress(self, task: int, stopped: threading.Event) -> Progress:
        """The progress call of one job (any thread); raises Cancelled after Stop."""
        told = [0.0]

        def progress(done: int, total: int, words: str) -> None:
            if stopped.is_set():
                raise Cancelled
            moment = time.monotonic()
            if moment - told[0] >= _TELL_EVERY or done >= total:
                told[0] = moment
                self._told.emit(task, 1000 * done // total if total else 0, words)

        return progress

    def _tell(self, number: int, permille: int, words: str) -> None:
        task = self._tasks.get(number)
        if task is not None and task.dialog is not None:
            task.dialog.show_progress(permille, words)

    def _arrive(self, number: int, result: object, error: BaseException | None) -> None:
        # not idle until the call is over: it may start more work
        task = self._tasks.pop(number)
        self._arriving += 1
        try:
            if task.dialog is not None:
                task.dialog.finish()
            if error is not None:
                self._fail(error, task.failed)
            elif not isinstance(task.receiver, QObject) or shiboken6.isValid(task.receiver):
                task.then(result)
        except UserError as refused:
            self._ask.warn(str(refused))
        except Exception as bug:
            self._on_bug(bug)
        finally:
            self._arriving -= 1

    def _fail(self, error: BaseException, failed: Failed | None) -> None:
        if isinstance(error, Cancelled):
            self._ask.tell("已停止，没有改动。")
        elif not isinstance(error, UserError):
            self._on_bug(error)
        elif failed is not None:
            failed(error)
        else:
            self._ask.warn(str(error))


def _collect() -> None:
    """Collect garbage where Qt objects may die, by Python's own thresholds."""
    counts, limits = gc.get_count(), gc.get_threshold()
    if counts[0] > limits[0]:
        older = counts[1] > limits[1]
        gc.collect(2 if older and counts[2] > limits[2] else 1 if older else 0)


class ProgressDialog(QDialog):
    """Shows how far a job is, a moment after it began, and lets the person stop it."""

    def __init__(self, title: str) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(460)
        self.stopped = threading.Event()
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
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self.show)
        self._wait.start(SHOW_AFTER_MS)

    def reject(self) -> None:
        """Stop: the job ends at its next progress call and rolls back."""
        self.stopped.set()
        self.stop.setEnabled(False)
        self.words.setText("正在停止…")

    def finish(self) -> None:
        self._wait.stop()
        self.hide()
        self.deleteLater()

    def show_progress(self, permille: int, words: str) -> None:
        if not self.stopped.is_set():
            self.bar.setRange(0, 1000)
            self.bar.setValue(permille)
            self.words.setText(words)
