"""Writes the whole state as sorted JSON lines, the same on every PC that knows the same changes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from desktop.models.conflicts import conflicts
from desktop.models.schema import REPLICATED
from desktop.models.store import Store


def canonical_lines(store: Store) -> Iterator[str]:
    """One line a live row (table, uid, fields that have a value), then one a conflict or erasure.

    Local ids, arrival order and this PC's own tables are left out: they may differ between PCs.
    """
    for table in sorted(REPLICATED):
        fields = REPLICATED[table]
        names = ", ".join(f'"{name}"' for name in fields)
        for uid, same_as, *values in store.rows(
            f'SELECT uid, same_as, {names} FROM "{table}" WHERE gone = 0 ORDER BY uid'
        ):
            row = dict(zip(fields, values, strict=True))
            row["same_as"] = same_as
            yield _line(
                {"table": table, "uid": uid, **{k: v for k, v in row.items() if v is not None}}
            )
    for conflict in conflicts(store):
        yield _line(
            {
                "table": "_conflicts",
                "id": conflict.id,
                "candidates": [[c.value, c.site, c.seq] for c in conflict.candidates],
            }
        )
    for (uid,) in store.rows("SELECT uid FROM erased ORDER BY uid"):
        yield _line({"table": "_erased", "uid": uid})


def _line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
