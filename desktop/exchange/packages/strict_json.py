"""Reads JSON from other people's files without being led astray by it.

Only the canonical spelling passes: what a line says must be what writing it again would say. That
one comparison refuses duplicate keys, spaces, floats spelt oddly, needless escapes and half
characters; depth and number size are bounded before and while parsing.
"""

from __future__ import annotations

import json
import re
from typing import Any

from desktop.models.changes import canonical

MAX_DEPTH = 12
_MAX_DIGITS = 19
# possessive, and happy with an unclosed string at its end: linear on any input
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_PLAIN = bytes(set(range(256)) - set(b'[]{}"'))


def parse(line: bytes, *, sort_keys: bool = False) -> Any:
    """The value of one canonical line; ValueError says in English what is wrong."""
    _check_depth(line)
    try:
        text = line.decode("utf-8")
        value = json.loads(
            text, parse_int=_whole, parse_float=_refuse_number, parse_constant=_refuse_number,
            object_pairs_hook=_unique,
        )  # fmt: skip
        again = sorted_line(value) if sort_keys else canonical(value)
    except (UnicodeError, RecursionError) as error:
        raise ValueError("not clean UTF-8 or too deep") from error
    if again != line:
        raise ValueError("not the canonical spelling")
    return value


def parse_items(text: bytes, *, careful: bool = False) -> list[Any]:
    """The items of one canonical JSON array, keys as given.

    Unless `careful`, the caller checks how large the whole numbers are.
    """
    _check_depth(text)
    try:
        items = (_CAREFUL if careful else _QUICK).decode(text.decode("utf-8"))
        if not isinstance(items, list) or canonical(items) != text:
            raise ValueError("not the canonical spelling of an array")
    except (UnicodeError, RecursionError) as error:
        raise ValueError("not clean UTF-8 or too deep") from error
    return items


def sorted_line(value: Any) -> bytes:
    """The canonical spelling with sorted keys, as headers, manifests and cards use it."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def _check_depth(line: bytes) -> None:
    # strings without brackets and escapes vanish in two steps; usually nothing else is left
    bare = b'"'
    if b"\\" not in line:
        bare = line.translate(None, _PLAIN).replace(b'""', b"")
    if b'"' not in bare:
        for _ in range(MAX_DEPTH):
            bare = bare.replace(b"[]", b"").replace(b"{}", b"")
        if bare:
            raise ValueError("nested too deep")
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", line)):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deep")


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _MAX_DIGITS:
        raise ValueError("number too large")
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError("number too large")
    return value


def _refuse_number(text: str) -> Any:
    raise ValueError(f"{text[:20]}: only whole numbers are allowed")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice")
    return found


_QUICK = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
_CAREFUL = json.JSONDecoder(
    parse_int=_whole, parse_float=_refuse_number, parse_constant=_refuse_number
)
