"""Remembers imports: which batches there were, and which column meant what in a kind of sheet."""

from __future__ import annotations

import json
from dataclasses import dataclass

from desktop.models.changes import Dot, batch_name, find_change
from desktop.models.store import Store
from desktop.models.undo import UndoResult, undo_change

_UNDO_REASON = "撤销导入 "


@dataclass(frozen=True, slots=True)
class PastImport:
    """One import somebody made: its batch name, when by that PC's clock, which files."""

    batch: str
    when: str
    reason: str
    undone: bool


def past_imports(store: Store, limit: int = 200) -> list[PastImport]:
    """The latest first; `undone` when this batch was taken back."""
    taken_back = {
        str(row[0]).removeprefix(_UNDO_REASON)
        for row in store.rows("SELECT reason FROM changes WHERE kind = 'undo'")
    }
    rows = store.rows(
        "SELECT s.site, c.seq, c.wall, c.reason FROM changes c"
        " JOIN site_numbers s ON s.n = c.site WHERE c.kind = 'import'"
        " ORDER BY c.lamport DESC, s.site LIMIT ?",
        (limit,),
    )
    found = []
    for site, seq, wall, reason in rows:
        name = batch_name(Dot(site, seq))
        found.append(PastImport(name, wall, reason, name in taken_back))
    return found


def undo_reason(batch: str) -> str:
    """The reason an undo carries, by which the list of imports knows it."""
    return _UNDO_REASON + batch


def undo_import(store: Store, batch: str) -> UndoResult:
    """Take a whole batch back, except what somebody has edited since."""
    number = find_change(store.db.conn, batch)
    return undo_change(store, number, reason=undo_reason(batch.strip()))


def recall_columns(store: Store, signature: str, sender: str = "") -> dict[str, str]:
    """What a person decided about the columns of such a sheet: header → field.

    What was decided for this sender counts; else what was decided when no sender was named.
    """
    text = store.value(
        "SELECT mapping FROM header_memory WHERE signature = ? AND sender IN (?, '')"
        " ORDER BY sender = '' LIMIT 1",
        (signature, sender),
    )
    return dict(json.loads(text)) if text else {}


def remember_columns(
    store: Store, signature: str, mapping: dict[str, str], sender: str = ""
) -> None:
    """Keep a person's decision about the columns of such a sheet, on this PC only."""
    with store.local() as conn:
        conn.execute(
            "INSERT OR REPLACE INTO header_memory (signature, sender, mapping) VALUES (?, ?, ?)",
            (signature, sender, json.dumps(mapping, ensure_ascii=False, sort_keys=True)),
        )
