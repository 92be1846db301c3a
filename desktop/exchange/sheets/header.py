"""Finds the header of a sheet and says which column means what, asking where it is not sure.

Words come from `resources/headers.tsv`: first an exact match after normalising, then a similar word
above a threshold (said in a warning), then the person is asked; nothing is guessed silently.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from desktop import paths
from desktop.exchange.sheets.tags import is_never_collected
from desktop.exchange.sheets.text_tables import Span

SIMILAR = 85.0
LOOK_AT = 40  # rows from the top in which a header is looked for
DROPPED = "dropped"
DOOR_FIELDS = frozenset(("building", "room", "address"))
PEOPLE_FIELDS = frozenset(("name", "head"))
# headers that mean two things each: they yield to a column that is certain
AMBIGUOUS = frozenset(("户号", "层数", "楼号", "业主", "业主姓名", "房主", "产权人"))
# fields that several columns may share
SHARED = frozenset(("phone", "care_tag", "remark", "visited", "moved_or_dead", "emergency", "party",
                    "separated", "house_use", "count", "grid", DROPPED))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, the field it fills ("" = none) and how that was decided."""

    index: int  # 0-based
    header: str
    field: str
    how: str  # exact, similar, remembered, chosen, unknown, repeated
    samples: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class Header:
    """Where a header stands (0-based first row, how many rows) and its words per column."""

    top: int
    height: int
    names: tuple[str, ...]

    @property
    def below(self) -> int:
        return self.top + self.height


