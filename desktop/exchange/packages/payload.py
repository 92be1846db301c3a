"""Writes and strictly reads the inside of a package: gzip'd JSON lines (docs/package-format.md).

The first line is the manifest, then come typed lines, then a trailer that counts and hashes what
stands before it. Reading is bounded at every step: a small file cannot unfold into a large memory.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from desktop.errors import Refused
from desktop.exchange.packages import strict_json
from desktop.exchange.packages.format import Header, PackageDamaged
from desktop.models import changes
from desktop.models.branches import Branch
from desktop.models.changes import SALT_BYTES, Chunk, Op, Unfolded, Vector, WireChange, canonical

MAX_LINE = 32 * 1024 * 1024
MAX_PLAIN = 16 * 1024**3
_SPLIT_AT = 2 * 1024 * 1024  # a line of ops is closed once it is this long
_BLOCK = 256 * 1024
_MOST_SITES, _MOST_BRANCHES = 10_000, 1000  # far more than any office's PCs and copied disks
_MOST_NAME = 200
_HEX, _LEAF = re.compile(r"[0-9a-f]+"), re.compile(r"[0-9a-f]{64}")
_OPS_LINE = re.compile(rb'\{"type":"ops","salts":"([^"\\]*)","ops":(\[.*\])\}', re.DOTALL)


class InnerMismatch(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”里外说的不一样，没有导入。请当面问清是谁给的这个文件。")


class PayloadTooLarge(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”解开后大得不合常理，没有导入。请让对方重新导出。")


@dataclass(frozen=True, slots=True)
class OfficeName:
    uid: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package holds: the sender's knowledge and what the receiver has to know already.

    Inside an office `tips` tells the hash of each number in `vector`, so that a copied disk is
    found out before anything is taken in, and `branches` what became of one.
    """

    package: str
    kind: str
    site: str
    to: tuple[str, ...]
    office: OfficeName
    made: str
    vector: Vector
    base: Vector
    changes: int
    tips: dict[str, bytes] = field(default_factory=dict)
    branches: tuple[Branch, ...] = ()

    def line(self) -> bytes:
        fields: dict[str, Any] = {"type": "manifest", "fmt": 1, **asdict(self)}
        fields["tips"] = {site: tip.hex() for site, tip in self.tips.items()}
        fields["branches"] = [
            {**asdict(b), "prev_hash": b.prev_hash.hex(), "hash": b.hash.hex()}
            for b in self.branches
        ]
        return strict_json.sorted_line(fields)


def lines_of(manifest: Manifest, content: Iterable[bytes]) -> Iterator[bytes]:
    """Every line of a payload, each with its line break, the trailer included."""
    digest, count = hashlib.sha256(), 0
    for line in chain((manifest.line(),), content):
        digest.update(line + b"\n")
        count += 1
        yield line + b"\n"
    yield (
        strict_json.sorted_line({"type": "end", "lines": count, "sha256": digest.hexdigest()})
        + b"\n"
    )


def change_lines(log: Iterable[WireChange]) -> Iterator[bytes]:
    """The lines of these changes: one of facts, then its ops."""
    for change in log:
        h = change.header
        yield strict_json.sorted_line(
            {
                "type": "change", "site": h.site, "seq": h.seq, "prev_hash": h.prev_hash.hex(),
                "lamport": h.lamport, "schema": h.schema, "user": h.user, "wall": h.wall,
                "kind": h.kind, "reason": h.reason, "ops": h.ops, "hash": change.hash.hex(),
            }
        )  # fmt: skip
        for salts, ops in _pieces(change):
            yield (
                b'{"type":"ops","salts":"' + base64.b64encode(salts) + b'","ops":['
                + b",".join(ops) + b"]}"
            )  # fmt: skip


def _pieces(change: WireChange) -> Iterator[tuple[bytes, list[bytes]]]:
    """The ops of a change in their hashed spelling, cut into lines of bounded length."""
    for salts, body in change.chunks:
        texts = [canonical(op) for op in changes.decode([(salts, body)])]
        if sum(map(len, texts)) <= _SPLIT_AT:
            yield salts, texts
            continue
        salts = changes.unfolded_salts(salts, len(texts))
        first = size = 0
        for place, text in enumerate(texts, 1):
            size += len(text)
            if size > _SPLIT_AT or place == len(texts):
                yield salts[first * SALT_BYTES : place * SALT_BYTES], texts[first:place]
                first, size = place, 0


