"""One entry of a list: what it says, the steps it took, and the steps it may take next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.print import documents
from desktop.models import items, matching, users
from desktop.models.item_steps import ItemEvent, allowed_next
from desktop.models.items import CLOSED, Item
from desktop.models.letters import LetterState, about_item
from desktop.models.matching import Match
from desktop.models.partners import Partner, offices_above, partners
from desktop.models.store import Store
from desktop.models.words import LABELS, label
from desktop.ui.common.day_edit import day_words, read_day
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.form import CHOICE, NOTE, Dialog, Field, Form
from desktop.ui.common.parts import button, muted_label, problem_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.escalate_dialog import EscalateDialog
from desktop.ui.items.item_letters import ItemLetters
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import scaled

_NEEDS_RESULT = frozenset({"awaiting_feedback", "fed_back", "solved_on_site"})
_NEEDS_REASON = frozenset({"rejected", "withdrawn"})


def _said(event: ItemEvent) -> str:
    parts = [event.result or "", label("rating", event.rating), label("closing", event.closing)]
    parts += [f"期限 {event.due_on}" if event.due_on else "", event.note or ""]
    return "；".join(part for part in parts if part)


EVENT_COLUMNS: tuple[Column[ItemEvent], ...] = (
    Column("日期", lambda e: e.happened_on, width=100),
    Column("步骤", lambda e: label("item_step", e.step), width=90),
    Column("谁", lambda e: e.by or "", width=110),
    Column("说明", _said),
)


class ItemDialog(Dialog):
    """Shows the entry, its log, and only the next steps that are allowed."""

    def __init__(self, desk: Desk, parent: QWidget, uid: str) -> None:
        super().__init__("事项", parent, width=760)
        self.desk, self.uid = desk, uid
        self.item: Item | None = None
        self._above: list[Partner] = []
        self.text = section_label("")
        self.text.setWordWrap(True)
        self.facts = muted_label()
        self.near = muted_label()
        self.near.hide()
        self.view: RowsView[ItemEvent] = RowsView(EVENT_COLUMNS, "", sortable=False)
        self.view.setMinimumHeight(scaled(110))
        self.next = QGridLayout()
        self.next.setHorizontalSpacing(scaled(14))
        self.choices = QButtonGroup(self)
        self.choices.buttonToggled.connect(lambda _, on: self._chosen() if on else None)
        self.form: Form | None = None
        self._place = QVBoxLayout()
        self.problem = problem_label()
        self.outside = ItemLetters(desk, self.load)
        self.keep = button("记下这一步", self.save, "primary")
        self.keep.setDefault(True)
        self.keep.setEnabled(False)
        self._lay_out()
        self.fit(760, 600)
        self.load()

    def _lay_out(self) -> None:
        self.body.addWidget(self.text)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.near)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.outside)
        self.body.addWidget(section_label("下一步"))
        self.body.addLayout(self.next)
        self.body.addLayout(self._place)
        self.body.addWidget(self.problem)
        self.door = button("查看这户", self._open_household)
        order = button("打印移交单", self.print_order, tip="交给承办人，办完签字交回")
        self.up = button("上报…", self.escalate, tip="写给上级单位，不带姓名和门牌")
        self.body.addLayout(
            row(self.door, order, self.up, None, button("关闭", self.reject), self.keep)
        )

    def load(self) -> None:
        self.desk.jobs.load(lambda: _read(self.desk.store, self.uid), self._show, owner=self)

    def _show(self, read: _Read) -> None:
        item, events, near = read.item, read.events, read.near
        self.item = item
        self.setWindowTitle(f"{label('item_kind', item.kind)}：{item.door or '未写门牌'}")
        self.text.setText(item.text)
        self.facts.setText(_facts(item))
        self.near.setText(_near(item, near))
        self.near.setVisible(bool(near))
        self.door.setEnabled(bool(item.household))
        self.view.set_rows(events)
        self.view.scrollToBottom()
        self._offer(allowed_next(events))
        self.outside.show_letters(read.letters, allowed_next(events))
        able = "escalated" in allowed_next(events) or item.state == "escalated"
        self.up.setVisible(able and bool(read.above))
        self._above = read.above

    def _offer(self, steps: tuple[str, ...]) -> None:
        for old in self.choices.buttons():
            self.choices.removeButton(old)
            old.deleteLater()
        for number, step in enumerate(steps):
            choice = QRadioButton(label("item_step", step))
            choice.setProperty("step", step)
            self.choices.addButton(choice)
            self.next.addWidget(choice, number // 6, number % 6)
        self._drop_form()
        self.keep.setEnabled(False)
        if not steps:
            self._place.addWidget(muted_label("这件事已经走完，没有下一步。"))

    def _drop_form(self) -> None:
        while self._place.count():
            old = self._place.takeAt(0).widget()
            if old is not None:
                old.deleteLater()
        self.form = None

    @property
    def step(self) -> str:
        """The chosen step; empty when none."""
        chosen = self.choices.checkedButton()
        return str(chosen.property("step")) if chosen else ""

    def choose(self, step: str) -> None:
        """Choose a step as a click on it would."""
        next(b for b in self.choices.buttons() if b.property("step") == step).setChecked(True)

    def _chosen(self) -> None:
        self._drop_form()
        fields = step_fields(self.step)
        me = users.current(self.desk.store).name
        by = "" if self.step in ("assigned", "rated") else me
        self.form = Form(fields, {"by": by, "on": day_words(clock.today())}, columns=2)
        self._place.addWidget(self.form)
        self.keep.setEnabled(True)
        self.problem.hide()
        editor = self.form.editors.get("result") or self.form.editors["by"]
        editor.setFocus(Qt.FocusReason.TabFocusReason)

    def save(self) -> None:
        """Take the chosen step; stay open with the sentence when it is refused."""
        if self.form is None or self.form.missing():
            return
        step, values, store = self.step, self.form.values(), self.desk.store
        today = clock.today()

        def work() -> Item:
            return items.step(
                store, self.uid, step, by=values["by"], result=values.get("result", ""),
                rating=values.get("rating", ""), closing=values.get("closing", ""),
                on=read_day(values["on"], today, ahead=False),
                due_on=read_day(values.get("due_on", ""), today, ahead=True),
                note=values.get("note", ""),
            )  # fmt: skip

        self.keep.setEnabled(False)
        self.desk.jobs.load(work, lambda _: self.load(), owner=self, failed=self._refused)

    def _refused(self, error: UserError) -> None:
        self.problem.setText(str(error))
        self.problem.show()
        self.keep.setEnabled(True)

    def print_order(self) -> None:
        """The slip with which the entry is handed over."""
        store, uid = self.desk.store, self.uid
        preview(
            self.desk, self, "任务移交单",
            lambda path, progress: documents.print_order(store, path, uid, progress=progress),
        )  # fmt: skip

    def escalate(self) -> None:
        """Write to the office above in words for the outside."""
        if self.item is not None:
            EscalateDialog(self.desk, self, self.item, self._above, self.load).open()

    def _open_household(self) -> None:
        if self.item is not None and self.item.household:
            self.desk.go(Place("household", self.item.household))


@dataclass(frozen=True, slots=True)
class _Read:
    """What the dialog shows; `above` = the PCs of the offices above, one an office."""

    item: Item
    events: list[ItemEvent]
    near: list[Match]
    letters: list[LetterState]
    above: list[Partner]


def _read(store: Store, uid: str) -> _Read:
    item = items.item(store, uid)
    near = matching.matches(store, uid, limit=3) if item.is_open else []
    offices = offices_above(store)
    above = {p.office: p for p in partners(store) if p.office in offices and not p.revoked}
    return _Read(item, items.events(store, uid), near, about_item(store, uid), list(above.values()))


def _near(item: Item, near: list[Match]) -> str:
    """「可以帮上忙的：2栋301 会修水管（同一栋楼，内容相近）」."""
    front = "可能用得上的需求：" if item.kind == "resource" else "可以帮上忙的："
    return front + "；".join(f"{m.item.door} {m.item.text}（{m.why}）" for m in near)


def _facts(item: Item) -> str:
    parts = [
        f"状态：{label('item_step', item.state)}",
        f"登记：{item.registered_on}",
        f"期限：{item.due_on}" if item.due_on else "",
        f"时限：{label('time_class', item.time_class)}" if item.time_class else "",
        f"层级：{label('item_level', item.level)}",
        f"类别：{item.category}" if item.category else "",
        f"承办人：{item.handler}" if item.handler else "",
        f"办结：{label('closing', item.closing)}" if item.closing else "",
        item.note or "",
    ]
    return "　".join(part for part in parts if part)


def step_fields(step: str) -> list[Field]:
    """What a step asks for; a step that closes asks for the result."""
    who = {"assigned": "派给谁", "rated": "回访人"}.get(step, "谁办的")
    hint = "由承办人以外的人去问" if step == "rated" else ""
    fields = [Field("by", who, hint=hint, required=True), Field("on", "日期", required=True)]
    if step in _NEEDS_RESULT:
        known = step == "fed_back"
        fields.append(
            Field("result", "办理结果", NOTE, required=not known,
                  hint="不写就沿用待反馈时写的结果" if known else "")
        )  # fmt: skip
    elif step in _NEEDS_REASON:
        fields.append(Field("result", "原因", NOTE, required=True))
    if step == "rated":
        fields.append(Field("rating", "满意度", CHOICE, LABELS["rating"]))
    if step in CLOSED and step not in ("archived", *_NEEDS_REASON):
        closing = {"": "按有没有居民评价自动定", **LABELS["closing"]}
        fields.append(Field("closing", "办结方式", CHOICE, closing))
    if step in ("extended", "long_term", "reopened"):
        fields.append(Field("due_on", "延到哪天", hint="不写就按时限顺延"))
    fields.append(Field("note", "备注"))
    return fields
