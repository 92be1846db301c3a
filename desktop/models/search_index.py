"""Keeps the search index: what residents and doors can be found by.

Each resident (and each household without residents) is one row of an FTS5 index whose tokens are
single characters and digits, because no tokenizer cuts Chinese names and a trigram index never
matches names of two characters. A query is a phrase, so 「明小」 finds 王明小 and not 小明.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from pypinyin.constants import PINYIN_DICT

from desktop.models.changes import Touched
from desktop.models.database import Connection, in_parts
from desktop.models.door_text import door_label, whole_door

# readings of surnames that differ from the character's everyday reading
_SURNAMES = {
    "曾": "z", "翟": "z", "仇": "q", "单": "s", "朴": "p", "解": "x", "查": "z", "区": "o",
    "盖": "g", "乐": "y", "尉": "y", "任": "r", "华": "h", "覃": "q", "晁": "c", "折": "s",
    "缪": "m", "繁": "p", "员": "y", "万": "w", "种": "c", "洗": "x", "召": "s", "逄": "p",
}  # fmt: skip
_MARKS = re.compile(r"[̀-ͯ]")
_MAX_SPELLINGS = 8
_BREAK = " zz "
_SEVERAL = re.compile(r"[/,，;；]")
KIND_NAME, KIND_SPELL, KIND_DOOR, KIND_DIGITS = "nm", "py", "dr", "nr"


@lru_cache(maxsize=50_000)
def initials(character: str) -> tuple[str, ...]:
    """All first letters a character can be read with: 单 → s, d, c."""
    readings = PINYIN_DICT.get(ord(character), "")
    plain = {
        _MARKS.sub("", unicodedata.normalize("NFD", reading))[:1].lower()
        for reading in readings.split(",")
        if reading
    }
    plain.discard("")
    if character in _SURNAMES:
        plain.add(_SURNAMES[character])
    if not plain and character.isascii() and character.isalpha():
        plain.add(character.lower())
    return tuple(sorted(plain))


@lru_cache(maxsize=50_000)
def spellings(name: str) -> tuple[str, ...]:
    """Pinyin initials of a whole name, every combination of readings up to a bound."""
    parts = [found for found in map(initials, name) if found]
    count = 1
    for place, found in enumerate(parts):
        count *= len(found)
        if count > _MAX_SPELLINGS:
            parts[place] = found[:1]
            count //= len(found)
    return tuple("".join(letters) for letters in product(*parts)) if parts else ()


def key(text: str) -> str:
    """A search key: compatibility forms folded, lower case, no spaces (never stored as a name)."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


class _Tokens(dict[int, str]):
    """The token of each character (by its number) of one kind of text, made when first met."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, number: int) -> str:
        token = f"{self._prefix}{number:x} " if chr(number).isalnum() else ""
        self[number] = token
        return token


_TOKENS = {kind: _Tokens(kind) for kind in (KIND_NAME, KIND_SPELL, KIND_DOOR, KIND_DIGITS)}


def spaced(prefix: str, text: str) -> str:
    """The tokens of a text's characters, one after the other."""
    return key(text).translate(_TOKENS[prefix]).rstrip()


@lru_cache(maxsize=50_000)
def _spelled(name: str) -> str:
    return _BREAK.join(" ".join(KIND_SPELL + letter for letter in w) for w in spellings(name))


def _body(name: str, door_tokens: str, numbers: Iterable[str]) -> str:
    """One row's tokens; kinds are kept apart by a prefix and by a break that no phrase crosses."""
    parts = [spaced(KIND_NAME, name), _spelled(name), door_tokens]
    parts += [spaced(KIND_DIGITS, number) for number in numbers if number]
    return _BREAK.join([part for part in parts if part])


