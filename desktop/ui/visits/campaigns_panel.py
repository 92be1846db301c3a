"""The walks with a name (千户访行动): which doors, until when, how many have been reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import clock
from desktop.errors import BadValue
from desktop.models import campaigns, care_tags, places
from desktop.models.campaigns import Campaign
from desktop.models.indicators import Ratio
from desktop.models.store import Store
from desktop.models.words import LABELS
from desktop.ui.common.day_edit import day_words, read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import SEVERAL, Field, FormDialog
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.visits.stairs_dialog import StairsDialog

_SCOPE = "范围：一样都不勾就是全部；勾了几样（如小区和标签），同时符合的才算。空格键打勾。"
_ABOUT = "起止日期内见到的户自动计入，一户只算一次；范围外的不算。"


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with its progress and its scope in words."""

    campaign: Campaign
    reached: int
    target: int
    scope: str
    days_left: int  # negative after its end


def read_campaigns(store: Store) -> list[CampaignRow]:
    names = {each.uid: each.name for each in places.estates(store)}
    names |= {each.uid: each.place for each in places.buildings(store)}
    names |= {**care_tags.tag_names(store), **LABELS["type_of_use"]}
    today = clock.today()
    rows = []
    for each in campaigns.campaigns(store):
        reached, target = campaigns.progress(store, each)
        parts = (each.scope.estates, each.scope.buildings, each.scope.tags, each.scope.uses)
        words = ["、".join(names.get(one, "（已删除）") for one in part) for part in parts if part]
        scope = "，".join(words) or "全社区"
        left = (date.fromisoformat(each.end_on) - today).days
        rows.append(CampaignRow(each, reached, target, scope, left))
    return rows


def _progress(row: CampaignRow) -> str:
    share = Ratio(min(row.reached, row.target), row.target)
    return f"{row.reached}/{row.target}户（{share.rate}）"


def _left(row: CampaignRow) -> str:
    if row.days_left < 0:
        return "已结束"
    return "今天结束" if row.days_left == 0 else f"还有{row.days_left}天"


COLUMNS: tuple[Column[CampaignRow], ...] = (
    Column("行动", lambda r: r.campaign.name),
    Column("范围", lambda r: r.scope, width=220),
    Column("起止", lambda r: f"{r.campaign.start_on} 至 {r.campaign.end_on}", width=210),
    Column("已走到", _progress, width=170, sort=lambda r: r.reached),
    Column("时间", _left, width=100, sort=lambda r: r.days_left),
)


class CampaignsPanel(QWidget):
    """All campaigns, the latest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.view: RowsView[CampaignRow] = RowsView(COLUMNS, "还没有走访行动。")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(muted_label(_ABOUT))
        inside.addWidget(self.view, 1)
        self.view.opened.connect(lambda row: self.share_out(row.campaign))
        inside.addLayout(row(
            button("新建行动…", self.add, "primary"), button("分工和进度…", self._selected), None
        ))  # fmt: skip

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_campaigns(store), self.view.set_rows, owner=self)

    def _selected(self) -> None:
        rows = self.view.selected()
        if rows:
            self.share_out(rows[0].campaign)

    def share_out(self, campaign: Campaign) -> None:
        """Who walks which stair of it."""
        StairsDialog(self.desk, self, campaign).open()

    def add(self) -> None:
        NewCampaignDialog(self.desk, self).open()


class NewCampaignDialog(FormDialog):
    """Name, days, scope and target."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        store = desk.store
        fields = (
            Field("name", "名称", hint="如 夏季千户访", required=True),
            Field("target", "目标户数", hint="不写就是范围内的全部住户"),
            Field("start_on", "从哪天", required=True),
            Field("end_on", "到哪天", required=True),
            Field("estates", "小区", SEVERAL, {p.uid: p.name for p in places.estates(store)}),
            Field("buildings", "楼栋", SEVERAL, {p.uid: p.place for p in places.buildings(store)}),
            Field("tags", "关爱标签", SEVERAL, care_tags.tag_names(store)),
            Field("uses", "房屋性质", SEVERAL, LABELS["type_of_use"]),
            Field("note", "备注"),
        )
        super().__init__(
            desk, parent, "新建走访行动", fields, lambda given: create(store, given),
            values={"start_on": day_words(clock.today())}, words=_SCOPE,
        )  # fmt: skip


def create(store: Store, given: dict[str, Any]) -> str:
    """Begin the campaign as typed."""
    today, target = clock.today(), given["target"]
    if target and not target.isdecimal():
        raise BadValue("目标户数", target, "请写一个整数，或留空")
    return campaigns.add_campaign(
        store,
        given["name"],
        read_day(given["start_on"], today, ahead=True) or today,
        read_day(given["end_on"], today, ahead=True) or today,
        estates=given["estates"],
        buildings=given["buildings"],
        tags=given["tags"],
        uses=given["uses"],
        target=int(target) if target else None,
        note=given["note"],
    )
