"""Makes the tables anew from the change log: to prove them, and to show what an upgrade can read.

The tables are a cache. A change may hold ops that this version did not know when it arrived (from
a colleague whose program is newer); it was kept and passed on unread, and after the upgrade the
tables are made anew so that it appears.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop.models import changes
from desktop.models.apply import apply
from desktop.models.branches import Reading, branches, keep_branch
from desktop.models.database import Connection
from desktop.models.schema import REPLICATED

_BATCH = 20_000  # ops applied at a time


def replay_into(conn: Connection, source: Connection) -> None:
    """Replay a whole log into an empty database, in causal order."""
    conn.execute("BEGIN")
    for branch in branches(source):
        keep_branch(conn, branch)
    log = changes.read_changes(source)
    _apply_all(conn, ((changes.append(conn, change), change) for _, change in log))
    conn.execute("COMMIT")


def rebuild(conn: Connection) -> None:
    """Make every replicated table anew from the log; the caller holds the transaction."""
    for table in REPLICATED:
        conn.execute(f'DELETE FROM "{table}"')
    for table in ("versions", "delete_seen", "opaque"):
        conn.execute(f"DELETE FROM {table}")
    _apply_all(conn, changes.read_changes(conn))


def read_what_was_opaque(conn: Connection) -> bool:
    """After an upgrade: whether changes had waited for it; if so they are shown now."""
    if conn.execute("SELECT 1 FROM opaque LIMIT 1").fetchone() is None:
        return False
    rebuild(conn)
    return True


def _apply_all(conn: Connection, log: Iterable[tuple[int, changes.WireChange]]) -> None:
    meant = Reading.of(conn)
    waiting: list[tuple[int, list[changes.Op]]] = []
    size = 0
    for number, change in log:
        ops = meant(change.dot, list(changes.decode(change.chunks)))
        waiting.append((number, ops))
        size += len(ops)
        if size >= _BATCH:
            apply(conn, waiting)
            waiting, size = [], 0
    apply(conn, waiting)
