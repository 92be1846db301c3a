"""The change log: how one user action is written down, hashed, stored and read back.

A change carries a dot (site, seq), the hash of the site's previous change, a Lamport number and a
list of ops. Each op is a leaf H(salt ‖ op) with a salt of its own, so that one person's ops can be
erased later while the chain still proves everything else (architecture §3).

Ops are JSON arrays:
  ["c", table, uid, {field: value}]            create
  ["s", table, uid, field, value, [dot …]]     set; the dots this value overwrote
  ["d", table, uid, [dot …], [dot …]]          delete; overwritten delete marks, dots it had seen
  ["e", uid]                                   erase
  ["x", leaf]                                  an erased op: only its leaf is left
The salts of a chunk of ops are kept as one seed that unfolds into them, until an op is erased: then
those of the others are kept and the erased one's is not.
A merge of duplicates (alias) is a set of the field `same_as`; taking it back sets it to null.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from desktop import clock
from desktop.errors import NoSuchRecord, Refused, UserError
from desktop.models.database import Connection

SALT_BYTES = 16
OPS_PER_CHUNK = 2000
GENESIS = bytes(32)
_DOMAIN = b"jinlin-change/1\n"
_SALT_DOMAIN = b"jinlin-salts/1\n"
MAX_CHUNK_BYTES = 64 * 1024 * 1024
# of one change, which is in memory as a whole while it is applied; a community's roster is a tenth
MAX_OPS, MAX_OPS_BYTES = 2_000_000, 128 * 1024 * 1024

Op = list[Any]
Vector = dict[str, int]  # site → up to which of its numbers something is known


class Dot(NamedTuple):
    """One change's name on every PC: the site that made it and that site's running number."""

    site: str
    seq: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change touched: uids per table; the table "*" stands for everything."""

    tables: dict[str, frozenset[str]]

    def __contains__(self, table: str) -> bool:
        return table in self.tables or "*" in self.tables


@dataclass(frozen=True, slots=True)
class Change:
    """A change that has been kept."""

    id: int
    dot: Dot
    touched: Touched


@dataclass(frozen=True, slots=True)
class Header:
    """Everything of a change but its ops; exactly what its hash commits to."""

    site: str
    seq: int
    prev_hash: bytes
    lamport: int
    schema: int
    user: str
    wall: str
    kind: str
    reason: str
    ops: int

    def hash(self, leaves: Iterable[bytes]) -> bytes:
        """SHA-256 over the canonical header and the root of the ops' leaves."""
        root = hashlib.sha256(b"".join(leaves)).hexdigest()
        fields = [
            self.site, self.seq, self.prev_hash.hex(), self.lamport, self.schema, self.user,
            self.wall, self.kind, self.reason, self.ops, root,
        ]  # fmt: skip
        return hashlib.sha256(_DOMAIN + canonical(fields)).digest()


Chunk = tuple[bytes, bytes]  # salts (or their seed), deflated JSON array of ops
Unfolded = tuple[list[Op], list[bytes]]  # ops and their leaves


@dataclass(frozen=True, slots=True)
class WireChange:
    """A whole change as it travels and as it is stored."""

    header: Header
    hash: bytes
    chunks: tuple[Chunk, ...]
    # what the chunks unfold to, if it has just been read from them
    unfolded: Unfolded | None = field(default=None, compare=False)

    @property
    def dot(self) -> Dot:
        return Dot(self.header.site, self.header.seq)


class DamagedChange(UserError):
    def __init__(self, dot: Dot) -> None:
        super().__init__(f"更改记录 {dot.site[:6]}-{dot.seq} 已损坏，未导入。请让对方重新导出。")


class ChangeTooLarge(UserError):
    def __init__(self) -> None:
        super().__init__("一次要改的内容太多，没有保存。请分成几次做。")


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """The one JSON spelling that is hashed: no spaces, UTF-8, keys as given."""
    return _dump(value).encode("utf-8")


def encode(ops: Sequence[Op]) -> tuple[tuple[Chunk, ...], list[bytes]]:
    """Pack ops into salted, deflated chunks; also the leaf of each op."""
    chunks: list[Chunk] = []
    leaves: list[bytes] = []
    size, sha = 0, hashlib.sha256
    for start in range(0, len(ops), OPS_PER_CHUNK):
        part = [canonical(op) for op in ops[start : start + OPS_PER_CHUNK]]
        size += sum(map(len, part))
        if len(ops) > MAX_OPS or size > MAX_OPS_BYTES:
            raise ChangeTooLarge
        seed = clock.random_bytes(SALT_BYTES)
        salts = unfolded_salts(seed, len(part))
        leaves += [
            sha(salts[i * SALT_BYTES : (i + 1) * SALT_BYTES] + text).digest()
            for i, text in enumerate(part)
        ]
        chunks.append((seed, zlib.compress(b"[" + b",".join(part) + b"]", 3)))
    return tuple(chunks), leaves


