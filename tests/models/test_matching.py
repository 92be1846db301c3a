"""A need finds the neighbour who can help: alike first, then near, then idle."""

from __future__ import annotations

from desktop.models import items, matching
from desktop.models.store import Store
from tests.build import a_building, a_household


def found(store: Store, uid: str) -> list[tuple[str, str]]:
    return [(match.item.text, match.why) for match in matching.matches(store, uid)]


def test_the_nearest_fitting_resource_comes_first(store: Store) -> None:
    asks = a_household(store, "3", "2", "501", people=["王小明"])
    same_stair = a_household(store, "3", "2", "301", people=["李红"])
    same_building = a_household(store, "3", "1", "301", people=["陈刚"])
    elsewhere = a_household(store, "7", "1", "301", people=["林丽"])
    for home, text in (
        (elsewhere, "会修水管"), (same_building, "可以修水管"), (same_stair, "周末可以辅导作业"),
    ):  # fmt: skip
        items.register(store, "resource", text, household=home)
    need = items.register(store, "need", "厨房水管漏水，想请人修", household=asks)
    assert found(store, need) == [
        ("可以修水管", "同一栋楼，内容相近"),
        ("会修水管", "同一小区，内容相近"),
        ("周末可以辅导作业", "同一单元"),
    ]


def test_who_looks_after_much_already_comes_later(store: Store) -> None:
    homes = [
        a_household(store, "3", "1", room, people=[name])
        for room, name in (("301", "李红"), ("302", "陈刚"))
    ]
    for home in homes:
        items.register(store, "resource", "陪老人看病", household=home, category="陪护")
    busy = items.register(store, "need", "买菜", building=a_building(store, "5"))
    items.step(store, busy, "accepted")
    items.step(store, busy, "assigned", by="李红")
    need = items.register(
        store, "need", "去医院", household=a_household(store, "3", "2"), category="陪护"
    )
    assert [why for _, why in found(store, need)] == [
        "同一栋楼，内容相近",
        "同一栋楼，内容相近，手上已有1件",
    ]


def test_a_resource_finds_open_needs_and_nothing_far_and_different(store: Store) -> None:
    offer = items.register(store, "resource", "会理发", household=a_household(store, "3"))
    done = items.register(store, "need", "上门理发", household=a_household(store, "5"))
    items.step(store, done, "solved_on_site", result="已理")
    items.register(store, "need", "理发", household=a_household(store, "6"))
    items.register(store, "need", "没有写地点的事")
    assert [text for text, _ in found(store, offer)] == ["理发"]
