"""Settings of dates: how often each kind of household is visited, until when items are due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.files import text_of
from desktop.models import settings, workdays
from desktop.models.care_tags import TagKind, tag_kinds
from desktop.models.office_settings import put_settings, save_tag_kind
from desktop.models.store import Store
from desktop.models.words import LABELS, label
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHECK, CHOICE, Field, Form, FormDialog
from desktop.ui.common.parts import Card, button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView

_OTHERS = (
    Field("interval_frail_alone", "独居80岁以上、失能独居（天）"),
    Field("interval_rented", "出租户（天）"),
    Field("interval_ordinary", "普通住户（天）"),
    Field("window_ordinary", "普通住户的计算方式", CHOICE, LABELS["due_window"]),
    Field("interval_registered_only", "空挂户，电话（天）"),
    Field("interval_vacant", "空置房，外观查看（天）"),
    Field("refusal_mute_days", "拒访后暂不上门（天）"),
)
_TIMES = (
    Field("workdays_ordinary", "一般（工作日）"),
    Field("workdays_harder", "较难（工作日）"),
    Field("workdays_difficult", "疑难（工作日）"),
)
_KIND = (
    Field("name", "标签名称", required=True),
    Field("interval_days", "多少天走访一次", hint="不填：这个标签本身不要求走访"),
    Field("window", "计算方式", CHOICE, LABELS["due_window"],
          hint="滚动：从上次见面起算；按月：每个自然月至少一次，其余类推"),
    Field("phone_ok", "电话联系也算", CHECK),
    Field("active", "使用中", CHECK),
)  # fmt: skip
_TABLE = "每行一条，如：2027 春节 休 2027-02-05~2027-02-11"
COLUMNS: tuple[Column[TagKind], ...] = (
    Column("标签", lambda k: k.name, colour=lambda k: "" if k.active else "muted"),
    Column("间隔", lambda k: f"{k.interval_days}天" if k.interval_days else "—", width=76,
           number=True, sort=lambda k: k.interval_days or 0),
    Column("计算方式", lambda k: label("due_window", k.window), width=90),
    Column("电话也算", lambda k: "是" if k.phone_ok else "否", width=84, align="center"),
    Column("状态", lambda k: "" if k.active else "停用", width=64),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitsRead:
    kinds: list[TagKind]
    others: dict[str, Any]
    years: list[int]  # whose public holidays are known


def read_visits(store: Store) -> VisitsRead:
    others = {field.name: settings.get(store, field.name) for field in (*_OTHERS, *_TIMES)}
    return VisitsRead(tag_kinds(store), others, sorted(workdays.calendar_of(store).years))


class VisitsTab(QWidget):
    """走访间隔."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 14, 0, 0)
        columns.setSpacing(14)
        card = Card("关爱标签")
        card.body.addWidget(
            muted_label("一户有几个标签时按最短的间隔走访。双击修改；改动对所有电脑生效。")
        )
        self.kinds: RowsView[TagKind] = RowsView(COLUMNS, sortable=False)
        self.kinds.opened.connect(self.edit_kind)
        card.body.addWidget(self.kinds, 1)
        card.body.addLayout(
            row(button("修改", self._edit_chosen), button("新增标签", self.add_kind), None)
        )
        columns.addWidget(card, 3)
        card = Card("其他住户")
        self.others = Form(_OTHERS)
        card.body.addWidget(self.others)
        card.body.addWidget(section_label("事项的办理时限"))
        self.times = Form(_TIMES)
        self.years = muted_label()
        card.body.addWidget(self.times)
        card.body.addWidget(self.years)
        card.body.addLayout(row(
            button("导入节假日表…", self.import_holidays, tip=_TABLE), None,
            button("保存天数", self.save_others),
        ))  # fmt: skip
        card.body.addStretch(1)
        columns.addWidget(card, 2)

    def show_read(self, found: VisitsRead) -> None:
        self.kinds.set_rows(found.kinds)
        self.others.set_values(found.others)
        self.times.set_values(found.others)
        known = "、".join(map(str, found.years))
        self.years.setText(f"知道{known}年的放假安排；别的年份{workdays.UNKNOWN_YEAR_NOTE}。")

    def save_others(self) -> None:
        values = {**self.others.values(), **self.times.values()}
        self.desk.jobs.load(
            lambda: put_settings(self.desk.store, values, "修改走访间隔和办理时限"), lambda _: None
        )

    def import_holidays(self) -> None:
        """Take in the official arrangement of a further year."""
        files = self.desk.ask.open_files("选择节假日表", "文本文件 (*.txt)")
        if files:
            store, path = self.desk.store, files[0]
            self.desk.jobs.load(
                lambda: workdays.import_table(store, text_of(path)),
                lambda _: self.desk.note("节假日表已导入，以后的期限按它计算。"),
                owner=self,
            )

    def _edit_chosen(self) -> None:
        for kind in self.kinds.selected()[:1]:
            self.edit_kind(kind)

    def add_kind(self) -> None:
        self._ask("新增关爱标签", "", {"window": "rolling", "phone_ok": True, "active": True})

    def edit_kind(self, kind: TagKind) -> None:
        start = {field.name: getattr(kind, field.name) for field in _KIND}
        self._ask(f"走访间隔：{kind.name}", kind.code, start)

    def _ask(self, title: str, code: str, start: dict[str, Any]) -> None:
        def save(values: dict[str, Any]) -> object:
            return save_tag_kind(self.desk.store, code, **values)

        FormDialog(self.desk, self, title, _KIND, save, values=start).open()
