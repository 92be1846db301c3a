"""Runs a 千户访行动: from when to when, which doors, who walks which stair, how far they got."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.errors import BadValue, NoSuchRecord, UserError
from desktop.models import places
from desktop.models.changes import Change
from desktop.models.door_text import natural
from desktop.models.store import Store
from desktop.models.visits import IN_FORCE, SEPARATOR


@dataclass(frozen=True, slots=True)
class Scope:
    """Which doors a campaign is about; empty parts mean all."""

    estates: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()  # 房屋性质


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
    return Scope(**{name: tuple(parts.get(name, ())) for name in Scope.__dataclass_fields__})


def add_campaign(
    store: Store,
    name: str,
    start_on: date,
    end_on: date,
    *,
    estates: Sequence[str] = (),
    buildings: Sequence[str] = (),
    tags: Sequence[str] = (),
    uses: Sequence[str] = (),
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
    parts = {
        "estates": list(estates), "buildings": list(buildings), "tags": list(tags),
        "uses": list(uses),
    }  # fmt: skip
    scope = json.dumps({key: some for key, some in parts.items() if some}, ensure_ascii=False)
    with store.change("新建走访行动") as change:
        return change.create(
            "campaigns", name=name.strip(), start_on=start_on.isoformat(),
            end_on=end_on.isoformat(), scope=scope, target=target, note=note.strip(),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stair:
    """One stair of a campaign: whose it is, and how far it has got (distinct households)."""

    building: str
    unit: str  # "" = doors without one
    name: str  # 「瑞景公园3栋2单元」
    doors: int
    reached: int
    walker: str | None


@dataclass(frozen=True, slots=True)
class WalkerProgress:
    """What one person has taken on and where they were let in (distinct households)."""

    walker: str
    doors: int  # in the stairs reserved for them
    reached: int  # of these, by anybody
    met: int  # households of the campaign they reached themselves


class StairTaken(UserError):
    def __init__(self, stair: str, walker: str) -> None:
        super().__init__(f"{stair}已由“{walker}”领走，没有保存。请先退回，再分给别人。")


_IN_SCOPE = """
SELECT h.uid, coalesce(h.building, ''), coalesce(h.unit, '')
FROM live_households h LEFT JOIN buildings b ON b.uid = h.building
WHERE (:estates = '[]' OR b.estate IN (SELECT value FROM json_each(:estates)))
AND (:buildings = '[]' OR h.building IN (SELECT value FROM json_each(:buildings)))
AND (:uses = '[]' OR h.type_of_use IN (SELECT value FROM json_each(:uses)))
AND (:tags = '[]' OR h.uid IN (
    SELECT r.household FROM live_care_tags t JOIN live_residents r ON r.uid = t.resident
    WHERE t.until IS NULL AND t.tag IN (SELECT value FROM json_each(:tags))))
"""
_REACHED = (
    "SELECT v.household, v.campaign, coalesce(v.walkers, '') FROM live_visits v"
    " WHERE v.outcome IN ('met', 'proxy')"
    " AND (v.campaign = ?1 OR (v.campaign IS NULL AND v.happened_on BETWEEN ?2 AND ?3))"
    f" AND {IN_FORCE}"
)


def _doors(store: Store, campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Household → (building, unit) of every door in the campaign's scope."""
    scope = {name: json.dumps(getattr(campaign.scope, name)) for name in Scope.__dataclass_fields__}
    return {uid: (building, unit) for uid, building, unit in store.rows(_IN_SCOPE, scope)}


def _visited(
    store: Store, campaign: Campaign, doors: Container[str]
) -> list[tuple[str, frozenset[str]]]:
    """(household, who walked) of each valid visit: one counts for the campaign it names, and one
    that names none when its day and its door are in the campaign's."""
    days = (campaign.uid, campaign.start_on, campaign.end_on)
    return [
        (home, frozenset(walkers.split(SEPARATOR)))
        for home, named, walkers in store.rows(_REACHED, days)
        if named or home in doors
    ]


