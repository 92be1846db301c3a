"""Follows what residents asked for, offered or reported until it is closed (闭环).

Every step is an appended event; an item has no state of its own. Events are read in the order in
which people could have seen each other's steps (Lamport number, then site), which is the same on
every PC whatever its clock says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord, StillToCome, UserError
from desktop.models import settings, users, workdays
from desktop.models.door_text import door_label, whole_door
from desktop.models.draft import ChangeDraft
from desktop.models.item_steps import (
    CLOSED,
    CONTENT,
    OPINIONS,
    RANK,
    ItemEvent,
    allowed_next,
    allowed_steps,
    closing_of,
    due_of,
    handler_of,
    last_value,
    level_of,
    state_of,
)
from desktop.models.store import Store
from desktop.models.words import LABELS, label, only

__all__ = [
    "CLOSED", "Item", "ItemEvent", "NewItem", "all_events", "allowed_steps", "events", "item",
    "items", "register", "register_in", "step", "steps_in",
]  # fmt: skip

# kinds that ask somebody to do something, with the time class they get unless told otherwise
DEFAULT_TIME_CLASS = {
    "need": "ordinary",
    "situation": "ordinary",
    "dispute": "ordinary",
    "hazard": "immediate",
    "project": "long_term",
    "resource": "",
}
_NEEDS_WORKDAYS = ("ordinary", "harder", "difficult")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list with where it stands now."""

    uid: str
    kind: str
    household: str | None
    door: str  # of the household, else of the building, else empty
    building: str | None
    visit: str | None
    text: str
    category: str | None
    level: str
    time_class: str | None
    registered_on: str
    due_on: str | None
    state: str
    handler: str | None
    result: str | None
    rating: str | None
    closing: str | None
    note: str | None

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An entry as a person (or a visit) gives it; an empty time class means the kind's own."""

    kind: str
    text: str
    household: str | None = None
    building: str | None = None
    visit: str | None = None
    category: str = ""
    time_class: str = ""
    level: str = "community"
    on: date | None = None
    by: str = ""
    note: str = ""


class StepNotAllowed(UserError):
    def __init__(self, state: str, step: str, allowed: Sequence[str]) -> None:
        words = "、".join(label("item_step", name) for name in allowed) or "没有下一步"
        super().__init__(
            f"现在是“{label('item_step', state)}”，不能直接到“{label('item_step', step)}”。"
            f"可以选：{words}。"
        )


class AlreadyExtended(UserError):
    def __init__(self) -> None:
        super().__init__("这件事已经延期过一次，不能再延。办不完的请“挂账”或“上报”。")


class ResultMissing(UserError):
    def __init__(self, step: str) -> None:
        what = "原因" if step in ("rejected", "withdrawn") else "办理结果"
        super().__init__(f"“{label('item_step', step)}”要写明{what}，没有保存。请补上再提交。")


