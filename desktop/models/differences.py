"""Says household by household what changes that have just been taken in would alter.

Read inside the transaction of a preview, before it is rolled back: what is younger than the first
of these changes is new, everything older is how it was. Detail is capped, counts are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.models import conflicts, residents
from desktop.models.database import Connection, in_parts
from desktop.models.field_words import TABLE_WORDS, field_word
from desktop.models.past import values_before
from desktop.models.schema import REPLICATED
from desktop.models.store import Store
from desktop.models.subjects import own_words, shown_value
from desktop.models.versions import GONE
from desktop.progress import Progress, no_progress

HOUSEHOLDS, LINES = 200, 12  # how many are told in detail
NEW, CHANGED, DELETED, CONFLICT = "new", "changed", "deleted", "conflict"
DIFFERENCE_KINDS = {NEW: "新增", CHANGED: "改动", DELETED: "删除", CONFLICT: "冲突"}

# the household a row belongs to, as SQL over its table t
_HOME = {
    "households": "t.uid",
    "residents": "t.household",
    "care_tags": "(SELECT r.household FROM residents r WHERE r.uid = t.resident)",
    "visits": "t.household",
    "promises": "t.household",
    "items": "t.household",
    "item_events": "(SELECT i.household FROM items i WHERE i.uid = t.item)",
    "population_events": "t.household",
}
_TOUCHED = "CREATE TEMP TABLE touched_homes (uid TEXT PRIMARY KEY, disputed INTEGER) WITHOUT ROWID"
_COUNTS = """
SELECT count(*), sum(h.born >= ?1), sum(h.born < ?1 AND h.gone), sum(t.disputed)
FROM touched_homes t JOIN households h ON h.uid = t.uid"""
# open questions first, then in the order of doors
_FIRST = """
SELECT h.uid, h.born >= ?1, h.gone FROM touched_homes t JOIN households h ON h.uid = t.uid
LEFT JOIN buildings b ON b.uid = h.building
ORDER BY t.disputed DESC, h.gone DESC, b.estate, CAST(b.name AS INTEGER), b.name, h.unit, h.floor,
h.room, h.uid LIMIT ?2"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: a record that comes or goes (`field` is empty), or a field's old and new value.

    record: «居民 王小明», "" for the household itself. For a conflict `before` is what this PC
    shows and `after` what came.
    """

    kind: str
    record: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HouseholdDifference:
    """What an import would do to one household: is it new, changed or deleted; line by line."""

    household: str
    door: str
    kind: str
    differences: list[Difference]
    more: int  # lines left out


@dataclass(frozen=True, slots=True)
class HouseholdCounts:
    """How many households are touched at all; the same one may be counted as disputed as well."""

    touched: int = 0
    new: int = 0
    deleted: int = 0
    disputed: int = 0
    erased: int = 0  # records of any kind that are forgotten for good

    @property
    def changed(self) -> int:
        return self.touched - self.new - self.deleted


def difference_words(one: Difference) -> str:
    """«备注：养狗 → 养猫», «居民 王小明», «备注：本机“养狗”，对方“养猫”»."""
    if not one.field:
        return one.record
    where = f"{one.record}　{one.field}" if one.record else one.field
    if one.kind == CONFLICT:
        return f"{where}：本机“{one.before}”，对方“{one.after}”"
    return f"{where}：{one.before} → {one.after}"


@dataclass(frozen=True, slots=True)
class Differences:
    households: list[HouseholdDifference]
    counts: HouseholdCounts


def differences(
    store: Store, first: int, erased_before: int, *, progress: Progress = no_progress
) -> Differences:
    """What the changes from local id `first` on do; the caller holds the transaction."""
    conn = store.db.conn
    open_ = conflicts.disputed(conn)
    conn.execute(_TOUCHED)
    try:
        _gather(conn, first, open_)
        touched, new, gone, disputed = conn.execute(_COUNTS, (first,)).fetchone()
        shown = conn.execute(_FIRST, (first, HOUSEHOLDS)).fetchall()
    finally:
        conn.execute("DROP TABLE touched_homes")
    erased = conn.execute("SELECT count(*) FROM erased").fetchone()[0] - erased_before
    counts = HouseholdCounts(touched, new or 0, gone or 0, disputed or 0, erased)
    return Differences(list(_told(store, first, open_, shown, progress)), counts)


def _gather(conn: Connection, first: int, open_: set[tuple[str, str]]) -> None:
    for table, home in _HOME.items():
        conn.execute(
            f'INSERT OR IGNORE INTO touched_homes SELECT {home}, 0 FROM "{table}" t'
            f" WHERE t.born >= ? AND {home} IS NOT NULL",
            (first,),
        )
    # one pass over the versions: they lie in the order of rows, not of changes
    cases = " ".join(
        f"WHEN '{table}' THEN (SELECT {home} FROM \"{table}\" t WHERE t.uid = v.row)"
        for table, home in _HOME.items()
    )
    conn.execute(
        "INSERT OR IGNORE INTO touched_homes SELECT home, 0 FROM"
        f" (SELECT DISTINCT CASE v.tbl {cases} END AS home FROM versions v WHERE v.change >= ?)"
        " WHERE home IS NOT NULL",
        (first,),
    )
    for table, home in _HOME.items():
        for marks, part in in_parts(sorted({row for row, _ in open_})):
            conn.execute(
                f"UPDATE touched_homes SET disputed = 1 WHERE uid IN"
                f' (SELECT {home} FROM "{table}" t WHERE t.uid IN ({marks})'
                f" AND EXISTS (SELECT 1 FROM versions v WHERE v.row = t.uid AND v.change >= ?))",
                [*part, first],
            )


def _told(
    store: Store,
    first: int,
    open_: set[tuple[str, str]],
    shown: Sequence[tuple[str, int, int]],
    progress: Progress,
) -> Iterator[HouseholdDifference]:
    doors = {home.uid: home.door for home in residents.households(store, [s[0] for s in shown])}
    rows = {uid: list(_rows(store, uid, first)) for uid, _, _ in shown}
    edited = {(row.uid, name) for each in rows.values() for row in each for name in row.fields}
    view = _View(store, first, open_, values_before(store.db.conn, edited, first))
    for done, (uid, new, gone) in enumerate(shown, 1):
        progress(done, len(shown), "整理每户的变化")
        lines = [line for row in rows[uid] for line in _lines(view, row)]
        lines.sort(key=lambda line: line.kind != CONFLICT)
        kind = DELETED if gone else NEW if new else CHANGED
        door = doors.get(uid) or own_words(store, "households", uid)
        yield HouseholdDifference(uid, door, kind, lines[:LINES], max(0, len(lines) - LINES))


@dataclass(frozen=True, slots=True)
class _View:
    """What is needed to tell lines: the disputed fields, and what fields showed before."""

    store: Store
    first: int
    open: set[tuple[str, str]]
    before: dict[tuple[str, str], list[Any]]

    def shown_before(self, key: tuple[str, str]) -> Any:
        values = self.before.get(key)
        return values[-1] if values else None


@dataclass(frozen=True, slots=True)
class _Row:
    """A touched row of a household; `fields` are those that were given a value."""

    table: str
    uid: str
    new: bool
    gone: bool
    fields: tuple[str, ...]


def _rows(store: Store, household: str, first: int) -> Iterator[_Row]:
    for table, home in _HOME.items():
        # through an index, wherever the path goes over another table
        within = {
            "care_tags": "t.resident IN (SELECT uid FROM residents WHERE household = ?2)",
            "item_events": "t.item IN (SELECT uid FROM items WHERE household = ?2)",
        }.get(table, f"{home} = ?2")
        for uid, new, gone in store.rows(
            f'SELECT t.uid, t.born >= ?1, t.gone FROM "{table}" t WHERE {within} AND (t.born >= ?1'
            " OR EXISTS (SELECT 1 FROM versions v WHERE v.row = t.uid AND v.change >= ?1))"
            " ORDER BY t.born, t.uid",
            (first, household),
        ):
            fields = store.rows(
                "SELECT DISTINCT field FROM versions WHERE row = ? AND change >= ?", (uid, first)
            )
            yield _Row(table, uid, bool(new), bool(gone), tuple(name for (name,) in fields))


def _lines(view: _View, row: _Row) -> Iterable[Difference]:
    record = ""
    if row.table != "households":
        record = f"{TABLE_WORDS[row.table]} {own_words(view.store, row.table, row.uid)}"
    if row.new:
        if record and not row.gone:
            yield Difference(NEW, record, "", "", "")
        return
    if GONE in row.fields:
        yield _deletion(record, row, (row.uid, GONE) in view.open)
    if row.gone:
        return
    for name in sorted(row.fields, key=lambda name: ((row.uid, name) not in view.open, name)):
        if name in REPLICATED[row.table]:
            yield from _edit(view, record, row, name)


def _deletion(record: str, row: _Row, open_: bool) -> Difference:
    if open_:
        return Difference(CONFLICT, record, "删除", "保留", "删除")
    if row.gone:
        return Difference(DELETED, record, "", "", "")
    return Difference(CHANGED, record, "删除", "已删除", "恢复")


def _edit(view: _View, record: str, row: _Row, name: str) -> Iterator[Difference]:
    def words(value: object) -> str:
        return shown_value(view.store, row.table, name, value)

    before = view.shown_before((row.uid, name))
    after = view.store.value(f'SELECT "{name}" FROM "{row.table}" WHERE uid = ?', (row.uid,))
    field = field_word(row.table, name)
    if (row.uid, name) in view.open:
        came = view.store.rows(
            "SELECT DISTINCT value FROM versions WHERE row = ? AND field = ? AND change >= ?",
            (row.uid, name, view.first),
        )
        others = "／".join(words(value) for (value,) in came)
        yield Difference(CONFLICT, record, field, words(before), others)
    elif before != after:
        yield Difference(CHANGED, record, field, words(before), words(after))
