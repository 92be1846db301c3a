"""What enters and leaves this PC: rosters, packages between colleagues, what wants deciding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.exchange.packages.cards import Card, read_card
from desktop.exchange.packages.sticks import SUFFIX
from desktop.models import conflicts, duplicates, letters
from desktop.models.changes import Touched
from desktop.models.levels import LEVELS_ABOVE
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.ui.common.desk import Desk
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.exchange.arrivals import ArrivalsBar
from desktop.ui.exchange.conflicts_panel import ConflictsPanel
from desktop.ui.exchange.duplicates_panel import DuplicatesPanel
from desktop.ui.exchange.escalate_dialog import EscalateDialog
from desktop.ui.exchange.import_panel import ImportPanel
from desktop.ui.exchange.letter_dialog import LetterDialog
from desktop.ui.exchange.notice_dialog import NoticeDialog
from desktop.ui.exchange.offices_panel import OfficesPanel
from desktop.ui.exchange.packages_panel import PackagesPanel
from desktop.ui.style import roomy


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What the tabs say: whether the office's data is here, how many decisions wait."""

    joined: bool
    conflicts: int
    duplicates: int
    letters: int


def _read_waiting(store: Store) -> _Waiting:
    return _Waiting(
        bool(office(store).uid),
        len(conflicts.conflicts(store)), len(duplicates.duplicates(store)),
        len(letters.to_do(store)),
    )  # fmt: skip


class Page(BasePage):
    """交换."""

    title = "交换"
    concerns = frozenset({
        "households", "residents", "sites", "estates", "buildings", "care_tags", "office", "posts",
        "items", "promises", "item_events", "partners", "reports_in", "reports_out", "settings",
    })  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setAcceptDrops(True)
        self.imports = ImportPanel(desk)
        self.packages = PackagesPanel(desk)
        self.conflicts = ConflictsPanel(desk)
        self.duplicates = DuplicatesPanel(desk)
        self.offices = OfficesPanel(desk)
        self._stale: set[QWidget] = set()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for panel, words in self._panels():
            self.tabs.addTab(panel, words)
        self.tabs.currentChanged.connect(lambda _: self._freshen())
        self.arrivals = ArrivalsBar(desk, self, self.take_files, self._enrol)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.arrivals)
        desk.lookout.changed.connect(self._make_room)
        self._make_room()
        self.body.addWidget(self.tabs, 1)

    def _panels(self) -> list[tuple[QWidget, str]]:
        """A street office or district has no roster to import, and none with duplicates."""
        offices: tuple[QWidget, str] = (self.offices, "上下级")
        common: list[tuple[QWidget, str]] = [(self.packages, "数据包"), (self.conflicts, "冲突")]
        if office(self.desk.store).level in LEVELS_ABOVE:
            for panel in (self.imports, self.duplicates):
                panel.setParent(self)
                panel.hide()
            return [offices, *common]
        return [(self.imports, "导入花名册"), *common, (self.duplicates, "疑似重复"), offices]

    def load(self) -> None:
        """Everything again; hidden tabs only when they are opened."""
        self._stale = {self.tabs.widget(place) for place in range(self.tabs.count())}
        self._freshen()
        store = self.desk.store
        self.desk.jobs.load(lambda: _read_waiting(store), self._count, owner=self)

    def _count(self, waiting: _Waiting) -> None:
        """How many decisions wait stands on the tabs; before joining there is one thing to do."""
        if not waiting.joined:
            self.tabs.setCurrentWidget(self.packages)
        for place in range(self.tabs.count()):
            wanted = waiting.joined or self.tabs.widget(place) is self.packages
            self.tabs.setTabVisible(place, wanted)
        for panel, words, number in (
            (self.conflicts, "冲突", waiting.conflicts),
            (self.duplicates, "疑似重复", waiting.duplicates),
            (self.offices, "上下级", waiting.letters),
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
            panel, ImportPanel | PackagesPanel | ConflictsPanel | DuplicatesPanel | OfficesPanel
        ):
            self._stale.discard(panel)
            panel.load()

    def show_key(self, key: str) -> None:
        """«import», «packages», «conflicts», «duplicates», «offices»; «arrived»: what came."""
        if key == "arrived":
            self.tabs.setCurrentWidget(self.packages)
            self.arrivals.act()
            return
        panel: QWidget = {
            "packages": self.packages,
            "conflicts": self.conflicts,
            "duplicates": self.duplicates,
            "offices": self.offices,
        }.get(key, self.imports)
        if self.tabs.indexOf(panel) >= 0:
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
        elif sheets and self.tabs.indexOf(self.imports) < 0:
            self.desk.ask.tell("街道和区不导入花名册。这里只收近邻数据包（.jlpkg）。")
        elif sheets:
            self.tabs.setCurrentWidget(self.imports)
            self.imports.take_files(sheets)

    def _make_room(self) -> None:
        """Large text has no room for the heading and the bar."""
        self.heading.setVisible(roomy() or not self.desk.lookout.sightings)

    def _enrol(self, path: Path) -> None:
        """A card that was found on a stick: a colleague's, or another office's."""
        own = office(self.desk.store).uid

        def read(card: Card) -> None:
            if card.office and own and card.office != own:
                self.tabs.setCurrentWidget(self.offices)
                self.offices.offices.enrol_card(path)
            else:
                self.tabs.setCurrentWidget(self.packages)
                self.packages.machines.enrol_card(path)

        self.desk.jobs.load(lambda: read_card(path), read, owner=self)

    def shots(self) -> list[Shot]:
        return [
            Shot("packages", lambda: self._shoot(self.packages)),
            Shot("conflicts", lambda: self._shoot(self.conflicts)),
            Shot("duplicates", lambda: self._shoot(self.duplicates)),
            Shot("offices", lambda: self._shoot(self.offices)),
            Shot("letter", self._shoot_letter),
            Shot("escalate", self._shoot_escalation),
            Shot("notice", self._shoot_notice),
        ]

    def _shoot(self, panel: QWidget) -> None:
        if self.tabs.indexOf(panel) >= 0:
            self.tabs.setCurrentWidget(panel)

    def _shoot_letter(self) -> QWidget | None:
        """The first letter that waits for somebody."""
        self.offices.received.selectRow(0)
        self.offices.open_selected()
        return self.offices.findChild(LetterDialog)

    def _shoot_escalation(self) -> QWidget | None:
        self.offices.escalate_first()
        self.desk.jobs.wait_idle()
        return self.offices.findChild(EscalateDialog)

    def _shoot_notice(self) -> QWidget | None:
        if self.offices.notice_button.isEnabled():
            self.offices.notify()
        return self.offices.findChild(NoticeDialog)
