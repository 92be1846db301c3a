"""Stores the values that fields were given and shows the winner: many at a time, by SQL.

A field without stored versions has the value its create gave it. The first edit stores that value
beside the new one; an overwritten version stays, marked as no longer live.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from desktop.models.database import Connection

GONE = "gone"
# (uid, change, value) and, for an edit that overwrites exactly one version, (…, prev, …)
Given = tuple[str, int, object]
Plain = tuple[str, int, int, object]

_INCOMING = "CREATE TEMP TABLE IF NOT EXISTS incoming (uid, change, prev, value)"
_STORED = "SELECT 1 FROM versions v WHERE v.row = i.uid AND v.field = ?1"
# edits that leave another live value standing beside them
_CONTESTED = f"""
SELECT i.uid FROM incoming i JOIN "{{table}}" t ON t.uid = i.uid
WHERE EXISTS ({_STORED} AND v.live = 1 AND v.change <> i.prev)
   OR (t.born <> i.prev AND NOT EXISTS ({_STORED}))"""
_OVERWRITE = """
UPDATE versions SET live = 0
WHERE (row, field, change) IN (SELECT uid, ?1, prev FROM incoming)"""
# the created value becomes a version of its own the first time somebody changes it
_KEEP_ORIGINAL = """
INSERT OR IGNORE INTO versions (row, field, change, tbl, value, live)
SELECT t.uid, ?1, t.born, ?2, {original}, t.born <> i.prev
FROM incoming i CROSS JOIN "{table}" t ON t.uid = i.uid"""
_ADD = """
INSERT OR REPLACE INTO versions (row, field, change, tbl, value, live)
SELECT uid, ?1, change, ?2, value, 1 FROM incoming"""
_SHOW = 'UPDATE "{table}" SET "{name}" = i.value FROM incoming i WHERE "{table}".uid = i.uid'
_WITH_MARK = """
SELECT j.value FROM json_each(?) j
WHERE EXISTS (SELECT 1 FROM versions v WHERE v.row = j.value AND v.field = 'gone')"""


def add_versions(
    conn: Connection,
    plain: Mapping[tuple[str, str], list[Plain]],
    sets: Iterable[tuple[str, str, str, int, object]],
    overwrites: Iterable[tuple[str, str, int]],
) -> None:
    """Store edits: those that overwrite one version by (table, field), and all others.

    `sets` are (table, uid, field, change, value), `overwrites` (uid, field, change). The tables
    show the winners afterwards, except for deletion marks.
    """
    tangled: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for table, uid, name, change, value in sets:
        tangled[table, name].append((uid, change, value))
    replaced = [(uid, name, old) for uid, name, old in overwrites]
    unsettled: list[tuple[str, str, set[str]]] = []
    for (table, name), rows in plain.items():
        several = _several(rows, tangled.get((table, name), ()))
        if several:
            crowd = [row for row in rows if row[0] in several]
            tangled[table, name] += [(uid, change, value) for uid, change, _, value in crowd]
            replaced += [(uid, name, old) for uid, _, old, _ in crowd]
            rows = [row for row in rows if row[0] not in several]
        unsettled.append((table, name, _add_plain(conn, table, name, rows)))
    for (table, name), given in tangled.items():
        _add_tangled(conn, table, name, given)
        unsettled.append((table, name, {row[0] for row in given}))
    conn.executemany(
        "UPDATE versions SET live = 0 WHERE row = ? AND field = ? AND change = ?", replaced
    )
    for table, name, uids in unsettled:
        if name != GONE:
            _show_winner(conn, table, name, uids)


def _several(rows: Sequence[Plain], others: Sequence[Given]) -> set[str]:
    """The rows that are edited more than once here."""
    uids = [row[0] for row in rows]
    several = {row[0] for row in others}
    if len(set(uids)) < len(uids):
        several.update(uid for uid, n in Counter(uids).items() if n > 1)
    return several


def _add_plain(conn: Connection, table: str, name: str, rows: Sequence[Plain]) -> set[str]:
    """Write these edits in a few statements; returns the uids whose winner is not settled."""
    original = "NULL" if name == "same_as" else f't."{name}"'
    conn.execute(_INCOMING)
    conn.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?)", sorted(rows, key=itemgetter(0)))
    contested = {row[0] for row in conn.execute(_CONTESTED.format(table=table), (name,))}
    conn.execute(_OVERWRITE, (name,))
    conn.execute(_KEEP_ORIGINAL.format(table=table, original=original), (name, table))
    conn.execute(_ADD, (name, table))
    conn.execute(_SHOW.format(table=table, name=name))
    conn.execute("DELETE FROM incoming")
    return contested


def _add_tangled(conn: Connection, table: str, name: str, rows: Sequence[Given]) -> None:
    if name != GONE:
        original = "NULL" if name == "same_as" else f'"{name}"'
        conn.executemany(
            "INSERT INTO versions (row, field, change, tbl, value, live)"
            f' SELECT uid, ?1, born, ?2, {original}, 1 FROM "{table}" WHERE uid = ?3'
            " AND NOT EXISTS (SELECT 1 FROM versions WHERE row = ?3 AND field = ?1)",
            [(name, table, uid) for uid, _, _ in rows],
        )
    conn.executemany(
        "INSERT OR REPLACE INTO versions (row, field, change, tbl, value, live)"
        " VALUES (?, ?, ?, ?, ?, 1)",
        [(uid, name, change, table, value) for uid, change, value in rows],
    )


def _show_winner(conn: Connection, table: str, name: str, uids: set[str]) -> None:
    conn.executemany(
        f'UPDATE "{table}" SET "{name}" = (SELECT v.value FROM versions v'
        " JOIN changes c ON c.id = v.change JOIN site_numbers s ON s.n = c.site"
        " WHERE v.row = ?1 AND v.field = ?2 AND v.live = 1"
        " ORDER BY c.lamport DESC, s.site DESC LIMIT 1) WHERE uid = ?1",
        [(uid, name) for uid in uids],
    )


def marked(conn: Connection, uids: Iterable[str]) -> set[str]:
    """Those of these rows that somebody has deleted or brought back."""
    if conn.execute("SELECT 1 FROM versions WHERE field = 'gone' LIMIT 1").fetchone() is None:
        return set()
    if conn.execute("SELECT 1 FROM versions WHERE field = 'gone' LIMIT 1").fetchone() is None:
        return set()
    return {row[0] for row in conn.execute(_WITH_MARK, (json.dumps(list(uids)),))}


def refresh_gone(conn: Connection, table: str, uids: Iterable[str]) -> None:
    """A row hides when it is deleted and no live value came that the deleter had not seen."""
    conn.executemany(
        f"""UPDATE "{table}" SET gone = (
            EXISTS (SELECT 1 FROM versions v
                    WHERE v.row = ?1 AND v.field = 'gone' AND v.live = 1)
            AND NOT EXISTS (SELECT 1 FROM versions v
                    WHERE v.row = ?1 AND v.field = 'gone' AND v.live = 1 AND v.value = 0)
            AND NOT EXISTS (SELECT 1 FROM versions v
                    WHERE v.row = ?1 AND v.field <> 'gone' AND v.live = 1
                    AND v.change NOT IN (SELECT seen FROM delete_seen WHERE row = ?1)))
           WHERE uid = ?1""",
        [(uid,) for uid in marked(conn, uids)],
    )
