"""Tells who is due for a visit, in the order of a walk, each with the reason in one sentence.

One pass: a few queries leave the doors that may be due (`due_doors`), plain Python judges each.
Everything comes from records every PC of the office shares, so the list is the same on each.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.collector import paused_collector
from desktop.errors import NoSuchRecord
from desktop.models import settings
from desktop.models.care_tags import tag_kinds
from desktop.models.door_text import door_label, whole_door
from desktop.models.due_doors import Attempt, Door, read_doors
from desktop.models.due_rules import Rule, RuleBook
from desktop.models.residents import RELATION_ORDER, route_key
from desktop.models.store import Store
from desktop.models.visits import FAILED
from desktop.models.words import label

MAX_KNOCKS = 3
_SETTINGS = (
    "interval_frail_alone", "interval_ordinary", "interval_rented", "interval_registered_only",
    "interval_vacant", "window_ordinary",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """One door that wants a visit: until when, why, and how it may be met."""

    household: str
    door: str
    short_door: str
    head: str
    building: str
    due: date
    overdue_days: int  # 0 on the day itself, negative before it
    reason: str
    tags: tuple[str, ...]
    phone_ok: bool
    retry: bool  # somebody knocked in vain and should come again at another hour
    last_on: str | None
    muted_until: str | None = None  # refused: nobody knocks until then, the phone may
    knocks: int = 0  # knocks in vain since the last contact
    quiet_hours: str | None = None


@dataclass(frozen=True, slots=True)
class _Verdict:
    due: date
    rule: Rule
    last: date | None
    vain: Sequence[Attempt]
    agreed: date | None  # the next date somebody agreed on at the door


def due_list(
    store: Store,
    on: date,
    *,
    within: int = 0,
    building: str | None = None,
    muted: bool = False,
) -> list[Due]:
    """Doors due on that day or within so many days after it, in route order.

    Households muted on that day are left out unless `muted` asks for them (for the phone list).
    """
    with paused_collector():
        return _due_list(store, on, on + timedelta(days=within), building, muted=muted)


def _due_list(
    store: Store, on: date, limit: date, building: str | None, *, muted: bool
) -> list[Due]:
    book = rule_book(store)
    found = []
    for door in read_doors(store, book, on, limit=limit, building=building).values():
        if not muted and _is_muted(door, on):
            continue
        verdict = _judge(door, book, on)
        if verdict and verdict.due <= limit:
            found.append((door, verdict))
    return _described(store, found, book, on)


def due_of(store: Store, household: str, on: date) -> Due | None:
    """One household's next date, due or not yet, muted or not; None where nobody need go."""
    book = rule_book(store)
    door = read_doors(store, book, on, household=household).get(household)
    if door is None:
        raise NoSuchRecord("户", household)
    verdict = _judge(door, book, on)
    return _described(store, [(door, verdict)], book, on)[0] if verdict else None


def rule_book(store: Store) -> RuleBook:
    """The intervals in force in this office."""
    return RuleBook.of(tag_kinds(store), {key: settings.get(store, key) for key in _SETTINGS})


def _is_muted(door: Door, on: date) -> bool:
    return bool(door.mute_until and door.mute_until >= on.isoformat())


def _judge(door: Door, book: RuleBook, on: date) -> _Verdict | None:
    """The earliest obligation of this door and the rule it comes from."""
    rules = _rules(door, book, on)
    if not rules:
        return None
    entered = min(date.fromisoformat(door.entered), on)
    dated = []
    for rule in rules:
        last = _last_contact(door, rule)
        due = rule.due_after(last) if last else rule.due_first(entered)
        dated.append((due, rule.length, rule, last))
    due, _, rule, last = min(dated, key=lambda each: each[:2])
    if last is None:
        # never visited: whatever is due already, the most urgent reason names it
        never = [each for each in dated if each[3] is None and each[0] <= max(due, on)]
        rule = min(never, key=lambda each: each[1])[2]
    vain = _vain(door, rule, last)
    agreed = _agreed(door, last)
    return _Verdict(min(due, agreed) if agreed else due, rule, last, vain, agreed)


def _vain(door: Door, rule: Rule, last: date | None) -> list[Attempt]:
    """The knocks in vain that belong to this obligation."""
    start = rule.counts_from(last) if last else date.min
    return [
        a for a in door.attempts
        if a.outcome in FAILED and a.day >= start and (last is None or a.day > last)
    ]  # fmt: skip


def _rules(door: Door, book: RuleBook, on: date) -> list[Rule]:
    rules = [
        rule
        for person, tags in door.tags.items()
        for rule in book.of_person(tags, door.births[person], on)
    ]
    own = book.of_door(door.type_of_use, door.residency)
    return [*rules, own] if own else rules


def _last_contact(door: Door, rule: Rule) -> date | None:
    """The newest contact that meets this rule."""
    if rule.contact == "person":
        return door.last_in_person
    return door.last_seen if rule.contact == "outside" else door.last


def _agreed(door: Door, last: date | None) -> date | None:
    """The next date agreed at the newest attempt that named one, if it lies after the contact."""
    for attempt in reversed(door.attempts):
        if last and attempt.day < last:
            break
        if attempt.next_on and (last is None or attempt.next_on > last):
            return attempt.next_on
    return None


