"""Turns ops into table rows: the one code path for own changes, received ones and a rebuild.

State is a pure function of the set of changes. For each field the *live* versions are those whose
dots nobody's `prev` names; a field without stored versions has the value its create gave it. The
tables hold the winner (highest lamport, then site); several different live values are a conflict,
which `conflicts.py` derives. Ops arrive in batches that are causally closed, so within a batch the
order of creates, sets and overwrites does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from desktop.models.changes import Dots, Op, Touched, chunks_of, redact, store_chunks
from desktop.models.database import Connection
from desktop.models.past import ops_about
from desktop.models.schema import REPLICATED
from desktop.models.versions import GONE, Plain, add_versions, refresh_gone

TOUCH_LIMIT = 5000


@dataclass(slots=True)
class _Batch:
    creates: dict[str, list[tuple[str, int, dict[str, object]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    # (table, field) → (uid, change, overwritten change, value)
    plain: dict[tuple[str, str], list[Plain]] = field(default_factory=lambda: defaultdict(list))
    # all other edits: (table, uid, field, change, value)
    sets: list[tuple[str, str, str, int, object]] = field(default_factory=list)
    # (uid, field, overwritten change)
    overwrites: list[tuple[str, str, int]] = field(default_factory=list)
    # (uid, delete change, seen change)
    seen: list[tuple[str, int, int]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    opaque: set[int] = field(default_factory=set)


def apply(conn: Connection, entries: Iterable[tuple[int, Iterable[Op]]]) -> Touched:
    """Write the effect of these changes (local id, ops) into the tables; returns what it touched.

    The changes are already in the log and the caller holds the transaction.
    """
    batch = _sort(conn, entries)
    touched: dict[str, set[str]] = defaultdict(set)
    for table, rows in batch.creates.items():
        _create(conn, table, rows, batch)
        touched[table].update(row[0] for row in rows)
    fields: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, uid, name, _, _ in batch.sets:
        fields[table, name].add(uid)
    for key, edits in batch.plain.items():
        fields[key].update([row[0] for row in edits])
    _add_versions(conn, batch)
    for (table, _), uids in fields.items():
        touched[table] |= uids
    for table in {table for table, _ in fields}:
        refresh_gone(conn, table, touched[table])
    if batch.erased:
        _erase(conn, batch.erased)
    conn.executemany("INSERT OR IGNORE INTO opaque VALUES (?)", [(c,) for c in batch.opaque])
    if sum(map(len, touched.values())) > TOUCH_LIMIT or batch.erased:
        return Touched({"*": frozenset()})
    return Touched({table: frozenset(uids) for table, uids in touched.items()})


def _sort(conn: Connection, entries: Iterable[tuple[int, Iterable[Op]]]) -> _Batch:
    batch, dots = _Batch(), Dots(conn)
    gone = {row[0] for row in conn.execute("SELECT uid FROM erased")}
    known = {(table, name) for table, names in REPLICATED.items() for name in (*names, "same_as")}
    prev: object = None
    replaced: list[int] = []
    for change, ops in entries:
        for op in ops:
            kind = op[0]
            if kind == "e":
                batch.erased.add(op[1])
            elif kind == "x" or (gone and op[2] in gone):
                continue
            elif kind == "s" and (op[1], op[3]) in known:
                if op[5] is not prev:  # edits read from one package share their dots
                    prev, replaced = op[5], dots(op[5])
                if len(replaced) == 1:
                    batch.plain[op[1], op[3]].append((op[2], change, replaced[0], op[4]))
                else:
                    _tangle(batch, change, op, replaced)
            elif op[1] not in REPLICATED:
                batch.opaque.add(change)
            elif kind == "c":
                batch.creates[op[1]].append((op[2], change, op[3]))
            elif kind == "s" and op[3] == GONE:
                _tangle(batch, change, op, dots(op[5]))
            elif kind == "d":
                batch.sets.append((op[1], op[2], GONE, change, 1))
                batch.overwrites += [(op[2], GONE, old) for old in dots(op[3])]
                batch.seen += [(op[2], change, old) for old in dots(op[4])]
            else:
                batch.opaque.add(change)
    return batch


def _tangle(batch: _Batch, change: int, op: Op, replaced: Iterable[int]) -> None:
    """An edit that overwrites no version or several."""
    _, table, uid, name, value, _ = op
    batch.sets.append((table, uid, name, change, value))
    batch.overwrites += [(uid, name, old) for old in replaced]


def _create(
    conn: Connection, table: str, rows: list[tuple[str, int, dict[str, object]]], batch: _Batch
) -> None:
    fields = REPLICATED[table]
    known = frozenset(fields)
    names = ", ".join(f'"{name}"' for name in fields)
    marks = ", ".join("?" * (len(fields) + 2))
    before = conn.total_changes
    conn.executemany(
        f'INSERT OR IGNORE INTO "{table}" (uid, born, {names}) VALUES ({marks})',
        [(uid, change, *(values.get(name) for name in fields)) for uid, change, values in rows],
    )
    batch.opaque.update(change for _, change, values in rows if not known.issuperset(values))
    if conn.total_changes - before == len(rows):
        return
    for uid, change, values in rows:  # the same uid was made on two PCs (an enrolled site, say)
        born = conn.execute(f'SELECT born FROM "{table}" WHERE uid = ?', (uid,)).fetchone()[0]
        if born != change:
            batch.sets += [(table, uid, name, change, values.get(name)) for name in fields]


def _add_versions(conn: Connection, batch: _Batch) -> None:
    add_versions(conn, batch.plain, batch.sets, batch.overwrites)
    conn.executemany("INSERT OR IGNORE INTO delete_seen VALUES (?, ?, ?)", batch.seen)


def _erase(conn: Connection, uids: set[str]) -> None:
    """Forget these rows, their history and their ops in the log; only the uids stay listed."""
    frozen = frozenset(uids)
    concerned = ops_about(conn, frozen)
    for uid in uids:
        for table in REPLICATED:
            conn.execute(f'DELETE FROM "{table}" WHERE uid = ?', (uid,))
        conn.execute("DELETE FROM versions WHERE row = ?", (uid,))
        conn.execute("DELETE FROM delete_seen WHERE row = ?", (uid,))
        conn.execute("DELETE FROM provenance WHERE row = ?", (uid,))
        conn.execute("INSERT OR IGNORE INTO erased VALUES (?)", (uid,))
    for change in concerned:
        store_chunks(conn, change, redact(chunks_of(conn, change), frozen))
