"""Works out which visits fell due in a month, door by door, from the due engine's intervals.

Each contact calls for the next one; a household that refused is left alone for a while, and so is
one muted by hand. Households nobody has ever reached owe no date and are seen in the visit rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from desktop.models import settings
from desktop.models.due import rule_book
from desktop.models.due_rules import Rule, RuleBook
from desktop.models.indicators import Obligation, obligations
from desktop.models.month_scope import Scope
from desktop.models.store import Store
from desktop.models.visits import IN_PERSON, VALID

_LOOK_BACK = timedelta(days=2)  # calendar windows reach a day further than their length
_REFUSAL = "拒访"  # how a mute that follows from a refusal ends its reason


@dataclass(slots=True)
class _Door:
    type_of_use: str | None
    residency: str | None
    muted_by_hand_until: str | None
    people: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    contacts: list[tuple[date, bool]] = field(default_factory=list)  # day, in person
    refusals: list[date] = field(default_factory=list)


def obligations_of(store: Store, scope: Scope) -> tuple[Obligation, ...]:
    """Every household's visits that fell due between the first of the month and the cut-off."""
    book = rule_book(store)
    doors = _doors(store, scope)
    births = _add_tags(store, scope, doors)
    rules = {uid: _rule(door, book, births, scope) for uid, door in doors.items()}
    longest = max((_reach(rule) for rule in rules.values() if rule), default=0)
    _add_visits(store, scope, doors, longest)
    rest = timedelta(days=int(settings.get(store, "refusal_mute_days")))
    found: list[Obligation] = []
    for uid, rule in rules.items():
        door = doors[uid]
        if rule is None or not door.contacts:
            continue
        days = [day for day, in_person in door.contacts if in_person or rule.phone_ok]
        for one in obligations(uid, rule, days, scope.period.first, scope.period.cut_off):
            if not _left_alone(door, one.due, rest):
                found.append(one)
    return tuple(found)


def _reach(rule: Rule) -> int:
    """How many days before its due date the contact can lie that called for it."""
    return rule.days if rule.window == "rolling" else 2 * rule.length


def _doors(store: Store, scope: Scope) -> dict[str, _Door]:
    return {
        uid: _Door(use, state, None if (reason or "").endswith(_REFUSAL) else until)
        for uid, born, use, state, until, reason in store.rows(
            "SELECT uid, born, type_of_use, residency_state, mute_until, mute_reason"
            " FROM live_households"
        )
        if scope.knows(born)
    }


def _add_tags(store: Store, scope: Scope, doors: Mapping[str, _Door]) -> dict[str, str | None]:
    """Put the care tags in force at the end on their doors; returns births of tagged residents."""
    births = {}
    for person, home, birth, tag, since, born in store.rows(
        "SELECT r.uid, r.household, r.birth, t.tag, coalesce(t.since, ''), t.born"
        " FROM live_care_tags t JOIN live_residents r ON r.uid = t.resident"
        " WHERE (coalesce(r.status, 'living') = 'living' OR r.status_on > ?1)"
        " AND coalesce(t.since, '') <= ?1 AND coalesce(t.until, '9999') >= ?1",
        (scope.end,),
    ):
        door = doors.get(scope.aliases.get(home, home))
        if door and scope.knows(born):
            day = (since + "-01-01")[:10] if since else ""  # known to the month or year only
            door.people[person][tag] = min(day, door.people[person].get(tag, day))
            births[person] = birth
    return births


def _rule(
    door: _Door, book: RuleBook, births: Mapping[str, str | None], scope: Scope
) -> Rule | None:
    """The shortest interval that covers this door at the period's end."""
    rules = [
        rule
        for person, tags in door.people.items()
        for rule in book.of_person(tags, births[person], scope.period.cut_off)
    ]
    own = book.of_door(door.type_of_use, door.residency)
    if own:
        rules.append(own)
    return min(rules, key=lambda rule: (rule.length, rule.phone_ok, rule.since), default=None)


def _add_visits(store: Store, scope: Scope, doors: Mapping[str, _Door], reach: int) -> None:
    """The contacts and refusals that can matter for the period."""
    start = scope.period.first - timedelta(days=reach) - _LOOK_BACK
    for uid, home, day, outcome, mode, born in store.rows(
        "SELECT uid, household, happened_on, outcome, mode, born FROM live_visits"
        # most of the table: reading it in order is quicker than by the index of days
        " WHERE +happened_on BETWEEN ? AND ? AND outcome IN ('met', 'proxy', 'refused')",
        (start.isoformat(), scope.end),
    ):
        door = doors.get(scope.aliases.get(home, home))
        if door is None or uid in scope.corrected or not scope.knows(born):
            continue
        if outcome in VALID:
            door.contacts.append((date.fromisoformat(day), mode in IN_PERSON))
        else:
            door.refusals.append(date.fromisoformat(day))


def _left_alone(door: _Door, due: date, rest: timedelta) -> bool:
    """Whether nobody was to knock on the day it was due."""
    if door.muted_by_hand_until and due.isoformat() <= door.muted_by_hand_until:
        return True
    return any(
        refused <= due <= refused + rest
        and not any(person and refused <= day <= due for day, person in door.contacts)
        for refused in door.refusals
    )
