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

from desktop.errors import Refused
from desktop.models import changes
from desktop.models.branches import (
    Branch,
    Reading,
    branch_name,
    branches,
    forget_branch,
    former,
    former_hashes,
    hash_of,
    keep_branch,
    place_of,
)
from desktop.models.changes import Dot, Vector, WireChange
from desktop.models.database import Connection
from desktop.models.site_names import site_name

Tips = Mapping[str, bytes]


class ForkedSite(Refused):
    """Two machines write under one site number: a cloned disk, or old data put back by hand."""

    def __init__(self, conn: Connection, dot: Dot, found: bytes) -> None:
        self.dot = dot
        self.hash = found
        self.here = dot.site == own_number(conn)  # else two other machines are meant
        if self.here:
            words = (
                "本机的编号在另一台机上也在用，说明有一台的硬盘或数据文件夹是从另一台复制来的，"
                "或者退回了旧的数据。这个数据包已隔离，没有导入，也没有丢失。"
                "请只在其中一台上办理：“交换 → 数据包”里点“硬盘被复制过…”。"
            )
        else:
            name = site_name(conn, dot.site)
            words = (
                f"{name}的第{dot.seq}号更改与本机已有的不同，可能它的硬盘被复制过，或退回了旧的数据。"
                f"这个数据包已隔离，没有导入，也没有丢失。请把本机的完整数据导给两台“{name}”中的一台，"
                "在那里点“硬盘被复制过…”。"
            )
        super().__init__(words)


class ContradictsItself(Refused):
    def __init__(self) -> None:
        super().__init__("数据包里的编号不合常理，没有导入。请让对方重新导出。")


def own_number(conn: Connection) -> str:
    row = conn.execute("SELECT value FROM meta WHERE key = 'site'").fetchone()
    return str(row[0]) if row else ""


def learn(conn: Connection, offered: Sequence[Branch]) -> bool:
    """Rename what a colleague has named already; whether anything was (see `split`).

    It needs nothing of the package but the names, so it is done even if the package is refused:
    two PCs that each know a name the other lacks could not come together otherwise.
    """
    done = False
    for branch in sorted(offered, key=lambda b: (b.seq, b.name)):
        here = place_of(conn, branch.site, branch.seq, branch.hash)
        if branch.is_well_named and here is not None and here != (branch.name, 1):
            if here.site == own_number(conn):
                raise ForkedSite(conn, here, branch.hash)
            split(conn, here)
            done = True
    return done


def meet(conn: Connection, vector: Vector, tips: Tips, offered: Sequence[Branch]) -> bool:
    """Before a package is taken in: refuse a fork, learn which branches were named elsewhere.

    Returns whether changes known here have got other names: then the tables are made anew.
    """
    own = own_number(conn)
    if vector.get(own, 0) > changes.tip(conn, own)[0]:
        raise ForkedSite(conn, Dot(own, vector[own]), tips.get(own, b""))
    again = learn(conn, offered)
    readers = {branch.name: branch.readers for branch in branches(conn)}
    for branch in offered:
        if not branch.is_well_named or vector.get(branch.name, 0) < 1:
            raise ContradictsItself
        for reader, upto in branch.readers.items():
            if vector.get(reader, 0) < upto:
                raise ContradictsItself
            known = readers.get(branch.name, {}).get(reader, 0)
            again |= known < min(upto, changes.tip(conn, reader)[0])
    for site in vector:
        _compare(conn, site, vector[site], tips)
    for branch in offered:
        keep_branch(conn, branch)
    return again


def _compare(conn: Connection, site: str, seq: int, tips: Tips) -> bool:
    """Whether this number is known here, under the same hash; another hash is a fork."""
    here = hash_of(conn, site, seq)
    if here is not None and here != tips[site]:
        raise ForkedSite(conn, Dot(site, seq), tips[site])
    return here is not None


def agree(conn: Connection, vector: Vector, tips: Tips, offered: Sequence[Branch]) -> Vector:
    """After a package was taken in: what its sender is now proven to know as we know it."""
    for branch in offered:
        made = dict(former_hashes(conn, branch))
        if branch.seq not in made:  # a receipt speaks of it, its changes come later
            forget_branch(conn, branch)
        elif (made.get(branch.seq - 1, _before(conn, branch)), made[branch.seq]) != (
            branch.prev_hash, branch.hash,
        ):  # fmt: skip
            raise ContradictsItself
    return {site: seq for site, seq in vector.items() if _compare(conn, site, seq, tips)}


def _before(conn: Connection, branch: Branch) -> bytes | None:
    """The hash of the change that a branch follows, if the site's own changes hold it."""
    if branch.after != branch.site:
        return None
    return changes.GENESIS if branch.seq == 1 else hash_of(conn, branch.site, branch.seq - 1)


