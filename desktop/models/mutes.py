"""Keeps people away from a door for a while: after a refusal, or because somebody decided so.

A mute always has a reason and an end date; the phone stays allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord
from desktop.models import settings
from desktop.models.changes import Change
from desktop.models.draft import ChangeDraft
from desktop.models.store import Store

_REFUSED = "拒访"


@dataclass(frozen=True, slots=True)
class Knock:
    """What of a visit matters here: refused, or the door was opened."""

    household: str
    day: date
    refused: bool
    opened: bool


def mute(store: Store, household: str, until: date, reason: str) -> Change | None:
    """Let nobody knock until that day."""
    if not reason.strip():
        raise BadValue("不上门的原因", reason, "不能为空")
    if until < clock.today():
        raise BadValue("不上门到", until, "已经过去")
    return _set(store, household, until.isoformat(), reason.strip())


def unmute(store: Store, household: str) -> Change | None:
    """Let people knock again."""
    return _set(store, household, None, None)


def _set(store: Store, household: str, until: str | None, reason: str | None) -> Change | None:
    if not store.value("SELECT 1 FROM live_households WHERE uid = ?", (household,)):
        raise NoSuchRecord("户", household)
    with store.change("上门静默") as change:
        change.set("households", household, mute_until=until, mute_reason=reason)
    return change.done


def follow(change: ChangeDraft, store: Store, knocks: Sequence[Knock]) -> None:
    """A refusal mutes the household for the office's number of days; an opened door ends that."""
    latest: dict[str, Knock] = {}
    for knock in knocks:
        before = latest.get(knock.household)
        if (knock.refused or knock.opened) and (before is None or before.day <= knock.day):
            latest[knock.household] = knock
    days = timedelta(days=int(settings.get(store, "refusal_mute_days")))
    for home, until, reason, opened_on in _mutes(store, sorted(latest)):
        knock, day = latest[home], latest[home].day.isoformat()
        if knock.refused:
            end = (knock.day + days).isoformat()
            if end > until and day >= opened_on:
                change.set("households", home, mute_until=end, mute_reason=day + _REFUSED)
        elif reason.endswith(_REFUSED) and reason[:10] <= day:
            change.set("households", home, mute_until=None, mute_reason=None)


def take_back(change: ChangeDraft, store: Store, household: str, refused_on: str) -> None:
    """End the mute this (mistaken) refusal set, never one that a person chose."""
    reason = store.value("SELECT mute_reason FROM households WHERE uid = ?", (household,))
    if reason == refused_on + _REFUSED:
        change.set("households", household, mute_until=None, mute_reason=None)


def _mutes(store: Store, households: list[str]) -> list[tuple[str, str, str, str]]:
    """Per household: muted until, why, and the last day somebody opened the door."""
    rows = store.rows_in(
        "SELECT h.uid, coalesce(h.mute_until, ''), coalesce(h.mute_reason, ''),"
        " coalesce((SELECT max(v.happened_on) FROM live_visits v"
        " WHERE v.household = h.uid AND v.outcome IN ('met', 'proxy')"
        " AND v.mode IN ('door', 'stair', 'office')), '') FROM households h"
        " WHERE h.uid IN ({})",
        households,
    )
    return [(uid, until, reason, opened_on) for uid, until, reason, opened_on in rows]
