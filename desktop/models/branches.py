"""Reads the branches of a copied disk: machines that went on under one site number.

When a disk is cloned, both machines write their next changes under the same numbers: S-6 means one
thing here and another there. One of the two branches is then kept under a name of its own, S', and
S'-1 is what was S-6 on that branch. The name follows from the site and from the hash of the first
change as it was made, so every PC that renames the same branch does it to the very same bytes.

The ops stay as they were written, salts and leaves included, because they are hashed and some may
be erased on one PC and not on another. So a dot in them still says S-6. Whose S-6 is meant depends
on who wrote it: the branch itself, and those who built upon it (its *readers*, each up to a
number), mean S'-1; everybody else means S-6. `Reading` gives ops with the dots that are meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from desktop.models import changes
from desktop.models.changes import Dot, Op, Vector, WireChange
from desktop.models.database import Connection

_DOMAIN = b"jinlin-branch/1\n"


@dataclass(frozen=True, slots=True)
class Branch:
    """What was made as numbers of `site` from `seq` on, first the change of this hash.

    `prev_hash` is what that change followed, and `after` the name under which that is kept now: the
    site's own or another branch. `readers` built upon the branch: up to that number they mean it.
    """

    name: str
    site: str
    seq: int
    prev_hash: bytes
    hash: bytes
    after: str
    readers: Vector = field(default_factory=dict)

    @property
    def is_well_named(self) -> bool:
        return self.seq > 0 and self.name == branch_name(self.site, self.hash)


def branch_name(site: str, first: bytes) -> str:
    """The site number under which the branch that starts with this change is kept."""
    return hashlib.sha256(_DOMAIN + site.encode("ascii") + b"\n" + first).digest()[:16].hex()


def branches(conn: Connection) -> list[Branch]:
    """Every branch known here, each after the one it grew from."""
    readers: dict[str, Vector] = {}
    for name, reader, upto in conn.execute(
        "SELECT name, reader, upto FROM branch_readers ORDER BY name, reader"
    ):
        readers.setdefault(name, {})[reader] = upto
    return [
        Branch(name, site, seq, bytes(before), bytes(first), after, readers.get(name, {}))
        for name, site, seq, before, first, after in conn.execute(
            "SELECT name, site, seq, prev_hash, hash, after FROM branches ORDER BY seq, name"
        )
    ]


def keep_branch(conn: Connection, branch: Branch, grew_from: str = "") -> None:
    """Remember a branch, or what is new about its readers.

    When a new step has come into its way, behind `grew_from`, whoever means it means that step too.
    Not the whole way: who learned of a step by its name means by the site's own name the site.
    """
    conn.execute(
        "INSERT INTO branches (name, site, seq, prev_hash, hash, after) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET after = excluded.after",
        (branch.name, branch.site, branch.seq, branch.prev_hash, branch.hash, branch.after),
    )
    known = {each.name: each for each in branches(conn)}
    origin = known.get(grew_from or branch.after)
    for step in path(branch, known):
        if origin is not None and step.seq <= origin.seq:
            continue
        conn.executemany(
            "INSERT INTO branch_readers VALUES (?, ?, ?) ON CONFLICT (name, reader)"
            " DO UPDATE SET upto = max(upto, excluded.upto)",
            [(step.name, reader, upto) for reader, upto in branch.readers.items()],
        )


def forget_branch(conn: Connection, branch: Branch) -> None:
    conn.execute("DELETE FROM branches WHERE name = ?", (branch.name,))
    conn.execute("DELETE FROM branch_readers WHERE name = ?", (branch.name,))


def path(branch: Branch, known: Mapping[str, Branch]) -> list[Branch]:
    """The branches from the site to this one, which is the last."""
    steps = [branch]
    while (before := known.get(steps[0].after)) is not None and before.seq < steps[0].seq:
        steps.insert(0, before)
    return steps


class Reading:
    """Gives the ops of a change with the dots that its author meant."""

    def __init__(self, known: list[Branch]) -> None:
        self._by_name = {branch.name: branch for branch in known}

    @classmethod
    def of(cls, conn: Connection) -> Reading:
        return cls(branches(conn))

    def __call__(self, author: Dot, ops: list[Op]) -> list[Op]:
        if not self._by_name:
            return ops
        ways = self._ways(author)
        return [self._meant(op, ways) for op in ops] if ways else ops

    def _ways(self, author: Dot) -> dict[str, list[Branch]]:
        """For each name in this author's ops that is forked, along which branches it was known.

        A step may be known by its own name or as part of the site it was made in.
        """
        best: dict[str, tuple[int, int, list[Branch]]] = {}
        for branch in self._by_name.values():
            own = branch.name == author.site
            if not own and not _reads(author, branch):
                continue
            # who knew a site along one way and later along another knew the earlier one then
            way = path(branch, self._by_name)
            rank = (0 if own else branch.readers[author.site], -branch.seq)
            names = [step.name for step in way]
            if own or _reads(author, way[0]):
                names.append(branch.site)
            for name in names:
                if name not in best or rank < best[name][:2]:
                    best[name] = (*rank, way)
        return {name: way for name, (_, _, way) in best.items()}

    def _meant(self, op: Op, ways: Mapping[str, list[Branch]]) -> Op:
        if op[0] == "s" and len(op) == 6:
            return [*op[:5], [self._dot(dot, ways) for dot in op[5]]]
        if op[0] == "d" and len(op) == 5:
            both = ([self._dot(dot, ways) for dot in dots] for dots in op[3:5])
            return [*op[:3], *both]
        return op

    def _dot(self, dot: list[object], ways: Mapping[str, list[Branch]]) -> list[object]:
        site, seq = str(dot[0]), int(str(dot[1]))
        named = self._by_name.get(site)
        if named is not None:
            site, seq = named.site, named.seq + seq - 1
        way = ways.get(str(dot[0]), [])
        for branch in reversed(way):
            if seq >= branch.seq:
                return [branch.name, seq - branch.seq + 1]
        return dot


def _reads(author: Dot, branch: Branch) -> bool:
    return branch.readers.get(author.site, -1) >= author.seq


def former_hashes(conn: Connection, branch: Branch, under: str = "") -> Iterator[tuple[int, bytes]]:
    """(number, hash) of the branch's changes, and of the way to them, under another name: that of
    the site they were made as, unless another branch on the way is named."""
    way = path(branch, {each.name: each for each in branches(conn)} | {branch.name: branch})
    site, last, seq = branch.site, way[0].prev_hash, way[0].seq - 1
    if under and under != site:
        place = next((i for i, step in enumerate(way) if step.name == under), len(way))
        if place + 1 >= len(way):
            return
        seq = way[place + 1].seq - way[place].seq
        site, last, way = under, hash_of(conn, under, seq) or b"", way[place + 1 :]
    for step, following in zip(way, [*way[1:], None], strict=True):
        upto = following.seq - step.seq if following else 2**62
        where = "s.site = ? AND c.seq <= ?"
        for _, change in changes.read_changes(conn, where, (step.name, upto)):
            seq += 1
            last = former(change, site, seq, last)
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


def place_of(conn: Connection, site: str, seq: int, made: bytes) -> Dot | None:
    """The name here of the change that was made as this number of a site with this hash."""
    if hash_of(conn, site, seq) == made:
        return Dot(site, seq)
    for branch in branches(conn):
        if branch.site == site and branch.seq <= seq and (seq, made) in former_hashes(conn, branch):
            steps = path(branch, {each.name: each for each in branches(conn)})
            step = next(step for step in reversed(steps) if step.seq <= seq)
            return Dot(step.name, seq - step.seq + 1)
    return None


def is_here(conn: Connection, site: str, seq: int, found: bytes) -> bool:
    """Whether the change of this number and hash is known, be it under another name."""
    return hash_of(conn, site, seq) == found or any(
        (seq, found) in former_hashes(conn, branch, site) for branch in branches(conn)
    )
