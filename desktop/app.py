"""Puts the window together: one QApplication, one profile, unlocked or set up, then the screens."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.models.profile import open_profile
from desktop.ui import style
from desktop.ui.common.ask import Ask
from desktop.ui.common.jobs import Jobs
from desktop.ui.crash_window import install_hooks, report_bug
from desktop.ui.main_window import MainWindow
from desktop.ui.preferences import Preferences
from desktop.ui.screenshots import take


def run(profile: Path, passphrase: str | None, screenshot: Path | None) -> int:
    """Open the window on a profile; with `screenshot` only draw every screen into that folder."""
    os.environ.setdefault("QT_IM_MODULES", "wayland;fcitx;ibus")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("近邻")
    preferences = Preferences(profile)
    style.dress(app, preferences.text_scale)
    install_hooks()
    ask = Ask()
    jobs = Jobs(ask, report_bug)
    store = open_profile(profile, passphrase or "")
    window = MainWindow(store, jobs, ask, preferences)
    window.show()
    if screenshot is not None:
        take(window, screenshot)
        window.close()
        status = 0
    else:
        status = app.exec()
    jobs.close()
    store.close()
    return status
