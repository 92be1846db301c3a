"""Tells who is due for a visit, in the order of a walk, each with the reason in one sentence.

One pass: a handful of queries over whole tables, then plain Python per door. Everything comes from
records every PC of the office shares, so the list is the same on each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from desktop.errors import NoSuchRecord
from desktop.models import settings
from desktop.models.care_tags import tag_kinds
from desktop.models.door_text import door_label, whole_door
from desktop.models.due_rules import Rule, RuleBook, is_date
from desktop.models.residents import RELATION_ORDER, route_key
from desktop.models.store import Store
from desktop.models.visits import FAILED, IN_FORCE, VALID
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
class _Attempt:
    day: date
    outcome: str
    mode: str
    started: str
    next_on: date | None


@dataclass(slots=True)
class _Door:
    """What one pass over the tables gathers about a household."""

    uid: str
    building: str
    unit: str | None
    floor: int | None
    room: str | None
    place: str | None
    raw: str | None
    type_of_use: str | None
    residency: str | None
    mute_until: str | None
    mute_reason: str | None
    quiet_hours: str | None
    entered: str
    # resident → birth; resident → tag → since
    births: dict[str, str | None] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    attempts: list[_Attempt] = field(default_factory=list)
    last_in_person: date | None = None

    @property
    def tag_codes(self) -> set[str]:
        return {code for person in self.tags.values() for code in person}


@dataclass(frozen=True, slots=True)
class _Verdict:
    due: date
    rule: Rule
    last: date | None
    vain: Sequence[_Attempt]
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
    limit = on + timedelta(days=within)
    book = rule_book(store)
    found = []
    for door in _doors(store, on, building=building).values():
        if not muted and _is_muted(door, on):
            continue
        verdict = _judge(door, book, on)
        if verdict and verdict.due <= limit:
            found.append((door, verdict))
    return _described(store, found, book, on)


def due_of(store: Store, household: str, on: date) -> Due | None:
    """One household's next date, due or not yet, muted or not; None where nobody need go."""
    door = _doors(store, on, household=household).get(household)
    if door is None:
        raise NoSuchRecord("户", household)
    book = rule_book(store)
    verdict = _judge(door, book, on)
    return _described(store, [(door, verdict)], book, on)[0] if verdict else None


def rule_book(store: Store) -> RuleBook:
    """The intervals in force in this office."""
    return RuleBook.of(tag_kinds(store), {key: settings.get(store, key) for key in _SETTINGS})


def _is_muted(door: _Door, on: date) -> bool:
    return bool(door.mute_until and door.mute_until >= on.isoformat())


def _judge(door: _Door, book: RuleBook, on: date) -> _Verdict | None:
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
    start = rule.counts_from(last) if last else date.min
    vain = [
        a for a in door.attempts
        if a.outcome in FAILED and a.day >= start and (last is None or a.day > last)
    ]  # fmt: skip
    agreed = _agreed(door, last)
    return _Verdict(min(due, agreed) if agreed else due, rule, last, vain, agreed)


def _rules(door: _Door, book: RuleBook, on: date) -> list[Rule]:
    rules = [
        rule
        for person, tags in door.tags.items()
        for rule in book.of_person(tags, door.births[person], on)
    ]
    own = book.of_door(door.type_of_use, door.residency)
    return [*rules, own] if own else rules


def _last_contact(door: _Door, rule: Rule) -> date | None:
    """The newest contact that meets this rule."""
    if rule.contact == "person":
        return door.last_in_person
    enough = (*VALID, "vacant", "moved") if rule.contact == "outside" else VALID
    return max((a.day for a in door.attempts if a.outcome in enough), default=None)


def _agreed(door: _Door, last: date | None) -> date | None:
    """The next date agreed at the newest attempt that named one, if it lies after the contact."""
    for attempt in reversed(door.attempts):
        if last and attempt.day < last:
            break
        if attempt.next_on and (last is None or attempt.next_on > last):
            return attempt.next_on
    return None


def _reason(door: _Door, verdict: _Verdict, on: date) -> str:
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


def _how(door: _Door, verdict: _Verdict) -> str:
    """What the last contact was: 见面, 联系 (by phone or video), 查看 (from outside)."""
    if verdict.rule.contact == "outside":
        return "查看"
    met = door.last_in_person and door.last_in_person == verdict.last
    return "见面" if met else "联系"


def _about_knocks(vain: Sequence[_Attempt]) -> list[str]:
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


