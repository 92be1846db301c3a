"""What was recorded: the visits of a day or a month, correcting them, the daily log's paper."""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.print import documents
from desktop.models import items, residents, visits
from desktop.models.store import Store
from desktop.models.visits import Visit
from desktop.models.words import LABELS, label
from desktop.ui.common.day_edit import DayEdit
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, count_label, filter_field, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import scaled
from desktop.ui.visits.correction_dialog import CorrectionDialog
from desktop.ui.visits.visit_book_dialog import choose_book

_SPANS = ("今天", "本月", "上月", "某一天")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit with the door's words and what it brought onto the lists."""

    visit: Visit
    door: str
    head: str
    lists: str


def read_visits(store: Store, first: date, last: date) -> list[VisitRow]:
    """Newest first."""
    found = visits.visits_between(store, first, last)[::-1]
    homes = {
        home.uid: home
        for home in residents.households(store, sorted({each.household for each in found}))
    }
    brought: dict[str, Counter[str]] = {}
    for item in items.items(store):
        if item.visit:
            brought.setdefault(item.visit, Counter())[item.kind] += 1
    rows = []
    for each in found:
        home = homes.get(each.household)
        lists = "，".join(
            f"{label('item_kind', kind)}{count}"
            for kind, count in sorted(brought.get(each.uid, Counter()).items())
        )
        door, head = (home.door, home.head_name) if home else ("（已删除的住户）", "")
        rows.append(VisitRow(each, door, head, lists))
    return rows


def _remarks(row: VisitRow) -> str:
    visit = row.visit
    return "；".join(text for text in (visit.changed, visit.answered, visit.note) if text)


def _outcome_colour(row: VisitRow) -> str:
    return "" if row.visit.valid else "warn"


COLUMNS: tuple[Column[VisitRow], ...] = (
    Column("日期", lambda r: r.visit.happened_on, width=100),
    Column("门牌", lambda r: r.door, width=190),
    Column("户主", lambda r: r.head, width=80),
    Column("方式", lambda r: label("mode", r.visit.mode), width=80),
    Column("结果", lambda r: label("outcome", r.visit.outcome), width=90, colour=_outcome_colour),
    Column("走访人", lambda r: "、".join(r.visit.walkers), width=140),
    Column("清单", lambda r: r.lists, width=110),
    Column("变化、答复、备注", _remarks),
    Column("下次", lambda r: r.visit.next_on or "", width=100),
)  # fmt: skip


class LogPanel(QWidget):
    """The list of visits in force with filters."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._rows: list[VisitRow] = []
        self.span = QComboBox()
        self.span.setMaximumWidth(scaled(200))
        self.span.addItems(_SPANS)
        self.span.setCurrentText("本月")
        self.day = DayEdit(day=clock.today())
        self.day.setFixedWidth(scaled(140))
        self.day.setEnabled(False)
        self.span.currentTextChanged.connect(self._span_changed)
        self.day.editingFinished.connect(self.load)
        self.outcome = QComboBox()
        self.outcome.setMaximumWidth(scaled(200))
        self.outcome.addItem("全部结果", "")
        for code, words in LABELS["outcome"].items():
            self.outcome.addItem(words, code)
        self.outcome.currentIndexChanged.connect(lambda _: self._show())
        self.wanted = filter_field("筛选门牌、户主、走访人", self._show)
        self.count = count_label()
        self.view: RowsView[VisitRow] = RowsView(COLUMNS, "这段时间没有走访记录。")
        for place in (3, 6, 8):  # large text has no room for mode, lists and next date
            self.view.show_column(place, scaled(100) < 140)
        self.view.opened.connect(self._correct)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addLayout(
            row(self.span, self.day, self.outcome, self.wanted, self.count, spacing=10)
        )
        inside.addWidget(self.view, 1)
        inside.addLayout(row(
            button("打印民情日志…", self.print_log),
            button("导入走访表…", self.import_book, tip="把多人填好的走访工作簿一次导入"),
            None,
            button("更正…（回车）", self.correct_selected),
        ))  # fmt: skip

    def _span_changed(self, span: str) -> None:
        self.day.setEnabled(span == "某一天")
        self.load()

    def days(self) -> tuple[date, date]:
        """First and last day that are shown."""
        today = clock.today()
        span = self.span.currentText()
        if span == "某一天":
            day = self.day.day() or today
            return day, day
        if span == "今天":
            return today, today
        if span == "上月":
            last = today.replace(day=1) - timedelta(days=1)
            return last.replace(day=1), last
        end = calendar.monthrange(today.year, today.month)[1]
        return today.replace(day=1), today.replace(day=end)

    def load(self) -> None:
        try:
            first, last = self.days()
        except UserError as error:
            self.desk.note(str(error))
            return
        store = self.desk.store
        self.desk.jobs.load(lambda: read_visits(store, first, last), self._take, owner=self)

    def _take(self, rows: list[VisitRow]) -> None:
        self._rows = rows
        self._show()

    def _show(self) -> None:
        outcome, text = self.outcome.currentData(), self.wanted.text().strip()
        rows = [
            each
            for each in self._rows
            if (not outcome or each.visit.outcome == outcome)
            and (
                not text
                or any(text in words for words in (each.door, each.head, *each.visit.walkers))
            )
        ]
        doors = len({each.visit.household for each in rows})
        met = len({each.visit.household for each in rows if each.visit.valid})
        self.count.setText(f"{len(rows)} 次，{doors} 户，其中见到 {met} 户")
        self.view.set_rows(rows)

    def correct_selected(self) -> None:
        rows = self.view.selected()
        if rows:
            self._correct(rows[0])

    def _correct(self, chosen: VisitRow) -> None:
        CorrectionDialog(self.desk, self, chosen.visit, chosen.door).open()

    def print_log(self) -> None:
        """民情日志 of one day; of one person when a name is given."""
        first, last = self.days()
        names = sorted({name for each in self._rows for name in each.visit.walkers})
        worker = self.desk.ask.choose("谁的民情日志？", ["全部走访人", *names])
        if worker is None:
            return
        day = first
        if first != last:
            days = sorted({each.visit.happened_on for each in self._rows}, reverse=True)
            picked = self.desk.ask.choose("哪一天？", days) if days else None
            if picked is None:
                return
            day = date.fromisoformat(picked)
        store, who = self.desk.store, "" if worker == "全部走访人" else worker
        preview(
            self.desk, self, f"民情日志{day.isoformat()}",
            lambda path, progress: documents.print_log(
                store, path, day, worker=who, progress=progress
            ),
        )  # fmt: skip

    def import_book(self) -> None:
        choose_book(self.desk, self)
