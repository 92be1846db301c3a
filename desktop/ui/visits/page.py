"""The screen of the walk: typing forms in, who is due, what was recorded, what was promised."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.ui.common.desk import Desk
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.visits.campaigns_panel import CampaignsPanel, NewCampaignDialog
from desktop.ui.visits.due_panel import DuePanel
from desktop.ui.visits.entry_panel import EntryPanel
from desktop.ui.visits.log_panel import LogPanel
from desktop.ui.visits.patrols_panel import PatrolsPanel
from desktop.ui.visits.promises_panel import PromisesPanel


class Page(BasePage):
    """走访."""

    title = "走访"
    concerns = frozenset({
        "visits", "promises", "items", "households", "residents", "care_tags", "settings",
        "tag_kinds", "buildings", "campaigns", "allocations", "patrols",
    })  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.entry = EntryPanel(desk)
        self.due = DuePanel(desk)
        self.log = LogPanel(desk)
        self.promises = PromisesPanel(desk)
        self.campaigns = CampaignsPanel(desk)
        self.patrols = PatrolsPanel(desk)
        self._lists = (self.due, self.log, self.promises, self.patrols, self.campaigns)
        self._stale: set[QWidget] = set(self._lists)
        self.due.record.connect(self._record)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for panel, words in (
            (self.entry, "录入"),
            (self.due, "到期名单"),
            (self.log, "走访记录"),
            (self.promises, "答应的事"),
            (self.patrols, "巡查"),
            (self.campaigns, "行动"),
        ):
            self.tabs.addTab(panel, words)
        self.tabs.currentChanged.connect(lambda _: self._turned())
        self.body.addWidget(self.heading)
        self.body.addWidget(self.tabs, 1)

    def load(self) -> None:
        """Everything again; hidden tabs only when opened, so typing forms in reads nothing."""
        self._stale = set(self._lists)
        self._freshen()

    def _freshen(self) -> None:
        for panel in self._lists:
            if panel is self.tabs.currentWidget() and panel in self._stale:
                self._stale.discard(panel)
                panel.load()

    def _turned(self) -> None:
        self._freshen()
        self._ready_to_type()

    def _ready_to_type(self) -> None:
        if self.tabs.currentWidget() is self.entry and self.entry.at is None:
            self.entry.code.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ready_to_type()

    def show_key(self, key: str) -> None:
        """«due», «overdue», «promises», «patrols», «record:HOUSEHOLD»."""
        word, _, uid = key.partition(":")
        if word == "record" and uid:
            self._record(uid)
        elif word == "record":
            self.tabs.setCurrentWidget(self.entry)
        elif word == "promises":
            self.tabs.setCurrentWidget(self.promises)
        elif word == "patrols":
            self.tabs.setCurrentWidget(self.patrols)
        else:
            self.tabs.setCurrentWidget(self.due)
            if word == "overdue":
                self.due.show_overdue()

    def unsaved(self) -> str:
        return self.entry.unsaved()

    def _record(self, household: str) -> None:
        self.tabs.setCurrentWidget(self.entry)
        self.entry.open_household(household)

    def shots(self) -> list[Shot]:
        return [
            Shot("form", self._shoot_form),
            Shot("due", lambda: self.tabs.setCurrentWidget(self.due)),
            Shot("log", lambda: self.tabs.setCurrentWidget(self.log)),
            Shot("promises", lambda: self.tabs.setCurrentWidget(self.promises)),
            Shot("patrols", lambda: self.tabs.setCurrentWidget(self.patrols)),
            Shot("campaigns", lambda: self.tabs.setCurrentWidget(self.campaigns)),
            Shot("new-campaign", self._shoot_new_campaign),
        ]

    def _shoot_new_campaign(self) -> NewCampaignDialog | None:
        self.campaigns.add()
        return self.campaigns.findChild(NewCampaignDialog)

    def _shoot_form(self) -> None:
        self.tabs.setCurrentWidget(self.due)
        self.desk.jobs.wait_idle()
        if self.due.view.table.rows:
            self._record(self.due.view.table.rows[0].due.household)
            self.desk.jobs.wait_idle()
            self.entry.form.outcome.choose("met")
        else:
            self.tabs.setCurrentWidget(self.entry)
