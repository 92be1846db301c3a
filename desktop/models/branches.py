"""Reads the branches of a copied disk: two machines that went on under one site number.

When a disk is cloned, both machines write their next changes under the same numbers: S-6 means one
thing here and another there. One of the two branches is then kept under a name of its own, S', and
S' number 1 is what was S-6 on that branch. Names follow from the content, so every PC that renames
the same branch does it to the very same bytes.

The ops stay as they were written, salts and leaves included, because they are hashed and some may
be erased on one PC and not on another. So a dot in them still says S-6. Whose S-6 is meant depends
on who wrote it: the branch itself, and those who built upon it (its *readers*, each up to a
number), mean S'-1; everybody else means S-6. `Reading` gives ops with the dots that are meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from desktop.models import changes
from desktop.models.changes import Dot, Op, WireChange
from desktop.models.database import Connection

_DOMAIN = b"jinlin-branch/1\n"
Vector = dict[str, int]
_EVERY = 2**62


@dataclass(frozen=True, slots=True)
class Branch:
    """What was `site` from number `seq` on, beginning with the change of this hash.

    `readers` are other sites that built upon it: up to that number of theirs, they mean it.
    """

    name: str
    site: str
    seq: int
    hash: bytes
    readers: Vector = field(default_factory=dict)

    @property
    def is_well_named(self) -> bool:
        return self.name == branch_name(self.site, self.hash)


def branch_name(site: str, first: bytes) -> str:
    """The site number under which the branch that starts with this change is kept."""
    return hashlib.sha256(_DOMAIN + site.encode("ascii") + b"\n" + first).digest()[:16].hex()


def branches(conn: Connection) -> list[Branch]:
    """Every branch known here, a branch of a branch after it."""
    readers: dict[str, Vector] = {}
    for name, reader, upto in conn.execute(
        "SELECT name, reader, upto FROM branch_readers ORDER BY name, reader"
    ):
        readers.setdefault(name, {})[reader] = upto
    found = {
        name: Branch(name, site, seq, bytes(first), readers.get(name, {}))
        for name, site, seq, first in conn.execute(
            "SELECT name, site, seq, hash FROM branches ORDER BY name"
        )
    }
    return sorted(found.values(), key=lambda b: (len(_line(found, b.name)), b.name))


def _line(known: dict[str, Branch], name: str) -> list[str]:
    """A branch's name, that of the branch it came from, and so on (names cannot form a ring)."""
    line = []
    while name in known:
        line.append(name)
        name = known[name].site
    return line


def keep_branch(conn: Connection, branch: Branch) -> None:
    """Remember a branch, or what is new about its readers."""
    conn.execute(
        "INSERT OR IGNORE INTO branches VALUES (?, ?, ?, ?)",
        (branch.name, branch.site, branch.seq, branch.hash),
    )
    conn.executemany(
        "INSERT INTO branch_readers VALUES (?, ?, ?) ON CONFLICT (name, reader)"
        " DO UPDATE SET upto = max(upto, excluded.upto)",
        [(branch.name, reader, upto) for reader, upto in branch.readers.items()],
    )


def forget_branch(conn: Connection, branch: Branch) -> None:
    conn.execute("DELETE FROM branches WHERE name = ?", (branch.name,))
    conn.execute("DELETE FROM branch_readers WHERE name = ?", (branch.name,))


class Reading:
    """Gives the ops of a change with the dots that its author meant."""

    def __init__(self, known: list[Branch]) -> None:
        self._known = known
        self._by_name = {branch.name: branch for branch in known}

    @classmethod
    def of(cls, conn: Connection) -> Reading:
        return cls(branches(conn))

    def __call__(self, author: Dot, ops: list[Op]) -> list[Op]:
        if not self._known:
            return ops
        frame = self._frame(author)
        return [_meant(op, frame) for op in ops] if frame else ops

    def _frame(self, author: Dot) -> list[Branch]:
        """The branches this author meant, each after the one it came from."""
        own = set(_line(self._by_name, author.site))
        meant: dict[str, tuple[int, Branch]] = {}
        for branch in self._known:
            upto = branch.readers.get(author.site, 0)
            if branch.name in own:
                meant[branch.site] = (0, branch)
            elif upto >= author.seq:
                # who met two branches of a site one after the other met this one before
                best = meant.get(branch.site)
                if best is None or upto < best[0]:
                    meant[branch.site] = (upto, branch)
        chosen = {branch.name for _, branch in meant.values()}
        return [branch for branch in self._known if branch.name in chosen]


def _meant(op: Op, frame: list[Branch]) -> Op:
    if op[0] == "s" and len(op) == 6:
        return [*op[:5], _dots(op[5], frame)]
    if op[0] == "d" and len(op) == 5:
        return [*op[:3], _dots(op[3], frame), _dots(op[4], frame)]
    return op


def _dots(dots: list[list[object]], frame: list[Branch]) -> list[list[object]]:
    return [_dot(str(site), int(str(seq)), frame) for site, seq in dots]


def _dot(site: str, seq: int, frame: list[Branch]) -> list[object]:
    for branch in frame:
        if site == branch.site and seq >= branch.seq:
            site, seq = branch.name, seq - branch.seq + 1
    return [site, seq]


def former_hashes(conn: Connection, branch: Branch, under: str) -> Iterator[tuple[int, bytes]]:
    """(number, hash) of the branch's changes as they were under the name of the site `under`:
    that of the branch, or of the branch it came from."""
    known = {each.name: each for each in branches(conn)} | {branch.name: branch}
    pieces = [(branch.name, _EVERY)]
    while branch.site != under and branch.site in known:
        pieces.insert(0, (branch.site, branch.seq - 1))
        branch = known[branch.site]
    seq = branch.seq - 1
    last = hash_of(conn, branch.site, seq) or changes.GENESIS
    for name, upto in pieces:
        where = "s.site = ? AND c.seq <= ?"
        for _, change in changes.read_changes(conn, where, (name, upto)):
            seq += 1
            last = former(change, under, seq, last)
            yield seq, last


def former(change: WireChange, site: str, seq: int, prev_hash: bytes) -> bytes:
    """The hash of this change under another name."""
    header = replace(change.header, site=site, seq=seq, prev_hash=prev_hash)
    return header.hash(changes.leaves(change))


def hash_of(conn: Connection, site: str, seq: int) -> bytes | None:
    """The hash of a change known here."""
    row = conn.execute(
        "SELECT hash FROM changes WHERE seq = ?"
        " AND site = (SELECT n FROM site_numbers WHERE site = ?)",
        (seq, site),
    ).fetchone()
    return bytes(row[0]) if row else None


def is_here(conn: Connection, site: str, seq: int, found: bytes) -> bool:
    """Whether the change of this number and hash is known, be it under the name of a branch."""
    if hash_of(conn, site, seq) == found:
        return True
    known = {branch.name: branch for branch in branches(conn)}
    return any(
        (seq, found) in former_hashes(conn, branch, site)
        for name, branch in known.items()
        if any(known[each].site == site for each in _line(known, name))
    )


def names_site(conn: Connection, change: WireChange, site: str) -> bool:
    """Whether a change's text holds this site's number, or one it had before (a quick look)."""
    origins = {branch.name: branch.site for branch in branches(conn)}
    wanted = [site.encode("ascii")]
    while site in origins:
        site = origins[site]
        wanted.append(site.encode("ascii"))
    texts = [changes.plain(chunk) for chunk in change.chunks]
    return any(name in text for name in wanted for text in texts)
