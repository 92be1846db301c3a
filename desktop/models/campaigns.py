"""Runs a 千户访行动: from when to when, which doors, how many have been reached."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop.errors import BadValue, NoSuchRecord
from desktop.models.store import Store
from desktop.models.visits import IN_FORCE


@dataclass(frozen=True, slots=True)
class Scope:
    """Which doors a campaign is about; empty parts mean all."""

    estates: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    uid: str
    name: str
    start_on: str
    end_on: str
    scope: Scope
    target: int | None  # doors to reach; None = every door in scope
    note: str | None


def campaigns(store: Store) -> list[Campaign]:
    """The latest first."""
    rows = store.rows(
        "SELECT uid, name, start_on, end_on, scope, target, note FROM live_campaigns"
        " ORDER BY start_on DESC, name, uid"
    )
    return [
        Campaign(uid, name, start, end, _scope(scope), target, note)
        for uid, name, start, end, scope, target, note in rows
    ]


def campaign(store: Store, uid: str) -> Campaign:
    for found in campaigns(store):
        if found.uid == uid:
            return found
    raise NoSuchRecord("走访行动", uid)


def _scope(text: str | None) -> Scope:
    parts = json.loads(text) if text else {}
    return Scope(*(tuple(parts.get(name, ())) for name in ("estates", "buildings", "tags")))


def add_campaign(
    store: Store,
    name: str,
    start_on: date,
    end_on: date,
    *,
    estates: Sequence[str] = (),
    buildings: Sequence[str] = (),
    tags: Sequence[str] = (),
    target: int | None = None,
    note: str = "",
) -> str:
    """Begin a campaign; returns its uid."""
    if not name.strip():
        raise BadValue("行动名称", name, "不能为空")
    if end_on < start_on:
        raise BadValue("结束日期", end_on, f"早于开始日期{start_on}")
    if target is not None and target < 1:
        raise BadValue("目标户数", target, "应大于0；不定目标请留空")
    parts = {"estates": list(estates), "buildings": list(buildings), "tags": list(tags)}
    scope = json.dumps({key: some for key, some in parts.items() if some}, ensure_ascii=False)
    with store.change("新建走访行动") as change:
        return change.create(
            "campaigns", name=name.strip(), start_on=start_on.isoformat(),
            end_on=end_on.isoformat(), scope=scope, target=target, note=note.strip(),
        )  # fmt: skip


_IN_SCOPE = """
SELECT h.uid FROM live_households h LEFT JOIN buildings b ON b.uid = h.building
WHERE (?1 = '[]' OR b.estate IN (SELECT value FROM json_each(?1)))
AND (?2 = '[]' OR h.building IN (SELECT value FROM json_each(?2)))
AND (?3 = '[]' OR h.uid IN (
    SELECT r.household FROM live_care_tags t JOIN live_residents r ON r.uid = t.resident
    WHERE t.until IS NULL AND t.tag IN (SELECT value FROM json_each(?3))))
"""


def progress(store: Store, campaign: Campaign) -> tuple[int, int]:
    """(distinct households reached, target): a visit counts for the campaign it names, and one
    that names none counts when its day and its door are in the campaign's."""
    scope = tuple(
        json.dumps(list(part))
        for part in (campaign.scope.estates, campaign.scope.buildings, campaign.scope.tags)
    )
    doors = {row[0] for row in store.rows(_IN_SCOPE, scope)}
    rows = store.rows(
        "SELECT v.household, v.campaign FROM live_visits v WHERE v.outcome IN ('met', 'proxy')"
        " AND (v.campaign = ?1 OR (v.campaign IS NULL AND v.happened_on BETWEEN ?2 AND ?3))"
        f" AND {IN_FORCE}",
        (campaign.uid, campaign.start_on, campaign.end_on),
    )
    reached = {home for home, named in rows if named or home in doors}
    return len(reached), campaign.target or len(doors)