ROWS = """
SELECT h.uid, r.uid, coalesce(r.name, ''), coalesce(r.phone, ''), coalesce(r.id_number, ''),
       coalesce(h.phone, ''), h.unit, h.floor, h.room, h.place, coalesce(h.door_raw, ''),
       coalesce(b.name, ''), b.word, coalesce(e.name, ''), coalesce(l.name, '')
FROM live_households h
LEFT JOIN live_residents r ON r.household = h.uid AND coalesce(r.status, 'living') = 'living'
LEFT JOIN buildings b ON b.uid = h.building LEFT JOIN estates e ON e.uid = b.estate
LEFT JOIN lanes l ON l.uid = b.lane
"""


_HOUSEHOLDS_OF = {
    "residents": (
        "SELECT household FROM residents WHERE uid IN ({})",
        "SELECT household FROM search_rows WHERE uid IN ({})",
    ),
    "buildings": ("SELECT uid FROM households WHERE building IN ({})",),
    "estates": (
        "SELECT h.uid FROM households h JOIN buildings b ON b.uid = h.building"
        " WHERE b.estate IN ({})",
    ),
    "lanes": (
        "SELECT h.uid FROM households h JOIN buildings b ON b.uid = h.building"
        " WHERE b.lane IN ({})",
    ),
}


def refresh_touched(conn: Connection, touched: Touched) -> None:
    """Bring the index in line with what a change touched, in the same transaction."""
    if "*" in touched.tables:
        refresh(conn, None)
        return
    households = set(touched.tables.get("households", ()))
    for table, queries in _HOUSEHOLDS_OF.items():
        for marks, part in in_parts(sorted(touched.tables.get(table, ()))):
            for sql in queries:
                found = conn.execute(sql.format(marks), part)
                households.update(row[0] for row in found if row[0])
    if households:
        refresh(conn, households)


def refresh(conn: Connection, households: set[str] | None) -> None:
    """Write the index anew for these households (None = all); the caller holds the transaction."""
    if households is None:
        conn.execute("DELETE FROM search_rows")
        conn.execute("INSERT INTO search (search) VALUES ('delete-all')")
        _insert(conn, conn.execute(ROWS))
        return
    for marks, part in in_parts(sorted(households)):
        conn.execute(
            "DELETE FROM search WHERE rowid IN"
            f" (SELECT id FROM search_rows WHERE household IN ({marks}))",
            part,
        )
        conn.execute(f"DELETE FROM search_rows WHERE household IN ({marks})", part)
        _insert(conn, conn.execute(f"{ROWS} WHERE h.uid IN ({marks})", part).fetchall())


def _insert(conn: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    last = int(conn.execute("SELECT coalesce(max(id), 0) FROM search_rows").fetchone()[0])
    listed: list[tuple[int, str, str, str]] = []
    bodies: list[tuple[int, str]] = []
    before, door = "", ""
    for number, row in enumerate(rows, last + 1):
        household, resident = str(row[0]), row[1]
        if household != before:  # the people of one household follow each other
            before, door = household, spaced(KIND_DOOR, door_of(row))
        listed.append((number, str(resident or household),
                       "residents" if resident else "households", household))  # fmt: skip
        bodies.append((number, _row_body(row, door)))
    conn.executemany(
        "INSERT INTO search_rows (id, uid, tbl, household) VALUES (?, ?, ?, ?)", listed
    )
    conn.executemany("INSERT INTO search (rowid, body) VALUES (?, ?)", bodies)


def _row_body(row: tuple[object, ...], door_tokens: str) -> str:
    name, phone, id_number, house_phone = map(str, row[2:6])
    numbers = [*_SEVERAL.split(phone), *_SEVERAL.split(house_phone), id_number]
    return _body(name, door_tokens, numbers)


def door_of(row: tuple[object, ...]) -> str:
    unit, floor, room, place, raw, building, word, estate, lane = row[6:15]
    inner = door_label(unit, floor, room, place) or str(raw)  # type: ignore[arg-type]
    return whole_door(str(estate), str(lane), str(building), word, inner)  # type: ignore[arg-type]
