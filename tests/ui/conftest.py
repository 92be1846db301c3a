"""Opens the real window off-screen on a throw-away profile, its questions answered by script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop.exchange.packages import cards, drives
from desktop.exchange.packages.drives import Drive, Mounted
from desktop.models import profile
from desktop.models.store import Store
from desktop.ui import style
from desktop.ui.common import lookout
from desktop.ui.common.jobs import Jobs
from desktop.ui.exchange import places
from desktop.ui.main_window import MainWindow
from desktop.ui.preferences import Preferences
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    style.dress(qapp, 100)
    return qapp


@pytest.fixture
def answers(dressed: QApplication) -> Answers:
    del dressed
    return Answers()


@pytest.fixture(autouse=True)
def plugged(monkeypatch: pytest.MonkeyPatch) -> list[Drive]:
    """The sticks that are in: none of this machine's own, but those that a test adds."""
    found: list[Drive] = []
    for place in (lookout, places):
        monkeypatch.setattr(place, "drives", lambda: list(found))
    monkeypatch.setattr(
        drives, "_mounted", lambda: [Mounted(str(x.path), x.label, x.read_only) for x in found]
    )
    return found


@pytest.fixture
def bugs() -> list[BaseException]:
    """What would have opened the crash window."""
    return []


@pytest.fixture
def jobs(answers: Answers, bugs: list[BaseException]) -> Iterator[Jobs]:
    made = Jobs(answers, bugs.append)
    yield made
    made.wait_idle()
    made.close()


@pytest.fixture
def settle(jobs: Jobs) -> Callable[[], None]:
    """Let everything under way arrive on the screen, and closed dialogs be freed."""

    def wait() -> None:
        for _ in range(3):
            QApplication.processEvents()
            jobs.wait_idle()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    return wait


@pytest.fixture
def open_window(
    jobs: Jobs,
    answers: Answers,
    bugs: list[BaseException],
    tmp_path: Path,
    settle: Callable[[], None],
) -> Iterator[Callable[[Store], MainWindow]]:
    """Opens the main window on a store; at the end nothing may have crashed."""
    opened: list[MainWindow] = []

    def make(store: Store) -> MainWindow:
        window = MainWindow(store, jobs, answers, Preferences(tmp_path / "look"))
        window.resize(1366, 768)
        window.show()
        settle()
        opened.append(window)
        return window

    yield make
    settle()
    for window in opened:
        window.close()
        window.deleteLater()
    settle()
    assert bugs == []


@pytest.fixture
def joined(tmp_path: Path) -> Iterator[Store]:
    """A second PC of the office that waits to join."""
    made = profile.join_profile(
        tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    yield made
    made.close()


@pytest.fixture
def second(store: Store, joined: Store, tmp_path: Path) -> Store:
    """The same, its card enrolled."""
    card = tmp_path / "2.jlcard"
    cards.enrol(store, card, role="peer", fingerprint=cards.write_card(joined, card).fingerprint)
    return joined
