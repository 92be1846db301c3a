"""Finds that a disk was copied, and gives one of the two machines' changes numbers of their own.

Every package says with which hash each site's numbers end (`tips`). Whoever knows that number under
another hash knows that two machines went on under one site, and takes nothing in: an op naming a
number would be read as the other machine's. `split` then renames this PC's branch (branches.py); it
touches no op, so nothing that was written, overwritten or erased changes its meaning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from desktop.errors import Refused, UserError
from desktop.models import changes
from desktop.models.branches import (
    Branch,
    Reading,
    Vector,
    branch_name,
    branches,
    forget_branch,
    former,
    former_hashes,
    hash_of,
    keep_branch,
    names_site,
)
from desktop.models.changes import Dot, WireChange
from desktop.models.database import Connection

Tips = Mapping[str, bytes]


class ForkedSite(Refused):
    """Two machines write under one site number: a cloned disk, or old data put back by hand."""

    def __init__(self, conn: Connection, dot: Dot, found: bytes) -> None:
        self.dot = dot
        self.hash = found
        if dot.site == own_number(conn):
            words = (
                "本机的编号在另一台机上也在用，说明有一台的硬盘或数据文件夹是从另一台复制来的，"
                "或者退回了旧的数据。这个数据包已隔离，没有导入，也没有丢失。"
                "请在其中一台上按“硬盘被复制过”办理（jinlin package split），让它成为新的一台机。"
            )
        else:
            name = site_name(conn, dot.site)
            words = (
                f"{name}的第{dot.seq}号更改与本机已有的不同，可能它的硬盘被复制过，或退回了旧的数据。"
                f"这个数据包已隔离，没有导入，也没有丢失。请在两台“{name}”中的一台上导入本机的"
                "数据包，并按“硬盘被复制过”办理（jinlin package split）。"
            )
        super().__init__(words)


class ContradictsItself(Refused):
    def __init__(self) -> None:
        super().__init__("数据包里的编号不合常理，没有导入。请让对方重新导出。")


class PointUnknown(UserError):
    """The package starts after the point where the two machines parted."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"从这个数据包看不出两台机从第几号起不同，数据没有变。请让{name}导出一个“完整数据”的数据包，"
            "导入后再办理一次。"
        )


def own_number(conn: Connection) -> str:
    row = conn.execute("SELECT value FROM meta WHERE key = 'site'").fetchone()
    return str(row[0]) if row else ""


def site_name(conn: Connection, site: str) -> str:
    """What people call a site; a branch goes by the name of the PC that was copied."""
    row = conn.execute("SELECT name FROM sites WHERE uid = ?", (site,)).fetchone()
    if row and row[0]:
        return str(row[0])
    origin = conn.execute("SELECT site FROM branches WHERE name = ?", (site,)).fetchone()
    return f"{site_name(conn, origin[0])}（复制）" if origin else f"{site[:6]}号机"


def meet(conn: Connection, vector: Vector, tips: Tips, offered: Sequence[Branch]) -> bool:
    """Before a package is taken in: refuse a fork, learn which branches were renamed elsewhere.

    Returns whether changes known here have got other names: then the tables are made anew.
    """
    own = own_number(conn)
    if vector.get(own, 0) > changes.tip(conn, own)[0]:
        raise ForkedSite(conn, Dot(own, vector[own]), tips.get(own, b""))
    again = False
    for branch in offered:
        _check_offer(branch, vector)
        if hash_of(conn, branch.site, branch.seq) == branch.hash:
            if branch.site == own:
                raise ForkedSite(conn, Dot(own, branch.seq), branch.hash)
            split(conn, branch.site, branch.seq)
            again = True
        known = {b.name: b.readers for b in branches(conn)}.get(branch.name, {})
        again |= any(
            known.get(reader, 0) < min(upto, changes.tip(conn, reader)[0])
            for reader, upto in branch.readers.items()
        )
        keep_branch(conn, branch)
    for site in vector:
        _compare(conn, site, vector[site], tips)
    return again


def _check_offer(branch: Branch, vector: Vector) -> None:
    fits = branch.is_well_named and vector.get(branch.name, 0) > 0 and branch.seq > 0
    if not fits or any(vector.get(site, 0) < upto for site, upto in branch.readers.items()):
        raise ContradictsItself


def _compare(conn: Connection, site: str, seq: int, tips: Tips) -> bool:
    """Whether this number is known here, under the same hash; another hash is a fork."""
    here = hash_of(conn, site, seq)
    if here is not None and here != tips[site]:
        raise ForkedSite(conn, Dot(site, seq), tips[site])
    return here is not None