def is_renamed(conn: Connection, known: Mapping[str, Branch], change: WireChange) -> bool:
    """Whether a branch that goes by another name here starts with this change."""
    h = change.header
    branch = known.get(h.site)
    if branch is None:
        return branch_name(h.site, change.hash) in known
    seq = branch.seq + h.seq - 1
    if h.seq == 1 or all((b.site, b.seq) != (branch.site, seq) for b in known.values()):
        return False
    last = dict(former_hashes(conn, branch)).get(seq - 1, b"")
    return branch_name(branch.site, former(change, branch.site, seq, last)) in known


def split(conn: Connection, place: Dot) -> Branch | None:
    """Give this PC's changes of a site from this number on a name of their own.

    The caller holds the transaction and makes the tables anew: of two values given at the same time
    the site's name decides which is shown. None when there are no such changes.
    """
    site, seq = place
    _forget_claims(conn, site, seq)
    first = hash_of(conn, site, seq)
    if first is None:
        return None
    origin = {branch.name: branch for branch in branches(conn)}.get(site)
    if origin is None:
        before = hash_of(conn, site, seq - 1) or changes.GENESIS
        branch = Branch(branch_name(site, first), site, seq, before, first, site)
    else:
        number = origin.seq + seq - 1
        made = dict(former_hashes(conn, origin))
        branch = Branch(
            branch_name(origin.site, made[number]), origin.site, number,
            made.get(number - 1, origin.prev_hash), made[number], site,
        )  # fmt: skip
    readers = _readers(conn, place)
    _rename(conn, place, branch.name)
    _rename_reader(conn, place, branch.name)
    grown = [
        other
        for other in branches(conn)
        if other.after == site and (other.site, other.seq > branch.seq) == (branch.site, True)
    ]
    _rename_sent(conn, place, branch.name)
    keep_branch(conn, replace(branch, readers=readers))
    for other in grown:
        keep_branch(conn, replace(other, after=branch.name), grew_from=site)
    return branch


def _rename(conn: Connection, place: Dot, name: str) -> None:
    number = changes.site_number(conn, name)
    last = changes.GENESIS
    log = list(changes.read_changes(conn, "s.site = ? AND c.seq >= ?", place))
    for local, change in log:
        seq, before = change.header.seq - place.seq + 1, last
        last = former(change, name, seq, before)
        conn.execute(
            "UPDATE changes SET site = ?, seq = ?, prev_hash = ?, hash = ? WHERE id = ?",
            (number, seq, before, last, local),
        )


def _rename_reader(conn: Connection, place: Dot, name: str) -> None:
    """What was renamed may have built upon other branches: it goes on meaning them."""
    conn.execute(
        "INSERT INTO branch_readers SELECT name, ?1, upto - ?2 + 1 FROM branch_readers"
        " WHERE reader = ?3 AND upto >= ?2",
        (name, place.seq, place.site),
    )
    conn.execute(
        "UPDATE branch_readers SET upto = ?1 - 1 WHERE reader = ?2 AND upto >= ?1",
        (place.seq, place.site),
    )
    conn.execute("DELETE FROM branch_readers WHERE upto < 1")


def _readers(conn: Connection, place: Dot) -> Vector:
    """Sites whose changes name numbers from this one on: all those here mean this branch, for this
    PC knew nothing else under them."""
    readers: Vector = {}
    meant = Reading.of(conn)
    known = branches(conn)
    root = next((branch.site for branch in known if branch.name == place.site), place.site)
    names = [root, *(branch.name for branch in known if branch.site == root)]
    wanted = [name.encode("ascii") for name in names]
    for _, change in changes.read_changes(conn):
        if change.header.site == place.site and change.header.seq >= place.seq:
            continue
        texts = [changes.plain(chunk) for chunk in change.chunks]
        if any(name in text for name in wanted for text in texts) and any(
            site == place.site and number >= place.seq for site, number in _named(meant, change)
        ):
            readers[change.header.site] = change.header.seq
    return readers


def _named(meant: Reading, change: WireChange) -> Iterable[tuple[str, int]]:
    for op in meant(change.dot, list(changes.decode(change.chunks))):
        parts = op[5:6] if op[0] == "s" else op[3:5] if op[0] == "d" else ()
        for dots in parts:
            yield from ((site, number) for site, number in dots)


def _rename_sent(conn: Connection, place: Dot, name: str) -> None:
    """A package sent earlier is acknowledged once its changes are known under their new name."""
    for package, text in conn.execute("SELECT package, vector FROM outbox").fetchall():
        sent: Vector = json.loads(text)
        if sent.get(place.site, 0) >= place.seq:
            sent[name] = sent.pop(place.site) - place.seq + 1
            if place.seq > 1:
                sent[place.site] = place.seq - 1
            conn.execute(
                "UPDATE outbox SET vector = ? WHERE package = ?", (json.dumps(sent), package)
            )


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
