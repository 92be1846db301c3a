"""Draws every screen to PNG files, for the handbook and to look at what we made."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.ui.common.desk import Place
from desktop.ui.main_window import MainWindow
from desktop.ui.unlock.first_run import FirstRun
from desktop.ui.unlock.recovery_sheet import RecoverySheetDialog
from desktop.ui.unlock.unlock_dialog import RecoveryDialog, UnlockDialog


def take(window: MainWindow, folder: Path) -> list[Path]:
    """One picture a screen and one for each further state it names; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    window.resize(_size())
    window.show()
    made = _draw_ways_in(window, folder)
    for number, screen in enumerate(window.screens, 1):
        window.go(Place(screen.name))
        made.append(_draw(window, window, folder / f"{number:02}-{screen.name}.png"))
        for shot in window.pages[screen.name].shots():
            dialog = shot.prepare()
            target = folder / f"{number:02}-{screen.name}-{shot.name}.png"
            made.append(_draw(window, dialog or window, target))
            if dialog is not None:
                dialog.close()
    return made


def _draw_ways_in(window: MainWindow, folder: Path) -> list[Path]:
    """The windows in front of the program: unlocking, the recovery sheet, the first start."""
    desk = window.desk
    first = FirstRun(desk.jobs, desk.ask, desk.store.folder)
    dialogs: list[tuple[str, QDialog]] = [
        ("unlock", UnlockDialog(desk.jobs, desk.ask, desk.store.folder)),
        ("recovery", RecoveryDialog(desk.jobs, desk.store.folder, window)),
        ("recovery-sheet", RecoverySheetDialog(desk, window)),
        ("first-run", first),
    ]
    made: list[Path] = []
    for name, dialog in dialogs:
        dialog.show()
        made.append(_draw(window, dialog, folder / f"00-{name}.png"))
        if dialog is first:
            first.accept()
            made.append(_draw(window, dialog, folder / f"00-{name}-details.png"))
        dialog.close()
        dialog.deleteLater()
    return made


def _size() -> QSize:
    width, _, height = os.environ.get("JINLIN_WINDOW", "1366x768").partition("x")
    return QSize(int(width), int(height))


def _draw(window: MainWindow, what: QWidget, target: Path) -> Path:
    for _ in range(3):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        window.desk.jobs.wait_idle()
    what.grab().save(str(target))
    return target
