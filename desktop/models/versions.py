"""Keeps the values that stand for fields edited later, and shows the winner: many at a time.

A field without a stored version has the value its create gave it. Once edited it has at least one
version: each value whose change nobody has overwritten; `alone` is 1 if it is the only one of its
field. What was overwritten stays in the log (see history.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from desktop.models.changes import ImpossibleChange
from desktop.models.database import Connection

GONE = "gone"
# (uid, change, value) and, for an edit that overwrites exactly one version, (…, prev, …)
Given = tuple[str, int, object]
Plain = tuple[str, int, int, object]

_INCOMING = "CREATE TEMP TABLE IF NOT EXISTS incoming (uid, change, prev, value)"
# an edit that overwrites the only version takes its place
_REPLACE = """
UPDATE versions SET change = i.change, value = i.value FROM incoming i
WHERE versions.row = i.uid AND versions.field = ?1 AND versions.change = i.prev
AND versions.alone = 1"""
# or it is the first after the create
_FIRST = """
INSERT INTO versions (row, field, change, tbl, value, alone)
SELECT i.uid, ?1, i.change, ?2, i.value, 1 FROM incoming i
CROSS JOIN "{table}" t ON t.uid = i.uid WHERE t.born = i.prev
AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.row = i.uid AND v.field = ?1)"""
_SHOW = 'UPDATE "{table}" SET "{name}" = i.value FROM incoming i WHERE "{table}".uid = i.uid'
# or it meets others
_REST = """
SELECT uid, change, prev, value FROM incoming i WHERE NOT EXISTS
(SELECT 1 FROM versions v WHERE v.row = i.uid AND v.field = ?1 AND v.change = i.change)"""
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
    replaced = list(overwrites)
    for (table, name), rows in plain.items():
        rows, crowd = _in_a_row(rows, tangled.get((table, name), ()))
        crowd += _add_plain(conn, table, name, rows)
        if crowd:
            tangled[table, name] += [(uid, change, value) for uid, change, _, value in crowd]
            replaced += [(uid, name, old) for uid, _, old, _ in crowd]
    for (table, name), given in tangled.items():
        _add_tangled(conn, table, name, given)
    conn.executemany("DELETE FROM versions WHERE row = ? AND field = ? AND change = ?", replaced)
    for (table, name), given in tangled.items():
        uids = {row[0] for row in given}
        _check_rows(conn, table, uids)
        _count_again(conn, name, uids)
        if name != GONE:
            _show_winner(conn, table, name, uids)


def _in_a_row(rows: list[Plain], others: Sequence[Given]) -> tuple[list[Plain], list[Plain]]:
    """One edit for each row that was edited here again and again, and the edits that meet."""
    if not others and len({row[0] for row in rows}) == len(rows):
        return rows, []
    meeting = {row[0] for row in others}
    last: dict[str, Plain] = {}
    for row in rows:
        uid, change, prev, value = row
        before = last.get(uid)
        if before is None:
            last[uid] = row
        elif before[1] == prev:
            last[uid] = (uid, change, before[2], value)
        else:
            meeting.add(uid)
    return (
        [row for uid, row in last.items() if uid not in meeting],
        [row for row in rows if row[0] in meeting],
    )


def _add_plain(conn: Connection, table: str, name: str, rows: Sequence[Plain]) -> list[Plain]:
    """Write these edits in a few statements; returns those that meet other versions."""
    conn.execute(_INCOMING)
    conn.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?)", sorted(rows, key=itemgetter(0)))
    done = conn.execute(_REPLACE, (name,)).rowcount
    if done < len(rows):
        done += conn.execute(_FIRST.format(table=table), (name, table)).rowcount
    conn.execute(_SHOW.format(table=table, name=name))
    rest = conn.execute(_REST, (name,)).fetchall() if done < len(rows) else []
    conn.execute("DELETE FROM incoming")
    return list(rest)


def _add_tangled(conn: Connection, table: str, name: str, rows: Sequence[Given]) -> None:
    """Write edits beside what stands; what they overwrite is still to be taken away."""
    if name != GONE:
        original = "NULL" if name == "same_as" else f'"{name}"'
        conn.executemany(
            "INSERT INTO versions (row, field, change, tbl, value, alone)"
            f' SELECT uid, ?1, born, ?2, {original}, 0 FROM "{table}" WHERE uid = ?3'
            " AND NOT EXISTS (SELECT 1 FROM versions WHERE row = ?3 AND field = ?1)",
            [(name, table, uid) for uid, _, _ in rows],
        )
    conn.executemany(
        "INSERT OR REPLACE INTO versions (row, field, change, tbl, value, alone)"
        " VALUES (?, ?, ?, ?, ?, 0)",
        [(uid, name, change, table, value) for uid, change, value in rows],
    )


def _check_rows(conn: Connection, table: str, uids: set[str]) -> None:
    """Nobody can have edited a row before it was made (erased rows are left out before)."""
    sql = f'SELECT count(*) FROM json_each(?) j JOIN "{table}" t ON t.uid = j.value'
    if conn.execute(sql, (json.dumps(list(uids)),)).fetchone()[0] < len(uids):
        raise ImpossibleChange


def _count_again(conn: Connection, name: str, uids: set[str]) -> None:
    conn.executemany(
        "UPDATE versions SET alone ="
        " (SELECT count(*) FROM versions o WHERE o.row = ?1 AND o.field = ?2) = 1"
        " WHERE row = ?1 AND field = ?2",
        [(uid, name) for uid in uids],
    )


def _show_winner(conn: Connection, table: str, name: str, uids: set[str]) -> None:
    conn.executemany(
        f'UPDATE "{table}" SET "{name}" = (SELECT v.value FROM versions v'
        " JOIN changes c ON c.id = v.change JOIN site_numbers s ON s.n = c.site"
        " WHERE v.row = ?1 AND v.field = ?2"
        " ORDER BY c.lamport DESC, s.site DESC LIMIT 1) WHERE uid = ?1",
        [(uid, name) for uid in uids],
    )


def marked(conn: Connection, uids: Iterable[str]) -> set[str]:
    """Those of these rows that somebody has deleted or brought back."""
    if conn.execute("SELECT 1 FROM versions WHERE field = 'gone' LIMIT 1").fetchone() is None:
        return set()
    return {row[0] for row in conn.execute(_WITH_MARK, (json.dumps(list(uids)),))}


def refresh_gone(conn: Connection, table: str, uids: Iterable[str]) -> None:
    """A row hides when it is deleted and no value stands that the deleter had not seen."""
    conn.executemany(
        f"""UPDATE "{table}" SET gone = (
            EXISTS (SELECT 1 FROM versions v WHERE v.row = ?1 AND v.field = 'gone')
            AND NOT EXISTS (SELECT 1 FROM versions v
                    WHERE v.row = ?1 AND v.field = 'gone' AND v.value = 0)
            AND NOT EXISTS (SELECT 1 FROM versions v
                    WHERE v.row = ?1 AND v.field <> 'gone'
                    AND v.change NOT IN (SELECT seen FROM delete_seen WHERE row = ?1)))
           WHERE uid = ?1""",
        [(uid,) for uid in marked(conn, uids)],
    )