def gzipped(lines: Iterable[bytes]) -> Iterator[bytes]:
    """One gzip stream without a time or a file name in it."""
    engine = zlib.compressobj(6, zlib.DEFLATED, 31)
    for line in lines:
        if block := engine.compress(line):
            yield block
    yield engine.flush()


def plain_lines(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The lines of one gzip stream, inflated step by step under caps; nothing may follow it."""
    engine = zlib.decompressobj(31)
    rest, total = bytearray(), 0
    for block in blocks:
        if engine.eof:
            raise PackageDamaged(name)
        data = block
        while data:
            try:
                plain = engine.decompress(data, _BLOCK)
            except zlib.error as error:
                raise PackageDamaged(name) from error
            data = engine.unconsumed_tail
            total += len(plain)
            rest += plain
            if total > MAX_PLAIN or (len(rest) > MAX_LINE and b"\n" not in rest):
                raise PayloadTooLarge(name)
            if b"\n" in plain:
                *lines, tail = bytes(rest).split(b"\n")
                rest = bytearray(tail)
                yield from lines
    if not engine.eof or engine.unused_data or rest:
        raise PackageDamaged(name)


class Payload:
    """The inside of one package: the manifest at once, its changes one after the other.

    `changes()` has to be read to its end: only then has the trailer been seen.
    """

    def __init__(self, lines: Iterator[bytes], header: Header, name: str) -> None:
        self._lines = lines
        self._name = name
        self._digest = hashlib.sha256()
        self._count = 0
        self.manifest = _manifest(self._next(), header, name)

    def report(self) -> dict[str, Any]:
        """The one line of a report, read to the trailer."""
        fields = self._next()
        seen, before = self._count, self._digest.hexdigest()
        self._check_end(self._next(), seen, before)
        if self.manifest.changes or next(self._lines, None) is not None:
            raise PackageDamaged(self._name)
        return fields

    def changes(self) -> Iterator[WireChange]:
        """Each change as it was logged; its hash is checked where it is applied."""
        found = 0
        while True:
            seen, before = self._count, self._digest.hexdigest()
            fields = self._next()
            if fields.get("type") == "end":
                self._check_end(fields, seen, before)
                break
            yield self._change(fields)
            found += 1
        if found != self.manifest.changes or next(self._lines, None) is not None:
            raise PackageDamaged(self._name)

    def _line(self) -> bytes:
        line = next(self._lines, None)
        if line is None:
            raise PackageDamaged(self._name)
        self._digest.update(line)
        self._digest.update(b"\n")
        self._count += 1
        return line

    def _next(self) -> dict[str, Any]:
        return _read(self._line(), self._name)

    def _check_end(self, fields: dict[str, Any], seen: int, digest: str) -> None:
        if fields != {"type": "end", "lines": seen, "sha256": digest}:
            raise PackageDamaged(self._name)

    def _change(self, fields: dict[str, Any]) -> WireChange:
        try:
            header = changes.Header(
                site=_hex(fields, "site", 32), seq=_number(fields, "seq"),
                prev_hash=bytes.fromhex(_hex(fields, "prev_hash", 64)),
                lamport=_number(fields, "lamport"), schema=_number(fields, "schema"),
                user=_text(fields, "user"), wall=_text(fields, "wall"),
                kind=_text(fields, "kind"), reason=_text(fields, "reason"),
                ops=_number(fields, "ops"),
            )  # fmt: skip
            hash_ = bytes.fromhex(_hex(fields, "hash", 64))
            if header.ops > changes.MAX_OPS:
                raise PayloadTooLarge(self._name)
            if fields["type"] != "change" or len(fields) != 12:
                raise ValueError("not a change")
            unfolded: Unfolded = ([], [])
            chunks = tuple(self._chunks(header.ops, unfolded))
            return WireChange(header, hash_, chunks, unfolded)
        except (KeyError, ValueError, TypeError, binascii.Error) as error:
            raise PackageDamaged(self._name) from error

    def _chunks(self, wanted: int, unfolded: Unfolded) -> Iterator[Chunk]:
        size = 0
        while wanted > 0:
            line = _OPS_LINE.fullmatch(self._line())
            if line is None:
                raise ValueError("not a line of ops")
            salts, text = line.groups()
            size += len(text)
            if size > 2 * changes.MAX_OPS_BYTES:  # what was erased may be longer than it was
                raise PayloadTooLarge(self._name)
            ops, texts = _read_ops(text)
            if not 0 < len(ops) <= wanted or len(texts) != len(ops):
                raise ValueError("not a line of ops")
            seed = base64.b64decode(salts, validate=True)
            unfolded[0].extend(ops)
            unfolded[1].extend(changes.leaves_of(seed, ops, texts))
            wanted -= len(ops)
            yield seed, zlib.compress(text, 3)


def _read(line: bytes, name: str) -> dict[str, Any]:
    try:
        value = strict_json.parse(line, sort_keys=True)
    except ValueError as error:
        raise PackageDamaged(name) from error
    if not isinstance(value, dict):
        raise PackageDamaged(name)
    return value


def _manifest(fields: dict[str, Any], header: Header, name: str) -> Manifest:
    try:
        if fields.pop("type") != "manifest" or fields.pop("fmt") != 1:
            raise ValueError("no manifest")
        manifest = Manifest(
            package=_text(fields, "package"), kind=_text(fields, "kind"),
            site=_text(fields, "site"), to=tuple(fields["to"]),
            office=_office(fields["office"]), made=_text(fields, "made"),
            vector=_vector(fields["vector"]), base=_vector(fields["base"]),
            changes=_number(fields, "changes"), tips=_tips(fields["tips"]),
            branches=_branches(fields["branches"]),
        )  # fmt: skip
        if len(fields) != 11:
            raise ValueError("unknown fields")
        if manifest.kind in ("peer", "full", "ack") and set(manifest.tips) != set(manifest.vector):
            raise ValueError("a number without its hash")
    except (KeyError, ValueError, TypeError) as error:
        raise PackageDamaged(name) from error
    if (manifest.package, manifest.kind, manifest.site, manifest.to) != (
        header.package, header.kind, header.sender.site, header.to,
    ):  # fmt: skip
        raise InnerMismatch(name)
    return manifest


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _number(fields: dict[str, Any], key: str) -> int:
    value = fields[key]
    if type(value) is not int or value < 0:
        raise TypeError(key)
    return value


def _office(value: Any) -> OfficeName:
    named = OfficeName(**value)
    if not all(type(text) is str and len(text) <= _MOST_NAME for text in value.values()):
        raise TypeError("office")
    return named


def _vector(value: Any) -> Vector:
    if not isinstance(value, dict) or len(value) > _MOST_SITES:
        raise TypeError("vector")
    for site, seq in value.items():
        if type(seq) is not int or seq < 1 or len(site) != 32 or not _HEX.fullmatch(site):
            raise TypeError("vector")
    return dict(value)


def _tips(value: Any) -> dict[str, bytes]:
    if not isinstance(value, dict):
        raise TypeError("tips")
    return {site: bytes.fromhex(_hex(value, site, 64)) for site in value}


def _branches(value: Any) -> tuple[Branch, ...]:
    if type(value) is not list or len(value) > _MOST_BRANCHES:
        raise TypeError("branches")
    if not all(type(b) is dict and len(b) == 7 for b in value):
        raise TypeError("branches")
    return tuple(
        Branch(
            name=_hex(b, "name", 32), site=_hex(b, "site", 32), seq=_number(b, "seq"),
            prev_hash=bytes.fromhex(_hex(b, "prev_hash", 64)),
            hash=bytes.fromhex(_hex(b, "hash", 64)), after=_hex(b, "after", 32),
            readers=_vector(b["readers"]),
        )
        for b in value
    )  # fmt: skip


def _hex(fields: dict[str, Any], key: str, length: int) -> str:
    value = _text(fields, key)
    if len(value) != length or not _HEX.fullmatch(value):
        raise ValueError(key)
    return value


def _read_ops(text: bytes) -> tuple[list[Op], list[bytes]]:
    """The ops of one line and the text of each; a ValueError if one has not its shape."""
    plain = _plain_edits(text)
    if plain is not None:
        return plain
    ops: list[Op] = strict_json.parse_items(text)
    if not all(type(op) is list and op and op[0] in _SHAPES for op in ops):
        # a newer kind stays opaque, but must be named
        ops = strict_json.parse_items(text, careful=True)
        if not all(map(_is_op, ops)):
            raise ValueError("ops do not have their shape")
        return ops, [canonical(op) for op in ops]
    if not all(_SHAPES[op[0]](op) for op in ops):
        raise ValueError("ops do not have their shape")
    # dots are the only arrays inside ops of known kinds, and no dot looks like the start of an op
    return ops, _BETWEEN_OPS.split(text[1:-1])


def _plain_edits(text: bytes) -> tuple[list[Op], list[bytes]] | None:
    """The same for a line of nothing but plain edits, which most are; None for any other line.

    The pattern lets through only canonical spellings of edits that overwrite one change; those of
    the same change share one list of dots.
    """
    try:
        found = _PLAIN_EDIT.findall(text.decode("utf-8"))
    except UnicodeError as error:
        raise ValueError("not clean UTF-8") from error
    texts = [row[0].encode("utf-8") for row in found]
    if not found or b"[" + b",".join(texts) + b"]" != text:
        return None
    dots = {spelling: json.loads(spelling) for spelling in {row[6] for row in found}}
    return [
        ["s", table, uid, name, _bare(bare) if bare else string, dots[overwritten]]
        for _, table, uid, name, string, bare, overwritten in found
    ], texts


def _bare(spelling: str) -> int | None:
    """The value of what stands without quotes."""
    return None if spelling == "null" else int(spelling)


def _is_op(op: Any) -> bool:
    if type(op) is not list or not op or type(op[0]) is not str:
        return False
    shape = _SHAPES.get(op[0])
    return shape(op) if shape else len(op) >= 3 and all(type(p) is str for p in op[1:3])


def _is_scalar(value: Any) -> bool:
    kind = type(value)
    return kind is str or value is None or (kind is int and _LEAST <= value <= _MOST)


def _is_dots(value: Any) -> bool:
    if type(value) is not list:
        return False
    for dot in value:
        if type(dot) is not list or len(dot) != 2 or type(dot[0]) is not str:
            return False
        if type(dot[1]) is not int or not 0 < dot[1] <= _MOST:
            return False
    return True


def _is_create(op: Op) -> bool:
    if len(op) != 4 or type(op[1]) is not str or type(op[2]) is not str:
        return False
    return type(op[3]) is dict and all(map(_is_scalar, op[3].values()))


def _is_set(op: Op) -> bool:
    if len(op) != 6 or type(op[1]) is not str or type(op[2]) is not str or type(op[3]) is not str:
        return False
    return _is_scalar(op[4]) and _is_dots(op[5])


def _is_delete(op: Op) -> bool:
    if len(op) != 5 or type(op[1]) is not str or type(op[2]) is not str:
        return False
    return _is_dots(op[3]) and _is_dots(op[4])


_LEAST, _MOST = -(2**63), 2**63 - 1
_PLAIN_EDIT = re.compile(
    r'(\["s","([a-z_]++)","([^"\\\x00-\x1f]*+)","([a-z_]++)",'
    r'(?:"([^"\\\x00-\x1f]*+)"|(null|0|-?[1-9][0-9]{0,17}+)),'
    r'(\[\["[0-9a-f]{32}",[1-9][0-9]{0,17}+\]\])\])'
)
_BETWEEN_OPS = re.compile(rb'(?<=\]),(?=\["[csdex]",")')
_SHAPES: dict[str, Callable[[Op], bool]] = {
    "c": _is_create,
    "s": _is_set,
    "d": _is_delete,
    "e": lambda op: len(op) == 2 and type(op[1]) is str,
    "x": lambda op: len(op) == 2 and type(op[1]) is str and _LEAF.fullmatch(op[1]) is not None,
}