def _slot(attempt: _Attempt) -> str:
    if attempt.day.weekday() >= 5:
        return "周末"
    return "晚上" if attempt.started >= "18:00" else "工作日白天"


def _described(
    store: Store, found: list[tuple[_Door, _Verdict]], book: RuleBook, on: date
) -> list[Due]:
    places = _places(store)
    heads = _heads(store, found[0][0].uid if len(found) == 1 else None)
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


def _heads(store: Store, household: str | None) -> dict[str, str]:
    """The name on the door: the head, else the first resident as lists order them."""
    mine = "household = ?" if household else "household IS NOT NULL"
    rows = store.rows(
        "SELECT household, name, min((CASE relation " + _RANKS + " ELSE '99' END)"
        " || coalesce(birth, '9') || name || uid) FROM live_residents"
        f" WHERE coalesce(status, 'living') = 'living' AND {mine} GROUP BY household",
        [household] if household else [],
    )
    return {row[0]: row[1] for row in rows}


def _doors(
    store: Store, on: date, *, building: str | None = None, household: str | None = None
) -> dict[str, _Door]:
    """All doors (of a building, or one) with what happened at them up to that day."""
    params = {"on": on.isoformat(), "mine": household or building or ""}
    mine = "1"
    if household:
        mine = "{} = :mine"
    elif building:
        mine = "{} IN (SELECT uid FROM households WHERE building = :mine)"
    doors = {
        row[0]: _Door(*row)
        for row in store.rows(
            "SELECT h.uid, coalesce(h.building, ''), h.unit, h.floor, h.room, h.place, h.door_raw,"
            " h.type_of_use, h.residency_state, h.mute_until, h.mute_reason, h.quiet_hours,"
            " substr(c.wall, 1, 10) FROM live_households h JOIN changes c ON c.id = h.born"
            f" WHERE {mine.format('h.uid')}",
            params,
        )
    }
    _add_tags(store, doors, mine.format("r.household"), params)
    _add_attempts(store, doors, f"{IN_FORCE} AND {mine.format('v.household')}", params)
    return doors


def _add_tags(store: Store, doors: Mapping[str, _Door], mine: str, params: dict[str, str]) -> None:
    for home, person, birth, tag, since in store.rows(
        "SELECT r.household, r.uid, r.birth, t.tag, coalesce(t.since, '')"
        " FROM live_care_tags t JOIN live_residents r ON r.uid = t.resident"
        " WHERE coalesce(r.status, 'living') = 'living'"
        f" AND (t.until IS NULL OR t.until >= :on) AND {mine}",
        params,
    ):
        door = doors.get(home)
        day = (since + "-01-01")[:10]  # perhaps known to the month or year only
        day = day if is_date(day) else ""
        if door and day <= params["on"]:
            door.births[person] = birth
            own = door.tags.setdefault(person, {})
            own[tag] = min(day, own.get(tag, day))


# per household the newest contact and everything from that day on; earlier rows decide nothing
_ATTEMPTS = """
WITH force AS MATERIALIZED (
    SELECT v.household, v.happened_on, v.outcome, v.mode, coalesce(v.started, '') AS started,
           v.next_on, v.recorded_on, v.uid
    FROM live_visits v
    WHERE v.happened_on <= :on AND {}),
last AS MATERIALIZED (
    SELECT household, max(happened_on) AS day FROM force
    WHERE outcome IN ('met', 'proxy') GROUP BY household)
SELECT f.household, f.happened_on, f.outcome, f.mode, f.started, f.next_on
FROM force f LEFT JOIN last ON last.household = f.household
WHERE f.happened_on >= coalesce(last.day, '')
ORDER BY f.household, f.happened_on, f.started, f.recorded_on, f.uid
"""
_LAST_IN_PERSON = (
    "SELECT v.household, max(v.happened_on) FROM live_visits v WHERE v.happened_on <= :on"
    " AND v.mode IN ('door', 'stair', 'office') AND v.outcome IN ('met', 'proxy') AND {}"
    " GROUP BY v.household"
)


def _add_attempts(
    store: Store, doors: Mapping[str, _Door], mine: str, params: dict[str, str]
) -> None:
    for home, day, outcome, mode, started, next_on in store.rows(_ATTEMPTS.format(mine), params):
        door = doors.get(home)
        if door:
            agreed = date.fromisoformat(next_on) if next_on else None
            door.attempts.append(_Attempt(date.fromisoformat(day), outcome, mode, started, agreed))
    for home, day in store.rows(_LAST_IN_PERSON.format(mine), params):
        if home in doors:
            doors[home].last_in_person = date.fromisoformat(day)