class RatedByHandler(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(f"满意度不能由承办人“{name}”自己问。请换一位同事回访后再填。")


class NoWordOfResident(UserError):
    def __init__(self) -> None:
        super().__init__("“实质性”办结要有居民的评价。请先回访填写满意度，或按“程序性”办结。")


def register(
    store: Store,
    kind: str,
    text: str,
    *,
    household: str | None = None,
    building: str | None = None,
    category: str = "",
    time_class: str = "",
    on: date | None = None,
    by: str = "",
) -> str:
    """Put an entry on one of the lists; returns its uid."""
    new = NewItem(
        kind=kind, text=text, household=household, building=building, category=category,
        time_class=time_class, on=on, by=by,
    )  # fmt: skip
    for table, uid, word in (("households", household, "户"), ("buildings", building, "楼栋")):
        if uid and not store.value(f"SELECT 1 FROM live_{table} WHERE uid = ?", (uid,)):
            raise NoSuchRecord(word, uid)
    with store.change(f"登记{label('item_kind', kind)}", kind="item") as change:
        return register_in(change, store, [new])[0]


def register_in(change: ChangeDraft, store: Store, new: Sequence[NewItem]) -> list[str]:
    """The same for many entries inside a change that is open already."""
    if not new:
        return []
    for entry in new:
        _check_new(entry)
    calendar = workdays.calendar_of(store)
    counts = {name: int(settings.get(store, f"workdays_{name}")) for name in _NEEDS_WORKDAYS}
    person = users.current(store).name
    recorded = _now()
    rows: list[dict[str, Any]] = []
    for entry in new:
        day = entry.on or clock.today()
        time_class = entry.time_class or DEFAULT_TIME_CLASS[entry.kind]
        due = _first_due(day, time_class, counts, calendar)
        rows.append({
            "kind": entry.kind, "household": entry.household, "building": entry.building,
            "visit": entry.visit, "text": entry.text.strip(), "category": entry.category.strip(),
            "level": entry.level, "time_class": time_class, "note": entry.note.strip(),
            "registered_on": day.isoformat(), "due_on": due.isoformat() if due else None,
        })  # fmt: skip
    uids = change.create_many("items", rows)
    change.create_many(
        "item_events",
        [
            {
                "item": uid, "step": "registered", "by": entry.by.strip() or person,
                "happened_on": row["registered_on"], "recorded_on": recorded,
            }
            for uid, entry, row in zip(uids, new, rows, strict=True)
        ],
    )  # fmt: skip
    return uids


def _check_new(entry: NewItem) -> None:
    if entry.kind not in LABELS["item_kind"]:
        raise BadValue("清单类别", entry.kind, only("item_kind"))
    if entry.time_class and entry.time_class not in LABELS["time_class"]:
        raise BadValue("办理时限", entry.time_class, only("time_class"))
    if entry.level not in LABELS["item_level"]:
        raise BadValue("层级", entry.level, only("item_level"))
    if not entry.text.strip():
        raise BadValue("内容", "", "不能为空")
    if entry.on and entry.on > clock.today():
        raise StillToCome("登记日期", entry.on)


def _first_due(
    day: date, time_class: str, counts: dict[str, int], calendar: workdays.Calendar
) -> date | None:
    if time_class == "immediate":
        return day + timedelta(days=1)
    if time_class in counts:
        return workdays.add_workdays(day, counts[time_class], calendar)
    return None


def _now() -> str:
    return clock.now().isoformat(timespec="seconds")


def step(
    store: Store,
    uid: str,
    step: str,
    *,
    by: str = "",
    result: str = "",
    rating: str = "",
    closing: str = "",
    on: date | None = None,
    due_on: date | None = None,
    note: str = "",
) -> Item:
    """Take the item one step further and return it as it stands then.

    For 派单 `by` is the person it is given to; for every other step who did it.
    """
    given = _Given(by, result, rating, closing, on, due_on, note)
    kind = item(store, uid).kind
    with store.change(f"{label('item_kind', kind)}{label('item_step', step)}") as change:
        _steps_in(change, store, uid, (step,), given)
    return item(store, uid)


def steps_in(
    change: ChangeDraft, store: Store, uid: str, steps: Sequence[str], *, result: str = "",
    note: str = "",
) -> None:  # fmt: skip
    """Several steps, one after the other, as part of a change that is open already."""
    _steps_in(change, store, uid, steps, _Given(result=result, note=note))


@dataclass(frozen=True, slots=True)
class _Given:
    """What a person says about a step."""

    by: str = ""
    result: str = ""
    rating: str = ""
    closing: str = ""
    on: date | None = None
    due_on: date | None = None
    note: str = ""


def _steps_in(
    change: ChangeDraft, store: Store, uid: str, steps: Sequence[str], given: _Given
) -> None:
    before, past = item(store, uid), events(store, uid)
    person = users.current(store).name
    for step in steps:
        event = ItemEvent(
            "", uid, step, (given.on or clock.today()).isoformat(), _now(),
            given.by.strip() or person, given.result.strip(), given.rating, given.closing,
            given.due_on.isoformat() if given.due_on else None, given.note.strip(),
        )  # fmt: skip
        _check_step(before, past, event)
        values = {name: getattr(event, name) for name in ItemEvent.__dataclass_fields__}
        values["due_on"] = event.due_on or _new_due(store, before, event)
        values["closing"] = _closing(past, event)
        del values["uid"]
        change.create("item_events", **values)
        past = [*past, event]
        before = replace(before, state=state_of(past), result=last_value(past, "result"))


def _check_step(before: Item, past: Sequence[ItemEvent], event: ItemEvent) -> None:
    if event.step not in LABELS["item_step"]:
        raise BadValue("步骤", event.step, only("item_step"))
    if event.step == "extended" and any(e.step == "extended" for e in past):
        raise AlreadyExtended
    if event.step not in allowed_next(past):
        raise StepNotAllowed(before.state, event.step, allowed_next(past))
    today = clock.today().isoformat()
    if event.happened_on > today:
        raise StillToCome("日期", event.happened_on)
    newest = past[-1].happened_on if past else before.registered_on
    if event.happened_on < newest <= today:  # a PC with a wrong clock must not block the next step
        raise BadValue("日期", event.happened_on, f"早于上一步的{newest}")
    closes = event.step in CLOSED and before.is_open
    known = event.result or (before.result if event.step == "fed_back" else "")
    reason = event.note if event.step in ("rejected", "withdrawn") else ""
    if (closes or event.step == "awaiting_feedback") and not (known or reason):
        raise ResultMissing(event.step)
    _check_rating(before, past, event)
    if event.due_on and event.due_on < event.happened_on:
        raise BadValue("办理期限", event.due_on, "早于这一步的日期")
    if event.step == "extended" and event.due_on and event.due_on <= (before.due_on or ""):
        raise BadValue("延期到", event.due_on, f"不晚于原来的{before.due_on}")


def _check_rating(before: Item, past: Sequence[ItemEvent], event: ItemEvent) -> None:
    if event.rating and event.rating not in LABELS["rating"]:
        raise BadValue("满意度", event.rating, only("rating"))
    if event.closing and event.closing not in LABELS["closing"]:
        raise BadValue("办结方式", event.closing, only("closing"))
    if event.step == "rated" and not event.rating:
        raise BadValue("满意度", "", "评价要选一项，问不到的选“未表态”")
    handler = handler_of([*past, event])
    if event.rating and handler and event.by == handler:
        raise RatedByHandler(handler)
    opinion = event.rating or before.rating or ""
    if event.closing == "substance" and opinion not in OPINIONS:
        raise NoWordOfResident


def _closing(past: Sequence[ItemEvent], event: ItemEvent) -> str | None:
    """In substance only with the resident's word, else formally."""
    if event.closing:
        return event.closing
    if event.rating in CONTENT:
        return "substance"
    if event.step in CLOSED and state_of(past) not in CLOSED:
        return "formal"
    return None


def _new_due(store: Store, before: Item, event: ItemEvent) -> str | None:
    """延期 adds the class's time once more to the old date; 重办 starts it anew."""
    day = date.fromisoformat(event.happened_on)
    if event.step == "extended":
        day = max(day, date.fromisoformat(before.due_on)) if before.due_on else day
    elif event.step != "reopened":
        return None
    counts = {name: int(settings.get(store, f"workdays_{name}")) for name in _NEEDS_WORKDAYS}
    calendar = workdays.calendar_of(store)
    due = _first_due(day, before.time_class or "", counts, calendar)
    if due is None and event.step == "extended":
        raise BadValue("延期到", "", "这件事没有固定期限，请写明延到哪一天")
    return due.isoformat() if due else None


_ITEMS = (
    "SELECT i.uid, i.kind, i.household, i.building, i.visit, i.text, i.category, i.level,"
    " i.time_class, i.registered_on, i.due_on, i.note, h.unit, h.floor, h.room, h.place,"
    " h.door_raw, b.name, b.word, coalesce(e.name, ''), coalesce(l.name, '')"
    " FROM live_items i LEFT JOIN households h ON h.uid = i.household"
    " LEFT JOIN buildings b ON b.uid = coalesce(h.building, i.building)"
    " LEFT JOIN estates e ON e.uid = b.estate LEFT JOIN lanes l ON l.uid = b.lane"
)
_EVENTS = (
    'SELECT e.uid, e.item, e.step, e.happened_on, e.recorded_on, e."by", e.result, e.rating,'
    " e.closing, e.due_on, e.note, c.lamport, s.site, e.born FROM live_item_events e"
    " JOIN changes c ON c.id = e.born JOIN site_numbers s ON s.n = c.site"
)


def items(
    store: Store,
    *,
    kind: str | None = None,
    state: str | None = None,
    household: str | None = None,
    only_open: bool = False,
) -> list[Item]:
    """Entries of the lists, the earliest registered first."""
    past = all_events(store, household=household)
    rows = store.rows(
        f"{_ITEMS} WHERE (?1 IS NULL OR i.kind = ?1) AND (?2 IS NULL OR i.household = ?2)"
        " ORDER BY i.registered_on, i.uid",
        (kind, household),
    )
    found = [_item(row, past.get(row[0], [])) for row in rows]
    return [
        entry
        for entry in found
        if (state is None or entry.state == state) and (entry.is_open or not only_open)
    ]


def item(store: Store, uid: str) -> Item:
    rows = store.rows(f"{_ITEMS} WHERE i.uid = ?", (uid,))
    if not rows:
        raise NoSuchRecord("事项", uid)
    return _item(rows[0], events(store, uid))


def events(store: Store, uid: str) -> list[ItemEvent]:
    """The item's steps, first to last."""
    return _in_order(store.rows(f"{_EVENTS} WHERE e.item = ?", (uid,)))


def all_events(store: Store, *, household: str | None = None) -> dict[str, list[ItemEvent]]:
    """Every item's steps in order (one query), for lists and for the month."""
    where = " WHERE e.item IN (SELECT uid FROM live_items WHERE household = ?)"
    rows = store.rows(_EVENTS + where, (household,)) if household else store.rows(_EVENTS)
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(row)
    return {uid: _in_order(some) for uid, some in found.items()}


def _in_order(rows: list[tuple[Any, ...]]) -> list[ItemEvent]:
    """By what the writers had seen (Lamport number, site), then the natural order of steps."""
    rows.sort(key=lambda row: (row[11], row[12], RANK.get(row[2], 99), row[0]))
    return [ItemEvent(*row[:11]) for row in rows]


def _item(row: tuple[Any, ...], past: Sequence[ItemEvent]) -> Item:
    uid, kind, household, building, visit, text, category, level, time_class, on, due, note = row[
        :12
    ]
    return Item(
        uid, kind, household, _door(row), building, visit, text, category, level_of(level, past),
        time_class, on, due_of(due, past), state_of(past), handler_of(past),
        last_value(past, "result"), last_value(past, "rating"), closing_of(past), note,
    )  # fmt: skip


def _door(row: tuple[Any, ...]) -> str:
    unit, floor, room, place, raw, name, word, estate, lane = row[12:21]
    inner = "" if row[2] is None else door_label(unit, floor, room, place) or raw or ""
    return whole_door(estate, lane, name, word, inner)
