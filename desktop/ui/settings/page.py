"""The screen 设置: the office, visiting rules, privacy, passphrase and backups, about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QScrollArea, QTabWidget, QWidget

from desktop.exchange.backup import Backup
from desktop.ui.common.desk import Desk
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.settings.about_tab import AboutTab
from desktop.ui.settings.office_tab import OfficeRead, OfficeTab, read_office
from desktop.ui.settings.papers_tab import PapersRead, PapersTab, read_papers
from desktop.ui.settings.privacy_tab import PrivacyRead, PrivacyTab, read_privacy
from desktop.ui.settings.safety_tab import SafetyTab, read_backups
from desktop.ui.settings.visits_tab import VisitsRead, VisitsTab, read_visits

_KEYS = ("office", "visits", "papers", "privacy", "safety", "about")


@dataclass(frozen=True, slots=True)
class _Read:
    office: OfficeRead
    visits: VisitsRead
    papers: PapersRead
    privacy: PrivacyRead
    backups: list[Backup]


class Page(BasePage):
    """设置."""

    title = "设置"
    concerns = frozenset({"office", "users", "sites", "settings", "tag_kinds"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.body.addWidget(self.heading)
        self.office, self.visits = OfficeTab(desk), VisitsTab(desk)
        self.papers = PapersTab(desk)
        self.privacy, self.safety = PrivacyTab(desk), SafetyTab(desk)
        self.tabs = QTabWidget()
        for tab, words in (
            (self.office, "单位与电脑"),
            (self.visits, "走访间隔"),
            (self.papers, "纸张样式"),
            (self.privacy, "隐私"),
            (self.safety, "口令与备份"),
            (AboutTab(desk), "关于和新功能"),
        ):
            area = QScrollArea()
            area.setWidgetResizable(True)
            tab.setObjectName("inside")
            area.setWidget(tab)
            self.tabs.addTab(area, words)
        self.body.addWidget(self.tabs, 1)

    def load(self) -> None:
        self.desk.jobs.load(self._read, self._show, owner=self)

    def _read(self) -> _Read:
        store = self.desk.store
        return _Read(
            read_office(store),
            read_visits(store),
            read_papers(store),
            read_privacy(store),
            read_backups(store),
        )

    def _show(self, found: _Read) -> None:
        self.office.show_read(found.office)
        self.visits.show_read(found.visits)
        self.papers.show_read(found.papers)
        self.privacy.show_read(found.privacy)
        self.safety.show_read(found.backups)

    def show_key(self, key: str) -> None:
        if key in _KEYS:
            self.tabs.setCurrentIndex(_KEYS.index(key))

    def shots(self) -> list[Shot]:
        return [Shot(key, partial(self._shot, key)) for key in _KEYS[1:]]

    def _shot(self, key: str) -> QWidget | None:
        self.show_key(key)
        return None