def column_letter(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(8192)
def normal(header: str) -> str:
    """NFKC, no spaces, line breaks, stars, colons."""
    text = "".join(unicodedata.normalize("NFKC", header).split())
    return re.sub(r"[*＊:：、。]+", "", text).strip("-_.") or text


@lru_cache(1)
def table() -> dict[str, str]:
    """Every known header word, normalised, and its field."""
    words: dict[str, str] = {}
    for line in paths.resource("headers.tsv").read_text("utf-8").splitlines()[1:]:
        field, _, listed = line.partition("\t")
        for word in listed.split(" | "):
            words.setdefault(normal(word), field)
    return words


@lru_cache(1)
def _dropped_words() -> tuple[str, ...]:
    return tuple(w for w, field in table().items() if field == DROPPED and len(w) >= 2)


@lru_cache(8192)
def exact_field(header: str) -> str:
    """The field of a header word, with or without a bracketed unit behind it; "" if unknown."""
    word = normal(header)
    if not word or len(word) > 40:
        return ""
    known = table()
    for candidate in (word, re.sub(r"\([^()]*\)?$", "", word), re.sub(r"\d+$", "", word)):
        if candidate in known:
            return known[candidate]
    if any(part in word for part in _dropped_words()) or is_never_collected(word):
        return DROPPED
    return ""


def _similar_field(header: str) -> str:
    word = re.sub(r"\([^()]*\)?$", "", normal(header))
    if len(word) < 4 or len(word) > 20:  # 居住人 is near to 居住人数 and means something else
        return ""
    best = process.extractOne(word, table().keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR)
    return table()[best[0]] if best else ""


def find_header(rows: Sequence[Sequence[str]], merged: Sequence[Span]) -> Header | None:
    """The first header good enough to read people or doors by; None when there is none."""
    best: tuple[int, int, Header] | None = None  # score, −rows: a title is no half of a header
    for top in range(min(len(rows), LOOK_AT)):
        for found in _candidates(rows, merged, top):
            score = _score(found.names)
            if score and (best is None or (score, -found.height) > best[:2]):
                best = (score, -found.height, found)
    return best[2] if best else None


def _candidates(rows: Sequence[Sequence[str]], merged: Sequence[Span], top: int) -> list[Header]:
    first = [cell.strip() for cell in rows[top]]
    found = [Header(top, 1, tuple(first))]
    if top + 1 < len(rows):
        second = [cell.strip() for cell in rows[top + 1]]
        own = sum(1 for cell in second if exact_field(cell))
        if own >= 2 and second != first:
            found.append(Header(top, 2, _two_rows(first, second, merged, top)))
    return found


def _two_rows(
    first: list[str], second: list[str], merged: Sequence[Span], top: int
) -> tuple[str, ...]:
    """Each column's word out of two header rows; a merged parent counts for all its columns."""
    width = max(len(first), len(second))
    parents = first + [""] * (width - len(first))
    children = second + [""] * (width - len(second))
    spans = [(left, right) for t, left, _, right in merged if t == top and right > left]
    for left, right in spans:
        for column in range(left + 1, min(right + 1, width)):
            parents[column] = parents[column] or parents[left]
    for column in range(1, width):
        # without merge information (csv) a gap over a lower word belongs to the parent on its left
        if not spans and not parents[column] and children[column]:
            parents[column] = parents[column - 1]
    return tuple(_join(p, c) for p, c in zip(parents, children, strict=True))


def _join(parent: str, child: str) -> str:
    if not child or parent == child:
        return parent
    if not parent:
        return child
    own, above = exact_field(child), exact_field(parent)
    if above == "head" and own == "name":
        return parent
    if own:
        return child
    return parent + child if exact_field(parent + child) else (parent if above else parent + child)


def _score(names: Sequence[str]) -> int:
    """How many different fields these words name; 0 when nobody could be found by them."""
    fields = {exact_field(name) for name in names} - {""}
    useful = fields - {"seq", DROPPED, "remark"}
    if len(useful) < 2 or not useful & (PEOPLE_FIELDS | DOOR_FIELDS):
        return 0
    if (
        not useful & PEOPLE_FIELDS
        and not useful >= {"building", "room"}
        and "address" not in useful
    ):
        return 0
    return len(fields)


def map_columns(
    header: Header, rows: Sequence[Sequence[str]], chosen: Mapping[str, str],
    remembered: Mapping[str, str],
) -> list[Column]:  # fmt: skip
    """Every headed column with its field; a field given twice goes to the first certain column."""
    columns: list[Column] = []
    taken: set[str] = set()
    headed = [(index, name) for index, name in enumerate(header.names) if name]
    for index, name in sorted(headed, key=lambda pair: normal(pair[1]) in AMBIGUOUS):
        field, how = _decide(name, chosen, remembered)
        if field and field in taken and field not in SHARED:
            field, how = "", "repeated"
        taken.add(field)
        columns.append(Column(index, name, field, how, _samples(rows, header.below, index, field)))
    return sorted(columns, key=lambda column: column.index)


def _decide(name: str, chosen: Mapping[str, str], remembered: Mapping[str, str]) -> tuple[str, str]:
    word = normal(name)
    exact = exact_field(name)
    if exact == DROPPED:
        return DROPPED, "exact"  # no choice opens what is never collected
    for mapping, how in ((chosen, "chosen"), (remembered, "remembered")):
        for key in (name, word):
            if key in mapping:
                return mapping[key], how
    if exact:
        return exact, "exact"
    similar = _similar_field(name)
    if similar == DROPPED:
        return DROPPED, "similar"
    return (similar, "similar") if similar else ("", "unknown")


def _samples(rows: Sequence[Sequence[str]], below: int, index: int, field: str) -> tuple[str, ...]:
    if field in (DROPPED, "party"):
        return ()
    found: list[str] = []
    for row in rows[below : below + 200]:
        text = row[index] if index < len(row) else ""
        if text and text not in found:
            found.append(text[:30])
        if len(found) == 3:
            break
    return tuple(found)


def signature(names: Sequence[str]) -> str:
    """Names a kind of sheet by its header words, for remembering what was decided about it."""
    return hashlib.sha256("\x1f".join(map(normal, names)).encode()).hexdigest()[:20]
