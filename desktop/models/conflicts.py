"""Finds what two people changed without seeing each other, and lets a person decide.

Conflicts are derived from the log, so they are the same on every PC, and resolving one is an
ordinary change that every other PC receives.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from desktop.errors import BadValue, NoSuchRecord
from desktop.models.changes import Change
from desktop.models.database import Connection
from desktop.models.roster import clean
from desktop.models.schema import REPLICATED
from desktop.models.store import Store
from desktop.models.versions import GONE

# Fields whose live values differ, and deletions that met an edit or a "keep". A row that is
# deleted in the eyes of everybody has no open question left.
_DISPUTED = """
SELECT row, field, tbl FROM versions v WHERE alone = 0 AND field <> 'gone'
AND (NOT EXISTS (SELECT 1 FROM versions g
                 WHERE g.row = v.row AND g.field = 'gone' AND g.value = 1)
    OR EXISTS (SELECT 1 FROM versions g
               WHERE g.row = v.row AND g.field = 'gone' AND g.value = 0)
    OR EXISTS (SELECT 1 FROM versions e WHERE e.row = v.row AND e.field <> 'gone'
               AND e.change NOT IN (SELECT seen FROM delete_seen WHERE row = v.row)))
GROUP BY row, field, tbl HAVING count(DISTINCT quote(value)) > 1
UNION ALL
SELECT DISTINCT v.row, 'gone', v.tbl FROM versions v
WHERE v.field = 'gone' AND v.value = 1 AND (
    EXISTS (SELECT 1 FROM versions k
            WHERE k.row = v.row AND k.field = 'gone' AND k.value = 0)
    OR EXISTS (SELECT 1 FROM versions e WHERE e.row = v.row AND e.field <> 'gone'
               AND e.change NOT IN (SELECT seen FROM delete_seen WHERE row = v.row)))
"""

_GONE_WORDS = {"删除": True, "1": True, "gone": True, "保留": False, "0": False, "keep": False}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the values people gave: by whom, on which PC, at what claimed time.

    For a disputed deletion `field` tells a deletion or a "keep" (gone, value 1 or 0) from an edit
    the deleter had not seen (any other field).
    """

    value: Any
    site: str
    seq: int
    user: str
    wall: str
    lamport: int
    field: str
    user_name: str
    site_name: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field with several live values; `id` names it on every PC, the shown value is first."""

    id: str
    table: str
    uid: str
    field: str
    candidates: tuple[Candidate, ...]


def count_conflicts(conn: Connection) -> int:
    return int(conn.execute(f"SELECT count(*) FROM ({_DISPUTED})").fetchone()[0])


def disputed(conn: Connection) -> set[tuple[str, str]]:
    """Row and field of every open conflict."""
    return {(row, field) for row, field, _ in conn.execute(_DISPUTED)}


def conflicts(store: Store) -> list[Conflict]:
    """Every open conflict in a stable order (table, row, field)."""
    found = [
        Conflict(f"{row}.{field}", table, row, field, _candidates(store, row, field))
        for row, field, table in store.rows(_DISPUTED)
    ]
    return sorted(found, key=lambda conflict: (conflict.table, conflict.uid, conflict.field))


def _candidates(store: Store, row: str, field: str) -> tuple[Candidate, ...]:
    rows = store.rows(
        "SELECT v.value, s.site, c.seq, c.user, c.wall, c.lamport, v.field,"
        " coalesce(u.name, ''), coalesce(p.name, '') FROM versions v"
        " JOIN changes c ON c.id = v.change JOIN site_numbers s ON s.n = c.site"
        " LEFT JOIN users u ON u.uid = c.user LEFT JOIN sites p ON p.uid = s.site"
        " WHERE v.row = ? AND (v.field = ? OR (? = 'gone' AND v.field <> 'gone'"
        " AND v.change NOT IN (SELECT seen FROM delete_seen WHERE row = v.row)))"
        " ORDER BY c.lamport DESC, s.site DESC, v.field",
        (row, field, field),
    )
    return tuple(Candidate(*r) for r in rows)


def find_conflict(store: Store, conflict_id: str) -> Conflict:
    for conflict in conflicts(store):
        if conflict.id == conflict_id:
            return conflict
    raise NoSuchRecord("冲突", conflict_id)


def resolve(store: Store, conflict_id: str, value: Any) -> Change | None:
    """Decide a conflict; for `gone`, a true value deletes the row and a false one keeps it."""
    conflict = find_conflict(store, conflict_id)
    with store.change("处理冲突") as change:
        if conflict.field != GONE:
            change.decide(conflict.table, conflict.uid, conflict.field, value)
        elif value:
            change.delete(conflict.table, conflict.uid)
        else:
            change.restore(conflict.table, conflict.uid)
    return change.done


def take_candidate(store: Store, conflict_id: str, number: int) -> Change | None:
    """Decide for one of the listed values, counted from 1."""
    conflict = find_conflict(store, conflict_id)
    if not 1 <= number <= len(conflict.candidates):
        raise BadValue("候选值", number, f"只有1到{len(conflict.candidates)}")
    chosen = conflict.candidates[number - 1]
    if conflict.field != GONE:
        return resolve(store, conflict_id, chosen.value)
    return resolve(store, conflict_id, chosen.field == GONE and chosen.value)


def take_value(store: Store, conflict_id: str, text: str) -> Change | None:
    """Decide for a value typed by a person; for a disputed deletion 「删除」 or 「保留」."""
    conflict = find_conflict(store, conflict_id)
    if conflict.field == GONE:
        if text.strip() not in _GONE_WORDS:
            raise BadValue("删除", text, "只能是“删除”或“保留”")
        return resolve(store, conflict_id, _GONE_WORDS[text.strip()])
    for candidate in conflict.candidates:
        if str(candidate.value if candidate.value is not None else "") == text:
            return resolve(store, conflict_id, candidate.value)
    return resolve(store, conflict_id, clean(conflict.table, conflict.field, text))


@dataclass(frozen=True, slots=True)
class Orphan:
    """A live row whose parent is deleted or has not arrived; it waits and is never dropped."""

    table: str
    uid: str
    parent_table: str
    parent: str


_PARENTS = (
    ("buildings", "estate", "estates"),
    ("households", "building", "buildings"),
    ("residents", "household", "households"),
    ("care_tags", "resident", "residents"),
    ("visits", "household", "households"),
    ("items", "household", "households"),
    ("item_events", "item", "items"),
    ("promises", "household", "households"),
    ("population_events", "household", "households"),
)


def orphans(store: Store) -> list[Orphan]:
    """Rows that wait for their parent (「待接收上级记录」)."""
    found: dict[str, list[Orphan]] = defaultdict(list)
    for table, field, parent in _PARENTS:
        assert table in REPLICATED
        for uid, above in store.rows(
            f"SELECT c.uid, c.{field} FROM live_{table} c LEFT JOIN live_{parent} p"
            f" ON p.uid = c.{field} WHERE c.{field} IS NOT NULL AND p.uid IS NULL ORDER BY c.uid"
        ):
            found[table].append(Orphan(table, uid, parent, above))
    return [orphan for table, _, _ in _PARENTS for orphan in found[table]]
