"""Finds how a field was disputed before somebody settled it, so that undoing that asks again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from desktop.models.changes import chunks_of, decode
from desktop.models.store import Store

Key = tuple[str, str]  # row, field
Dot = tuple[str, int]


def live_before(store: Store, keys: Collection[Key], first: int) -> dict[Key, list[Any]]:
    """The different values of each field before the change with local id `first` came.

    The one that was shown is the last. Each older change is read once, however many fields it has.
    """
    older: dict[Key, list[tuple[int, Dot, Any]]] = {}
    changes: set[int] = set()
    for row, field in keys:
        found = store.rows(
            "SELECT v.change, s.site, c.seq, v.value FROM versions v"
            " JOIN changes c ON c.id = v.change JOIN site_numbers s ON s.n = c.site"
            " WHERE v.row = ? AND v.field = ? AND v.change < ? ORDER BY c.lamport, s.site",
            (row, field, first),
        )
        older[row, field] = [(change, (site, seq), value) for change, site, seq, value in found]
        changes.update(change for change, *_ in found)
    overwritten = _overwritten(store, older.keys(), changes)
    return {
        key: _distinct([value for _, dot, value in versions if dot not in overwritten[key]])
        for key, versions in older.items()
    }


def _overwritten(
    store: Store, keys: Collection[Key], changes: Collection[int]
) -> dict[Key, set[Dot]]:
    found: dict[Key, set[Dot]] = defaultdict(set)
    for change in changes:
        for op in decode(chunks_of(store.db.conn, change)):
            if op[0] == "s" and (op[2], op[3]) in keys:
                found[op[2], op[3]].update((site, seq) for site, seq in op[5])
    return found


def _distinct(values: list[Any]) -> list[Any]:
    """Each value once, where it stands last."""
    return list(dict.fromkeys(reversed(values)))[::-1]