def unfolded_salts(salts: bytes, count: int) -> bytes:
    """The salts of `count` ops, from themselves or from the seed of several."""
    if len(salts) == SALT_BYTES * count:
        return salts
    if len(salts) != SALT_BYTES:
        raise ValueError("a salt is missing")
    return hashlib.shake_128(_SALT_DOMAIN + salts).digest(SALT_BYTES * count)


def leaves_of(salts: bytes, ops: Sequence[Op], texts: Sequence[bytes]) -> list[bytes]:
    """The leaf of each op from its canonical text; an erased op brings its own."""
    salts = unfolded_salts(salts, len(ops))
    sha = hashlib.sha256
    return [
        bytes.fromhex(op[1])
        if op[0] == "x"
        else sha(salts[i * SALT_BYTES : (i + 1) * SALT_BYTES] + texts[i]).digest()
        for i, op in enumerate(ops)
    ]


def decode(chunks: Iterable[Chunk]) -> Iterator[Op]:
    for _, body in chunks:
        yield from json.loads(_inflate(body))


def _inflate(body: bytes) -> bytes:
    engine = zlib.decompressobj()
    plain = engine.decompress(body, MAX_CHUNK_BYTES)
    if engine.unconsumed_tail or not engine.eof:
        raise ValueError("chunk too large or cut short")
    return plain


def verified_ops(change: WireChange) -> list[Op]:
    """The ops of a change that add up to its hash; refuses any other (erased ops are leaves)."""
    try:
        found, leaves = change.unfolded or _unfold(change.chunks)
    except (ValueError, KeyError, IndexError, TypeError, zlib.error) as error:
        raise DamagedChange(change.dot) from error
    if len(leaves) != change.header.ops or change.header.hash(leaves) != change.hash:
        raise DamagedChange(change.dot)
    return found


def _unfold(chunks: Iterable[Chunk]) -> Unfolded:
    found: list[Op] = []
    leaves: list[bytes] = []
    for salts, body in chunks:
        ops = json.loads(_inflate(body))
        leaves += leaves_of(salts, ops, [canonical(op) for op in ops])
        found += ops
    return found, leaves


def leaves(change: WireChange) -> list[bytes]:
    """The leaf of each op of a change; the same whether an op was erased here or not."""
    return (change.unfolded or _unfold(change.chunks))[1]


def plain(chunk: Chunk) -> bytes:
    """The text of a chunk's ops."""
    return _inflate(chunk[1])


def redact(chunks: Iterable[Chunk], uids: frozenset[str]) -> tuple[Chunk, ...]:
    """Drop the content of every op about these uids; their leaves stay, so the chain holds."""
    result: list[Chunk] = []
    for salts, body in chunks:
        ops = json.loads(_inflate(body))
        kept = bytearray(unfolded_salts(salts, len(ops)))
        for i, op in enumerate(ops):
            if op[0] in "csd" and op[2] in uids:
                salt = kept[i * SALT_BYTES : (i + 1) * SALT_BYTES]
                ops[i] = ["x", hashlib.sha256(salt + canonical(op)).hexdigest()]
                kept[i * SALT_BYTES : (i + 1) * SALT_BYTES] = bytes(SALT_BYTES)
        if all(op[0] != "x" for op in ops):
            kept = bytearray(salts)  # nothing of this chunk was erased: its seed may stay
        result.append((bytes(kept), zlib.compress(canonical(ops), 3)))
    return tuple(result)


def blackened(chunks: Iterable[Chunk]) -> int:
    """How many ops are only leaves any more (texts cannot look like one: quotes are escaped)."""
    return sum(plain(chunk).count(b'["x","') for chunk in chunks)


def local_id(conn: Connection, dot: Dot) -> int:
    """The local id of a change that is known here."""
    row = conn.execute(
        "SELECT id FROM changes WHERE seq = ?"
        " AND site = (SELECT n FROM site_numbers WHERE site = ?)",
        (dot.seq, dot.site),
    ).fetchone()
    return int(row[0])


def site_number(conn: Connection, site: str) -> int:
    """This PC's short number for a site, given out on first sight."""
    row = conn.execute("SELECT n FROM site_numbers WHERE site = ?", (site,)).fetchone()
    if row:
        return int(row[0])
    return int(conn.execute("INSERT INTO site_numbers (site) VALUES (?)", (site,)).lastrowid)