def _reason(door: Door, verdict: _Verdict, on: date) -> str:
    """「独居老人，每30天走访一次；上次见面2026-05-01，应于2026-05-31前走访」."""
    rule, due, agreed = verdict.rule, verdict.due, verdict.agreed
    last = f"上次{_how(door, verdict)}{verdict.last}" if verdict.last else f"从未{rule.verb}"
    if agreed == due:
        parts = [f"{rule.sentence()}；{last}，约定{due}再访"]
    else:
        begun = f"{due}列入，" if verdict.last and rule.since == due.isoformat() else ""
        parts = [f"{rule.sentence()}；{last}，{begun}应于{due}前{rule.verb}"]
        if agreed:
            parts.append(f"约定{agreed}再访")
    if not _is_muted(door, on):
        parts += _about_knocks(verdict.vain)
    newest = door.attempts[-1] if door.attempts else None
    if newest and newest.outcome in ("moved", "vacant") and rule.contact != "outside":
        word = label("outcome", newest.outcome)
        parts.append(f"{newest.day}走访得知{word}，请核对花名册")
    if _is_muted(door, on):
        parts.append(f"{door.mute_reason or '暂不上门'}，{door.mute_until}前不上门，可电话联系")
    if door.quiet_hours:
        parts.append(f"不上门时段：{door.quiet_hours}")
    return "；".join(parts)


def _how(door: Door, verdict: _Verdict) -> str:
    """What the last contact was: 见面, 联系 (by phone or video), 查看 (from outside)."""
    if verdict.rule.contact == "outside":
        return "查看"
    met = door.last_in_person and door.last_in_person == verdict.last
    return "见面" if met else "联系"


def _about_knocks(vain: Sequence[Attempt]) -> list[str]:
    """What the last knock in vain suggests for the next one."""
    if not vain:
        return []
    newest = vain[-1]
    words = f"{newest.day}{label('outcome', newest.outcome)}"
    if len(vain) >= MAX_KNOCKS:
        return [f"{words}，已{len(vain)}次没有见到人，请改用电话或由楼栋长约时间"]
    if newest.outcome == "refused":
        return [f"{words}，请先电话联系"]
    if newest.outcome == "rebooked":
        return [words]
    tried = {_slot(attempt) for attempt in vain}
    other = [slot for slot in ("晚上", "周末", "工作日白天") if slot not in tried]
    return [f"{words}，请换{'或'.join(other[:2])}再去"]


def _slot(attempt: Attempt) -> str:
    if attempt.day.weekday() >= 5:
        return "周末"
    return "晚上" if attempt.started >= "18:00" else "工作日白天"


def _described(
    store: Store, found: list[tuple[Door, _Verdict]], book: RuleBook, on: date
) -> list[Due]:
    places = _places(store)
    heads = _heads(store, [door.uid for door, _ in found])
    listed = []
    for door, verdict in found:
        estate, lane, name, word = places.get(door.building, ("", "", "", None))
        short = door_label(door.unit, door.floor, door.room, door.place) or door.raw or ""
        whole = whole_door(estate, lane, name, word, short)
        codes = door.tag_codes
        muted = _is_muted(door, on)
        due = Due(
            door.uid, whole, short, heads.get(door.uid, ""), door.building,
            verdict.due, (on - verdict.due).days, _reason(door, verdict, on),
            tuple(code for code in book.order if code in codes),
            muted or verdict.rule.phone_ok or len(verdict.vain) >= MAX_KNOCKS,
            0 < len(verdict.vain) < MAX_KNOCKS and not muted,
            verdict.last.isoformat() if verdict.last else None,
            door.mute_until if muted else None, len(verdict.vain), door.quiet_hours,
        )  # fmt: skip
        listed.append((route_key(estate, lane, name, door.unit, door.floor, door.room), due))
    listed.sort(key=lambda pair: (pair[0], pair[1].household))
    return [due for _, due in listed]


def _places(store: Store) -> dict[str, tuple[str, str, str, str | None]]:
    rows = store.rows(
        "SELECT b.uid, coalesce(e.name, ''), coalesce(l.name, ''), coalesce(b.name, ''), b.word"
        " FROM buildings b LEFT JOIN estates e ON e.uid = b.estate"
        " LEFT JOIN lanes l ON l.uid = b.lane"
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


_RANKS = " ".join(f"WHEN '{code}' THEN '{n:02d}'" for n, code in enumerate(RELATION_ORDER))


def _heads(store: Store, households: Sequence[str]) -> dict[str, str]:
    """The name on each door: the head, else the first resident as lists order them."""
    rows = store.rows(
        "SELECT r.household, r.name, min((CASE r.relation " + _RANKS + " ELSE '99' END)"
        " || coalesce(r.birth, '9') || r.name || r.uid) FROM json_each(?) d"
        " CROSS JOIN live_residents r ON r.household = d.value"
        " WHERE coalesce(r.status, 'living') = 'living' GROUP BY d.value",
        (json.dumps(households),),
    )
    return {row[0]: row[1] for row in rows}
