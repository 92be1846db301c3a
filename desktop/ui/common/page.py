"""What every screen is to the main window: a title, the tables it shows, and how it reloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.models.changes import Touched
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import title_label


@dataclass(frozen=True, slots=True)
class Shot:
    """One more picture of a screen: its name and what brings the screen into that state.

    `prepare` returns the dialog to draw, or None when the whole window is to be drawn.
    """

    name: str
    prepare: Callable[[], QWidget | None]


class Page(QWidget):
    """A screen in the main area: subclasses set `title`, `concerns`, fill `self.body`, `load`."""

    title = ""
    concerns: frozenset[str] = frozenset()  # tables whose changes make the screen stale

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 18, 24, 16)
        self.body.setSpacing(12)
        self.heading = title_label(self.title)

    def load(self) -> None:
        """Read (through `desk.jobs.load`) and show; called when shown while stale and by F5."""

    def redraw(self, touched: Touched) -> None:
        """The store changed something this screen shows, while it is visible."""
        del touched
        self.load()

    def show_key(self, key: str) -> None:
        """Somebody came here by `desk.go(Place(screen, key))`; the page is loaded already."""

    def unsaved(self) -> str:
        """What would be lost if the window closed now, as a sentence; "" when nothing would."""
        return ""

    def shots(self) -> list[Shot]:
        """Further pictures besides the plain screen, for `jinlin open --screenshot`."""
        return []
