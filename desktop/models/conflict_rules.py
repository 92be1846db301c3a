"""Settles many conflicts at once by a rule a person chose, in one change that can be taken back.

A rule names whose values count. It never names the newer ones: no clock decides anything here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.models.changes import Change
from desktop.models.conflicts import Conflict, conflicts
from desktop.models.store import Store
from desktop.models.versions import GONE


@dataclass(frozen=True, slots=True)
class Rule:
    """Take the values of one PC, for one field (empty: for all) of these conflicts (None: all)."""

    site: str
    field: tuple[str, str] | None = None  # table, field
    ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    table: str
    uid: str
    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rule would settle, and what it leaves to be looked at one by one."""

    decisions: tuple[Decision, ...]
    deletions: int  # a record is never deleted, or kept, wholesale
    silent: int  # that PC has given no value of its own


def plan(found: Sequence[Conflict], rule: Rule) -> Plan:
    """What the rule would do with these conflicts; changes nothing."""
    meant = [
        one
        for one in found
        if (rule.field is None or rule.field == (one.table, one.field))
        and (rule.ids is None or one.id in rule.ids)
    ]
    decisions = []
    silent = 0
    for one in meant:
        if one.field == GONE:
            continue
        given = [candidate for candidate in one.candidates if candidate.site == rule.site]
        if given:
            decisions.append(Decision(one.table, one.uid, one.field, given[0].value))
        else:
            silent += 1
    deletions = sum(1 for one in meant if one.field == GONE)
    return Plan(tuple(decisions), deletions, silent)


def settle(store: Store, rule: Rule) -> Change | None:
    """Settle by the rule whatever is open now, as one change."""
    with store.change("按规则处理冲突", kind="rule") as change:
        for one in plan(conflicts(store), rule).decisions:
            change.decide(one.table, one.uid, one.field, one.value)
    return change.done
