"""Puts the window together: one QApplication, one profile, unlocked or set up, then the screens."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import paths
from desktop.exchange.backup import Backup, back_up_daily
from desktop.models.profile import is_profile, open_profile
from desktop.models.store import Store
from desktop.ui import crash_window, screenshots, style
from desktop.ui.common.ask import Ask
from desktop.ui.common.jobs import Jobs
from desktop.ui.main_window import MainWindow
from desktop.ui.preferences import Preferences
from desktop.ui.single import FirstWindow, raise_first
from desktop.ui.unlock.first_run import FirstRun
from desktop.ui.unlock.recovery_sheet import RecoverySheetDialog
from desktop.ui.unlock.unlock_dialog import UnlockDialog


def run(profile: Path, passphrase: str | None, screenshot: Path | None) -> int:
    """Open the window on a profile; with `screenshot` only draw every screen into that folder."""
    if os.environ.get("QT_QPA_PLATFORM") != "offscreen":
        # the wheel brings no fcitx plugin of its own: let Qt try what Chinese desktops have
        # (only with a screen: the ibus plugin aborts on a machine that has no id yet)
        os.environ.setdefault("QT_IM_MODULES", "wayland;fcitx;ibus")
    qInstallMessageHandler(_quiet)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("近邻")
    app.setWindowIcon(QIcon(str(paths.resource("icons", "roster.svg"))))
    preferences = Preferences(profile)
    style.dress(app, preferences.text_scale)
    if screenshot is None and raise_first(profile):
        return 0
    crash_window.install_hooks()
    ask = Ask()
    jobs = Jobs(ask, crash_window.report_bug)
    try:
        store = _open(profile, passphrase, jobs, ask)
        if store is None:
            return 0
        try:
            return _work(app, store, jobs, ask, preferences, screenshot)
        finally:
            jobs.close()
            store.close()
    finally:
        jobs.close()


def _open(profile: Path, passphrase: str | None, jobs: Jobs, ask: Ask) -> Store | None:
    """The unlocked profile; None when the person left."""
    if passphrase is not None:
        return open_profile(profile, passphrase)
    dialog = UnlockDialog(jobs, ask, profile) if is_profile(profile) else None
    if dialog is None:
        first = FirstRun(jobs, ask, profile)
        first.exec()
        return first.store
    dialog.exec()
    return dialog.store


def _work(
    app: QApplication,
    store: Store,
    jobs: Jobs,
    ask: Ask,
    preferences: Preferences,
    screenshot: Path | None,
) -> int:
    window = MainWindow(store, jobs, ask, preferences)
    if screenshot is not None:
        screenshots.take(window, screenshot)
        window.leave()  # nobody is there to be asked about the forms in the pictures
        return 0
    first = FirstWindow(store.folder)
    first.called.connect(window.come_forward)
    window.restore_place()
    window.show()
    if not preferences.recovery_kept:
        sheet = RecoverySheetDialog(window.desk, window)
        sheet.accepted.connect(window.reload)
        sheet.open()
    jobs.quietly(lambda: back_up_daily(store), lambda made: _tell_backup(window, made))
    return app.exec()


def _tell_backup(window: MainWindow, made: Backup | None) -> None:
    if made is not None:
        window.note("已自动备份。")
        window.show_safety()


def _quiet(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt's messages go to the terminal, without the one that off-screen drawing always gives."""
    del kind, context
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"{text}\n")
