"""Who serves where: terms follow one another, history stays, a vacancy is seen."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.errors import BadValue, NoSuchRecord
from desktop.models import posts
from desktop.models.post_places import AmbiguousPlace, read_place
from desktop.models.store import Store
from tests.build import a_building, a_household


def serve(store: Store, holder: str, day: date | None = None, place: str = "3栋") -> str:
    kind, uid = posts.find_place(store, "building_chief", place)
    return posts.set_post(store, "building_chief", kind, uid, holder, term_from=day)


def holders(store: Store, on: date | None = None) -> list[str]:
    return [post.holder for post in posts.posts(store, on=on)]


def a_lane(store: Store, name: str) -> str:
    with store.change("新增街巷") as change:
        return change.create("lanes", name=name)


def test_a_new_holder_ends_the_old_term_and_history_stays(store: Store) -> None:
    a_household(store)
    serve(store, "陈楼长", date(2024, 3, 1))
    serve(store, "李楼长", date(2026, 3, 1))
    assert holders(store) == ["李楼长"]
    assert holders(store, on=date(2026, 2, 28)) == ["陈楼长"]
    assert holders(store, on=date(2024, 2, 29)) == []
    terms = [(p.holder, p.term_from, p.term_to) for p in posts.posts(store, ended=True)]
    assert terms == [("陈楼长", "2024-03-01", "2026-02-28"), ("李楼长", "2026-03-01", None)]


def test_details_of_the_serving_holder_are_corrected_in_place(store: Store) -> None:
    a_household(store)
    first = serve(store, "陈楼长", date(2024, 3, 1))
    building = a_building(store)
    again = posts.set_post(
        store, "building_chief", "building", building, "陈楼长", phone="139 0000 0002",
        sex="女", is_party=True, chosen="推选", scope="3栋全部",
    )  # fmt: skip
    assert again == first
    assert serve(store, "陈楼长", date(2024, 3, 1)) == first
    (post,) = posts.posts(store)
    assert (post.phone, post.sex, post.is_party, post.chosen, post.term_from) == (
        "13900000002", "女", True, "elected", "2024-03-01",
    )  # fmt: skip
    assert (post.place_name, post.households, post.scope) == ("瑞景公园3栋", 1, "3栋全部")


def test_a_name_typed_wrongly_today_never_served(store: Store) -> None:
    a_household(store)
    serve(store, "陈搂长")
    serve(store, "陈楼长")
    assert [post.holder for post in posts.posts(store, ended=True)] == ["陈楼长"]


def test_an_ended_term_leaves_a_vacancy_from_the_next_day(store: Store) -> None:
    a_household(store)
    uid = serve(store, "陈楼长", date(2024, 3, 1))
    assert posts.vacancies(store) == []
    with pytest.raises(BadValue, match="早于任职日期"):
        posts.end_post(store, uid, on=date(2024, 2, 1))
    posts.end_post(store, uid, on=date(2026, 6, 14), reason="搬家")
    (vacancy,) = posts.vacancies(store)
    assert (vacancy.place_name, vacancy.place_kind) == ("瑞景公园3栋", "building")
    a_household(store, "3", room="501")
    assert posts.vacancies(store)[0].households == vacancy.households + 1
    assert posts.vacancies(store, on=date(2026, 6, 14)) == []
    assert holders(store) == []


def test_a_term_that_begins_later_does_not_fill_the_place_yet(store: Store) -> None:
    a_household(store)
    serve(store, "陈楼长", date(2026, 7, 1))
    assert holders(store) == []
    assert len(posts.vacancies(store)) == 1
    serve(store, "李楼长", date(2026, 6, 1))
    assert holders(store) == ["李楼长"]
    assert holders(store, on=date(2026, 6, 30)) == ["李楼长"]
    assert holders(store, on=date(2026, 7, 1)) == ["陈楼长"]


def test_each_stair_lane_grid_and_estate_can_be_vacant(store: Store) -> None:
    a_household(store, "3", "1", "101")
    a_household(store, "3", "2", "101")
    a_lane(store, "中山路")
    with store.change("新增网格") as change:
        change.create("grids", name="第二网格")
    names = {
        kind: [v.place_name for v in posts.vacancies(store, kind=kind)]
        for kind in ("stair_chief", "lane_chief", "grid_worker", "branch_secretary")
    }
    assert names == {
        "stair_chief": ["瑞景公园3栋1单元", "瑞景公园3栋2单元"],
        "lane_chief": ["中山路"],
        "grid_worker": ["第二网格"],
        "branch_secretary": ["瑞景公园"],
    }


def test_stair_chiefs_of_one_building_do_not_end_each_other(store: Store) -> None:
    a_household(store, "3", "1", "101")
    a_household(store, "3", "2", "101")
    a_household(store, "3", "2", "201")
    for text, holder in (("3栋1单元", "甲"), ("3栋2单元", "乙")):
        place = read_place(store, "stair_chief", text)
        posts.set_post(store, "stair_chief", place.kind, place.uid, holder, unit=place.unit)
    listed = [(p.holder, p.place_name, p.households) for p in posts.posts(store)]
    assert listed == [("甲", "瑞景公园3栋1单元", 1), ("乙", "瑞景公园3栋2单元", 2)]
    assert posts.vacancies(store, kind="stair_chief") == []


@pytest.mark.parametrize(
    "text", ["3栋", "3号楼", "瑞景公园3栋", "瑞景公园小区3栋", "瑞景公园3号楼", "三栋"]
)
def test_a_building_is_found_as_people_write_it(store: Store, text: str) -> None:
    building = a_building(store)
    assert posts.find_place(store, "building_chief", text) == ("building", building)
    assert posts.find_place(store, "楼栋长", building) == ("building", building)


def test_lanes_grids_and_estates_are_found_by_name(store: Store) -> None:
    lane = a_lane(store, "中山路")
    building = a_building(store)
    assert posts.find_place(store, "lane_chief", "中山路") == ("lane", lane)
    estate = store.value("SELECT uid FROM live_estates")
    assert posts.find_place(store, "branch_secretary", "瑞景公园小区") == ("estate", estate)
    place = read_place(store, "stair_chief", "瑞景公园3栋2单元")
    assert (place.kind, place.uid, place.unit) == ("unit", building, "2")


def test_the_same_number_in_two_estates_asks_for_the_estate(store: Store) -> None:
    a_building(store, "3")
    other = a_building(store, "3", estate="莲心花园")
    with pytest.raises(AmbiguousPlace, match=r"有2处：.*请写全小区名"):
        posts.find_place(store, "building_chief", "3栋")
    assert posts.find_place(store, "building_chief", "莲心花园3栋") == ("building", other)


def test_what_cannot_be_a_post_is_refused_in_words(store: Store) -> None:
    building = a_building(store)
    with pytest.raises(NoSuchRecord, match="楼栋“9栋”"):
        posts.find_place(store, "building_chief", "9栋")
    with pytest.raises(BadValue, match="楼栋长"):
        posts.find_place(store, "楼长长", "3栋")
    with pytest.raises(BadValue, match="姓名"):
        posts.set_post(store, "building_chief", "building", building, " ")
    with pytest.raises(BadValue, match="只能设在街巷"):
        posts.set_post(store, "lane_chief", "building", building, "陈")
    with pytest.raises(BadValue, match="哪个单元"):
        posts.set_post(store, "stair_chief", "unit", building, "陈")
    with pytest.raises(BadValue, match="产生方式"):
        posts.set_post(store, "building_chief", "building", building, "陈", chosen="抽签")
    with pytest.raises(BadValue, match="手机"):
        posts.set_post(store, "building_chief", "building", building, "陈", phone="12")
    assert posts.posts(store) == []
