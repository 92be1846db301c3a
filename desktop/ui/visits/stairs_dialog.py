"""Hands a campaign's stairs out to walkers and shows how far each has got."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.models import campaigns
from desktop.models.campaigns import Campaign, Stair, WalkerProgress
from desktop.models.changes import Change
from desktop.models.indicators import Ratio
from desktop.models.store import Store
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.style import scaled

_ABOUT = "选中单元再分给人；已经领走的要先退回。一户只算一次。"

COLUMNS: tuple[Column[Stair], ...] = (
    Column("单元", lambda s: s.name, sort=lambda _: 0),
    Column("户数", lambda s: str(s.doors), width=70, number=True, sort=lambda s: s.doors),
    Column(
        "已走到", lambda s: f"{s.reached}户（{Ratio(s.reached, s.doors).rate}）", width=150,
        sort=lambda s: s.reached,
    ),
    Column("谁去走", lambda s: s.walker or "", width=130),
)  # fmt: skip


class StairsDialog(Dialog):
    """One campaign stair by stair."""

    def __init__(self, desk: Desk, parent: QWidget, campaign: Campaign) -> None:
        super().__init__(f"{campaign.name}：分工和进度", parent, width=680)
        self.desk, self.campaign = desk, campaign
        self.view: RowsView[Stair] = RowsView(COLUMNS, "范围内没有住户。")
        self.view.setMinimumHeight(scaled(260))
        self.people = muted_label()
        self.body.addWidget(muted_label(_ABOUT))
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.people)
        self.body.addLayout(row(
            button("分给…", self.give, "primary"), button("退回", self.take_back), None,
            button("关闭", self.reject),
        ))  # fmt: skip
        self.fit(680, 520)
        self.load()

    def load(self) -> None:
        store, run = self.desk.store, self.campaign
        self.desk.jobs.load(
            lambda: (campaigns.stairs(store, run), campaigns.walkers(store, run)),
            self._show,
            owner=self,
        )

    def _show(self, read: tuple[list[Stair], list[WalkerProgress]]) -> None:
        stairs, people = read
        self.view.set_rows(stairs)
        self.people.setText(
            "；".join(
                f"{one.walker}负责{one.doors}户、已走到{one.reached}户，本人见到{one.met}户"
                for one in people
            )
        )

    def give(self) -> None:
        """Reserve the selected stairs for one person."""
        chosen, store, run = self.view.selected(), self.desk.store, self.campaign
        if not chosen:
            self.desk.ask.tell("请先选中要分出去的单元。")
            return
        walker = self.desk.ask.text(f"选中的{len(chosen)}个单元由谁去走？")
        if walker and walker.strip():
            self._work(lambda: give_stairs(store, run, chosen, walker))

    def take_back(self) -> None:
        """Release the selected stairs."""
        chosen, store, run = self.view.selected(), self.desk.store, self.campaign
        self._work(lambda: take_back_stairs(store, run, chosen))

    def _work(self, work: Callable[[], list[Change | None]]) -> None:
        self.desk.jobs.load(work, lambda _: self.load(), owner=self)


def give_stairs(
    store: Store, campaign: Campaign, stairs: list[Stair], walker: str
) -> list[Change | None]:
    return [campaigns.reserve(store, campaign, s.building, s.unit, walker) for s in stairs]


def take_back_stairs(store: Store, campaign: Campaign, stairs: list[Stair]) -> list[Change | None]:
    return [campaigns.release(store, campaign, s.building, s.unit) for s in stairs]