def agree(conn: Connection, vector: Vector, tips: Tips, offered: Sequence[Branch]) -> Vector:
    """After a package was taken in: what its sender is now proven to know as we know it."""
    for branch in branches(conn):
        if branch.name in {each.name for each in offered}:
            first = next(former_hashes(conn, branch, branch.site), None)
            if first is None:  # a receipt speaks of it, its changes come later
                forget_branch(conn, branch)
            elif first != (branch.seq, branch.hash):
                raise ContradictsItself
    return {site: seq for site, seq in vector.items() if _compare(conn, site, seq, tips)}


def is_renamed(known: frozenset[str], change: WireChange) -> bool:
    """Whether a branch that was given another name starts with this change."""
    return bool(known) and branch_name(change.header.site, change.hash) in known


def point(conn: Connection, site: str, log: Iterable[WireChange]) -> int | None:
    """The first number of a site that this PC knows with another content than these changes."""
    for change in log:
        if change.header.site == site:
            here = hash_of(conn, site, change.header.seq)
            before = hash_of(conn, site, change.header.seq - 1) or changes.GENESIS
            if change.header.prev_hash != before:
                return None
            if here is None:
                return change.header.seq
            if here != change.hash:
                return change.header.seq
    return None


def split(conn: Connection, site: str, seq: int) -> Branch | None:
    """Give this PC's changes of a site from this number on a name of their own.

    The caller holds the transaction and makes the tables anew: of two values given at the same time
    the site's name decides which is shown. None when there are no such changes.
    """
    first = hash_of(conn, site, seq)
    _forget_claims(conn, site, seq)
    if first is None:
        return None
    branch = Branch(branch_name(site, first), site, seq, first)
    number = changes.site_number(conn, branch.name)
    last = changes.GENESIS
    for local, change in list(changes.read_changes(conn, "s.site = ? AND c.seq >= ?", (site, seq))):
        place, before = change.header.seq - seq + 1, last
        last = former(change, branch.name, place, before)
        conn.execute(
            "UPDATE changes SET site = ?, seq = ?, prev_hash = ?, hash = ? WHERE id = ?",
            (number, place, before, last, local),
        )
    _rename_reader(conn, branch)
    keep_branch(conn, replace(branch, readers=_readers(conn, branch)))
    return branch


def _rename_reader(conn: Connection, branch: Branch) -> None:
    """What was renamed may have built upon other branches: it goes on meaning them."""
    conn.execute(
        "INSERT INTO branch_readers SELECT name, ?1, upto - ?2 + 1 FROM branch_readers"
        " WHERE reader = ?3 AND upto >= ?2",
        (branch.name, branch.seq, branch.site),
    )
    conn.execute(
        "UPDATE branch_readers SET upto = ?1 - 1 WHERE reader = ?2 AND upto >= ?1",
        (branch.seq, branch.site),
    )
    conn.execute("DELETE FROM branch_readers WHERE upto < 1")


def _readers(conn: Connection, branch: Branch) -> Vector:
    """Sites whose changes name numbers of the branch: all those here mean it, for this PC knew
    nothing else under them."""
    readers: Vector = {}
    meant = Reading.of(conn)
    for _, change in changes.read_changes(conn, "s.site <> ?", (branch.name,)):
        if names_site(conn, change, branch.site) and any(
            [site, number] for site, number in _named(meant, change)
            if site == branch.site and number >= branch.seq
        ):  # fmt: skip
            readers[change.header.site] = change.header.seq
    return readers


def _named(meant: Reading, change: WireChange) -> Iterable[tuple[str, int]]:
    for op in meant(change.dot, list(changes.decode(change.chunks))):
        parts = op[5:6] if op[0] == "s" else op[3:5] if op[0] == "d" else ()
        for dots in parts:
            yield from ((site, number) for site, number in dots)


def _forget_claims(conn: Connection, site: str, seq: int) -> None:
    """What colleagues know of these numbers is no longer known here, and neither is what the two
    machines that used them know: they will be told again."""
    conn.execute("DELETE FROM peer_state WHERE site = ?", (site,))
    for peer, text in conn.execute("SELECT site, acked FROM peer_state").fetchall():
        known: Vector = json.loads(text)
        if known.get(site, 0) >= seq:
            known[site] = seq - 1
            kept = {other: number for other, number in known.items() if number}
            conn.execute(
                "UPDATE peer_state SET acked = ? WHERE site = ?",
                (json.dumps(kept, sort_keys=True), peer),
            )
