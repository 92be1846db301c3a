"""What people do to a few rows of several PCs, at random: single actions and whole histories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from desktop.models.conflicts import conflicts, take_candidate
from desktop.models.schema import REPLICATED
from desktop.models.store import Store
from desktop.models.undo import last_own, undo_change

Step = tuple[str, int, int, int]  # what is done, on which PC, and two numbers that say to what

CLOCKS = (datetime(1970, 1, 1), datetime(2010, 5, 5), datetime(2026, 6, 15), datetime(2099, 1, 1))
_NAMES = ("王小明", "李红", "张三", None)


def long_histories(actions: Sequence[str], pcs: int, number: int) -> Iterator[list[Step]]:
    """The same ones every time, long from the first on (hypothesis begins with short ones)."""
    for seed in range(number):
        chance = Random(seed)
        yield [
            (chance.choice(actions), chance.randrange(pcs), chance.randrange(8),
             chance.randrange(8))
            for _ in range(chance.randint(20, 60))
        ]  # fmt: skip


def edit(store: Store, action: str, a: int, b: int) -> None:
    """One user action on one PC; some find nothing to do."""
    rows = _rows(store)
    if action == "create":
        with store.change("新增") as change:
            home = change.create("households", room=str(a), unit=str(b % 2))
            change.create("residents", household=home, name=_NAMES[a % 4], phone=str(b))
    elif action == "setting":  # a row that two PCs may both make
        with store.change("设置") as change:
            if store.value("SELECT 1 FROM settings WHERE uid = 'shared'"):
                change.set("settings", "shared", value=str(a % 3))
            else:
                change.create("settings", uid="shared", key="k", value=str(a % 3))
    elif action == "undo":
        last = last_own(store)
        if last:
            undo_change(store, last.id)
    elif action == "resolve":
        found = conflicts(store)
        if found:
            chosen = found[a % len(found)]
            take_candidate(store, chosen.id, b % len(chosen.candidates) + 1)
    elif rows:
        _edit_row(store, rows, action, a, b)


def _edit_row(store: Store, rows: list[tuple[str, str]], action: str, a: int, b: int) -> None:
    table, uid = rows[a % len(rows)]
    with store.change(action) as change:
        if action == "set" and table == "residents":
            change.set(table, uid, name=_NAMES[b % 4], **_more(b))
        elif action == "set":
            change.set(table, uid, room=str(b), note=_NAMES[a % 4])
        elif action == "delete":
            change.delete(table, uid)
        elif action == "restore":
            change.restore(table, uid)
        elif action == "alias":
            others = [u for t, u in rows if t == table and u != uid]
            change.alias(table, uid, others[b % len(others)] if others and b else None)
        elif action == "erase" and b == 0:
            change.erase(uid)


def _rows(store: Store) -> list[tuple[str, str]]:
    return [
        (table, uid)
        for table in ("households", "residents")
        for (uid,) in store.rows(f"SELECT uid FROM {table} ORDER BY uid")
    ]


def _more(b: int) -> dict[str, str]:
    """What else is changed with a name: a phone, and what only the later program knows."""
    phone = {"phone": str(b)} if b > 4 else {}
    return phone | ({"nickname": str(b % 3)} if "nickname" in REPLICATED["residents"] else {})
