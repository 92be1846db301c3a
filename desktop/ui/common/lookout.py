"""Looks every few seconds what has come on sticks and in the shared folder, while it is wanted.

Polling, because nothing else works everywhere: shares tell nobody about files that others put
there, and a watched stick cannot be ejected. Sticks and the share are looked at in threads of their
own, one look at a time each, so that a share that hangs holds up neither the sticks nor the window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.exchange.packages.drives import drives
from desktop.exchange.packages.watch import (
    ARRIVING,
    FOREIGN,
    NEW,
    STRANGER,
    TOO_NEW,
    WORDS,
    Found,
    Glimpse,
    Seen,
    judge,
    look,
)
from desktop.models.exchange_folder import exchange_folder, set_exchange_folder
from desktop.models.store import Store
from desktop.ui.common.jobs import Jobs

EVERY_MS = 3000
_PATIENCE = 3  # rounds without an answer, then the folder counts as out of reach
_WORTH_TELLING = (NEW, WORDS, FOREIGN, STRANGER, TOO_NEW, ARRIVING)

Glance = tuple[dict[str, tuple[Glimpse, ...]], bool]  # files by place, and whether one is gone


@dataclass(frozen=True, slots=True)
class Sighting:
    """What has come in one place, as a person calls it: «U盘“KINGSTON”», «共享文件夹»."""

    place: str
    found: tuple[Found, ...]


@dataclass(slots=True)
class _Lane:
    """One kind of place: how it is read, and what the last look saw."""

    read: Callable[[Seen], Glance]
    seen: Seen = field(default_factory=dict)
    files: dict[str, tuple[Glimpse, ...]] = field(default_factory=dict)
    gone: bool = False
    waited: int = 0  # rounds since the look began; 0: none is under way

    def look(self) -> Glance:
        return self.read(self.seen)


def _see_sticks(seen: Seen) -> Glance:
    plugged = drives()
    labels = [drive.label for drive in plugged]
    found = {
        drive.path: f"U盘“{drive.label}”"
        + (f"（{drive.path}）" if labels.count(drive.label) > 1 else "")
        for drive in plugged
    }
    sight = look(list(found), seen)
    return {
        words: tuple(each for each in sight.glimpses if each.path.is_relative_to(path))
        for path, words in found.items()
    }, False


def _see_folder(folder: Path | None, seen: Seen) -> Glance:
    if folder is None:
        return {}, False
    sight = look([folder], seen)
    return {"共享文件夹": sight.glimpses}, bool(sight.gone)


class Lookout(QObject):
    """`sightings` is what is new, until taken in or put off; `changed` says that it differs."""

    changed = Signal()

    def __init__(self, store: Store, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.sightings: tuple[Sighting, ...] = ()
        self.shared: Path | None = None
        self._store, self._jobs = store, jobs
        self._sticks, self._folder = _Lane(_see_sticks), _Lane(partial(_see_folder, None))
        self._served: list[QWidget] = []
        self._put_off: set[Found] = set()
        self._told: object = None
        self._hint = QFileSystemWatcher(self)
        self._hint.directoryChanged.connect(lambda _: self._round())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._round)
        self._timer.start(EVERY_MS)
        jobs.load(lambda: exchange_folder(store), self._use, owner=self)

    @property
    def offline(self) -> bool:
        """Whether the shared folder cannot be reached just now."""
        return self.shared is not None and (self._folder.gone or self._folder.waited > _PATIENCE)

    def serve(self, widget: QWidget) -> None:
        """Look while this widget can be seen."""
        self._served.append(widget)

    def share(self, folder: Path | None) -> None:
        """Choose the shared folder, or none."""
        self._jobs.load(lambda: set_exchange_folder(self._store, folder), self._use, owner=self)

    def put_off(self) -> None:
        """Somebody does not want to hear of these again (until they are other files)."""
        self._put_off.update(found for sighting in self.sightings for found in sighting.found)
        self._show(self.sightings)

    def look(self) -> None:
        """Look now."""
        for lane in (self._sticks, self._folder):
            lane.waited += 1
            if lane.waited == 1:
                self._jobs.look(lane.look, partial(self._saw, lane), owner=self)
        self._tell()

    def stop(self) -> None:
        self._timer.stop()

    def _round(self) -> None:
        self._served = [each for each in self._served if shiboken6.isValid(each)]
        if any(each.isVisible() and not each.window().isMinimized() for each in self._served):
            self.look()

    def _use(self, folder: Path | None) -> None:
        if self._hint.directories():
            self._hint.removePaths(self._hint.directories())
        self.shared = folder
        # a look at the old folder that is still under way ends in the lane it began in
        self._folder = _Lane(partial(_see_folder, folder))
        self.look()

    def _saw(self, lane: _Lane, glance: Glance) -> None:
        lane.files, lane.gone = glance
        lane.waited = 0
        folder = self.shared
        if lane is self._folder and folder and not (lane.gone or self._hint.directories()):
            self._hint.addPath(str(folder))
        files = {**self._sticks.files, **self._folder.files}
        store = self._store
        self._jobs.load(lambda: _judged(store, files), self._show, owner=self)

    def _show(self, sightings: tuple[Sighting, ...]) -> None:
        left = (
            Sighting(each.place, tuple(f for f in each.found if f not in self._put_off))
            for each in sightings
        )
        self.sightings = tuple(
            each for each in left if any(f.state != ARRIVING for f in each.found)
        )
        self._tell()

    def _tell(self) -> None:
        now = (self.sightings, self.shared, self.offline)
        if now != self._told:
            self._told = now
            self.changed.emit()


def _judged(store: Store, files: dict[str, tuple[Glimpse, ...]]) -> tuple[Sighting, ...]:
    return tuple(
        Sighting(place, tuple(f for f in judge(store, glimpses) if f.state in _WORTH_TELLING))
        for place, glimpses in files.items()
        if glimpses
    )
