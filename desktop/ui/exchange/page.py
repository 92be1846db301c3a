"""What enters and leaves this PC: rosters, packages between colleagues, what wants deciding."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.exchange.packages.export import SUFFIX
from desktop.models import conflicts, duplicates
from desktop.models.changes import Touched
from desktop.models.store import Store
from desktop.ui.common.desk import Desk
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.exchange.arrivals import ArrivalsBar
from desktop.ui.exchange.conflicts_panel import ConflictsPanel
from desktop.ui.exchange.duplicates_panel import DuplicatesPanel
from desktop.ui.exchange.import_panel import ImportPanel
from desktop.ui.exchange.packages_panel import PackagesPanel
from desktop.ui.style import roomy


def _to_decide(store: Store) -> tuple[int, int]:
    return len(conflicts.conflicts(store)), len(duplicates.duplicates(store))


class Page(BasePage):
    """交换."""

    title = "交换"
    concerns = frozenset({
        "households", "residents", "sites", "estates", "buildings", "care_tags", "office", "posts",
        "items", "promises",
    })  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setAcceptDrops(True)
        self.imports = ImportPanel(desk)
        self.packages = PackagesPanel(desk)
        self.conflicts = ConflictsPanel(desk)
        self.duplicates = DuplicatesPanel(desk)
        self._stale: set[QWidget] = set()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for panel, words in (
            (self.imports, "导入花名册"),
            (self.packages, "数据包"),
            (self.conflicts, "冲突"),
            (self.duplicates, "疑似重复"),
        ):
            self.tabs.addTab(panel, words)
        self.tabs.currentChanged.connect(lambda _: self._freshen())
        self.arrivals = ArrivalsBar(desk, self, self.take_files, self._enrol)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.arrivals)
        desk.lookout.changed.connect(self._make_room)
        self._make_room()
        self.body.addWidget(self.tabs, 1)

    def load(self) -> None:
        """Everything again; hidden tabs only when they are opened."""
        self._stale = {self.imports, self.packages, self.conflicts, self.duplicates}
        self._freshen()
        store = self.desk.store
        self.desk.jobs.load(lambda: _to_decide(store), self._count, owner=self)

    def _count(self, open_: tuple[int, int]) -> None:
        """How many decisions wait stands on the tabs."""
        for panel, words, number in (
            (self.conflicts, "冲突", open_[0]),
            (self.duplicates, "疑似重复", open_[1]),
        ):
            text = f"{words} {number}" if number else words
            self.tabs.setTabText(self.tabs.indexOf(panel), text)

    def redraw(self, touched: Touched) -> None:
        """A running import step is not disturbed; its list of past imports follows by itself."""
        del touched
        self.load()

    def _freshen(self) -> None:
        panel = self.tabs.currentWidget()
        if panel in self._stale and isinstance(
            panel, ImportPanel | PackagesPanel | ConflictsPanel | DuplicatesPanel
        ):
            self._stale.discard(panel)
            panel.load()

    def show_key(self, key: str) -> None:
        """«import», «packages», «conflicts», «duplicates»."""
        panel = {
            "packages": self.packages,
            "conflicts": self.conflicts,
            "duplicates": self.duplicates,
        }.get(key, self.imports)
        self.tabs.setCurrentWidget(panel)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.take_files(files)

    def take_files(self, files: list[Path]) -> None:
        """Packages go to the packages' preview, everything else to the import of rosters."""
        packages = [path for path in files if path.suffix.lower() == SUFFIX]
        sheets = [path for path in files if path not in packages]
        if packages:
            self.tabs.setCurrentWidget(self.packages)
            self.packages.preview_files(packages)
        elif sheets:
            self.tabs.setCurrentWidget(self.imports)
            self.imports.take_files(sheets)

    def _make_room(self) -> None:
        """Large text has no room for the heading and the bar."""
        self.heading.setVisible(roomy() or not self.desk.lookout.arrivals)

    def _enrol(self, card: Path) -> None:
        self.tabs.setCurrentWidget(self.packages)
        self.packages.machines.enrol_card(card)

    def shots(self) -> list[Shot]:
        return [
            Shot("packages", lambda: self._shoot(self.packages)),
            Shot("conflicts", lambda: self._shoot(self.conflicts)),
            Shot("duplicates", lambda: self._shoot(self.duplicates)),
        ]

    def _shoot(self, panel: QWidget) -> None:
        self.tabs.setCurrentWidget(panel)
