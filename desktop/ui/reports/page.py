"""The reports: the month with its numbers, and the briefing sheet drafted from it."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget

from desktop.ui.common.desk import Desk
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.reports.brief_panel import BriefPanel
from desktop.ui.reports.month_panel import MonthPanel
from desktop.ui.reports.month_text_dialog import MonthTextDialog
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.reports.rollup_panel import RollupPanel


class RollupPage(BasePage):
    """报表 of a street office or a district: what those below have reported, added up."""

    title = "报表"
    concerns = frozenset({"reports_in", "partners", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.rollup = RollupPanel(desk)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.rollup, 1)

    def load(self) -> None:
        self.rollup.load()

    def show_key(self, key: str) -> None:
        """«month:YYYY-MM»."""
        word, _, month = key.partition(":")
        if word == "month":
            self.rollup.choose(month)


class Page(BasePage):
    """报表."""

    title = "报表"
    concerns = frozenset({
        "visits", "items", "item_events", "promises", "households", "residents", "care_tags",
        "posts", "population_events", "patrols", "seals", "settings", "buildings", "office",
    })  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.month = MonthPanel(desk)
        self.brief = BriefPanel(desk)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.month, "月报")
        self.tabs.addTab(self.brief, "简报")
        self.tabs.currentChanged.connect(lambda _: self._brief_shown())
        self.body.addWidget(self.heading)
        self.body.addWidget(self.tabs, 1)

    def load(self) -> None:
        self.month.load()

    def show_key(self, key: str) -> None:
        """«month:YYYY-MM»."""
        word, _, month = key.partition(":")
        self.tabs.setCurrentWidget(self.month)
        if word == "month":
            self.month.choose(month)

    def unsaved(self) -> str:
        return self.brief.unsaved()

    def _brief_shown(self) -> None:
        if self.tabs.currentWidget() is self.brief:
            self.brief.show_month(self.month.chosen_month)

    def shots(self) -> list[Shot]:
        return [
            Shot("names", self._shoot_names),
            Shot("text", self._shoot_text),
            Shot("preview", self._shoot_preview),
            Shot("brief", self._shoot_brief),
        ]

    def _shoot_names(self) -> None:
        visits = self.month.lines.topLevelItem(1)
        if visits is not None and visits.childCount() > 1:
            self.month.lines.setCurrentItem(visits.child(1))

    def _shoot_text(self) -> MonthTextDialog | None:
        self.month.edit_text()
        self.desk.jobs.wait_idle()
        return self.month.findChild(MonthTextDialog)

    def _shoot_preview(self) -> PrintPreview | None:
        self.month.print_report()
        self.desk.jobs.wait_idle()
        return self.month.findChild(PrintPreview)

    def _shoot_brief(self) -> None:
        self.tabs.setCurrentWidget(self.brief)
