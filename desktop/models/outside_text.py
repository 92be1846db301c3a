"""Looks through words that are about to leave the office for residents' names, phones, IDs, doors.

Nobody can promise that a text typed in a hurry holds no name, so it is compared with the roster
before it is written. A name that is also an ordinary word (高兴, 安全) may stay when a person says
so with a reason; a phone, an ID number or a door may not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from desktop.errors import BadValue, Refused
from desktop.models import privacy, users
from desktop.models.chinese_number import DIGITS, NUMERALS, read_number
from desktop.models.door_text import door_label, whole_door
from desktop.models.store import Store

NAME, PHONE, NUMBER, DOOR = "姓名", "电话号码", "身份证号或卡号", "门牌"
_LEAST_NAME = 2
_LEAST_REASON = 2


@dataclass(frozen=True, slots=True)
class Found:
    """Something that must not leave: what it is, and the words as they were read."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Words that are residents' names but mean something else here, and why they may stay."""

    words: frozenset[str] = frozenset()
    reason: str = ""


NOTHING_CONFIRMED = Confirmed()


class PersonalWords(Refused):
    """`found` tells a window what to mark."""

    def __init__(self, found: Collection[Found]) -> None:
        self.found = tuple(found)
        by_kind: dict[str, list[str]] = defaultdict(list)
        for each in found:
            by_kind[each.kind].append(f"“{each.words}”")
        listed = "；".join(f"{kind}{'、'.join(words)}" for kind, words in by_kind.items())
        hint = "如果只是与居民同名的普通词，请逐个确认并写明原因。" if NAME in by_kind else ""
        super().__init__(
            f"文字里有不能带出本单位的内容：{listed}。没有写出。请改写，只说事情，不写人和门牌。{hint}"
        )


def check_upward(
    store: Store, texts: Iterable[str], confirmed: Confirmed = NOTHING_CONFIRMED
) -> frozenset[str]:
    """Refuse texts for the office above that name somebody; returns the confirmed names in them.

    `note_confirmed` is to follow when the text really leaves.
    """
    found = find(store, texts)
    names = {each.words for each in found if each.kind == NAME}
    kept = names & {_compact(word) for word in confirmed.words}
    if kept and len(confirmed.reason.strip()) < _LEAST_REASON:
        raise BadValue("原因", confirmed.reason, "确认某个词不是人名，要写明原因")
    left = [each for each in found if each.kind != NAME or each.words not in kept]
    if left:
        raise PersonalWords(left)
    return frozenset(kept)


def note_confirmed(store: Store, kept: Collection[str], reason: str) -> None:
    """Record that names stayed in a text, inside the transaction in which it leaves."""
    if kept:
        privacy.note_in(
            store.db.conn, users.current(store).name, "确认上报文字里与居民同名的词不是人名",
            reason.strip(), words=len(kept),
        )  # fmt: skip


def check_downward(texts: Iterable[str]) -> None:
    """Refuse texts for offices below that hold something like an ID or card number."""
    found = [each for text in texts for each in _numbers(_compact(text))]
    if found:
        raise PersonalWords(_distinct(found))


def find(store: Store, texts: Iterable[str]) -> list[Found]:
    """Everything in these texts that points to a resident, each once."""
    plain = [_compact(text) for text in texts if text.strip()]
    if not plain:
        return []
    names, numbers, rooms, doors = _names(store), _phones(store), *_doors(store)
    ids = _ids(store)
    found: list[Found] = []
    for text in plain:
        found += [Found(NAME, words) for words in _hits(_INSIDE_NAMES.sub("", text), names)]
        found += list(_numbers(text)) or _known_in(text, ids, NUMBER)
        found += list(_calls(text, numbers)) or _known_in(text, numbers, PHONE)
        found += [Found(DOOR, words) for words in _doors_in(text, rooms, doors)]
    return _distinct(found)


def _distinct(found: Iterable[Found]) -> list[Found]:
    return list(dict.fromkeys(found))


_MARKS = re.compile(
    r"[\s·•‧・\u115f\u1160\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\u00ad\U000e0100-\U000e01ef]+"
)
_DOOR_WORDS = str.maketrans(
    "棟號樓單層", "栋号楼单层"
)  # as they are written in traditional letters


