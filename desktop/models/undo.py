"""Takes a whole earlier action back, except what somebody has edited since; that is listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from desktop.models.apply import GONE
from desktop.models.changes import Change, Op, chunks_of, decode
from desktop.models.draft import ChangeDraft
from desktop.models.schema import APPEND_ONLY
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """Something an undo left as it is, and why."""

    table: str
    uid: str
    field: str | None
    why: str


@dataclass(frozen=True, slots=True)
class UndoResult:
    change: Change | None
    undone: int
    kept: list[Kept]


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A change made on this PC: what Ctrl+Z would take back."""

    id: int
    kind: str
    reason: str


def last_own(store: Store) -> OwnChange | None:
    """The latest change of this PC, undoing included."""
    rows = store.rows(
        "SELECT c.id, c.kind, c.reason FROM changes c JOIN site_numbers s ON s.n = c.site"
        " WHERE s.site = ? ORDER BY c.seq DESC LIMIT 1",
        (store.site,),
    )
    return OwnChange(*rows[0]) if rows else None


def undo_change(store: Store, change_id: int, *, reason: str = "撤销") -> UndoResult:
    """Compensate one change."""
    return undo_changes(store, [change_id], reason=reason)


def undo_changes(store: Store, change_ids: Iterable[int], *, reason: str = "撤销") -> UndoResult:
    """Compensate several changes (a whole package) in one new change, latest first."""
    ids = sorted(change_ids, reverse=True)
    mine = frozenset(ids)
    kept: list[Kept] = []
    undone = 0
    with store.change(reason, kind="undo") as draft:
        created = {
            op[2]
            for change in ids
            for op in decode(chunks_of(store.db.conn, change))
            if op[0] == "c"
        }
        for change in ids:
            for op in decode(chunks_of(store.db.conn, change)):
                why = _undo_op(store, draft, op, change, mine, created)
                if why is None:
                    undone += 1
                elif why:
                    kept.append(Kept(op[1], op[2], op[3] if op[0] == "s" else None, why))
    return UndoResult(draft.done, undone, kept)


def _undo_op(
    store: Store, draft: ChangeDraft, op: Op, change: int, mine: frozenset[int], created: set[str]
) -> str | None:
    """None when undone, "" when there is nothing to do, else why it is kept."""
    if op[0] in "xe":
        return ""
    table, uid = op[1], op[2]
    if op[0] == "c":
        return _undo_create(store, draft, table, uid, mine)
    if uid in created:
        return ""  # goes with its row
    row = store.rows(f'SELECT gone FROM "{table}" WHERE uid = ?', (uid,))
    if not row:
        return ""
    if op[0] == "d":
        if not row[0][0]:
            return ""
        draft.restore(table, uid)
        return None
    return _undo_set(store, draft, op, change)


def _undo_create(
    store: Store, draft: ChangeDraft, table: str, uid: str, mine: frozenset[int]
) -> str | None:
    rows = store.rows(f'SELECT gone FROM "{table}" WHERE uid = ?', (uid,))
    if not rows or rows[0][0]:
        return ""
    later = {
        row[0] for row in store.rows("SELECT DISTINCT change FROM versions WHERE row = ?", (uid,))
    }
    if later - mine:
        return "之后有人改过，保留"
    if _has_newer_children(store, table, uid, mine):
        return "之后有新记录属于它，保留"
    draft.delete(table, uid)
    return None


_CHILDREN: dict[str, tuple[tuple[str, str], ...]] = {
    "estates": (("buildings", "estate"),),
    "lanes": (("buildings", "lane"),),
    "buildings": (("households", "building"), ("posts", "place")),
    "households": (
        ("residents", "household"), ("visits", "household"), ("items", "household"),
        ("promises", "household"),
    ),
    "residents": (("care_tags", "resident"),),
    "items": (("item_events", "item"),),
}  # fmt: skip


def _has_newer_children(store: Store, table: str, uid: str, mine: frozenset[int]) -> bool:
    for child, field in _CHILDREN.get(table, ()):
        born = store.rows(f"SELECT born FROM live_{child} WHERE {field} = ?", (uid,))
        if any(row[0] not in mine for row in born):
            return True
    return False


def _undo_set(store: Store, draft: ChangeDraft, op: Op, change: int) -> str | None:
    _, table, uid, field, _, prev = op
    live = store.rows(
        "SELECT change FROM versions WHERE row = ? AND field = ? AND live = 1", (uid, field)
    )
    if [row[0] for row in live] != [change]:
        return "之后有人改过，保留"
    before = _value_before(store, uid, field, prev)
    if field == GONE:
        if before:
            draft.delete(table, uid)
    elif field == "same_as":
        draft.alias(table, uid, before)
    elif table not in APPEND_ONLY:
        draft.set(table, uid, **{field: before})
    return None


def _value_before(store: Store, uid: str, field: str, prev: list[list[Any]]) -> Any:
    """The value the change overwrote; of several (it settled a conflict) the latest one."""
    best: tuple[int, str, Any] | None = None
    for site, seq in prev:
        for lamport, value in store.rows(
            "SELECT c.lamport, v.value FROM versions v JOIN changes c ON c.id = v.change"
            " JOIN site_numbers s ON s.n = c.site"
            " WHERE v.row = ? AND v.field = ? AND s.site = ? AND c.seq = ?",
            (uid, field, site, seq),
        ):
            if best is None or (lamport, site) > best[:2]:
                best = (lamport, site, value)
    return best[2] if best else None