def progress(store: Store, campaign: Campaign) -> tuple[int, int]:
    """(distinct households reached, target)."""
    doors = _doors(store, campaign)
    reached = {home for home, _ in _visited(store, campaign, doors)}
    return len(reached), campaign.target or len(doors)


def stairs(store: Store, campaign: Campaign) -> list[Stair]:
    """The campaign stair by stair in the order of places, each with its progress."""
    doors = _doors(store, campaign)
    reached = {home for home, _ in _visited(store, campaign, doors)}
    whose = _allocations(store, campaign.uid)
    names = {building.uid: building.place for building in places.buildings(store)}
    all_of, done = Counter(doors.values()), Counter(doors[home] for home in reached & doors.keys())
    found = [
        Stair(
            building, unit, _stair_name(names.get(building, ""), unit), count,
            done[building, unit], whose.get((building, unit)),
        )
        for (building, unit), count in all_of.items()
    ]  # fmt: skip
    return sorted(found, key=lambda stair: (natural(stair.name), stair.building))


def _stair_name(building: str, unit: str) -> str:
    return f"{building or '未写楼栋'}{unit}单元" if unit else building or "未写楼栋"


def walkers(store: Store, campaign: Campaign) -> list[WalkerProgress]:
    """The campaign person by person: who has taken on stairs, and who has walked."""
    doors = _doors(store, campaign)
    visited = _visited(store, campaign, doors)
    reached = {home for home, _ in visited}
    whose = _allocations(store, campaign.uid)
    own: dict[str, set[str]] = defaultdict(set)
    met: dict[str, set[str]] = defaultdict(set)
    for home, stair in doors.items():
        if stair in whose:
            own[whose[stair]].add(home)
    for home, people in visited:
        for person in people - {""}:
            met[person].add(home)
    return [
        WalkerProgress(name, len(own[name]), len(own[name] & reached), len(met[name]))
        for name in sorted(own.keys() | met.keys())
    ]


def _allocations(store: Store, campaign: str) -> dict[tuple[str, str], str]:
    rows = store.rows(
        "SELECT building, coalesce(unit, ''), walker FROM live_allocations"
        " WHERE campaign = ? AND walker IS NOT NULL",
        (campaign,),
    )
    return {(building, unit): walker for building, unit, walker in rows}


def reserve(
    store: Store, campaign: Campaign, building: str, unit: str, walker: str
) -> Change | None:
    """Give a stair to a walker; one that somebody else has must be released first.

    The row's uid follows from campaign and stair: two PCs that give the same stair away meet in
    one row, and the two names become a conflict to settle instead of two people at one door.
    """
    if not walker.strip():
        raise BadValue("走访人", walker, "不能为空")
    here = [s for s in stairs(store, campaign) if (s.building, s.unit) == (building, unit)]
    if not here:
        raise NoSuchRecord("行动范围内的单元", f"{building} {unit}".strip())
    if here[0].walker and here[0].walker != walker.strip():
        raise StairTaken(here[0].name, here[0].walker)
    return _give(store, campaign, building, unit, walker.strip())


def release(store: Store, campaign: Campaign, building: str, unit: str) -> Change | None:
    """Take a stair back from whoever has it; None when nobody has."""
    if (building, unit) not in _allocations(store, campaign.uid):
        return None
    return _give(store, campaign, building, unit, None)


def _give(
    store: Store, campaign: Campaign, building: str, unit: str, walker: str | None
) -> Change | None:
    name = f"{campaign.uid} {building} {unit}".encode()
    uid = hashlib.sha256(b"stair:" + name).hexdigest()[:20]
    gone = store.value("SELECT gone FROM allocations WHERE uid = ?", (uid,))
    with store.change("走访分工" if walker else "退回走访分工") as change:
        if gone is None:
            change.create(
                "allocations", uid=uid, campaign=campaign.uid, building=building, unit=unit,
                walker=walker,
            )  # fmt: skip
        else:
            if gone:
                change.restore("allocations", uid)
            change.set("allocations", uid, walker=walker)
    return change.done
