"""One household's window: people, tags, visits, items, promises and the history of each field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.print import documents
from desktop.models import roster
from desktop.models.changes import Touched
from desktop.models.privacy import mask_phone
from desktop.models.residents import Household, Resident
from desktop.models.words import label
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.form import Dialog, Field, FormDialog
from desktop.ui.common.parts import Button, Card, button, muted_label, row, title_label
from desktop.ui.common.rows_table import RowsView
from desktop.ui.common.watch import Watcher
from desktop.ui.reports.print_preview import preview
from desktop.ui.roster import household_file, resident_actions
from desktop.ui.roster.household_file import HouseholdFile, read_file
from desktop.ui.roster.person_fields import DOOR_FIELDS, HOUSEHOLD_FIELDS, masked, unmasked
from desktop.ui.style import scaled

CONCERNS = frozenset(
    {"households", "residents", "care_tags", "visits", "items", "item_events", "promises", "*"}
)


class HouseholdDialog(Dialog):
    """Shows a household's file and offers every edit of it; redraws itself from each change."""

    def __init__(self, desk: Desk, parent: QWidget, uid: str) -> None:
        super().__init__("住户", parent, width=900)
        self.desk, self.uid = desk, uid
        self.file: HouseholdFile | None = None
        self._shown: frozenset[str] = frozenset()  # records whose phone is unmasked
        self._door = title_label("…")
        self._tags = QLabel()
        self._tags.setProperty("role", "tag")
        self._tags.hide()
        self._due = muted_label()
        self.body.addLayout(row(self._door, self._tags, None, spacing=12))
        self.body.addWidget(self._due)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self._build_facts())
        middle.addWidget(self._build_tabs(), 1)
        self.body.addLayout(middle, 1)
        self.body.addLayout(self._build_buttons())
        self.fit(1120, 620)
        self.members.setFocus()
        self._watcher = Watcher(desk.store, self)
        self._watcher.touched.connect(self._on_change)
        self.finished.connect(self._watcher.stop)
        QShortcut(QKeySequence("Ctrl+Z"), self).activated.connect(desk.undo)
        QShortcut(QKeySequence("F5"), self).activated.connect(self.load)
        self.load()

    def _build_facts(self) -> Card:
        card = Card("住户情况")
        card.setFixedWidth(scaled(264))
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(8)
        self._facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(self._facts)
        card.body.addStretch(1)
        self._phone = button("显示住户电话", self._show_house_phone, "link")
        card.body.addLayout(row(self._phone, None))
        card.body.addLayout(
            row(button("修改情况", self.edit), button("改门牌", self.edit_door), None)
        )
        return card

    def _build_tabs(self) -> QTabWidget:
        self.tabs = QTabWidget()
        self.members = RowsView[Resident](
            household_file.member_columns({}, frozenset()), "还没有登记居民。", sortable=False
        )
        self.members.opened.connect(self._edit_member)
        self.visits = RowsView(household_file.VISITS, "还没有走访过。")
        self.items = RowsView(household_file.ITEMS, "没有需求、资源、民情等事项。")
        self.items.opened.connect(lambda item: self._leave_for(Place("items", f"item:{item.uid}")))
        self.promises = RowsView(household_file.PROMISES, "没有答应过的事。")
        self.history = RowsView(household_file.HISTORY, "没有修改记录。")
        people = QWidget()
        inside = QVBoxLayout(people)
        inside.setContentsMargins(0, 10, 0, 0)
        inside.addWidget(self.members, 1)
        inside.addLayout(self._member_buttons())
        self.tabs.addTab(people, "成员")
        for view in (self.visits, self.items, self.promises, self.history):
            self.tabs.addTab(_padded(view), "")
        return self.tabs

    def _member_buttons(self) -> QHBoxLayout:
        self._for_member = [
            button("修改", lambda: self._with_member(resident_actions.edit_resident)),
            button("关爱标签", lambda: self._with_member(resident_actions.edit_tags)),
            button("显示电话", self._show_phone, tip="要写明原因，并记入查看记录"),
            button("移出", self.remove_members, "danger", tip="搬走、去世或录错；可以选几个人"),
            self._more_button(),
        ]
        self.members.picked.connect(self._offer_member_buttons)
        return row(button("新增居民", self.add_member), *self._for_member, None)

    def _more_button(self) -> Button:
        """What the law lets a resident ask for."""
        more = Button("本人要求")
        menu = QMenu(more)
        menu.addAction(
            "打印“我们掌握的信息”…",
            lambda: self._with_member(resident_actions.print_what_is_held),
        )
        menu.addAction("永久抹除…", lambda: self._with_member(_erase))
        more.setMenu(menu)
        more.setAutoDefault(False)
        return more

    def _build_buttons(self) -> QHBoxLayout:
        visit = button("登记走访", self._record, "primary")
        visit.setDefault(False)
        visit.setAutoDefault(False)
        return row(
            visit, button("打印走访表", self._print), None,
            button("删除这户", self.delete, "danger"), button("关闭", self.reject),
        )  # fmt: skip

    def load(self) -> None:
        self.desk.jobs.load(
            lambda: read_file(self.desk.store, self.uid), self.show_file, owner=self,
            failed=lambda _: self.reject(),
        )  # fmt: skip

    def show_file(self, found: HouseholdFile) -> None:
        home, self.file = found.home, found
        self.setWindowTitle(home.door)
        self._door.setText(home.door)
        self._tags.setText("　".join(found.tag_names.get(tag, tag) for tag in home.tags))
        self._tags.setVisible(bool(home.tags))
        self._due.setText(_due_words(found))
        self._show_facts(home)
        self.members.table.columns = household_file.member_columns(found.tag_names, self._shown)
        self._show_members(home.residents)
        self.visits.set_rows(found.visits)
        self.items.set_rows(found.items)
        self.promises.set_rows(found.promises)
        self.history.set_rows(found.history)
        counts = (
            len(home.residents), len(found.visits), len(found.items), len(found.promises),
            len(found.history),
        )  # fmt: skip
        words = ("成员", "走访", "事项", "承诺", "修改历史")
        for number, (word, count) in enumerate(zip(words, counts, strict=True)):
            self.tabs.setTabText(number, f"{word} {count}" if count else word)
        self._offer_member_buttons()

    def _show_members(self, people: Sequence[Resident]) -> None:
        """The one chosen stays chosen; at first it is the first, so that the keys work at once."""
        chosen = {person.uid for person in self.members.selected()}
        self.members.set_rows(people)
        at = next((n for n, person in enumerate(people) if person.uid in chosen), 0)
        if people:
            self.members.selectRow(at)

    def _show_facts(self, home: Household) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        masked = bool(home.phone) and self.uid not in self._shown
        phone = mask_phone(home.phone) if masked else home.phone
        self._phone.setVisible(masked)
        facts = (
            ("房屋性质", label("type_of_use", home.type_of_use)),
            ("户籍状态", label("residency_state", home.residency_state)),
            ("住户电话", phone or ""),
            ("不上门时段", home.quiet_hours or ""),
            ("暂不上门", _mute_words(home)),
            ("备注", home.note or ""),
            ("表单编号", home.code),
        )
        for word, value in facts:
            name, text = QLabel(word), QLabel(value or "—")
            name.setProperty("role", "muted")
            text.setWordWrap(True)
            text.setTextFormat(Qt.TextFormat.PlainText)
            self._facts.addRow(name, text)

    def _offer_member_buttons(self) -> None:
        chosen = bool(self.members.selected())
        if not chosen and self.focusWidget() in self._for_member:
            self.members.setFocus()  # a button that goes off would pass the focus to any other
        for one in self._for_member:
            one.setEnabled(chosen)

    def _with_member(self, action: Callable[[Desk, QWidget, Resident], None]) -> None:
        chosen = self.members.selected()
        if chosen:
            action(self.desk, self, chosen[0])

    def remove_members(self) -> None:
        chosen = self.members.selected()
        if chosen:
            resident_actions.remove_residents(self.desk, self, chosen)

    def _edit_member(self, person: Resident) -> None:
        resident_actions.edit_resident(self.desk, self, person)

    def add_member(self) -> None:
        first = self.file is not None and not self.file.home.residents
        resident_actions.add_resident(self.desk, self, self.uid, first)

    def _show_phone(self) -> None:
        self._with_member(
            lambda desk, over, person: resident_actions.show_phone(
                desk, over, person.uid, person.name, lambda: self._unmask(person.uid)
            )
        )

    def _show_house_phone(self) -> None:
        resident_actions.show_phone(
            self.desk, self, self.uid, "这一户", lambda: self._unmask(self.uid)
        )

    def _unmask(self, uid: str) -> None:
        self._shown |= {uid}
        if self.file is not None:
            self.show_file(self.file)

    def edit(self) -> None:
        """Edit the household's own fields."""
        self._edit_fields("修改住户情况", HOUSEHOLD_FIELDS)

    def edit_door(self) -> None:
        """Give the household another door in the same building."""
        self._edit_fields("改门牌", DOOR_FIELDS)

    def _edit_fields(self, title: str, fields: Sequence[Field]) -> None:
        def show(stored: dict[str, Any]) -> None:
            hinted, values = masked(fields, stored)

            def save(edited: dict[str, Any]) -> object:
                changed = unmasked(edited, stored)
                return roster.set_fields(self.desk.store, self.uid, changed, title)

            FormDialog(self.desk, self, title, hinted, save, values=values).open()

        self.desk.jobs.load(lambda: roster.values_of(self.desk.store, self.uid), show, owner=self)

    def delete(self) -> None:
        """Remove the household with its people after a reason; Ctrl+Z brings it back."""
        door = self.file.home.door if self.file else ""
        reason = self.desk.ask.reason(f"删除“{door}”和其中的居民，原因是：")
        if reason:
            self.desk.jobs.load(
                lambda: roster.remove(self.desk.store, self.uid, reason), lambda _: None
            )
            self.accept()

    def _record(self) -> None:
        self._leave_for(Place("visits", f"record:{self.uid}"))

    def _leave_for(self, place: Place) -> None:
        self.accept()
        self.desk.go(place)

    def _print(self) -> None:
        preview(
            self.desk, self, "入户走访登记表",
            lambda path, progress: documents.print_forms(
                self.desk.store, path, [self.uid], variant="office", progress=progress
            ),
        )  # fmt: skip

    def _on_change(self, touched: Touched) -> None:
        if CONCERNS & touched.tables.keys():
            self.load()


def open_household(desk: Desk, parent: QWidget, uid: str) -> HouseholdDialog:
    """Show a household over the window; the one shown already comes to the front."""
    for shown in parent.findChildren(HouseholdDialog):
        if shown.uid == uid and shown.isVisible():
            shown.raise_()
            return shown
    dialog = HouseholdDialog(desk, parent, uid)
    dialog.open()
    return dialog


def _erase(desk: Desk, over: QWidget, person: Resident) -> None:
    del over
    resident_actions.erase_resident(desk, person.uid, person.name)


def _padded(view: QWidget) -> QWidget:
    around = QWidget()
    inside = QVBoxLayout(around)
    inside.setContentsMargins(0, 10, 0, 0)
    inside.addWidget(view)
    return around


def _due_words(found: HouseholdFile) -> str:
    if found.due is None:
        return "这一户目前不需要定期走访。"
    when = f"下次走访：{found.due.due.isoformat()}"
    late = f"，已超{found.due.overdue_days}天" if found.due.overdue_days > 0 else ""
    return f"{when}{late}。{found.due.reason}"


def _mute_words(home: Household) -> str:
    if not home.mute_until:
        return ""
    return f"到{home.mute_until}　{home.mute_reason or ''}"
