"""One open profile: read with plain SQL, write through the one door `store.change(reason)`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from desktop import clock
from desktop.models import changes, schema, search_index
from desktop.models.apply import apply
from desktop.models.changes import Change, Dot, Header, Touched, WireChange
from desktop.models.database import Connection, connect, in_parts, storage_errors
from desktop.models.draft import ChangeDraft
from desktop.models.rebuild import read_what_was_opaque
from desktop.oslock import OsLock

DATABASE = "jinlin.db"
Params = Sequence[Any] | dict[str, Any]
Listener = Callable[[Touched], None]


class Store:
    """An unlocked profile; safe to use from any thread, each has a connection of its own."""

    def __init__(self, folder: Path, key: bytes, lock: OsLock) -> None:
        self.folder = folder
        self._key = key
        self._lock = lock
        self._writing = threading.RLock()
        self._local = threading.local()
        self._open: list[sqlite_utils.Database] = []
        self._listeners: list[Listener] = []
        with self.transaction() as conn:
            before = schema.current_version(self.db)
            schema.upgrade(self.db)
            if 0 < before < schema.VERSION and read_what_was_opaque(conn):
                search_index.refresh(conn, None)
        self.read_identity()

    def read_identity(self) -> None:
        """Whose PC this is; read again after a profile got its first or another site."""
        found = dict(self.rows("SELECT key, value FROM meta WHERE key IN ('site', 'user')"))
        self.site: str = found.get("site", "")
        self.user: str = found.get("user", "")

    @property
    def db(self) -> sqlite_utils.Database:
        """This thread's connection."""
        db: sqlite_utils.Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = connect(self.folder / DATABASE, self._key)
            self._open.append(db)
        return db

    @property
    def key(self) -> bytes:
        """The database key (for the recovery sheet and for backups)."""
        return self._key

    def query(self, sql: str, params: Params = ()) -> list[dict[str, Any]]:
        with storage_errors():
            return list(self.db.query(sql, params))

    def rows(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        with storage_errors():
            return list(self.db.conn.execute(sql, params).fetchall())

    def rows_in(self, sql: str, uids: Iterable[str]) -> list[tuple[Any, ...]]:
        """Rows for many uids; the statement says `IN ({})`."""
        return [row for marks, part in in_parts(uids) for row in self.rows(sql.format(marks), part)]

    def value(self, sql: str, params: Params = ()) -> Any:
        """The first column of the first row, or None."""
        with storage_errors():
            row = self.db.conn.execute(sql, params).fetchone()
        return row[0] if row else None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One write transaction, all or nothing; only the store's own modules use it."""
        with self._writing, storage_errors():
            conn = self.db.conn
            conn.execute("BEGIN IMMEDIATE")
            try:
                yield conn
                conn.execute("COMMIT")
            except BaseException:
                # on a full disk SQLite has rolled back already
                if conn.in_transaction:
                    conn.execute("ROLLBACK")
                raise

    @contextmanager
    def local(self) -> Iterator[Connection]:
        """Write what only this PC remembers (audit, outbox, header memory)."""
        with self.transaction() as conn:
            yield conn

    @contextmanager
    def change(self, reason: str, *, kind: str = "edit") -> Iterator[ChangeDraft]:
        """One user action: everything in the block becomes one change in the log, or nothing."""
        with self.several_changes(reason, kind=kind) as new:
            yield new()

    @contextmanager
    def several_changes(
        self, reason: str, *, kind: str = "edit"
    ) -> Iterator[Callable[[], ChangeDraft]]:
        """One user action that takes several changes: all of them are kept, in order, or none."""
        drafts: list[ChangeDraft] = []
        with self.transaction() as conn:

            def new() -> ChangeDraft:
                drafts.append(ChangeDraft(conn))
                return drafts[-1]

            yield new
            for draft in drafts:
                draft.done = self._keep(conn, draft, reason, kind)
        for draft in drafts:
            if draft.done:
                self.announce(draft.done.touched)

    def _keep(self, conn: Connection, draft: ChangeDraft, reason: str, kind: str) -> Change | None:
        ops = draft.ops()
        if not ops:
            return None
        ops = self._introduction(conn) + ops
        chunks, leaves = changes.encode(ops)
        seq, prev_hash = changes.tip(conn, self.site)
        lamport = conn.execute("SELECT coalesce(max(lamport), 0) + 1 FROM changes").fetchone()[0]
        header = Header(
            site=self.site, seq=seq + 1, prev_hash=prev_hash, lamport=lamport,
            schema=schema.VERSION, user=self.user, wall=clock.now().isoformat(timespec="seconds"),
            kind=kind, reason=reason, ops=len(ops),
        )  # fmt: skip
        number = changes.append(conn, WireChange(header, header.hash(leaves), chunks))
        touched = apply(conn, [(number, ops)])
        conn.executemany(
            "INSERT INTO provenance (change, row, sheet, cell) VALUES (?, ?, ?, ?)",
            [(number, *source) for source in draft.sources],
        )
        search_index.refresh_touched(conn, touched)
        return Change(number, Dot(self.site, seq + 1), touched)

    def _introduction(self, conn: Connection) -> list[changes.Op]:
        """A joined PC's user enters the office's list with the first thing they do themselves."""
        row = conn.execute("SELECT value FROM meta WHERE key = 'new_user'").fetchone()
        if row is None:
            return []
        conn.execute("DELETE FROM meta WHERE key = 'new_user'")
        return [["c", "users", self.user, {"name": row[0], "site": self.site}]]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told what each kept change touched (from the writing thread); returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, touched: Touched) -> None:
        for listener in list(self._listeners):
            try:
                listener(touched)
            except Exception as bug:
                # the change is kept, whatever a screen makes of the news: a report, no failure
                about = (type(bug), bug, bug.__traceback__, threading.current_thread())
                threading.excepthook(threading.ExceptHookArgs(about))

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the whole database, sealed with the same key."""
        target = connect(path, self._key)
        try:
            with storage_errors():
                self.db.conn.backup(target.conn)
                target.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                target.conn.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.conn.close()

    def close(self) -> None:
        for db in self._open:
            db.conn.close()
        self._open.clear()
        self._local = threading.local()
        self._lock.release()
