"""Takes a whole earlier action back, except what somebody has edited since; that is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from desktop.models.changes import Change, Op, chunks_of, decode
from desktop.models.draft import ChangeDraft
from desktop.models.past import hidden_before, values_before
from desktop.models.schema import REPLICATED
from desktop.models.store import Store
from desktop.models.versions import GONE, marked


@dataclass(frozen=True, slots=True)
class Kept:
    """Something an undo left as it is, and why."""

    table: str
    uid: str
    field: str | None
    why: str


@dataclass(frozen=True, slots=True)
class UndoResult:
    change: Change | None
    undone: int
    kept: list[Kept]


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A change made on this PC: what Ctrl+Z would take back."""

    id: int
    kind: str
    reason: str


def last_own(store: Store) -> OwnChange | None:
    """The latest change of this PC, undoing included."""
    rows = store.rows(
        "SELECT c.id, c.kind, c.reason FROM changes c JOIN site_numbers s ON s.n = c.site"
        " WHERE s.site = ? ORDER BY c.seq DESC LIMIT 1",
        (store.site,),
    )
    return OwnChange(*rows[0]) if rows else None


def undo_change(store: Store, change_id: int, *, reason: str = "撤销") -> UndoResult:
    """Compensate one change."""
    return undo_changes(store, [change_id], reason=reason)


def undo_changes(store: Store, change_ids: Iterable[int], *, reason: str = "撤销") -> UndoResult:
    """Compensate several changes (a whole package) in one new change.

    Local ids follow arrival: what is younger than the last of these changes was done with them in
    sight, so a field with a younger value is kept and listed. A field whose conflict they settled
    is disputed again.
    """
    ids = sorted(change_ids)
    work = _Undo(store, frozenset(ids), ids[0], ids[-1])
    with store.several_changes(reason, kind="undo") as new:
        draft = new()
        seen: set[tuple[str, str]] = set()
        for change in reversed(ids):
            for op in reversed(list(decode(chunks_of(store.db.conn, change)))):
                work.undo_op(draft, op, seen)
        work.show_and_hide(draft)
        work.dispute_again(draft, new)
    return UndoResult(draft.done, work.undone, work.kept)


