"""Reads what records once were: the tables and versions keep what stands, the log keeps the rest.

Every value somebody overwrote is named by the edit that did so. So all that was ever written about
a row is found by walking back from what stands, and only the changes on the way are opened.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from desktop.models.branches import Reading
from desktop.models.changes import Dot, Dots, Op, canonical, chunks_of, plain
from desktop.models.database import Connection
from desktop.models.schema import REPLICATED
from desktop.models.versions import GONE

_FEW = 20  # so many uids are looked for in the text before it is parsed
_AT_ONCE = 20_000  # rows whose past is read in one go, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Told:
    """One change's ops about the rows asked for; `rank` decides between values: higher wins."""

    dot: Dot
    rank: tuple[int, str]
    ops: list[Op]


def ops_about(conn: Connection, uids: Collection[str]) -> dict[int, Told]:
    """Every op about these rows with the dots its author meant, by the local id of its change."""
    wanted, dots, meant = frozenset(uids), Dots(conn), Reading.of(conn)
    found: dict[int, Told] = {}
    seen: set[int] = set()
    open_ = _standing(conn, wanted)
    while open_:
        change = open_.pop()
        seen.add(change)
        ops = list(_ops_in(conn, change, wanted))
        if not ops:
            continue
        dot, rank = _name(conn, change)
        found[change] = Told(dot, rank, meant(dot, ops))
        for op in found[change].ops:
            if op[0] == "s":
                open_.update(dots(op[5]))
            elif op[0] == "d":
                open_.update(dots(op[3]) + dots(op[4]))
        open_ -= seen
    return found


def _standing(conn: Connection, uids: frozenset[str]) -> set[int]:
    """The changes that made these rows and gave them what stands, and those not read yet."""
    listed = (json.dumps(sorted(uids)),)
    among = "IN (SELECT value FROM json_each(?))"
    found = {row[0] for row in conn.execute("SELECT change FROM opaque")}
    found.update(row[0] for row in conn.execute(
        f"SELECT change FROM versions WHERE row {among}", listed
    ))  # fmt: skip
    for table in REPLICATED:
        found.update(row[0] for row in conn.execute(
            f'SELECT born FROM "{table}" WHERE uid {among}', listed
        ))  # fmt: skip
    return found


def _ops_in(conn: Connection, change: int, uids: Collection[str]) -> Iterator[Op]:
    spelled = [canonical(uid)[1:-1] for uid in uids] if len(uids) <= _FEW else []
    for chunk in chunks_of(conn, change):
        text = plain(chunk)
        if spelled and not any(uid in text for uid in spelled):
            continue
        yield from (op for op in json.loads(text) if op[0] in "csd" and op[2] in uids)


def _name(conn: Connection, change: int) -> tuple[Dot, tuple[int, str]]:
    site, seq, lamport = conn.execute(
        "SELECT s.site, c.seq, c.lamport FROM changes c JOIN site_numbers s ON s.n = c.site"
        " WHERE c.id = ?",
        (change,),
    ).fetchone()
    return Dot(site, seq), (lamport, site)


def values_before(
    conn: Connection, keys: Collection[tuple[str, str]], first: int
) -> dict[tuple[str, str], list[Any]]:
    """The values that stood for these (row, field) before the change with local id `first` came.

    The last one is what was shown; several are a conflict. Rows that came later are left out.
    """
    fields: dict[str, set[str]] = defaultdict(set)
    for uid, name in keys:
        fields[uid].add(name)
    rows = sorted(fields)
    found: dict[tuple[str, str], list[Any]] = {}
    for start in range(0, len(rows), _AT_ONCE):
        part = {uid: fields[uid] for uid in rows[start : start + _AT_ONCE]}
        found |= _values_before(conn, part, first)
    return found


def _values_before(
    conn: Connection, fields: dict[str, set[str]], first: int
) -> dict[tuple[str, str], list[Any]]:
    given: dict[tuple[str, str], list[tuple[tuple[int, str], Dot, Any]]] = defaultdict(list)
    overwritten: dict[tuple[str, str], set[Dot]] = defaultdict(set)
    for change, told in ops_about(conn, fields).items():
        if change >= first:
            continue
        for op in told.ops:
            if op[0] == "c":
                for name in fields[op[2]]:
                    given[op[2], name].append((told.rank, told.dot, op[3].get(name)))
            elif op[0] == "s" and op[3] in fields[op[2]]:
                given[op[2], op[3]].append((told.rank, told.dot, op[4]))
                overwritten[op[2], op[3]].update(Dot(*dot) for dot in op[5])
    return {
        key: [value for _, dot, value in sorted(versions, key=_rank) if dot not in overwritten[key]]
        for key, versions in given.items()
    }


def _rank(version: tuple[tuple[int, str], Dot, Any]) -> tuple[int, str]:
    return version[0]


def hidden_before(conn: Connection, uids: Collection[str], first: int) -> set[str]:
    """Those of these rows that were deleted before the change with local id `first` came."""
    lives = {uid: _Life() for uid in uids}
    for change, told in ops_about(conn, uids).items():
        for op in told.ops if change < first else ():
            lives[op[2]].read(op, told.dot)
    return {uid for uid, life in lives.items() if life.is_over()}


class _Life:
    """Whether a row is deleted, judged from nothing but the ops about it."""

    def __init__(self) -> None:
        self._marks: dict[Dot, Any] = {}
        self._edits: set[tuple[str, Dot]] = set()
        self._overwritten: set[tuple[str, Dot]] = set()
        self._seen: set[Dot] = set()

    def read(self, op: Op, dot: Dot) -> None:
        if op[0] == "c":
            self._edits.update((name, dot) for name in REPLICATED.get(op[1], ()))
            return
        name, prev = (GONE, op[3]) if op[0] == "d" else (op[3], op[5])
        self._overwritten.update((name, Dot(*old)) for old in prev)
        if name == GONE:
            self._marks[dot] = 1 if op[0] == "d" else op[4]
        else:
            self._edits.add((name, dot))
        if op[0] == "d":
            self._seen.update(Dot(*old) for old in op[4])

    def is_over(self) -> bool:
        standing = {
            mark for dot, mark in self._marks.items() if (GONE, dot) not in self._overwritten
        }
        unseen = any(dot not in self._seen for _, dot in self._edits - self._overwritten)
        return standing == {1} and not unseen
