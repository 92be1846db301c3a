"""Fast entry of the evening's forms: code, one key for the outcome, Enter, next form."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QScrollArea, QWidget

from desktop.errors import UserError
from desktop.models import users, visits
from desktop.models.visits import NewVisit
from desktop.models.words import label
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card, button, muted_label, row
from desktop.ui.visits.doorstep import Doorstep, open_door
from desktop.ui.visits.doorstep_card import DoorstepCard
from desktop.ui.visits.entry_form import EntryForm

_EMPTY = "回车保存，写清单时用 Ctrl+回车；Esc 清空。日期、走访人、方式留给下一张。"


class EntryPanel(QWidget):
    """The code line above, the form below it, the household on the right.

    Keys typed while the household is still being looked up are kept: the focus moves on at once
    and a save asked for meanwhile happens when the household has been found.
    """

    kept = Signal()  # a visit was saved

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.at: Doorstep | None = None
        self._looking = False
        self._save_when_found = False
        self.count = 0
        self.code = QLineEdit()
        self.code.setPlaceholderText("扫码，或键入表上编号、门牌，然后回车")
        self.code.setAccessibleName("表格编号或门牌")
        self.code.setClearButtonEnabled(True)
        self.code.returnPressed.connect(self._open)
        self.form = EntryForm(
            users.current(desk.store).name, [user.name for user in users.users(desk.store)]
        )
        self.form.finished.connect(self.save)
        self.form.outcome.scanned.connect(self._take_scan)
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.last = muted_label(_EMPTY)
        self.card = DoorstepCard(desk)
        self.card.setMinimumWidth(300)
        self._lay_out()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._start_over)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        left = Card()
        code = QLabel("编号/门牌(&K)")
        code.setBuddy(self.code)
        left.body.addLayout(row(code, self.code, button("打开", self._open)))
        area = QScrollArea()  # large text on a small screen
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.form)
        area.viewport().setAutoFillBackground(False)
        self.form.setAutoFillBackground(False)
        left.body.addWidget(area, 1)
        left.body.addWidget(self.problem)
        self.save_button = button("保存（回车）", self.save, "primary")
        self.last.setMinimumHeight(2 * self.last.fontMetrics().lineSpacing())
        foot = row(self.save_button, button("清空", self._start_over), spacing=10)
        foot.addWidget(self.last, 1)
        left.body.addLayout(foot)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 8, 0, 0)
        across.addWidget(left, 7)
        across.addWidget(self.card, 2)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Outcome → lists → details → save; what stays from form to form comes last."""
        form = self.form
        order: list[QWidget] = [
            self.code, form.outcome, form.needs, form.resources, form.situations, form.met_whom,
            form.changed, form.answered, form.promise, form.promise_by, form.promise_until,
            form.next_on, form.note, form.started, form.ended, self.save_button, form.day,
            form.walkers, form.mode,
        ]  # fmt: skip
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def open_household(self, uid: str) -> None:
        """Open one household from another screen."""
        self.code.setText(uid)
        self._open()

    def _take_scan(self, typed: str) -> None:
        self.code.setText(typed)
        self.code.setFocus()
        self.code.setCursorPosition(len(typed))

    def _open(self) -> None:
        text = self.code.text().strip()
        if not text or self._looking:
            return
        if self.at is not None and self.form.dirty:
            words = f"{self.at.household.door}的走访还没有保存，不记它了吗？"
            if not self.desk.ask.confirm(words, "不记，打开下一户", careful=True):
                return
            self.form.clear()
        self.at, self._looking = None, True
        self._say("")
        self.form.outcome.setFocus()
        store = self.desk.store
        self.desk.jobs.load(
            lambda: open_door(store, text), self._opened, owner=self, failed=self._not_found
        )

    def _opened(self, at: Doorstep) -> None:
        self.at, self._looking = at, False
        self.code.setText(at.household.short_door and at.household.door)
        self.card.show_door(at)
        self._warn_of_second(at)
        if self._save_when_found:
            self._save_when_found = False
            self.save()

    def _warn_of_second(self, at: Doorstep) -> None:
        """The same form twice is the usual slip of a long evening."""
        day = self.form.written_day()
        same = next((v for v in at.last if day and v.happened_on == day.isoformat()), None)
        if same:
            self._say(f"注意：这户 {same.happened_on} 已经记过：{label('outcome', same.outcome)}。")

    def _not_found(self, error: UserError) -> None:
        self._looking = self._save_when_found = False
        self.form.outcome.clear()
        self.card.clear()
        self._say(str(error))
        self.code.setFocus()
        self.code.selectAll()

    def save(self) -> None:
        """Keep the visit and be ready for the next code."""
        if self._looking:
            self._save_when_found = True
            return
        if self.at is None:
            self._say("请先扫码或键入编号、门牌。")
            self.code.setFocus()
            return
        try:
            visit = self.form.visit(self.at.household.uid)
        except UserError as error:
            self._say(str(error))
            return
        at, store = self.at, self.desk.store
        code = self.code.text()
        self.code.clear()
        self.code.setFocus()
        self.desk.jobs.load(
            lambda: visits.record(store, visit),
            lambda _: self._saved(at, visit),
            owner=self,
            failed=lambda error: self._refused(error, code),
        )

    def _saved(self, at: Doorstep, visit: NewVisit) -> None:
        self.count += 1
        self.at = None
        self.form.clear()
        self.card.clear()
        self._say("")
        more = len(visit.needs) + len(visit.resources) + len(visit.situations)
        lists = f"，清单{more}条" if more else ""
        words = f"{at.household.door} {label('outcome', visit.outcome)}{lists}"
        self.last.setText(f"已保存第 {self.count} 张：{words}。可以录入下一张。")
        self.kept.emit()

    def _refused(self, error: UserError, code: str) -> None:
        self._say(str(error))
        self.code.setText(code)
        self.form.outcome.setFocus()

    def unsaved(self) -> str:
        """A form that was begun, as a sentence."""
        if not self.form.dirty:
            return ""
        door = f"{self.at.household.door}的" if self.at is not None else ""
        return f"{door}走访表填了还没有保存。"

    def _start_over(self) -> None:
        question = "清空这张还没有保存的表？"
        if self.form.dirty and not self.desk.ask.confirm(question, "清空", careful=True):
            return
        self.at = None
        self.form.clear()
        self.card.clear()
        self._say("")
        self.code.clear()
        self.code.setFocus()

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
