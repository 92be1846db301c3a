"""The screen people start the day with: who is due, what is late, what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from desktop import clock
from desktop.exchange import backup
from desktop.exchange.print import documents
from desktop.models import items, letters, news, promises, residents, settings
from desktop.models.clock_doubt import clock_doubt
from desktop.models.due import Due, due_list
from desktop.models.items import Item
from desktop.models.letters import LetterState
from desktop.models.news import News
from desktop.models.profile import office
from desktop.models.promises import Promise
from desktop.models.store import Store
from desktop.ui.common.day_edit import long_day_words
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.common.parts import Card, NumberTile, button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.arrivals import ArrivalsBar
from desktop.ui.exchange.letter_dialog import LetterDialog
from desktop.ui.exchange.letter_words import TASKS
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import roomy
from desktop.ui.today.building_map import BuildingMap, BuildingTile, filtered, read_tiles
from desktop.ui.today.due_tree import DueTree

_NOBODY_DUE = "现在没有到期要走访的住户。"
_NO_ROSTER = "还没有住户。请到“交换”里导入花名册（Ctrl+7），或在“花名册”里新增。"
_NOT_JOINED = "本机还没有加入单位。请到“交换 → 数据包”（Ctrl+7）照三步办，资料随第一个数据包来。"
_SPANS = {"今天为止到期": 0, "7天内到期": 7, "30天内到期": 30}


@dataclass(frozen=True, slots=True)
class PromiseRow:
    promise: Promise
    door: str
    silent: bool  # past its day, or a month old without one, and not a word about it


@dataclass(frozen=True, slots=True)
class Today:
    """Everything the screen shows, read in one go."""

    on: date
    dues: list[Due]
    late_items: list[Item]
    promises: list[PromiseRow]
    news: News
    doors_per_evening: int
    warnings: list[str]
    any_household: bool
    tiles: list[BuildingTile]
    tasks: list[LetterState]
    joined: bool  # else the office's data is still to come

    @property
    def late_dues(self) -> int:
        return sum(1 for due in self.dues if due.overdue_days > 0)


def read_today(store: Store, within: int) -> Today:
    on = clock.today()
    late = [
        item
        for item in items.items(store, only_open=True)
        if item.due_on and item.due_on < on.isoformat()
    ]
    silent = promises.silent(store, on)  # what nobody speaks of comes first
    unheard = {promise.uid for promise in silent}
    made = silent + [each for each in promises.open_promises(store) if each.uid not in unheard]
    doors = {
        home.uid: home.door
        for home in residents.households(store, sorted({promise.household for promise in made}))
    }
    dues = due_list(store, on, within=within)
    return Today(
        on,
        dues,
        sorted(late, key=lambda item: item.due_on or ""),
        [PromiseRow(each, doors.get(each.household, ""), each.uid in unheard) for each in made],
        news.news_since(store, on - timedelta(days=1)),
        int(settings.get(store, "doors_per_evening")),
        [*filter(None, [clock_doubt(store)]), *backup.problems(store)],
        residents.any_household(store),
        read_tiles(store, dues),
        letters.tasks(store),
        bool(office(store).uid),
    )


def _late(day: str | None) -> str:
    return "late" if day and day < clock.today().isoformat() else ""


ITEM_COLUMNS: tuple[Column[Item], ...] = (
    Column("期限", lambda i: (i.due_on or "")[5:], width=64, colour=lambda i: _late(i.due_on)),
    Column("门牌", lambda i: i.door or "（未写）", width=170),
    Column("内容", lambda i: i.text),
)
PROMISE_COLUMNS: tuple[Column[PromiseRow], ...] = (
    Column("期限", lambda p: (p.promise.until or "")[5:] or "未定", width=64,
           colour=lambda p: "late" if p.silent else ""),
    Column("门牌", lambda p: p.door, width=170),
    Column("答应的事", lambda p: p.promise.text),
)  # fmt: skip


class Page(BasePage):
    """今日."""

    title = "今日"
    concerns = frozenset(
        {"households", "residents", "care_tags", "visits", "items", "item_events", "promises",
         "tag_kinds", "settings", "population_events", "buildings", "reports_in", "office"}
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: Today | None = None
        self._day = muted_label()
        self._day.setWordWrap(False)
        self.body.addLayout(row(self.heading, self._day, None, spacing=12))
        self.banner = button("", lambda: desk.go(Place("settings", "safety")), "banner")
        self.banner.hide()
        self.body.addWidget(self.banner)
        self.arrivals = ArrivalsBar(desk, self, self._to_packages, self._to_packages)
        self.body.addWidget(self.arrivals)
        self.body.addLayout(self._build_tiles())
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self._build_dues(), 5)
        middle.addLayout(self._build_side(), 3 if roomy() else 4)  # large titles need the width
        self.body.addLayout(middle, 1)

    def _build_tiles(self) -> QHBoxLayout:
        go = self.desk.go
        self.due_tile = NumberTile("应走访（户）", lambda: go(Place("visits", "due")))
        self.late_tile = NumberTile("其中已超期（户）", lambda: go(Place("visits", "overdue")))
        self.item_tile = NumberTile("事项超期（件）", lambda: go(Place("items", "overdue")))
        self.promise_tile = NumberTile("答应未办（件）", lambda: go(Place("visits", "promises")))
        tiles = (self.due_tile, self.late_tile, self.item_tile, self.promise_tile)
        line = QHBoxLayout()
        line.setSpacing(12)
        for tile in tiles:
            line.addWidget(tile, 1)
        return line

    def _build_dues(self) -> Card:
        card = Card()
        self.span = QComboBox()
        self.span.setAccessibleName("到期范围")
        for words, days in _SPANS.items():
            self.span.addItem(words, days)
        self.span.currentIndexChanged.connect(self.load)
        self.evenings = muted_label()
        self.evenings.setWordWrap(False)
        card.body.addLayout(row(section_label("该走访谁"), self.evenings, None, self.span))
        self.tree = DueTree()
        self.tree.opened.connect(lambda uid: self.desk.go(Place("household", uid)))
        card.body.addWidget(self.tree, 1)
        self.print_forms_button = button("打印这些走访表", self.print_forms, "primary")
        self.print_forms_button.setToolTip("先选楼栋或住户；不选就打印全部")
        card.body.addLayout(
            row(
                self.print_forms_button, button("打印走访单", self.print_stairs), None,
                button("登记走访", lambda: self.desk.go(Place("visits", "record"))),
            )
        )  # fmt: skip
        return card

    def _build_side(self) -> QVBoxLayout:
        self.late_items = RowsView(ITEM_COLUMNS, "没有超过期限的事项。", sortable=False)
        self.late_items.opened.connect(
            lambda item: self.desk.go(Place("items", f"item:{item.uid}"))
        )
        self.promises = RowsView(PROMISE_COLUMNS, "没有还没办的承诺。", sortable=False)
        self.promises.opened.connect(
            lambda shown: self.desk.go(Place("household", shown.promise.household))
        )
        self.silent = QLabel()
        self.silent.setProperty("role", "error")
        self.news = QVBoxLayout()
        self.news.setSpacing(2)
        self.map = BuildingMap()
        self.map.chosen.connect(lambda _: self._show_dues())
        return self._lay_out_side()

    def _lay_out_side(self) -> QVBoxLayout:
        """One list at a time, so that each has room; large text leaves none for the map beside."""
        made = QWidget()
        inside = QVBoxLayout(made)
        inside.setContentsMargins(0, 6, 0, 0)
        inside.addWidget(self.silent)
        inside.addWidget(self.promises, 1)
        latest = QWidget()
        lines = QVBoxLayout(latest)
        lines.addLayout(self.news)
        lines.addStretch(1)
        self.tasks = RowsView(TASKS, "没有上级的任务和通知。", sortable=False)
        self.tasks.opened.connect(self._open_task)
        titles = ("超期事项", "答应的事", "任务", "昨天以来")
        short = ("超期", "答应", "任务", "新增")
        views: tuple[QWidget, ...] = (self.late_items, made, self.tasks, latest)
        tabs = QTabWidget()
        for title, view in zip(titles if roomy() else short, views, strict=True):
            tabs.addTab(view, title)
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addWidget(tabs, 3)
        if roomy():
            card = Card("楼栋：颜色越深，该走访的越多")
            card.body.addWidget(self.map, 1)
            side.addWidget(card, 2)
        else:
            tabs.addTab(self.map, "楼栋")
        self.side = tabs
        return side

    def load(self) -> None:
        within = self.span.currentData()
        self.desk.jobs.load(
            lambda: read_today(self.desk.store, within), self.show_today, owner=self
        )

    def show_today(self, found: Today) -> None:
        self.found = found
        self._day.setText(long_day_words(found.on))
        self.due_tile.show_number(len(found.dues))
        self.late_tile.show_number(found.late_dues, alarm=True)
        self.item_tile.show_number(len(found.late_items), alarm=True)
        silent = sum(row.silent for row in found.promises)
        self.promise_tile.show_number(len(found.promises), alarm=silent > 0)
        self.silent.setText(f"{silent}件没有下文，请过问")
        self.silent.setVisible(silent > 0)
        self.map.show_tiles(found.tiles)
        self._show_dues()
        self.print_forms_button.setEnabled(bool(found.dues))
        self.late_items.set_rows(found.late_items)
        self.tasks.set_rows(found.tasks)
        self.side.setTabText(
            self.side.indexOf(self.tasks), f"任务 {len(found.tasks)}" if found.tasks else "任务"
        )
        self.promises.set_rows(found.promises)
        self._show_news(found.news)
        self._show_warnings(found.warnings)

    def _open_task(self, task: LetterState) -> None:
        LetterDialog(self.desk, self, task, self.load).open()

    def shots(self) -> list[Shot]:
        return [Shot("side", self._shoot_side)]

    def _shoot_side(self) -> None:
        """What nobody speaks of and one building chosen; large text has the map as a tab."""
        self.side.setCurrentIndex(1 if roomy() else self.side.count() - 1)
        if self.map.count():
            self.map.item(0).setSelected(True)

    def _show_dues(self) -> None:
        """List the doors of the chosen buildings, or all."""
        found, wanted = self.found, self.map.selected()
        if found is None:
            return
        dues = filtered(found.dues, wanted)
        words = _evenings(len(dues), found.doors_per_evening)
        self.evenings.setText(f"只列选中的{len(wanted)}栋，{len(dues)}户" if wanted else words)
        nobody = _NO_ROSTER if found.joined else _NOT_JOINED
        self.tree.empty = _NOBODY_DUE if found.any_household else nobody
        self.tree.show_dues(dues)

    def showEvent(self, event: QShowEvent) -> None:
        """The recovery sheet may have been put away meanwhile."""
        super().showEvent(event)
        if self.found is not None:
            self._show_warnings(self.found.warnings)

    def _show_warnings(self, warnings: list[str]) -> None:
        """One line above everything while the data is not safe."""
        if not self.desk.preferences.recovery_kept:
            warnings = ["恢复单还没有打印锁好，忘了口令就打不开资料。", *warnings]
        self.banner.setText("".join(warnings) + "　点这里处理")
        self.banner.setVisible(bool(warnings))

    def _show_news(self, found: News) -> None:
        while self.news.count():
            old = self.news.takeAt(0).widget()
            if old is not None:
                old.deleteLater()
        lines: tuple[tuple[int, str, Place], ...] = (
            (found.visits, "新登记走访{}次", Place("visits")),
            (found.items, "新登记事项{}件", Place("items")),
            (found.closed, "办结事项{}件", Place("items")),
            (found.people, "人口变动{}条", Place("roster")),
            (found.edits, "手工修改{}次", Place("roster")),
            (found.packages, "收到数据包{}个", Place("exchange")),
        )
        for count, words, place in lines:
            if count:
                self.news.addWidget(self._news_line(words.format(f" {count:,} "), place))
        if not self.news.count():
            self.news.addWidget(muted_label("还没有新的记录。"))

    def _news_line(self, words: str, place: Place) -> QWidget:
        return button(words, lambda: self.desk.go(place), "link")

    def _to_packages(self, _: object) -> None:
        """What has come is looked at where it can be compared and taken in."""
        self.desk.go(Place("exchange", "arrived"))

    def _chosen(self) -> list[str]:
        """The selected doors, else all of the list."""
        shown = filtered(self.found.dues, self.map.selected()) if self.found else []
        dues = self.tree.chosen() or shown
        return [due.household for due in dues]

    def print_forms(self) -> None:
        """Visit forms of the chosen doors, in the order of the walk."""
        uids = self._chosen()
        question = f"没有选楼栋或住户，要打印全部{len(uids)}户的走访登记表吗？"
        if not self.tree.chosen() and len(uids) > 50 and not self.desk.ask.confirm(question):
            return
        preview(
            self.desk, self, "入户走访登记表",
            lambda path, progress: documents.print_forms(
                self.desk.store, path, uids, variant="office", progress=progress
            ),
        )  # fmt: skip

    def print_stairs(self) -> None:
        """One line a door, for walking a stair."""
        uids = self._chosen()
        preview(
            self.desk, self, "走访单",
            lambda path, progress: documents.print_stairs(
                self.desk.store, path, uids, progress=progress
            ),
        )  # fmt: skip


def _evenings(doors: int, per_evening: int) -> str:
    if not doors or per_evening <= 0:
        return ""
    return f"按每晚{per_evening}户，约需{-(-doors // per_evening)}个晚上"
