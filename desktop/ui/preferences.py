"""Remembers how this PC's window should look: text size and window place; nothing about people."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

TEXT_SCALES = (100, 125, 150)


class Preferences:
    """A small ini file in the profile folder, readable before the store is unlocked."""

    def __init__(self, folder: Path) -> None:
        self._file = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    @property
    def text_scale(self) -> int:
        """Per cent of the base text size; the environment may ask for another one."""
        wanted = os.environ.get("JINLIN_TEXT_SCALE") or self._file.value("text_scale", 100)
        try:
            scale = int(str(wanted))
        except ValueError:
            return 100
        return scale if scale in TEXT_SCALES else 100

    @text_scale.setter
    def text_scale(self, scale: int) -> None:
        self._file.setValue("text_scale", scale)
        self._file.sync()

    @property
    def recovery_kept(self) -> bool:
        """Whether somebody confirmed that the recovery sheet was put away."""
        return self._file.value("recovery_kept", "no") == "yes"

    @recovery_kept.setter
    def recovery_kept(self, kept: bool) -> None:
        self._file.setValue("recovery_kept", "yes" if kept else "no")
        self._file.sync()

    @property
    def geometry(self) -> QByteArray:
        """Where the window stood when it was closed; empty at first."""
        stored = self._file.value("geometry")
        return stored if isinstance(stored, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, place: QByteArray) -> None:
        self._file.setValue("geometry", place)
        self._file.sync()
