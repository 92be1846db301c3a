"""Where two people changed the same thing unseen by each other: both values, and a decision."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QRadioButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.print.documents import Printed
from desktop.exchange.print.handover import print_conflicts, questions
from desktop.models import conflict_rules, conflicts, privacy, sites
from desktop.models.conflict_rules import Rule
from desktop.models.roster import HistoryLine
from desktop.moments import moment
from desktop.progress import Progress
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import scrolling
from desktop.ui.common.parts import Card, button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.conflict_rule_dialog import ConflictRuleDialog
from desktop.ui.exchange.conflict_words import (
    ConflictDetails,
    ConflictRow,
    Option,
    is_masked,
    may_type,
    read_conflicts,
    read_details,
)
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import roomy, scaled

COLUMNS: tuple[Column[ConflictRow], ...] = (
    Column("哪条记录", lambda r: r.about),
    Column("哪一项", lambda r: r.field, width=100),
    Column("各写了什么", lambda r: " ／ ".join(r.values), width=190),
)

HISTORY: tuple[Column[HistoryLine], ...] = (
    Column("值", lambda h: str(h.value)),
    Column("谁", lambda h: h.user, width=130),
    Column("那台机的时间", lambda h: moment(h.wall), width=134, firm=True),
    Column("因为", lambda h: h.reason, width=80),
)
_HINT = "两台机各自改了同一处：先显示其中一个，两个值都留着，由您来定。"


class ConflictsPanel(QWidget):
    """The list on the left, the decision on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.details: ConflictDetails | None = None
        self.view: RowsView[ConflictRow] = RowsView(
            COLUMNS, "没有冲突。两台机改了同一处时会列在这里。", sortable=False
        )
        self.view.show_column(2, roomy())
        self.view.picked.connect(self._look)
        for number in range(1, 10):
            keys = QShortcut(QKeySequence(str(number)), self.view)
            keys.setContext(Qt.ShortcutContext.WidgetShortcut)
            keys.activated.connect(partial(self.choose, number))
        self.print_button = button("打印核对单…", self.print_sheet, tip="带着去问清楚，再回来处理")
        self.rule_button = button("成批处理…", self.open_rules, tip="一次取某一台机的值")
        self.about = section_label("")
        self.about.setWordWrap(True)
        self.choices = QButtonGroup(self)
        self._options = QVBoxLayout()
        self._other = QRadioButton("另写：")
        self.third = QLineEdit()
        self.third.setPlaceholderText("写另一个值")
        self.third.textEdited.connect(lambda _: self._other.setChecked(True))
        self.third.returnPressed.connect(self.decide)
        self.choices.addButton(self._other, 0)
        self.history: RowsView[HistoryLine] = RowsView(HISTORY, "", sortable=False)
        self.history.show_column(3, roomy())
        self.reveal_button = button("显示号码…", self.reveal, "link")
        self.decide_button = button("就用这个", self.decide, "primary")
        self.view.opened.connect(lambda _: self.decide_button.setFocus())
        self._lay_out()
        self._show(None)

    def _lay_out(self) -> None:
        self.card = Card()
        self.card.body.addWidget(self.about)
        self.card.body.addLayout(self._options)
        self.card.body.addLayout(row(self._other, self.third))
        self.card.body.addLayout(row(self.decide_button, self.reveal_button, None))
        self.card.body.addWidget(muted_label(
            "决定会随数据包带给其他机器。改主意按 Ctrl+Z，会重新来问。"
        ))  # fmt: skip
        self.card.body.addWidget(section_label("这一项的历史"))
        self.history.setMinimumHeight(scaled(104))
        self.card.body.addWidget(self.history, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.view)
        split.addWidget(scrolling(self.card, scaled(200)))
        split.setSizes([600, 540])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        hint = muted_label(_HINT)
        bar = row(hint, self.print_button, self.rule_button)
        bar.setStretch(0, 1)
        inside.addLayout(bar)
        inside.addWidget(split, 1)

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_conflicts(store), self._take, owner=self)

    def _take(self, rows: list[ConflictRow]) -> None:
        at = max(0, self.view.currentIndex().row())
        self.view.clearSelection()
        self.view.set_rows(rows)
        for able in (self.print_button, self.rule_button):
            able.setEnabled(bool(rows))
        if rows:
            self.view.selectRow(min(at, len(rows) - 1))
        else:
            self._show(None)

    def _look(self) -> None:
        """Read what is known of the first selected conflict."""
        rows = self.view.selected()
        if not rows:
            self._show(None)
        elif self.details is None or self.details.row != rows[0]:
            self._read(rows[0], unmasked=False)

    def _read(self, wanted: ConflictRow, *, unmasked: bool) -> None:
        store = self.desk.store

        def take(details: ConflictDetails) -> None:
            if wanted in self.view.selected()[:1]:  # nobody has moved on meanwhile
                self._show(details)

        self.desk.jobs.load(
            lambda: read_details(store, wanted, unmasked=unmasked), take, owner=self
        )

    def _show(self, details: ConflictDetails | None) -> None:
        self.details = details
        while (old := self._options.takeAt(0)) is not None:
            gone = old.widget()
            if isinstance(gone, QRadioButton):
                self.choices.removeButton(gone)
            gone.deleteLater()
        self.card.setEnabled(details is not None)
        self.third.clear()
        if details is None:
            self.about.setText("没有要处理的冲突")
            self.history.set_rows([])
            return
        self.about.setText(f"{details.row.about}　{details.row.field}")
        for place, option in enumerate(details.options):
            self._add(option, checked=place == 0)
        free = may_type(details.row.conflict)
        self._other.setVisible(free)
        self.third.setVisible(free)
        self.reveal_button.setVisible(is_masked(details.row.conflict) and not details.unmasked)
        self.history.set_rows(details.history)

    def _add(self, option: Option, *, checked: bool) -> None:
        """A button with the value's beginning; below it the whole text, who, and when."""
        short = option.value if len(option.value) <= _SHORT else f"{option.value[:_SHORT]}…"
        made = QRadioButton(short)
        made.setChecked(checked)
        self.choices.addButton(made, option.number)
        self._options.addWidget(made)
        lines = [option.value] if short != option.value else []
        about = muted_label("\n".join([*lines, option.who]))
        about.setIndent(scaled(24))
        self._options.addWidget(about)
        if option.doubt:
            doubt = muted_label(f"{option.doubt}，这个时间不能信。")
            doubt.setProperty("role", "error")
            doubt.setIndent(scaled(24))
            self._options.addWidget(doubt)

    def choose(self, place: int) -> None:
        """Tick the first, second, … value (keys 1–9 in the list)."""
        if self.details is not None and place <= len(self.details.options):
            self.choices.button(self.details.options[place - 1].number).setChecked(True)

    def decide(self) -> None:
        """Take the chosen candidate's value, or what was typed."""
        if self.details is None:
            return
        conflict, number = self.details.row.conflict, self.choices.checkedId()
        store, typed = self.desk.store, self.third.text()
        if number == 0 and not typed.strip():
            self.desk.ask.warn("还没有写值。请写上，或者选上面的一个。")
            return

        def work() -> object:
            if number == 0:
                return conflicts.take_value(store, conflict.id, typed)
            return conflicts.take_candidate(store, conflict.id, number)

        self.desk.jobs.load(work, lambda _: self.load(), owner=self)

    def reveal(self) -> None:
        """Unmask the numbers of this conflict after a reason, which is kept in the audit list."""
        if self.details is None:
            return
        wanted, store = self.details.row, self.desk.store
        reason = self.desk.ask.reason("查看冲突里的号码，原因是：")
        if not reason:
            return

        def keep() -> None:
            field = wanted.conflict.field
            privacy.note(store, "查看冲突里的号码", reason, record=wanted.conflict.uid, field=field)

        self.desk.jobs.load(keep, lambda _: self._read(wanted, unmasked=True), owner=self)

    def open_rules(self) -> None:
        """Many at once, by a rule whose effect is counted before it is carried out."""
        store = self.desk.store
        rows, chosen = self.view.rows(), self.view.selected()

        def carry_out(rule: Rule) -> None:
            self.desk.jobs.run(
                "正在处理冲突",
                lambda _: conflict_rules.settle(store, rule),
                lambda _: self.load(), owner=self,
            )  # fmt: skip

        def show(names: dict[str, str]) -> None:
            ConflictRuleDialog(self, rows, chosen, store.site, names, carry_out).open()

        self.desk.jobs.load(
            lambda: {site.uid: site.name for site in sites.sites(store)}, show, owner=self
        )

    def print_sheet(self) -> None:
        """All open questions on paper, to be asked round."""
        store = self.desk.store

        def draw(target: Path, progress: Progress) -> Printed:
            return print_conflicts(store, target, questions(store), progress=progress)

        preview(self.desk, self, "冲突核对单", draw)


_SHORT = 22  # characters of a value beside its button