def _compact(text: str) -> str:
    """As people hear it: full-width as half-width, no spaces, no dots inside names, small letters.

    The text is only compared in this form; nothing is stored in it.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    return plain.translate(_DOOR_WORDS).casefold()


_ByLength = Mapping[int, frozenset[str]]


def _by_length(words: Iterable[str]) -> _ByLength:
    sorted_out: dict[int, set[str]] = defaultdict(set)
    for word in words:
        sorted_out[len(word)].add(word)
    return {length: frozenset(some) for length, some in sorted_out.items()}


def _hits(text: str, words: _ByLength) -> Iterator[str]:
    """Which words occur, in their order: one look-up a place and length, however many words."""
    for start in range(len(text)):
        for length, some in words.items():
            piece = text[start : start + length]
            if piece in some:
                yield piece


def _names(store: Store) -> _ByLength:
    """Residents' names, those who moved out or died included."""
    rows = store.rows("SELECT DISTINCT name FROM live_residents WHERE name IS NOT NULL")
    compact = (_compact(name) for (name,) in rows)
    return _by_length(name for name in compact if len(name) >= _LEAST_NAME)


# what is put between the letters of a name to hide it; commas stand between words
_INSIDE_NAMES = re.compile(r"[-‐‑–—−_~*./|()\[\]\"'“”‘’]+")
_DIGITS = re.compile(r"\d+")
_JOIN = r"[-–—−_./,]?"
_IDS = re.compile(
    rf"(?<!\d)(?:\d{{6}}{_JOIN}\d{{4}}{_JOIN}\d{{4}}{_JOIN}\d{{3}}[\dx]|\d{{15,30}}x?"
    rf"|\d{{4}}(?:{_JOIN}\d{{4}}){{3,4}}(?:{_JOIN}\d{{1,3}})?|\d{{3,}}[*×#]{{2,}}[\dx]{{2,}})(?!\d)"
)
_MOBILE = re.compile(
    rf"(?<!\d)(?:86{_JOIN})?(1[3-9]\d{_JOIN}\d{{4}}{_JOIN}\d{{4}}|1[3-9]\d{{2}}{_JOIN}\d{{3}}"
    rf"{_JOIN}\d{{4}})(?!\d)"
)
_LANDLINE = re.compile(rf"(?<!\d)0\d{{2,3}}{_JOIN}\d{{7,8}}(?!\d)")
_LOCAL = re.compile(rf"(?<!\d)\d{{3,4}}{_JOIN}\d{{4}}(?!\d)")
_SPOKEN = str.maketrans({word: str(digit) for word, digit in DIGITS.items()} | {"幺": "1"})
_SPOKEN_DIGITS = "".join(DIGITS) + "幺"
_BETWEEN = r"[-‐‑–—−_~*./|,:;、。()\[\]]{0,2}"
_SPOKEN_RUN = re.compile(rf"[\d{_SPOKEN_DIGITS}](?:{_BETWEEN}[\d{_SPOKEN_DIGITS}]){{6,}}")
_RUN = re.compile(rf"\d(?:{_BETWEEN}[\dx]){{6,}}")


def _numbers(text: str) -> list[Found]:
    """Anything as long as an ID or bank card, whole or half starred."""
    return [Found(NUMBER, hit[0]) for hit in _IDS.finditer(_spoken(text))]


def _spoken(text: str) -> str:
    """一三九… said digit by digit, with or without marks between, is the number it says."""
    return _SPOKEN_RUN.sub(lambda run: run[0].translate(_SPOKEN), text)


def _calls(text: str, known: frozenset[str]) -> Iterator[Found]:
    """Mobile phones and numbers with an area code, and any shorter number of the roster."""
    text = _spoken(text)
    for pattern in (_MOBILE, _LANDLINE):
        for hit in pattern.finditer(text):
            yield Found(PHONE, hit[0])
    for hit in _LOCAL.finditer(text):
        if "".join(_DIGITS.findall(hit[0])) in known:
            yield Found(PHONE, hit[0])


def _known_in(text: str, known: frozenset[str], kind: str) -> list[Found]:
    """Numbers of the roster, however they are cut up: 1-390-0000-0001, 350299(19800101)0011."""
    found = []
    long = _by_length(each for each in known if len(each) > 10)
    for run in _RUN.finditer(_spoken(text)):
        digits = "".join(c for c in run[0] if c.isalnum())
        if digits in known or any(_hits(digits, long)):
            found.append(Found(kind, run[0]))
    return found


def _ids(store: Store) -> frozenset[str]:
    rows = store.rows("SELECT id_number FROM live_residents WHERE id_number IS NOT NULL")
    return frozenset(_compact(number) for (number,) in rows if len(number) >= 15)


