"""Remembers which packages this PC has sent and received, and what each colleague's PC knows.

All of it is local: it describes this PC only and never travels.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from desktop import clock
from desktop.models.changes import Vector
from desktop.models.database import Connection
from desktop.models.site_names import site_name
from desktop.models.store import Store

# states of a received package
WAITING, APPLIED, UNDONE, QUARANTINED = "waiting", "applied", "undone", "quarantined"
# states of a sent package; one handed over with six words names no receiver and gets no receipt
SENT, ACKNOWLEDGED, HANDED = "sent", "acknowledged", "handed"
_KNOWS_THE_WORDS = "知道六个词的人"


@dataclass(frozen=True, slots=True)
class Sent:
    """A package this PC wrote; `vector` is what its receiver knows once it is taken in."""

    package: str
    to_site: str
    kind: str
    made: str
    path: str
    vector: Vector
    changes: int
    bytes: int
    state: str


@dataclass(frozen=True, slots=True)
class Got:
    """A package this PC has; `change_first`–`change_last` are the local ids it brought.

    `vector` is of another office's package the number it has in its stream.
    """

    package: str
    from_site: str
    kind: str
    got: str
    vector: Vector
    state: str
    change_first: int | None
    change_last: int | None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a colleague's PC has told us it durably knows, and when we heard it."""

    vector: Vector
    at: str


def acknowledged(store: Store, site: str) -> Acknowledged | None:
    rows = store.rows("SELECT acked, at FROM peer_state WHERE site = ?", (site,))
    return Acknowledged(json.loads(rows[0][0]), rows[0][1]) if rows else None


def note_knowledge(conn: Connection, site: str, known: Mapping[str, int]) -> None:
    """A colleague's PC knows at least this much; sent packages it covers are acknowledged.

    Who has written more has not forgotten anything: if it then knows less of others, an idle copy
    of its disk had spoken in between, and what that one knew does not count.
    """
    row = conn.execute("SELECT acked FROM peer_state WHERE site = ?", (site,)).fetchone()
    merged: Vector = json.loads(row[0]) if row else {}
    is_later = known.get(site, 0) > merged.get(site, 0)
    is_earlier = known.get(site, 0) < merged.get(site, 0)
    for other, seq in known.items():
        if is_later:
            merged[other] = seq
        elif not is_earlier:
            merged[other] = max(seq, merged.get(other, 0))
    conn.execute(
        "INSERT OR REPLACE INTO peer_state (site, acked, at) VALUES (?, ?, ?)",
        (site, json.dumps(merged, sort_keys=True), clock.now().isoformat(timespec="seconds")),
    )
    for package, vector in conn.execute(
        "SELECT package, vector FROM outbox WHERE to_site = ? AND state = ?", (site, SENT)
    ).fetchall():
        if all(merged.get(other, 0) >= seq for other, seq in json.loads(vector).items()):
            conn.execute("UPDATE outbox SET state = ? WHERE package = ?", (ACKNOWLEDGED, package))


def note_sent(store: Store, sent: Sent) -> None:
    with store.local() as conn:
        note_sent_in(conn, sent)


def note_sent_in(conn: Connection, sent: Sent) -> None:
    """The same inside a transaction that is open already."""
    conn.execute(
        "INSERT OR REPLACE INTO outbox (package, to_site, kind, made, path, vector, changes,"
        " bytes, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (sent.package, sent.to_site, sent.kind, sent.made, sent.path, json.dumps(sent.vector),
         sent.changes, sent.bytes, sent.state),
    )  # fmt: skip


def outbox(store: Store) -> list[Sent]:
    """What was sent, newest first."""
    return [
        Sent(package, to, kind, made, path, json.loads(vector), changes, size, state)
        for package, to, kind, made, path, vector, changes, size, state in store.rows(
            "SELECT package, to_site, kind, made, path, vector, changes, bytes, state FROM outbox"
            " ORDER BY made DESC, package"
        )
    ]


_GOT = "SELECT package, from_site, kind, got, vector, state, change_first, change_last FROM inbox"


def _got(row: tuple[object, ...]) -> Got:
    package, site, kind, got, vector, state, first, last = row
    return Got(str(package), str(site), str(kind), str(got), json.loads(str(vector)), str(state),
               first, last)  # type: ignore[arg-type]  # fmt: skip


def inbox(store: Store) -> list[Got]:
    """What was received, newest first."""
    return [_got(row) for row in store.rows(f"{_GOT} ORDER BY got DESC, package")]


def number_here(store: Store, package: str, site: str) -> str:
    """Under which number this PC's package is remembered: its own, unless another PC used it first.

    Numbers stand outside for everybody to read, so somebody could use up another PC's.
    """
    user = store.value("SELECT from_site FROM inbox WHERE package = ?", (package,))
    if user in (None, site):
        return package
    return hashlib.sha256(f"{site}/{package}".encode()).hexdigest()[:32]


def received(store: Store, package: str, site: str) -> Got | None:
    """What this PC has had under this number from that one."""
    rows = store.rows(f"{_GOT} WHERE package = ?", (number_here(store, package, site),))
    return _got(rows[0]) if rows else None


def find_received(store: Store, text: str) -> list[Got]:
    """Received packages whose number starts like this."""
    return [got for got in inbox(store) if got.package.startswith(text.strip().lower())]


def note_received(store: Store, package: str, site: str, kind: str, vector: Vector) -> None:
    """A package has passed every check and lies in the inbox; it waits to be applied."""
    with store.local() as conn:
        conn.execute(
            "INSERT OR IGNORE INTO inbox (package, from_site, kind, got, vector, state)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (package, site, kind, clock.now().isoformat(timespec="seconds"),
             json.dumps(vector, sort_keys=True), WAITING),
        )  # fmt: skip


def note_taken_in(conn: Connection, package: str, site: str, kind: str, number: Vector) -> None:
    """A package of another office is kept, in the transaction that is open; `number` of its stream
    is what it brought."""
    conn.execute(
        "INSERT OR REPLACE INTO inbox (package, from_site, kind, got, vector, state)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (package, site, kind, clock.now().isoformat(timespec="seconds"), json.dumps(number),
         APPLIED),
    )  # fmt: skip


def set_state(store: Store, package: str, state: str) -> None:
    with store.local() as conn:
        conn.execute("UPDATE inbox SET state = ? WHERE package = ?", (state, package))


def forget_received(store: Store, package: str) -> None:
    """A waiting package's file is gone (a restored backup, say); it will have to come again."""
    with store.local() as conn:
        conn.execute("DELETE FROM inbox WHERE package = ? AND state = ?", (package, WAITING))


def other_end(store: Store, site: str) -> str:
    """Who sent or gets a package, as people call them; one handed over with words names no site."""
    return site_name(store.db.conn, site) if site else _KNOWS_THE_WORDS
