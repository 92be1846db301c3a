"""Lists what was probably entered twice, and merges two records in a way that can be taken back.

Two PCs may both add the same door or the same person; nothing forbids it, because the log has no
unique keys. A person decides: merging is never automatic.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.errors import BadValue, NoSuchRecord
from desktop.models.changes import Change, Op
from desktop.models.database import Connection
from desktop.models.store import Store

# households of one building behind the same door
_DOORS = """
SELECT 'door' AS why, 'households' AS tbl, group_concat(uid, ' ') AS uids, count(*) AS n
FROM (SELECT * FROM live_households ORDER BY uid)
WHERE building IS NOT NULL AND room IS NOT NULL
GROUP BY building, coalesce(unit, ''), room HAVING count(*) > 1
"""
_IDS = """
SELECT 'id_number', 'residents', group_concat(uid, ' '), count(*)
FROM (SELECT * FROM live_residents ORDER BY uid)
WHERE id_number IS NOT NULL GROUP BY id_number HAVING count(*) > 1
"""
_PEOPLE = """
SELECT 'name_birth', 'residents', group_concat(uid, ' '), count(*)
FROM (SELECT * FROM live_residents ORDER BY uid)
WHERE name IS NOT NULL AND birth IS NOT NULL
GROUP BY name, birth HAVING count(*) > 1 AND count(DISTINCT id_number) < 2
"""
# one visit whose paper was typed in on two PCs; twice on one PC are two attempts
_VISITS = """
SELECT 'two_pcs', 'visits', group_concat(uid, ' '), count(*) FROM (
  SELECT v.*, c.site FROM live_visits v JOIN changes c ON c.id = v.born
  WHERE (v.household, v.happened_on) IN (
    SELECT household, happened_on FROM live_visits
    GROUP BY household, happened_on HAVING count(*) > 1)
  AND v.uid NOT IN (SELECT corrects FROM live_visits WHERE corrects IS NOT NULL) ORDER BY v.uid)
GROUP BY household, happened_on, outcome, mode, coalesce(walkers, ''), coalesce(started, '')
HAVING count(DISTINCT site) > 1
"""
# what hangs on a record and moves to the one that stays
_BELONGINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "households": (
        ("residents", "household"), ("visits", "household"), ("promises", "household"),
        ("items", "household"), ("population_events", "household"),
    ),
    "residents": (
        ("care_tags", "resident"), ("items", "resident"), ("posts", "resident"),
        ("population_events", "resident"),
    ),
    "visits": (("items", "visit"), ("promises", "visit")),
}  # fmt: skip
# by what two things written down at one visit are the same
_TWINS: dict[str, tuple[str, ...]] = {"items": ("kind", "text"), "promises": ("text",)}


def _late(table: str) -> str:
    """Records that were merged, and got something new from a PC that did not know it yet."""
    new = " OR ".join(
        f"EXISTS (SELECT 1 FROM live_{child} WHERE {field} = m.uid)"
        for child, field in _BELONGINGS[table]
    )
    return f"""
SELECT 'late', '{table}', target || ' ' || group_concat(uid, ' '), count(*) FROM (
  WITH RECURSIVE merged (uid, target) AS (
    SELECT uid, same_as FROM {table} WHERE same_as IS NOT NULL AND gone = 0
    UNION SELECT m.uid, t.same_as FROM merged m JOIN {table} t ON t.uid = m.target
    WHERE t.same_as IS NOT NULL)
  SELECT m.uid, m.target FROM merged m JOIN live_{table} t ON t.uid = m.target
  WHERE {new} ORDER BY m.uid) GROUP BY target
"""


_ALL = " UNION ".join((_DOORS, _IDS, _PEOPLE, _VISITS, _late("households"), _late("residents")))

# the fields by which records are alike
_ALIKE = frozenset(
    {
        "building", "unit", "room", "id_number", "name", "birth", "gone", "same_as", "household",
        "resident", "corrects",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Records that look like one; `why` is door, id_number, name_birth, two_pcs or late.

    late: the first is the one that stays, the others were merged into it and got something since.
    """

    why: str
    table: str
    uids: tuple[str, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """Which of them may be the one that stays."""
        return self.uids[:1] if self.why == "late" else self.uids


def duplicates(store: Store) -> list[Duplicate]:
    """Every group of records that look like one, the same list on every PC."""
    found = {
        Duplicate(why, table, tuple(uids.split(" "))) for why, table, uids, _ in store.rows(_ALL)
    }
    return sorted(found, key=lambda d: (d.table, d.why, d.uids))


def may_repeat(op: Op) -> bool:
    """Whether an op can make two records look like one."""
    return op[0] == "c" or (op[0] == "s" and op[3] in _ALIKE) or op[0] == "e"


def count_duplicates(conn: Connection) -> int:
    return int(conn.execute(f"SELECT count(*) FROM ({_ALL})").fetchone()[0])


def merge(store: Store, table: str, uid: str, into: str) -> Change | None:
    """Declare `uid` the same record as `into`; what belonged to it moves over.

    What one visit wrote down twice is merged with it. Repeating all this gathers what arrived for
    the merged record since.
    """
    if table not in _BELONGINGS:
        raise BadValue("合并", table, "只能合并住户、居民或走访")
    if uid == into:
        raise BadValue("合并", uid, "两条记录是同一条")
    for key in (uid, into):
        if not store.value(f"SELECT 1 FROM {table} WHERE uid = ? AND gone = 0", (key,)):
            raise NoSuchRecord("记录", key)
    if store.value(f"SELECT same_as FROM {table} WHERE uid = ?", (into,)):
        raise BadValue("合并", into, "它自己已并入别的记录")
    with store.change("合并重复记录", kind="merge") as change:
        change.alias(table, uid, into)
        for child, field in _BELONGINGS[table]:
            for (key,) in store.rows(f"SELECT uid FROM live_{child} WHERE {field} = ?", (uid,)):
                twin = _twin(store, child, key, into) if table == "visits" else None
                if twin:
                    change.alias(child, key, twin)
                else:
                    change.decide(child, key, field, into)
    return change.done


def _twin(store: Store, child: str, uid: str, visit: str) -> str | None:
    """The item or promise of that visit that says the same, unless somebody has worked on both."""
    same = " AND ".join(f"o.{name} IS t.{name}" for name in _TWINS[child])
    found = store.value(
        f"SELECT o.uid FROM live_{child} t JOIN live_{child} o ON o.visit = ? AND {same}"
        " WHERE t.uid = ? ORDER BY o.uid",
        (visit, uid),
    )
    worked = "SELECT count(*) FROM live_item_events WHERE item = ?"
    if child == "items" and store.value(worked, (uid,)) > 1:
        return None
    return None if found is None else str(found)
