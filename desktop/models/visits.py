"""Keeps what happened at the doors: each knock, call or meeting is a row that is never rewritten.

A correction is a new row that points at the old one (`corrects`); a visit is *in force* while no
live row corrects it. What residents asked for and what was promised is written in the same change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord, StillToCome, UserError
from desktop.models import items, mutes, users
from desktop.models.changes import Change
from desktop.models.draft import ChangeDraft
from desktop.models.store import Store
from desktop.models.words import LABELS, only

VALID = ("met", "proxy")
IN_PERSON = ("door", "stair", "office")
FAILED = ("not_home", "refused", "rebooked")
SEPARATOR = "、"
_EARLIEST = date(2000, 1, 1)
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

# a condition on the alias v: nobody corrected this visit
IN_FORCE = "v.uid NOT IN (SELECT x.corrects FROM live_visits x WHERE x.corrects IS NOT NULL)"
_COLUMNS = (
    "v.uid, v.household, v.happened_on, v.started, v.ended, v.recorded_on, v.walkers, v.mode,"
    " v.outcome, v.met_whom, v.changed, v.answered, v.next_on, v.note, v.corrects, v.campaign"
)
_NEWEST_FIRST = (
    " ORDER BY v.happened_on DESC, coalesce(v.started, '') DESC, v.recorded_on DESC, v.uid DESC"
)


class AlreadyCorrected(UserError):
    def __init__(self) -> None:
        super().__init__("这次走访已经更正过，没有保存。请打开最新的那一条再更正。")


@dataclass(frozen=True, slots=True)
class Visit:
    """One knock, call or meeting as it was recorded."""

    uid: str
    household: str
    happened_on: str
    started: str | None
    ended: str | None
    recorded_on: str
    walkers: tuple[str, ...]
    mode: str
    outcome: str
    met_whom: str | None
    changed: str | None
    answered: str | None
    next_on: str | None
    note: str | None
    corrects: str | None
    campaign: str | None

    @property
    def valid(self) -> bool:
        """Somebody of the household was reached (by any mode)."""
        return self.outcome in VALID

    @property
    def in_person(self) -> bool:
        return self.mode in IN_PERSON


@dataclass(frozen=True, slots=True)
class NewPromise:
    """Something promised at the door; `by` empty means the first walker."""

    text: str
    by: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit:
    """A visit as a person types it in."""

    household: str
    outcome: str
    happened_on: date
    mode: str = "door"
    walkers: tuple[str, ...] = ()
    started: str | None = None
    ended: str | None = None
    met_whom: str = ""
    changed: str = ""
    answered: str = ""
    next_on: date | None = None
    note: str = ""
    campaign: str | None = None
    corrects: str | None = None
    needs: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    promises: tuple[NewPromise, ...] = field(default=())


def check(visit: NewVisit) -> None:
    """Refuse what cannot have happened, in words; lookups in the store are `record`'s part."""
    if visit.outcome not in LABELS["outcome"]:
        raise BadValue("走访结果", visit.outcome, only("outcome"))
    if visit.mode not in LABELS["mode"]:
        raise BadValue("走访方式", visit.mode, only("mode"))
    if visit.happened_on > clock.today():
        raise StillToCome("走访日期", visit.happened_on)
    if visit.happened_on < _EARLIEST:
        raise BadValue("走访日期", visit.happened_on, "太早了，请核对年份")
    for name, hour in (("开始时间", visit.started), ("结束时间", visit.ended)):
        if hour and not _HOUR.fullmatch(hour):
            raise BadValue(name, hour, "请写成“19:30”的样子")
    if visit.started and visit.ended and visit.ended < visit.started:
        raise BadValue("结束时间", visit.ended, f"早于开始时间{visit.started}")
    if visit.next_on and visit.next_on < visit.happened_on:
        raise BadValue("下次走访日期", visit.next_on, "早于这次走访的日期")
    for promise in visit.promises:
        if not promise.text.strip():
            raise BadValue("承诺", "", "内容不能为空")
        if promise.until and promise.until < visit.happened_on:
            raise BadValue("承诺期限", promise.until, "早于这次走访的日期")


def record(store: Store, visit: NewVisit) -> str:
    """Keep one visit with its list items and promises; returns its uid.

    Without a walker the person at this desk is the walker.
    """
    if not any(name.strip() for name in visit.walkers):
        visit = replace(visit, walkers=(users.current(store).name,))
    _check_in_store(store, [visit])
    with store.change("更正走访" if visit.corrects else "走访登记", kind="visit") as change:
        return _write(change, store, [visit])[0]


def record_many(
    store: Store, visits: Sequence[NewVisit], reason: str, *, kind: str = "import"
) -> Change | None:
    """Keep many visits as one change (one undoable batch); None when there are none."""
    _check_in_store(store, visits)
    with store.change(reason, kind=kind) as change:
        _write(change, store, visits)
    return change.done


def correct(store: Store, uid: str, visit: NewVisit) -> str:
    """Replace a visit by a corrected one; its items and promises follow to the right door."""
    return record(store, replace(visit, corrects=uid))


def _check_in_store(store: Store, visits: Sequence[NewVisit]) -> None:
    for visit in visits:
        check(visit)
    known = _present(store, "households", {visit.household for visit in visits})
    campaigns = _present(store, "campaigns", {v.campaign for v in visits if v.campaign})
    for visit in visits:
        if visit.household not in known:
            raise NoSuchRecord("户", visit.household)
        if visit.campaign and visit.campaign not in campaigns:
            raise NoSuchRecord("走访行动", visit.campaign)
        if visit.corrects:
            _check_correctable(store, visit.corrects)


