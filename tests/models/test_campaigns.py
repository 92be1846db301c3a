"""A campaign counts distinct doors reached, never visits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desktop.errors import BadValue, NoSuchRecord
from desktop.models import campaigns, check, conflicts, visits
from desktop.models.campaigns import StairTaken, WalkerProgress
from desktop.models.store import Store
from desktop.models.visits import NewVisit
from tests.build import a_building, a_household
from tests.models.sites import World

SPRING = (date(2026, 5, 1), date(2026, 6, 30))


def a_visit(store: Store, home: str, day: date, outcome: str = "met", **more: Any) -> str:
    visit = NewVisit(household=home, outcome=outcome, happened_on=day, **more)
    return visits.record(store, visit)


def test_doors_are_counted_once_and_only_when_somebody_was_reached(store: Store) -> None:
    homes = [a_household(store, room=room, people=["王小明"]) for room in ("301", "302", "401")]
    run = campaigns.campaign(store, campaigns.add_campaign(store, "千户访", *SPRING))
    assert campaigns.progress(store, run) == (0, 3)
    a_visit(store, homes[0], date(2026, 5, 2))
    a_visit(store, homes[0], date(2026, 5, 3), mode="phone")
    a_visit(store, homes[1], date(2026, 5, 3), "not_home")
    a_visit(store, homes[2], date(2026, 4, 30))
    assert campaigns.progress(store, run) == (1, 3)


def test_the_scope_and_the_named_campaign_decide(store: Store) -> None:
    inside = a_household(store, "3", people=["林阿婆"], tags=["elder_alone"])
    same_building = a_household(store, "3", room="601", people=["王小明"])
    outside = a_household(store, "5", people=["李四"])
    uid = campaigns.add_campaign(
        store, "独居老人走访", *SPRING, buildings=[a_building(store, "3")], tags=["elder_alone"]
    )
    run = campaigns.campaign(store, uid)
    assert campaigns.progress(store, run) == (0, 1)
    for home in (inside, same_building):
        a_visit(store, home, date(2026, 5, 2))
    assert campaigns.progress(store, run) == (1, 1)
    visit = a_visit(store, outside, date(2026, 5, 2), campaign=uid)
    assert campaigns.progress(store, run) == (2, 1)
    visits.correct(
        store, visit, NewVisit(household=outside, outcome="refused", happened_on=date(2026, 5, 2))
    )
    assert campaigns.progress(store, run) == (1, 1)


def test_a_target_may_be_set_and_the_latest_campaign_comes_first(store: Store) -> None:
    campaigns.add_campaign(store, "春季", date(2026, 3, 1), date(2026, 4, 1), target=40)
    campaigns.add_campaign(store, "夏季", *SPRING)
    assert [run.name for run in campaigns.campaigns(store)] == ["夏季", "春季"]
    assert campaigns.progress(store, campaigns.campaigns(store)[1]) == (0, 40)


def test_a_bad_campaign_is_refused(store: Store) -> None:
    with pytest.raises(BadValue, match="早于开始日期"):
        campaigns.add_campaign(store, "千户访", SPRING[1], SPRING[0])
    with pytest.raises(BadValue, match="行动名称"):
        campaigns.add_campaign(store, " ", *SPRING)
    with pytest.raises(BadValue, match="目标户数"):
        campaigns.add_campaign(store, "千户访", *SPRING, target=0)
    with pytest.raises(NoSuchRecord):
        campaigns.campaign(store, "0" * 20)


def test_stairs_are_given_to_walkers_taken_back_and_counted_by_door(store: Store) -> None:
    homes = [
        a_household(store, "3", unit, room, people=["王小明"])
        for unit, room in (("1", "301"), ("1", "302"), ("2", "301"))
    ]
    run = campaigns.campaign(store, campaigns.add_campaign(store, "千户访", *SPRING))
    building = a_building(store, "3")
    assert campaigns.reserve(store, run, building, "1", "陈干事") is not None
    a_visit(store, homes[0], date(2026, 5, 2), walkers=("陈干事", "林书记"))
    a_visit(store, homes[0], date(2026, 5, 9), walkers=("陈干事",))
    a_visit(store, homes[2], date(2026, 5, 9), walkers=("林书记",))
    found = [(s.name, s.reached, s.doors, s.walker) for s in campaigns.stairs(store, run)]
    assert found == [("瑞景公园3栋1单元", 1, 2, "陈干事"), ("瑞景公园3栋2单元", 1, 1, None)]
    assert campaigns.walkers(store, run) == [
        WalkerProgress("林书记", 0, 0, 2),
        WalkerProgress("陈干事", 2, 1, 1),
    ]
    with pytest.raises(StairTaken, match="陈干事"):
        campaigns.reserve(store, run, building, "1", "林书记")
    assert campaigns.release(store, run, building, "1") is not None
    assert campaigns.release(store, run, building, "1") is None
    campaigns.reserve(store, run, building, "1", "林书记")
    assert campaigns.stairs(store, run)[0].walker == "林书记"
    with pytest.raises(NoSuchRecord):
        campaigns.reserve(store, run, building, "9", "林书记")
    assert check.check(store) == []


def test_only_doors_of_a_use_are_in_scope(store: Store) -> None:
    a_household(store, room="301", type_of_use="rented")
    a_household(store, room="302", type_of_use="owner_occupied")
    run = campaigns.campaign(
        store, campaigns.add_campaign(store, "出租户", *SPRING, uses=["rented"])
    )
    assert campaigns.progress(store, run) == (0, 1)


def test_two_pcs_that_give_away_one_stair_meet_in_one_conflict() -> None:
    world = World.of(2)
    first, second = world.stores
    with first.change("建立") as change:
        building = change.create("buildings", name="3", word="栋")
        change.create("households", building=building, unit="1", room="301")
    run = campaigns.campaign(first, campaigns.add_campaign(first, "千户访", *SPRING))
    world.deliver(1, world.export(0, 1))
    campaigns.reserve(first, run, building, "1", "甲")
    campaigns.reserve(second, run, building, "1", "乙")
    world.deliver(1, world.export(0, 1))
    world.deliver(0, world.export(1, 0))
    stairs = [campaigns.stairs(store, run) for store in world.stores]
    assert len(stairs[0]) == 1
    assert stairs[0] == stairs[1]
    assert [len(conflicts.conflicts(store)) for store in world.stores] == [1, 1]
    world.close()