def append(conn: Connection, change: WireChange) -> int:
    """Put a change into the log; returns its local id."""
    h = change.header
    cursor = conn.execute(
        "INSERT INTO changes (site, seq, prev_hash, hash, lamport, schema, user, wall, kind,"
        " reason, ops) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (site_number(conn, h.site), h.seq, h.prev_hash, change.hash, h.lamport, h.schema, h.user,
         h.wall, h.kind, h.reason, h.ops),
    )  # fmt: skip
    number = int(cursor.lastrowid)
    store_chunks(conn, number, change.chunks)
    return number


def store_chunks(conn: Connection, change: int, chunks: Sequence[Chunk]) -> None:
    conn.executemany(
        "INSERT OR REPLACE INTO op_chunks (change, part, salts, body) VALUES (?, ?, ?, ?)",
        [(change, part, salts, body) for part, (salts, body) in enumerate(chunks)],
    )


def chunks_of(conn: Connection, change: int) -> tuple[Chunk, ...]:
    return tuple(
        conn.execute(
            "SELECT salts, body FROM op_chunks WHERE change = ? ORDER BY part", (change,)
        ).fetchall()
    )


def tip(conn: Connection, site: str) -> tuple[int, bytes]:
    """The last (seq, hash) known of a site; (0, GENESIS) when none."""
    row = conn.execute(
        "SELECT seq, hash FROM changes WHERE site = (SELECT n FROM site_numbers WHERE site = ?)"
        " ORDER BY seq DESC LIMIT 1",
        (site,),
    ).fetchone()
    return (int(row[0]), bytes(row[1])) if row else (0, GENESIS)


def read_changes(conn: Connection, where: str = "1", params: Sequence[Any] = ()) -> Iterator[
    tuple[int, WireChange]
]:  # fmt: skip
    """Changes in causal order (lamport, site, seq), each with its local id."""
    cursor = conn.execute(
        "SELECT c.id, s.site, c.seq, c.prev_hash, c.lamport, c.schema, c.user, c.wall, c.kind,"
        " c.reason, c.ops, c.hash FROM changes c JOIN site_numbers s ON s.n = c.site"
        f" WHERE {where} ORDER BY c.lamport, s.site, c.seq",
        params,
    )
    for row in cursor:
        header = Header(row[1], row[2], bytes(row[3]), *row[4:11])
        yield row[0], WireChange(header, bytes(row[11]), chunks_of(conn, row[0]))


class MissingPrerequisite(UserError):
    """An op names a change this PC has never seen; the package has to wait for it."""

    def __init__(self, dot: Dot) -> None:
        self.dot = dot
        super().__init__(f"缺少更改记录 {dot.site[:6]}-{dot.seq}，请先导入它所在的数据包。")


class ImpossibleChange(Refused):
    """No honest program writes this: an edit of a row nobody has made yet, or of the future."""

    def __init__(self) -> None:
        super().__init__(
            "数据包里有一条更改，说的是还没有的记录或以后的更改，没有导入。请问清是谁给的这个文件。"
        )


class Dots:
    """Looks up the local ids of dots, remembering what it found."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[tuple[str, int], int] = {}

    def __call__(self, dots: Sequence[tuple[str, int]]) -> list[int]:
        return [self._known.get((site, seq)) or self._id(Dot(site, seq)) for site, seq in dots]

    def _id(self, dot: Dot) -> int:
        row = self._conn.execute(
            "SELECT id FROM changes WHERE seq = ? AND"
            " site = (SELECT n FROM site_numbers WHERE site = ?)",
            (dot.seq, dot.site),
        ).fetchone()
        if row is None:
            raise MissingPrerequisite(dot)
        found = self._known[dot] = int(row[0])
        return found


def batch_name(dot: Dot) -> str:
    """The short name people read and type for one change, e.g. «3fa9c1-42»."""
    return f"{dot.site[:6]}-{dot.seq}"


def find_change(conn: Connection, name: str) -> int:
    """The local id behind a batch name."""
    prefix, _, seq = name.strip().rpartition("-")
    rows = conn.execute(
        "SELECT c.id FROM changes c JOIN site_numbers s ON s.n = c.site"
        " WHERE substr(s.site, 1, 6) = ? AND c.seq = ?",
        (prefix, int(seq) if re.fullmatch("[0-9]{1,15}", seq) else -1),
    ).fetchall()
    if len(rows) != 1:
        raise NoSuchRecord("批次", name)
    return int(rows[0][0])
