"""What patrols found: entering, correcting, and what was solved the same day or reported up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from desktop import clock
from desktop.models import patrols, places, roster, users
from desktop.models.month_period import earlier, month_words
from desktop.models.patrols import NewPatrol, Patrol
from desktop.models.store import Store
from desktop.models.words import LABELS, label
from desktop.ui.common.day_edit import day_words, read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHECK, CHOICE, NOTE, Field, FormDialog
from desktop.ui.common.parts import button, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.style import scaled

_MONTHS = 13
_ABOUT = "计入当天的民情日志和当月月报的“巡查”。内容里不要写居民姓名。"


@dataclass(frozen=True, slots=True)
class PatrolRow:
    patrol: Patrol
    place: str


@dataclass(frozen=True, slots=True)
class _Read:
    rows: list[PatrolRow]
    buildings: dict[str, str]


def read_patrols(store: Store, month: str) -> _Read:
    """The findings of one month, newest first, and the buildings to choose from."""
    buildings = {each.uid: each.place for each in places.buildings(store)}
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    found = patrols.patrols_between(store, first, last)[::-1]
    rows = [
        PatrolRow(each, buildings.get(each.building, "（已删除）") if each.building else "")
        for each in found
    ]
    return _Read(rows, buildings)


def _end(row: PatrolRow) -> str:
    words = ("当天解决", row.patrol.solved_same_day), ("已上报", row.patrol.reported_up)
    return "、".join(word for word, yes in words if yes)


COLUMNS: tuple[Column[PatrolRow], ...] = (
    Column("日期", lambda r: r.patrol.happened_on, width=104, firm=True),
    Column("类别", lambda r: label("patrol_kind", r.patrol.kind), width=90),
    Column("发现的情况", lambda r: r.patrol.text),
    Column("地点", lambda r: r.place, width=150),
    Column("巡查人", lambda r: r.patrol.worker, width=90),
    Column("结果", _end, width=140, colour=lambda r: "good" if r.patrol.solved_same_day else ""),
)


class PatrolsPanel(QWidget):
    """The findings of a month."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._buildings: dict[str, str] = {}
        self.month = QComboBox()
        self.month.setAccessibleName("月份")
        self.month.setMaximumWidth(scaled(160))
        this = clock.today().strftime("%Y-%m")
        for back in range(_MONTHS):
            month = earlier(this, back)
            self.month.addItem(month_words(month), month)
        self.month.currentIndexChanged.connect(lambda _: self.load())
        self.count = QLabel()
        self.view: RowsView[PatrolRow] = RowsView(COLUMNS, "这个月还没有巡查记录。")
        self.view.opened.connect(self._correct)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addLayout(row(self.month, self.count, None, spacing=10))
        inside.addWidget(self.view, 1)
        inside.addLayout(row(
            button("登记巡查…", self.add, "primary"), None,
            button("修改…（回车）", self.correct_selected),
            button("删除…", self.remove_selected, "danger"),
        ))  # fmt: skip

    def load(self) -> None:
        store, month = self.desk.store, str(self.month.currentData())
        self.desk.jobs.load(lambda: read_patrols(store, month), self._show, owner=self)

    def _show(self, found: _Read) -> None:
        self._buildings = found.buildings
        solved = sum(each.patrol.solved_same_day for each in found.rows)
        self.count.setText(f"共 {len(found.rows)} 件，当天解决 {solved} 件")
        self.view.set_rows(found.rows)

    def add(self) -> None:
        """Ask for one finding."""
        start = {
            "happened_on": day_words(clock.today()), "worker": users.current(self.desk.store).name,
        }  # fmt: skip
        self._ask("登记巡查", start, lambda found: patrols.record(self.desk.store, found))

    def correct_selected(self) -> None:
        rows = self.view.selected()
        if rows:
            self._correct(rows[0])
        else:
            self.desk.note("先在表里选一条。")

    def _correct(self, chosen: PatrolRow) -> None:
        patrol = chosen.patrol
        start = {
            "happened_on": day_words(date.fromisoformat(patrol.happened_on)),
            "kind": patrol.kind, "text": patrol.text, "building": patrol.building or "",
            "worker": patrol.worker, "solved": patrol.solved_same_day, "up": patrol.reported_up,
        }  # fmt: skip
        self._ask(
            "修改巡查记录", start,
            lambda found: patrols.correct(self.desk.store, patrol.uid, found),
        )  # fmt: skip

    def _ask(self, title: str, start: dict[str, Any], keep: Any) -> None:
        fields = (
            Field("happened_on", "日期", required=True),
            Field("kind", "类别", CHOICE, LABELS["patrol_kind"]),
            Field("text", "发现的情况", NOTE, required=True),
            Field("building", "地点", CHOICE, {"": "（不在某一栋）", **self._buildings}),
            Field("worker", "巡查人"),
            Field("solved", "当天已解决", CHECK),
            Field("up", "已向上反映", CHECK),
        )
        FormDialog(
            self.desk, self, title, fields, lambda values: keep(_found(values)), values=start,
            words=_ABOUT,
        ).open()  # fmt: skip

    def remove_selected(self) -> None:
        """Take out a finding that was entered by mistake, after a reason."""
        rows = self.view.selected()
        if not rows:
            self.desk.note("先在表里选一条。")
            return
        reason = self.desk.ask.reason("删除这条巡查记录，原因是：")
        if reason:
            store, uid = self.desk.store, rows[0].patrol.uid
            self.desk.jobs.load(
                lambda: roster.remove(store, uid, reason), lambda _: None, owner=self
            )


def _found(values: dict[str, Any]) -> NewPatrol:
    today = clock.today()
    return NewPatrol(
        happened_on=read_day(values["happened_on"], today, ahead=False) or today,
        kind=values["kind"],
        text=values["text"],
        worker=values["worker"],
        building=values["building"] or None,
        solved_same_day=values["solved"],
        reported_up=values["up"],
    )
