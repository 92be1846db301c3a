"""Sites of one office that live in memory: fast enough to try thousands of histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import sqlite_utils

from desktop.models import changes, exchange_log, schema
from desktop.models.branches import Branch, branches
from desktop.models.changes import Dot, Vector, WireChange
from desktop.models.database import in_memory
from desktop.models.exchange_log import Parcel
from desktop.models.package_log import acknowledged
from desktop.models.store import Store
from desktop.oslock import OsLock
from desktop.progress import Progress, no_progress

_parcel_numbers = count(1)


@cache
def _layout() -> sqlite_utils.Database:
    db = in_memory()
    schema.upgrade(db)
    return db


def laid_out() -> sqlite_utils.Database:
    """An empty database in memory with today's tables, copied, not made step by step."""
    db = in_memory()
    _layout().conn.backup(db.conn)
    return db


class MemoryStore(Store):
    """A store without a disk: the same code above the connection."""

    def __init__(self, site: str) -> None:
        self._memory = laid_out()
        super().__init__(Path("nowhere"), bytes(32), OsLock(Path("nowhere")))
        with self.local() as conn:
            conn.execute("INSERT INTO meta VALUES ('site', ?)", (site,))
        self.site = site

    @property
    def db(self) -> sqlite_utils.Database:
        return self._memory

    def restart(self) -> None:
        """Switched off and on again: what was not written to the database is gone."""
        before, self._memory = self._memory, in_memory()
        before.conn.backup(self._memory.conn)
        before.conn.close()
        self.read_identity()

    def close(self) -> None:
        self._memory.conn.close()


@dataclass(frozen=True)
class Carried:
    """A package on a stick: everything it needs, as plain values."""

    sender: str
    vector: Vector
    base: Vector
    log: tuple[WireChange, ...]
    tips: dict[str, bytes]
    branches: tuple[Branch, ...]


@dataclass
class World:
    """Sites, the sticks on their way to each, and every change ever made with what it knew."""

    stores: list[MemoryStore] = field(default_factory=list)
    sticks: dict[int, list[Carried]] = field(default_factory=dict)
    knew: dict[Dot, Vector] = field(default_factory=dict)

    @classmethod
    def of(cls, sites: int) -> World:
        world = cls()
        for number in range(sites):
            world.stores.append(MemoryStore(f"{number + 1:x}" * 32))
            world.sticks[number] = []
        return world

    def note_own(self, number: int, before: Vector) -> None:
        """Remember what the author of a new change knew when making it."""
        site = self.stores[number].site
        after = exchange_log.vector(self.stores[number])
        for seq in range(before.get(site, 0) + 1, after.get(site, 0) + 1):
            self.knew[Dot(site, seq)] = before

    def export(self, sender: int, receiver: int, *, full: bool = False) -> Carried:
        store = self.stores[sender]
        vector = exchange_log.vector(store)
        known = acknowledged(store, self.stores[receiver].site)
        base = {
            site: min(seq, vector[site])
            for site, seq in (known.vector if known and not full else {}).items()
            if site in vector
        }
        log = tuple(exchange_log.changes_between(store, base, vector))
        return Carried(
            store.site, vector, base, log, exchange_log.tips(store, vector),
            tuple(branches(store.db.conn)),
        )  # fmt: skip

    def deliver(self, receiver: int, carried: Carried, progress: Progress = no_progress) -> bool:
        """Whether the package could be applied; a gap leaves everything as it was."""
        parcel = Parcel(
            f"p{next(_parcel_numbers)}", carried.sender, carried.vector, carried.base,
            carried.log, len(carried.log), carried.tips, carried.branches,
        )  # fmt: skip
        try:
            exchange_log.receive(self.stores[receiver], parcel, progress=progress)
        except exchange_log.Gap:
            return False
        return True

    def settle(self) -> None:
        """Everybody hears everything: two rounds of full packages between neighbours."""
        for _ in range(2):
            for sender in range(len(self.stores)):
                for receiver in range(len(self.stores)):
                    if sender != receiver:
                        assert self.deliver(receiver, self.export(sender, receiver, full=True))

    def close(self) -> None:
        for store in self.stores:
            store.close()


