"""The screen people start the day with: who is due, what is late, what was promised."""

from __future__ import annotations

from desktop.ui.common.desk import Desk
from desktop.ui.common.page import Page as BasePage


class Page(BasePage):
    """今日."""

    title = "今日"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.body.addWidget(self.heading)
        self.body.addStretch(1)
