"""Settings of the office: its name, the people and PCs that work with it, the text size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.models import settings, sites, users
from desktop.models.office_settings import OfficeFacts, office_facts, put_settings, set_office
from desktop.models.sites import Site
from desktop.models.store import Store
from desktop.models.words import label
from desktop.ui import style
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHECK, Field, Form
from desktop.ui.common.parts import Card, button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.preferences import TEXT_SCALES

_OFFICE = (
    Field("name", "单位名称", required=True),
    Field("street", "所属街道"),
    Field("district", "所属区"),
    Field("user", "使用人", required=True, hint="坐在这台电脑前的人"),
)
_WORK = (
    Field("office_phone", "社区电话", hint="印在走访表上，方便居民联系"),
    Field("doors_per_evening", "每晚可走户数", hint="用来估算多少个晚上能走完；2小时约4户一组"),
    Field("in_person_counts_proxy", "上门由家人代答也算入户", CHECK,
          hint="只影响入户率的分子；勾选前请先与街道口径对一致"),
)  # fmt: skip
_SIZES = {100: "标准", 125: "大（125%）", 150: "特大（150%）"}


@dataclass(frozen=True, slots=True)
class OfficeRead:
    facts: OfficeFacts
    user: str
    work: dict[str, Any]
    users: list[str]
    sites: list[Site]
    own: str


def read_office(store: Store) -> OfficeRead:
    return OfficeRead(
        office_facts(store),
        users.current(store).name,
        {field.name: settings.get(store, field.name) for field in _WORK},
        [user.name for user in users.users(store)],
        sites.sites(store),
        store.site,
    )


class OfficeTab(QWidget):
    """单位与电脑."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 14, 0, 0)
        columns.setSpacing(14)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(14)
            columns.addLayout(side, 1)
        self.office = Form(_OFFICE)
        card = Card("单位")
        self.level = muted_label()
        card.body.addWidget(self.level)
        card.body.addWidget(self.office)
        card.body.addLayout(row(None, button("保存单位信息", self.save_office)))
        left.addWidget(card)
        self.work = Form(_WORK)
        card = Card("工作习惯")
        card.body.addWidget(self.work)
        card.body.addLayout(row(None, button("保存工作习惯", self.save_work)))
        left.addWidget(card)
        left.addStretch(1)
        right.addWidget(self._build_size())
        self.users = muted_label()
        card = Card("使用人")
        card.body.addWidget(self.users)
        right.addWidget(card)
        self.sites: RowsView[Site] = RowsView(self._site_columns(), "还没有登记其他电脑。")
        card = Card("本单位的电脑")
        card.body.addWidget(self.sites)
        right.addWidget(card, 1)

    def _site_columns(self) -> tuple[Column[Site], ...]:
        def state(site: Site) -> str:
            return "已停用" if site.revoked else "本机" if site.uid == self.desk.store.site else ""

        return (
            Column("名称", lambda site: site.name),
            Column("登记日期", lambda site: site.added_on, width=110),
            Column("", state, width=72),
        )

    def _build_size(self) -> Card:
        card = Card("文字大小")
        self.size_box = QComboBox()
        self.size_box.setAccessibleName("文字大小")
        for scale in TEXT_SCALES:
            self.size_box.addItem(_SIZES[scale], scale)
        chosen = TEXT_SCALES.index(self.desk.preferences.text_scale)
        self.size_box.setCurrentIndex(chosen)
        self.size_box.activated.connect(lambda _: self.set_size(self.size_box.currentData()))
        card.body.addLayout(row(self.size_box, None))
        card.body.addWidget(muted_label("文字立即变化；表格和间距在下次打开时一起调整。"))
        return card

    def show_read(self, found: OfficeRead) -> None:
        facts = found.facts
        self.level.setText(f"层级：{label('level', facts.level) or '等待接收本单位数据'}")
        self.office.set_values(
            {"name": facts.name, "street": facts.street, "district": facts.district,
             "user": found.user}
        )  # fmt: skip
        self.work.set_values(found.work)
        self.users.setText("、".join(found.users) or "还没有")
        self.sites.set_rows(found.sites)

    def save_office(self) -> None:
        if not self.office.missing():
            values = self.office.values()
            self.desk.jobs.load(lambda: set_office(self.desk.store, **values), lambda _: None)

    def save_work(self) -> None:
        values = self.work.values()
        self.desk.jobs.load(lambda: put_settings(self.desk.store, values), lambda _: None)

    def set_size(self, scale: int) -> None:
        """Remember the text size on this PC and use it at once."""
        self.desk.preferences.text_scale = scale
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        style.dress(app, scale)
        self.desk.note("文字大小已改；表格和间距在下次打开时一起调整。")
