"""Hands changes to other PCs of the office and takes theirs in, without ever losing one.

What a PC knows is a version vector {site: highest contiguous seq}. A package carries, for every
site, the changes between the receiver's vector and the sender's, so a receiver who has the
prerequisites stays causally closed: whatever an op overwrites is already here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from desktop import clock
from desktop.errors import Refused, UserError
from desktop.models import changes
from desktop.models.apply import apply
from desktop.models.changes import Dot, Touched, WireChange
from desktop.models.conflicts import count_conflicts
from desktop.models.database import Connection
from desktop.models.search_index import refresh_touched
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

Vector = dict[str, int]
_BATCH = 20_000  # changes applied at a time, so that memory stays bounded
MAX_LAMPORT = 2**53


class Gap(UserError):
    """Earlier changes of a site are missing; the package waits for them."""

    def __init__(self, site_name: str, first: int, last: int) -> None:
        self.first, self.last = first, last
        super().__init__(f"缺 {site_name} {first}–{last}，先放在收件箱，等那个数据包到了自动接上。")


class ForkedSite(Refused):
    """Two different changes carry the same number: a cloned disk or a restored backup."""

    def __init__(self, site_name: str, seq: int) -> None:
        super().__init__(
            f"{site_name}的第{seq}号更改与本机已有的不同，可能是硬盘被复制或恢复过旧备份。"
            "这个数据包已隔离，没有导入；请在那台机上恢复为新的一台机后重新导出。"
        )


class LogTooLarge(Refused):
    def __init__(self) -> None:
        super().__init__("数据包里的编号不合常理，没有导入。请让对方重新导出。")


@dataclass(frozen=True, slots=True)
class Received:
    """What taking changes in did (or would do)."""

    applied: int
    already: int
    change_first: int | None
    change_last: int | None
    created: dict[str, int]  # rows per table
    edited: dict[str, int]
    deleted: dict[str, int]
    new_conflicts: int
    touched: Touched


class _Rollback(Exception):
    """Ends a preview: everything was tried, nothing is kept."""


def vector(store: Store) -> Vector:
    """What this PC durably knows of every site."""
    return dict(
        store.rows(
            "SELECT s.site, max(c.seq) FROM changes c JOIN site_numbers s ON s.n = c.site"
            " GROUP BY s.site ORDER BY s.site"
        )
    )


def changes_since(store: Store, known: Mapping[str, int]) -> Iterator[WireChange]:
    """Every change the owner of this vector lacks, in causal order (lamport, site, seq)."""
    wanted = [
        (site, known.get(site, 0))
        for site, seq in vector(store).items()
        if seq > known.get(site, 0)
    ]
    if not wanted:
        return
    where = " OR ".join("(s.site = ? AND c.seq > ?)" for _ in wanted)
    flat = [value for pair in wanted for value in pair]
    for _, change in changes.read_changes(store.db.conn, where, flat):
        yield change


def count_since(store: Store, known: Mapping[str, int]) -> int:
    return sum(max(0, seq - known.get(site, 0)) for site, seq in vector(store).items())


def receive(
    store: Store,
    incoming: Iterable[WireChange],
    *,
    package: str,
    progress: Progress = no_progress,
    total: int = 0,
) -> Received:
    """Apply these changes (in causal order) in one transaction; all of them or none."""
    with store.transaction() as conn:
        result = _take_in(conn, incoming, progress, total)
        conn.execute(
            "UPDATE inbox SET state = 'applied', change_first = ?, change_last = ?, body = NULL"
            " WHERE package = ?",
            (result.change_first, result.change_last, package),
        )
        refresh_touched(conn, result.touched)
    if result.applied:
        store.announce(result.touched)
    return result


def preview_receive(
    store: Store,
    incoming: Iterable[WireChange],
    *,
    progress: Progress = no_progress,
    total: int = 0,
) -> Received:
    """What `receive` would do, counted by doing it and rolling back."""
    result: Received | None = None
    try:
        with store.transaction() as conn:
            result = _take_in(conn, incoming, progress, total)
            raise _Rollback
    except _Rollback:
        pass
    assert result is not None
    return result


def _take_in(
    conn: Connection, incoming: Iterable[WireChange], progress: Progress, total: int
) -> Received:
    erased = frozenset(row[0] for row in conn.execute("SELECT uid FROM erased"))
    conflicts_before = count_conflicts(conn)
    tips: dict[str, tuple[int, bytes, int]] = {}
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in "csd"}
    touched: dict[str, frozenset[str]] = {}
    fresh: list[int] = []
    waiting: list[tuple[int, list[changes.Op]]] = []
    already = done = 0
    for change in incoming:
        done += 1
        progress(done, max(total, done), "接收更改记录")
        if not _is_next(conn, change, tips):
            already += 1
            continue
        if erased:
            change = WireChange(change.header, change.hash, changes.redact(change.chunks, erased))
        fresh.append(changes.append(conn, change))
        ops = list(changes.decode(change.chunks))
        for op in ops:
            if op[0] in counts:
                counts[op[0]][op[1]] += 1
        waiting.append((fresh[-1], ops))
        if len(waiting) >= _BATCH:
            touched = _merge_touched(touched, apply(conn, waiting))
            waiting = []
    if waiting:
        touched = _merge_touched(touched, apply(conn, waiting))
    return Received(
        applied=len(fresh),
        already=already,
        change_first=fresh[0] if fresh else None,
        change_last=fresh[-1] if fresh else None,
        created=dict(counts["c"]),
        edited=dict(counts["s"]),
        deleted=dict(counts["d"]),
        new_conflicts=max(0, count_conflicts(conn) - conflicts_before),
        touched=Touched(touched),
    )


def _is_next(conn: Connection, change: WireChange, tips: dict[str, tuple[int, bytes, int]]) -> bool:
    """Whether the change continues its site's chain; False when it is here already."""
    h = change.header
    tip = tips.get(h.site)
    if tip is None:
        seq, hash_ = changes.tip(conn, h.site)
        lamport = conn.execute(
            "SELECT coalesce(max(lamport), 0) FROM changes"
            " WHERE site = (SELECT n FROM site_numbers WHERE site = ?)",
            (h.site,),
        ).fetchone()[0]
        tip = (seq, hash_, lamport)
    changes.verify(change)
    if h.seq <= tip[0]:
        known = conn.execute(
            "SELECT hash FROM changes WHERE seq = ? AND"
            " site = (SELECT n FROM site_numbers WHERE site = ?)",
            (h.seq, h.site),
        ).fetchone()
        if known is None or bytes(known[0]) != change.hash:
            raise ForkedSite(site_name(conn, h.site), h.seq)
        tips[h.site] = tip
        return False
    if h.seq != tip[0] + 1:
        raise Gap(site_name(conn, h.site), tip[0] + 1, h.seq - 1)
    if h.prev_hash != tip[1]:
        raise ForkedSite(site_name(conn, h.site), h.seq)
    if not tip[2] < h.lamport < MAX_LAMPORT:
        raise LogTooLarge
    tips[h.site] = (h.seq, change.hash, h.lamport)
    return True


def _merge_touched(first: dict[str, frozenset[str]], second: Touched) -> dict[str, frozenset[str]]:
    merged = dict(first)
    for table, uids in second.tables.items():
        merged[table] = merged.get(table, frozenset()) | uids
    return merged


def site_name(conn: Connection, site: str) -> str:
    row = conn.execute("SELECT name FROM sites WHERE uid = ?", (site,)).fetchone()
    return str(row[0]) if row and row[0] else f"{site[:6]}号机"


def quarantine(store: Store, change_dot: Dot, change_hash: bytes, body: bytes) -> None:
    """Keep what could not be merged, so that nothing is lost while people sort it out."""
    with store.local() as conn:
        conn.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?)",
            (*change_dot, change_hash, clock.now().isoformat(timespec="seconds"), body),
        )
