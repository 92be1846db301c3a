"""Reads what the due list judges: doors that may be due, and what happened at them lately.

SQL alone decides which of a community's doors cannot be due yet: their newest contact lies nearer
than the shortest interval that could apply to them. Only the others become Python objects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desktop.models.due_rules import NEVER, RuleBook, is_date
from desktop.models.store import Store
from desktop.models.visits import IN_FORCE, VALID
from desktop.models.words import LABELS


@dataclass(frozen=True, slots=True)
class Attempt:
    """One knock or call since the last contact (that contact included)."""

    day: date
    outcome: str
    mode: str
    started: str
    next_on: date | None


@dataclass(slots=True)
class Door:
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
    last: date | None  # newest contact by any mode
    last_in_person: date | None
    # resident → birth; resident → tag → since
    births: dict[str, str | None] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def tag_codes(self) -> set[str]:
        return {code for person in self.tags.values() for code in person}

    @property
    def last_seen(self) -> date | None:
        """The newest contact, or look from outside at a door nobody lives behind."""
        enough = (*VALID, "vacant", "moved")
        return max((a.day for a in self.attempts if a.outcome in enough), default=None)


# `own` and `tags` give the fewest days between visits that a door's use and its people's tags can
# ask for; the true rule may ask for more (a tag that began later), never for less
_DOORS = """
WITH seen AS MATERIALIZED (
    SELECT v.household,
           max(CASE WHEN v.outcome IN ('met', 'proxy') THEN v.happened_on END) AS last,
           max(CASE WHEN v.outcome IN ('met', 'proxy') AND v.mode IN ('door', 'stair', 'office')
               THEN v.happened_on END) AS in_person,
           max(v.next_on) AS agreed
    FROM live_visits v WHERE v.happened_on <= :on AND {in_force} AND {of_visit}
    GROUP BY v.household),
own AS MATERIALIZED (
    SELECT value ->> 0 AS use, value ->> 1 AS state, value ->> 2 AS days FROM json_each(:own)),
asks AS MATERIALIZED (SELECT key AS tag, value AS days FROM json_each(:tags)),
wanted AS MATERIALIZED (
    SELECT r.household, min(asks.days) AS days
    FROM live_care_tags t CROSS JOIN asks ON asks.tag = t.tag
    CROSS JOIN live_residents r ON r.uid = t.resident
    WHERE {of_resident} GROUP BY r.household)
SELECT h.uid, coalesce(h.building, ''), h.unit, h.floor, h.room, h.place, h.door_raw,
       h.type_of_use, h.residency_state, h.mute_until, h.mute_reason, h.quiet_hours,
       substr(c.wall, 1, 10), seen.last, seen.in_person
FROM live_households h JOIN changes c ON c.id = h.born
LEFT JOIN seen ON seen.household = h.uid
LEFT JOIN own ON own.use = coalesce(h.type_of_use, '')
    AND own.state = coalesce(h.residency_state, '')
LEFT JOIN wanted ON wanted.household = h.uid
WHERE {of_household} AND (:limit IS NULL OR seen.last IS NULL OR seen.agreed > seen.last
    OR julianday({newest}) + min(coalesce(own.days, 0), coalesce(wanted.days, 1000000))
       <= julianday(:limit))
"""
# per door the newest contact and everything from that day on; earlier rows decide nothing
_ATTEMPTS = f"""
SELECT v.household, v.happened_on, v.outcome, v.mode, coalesce(v.started, ''), v.next_on
FROM json_each(:doors) d JOIN live_visits v ON v.household = d.key AND v.happened_on >= d.value
WHERE v.happened_on <= :on AND {IN_FORCE}
ORDER BY v.household, v.happened_on, coalesce(v.started, ''), v.recorded_on, v.uid
"""
_TAGS = """
SELECT r.household, r.uid, r.birth, t.tag, coalesce(t.since, '')
FROM live_care_tags t JOIN live_residents r ON r.uid = t.resident
WHERE coalesce(r.status, 'living') = 'living' AND (t.until IS NULL OR t.until >= :on) AND {}
"""


def read_doors(
    store: Store,
    book: RuleBook,
    on: date,
    *,
    limit: date | None = None,
    building: str | None = None,
    household: str | None = None,
) -> dict[str, Door]:
    """Doors (of a building, or one) as they stood that day.

    With a limit those are left out that cannot be due by then.
    """
    mine = "1"
    if household:
        mine = "{} = :mine"
    elif building:
        mine = "{} IN (SELECT uid FROM households WHERE building = :mine)"
    params: dict[str, Any] = {
        "on": on.isoformat(),
        "mine": household or building or "",
        "limit": limit.isoformat() if limit else None,
        "own": json.dumps(_least_by_use(book)),
        "tags": json.dumps(book.least_by_tag()),
    }
    statement = _DOORS.format(
        in_force=IN_FORCE,
        of_visit=mine.format("v.household"),
        of_resident=mine.format("r.household"),
        of_household=mine.format("h.uid"),
        newest="coalesce(seen.in_person, 0)" if book.asks_in_person else "seen.last",
    )
    doors = {
        row[0]: Door(*(*row[:13], _day(row[13]), _day(row[14])))
        for row in store.rows(statement, params)
    }
    _add_tags(store, doors, mine.format("r.household"), params)
    _add_attempts(store, doors, params["on"])
    return doors


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _least_by_use(book: RuleBook) -> list[tuple[str, str, int]]:
    """(use, residency, fewest days between visits) for every pair of words a door can have."""
    found = []
    for use in ("", *LABELS["type_of_use"]):
        for state in ("", *LABELS["residency_state"]):
            rule = book.of_door(use or None, state or None)
            found.append((use, state, rule.fewest_days if rule else NEVER))
    return found


def _add_tags(store: Store, doors: Mapping[str, Door], mine: str, params: dict[str, Any]) -> None:
    for home, person, birth, tag, since in store.rows(_TAGS.format(mine), params):
        door = doors.get(home)
        if door is None:
            continue
        day = (since + "-01-01")[:10]  # perhaps known to the month or year only
        day = day if is_date(day) else ""
        if day <= params["on"]:
            door.births[person] = birth
            own = door.tags.setdefault(person, {})
            own[tag] = min(day, own.get(tag, day))


def _add_attempts(store: Store, doors: Mapping[str, Door], on: str) -> None:
    since = {uid: door.last.isoformat() if door.last else "" for uid, door in doors.items()}
    params = {"doors": json.dumps(since), "on": on}
    for home, day, outcome, mode, started, next_on in store.rows(_ATTEMPTS, params):
        doors[home].attempts.append(
            Attempt(date.fromisoformat(day), outcome, mode, started, _day(next_on))
        )
