"""The first screen of a street office or district: who has reported, what waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QTabWidget

from desktop import clock
from desktop.exchange import backup
from desktop.models import letters
from desktop.models.clock_doubt import clock_doubt
from desktop.models.letters import LetterState
from desktop.models.month_period import earlier, month_words
from desktop.models.partners import offices_below
from desktop.models.rollup import Rollup, read_rollup
from desktop.models.rollup_table import RollupLine, lines_of
from desktop.models.store import Store
from desktop.models.streams import correspondents
from desktop.moments import short_day
from desktop.ui.common.day_edit import long_day_words
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.parts import Card, NumberTile, button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.arrivals import ArrivalsBar
from desktop.ui.exchange.letter_dialog import LetterDialog
from desktop.ui.exchange.letter_words import TASKS, numbers, summary
from desktop.ui.style import roomy

_FIGURES = (
    "households", "visit_rate", "door_entry_rate", "on_time_visit_rate", "contact_rate",
    "need.closure_rate", "need.on_time_rate", "need.satisfaction_rate", "dispute.registered",
    "mediation_success_rate", "building_chief_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office below: whether it has reported the month, when it was heard, what is missing."""

    name: str
    report: str
    reported: bool
    heard: str
    missing: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the sums, with what each office has in it."""

    line: RollupLine
    by_office: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the screen shows, read in one go."""

    on: date
    month: str
    total: Rollup
    offices: list[OfficeRow]
    figures: list[Figure]
    to_answer: list[LetterState]
    tasks: list[LetterState]
    warnings: list[str]

    @property
    def gaps(self) -> int:
        return sum(1 for each in self.offices if each.missing)


def read_overview(store: Store) -> Overview:
    on = clock.today()
    month = earlier(on.isoformat()[:7], 1)
    total = read_rollup(store, month)
    reported = {part.office: part for part in total.parts}
    heard: dict[str, str] = {}
    gaps: dict[str, list[str]] = {}
    for each in correspondents(store):
        uid = each.partner.office
        heard[uid] = max(heard.get(uid, ""), each.heard)
        if each.missing:
            gaps.setdefault(uid, []).append(numbers(each.missing))
    offices = [
        OfficeRow(
            name,
            f"第{reported[uid].number}号，{'已封账' if reported[uid].sealed else '未封账'}"
            if uid in reported
            else "还没有报",
            uid in reported,
            heard.get(uid, "")[:10],
            "；".join(gaps.get(uid, ())),
        )
        for uid, name in sorted(offices_below(store).items(), key=lambda found: found[1])
    ]
    lines = {line.key: line for line in lines_of(total)}
    waiting = letters.to_do(store)
    return Overview(
        on, month, total, offices, [_figure(total, lines[key]) for key in _FIGURES if key in lines],
        [each for each in waiting if each.letter.kind != "notice"], letters.tasks(store),
        [*filter(None, [clock_doubt(store)]), *backup.problems(store)],
    )  # fmt: skip


def _figure(total: Rollup, line: RollupLine) -> Figure:
    parts = zip(total.parts, line.cells, strict=True)
    return Figure(line, "　".join(f"{part.office_name} {cell.short}" for part, cell in parts))


OFFICES: tuple[Column[OfficeRow], ...] = (
    Column("单位", lambda r: r.name),
    Column(
        "月报", lambda r: r.report, width=150, colour=lambda r: "good" if r.reported else "late"
    ),
    Column("最近来件", lambda r: r.heard[5:] or "还没有", width=84),
    Column("缺号", lambda r: r.missing, width=120, colour=lambda _: "warn"),
)
FIGURES: tuple[Column[Figure], ...] = (
    Column("项目", lambda r: r.line.label, width=190),
    Column("合计", lambda r: r.line.total.text, width=150, number=True, firm=True),
    Column("各单位", lambda r: r.by_office),
)


LETTERS: tuple[Column[LetterState], ...] = (
    Column("日期", lambda r: short_day(r.letter.made), width=64),
    Column("谁来的", lambda r: r.letter.office_name, width=96),
    Column("内容", lambda r: summary(r.letter.kind, r.letter.body)),
)


