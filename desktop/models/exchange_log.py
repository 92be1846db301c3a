"""Hands changes to other PCs of the office and takes theirs in, without ever losing one.

What a PC knows is a version vector {site: highest contiguous seq}. A package carries, for every
site, the changes between the receiver's vector and the sender's, so a receiver who has the
prerequisites stays causally closed: whatever an op overwrites is already here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from desktop import clock
from desktop.collector import paused_collector
from desktop.errors import Refused, UserError
from desktop.models import changes, fork
from desktop.models.apply import apply
from desktop.models.branches import Branch, Reading, branches, hash_of, is_here
from desktop.models.changes import Dot, Touched, Vector, WireChange
from desktop.models.conflicts import count_conflicts
from desktop.models.database import Connection
from desktop.models.duplicates import count_duplicates, may_repeat
from desktop.models.fork import ContradictsItself, ForkedSite, Tips
from desktop.models.package_log import APPLIED, note_knowledge
from desktop.models.rebuild import rebuild
from desktop.models.search_index import refresh_touched
from desktop.models.site_names import site_name
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

_BATCH = 50_000  # ops applied at a time, so that memory stays bounded
_KIND_AND_TABLE = itemgetter(0, 1)


class Gap(UserError):
    """Earlier changes of a site are missing; the package waits for them."""

    def __init__(self, site_name: str, first: int, last: int) -> None:
        self.short = f"缺 {site_name} {first}–{last}"
        super().__init__(f"{self.short}，先放在收件箱，等那个数据包到了自动接上。")


class ContentWithheld(Refused):
    """Ops came as erased, but nobody has erased anything: the sender keeps their content back."""

    def __init__(self) -> None:
        super().__init__(
            "数据包里有更改的内容被抹去了，可是没有人抹除过什么，没有导入。请让写这些更改的那台机直接导出。"
        )


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
    new_duplicates: int
    touched: Touched
    proven: Vector  # what the sender knows as we know it


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


def tips(store: Store, upto: Vector) -> dict[str, bytes]:
    """The hash of each of these numbers: what a receiver compares with its own."""
    found = {site: hash_of(store.db.conn, site, seq) for site, seq in upto.items()}
    return {site: hash_ for site, hash_ in found.items() if hash_ is not None}


def changes_between(store: Store, known: Vector, upto: Vector) -> Iterator[WireChange]:
    """Every change of `upto` that the owner of `known` lacks, in causal order."""
    wanted = [
        (site, known.get(site, 0), seq) for site, seq in upto.items() if seq > known.get(site, 0)
    ]
    if not wanted:
        return
    where = " OR ".join("(s.site = ? AND c.seq > ? AND c.seq <= ?)" for _ in wanted)
    flat = [value for bounds in wanted for value in bounds]
    for _, change in changes.read_changes(store.db.conn, where, flat):
        yield change


def count_between(known: Vector, upto: Vector) -> int:
    return sum(max(0, seq - known.get(site, 0)) for site, seq in upto.items())


def missing(store: Store, base: Vector) -> list[Gap]:
    """What this PC would have to know before a package that starts at `base` fits."""
    here = vector(store)
    conn = store.db.conn
    return [
        Gap(site_name(conn, site), here.get(site, 0) + 1, seq)
        for site, seq in sorted(base.items())
        if here.get(site, 0) < seq
    ]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package's changes in causal order, from whom, and what that PC knew when it wrote them.

    `tips` are the hashes of the numbers in `vector`, `branches` those that PC knows.
    """

    package: str
    sender: str
    vector: Vector
    base: Vector
    changes: Iterable[WireChange]
    count: int
    tips: Tips
    branches: Sequence[Branch]


def receive(store: Store, parcel: Parcel, *, progress: Progress = no_progress) -> Received:
    """Apply a package's changes in one transaction; all of them or none."""
    if parcel.branches:
        _learn(store, parcel.branches)
    with store.transaction() as conn:
        result = _take_in(conn, parcel, progress)
        conn.execute(
            "UPDATE inbox SET state = ?, change_first = ?, change_last = ? WHERE package = ?",
            (APPLIED, result.change_first, result.change_last, parcel.package),
        )
        if parcel.sender != store.site:
            note_knowledge(conn, parcel.sender, result.proven)
        refresh_touched(conn, result.touched)
    if result.applied or result.touched.tables:
        store.announce(result.touched)
    return result


def _learn(store: Store, offered: Sequence[Branch]) -> None:
    """Rename what colleagues call by another name already, whatever becomes of the package."""
    everything = Touched({"*": frozenset()})
    with store.transaction() as conn:
        learned = fork.learn(conn, offered)
        if learned:
            rebuild(conn)
            refresh_touched(conn, everything)
    if learned:
        store.announce(everything)


