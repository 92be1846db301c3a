"""Collects what one user action wants to change, and turns it into ops when the action ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desktop import clock
from desktop.errors import NoSuchRecord, UserError
from desktop.models.apply import GONE
from desktop.models.changes import Change, Op
from desktop.models.database import Connection
from desktop.models.schema import APPEND_ONLY, REPLICATED

# Control characters no name or address holds; a NUL would even break SQLite's length().
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LOOK_UP = 400  # uids per IN (…) list


class UnreadableText(UserError):
    def __init__(self, field: str) -> None:
        super().__init__(f"“{field}”里有无法保存的控制字符或残缺字符，请删去后重新输入。")


def checked(name: str, value: Any) -> Any:
    """A value as the store keeps it: text, integer, None; booleans become 0/1, "" becomes None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise UnreadableText(name)
        return value
    raise TypeError(f"{name}: {type(value).__name__} cannot be stored")


class ChangeDraft:
    """What `store.change(...)` hands out; reads inside the block see the state before it."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._creates: dict[str, dict[str, dict[str, Any]]] = {}
        self._sets: dict[tuple[str, str], dict[str, Any]] = {}
        self._deletes: dict[tuple[str, str], None] = {}
        self._erases: dict[str, None] = {}
        self.sources: list[tuple[str, str, str]] = []
        self.done: Change | None = None

    def create(self, table: str, /, *, uid: str | None = None, **values: Any) -> str:
        """Add one row; returns its uid."""
        return self.create_many(table, [values if uid is None else {**values, "uid": uid}])[0]

    def create_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Add rows of field → value (each may bring its own "uid"); returns their uids in order."""
        known = frozenset(REPLICATED[table]) | {"uid"}
        fresh = clock.new_uids(len(rows))
        into = self._creates.setdefault(table, {})
        uids = []
        for row, spare in zip(rows, fresh, strict=True):
            if not known.issuperset(row):
                raise KeyError(f"{table}: {sorted(set(row) - known)}")
            uid = row.get("uid") or spare
            values = {name: checked(name, value) for name, value in row.items() if name != "uid"}
            into[uid] = {name: value for name, value in values.items() if value is not None}
            uids.append(uid)
        return uids

    def set(self, table: str, uid: str, /, **values: Any) -> None:
        """Give a row other values; only real differences become part of the change."""
        if table in APPEND_ONLY:
            raise KeyError(f"{table} is append-only")
        if not frozenset(REPLICATED[table]).issuperset(values):
            raise KeyError(f"{table}: {sorted(values)}")
        clean = {name: checked(name, value) for name, value in values.items()}
        made = self._creates.get(table, {}).get(uid)
        if made is None:
            self._sets.setdefault((table, uid), {}).update(clean)
            return
        made.update(clean)
        for name in [name for name, value in made.items() if value is None]:
            del made[name]

    def decide(self, table: str, uid: str, name: str, value: Any) -> None:
        """Settle a disputed field, in append-only rows too."""
        self._sets.setdefault((table, uid), {})[name] = checked(name, value)

    def delete(self, table: str, uid: str) -> None:
        if self._creates.get(table, {}).pop(uid, None) is None:
            self._deletes[table, uid] = None

    def restore(self, table: str, uid: str) -> None:
        """Take a deletion back."""
        self._sets.setdefault((table, uid), {})[GONE] = 0

    def alias(self, table: str, uid: str, into: str | None) -> None:
        """Declare this row the same as another one (None takes that back)."""
        self._sets.setdefault((table, uid), {})["same_as"] = into

    def erase(self, uid: str) -> None:
        """Forget a row for good, history included."""
        self._erases[uid] = None

    def source(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Remember where rows came from: (uid, sheet, cell); the file is the change's reason."""
        self.sources.extend(rows)

    def ops(self) -> list[Op]:
        """The ops of this action against the rows as they stand now."""
        result: list[Op] = [
            ["c", table, uid, values]
            for table, rows in self._creates.items()
            for uid, values in rows.items()
        ]
        result += self._set_ops()
        for table, uid in self._deletes:
            if self._row(table, uid)["gone"]:
                continue
            frontier = self._frontier([uid])
            seen = {dot for (_, name), dots in frontier.items() if name != GONE for dot in dots}
            seen.add(self._born_dot(table, uid))
            mark = frontier.get((uid, GONE), [])
            result.append(
                ["d", table, uid, [list(d) for d in mark], [list(d) for d in sorted(seen)]]
            )
        result += [["e", uid] for uid in self._erases]
        return result

    def _set_ops(self) -> list[Op]:
        result: list[Op] = []
        keys = list(self._sets)
        for start in range(0, len(keys), _LOOK_UP):
            part = keys[start : start + _LOOK_UP]
            frontier = self._frontier([uid for _, uid in part])
            for table, uid in part:
                row = self._row(table, uid)
                for name, value in self._sets[table, uid].items():
                    if (uid, name) in self._disputed:
                        same = False
                    elif name == GONE:
                        same = not row["gone"]
                    else:
                        same = row[name] == value
                    if not same:
                        dots = frontier.get((uid, name))
                        if dots is None:
                            dots = [] if name == GONE else [self._born_dot(table, uid)]
                        result.append(["s", table, uid, name, value, [list(d) for d in dots]])
        return result

    def _row(self, table: str, uid: str) -> dict[str, Any]:
        cursor = self._conn.execute(f'SELECT * FROM "{table}" WHERE uid = ?', (uid,))
        row = cursor.fetchone()
        if row is None:
            raise NoSuchRecord("记录", uid)
        return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}

    def _frontier(self, uids: list[str]) -> dict[tuple[str, str], list[tuple[str, int]]]:
        """Live dots per (row, field) that has stored versions; notes which fields are disputed."""
        found: dict[tuple[str, str], list[tuple[str, int]]] = {}
        values: dict[tuple[str, str], set[Any]] = {}
        marks = ", ".join("?" * len(uids))
        for uid, name, value, site, seq in self._conn.execute(
            "SELECT v.row, v.field, v.value, s.site, c.seq FROM versions v"
            " JOIN changes c ON c.id = v.change JOIN site_numbers s ON s.n = c.site"
            f" WHERE v.live = 1 AND v.row IN ({marks}) ORDER BY s.site, c.seq",
            uids,
        ):
            found.setdefault((uid, name), []).append((site, seq))
            values.setdefault((uid, name), set()).add(value)
        self._disputed = {key for key, some in values.items() if len(some) > 1}
        # a deletion that an unseen edit holds open is a dispute about being gone
        self._disputed |= {key for key in found if key[1] == GONE}
        return found

    def _born_dot(self, table: str, uid: str) -> tuple[str, int]:
        site, seq = self._conn.execute(
            f'SELECT s.site, c.seq FROM "{table}" t JOIN changes c ON c.id = t.born'
            " JOIN site_numbers s ON s.n = c.site WHERE t.uid = ?",
            (uid,),
        ).fetchone()
        return site, seq
