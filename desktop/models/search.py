"""Finds residents and doors by names, pinyin initials, doors, phone numbers or ID tails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.models.search_index import (
    KIND_DIGITS,
    KIND_DOOR,
    KIND_NAME,
    KIND_SPELL,
    ROWS,
    door_of,
    key,
    spaced,
)
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class Hit:
    """One found resident (or household, then `resident` is empty) and why it was found."""

    resident: str
    household: str
    name: str
    door: str
    why: str  # 姓名, 拼音, 门牌, 电话, 证件尾号


def find(store: Store, text: str, limit: int = 20) -> list[Hit]:
    """Residents and households that match, names first; [] for an empty query."""
    wanted = key(text)
    if not wanted:
        return []
    hits: dict[tuple[str, str], Hit] = {}
    for why, phrase in _phrases(wanted):
        for row in store.rows(
            # the hits are found first, so that only their households are read
            "WITH found AS MATERIALIZED"
            " (SELECT rowid AS id FROM search WHERE search MATCH ? LIMIT ?)"
            + ROWS.replace("SELECT", "SELECT s.tbl,", 1)
            + " JOIN search_rows s ON s.uid = coalesce(r.uid, h.uid)"
            " WHERE s.id IN (SELECT id FROM found) AND h.uid IN"
            " (SELECT household FROM search_rows WHERE id IN (SELECT id FROM found))"
            " ORDER BY e.name, l.name, length(b.name), b.name, h.unit, h.floor, h.room, r.name",
            (phrase, max(limit * 4, 200)),
        ):
            household, resident, name = str(row[1]), str(row[2] or ""), str(row[3])
            if (household, resident) not in hits:
                hits[household, resident] = Hit(resident, household, name, door_of(row[1:]), why)
            if len(hits) >= limit:
                return list(hits.values())
    return list(hits.values())


def timed_find(store: Store, text: str, limit: int = 20) -> tuple[list[Hit], float]:
    """The hits and the milliseconds they took."""
    started = time.perf_counter()
    hits = find(store, text, limit)
    return hits, (time.perf_counter() - started) * 1000


def _phrases(wanted: str) -> Iterator[tuple[str, str]]:
    plain = "".join(c for c in wanted if c.isalnum())
    if not plain:
        return
    if not plain.isdigit():
        yield "姓名", f'"{spaced(KIND_NAME, plain)}"'
    if plain.isascii() and plain.isalpha():
        yield "拼音", '"' + " ".join(KIND_SPELL + letter for letter in plain) + '"'
    yield "门牌", f'"{spaced(KIND_DOOR, plain)}"'
    if len(plain) >= 4 and plain[:-1].isdigit():
        yield "号码", f'"{spaced(KIND_DIGITS, plain)}"'