class Page(BasePage):
    """今日, above the communities."""

    title = "今日"
    concerns = frozenset({
        "reports_in", "reports_out", "partners", "settings", "items", "item_events", "office",
    })  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: Overview | None = None
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
        middle.addWidget(self._build_offices(), 5)
        middle.addWidget(self._build_letters(), 5)
        self.body.addLayout(middle, 1)
        figures = self._build_figures()
        if roomy():
            self.body.addWidget(figures, 1)
        else:  # large text has no room for it below
            self.side.addTab(figures, "合计")

    def _to_packages(self, _: object) -> None:
        """What has come is looked at where it can be compared and taken in."""
        self.desk.go(Place("exchange", "arrived"))

    def _build_tiles(self) -> QHBoxLayout:
        go = self.desk.go
        self.reported_tile = NumberTile("已报月报（个）", lambda: self._go_month())
        self.missing_tile = NumberTile("还没有报（个）", lambda: self._go_month())
        self.answer_tile = NumberTile("等我们答复（件）", lambda: go(Place("exchange", "offices")))
        self.gap_tile = NumberTile("有缺号的单位（个）", lambda: go(Place("exchange", "offices")))
        line = QHBoxLayout()
        line.setSpacing(12)
        for tile in (self.reported_tile, self.missing_tile, self.answer_tile, self.gap_tile):
            line.addWidget(tile, 1)
        return line

    def _build_offices(self) -> Card:
        card = Card()
        self.about = section_label("")
        self.offices: RowsView[OfficeRow] = RowsView(
            OFFICES, "还没有登记下级单位。请到“交换 → 上下级”登记它们的名片。"
        )
        self.offices.show_column(2, roomy())
        self.offices.opened.connect(lambda _: self._go_month())
        card.body.addWidget(self.about)
        card.body.addWidget(self.offices, 1)
        return card

    def _build_letters(self) -> QTabWidget:
        self.letters: RowsView[LetterState] = RowsView(
            LETTERS, "没有等答复的来文。", sortable=False
        )
        self.tasks: RowsView[LetterState] = RowsView(
            TASKS, "没有要办的任务和通知。", sortable=False
        )
        for view in (self.letters, self.tasks):
            view.opened.connect(self._open)
        self.side = QTabWidget()
        self.side.addTab(self.letters, "等答复的来文")
        self.side.addTab(self.tasks, "上级的任务")
        return self.side

    def _build_figures(self) -> Card:
        card = Card()
        self.figures: RowsView[Figure] = RowsView(FIGURES, "还没有单位上报。", sortable=False)
        self.figures.opened.connect(lambda _: self._go_month())
        card.body.addLayout(row(
            section_label("合计"), None, button("各单位的数字", self._go_month, "link"),
        ))  # fmt: skip
        card.body.addWidget(self.figures, 1)
        return card

    def _go_month(self) -> None:
        month = self.found.month if self.found else ""
        self.desk.go(Place("reports", f"month:{month}"))

    def _open(self, received: LetterState) -> None:
        LetterDialog(self.desk, self, received, self.load).open()

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_overview(store), self._show, owner=self)

    def _show(self, found: Overview) -> None:
        self.found = found
        self._day.setText(long_day_words(found.on))
        missing = sum(1 for each in found.offices if not each.reported)
        self.reported_tile.show_number(len(found.offices) - missing)
        self.missing_tile.show_number(missing, alarm=True)
        self.answer_tile.show_number(len(found.to_answer), alarm=True)
        self.gap_tile.show_number(found.gaps, alarm=True)
        self.about.setText(f"{month_words(found.month)}上报情况")
        self.offices.set_rows(found.offices)
        self.figures.set_rows(found.figures)
        self.letters.set_rows(found.to_answer)
        self.tasks.set_rows(found.tasks)
        for place, words, rows in (
            (0, "等答复的来文", found.to_answer), (1, "上级的任务", found.tasks),
        ):  # fmt: skip
            self.side.setTabText(place, f"{words} {len(rows)}" if rows else words)
        warnings = found.warnings
        if not self.desk.preferences.recovery_kept:
            warnings = ["恢复单还没有打印锁好，忘了口令就打不开资料。", *warnings]
        self.banner.setText("".join(warnings) + "　点这里处理")
        self.banner.setVisible(bool(warnings))
