"""Writes to and reads from the offices above and below: reports, escalations, notices, answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop import clock
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.export import copy_again
from desktop.exchange.packages.handed_over import handed_over
from desktop.models import items
from desktop.models.items import Item
from desktop.models.letters import OPEN, LetterState, state_words
from desktop.models.levels import LEVELS_ABOVE
from desktop.models.month_period import earlier, month_words
from desktop.models.month_seal import sealed_months
from desktop.models.partners import Partner
from desktop.models.rollup import read_rollup
from desktop.models.store import Store
from desktop.models.streams import SentLetter
from desktop.models.words import label
from desktop.moments import short_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.escalate_dialog import EscalateDialog
from desktop.ui.exchange.letter_dialog import LetterDialog, SentDialog
from desktop.ui.exchange.letter_words import (
    OfficesState,
    read_offices,
    sent_state,
    sent_summary,
    summary,
)
from desktop.ui.exchange.notice_dialog import NoticeDialog
from desktop.ui.exchange.offices_box import OfficesBox
from desktop.ui.exchange.places import ask_place
from desktop.ui.exchange.send_letter import send_letter, send_month
from desktop.ui.style import roomy

_MONTHS = 12
_NOBODY_ABOVE = "还没有登记上级单位。请先在左边登记它的名片。"
_NOBODY_BELOW = "还没有登记下级单位。请先在左边登记它们的名片。"

RECEIVED: tuple[Column[LetterState], ...] = (
    Column("日期", lambda r: short_day(r.letter.made), width=64, firm=True),
    Column("谁来的", lambda r: r.letter.office_name, width=100),
    Column("号", lambda r: f"第{r.letter.seq}号", width=64, firm=True),
    Column("内容", lambda r: summary(r.letter.kind, r.letter.body)),
    Column(
        "状态", lambda r: state_words(r.letter, r.state), width=76, firm=True,
        colour=lambda r: "warn" if r.state == OPEN else "good",
    ),
)  # fmt: skip
SENT: tuple[Column[SentLetter], ...] = (
    Column("日期", lambda r: short_day(r.made), width=64, firm=True),
    Column("给谁", lambda r: r.office_name, width=100),
    Column("号", lambda r: f"第{r.seq}号", width=64, firm=True),
    Column("内容", sent_summary),
    Column(
        "状态", sent_state, width=126, firm=True,
        colour=lambda r: "warn" if r.state == "sent" else "good",
    ),
)  # fmt: skip


class OfficesPanel(QWidget):
    """Left the offices, right what came and what went."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.state: OfficesState | None = None
        self.offices = OfficesBox(desk, self.load)
        self.received: RowsView[LetterState] = RowsView(
            RECEIVED,
            "还没有收到来文。对方给的数据包在“数据包”里导入，或拖到这个窗口。",
            sortable=False,
        )
        self.received.opened.connect(self._open)
        self.sent: RowsView[SentLetter] = RowsView(SENT, "还没有写出过。", sortable=False)
        self.sent.opened.connect(self._show_sent)
        self.sent.show_column(0, roomy())  # large text needs the room for what was written
        self.month_button = button("报月报…", self.send_month, "primary", "把一个月的数字报给上级")
        self.escalate_button = button("上报…", self.escalate)
        self.notice_button = button("发通知…", self.notify)
        self.receipt_button = button("写回执…", self.send_receipt, tip="告诉对方收到了第几号")
        self.copy_button = button("再拷一份…", self.copy_again, tip="U盘丢了、坏了，或对方说缺了号")
        self._lay_out()

    def _lay_out(self) -> None:
        right = QWidget()
        lines = QVBoxLayout(right)
        lines.setContentsMargins(4, 0, 0, 0)
        lines.addLayout(row(
            section_label("收文"), None, button("打开（回车）", self.open_selected),
        ))  # fmt: skip
        lines.addWidget(self.received, 1)
        lines.addLayout(row(
            section_label("发文"), None,
            self.copy_button, self.receipt_button, self.escalate_button, self.notice_button,
            self.month_button,
        ))  # fmt: skip
        lines.addWidget(self.sent, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.offices)
        split.addWidget(right)
        split.setSizes([400, 720])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(split)

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_offices(store), self._show, owner=self)

    def _show(self, state: OfficesState) -> None:
        self.state = state
        self.offices.show_state(state)
        self.received.set_rows(state.received)
        self.sent.set_rows(state.sent)
        up, down = state.level != "district", state.level in LEVELS_ABOVE
        self.month_button.setText("报月报…" if state.level == "community" else "报汇总…")
        # a street's five buttons have no room for the whole word in large text
        self.copy_button.setText("再拷…" if down and not roomy() else "再拷一份…")
        _make_primary(self.month_button, not down)
        _make_primary(self.notice_button, down)
        self._offer(self.month_button, up, bool(state.above), _NOBODY_ABOVE)
        self._offer(self.escalate_button, up, bool(state.above), _NOBODY_ABOVE)
        self._offer(self.notice_button, down, bool(state.below), _NOBODY_BELOW)
        self._offer(self.receipt_button, True, bool(state.offices), "还没有登记外单位。")

    def _offer(self, what: QPushButton, shown: bool, able: bool, why: str) -> None:
        what.setVisible(shown)
        what.setEnabled(able)
        what.setToolTip("" if able else why)

    def partners(self, offices: dict[str, str]) -> list[Partner]:
        """The PCs in use of these offices, each office's first."""
        found: dict[str, Partner] = {}
        for each in self.state.offices if self.state else ():
            if each.partner.office in offices and not each.partner.revoked:
                found.setdefault(each.partner.office, each.partner)
        return list(found.values())

    def _above(self, then: Callable[[Partner], None]) -> None:
        """The office above; with several the person chooses."""
        self._one_of(self.partners(self.state.above if self.state else {}), "报给哪个单位？", then)

    def _one_of(
        self, found: Sequence[Partner], question: str, then: Callable[[Partner], None]
    ) -> None:
        if len(found) == 1:
            then(found[0])
        elif found:
            names = {each.office_name: each for each in found}
            chosen = self.desk.ask.choose(question, list(names))
            if chosen is not None:
                then(names[chosen])

    def send_month(self) -> None:
        """A month's figures for the office above, after saying whether they can still change."""
        this = clock.today().isoformat()[:7]
        months = {month_words(earlier(this, back)): earlier(this, back) for back in range(_MONTHS)}
        last = month_words(earlier(this, 1))
        options = [last, *(words for words in months if words != last)]
        chosen = self.desk.ask.choose("报哪个月？", options)
        if chosen is not None:
            self._above(lambda to: self._ask_about(to, months[chosen]))

    def _ask_about(self, to: Partner, month: str) -> None:
        store, level = self.desk.store, self.state.level if self.state else ""

        def ask(warning: str) -> None:
            question = f"把{month_words(month)}的数字报给{to.office_name}？{warning}"
            if self.desk.ask.confirm(question, "写出到U盘"):
                send_month(self.desk, self, to, month, self.load)

        self.desk.jobs.load(lambda: _warning(store, level, month), ask, owner=self)

    def escalate(self) -> None:
        """Choose one of the open items, then write for the outside."""
        store = self.desk.store
        self.desk.jobs.load(lambda: _open_items(store), self._choose_item, owner=self)

    def _choose_item(self, found: list[Item]) -> None:
        if not found:
            self.desk.ask.tell("没有在办的事项。请先在“清单”里登记。")
            return
        names = {_item_words(n, item): item for n, item in enumerate(found, 1)}
        chosen = self.desk.ask.choose("上报哪一件？", list(names))
        if chosen is not None:
            self._escalate(names[chosen])

    def escalate_first(self) -> None:
        """The first open item, for pictures of the screens."""
        found = _open_items(self.desk.store)
        if found and self.state and self.state.above:
            self._escalate(found[0])

    def _escalate(self, item: Item) -> None:
        to = self.partners(self.state.above if self.state else {})
        EscalateDialog(self.desk, self, item, to, self.load).open()

    def notify(self) -> None:
        below = self.partners(self.state.below if self.state else {})
        NoticeDialog(self.desk, self, below, self.load).open()

    def send_receipt(self) -> None:
        """Only the receipt; every other letter carries one by itself."""
        store, state = self.desk.store, self.state
        if state is None:
            return
        chosen = [row.partner for row in self.offices.view.selected() if not row.partner.revoked]
        found = chosen or self.partners(state.above | state.below)

        def write(to: Partner) -> None:
            send_letter(self.desk, self, [to], lambda: writing.receipt(store, to), self.load)

        self._one_of(found, "给哪个单位写回执？", write)

    def copy_again(self) -> None:
        """The chosen packages that wait for a receipt, under their own numbers; none = all."""
        chosen = self.sent.selected() or self.sent.rows()
        waiting = [each for each in chosen if each.state == "sent"]
        if not waiting:
            self.desk.note("没有等回执的发文。")
            return
        store = self.desk.store

        def to_place(folder: Path) -> None:
            self.desk.jobs.run(
                "正在拷贝", lambda _: _copy(store, waiting, folder),
                lambda n: self.desk.ask.tell(f"已拷好{n}份，编号不变。{handed_over(folder)}"),
                owner=self,
            )  # fmt: skip

        ask_place(self.desk, self, to_place, to_office=True)

    def open_selected(self) -> None:
        rows = self.received.selected()
        if rows:
            self._open(rows[0])
        else:
            self.desk.note("先在“收文”里选一件。")

    def _show_sent(self, letter: SentLetter) -> None:
        """What was written to them, to read again."""
        SentDialog(self, letter).open()

    def _open(self, received: LetterState) -> None:
        LetterDialog(self.desk, self, received, self.load).open()


def _make_primary(what: QPushButton, primary: bool) -> None:
    """One button a screen is the usual one: for a community reporting, above it writing down."""
    what.setProperty("role", "primary" if primary else "")
    what.style().unpolish(what)
    what.style().polish(what)


def _copy(store: Store, letters: Sequence[SentLetter], folder: Path) -> int:
    for each in letters:
        copy_again(store, each.package, folder)
    return len(letters)


def _warning(store: Store, level: str, month: str) -> str:
    """What may still change in the figures that are about to leave."""
    if level == "community":
        words = "只有数字，没有姓名和门牌；涉及敏感人群、少于5人的不列数。"
        if month not in sealed_months(store):
            words += "\n\n注意：这个月还没有封账，以后数字可能会变，变了要再报一次。"
        return words
    missing = read_rollup(store, month).missing
    return f"\n\n注意：还缺{'、'.join(missing)}。" if missing else "下级单位已报齐。"


def _open_items(store: Store) -> list[Item]:
    return items.items(store, only_open=True)


def _item_words(number: int, item: Item) -> str:
    return f"{number}. {label('item_kind', item.kind)}　{item.door}　{item.text[:30]}"