class _Undo:
    """One undo under way: which changes it takes back, and what came of each of their ops."""

    def __init__(self, store: Store, mine: frozenset[int], first: int, last: int) -> None:
        self._store = store
        self._mine = mine
        self._first = first
        self._last = last
        self._created: set[str] = set()
        self._given: set[tuple[str, str]] = set()  # fields of other rows
        self._look_through()
        self._before = values_before(store.db.conn, self._given, self._first)
        self._disputed: list[tuple[str, str, str]] = []
        # rows these changes touched, and whether somebody deleted or restored one since
        self._touched: dict[tuple[str, str], bool] = {}
        self._kept_rows: set[str] = set()
        self.undone = 0
        self.kept: list[Kept] = []

    def _look_through(self) -> None:
        """Which rows these changes made, and which fields of others they gave a value."""
        for change in sorted(self._mine):
            for op in decode(chunks_of(self._store.db.conn, change)):
                if op[0] == "c" and self._born(op[1], op[2]) in self._mine:
                    self._created.add(op[2])
                elif op[0] == "c":
                    self._given.update((op[2], name) for name in op[3])
                elif op[0] == "s" and op[3] != GONE and op[2] not in self._created:
                    self._given.add((op[2], op[3]))

    def _born(self, table: str, uid: str) -> int | None:
        if table not in REPLICATED:
            return None
        found = self._store.value(f'SELECT born FROM "{table}" WHERE uid = ?', (uid,))
        return None if found is None else int(found)

    def undo_op(self, draft: ChangeDraft, op: Op, seen: set[tuple[str, str]]) -> None:
        if op[0] == "x":
            return
        if op[0] == "e":
            self.kept.append(Kept("", op[1], None, "已抹除的内容不能恢复"))
            return
        table, uid = op[1], op[2]
        born = self._born(table, uid)
        if born is None:
            return  # erased since, or a table only a newer version knows
        if op[0] == "s" and op[3] in _STOPPING:
            self.kept.append(Kept(table, uid, op[3], "停用的机器不会因撤销而恢复"))
            return
        if op[0] == "c" and uid in self._created:
            self._undo_create(draft, table, uid)
            return
        if uid in self._created:
            return  # goes, or stays, with its row
        self._touched.setdefault((table, uid), False)
        names = {"c": list(op[3]), "s": [op[3]], "d": [GONE]}[op[0]]
        for name in names:
            if (uid, name) not in seen:
                seen.add((uid, name))
                self._undo_field(draft, table, uid, name)

    def _undo_create(self, draft: ChangeDraft, table: str, uid: str) -> None:
        if table in _PERMANENT:
            self.kept.append(Kept(table, uid, None, "单位、机器、使用人名单和单位间来往不撤销"))
            return
        if self._store.value(f'SELECT gone FROM "{table}" WHERE uid = ?', (uid,)):
            return
        later = {
            row[0] for row in self._store.rows("SELECT change FROM versions WHERE row = ?", (uid,))
        }
        if later - self._mine:
            self._keep_row(table, uid, "之后有人改过，保留")
        elif self._has_newer_children(table, uid):
            self._keep_row(table, uid, "之后有新记录属于它，保留")
        else:
            draft.delete(table, uid)
            self.undone += 1

    def _keep_row(self, table: str, uid: str, why: str) -> None:
        self._kept_rows.add(uid)
        self.kept.append(Kept(table, uid, None, why))

    def _has_newer_children(self, table: str, uid: str) -> bool:
        """Whether a row of others, or one this undo keeps, hangs on it (children come first)."""
        return any(
            born not in self._mine or own in self._kept_rows
            for child, field in _CHILDREN.get(table, ())
            for born, own in self._store.rows(
                f"SELECT born, uid FROM live_{child} WHERE {field} = ?", (uid,)
            )
        )

    def _undo_field(self, draft: ChangeDraft, table: str, uid: str, name: str) -> None:
        live = {
            row[0]
            for row in self._store.rows(
                "SELECT change FROM versions WHERE row = ? AND field = ?", (uid, name)
            )
        }
        if any(change > self._last for change in live):
            self.kept.append(Kept(table, uid, name, "之后有人改过，保留"))
            self._touched[table, uid] |= name == GONE
        elif live & self._mine:
            before = self._values_before(uid, name)
            if len(before) > 1:
                self._disputed.append((table, uid, name))
            elif name != GONE:
                draft.decide(table, uid, name, before[0] if before else None)
            self.undone += 1

    def _values_before(self, uid: str, name: str) -> list[Any]:
        """The different values of a field before these changes came, the one shown last."""
        return list(dict.fromkeys(reversed(self._before.get((uid, name), []))))[::-1]

    def dispute_again(self, draft: ChangeDraft, new: Callable[[], ChangeDraft]) -> None:
        """Let the values of a settled conflict stand beside each other as before.

        One change gives a field one value, so each further value takes a change of its own; the
        one that was shown comes last and is shown again.
        """
        drafts = [draft]
        for table, uid, name in self._disputed:
            values = self._values_before(uid, name)
            over = self._live_dots(uid, name)
            while len(drafts) < len(values):
                drafts.append(new())
            for each, value in zip(drafts, values, strict=False):
                each.set_beside(table, uid, name, value, over)

    def _live_dots(self, uid: str, name: str) -> list[tuple[str, int]]:
        return self._store.rows(
            "SELECT s.site, c.seq FROM versions v JOIN changes c ON c.id = v.change"
            " JOIN site_numbers s ON s.n = c.site"
            " WHERE v.row = ? AND v.field = ?",
            (uid, name),
        )

    def show_and_hide(self, draft: ChangeDraft) -> None:
        """Let each row be deleted or visible as it was before these changes came."""
        conn = self._store.db.conn
        open_ = marked(conn, [uid for (_, uid), keep in self._touched.items() if not keep])
        hidden = hidden_before(conn, open_, self._first)
        for table, uid in self._touched:
            if uid not in open_:
                continue
            if uid in hidden:
                draft.delete(table, uid)  # its fields need no compensation then
            elif self._store.value(f'SELECT gone FROM "{table}" WHERE uid = ?', (uid,)):
                draft.restore(table, uid)


# never taken back by an undo: packages are judged by these rows, and what other offices sent or
# were sent has left its number in their hands too
_PERMANENT = frozenset(
    {"office", "sites", "users", "partners", "reports_in", "reports_out", "key_changes"}
)

# a package that brought word of a stolen PC may be undone, the word may not
_STOPPING = frozenset({"revoked", "revoked_after"})

_CHILDREN: dict[str, tuple[tuple[str, str], ...]] = {
    "estates": (("buildings", "estate"),),
    "lanes": (("buildings", "lane"),),
    "buildings": (("households", "building"), ("posts", "place")),
    "households": (
        ("residents", "household"), ("visits", "household"), ("items", "household"),
        ("promises", "household"), ("population_events", "household"),
    ),
    "residents": (("care_tags", "resident"), ("population_events", "resident")),
    "visits": (("promises", "visit"),),
    "grids": (("buildings", "grid"),),
    "campaigns": (("visits", "campaign"), ("allocations", "campaign")),
    "items": (("item_events", "item"),),
}  # fmt: skip
