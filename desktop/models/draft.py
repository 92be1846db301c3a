"""Collects what one user action wants to change, and turns it into ops when the action ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop import clock
from desktop.errors import NoSuchRecord, Refused, UserError
from desktop.models.changes import Change, Op
from desktop.models.database import Connection, in_parts
from desktop.models.field_words import field_word
from desktop.models.levels import LEVELS_ABOVE
from desktop.models.schema import APPEND_ONLY, REPLICATED, ROSTER
from desktop.models.versions import GONE

# Control characters no name or address holds; a NUL would even break SQLite's length().
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


_MAX_TEXT = 2_000_000  # characters; a package line has to hold it
_MAX_NUMBER = 2**53  # what every reader of JSON keeps exactly
_Dot = tuple[str, int]


class TextTooLong(UserError):
    def __init__(self, field: str) -> None:
        super().__init__(f"“{field_word('', field)}”的文字太长，没有保存。请分成几条记录。")


class NumberTooBig(UserError):
    def __init__(self, field: str) -> None:
        super().__init__(f"“{field_word('', field)}”的数字太大，没有保存。请核对后重新输入。")


class NoRosterHere(Refused):
    """An office above a community holds no roster, whatever screen or command asks for it."""

    def __init__(self) -> None:
        super().__init__(
            "街道和区不保存花名册、走访和队伍，没有写入。这些由社区自己记；本级看汇总和上报的事。"
        )


class UnreadableText(UserError):
    def __init__(self, field: str) -> None:
        super().__init__(
            f"“{field_word('', field)}”里有无法保存的控制字符或残缺字符，请删去后重新输入。"
        )


def checked(name: str, value: Any) -> Any:
    """A value as the store keeps it: text, integer, None; booleans become 0/1, "" becomes None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        if abs(value) > _MAX_NUMBER:
            raise NumberTooBig(name)
        return value
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise UnreadableText(name)
        if len(value) > _MAX_TEXT:
            raise TextTooLong(name)
        return value
    raise TypeError(f"{name}: {type(value).__name__} cannot be stored")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it stands: values, the dot that made it, and the live dots of each edited field."""

    table: str
    uid: str
    born: _Dot
    values: dict[str, Any]
    frontier: dict[str, dict[_Dot, Any]]


def _checked_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row's values as the store keeps them; one look over all texts, imports bring millions."""
    clean: dict[str, Any] = {}
    texts: list[str] = []
    for name, value in row.items():
        if name == "uid" or value is None or value == "":
            continue
        if type(value) is str:
            texts.append(value)
            clean[name] = value
        else:
            clean[name] = checked(name, value)
    if _FORBIDDEN.search("\n".join(texts)):
        return {name: checked(name, value) for name, value in clean.items()}
    return clean


class ChangeDraft:
    """What `store.change(...)` hands out; reads inside the block see the state before it."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._creates: dict[str, dict[str, dict[str, Any]]] = {}
        self._sets: dict[tuple[str, str], dict[str, Any]] = {}
        self._deletes: dict[tuple[str, str], None] = {}
        self._erases: dict[str, None] = {}
        self._above: bool | None = None
        self._besides: list[Op] = []
        self.sources: list[tuple[str, str, str]] = []
        self.done: Change | None = None

    def create(self, table: str, /, *, uid: str | None = None, **values: Any) -> str:
        """Add one row; returns its uid."""
        return self.create_many(table, [values if uid is None else {**values, "uid": uid}])[0]

    def create_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Add rows of field → value (each may bring its own "uid"); returns their uids in order."""
        if table in ROSTER and self._is_above():
            raise NoRosterHere
        known = frozenset(REPLICATED[table]) | {"uid"}
        fresh = clock.new_uids(len(rows))
        into = self._creates.setdefault(table, {})
        uids = []
        for row, spare in zip(rows, fresh, strict=True):
            if not known.issuperset(row):
                raise KeyError(f"{table}: {sorted(set(row) - known)}")
            uid = row.get("uid") or spare
            into[uid] = _checked_row(row)
            uids.append(uid)
        return uids

    def _is_above(self) -> bool:
        """Whether this office stands above the communities (asked once a change)."""
        if self._above is None:
            row = self._conn.execute(
                "SELECT level FROM live_office ORDER BY uid LIMIT 1"
            ).fetchone()
            self._above = row is not None and row[0] in LEVELS_ABOVE
        return self._above

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

    def set_beside(self, table: str, uid: str, name: str, value: Any, over: Iterable[_Dot]) -> None:
        """Give a field a value that only replaces `over`: others stand beside it, as a conflict."""
        dots = [list(dot) for dot in sorted(over)]
        self._besides.append(["s", table, uid, name, checked(name, value), dots])

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
        # a row that is deleted in the end needs none of its edits
        sets = [key for key in self._sets if key not in self._deletes]
        for rows in self._standing(sets):
            for row in rows:
                result += self._set_ops(row)
        for rows in self._standing(list(self._deletes)):
            result += [_delete_op(row) for row in rows if not row.values[GONE]]
        result += self._besides
        result += [["e", uid] for uid in self._erases]
        return result

    def _set_ops(self, row: _Row) -> Iterator[Op]:
        for name, value in self._sets[row.table, row.uid].items():
            live = row.frontier.get(name, {})
            if name == GONE:
                # a deletion that an unseen edit holds open is settled by saying so once more
                same = not row.values[GONE] and not live
            else:
                same = row.values[name] == value and len(set(live.values())) < 2
            if not same:
                dots = sorted(live) if live or name == GONE else [row.born]
                yield ["s", row.table, row.uid, name, value, [list(dot) for dot in dots]]

    def _standing(self, keys: list[tuple[str, str]]) -> Iterator[list[_Row]]:
        """These rows as they stand now, looked up many at a time."""
        by_table: dict[str, list[str]] = {}
        for table, uid in keys:
            by_table.setdefault(table, []).append(uid)
        for table, uids in by_table.items():
            for marks, part in in_parts(uids):
                yield self._rows(table, marks, part)

    def _rows(self, table: str, marks: str, uids: list[str]) -> list[_Row]:
        cursor = self._conn.execute(
            f'SELECT s.site, c.seq, t.* FROM "{table}" t JOIN changes c ON c.id = t.born'
            f" JOIN site_numbers s ON s.n = c.site WHERE t.uid IN ({marks})",
            uids,
        )
        names = [column[0] for column in cursor.description[2:]]
        found: dict[str, _Row] = {}
        for site, seq, *values in cursor:
            row = dict(zip(names, values, strict=True))
            found[row["uid"]] = _Row(table, row["uid"], (site, seq), row, {})
        for uid, name, value, site, seq in self._conn.execute(
            "SELECT v.row, v.field, v.value, s.site, c.seq FROM versions v"
            " JOIN changes c ON c.id = v.change JOIN site_numbers s ON s.n = c.site"
            f" WHERE v.row IN ({marks})",
            uids,
        ):
            if uid in found:
                found[uid].frontier.setdefault(name, {})[site, seq] = value
        for uid in uids:
            if uid not in found:
                raise NoSuchRecord("记录", uid)
        return [found[uid] for uid in uids]


def _delete_op(row: _Row) -> Op:
    """A deletion names the deletion marks it replaces and every value it has seen."""
    seen = {dot for name, dots in row.frontier.items() if name != GONE for dot in dots}
    seen.add(row.born)
    mark = sorted(row.frontier.get(GONE, {}))
    return ["d", row.table, row.uid, [list(d) for d in mark], [list(d) for d in sorted(seen)]]
