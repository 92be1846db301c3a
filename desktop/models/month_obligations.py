"""Works out which visits fell due in a month, door by door, from the due engine's intervals.

Each contact calls for the next one; a household that refused is left alone for a while, and so is
one muted by hand. Households nobody has ever reached owe no date and are seen in the visit rate.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from desktop.models import settings
from desktop.models.due import rule_book
from desktop.models.due_rules import Rule, RuleBook
from desktop.models.indicators import Obligation, obligations
from desktop.models.month_scope import Scope
from desktop.models.store import Store

_REFUSAL = "拒访"  # how a mute that follows from a refusal ends its reason
_CONTACT = "v.outcome IN ('met', 'proxy')"
_IN_PERSON = "v.mode IN ('door', 'stair', 'office')"
# the contacts that can call for a visit in the period, each with the one that followed it
_CALLS = """
WITH d AS MATERIALIZED (
    SELECT value ->> 0 AS uid, value ->> 1 AS earliest, value ->> 2 AS latest
    FROM json_each(:doors))
SELECT c.household, c.happened_on, (
    SELECT v.happened_on FROM live_visits v
    WHERE v.household = c.household AND v.happened_on > c.happened_on AND v.happened_on <= :end
    AND {0} ORDER BY v.happened_on LIMIT 1)
FROM (SELECT v.household, v.happened_on FROM d CROSS JOIN live_visits v
      ON v.household = d.uid AND v.happened_on BETWEEN d.earliest AND d.latest WHERE {0}) c
"""
_ALL_CONTACTS = f"""
SELECT v.household, v.happened_on, {_IN_PERSON} FROM json_each(:homes) h
CROSS JOIN live_visits v ON v.household = h.value AND v.happened_on BETWEEN :since AND :end
WHERE {_CONTACT} AND {{}}
"""
_REFUSALS = (
    "SELECT v.household, v.happened_on FROM live_visits v"
    " WHERE v.happened_on BETWEEN :since AND :end AND v.outcome = 'refused' AND {}"
)


@dataclass(slots=True)
class _Door:
    type_of_use: str | None
    residency: str | None
    muted_by_hand_until: str | None
    people: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


def obligations_of(store: Store, scope: Scope) -> tuple[Obligation, ...]:
    """Every household's visits that fell due between the first of the month and the cut-off."""
    book = rule_book(store)
    doors = _doors(store, scope)
    births = _add_tags(store, scope, doors)
    found: list[Obligation] = []
    rules = {uid: _rule(door, book, births, scope) for uid, door in doors.items()}
    days = _days(store, scope, {uid: rule for uid, rule in rules.items() if rule})
    for uid, some in days.items():
        rule = rules[uid]
        if rule:
            found += obligations(uid, rule, some, scope.period.first, scope.period.cut_off)
    return tuple(_without_the_left_alone(store, scope, doors, found))


def _reach(rule: Rule) -> int:
    """How many days before its due date the contact can lie that called for it."""
    return rule.days if rule.window == "rolling" else 2 * rule.length + 2


def _days(store: Store, scope: Scope, rules: Mapping[str, Rule]) -> dict[str, set[date]]:
    """Per household the days of contacts that decide what fell due in the period."""
    merged = {old: home for old, home in scope.aliases.items() if home in rules}
    many = {*merged.values()}
    found: dict[str, set[date]] = defaultdict(set)
    for by_phone in (True, False):
        some = {
            uid: rule
            for uid, rule in rules.items()
            if rule.phone_ok is by_phone and uid not in many
        }
        condition = f"{_CONTACT} AND {scope.seen_visit}" + (
            "" if by_phone else f" AND {_IN_PERSON}"
        )
        for home, *days in _calls(store, scope, some, condition):
            found[home].update(date.fromisoformat(day) for day in days if day)
    if many:  # a household under several numbers: whatever happened under any of them
        longest = max(_reach(rules[home]) for home in many)
        since = scope.period.first - timedelta(days=longest)
        for home, day, in_person in _contacts(store, scope, [*merged, *many], since):
            if in_person or rules[home].phone_ok:
                found[home].add(day)
    return found


def _calls(
    store: Store, scope: Scope, rules: Mapping[str, Rule], condition: str
) -> Iterable[tuple[str, str, str | None]]:
    if not rules:
        return []
    spans: dict[tuple[int, int], tuple[str, str]] = {}
    listed = []
    for uid, rule in rules.items():
        key = _reach(rule), rule.fewest_days
        if key not in spans:
            earliest = scope.period.first - timedelta(days=key[0])
            latest = scope.period.cut_off - timedelta(days=key[1])
            spans[key] = earliest.isoformat(), latest.isoformat()
        listed.append((uid, *spans[key]))
    params = scope.params(doors=json.dumps(listed))
    return [(row[0], row[1], row[2]) for row in store.rows(_CALLS.format(condition), params)]


def _contacts(
    store: Store, scope: Scope, homes: Sequence[str], since: date
) -> Iterable[tuple[str, date, bool]]:
    """(household, day, in person) of every contact there from that day on."""
    params = scope.params(homes=json.dumps(homes), since=since.isoformat())
    for home, day, in_person in store.rows(_ALL_CONTACTS.format(scope.seen_visit), params):
        yield scope.aliases.get(home, home), date.fromisoformat(day), bool(in_person)


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
    own = book.of_door(door.type_of_use, door.residency)
    if not door.people:
        return own
    rules = [
        rule
        for person, tags in door.people.items()
        for rule in book.of_person(tags, births[person], scope.period.cut_off)
    ]
    if own:
        rules.append(own)
    return min(rules, key=lambda rule: (rule.length, rule.phone_ok, rule.since), default=None)


def _without_the_left_alone(
    store: Store, scope: Scope, doors: Mapping[str, _Door], fallen_due: Iterable[Obligation]
) -> Iterable[Obligation]:
    """Leave out what fell due on a day when nobody was to knock."""
    rest = timedelta(days=int(settings.get(store, "refusal_mute_days")))
    since = scope.period.first - rest
    refusals: dict[str, list[date]] = defaultdict(list)
    params = scope.params(since=since.isoformat())
    for home, day in store.rows(_REFUSALS.format(scope.seen_visit), params):
        refusals[scope.aliases.get(home, home)].append(date.fromisoformat(day))
    asked = [one for one in fallen_due if not _muted(doors[one.household], one.due)]
    refused = {one.household for one in asked} & refusals.keys()
    homes = [*refused, *(old for old, home in scope.aliases.items() if home in refused)]
    opened: dict[str, list[date]] = defaultdict(list)
    for home, day, in_person in _contacts(store, scope, homes, since):
        if in_person:
            opened[home].append(day)
    for one in asked:
        home, due = one.household, one.due
        if not any(
            no <= due <= no + rest and not any(no <= day <= due for day in opened[home])
            for no in refusals.get(home, ())
        ):
            yield one


def _muted(door: _Door, due: date) -> bool:
    return bool(door.muted_by_hand_until and due.isoformat() <= door.muted_by_hand_until)