@dataclass
class Oracle:
    """The state of a log computed slowly and plainly from the rules of architecture §3."""

    # (table, uid, field) → {dot: value}
    versions: dict[tuple[str, str, str], dict[Dot, Any]] = field(default_factory=dict)
    dead: set[tuple[str, str, Dot]] = field(default_factory=set)
    seen: dict[str, set[Dot]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    lamport: dict[Dot, int] = field(default_factory=dict)
    named: list[tuple[Dot, str, str, list[Dot]]] = field(default_factory=list)

    @classmethod
    def read(cls, store: Store, fields: dict[str, tuple[str, ...]]) -> Oracle:
        oracle = cls()
        ops: list[tuple[Dot, changes.Op]] = []
        for _, change in changes.read_changes(store.db.conn):
            oracle.lamport[change.dot] = change.header.lamport
            ops += [(change.dot, op) for op in changes.decode(change.chunks)]
        oracle.erased = {op[1] for _, op in ops if op[0] == "e"}
        for dot, op in ops:
            if op[0] in "ex" or op[2] in oracle.erased:
                continue
            oracle._take(dot, op, fields)
        return oracle

    def _take(self, dot: Dot, op: changes.Op, fields: dict[str, tuple[str, ...]]) -> None:
        table, uid = op[1], op[2]
        if table not in fields:
            return
        if op[0] == "c":
            for name in (*fields[table], "same_as"):
                self.versions.setdefault((table, uid, name), {})[dot] = op[3].get(name)
            return
        name, prev = ("gone", op[3]) if op[0] == "d" else (op[3], op[5])
        if name not in (*fields[table], "same_as", "gone"):
            return
        self.versions.setdefault((table, uid, name), {})[dot] = 1 if op[0] == "d" else op[4]
        overwritten = [Dot(*old) for old in prev]
        self.named.append((dot, uid, name, overwritten))
        self.dead |= {(uid, name, old) for old in overwritten}
        if op[0] == "d":
            self.seen.setdefault(uid, set()).update(Dot(*old) for old in op[4])

    def live(self, key: tuple[str, str, str]) -> dict[Dot, Any]:
        _, uid, name = key
        return {
            dot: value
            for dot, value in self.versions.get(key, {}).items()
            if (uid, name, dot) not in self.dead
        }

    def winner(self, key: tuple[str, str, str]) -> Any:
        live = self.live(key)
        return live[max(live, key=lambda dot: (self.lamport[dot], dot.site))]

    def unseen_edits(self, table: str, uid: str) -> bool:
        """Whether a live value of the row came that no deleter had seen."""
        return any(
            dot not in self.seen.get(uid, set())
            for key in self.versions
            if key[:2] == (table, uid) and key[2] != "gone" and self._is_edited(key)
            for dot in self.live(key)
        )

    def _is_edited(self, key: tuple[str, str, str]) -> bool:
        """Created values count only once they are versions of their own (the row was made twice
        or the field was changed)."""
        return len(self.versions[key]) > 1

    def is_gone(self, table: str, uid: str) -> bool:
        marks = self.live((table, uid, "gone"))
        return bool(marks) and 0 not in marks.values() and not self.unseen_edits(table, uid)

    def disputes(self) -> set[str]:
        found = set()
        for key in self.versions:
            table, uid, name = key
            live = self.live(key)
            if name == "gone":
                if 1 in live.values() and (0 in live.values() or self.unseen_edits(table, uid)):
                    found.add(f"{uid}.gone")
            elif len({repr(value) for value in live.values()}) > 1 and not self.is_gone(table, uid):
                found.add(f"{uid}.{name}")
        return found
