"""How an entry of a list reads in a table row and on a card of the board."""

from __future__ import annotations

from dataclasses import dataclass

from desktop import clock
from desktop.models import items
from desktop.models.items import Item
from desktop.models.store import Store
from desktop.models.words import label
from desktop.ui.common.rows_table import Column


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An entry and whether it is past its due date today."""

    item: Item
    late: bool

    @property
    def due_words(self) -> str:
        if not self.item.due_on:
            return ""
        return f"{self.item.due_on} 已超期" if self.late else self.item.due_on


def read_items(store: Store) -> list[ItemRow]:
    """All entries of all lists, the newest first."""
    today = clock.today().isoformat()
    return [
        ItemRow(each, each.is_open and bool(each.due_on) and (each.due_on or "") < today)
        for each in reversed(items.items(store))
    ]


def state_words(item: Item) -> str:
    words = label("item_step", item.state)
    return f"{words}（{label('rating', item.rating)}）" if item.rating else words


COLUMNS: tuple[Column[ItemRow], ...] = (
    Column("登记", lambda r: r.item.registered_on, width=100),
    Column("清单", lambda r: label("item_kind", r.item.kind), width=64),
    Column("内容", lambda r: r.item.text),
    Column("门牌", lambda r: r.item.door, width=210),
    Column("类别", lambda r: r.item.category or "", width=80),
    Column("状态", lambda r: state_words(r.item), width=130),
    Column("承办人", lambda r: r.item.handler or "", width=100),
    Column("时限", lambda r: label("time_class", r.item.time_class).split("（")[0], width=64),
    Column(
        "办理期限", lambda r: r.due_words, width=150, sort=lambda r: r.item.due_on or "9",
        colour=lambda r: "late" if r.late else "",
    ),
)  # fmt: skip


KIND_COLUMN = 1


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of the board: the states that stand in it."""

    title: str
    states: frozenset[str]


LANES: tuple[Lane, ...] = (
    Lane("待受理", frozenset({"registered", "reopened"})),
    Lane("待办理", frozenset({"accepted", "assigned"})),
    Lane("办理中", frozenset({"in_progress"})),
    Lane("上报、挂账", frozenset({"escalated", "long_term"})),
    Lane("待反馈", frozenset({"awaiting_feedback"})),
    Lane("已办结", frozenset(items.CLOSED)),
)


def card_words(row: ItemRow) -> str:
    """Three lines: what, where, until when and by whom."""
    item = row.item
    due = f"{(item.due_on or '')[5:]}{'超期' if row.late else ''}"
    below = " ".join(part for part in (item.handler or "", due) if part)
    return "\n".join(part for part in (item.text, item.door, below) if part)