def preview_receive(
    store: Store,
    parcels: Iterable[Parcel],
    *,
    look: Callable[[int], None] | None = None,
    progress: Progress = no_progress,
) -> list[Received | UserError]:
    """What `receive` would do with these packages in turn, found by doing it and rolling back.

    `look` is called while everything is in place, with the local id of the first new change.
    """
    found: list[Received | UserError] = []
    try:
        with store.transaction() as conn:
            for parcel in parcels:
                conn.execute("SAVEPOINT parcel")
                try:
                    found.append(_take_in(conn, parcel, progress))
                except UserError as error:
                    conn.execute("ROLLBACK TO parcel")
                    found.append(error)
                conn.execute("RELEASE parcel")
            came = [got.change_first for got in found if isinstance(got, Received)]
            first = min(filter(None, came), default=None)
            if look and first:
                look(first)
            raise _Rollback
    except _Rollback:
        return found


@paused_collector()
def _take_in(conn: Connection, parcel: Parcel, progress: Progress) -> Received:
    again = fork.meet(conn, parcel.vector, parcel.tips, parcel.branches)
    _check_base(conn, parcel.base)
    meant = Reading.of(conn)
    erased = {row[0] for row in conn.execute("SELECT uid FROM erased")}
    conflicts_before = count_conflicts(conn)
    duplicates_before: int | None = None  # counted before the first change that can bring one
    chain = _Chain(conn)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in "csd"}
    touched: dict[str, frozenset[str]] = {}
    fresh: list[int] = []
    waiting: list[tuple[int, list[changes.Op]]] = []
    size = already = done = 0
    blackened = False
    for change in parcel.changes:
        done += 1
        progress(done, max(parcel.count, done), "接收更改记录")
        ops = meant(change.dot, changes.verified_ops(change))
        if not chain.continues(change):
            already += 1
            again |= _reveal(conn, change, erased)
            continue
        chain.check_causes(change, ops)
        erased.update([op[1] for op in ops if op[0] == "e"])
        fresh.append(changes.append(conn, _without(erased, change, ops)))
        for (kind, table), number in Counter(map(_KIND_AND_TABLE, ops)).items():
            if kind in counts:
                counts[kind][table] += number
            blackened |= kind == "x"
        if duplicates_before is None and any(map(may_repeat, ops)):
            duplicates_before = count_duplicates(conn)
        waiting.append((fresh[-1], ops))
        size += len(ops)
        if size >= _BATCH:
            touched = _merge_touched(touched, apply(conn, waiting))
            waiting, size = [], 0
    if waiting:
        touched = _merge_touched(touched, apply(conn, waiting))
    if blackened and not erased:
        raise ContentWithheld
    if again:
        rebuild(conn)
        touched = {"*": frozenset()}
    return Received(
        applied=len(fresh),
        already=already,
        change_first=fresh[0] if fresh else None,
        change_last=fresh[-1] if fresh else None,
        created=dict(counts["c"]),
        edited=dict(counts["s"]),
        deleted=dict(counts["d"]),
        new_conflicts=max(0, count_conflicts(conn) - conflicts_before),
        new_duplicates=0
        if duplicates_before is None
        else max(0, count_duplicates(conn) - duplicates_before),
        touched=Touched(touched),
        proven=fork.agree(conn, parcel.vector, parcel.tips, parcel.branches),
    )


def _without(erased: set[str], change: WireChange, ops: Sequence[changes.Op]) -> WireChange:
    """The change with nothing in it about erased rows."""
    if not erased or not any(op[0] in "csd" and op[2] in erased for op in ops):
        return change
    kept = changes.redact(change.chunks, frozenset(erased))
    return WireChange(change.header, change.hash, kept)


def _reveal(conn: Connection, change: WireChange, erased: set[str]) -> bool:
    """Fill in what an earlier copy of a known change kept back as erased; whether it did."""
    number = changes.local_id(conn, change.dot)
    had = changes.blackened(changes.chunks_of(conn, number))
    if not had:
        return False
    kept = changes.redact(change.chunks, frozenset(erased))
    if changes.blackened(kept) >= had:
        return False
    conn.execute("DELETE FROM op_chunks WHERE change = ?", (number,))
    changes.store_chunks(conn, number, kept)
    return True


def _check_base(conn: Connection, base: Vector) -> None:
    for site, seq in sorted(base.items()):
        known = changes.tip(conn, site)[0]
        if known < seq:
            raise Gap(site_name(conn, site), known + 1, seq)


