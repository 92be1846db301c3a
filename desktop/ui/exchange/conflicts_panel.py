"""Where two people changed the same thing unseen by each other: both values, and a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QRadioButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.models import conflicts, roster, sites, users
from desktop.models.conflicts import Candidate, Conflict
from desktop.models.field_words import TABLE_WORDS, field_word, value_word
from desktop.models.roster import HistoryLine
from desktop.models.store import Store
from desktop.models.subjects import subject
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card, button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.style import scaled

_GONE = "gone"


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict with everything a person needs to decide it, in words."""

    conflict: Conflict
    about: str
    candidates: tuple[tuple[str, str], ...]  # value, who and when
    history: tuple[HistoryLine, ...]

    @property
    def field(self) -> str:
        return field_word(self.conflict.table, self.conflict.field)


def read_conflicts(store: Store) -> list[ConflictRow]:
    names = {user.uid: user.name for user in users.users(store)}
    places = {site.uid: site.name for site in sites.sites(store)}
    rows = []
    for each in conflicts.conflicts(store):
        lines = roster.history(store, each.uid)
        rows.append(
            ConflictRow(
                each,
                _about(store, each),
                tuple((_value_words(each, c), _who(c, names, places)) for c in each.candidates),
                tuple(
                    replace(line, value=value_word(each.table, each.field, line.value))
                    for line in lines
                    if line.field == each.field
                ),
            )
        )
    return rows


def _about(store: Store, conflict: Conflict) -> str:
    kind = TABLE_WORDS.get(conflict.table, conflict.table)
    return f"{kind}：{subject(store, conflict.table, conflict.uid)}"


def _value_words(conflict: Conflict, candidate: Candidate) -> str:
    if conflict.field != _GONE:
        return value_word(conflict.table, conflict.field, candidate.value)
    return "删除这条记录" if candidate.value in (1, True) else "保留（另一人还在改它）"


def _who(candidate: Candidate, names: dict[str, str], places: dict[str, str]) -> str:
    who = names.get(candidate.user, "未知")
    site = places.get(candidate.site, f"{candidate.site[:6]}号机")
    return f"{who}，在{site}，{candidate.wall.replace('T', ' ')[:16]}"


COLUMNS: tuple[Column[ConflictRow], ...] = (
    Column("哪条记录", lambda r: r.about),
    Column("哪一项", lambda r: r.field, width=100),
    Column(
        "各写了什么", lambda r: " ／ ".join(dict.fromkeys(v for v, _ in r.candidates)), width=180
    ),
)

HISTORY: tuple[Column[HistoryLine], ...] = (
    Column("值", lambda h: str(h.value), width=140),
    Column("谁", lambda h: h.user, width=90),
    Column("那台机的时间", lambda h: h.wall.replace("T", " ")[:16], width=150),
    Column("因为", lambda h: h.reason),
)


class ConflictsPanel(QWidget):
    """The list on the left, the decision on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.view: RowsView[ConflictRow] = RowsView(COLUMNS, "没有冲突。", sortable=False)
        self.view.picked.connect(self._show_first)
        self.about = section_label("")
        self.about.setWordWrap(True)
        self.choices = QButtonGroup(self)
        self._options = QVBoxLayout()
        self._other = QRadioButton("另写：")
        self.third = QLineEdit()
        self.third.setPlaceholderText("写另一个值")
        self.third.textEdited.connect(lambda _: self._other.setChecked(True))
        self.choices.addButton(self._other, 0)
        self.history: RowsView[HistoryLine] = RowsView(HISTORY, "", sortable=False)
        self.decide_button = button("就用这个", self.decide, "primary")
        self._lay_out()
        self._show(None)

    def _lay_out(self) -> None:
        self.card = Card()
        self.card.body.addWidget(self.about)
        self.card.body.addLayout(self._options)
        self.card.body.addLayout(row(self._other, self.third))
        self.card.body.addWidget(muted_label("决定后，其他机器收到数据包时这处冲突也随之消失。"))
        self.card.body.addLayout(row(self.decide_button, None))
        self.card.body.addWidget(section_label("这一项的历史"))
        self.history.setMinimumHeight(scaled(120))
        self.card.body.addWidget(self.history, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.view)
        split.addWidget(self.card)
        split.setSizes([600, 520])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(muted_label(
            "两个人在各自的机器上改了同一处，程序先显示其中一个，两个值都留着，由您来定。"
        ))  # fmt: skip
        inside.addWidget(split, 1)

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_conflicts(store), self._take, owner=self)

    def _take(self, rows: list[ConflictRow]) -> None:
        self.view.clearSelection()
        self.view.set_rows(rows)
        if rows:
            self.view.selectRow(0)
        else:
            self._show(None)

    def _show_first(self) -> None:
        rows = self.view.selected()
        self._show(rows[0] if rows else None)

    def _show(self, chosen: ConflictRow | None) -> None:
        for old in self.choices.buttons():
            if old is not self._other:
                self.choices.removeButton(old)
                old.deleteLater()
        self.card.setEnabled(chosen is not None)
        self.third.clear()
        if chosen is None:
            self.about.setText("没有要处理的冲突")
            self.history.set_rows([])
            return
        self.about.setText(f"{chosen.about}　{chosen.field}")
        for number, (value, who) in enumerate(chosen.candidates, 1):
            made = QRadioButton(f"{value}　（{who}）")
            made.setChecked(number == 1)
            self.choices.addButton(made, number)
            self._options.addWidget(made)
        free = chosen.conflict.field != _GONE
        self._other.setVisible(free)
        self.third.setVisible(free)
        self.history.set_rows(chosen.history)

    def decide(self) -> None:
        """Take the chosen candidate's value, or what was typed."""
        rows = self.view.selected()
        if not rows:
            return
        conflict, number = rows[0].conflict, self.choices.checkedId()
        store = self.desk.store
        value: Any = conflict.candidates[number - 1].value if number > 0 else self.third.text()
        if number == 0 and not self.third.text().strip():
            self.desk.ask.warn("还没有写值。请写上，或者选上面的一个。")
            return

        def work() -> object:
            wanted = value
            if number == 0:
                wanted = roster.clean(conflict.table, conflict.field, value)
            if conflict.field == _GONE:
                wanted = value in (1, True)
            return conflicts.resolve(store, conflict.id, wanted)

        self.desk.jobs.load(work, lambda _: self.load(), owner=self)