def _phones(store: Store) -> frozenset[str]:
    """Each phone of the roster as plain digits, a landline with and without its area code."""
    rows = store.rows(
        "SELECT phone FROM live_residents WHERE phone IS NOT NULL"
        " UNION SELECT emergency FROM live_residents WHERE emergency IS NOT NULL"
        " UNION SELECT phone FROM live_households WHERE phone IS NOT NULL"
    )
    found: set[str] = set()
    for (text,) in rows:
        for part in re.split(r"[/、,;\s]+", unicodedata.normalize("NFKC", text)):
            digits = "".join(_DIGITS.findall(part))
            found.add(digits)
            if digits.startswith("0"):
                found |= {digits[3:], digits[4:]}
    return frozenset(number for number in found if len(number) >= 7)


_BUILDING_WORD = "号楼|号栋|楼栋|栋楼|栋|幢|座|#楼|#"
_UNIT_WORD = "单元|门洞|楼道|梯"
_DASHES = re.compile(r"[-‐‑‒–—―−_~/\\]+")
_CHAIN = re.compile(r"[a-z]?\d+[a-z]?(?:-[a-z]?\d+[a-z]?)+")
_NUMERAL_BEFORE = re.compile(f"[{NUMERALS}]+(?=号|{_BUILDING_WORD}|{_UNIT_WORD}|层|楼|室|房)")
_NUMERAL_BEHIND = re.compile(f"(?<=[栋幢座元梯楼号#])[{NUMERALS}]{{3,4}}")
_TO_DASH = re.compile(
    rf"(?<=[\da-z])(?:号之|{_BUILDING_WORD}|{_UNIT_WORD}|号院|号|层|楼|之)-?(?=[a-z]?\d)"
)
# a stair and a room are a door wherever it is; a bare number behind 栋 may be a count: 3栋120户
_SAID = re.compile(
    rf"(?:[\da-z甲乙丙丁]+(?:{_BUILDING_WORD})-?)?[\da-z甲乙丙丁东西南北中]+(?:{_UNIT_WORD})-?"
    rf"\d{{3,4}}|\d+(?:{_BUILDING_WORD})-?\d{{3,4}}(?:室|房|号(?!楼|栋))"
)


def _doors_in(text: str, rooms: frozenset[tuple[str, str]], doors: _ByLength) -> Iterator[str]:
    """Doors as 3栋2单元501, 三栋501室, 3-2-501, 中山路50号之1, in any of their spellings."""
    text = _NUMERAL_BEHIND.sub(_as_digits, _NUMERAL_BEFORE.sub(_as_digits, text))
    said = [hit[0] for hit in _SAID.finditer(text)] + list(_hits(text, doors))
    if said:  # the same door in fewer words would only be said twice
        yield from said
        return
    short = _TO_DASH.sub("-", _DASHES.sub("-", text))
    for chain in _CHAIN.finditer(short):
        parts = [part.lstrip("0") or part for part in chain[0].split("-")]
        for first in range(len(parts) - 1):
            for last in range(first + 1, min(first + 4, len(parts))):
                if (parts[first], parts[last]) in rooms:
                    yield "-".join(parts[first : last + 1])


def _as_digits(hit: re.Match[str]) -> str:
    number = read_number(hit[0])
    return hit[0] if number is None else str(number)


def _doors(store: Store) -> tuple[frozenset[tuple[str, str]], _ByLength]:
    """Building and room of every household, and the doors that only their words tell."""
    rooms: set[tuple[str, str]] = set()
    spelled: set[str] = set()
    for name, word, lane, unit, floor, room, place, raw in store.rows(
        "SELECT coalesce(b.name, ''), b.word, coalesce(l.name, ''), h.unit, h.floor, h.room,"
        " h.place, coalesce(h.door_raw, '') FROM live_households h"
        " LEFT JOIN buildings b ON b.uid = h.building LEFT JOIN lanes l ON l.uid = b.lane"
    ):
        if room and len(_DIGITS.findall(room)) == 1 and re.search(r"\d{3}", room):
            rooms.add((_compact(name), _compact(room)))
            rooms |= {(_compact(part), _compact(room)) for part in name.split("之")[1:]}
        inner = door_label(unit, floor, room, place)
        if name and (inner or lane):
            spelled.add(_compact(whole_door("", lane, name, word, inner)))
        if len(raw) > 4 and _DIGITS.search(raw):  # a bare room number is no door
            spelled.add(_compact(raw))
    return frozenset(rooms), _by_length(each for each in spelled if len(each) > 3)