class _Chain:
    """Checks that each arriving change continues what is known of its site."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._renamed = {branch.name: branch for branch in branches(conn)}
        self._tips: dict[str, tuple[int, bytes, int]] = {}
        self._lamports: dict[tuple[str, int], int] = {}
        # each change raises the highest lamport its maker knows by one, so with all its causes
        # here no change can carry more than the number of changes: nobody can exhaust the numbers
        self._count = int(conn.execute("SELECT count(*) FROM changes").fetchone()[0])

    def continues(self, change: WireChange) -> bool:
        """Whether the change is its site's next one; False when it is here already."""
        h = change.header
        seq, last, lamport = self._tip(h.site)
        if h.seq <= seq:
            if self._known_hash(h.site, h.seq) != change.hash:
                raise ForkedSite(self._conn, change.dot, change.hash)
            return False
        if h.seq != seq + 1:
            raise Gap(site_name(self._conn, h.site), seq + 1, h.seq - 1)
        if h.prev_hash != last or (
            self._renamed and fork.is_renamed(self._conn, self._renamed, change)
        ):
            raise ForkedSite(self._conn, change.dot, change.hash)
        if not lamport < h.lamport <= self._count + 1:
            raise ContradictsItself
        self._count += 1
        self._tips[h.site] = (h.seq, change.hash, h.lamport)
        return True

    def check_causes(self, change: WireChange, ops: Sequence[changes.Op]) -> None:
        """What a change overwrites or has seen came before it (edits may share their dots)."""
        causes = {id(op[5]): op[5] for op in ops if op[0] == "s"}
        causes |= {id(dots): dots for op in ops if op[0] == "d" for dots in op[3:5]}
        h = change.header
        for dots in causes.values():
            for site, seq in dots:
                if (site == h.site and seq >= h.seq) or self._lamport(site, seq) >= h.lamport:
                    raise changes.ImpossibleChange

    def _lamport(self, site: str, seq: int) -> int:
        found = self._lamports.get((site, seq))
        if found is None:
            row = self._conn.execute(
                "SELECT lamport FROM changes WHERE seq = ?"
                " AND site = (SELECT n FROM site_numbers WHERE site = ?)",
                (seq, site),
            ).fetchone()
            if row is None:
                raise changes.MissingPrerequisite(Dot(site, seq))
            found = self._lamports[site, seq] = int(row[0])
        return found

    def _tip(self, site: str) -> tuple[int, bytes, int]:
        tip = self._tips.get(site)
        if tip is None:
            seq, last = changes.tip(self._conn, site)
            lamport = self._conn.execute(
                "SELECT coalesce(max(lamport), 0) FROM changes"
                " WHERE site = (SELECT n FROM site_numbers WHERE site = ?)",
                (site,),
            ).fetchone()[0]
            tip = self._tips[site] = (seq, last, int(lamport))
        return tip

    def _known_hash(self, site: str, seq: int) -> bytes:
        row = self._conn.execute(
            "SELECT hash FROM changes WHERE seq = ? AND"
            " site = (SELECT n FROM site_numbers WHERE site = ?)",
            (seq, site),
        ).fetchone()
        return bytes(row[0]) if row else b""


def _merge_touched(first: dict[str, frozenset[str]], second: Touched) -> dict[str, frozenset[str]]:
    merged = dict(first)
    for table, uids in second.tables.items():
        merged[table] = merged.get(table, frozenset()) | uids
    return merged


def erased_uids(store: Store) -> list[str]:
    """The erase ledger: uids that must never come back."""
    return [row[0] for row in store.rows("SELECT uid FROM erased ORDER BY uid")]


def brought_office(store: Store, first: int, last: int) -> bool:
    """Whether these changes (local ids) brought the office itself to a joined PC."""
    return bool(store.value("SELECT 1 FROM office WHERE born BETWEEN ? AND ?", (first, last)))


def is_ahead_of_us(store: Store, vector: Vector) -> bool:
    """Whether somebody knows changes of this PC that this PC never made: it has a double."""
    return vector.get(store.site, 0) > changes.tip(store.db.conn, store.site)[0]


def is_known(store: Store, vector: Vector, tips: Tips) -> bool:
    """Whether everything up to these numbers and hashes is here, be it under other names."""
    return all(is_here(store.db.conn, site, seq, tips[site]) for site, seq in vector.items())


def quarantine(store: Store, dot: Dot, found: bytes, package: str) -> None:
    """Note which change could not be merged; its package stays in the inbox, nothing is lost."""
    with store.local() as conn:
        conn.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?)",
            (*dot, found, clock.now().isoformat(timespec="seconds"), package.encode("ascii")),
        )