def _check_correctable(store: Store, uid: str) -> None:
    visit_row(store, uid)
    if store.value("SELECT 1 FROM live_visits WHERE corrects = ?", (uid,)):
        raise AlreadyCorrected


def _present(store: Store, table: str, uids: Iterable[str]) -> set[str]:
    rows = store.rows_in(f"SELECT uid FROM live_{table} WHERE uid IN ({{}})", uids)
    return {row[0] for row in rows}


def _write(change: ChangeDraft, store: Store, visits: Sequence[NewVisit]) -> list[str]:
    today = clock.today().isoformat()
    uids = change.create_many("visits", [_values(visit, today) for visit in visits])
    promises: list[dict[str, Any]] = []
    asked: list[items.NewItem] = []
    for uid, visit in zip(uids, visits, strict=True):
        promises += [_promise(uid, visit, promise) for promise in visit.promises]
        asked += _asked(uid, visit)
        if visit.corrects:
            _take_over(change, store, visit.corrects, uid, visit)
    change.create_many("promises", promises)
    items.register_in(change, store, asked)
    mutes.follow(change, store, [_knock(visit) for visit in visits])
    return uids


def _take_over(change: ChangeDraft, store: Store, old: str, new: str, visit: NewVisit) -> None:
    """What was asked for and promised at a corrected visit belongs to the correction."""
    for table in ("items", "promises"):
        for (row,) in store.rows(f"SELECT uid FROM live_{table} WHERE visit = ?", (old,)):
            change.set(table, row, visit=new, household=visit.household)
    before = visit_row(store, old)
    if before.outcome == "refused" and visit.outcome != "refused":
        mutes.take_back(change, store, before.household, before.happened_on)


def _knock(visit: NewVisit) -> mutes.Knock:
    opened = visit.outcome in VALID and visit.mode in IN_PERSON
    return mutes.Knock(visit.household, visit.happened_on, visit.outcome == "refused", opened)


def _values(visit: NewVisit, today: str) -> dict[str, Any]:
    return {
        "household": visit.household,
        "happened_on": visit.happened_on.isoformat(),
        "started": visit.started,
        "ended": visit.ended,
        "recorded_on": today,
        "walkers": SEPARATOR.join(_names(visit.walkers)),
        "mode": visit.mode,
        "outcome": visit.outcome,
        "met_whom": visit.met_whom.strip(),
        "changed": visit.changed.strip(),
        "answered": visit.answered.strip(),
        "next_on": visit.next_on.isoformat() if visit.next_on else None,
        "note": visit.note.strip(),
        "corrects": visit.corrects,
        "campaign": visit.campaign,
    }


def _names(walkers: Iterable[str]) -> list[str]:
    parts = (part.strip() for name in walkers for part in name.split(SEPARATOR))
    return list(dict.fromkeys(filter(None, parts)))


def _promise(uid: str, visit: NewVisit, promise: NewPromise) -> dict[str, Any]:
    first = next(iter(_names(visit.walkers)), "")
    return {
        "visit": uid,
        "household": visit.household,
        "text": promise.text.strip(),
        "by": promise.by.strip() or first,
        "until": promise.until.isoformat() if promise.until else None,
        "state": "open",
    }


def _asked(uid: str, visit: NewVisit) -> list[items.NewItem]:
    """The three lists' entries of one visit."""
    by = next(iter(_names(visit.walkers)), "")
    lists = (("need", visit.needs), ("resource", visit.resources), ("situation", visit.situations))
    return [
        items.NewItem(
            kind=kind, text=text, household=visit.household, visit=uid, on=visit.happened_on, by=by
        )
        for kind, texts in lists
        for text in texts
        if text.strip()
    ]


def visit_row(store: Store, uid: str) -> Visit:
    """One visit, corrected or not."""
    found = _read(store.rows(f"SELECT {_COLUMNS} FROM live_visits v WHERE v.uid = ?", (uid,)))
    if not found:
        raise NoSuchRecord("走访记录", uid)
    return found[0]


def visits_of(store: Store, household: str) -> list[Visit]:
    """The household's visits in force, newest first."""
    return _read(
        store.rows(
            f"SELECT {_COLUMNS} FROM live_visits v"
            f" WHERE v.household = ? AND {IN_FORCE}{_NEWEST_FIRST}",
            (household,),
        )
    )


def visits_between(store: Store, first: date, last: date) -> list[Visit]:
    """Visits in force that happened in these days (both included), oldest first."""
    return _read(
        store.rows(
            f"SELECT {_COLUMNS} FROM live_visits v"
            f" WHERE v.happened_on BETWEEN ? AND ? AND {IN_FORCE}{_NEWEST_FIRST}",
            (first.isoformat(), last.isoformat()),
        )
    )[::-1]


def last_valid(store: Store) -> dict[str, Visit]:
    """The newest visit in force that reached somebody, per household."""
    found: dict[str, Visit] = {}
    for visit in _read(
        store.rows(
            f"SELECT {_COLUMNS} FROM live_visits v"
            f" WHERE v.outcome IN ('met', 'proxy') AND {IN_FORCE}{_NEWEST_FIRST}"
        )
    ):
        found.setdefault(visit.household, visit)
    return found


def _read(rows: Iterable[tuple[Any, ...]]) -> list[Visit]:
    return [
        Visit(*(*row[:6], tuple(filter(None, (row[6] or "").split(SEPARATOR))), *row[7:]))
        for row in rows
    ]
