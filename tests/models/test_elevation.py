"""A building is laid out as people see it: floors from the top, units side by side."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.errors import NoSuchRecord
from desktop.models import visits
from desktop.models.elevation import Column, elevation_of
from desktop.models.store import Store
from desktop.models.visits import NewVisit
from tests.build import a_building, a_household

TODAY = date(2026, 6, 15)


def test_floors_go_from_the_top_down_and_units_from_left_to_right(store: Store) -> None:
    building = a_building(store, floors=3)
    for unit, room in (("2", "101"), ("1", "301"), ("1", "102"), ("10", "101")):
        a_household(store, unit=unit, room=room, people=["王小明"])
    drawn = elevation_of(store, building, TODAY)
    assert drawn.place == "瑞景公园3栋"
    assert [floor.label for floor in drawn.floors] == ["3层", "2层", "1层"]
    assert drawn.units == [("1", 2), ("2", 1), ("10", 1)]
    assert drawn.columns[:2] == (Column("1", "01"), Column("1", "02"))
    top, middle, ground = drawn.floors
    assert [len(cells) for cells in top.cells] == [1, 0, 0, 0]
    assert [len(cells) for cells in middle.cells] == [0, 0, 0, 0]
    assert [cells[0].door if cells else "" for cells in ground.cells] == [
        "", "1单元102", "2单元101", "10单元101",
    ]  # fmt: skip


def test_a_cell_tells_head_people_care_and_days_since_the_last_valid_visit(store: Store) -> None:
    building = a_building(store)
    home = a_household(store, people=["王㛃", "李红"], tags=["elder_alone"])
    for day, outcome in ((date(2026, 6, 5), "met"), (date(2026, 6, 14), "not_home")):
        visits.record(store, NewVisit(household=home, outcome=outcome, happened_on=day))
    never = a_household(store, room="502", type_of_use="vacant")
    cells = {
        c.household: c
        for f in elevation_of(store, building, TODAY).floors
        for p in f.cells
        for c in p
    }
    assert (cells[home].head, cells[home].people, cells[home].care) == ("王㛃", 2, True)
    assert cells[home].days == 10
    assert (cells[never].head, cells[never].care, cells[never].days) == ("", False, None)


def test_attics_basements_and_doors_without_a_floor_have_their_place(store: Store) -> None:
    building = a_building(store, floors=2)
    a_household(store, room="201", people=["王一"])
    a_household(store, room="201", place="attic", people=["王二"])
    a_household(store, room="01", place="basement", floor=None, people=["王三"])
    a_household(store, room="-101", floor=-1, people=["王四"])
    a_household(store, room="东户", floor=None, people=["王五"])
    drawn = elevation_of(store, building, TODAY)
    assert [floor.label for floor in drawn.floors] == ["阁楼", "2层", "1层", "负1层", "地下室"]
    assert [cell.head for cell in drawn.loose] == ["王五"]


def test_the_same_door_twice_shows_both_households(store: Store) -> None:
    building = a_building(store)
    a_household(store, people=["王一"])
    a_household(store, people=["王二"])
    cells = [
        cells for floor in elevation_of(store, building, TODAY).floors for cells in floor.cells
    ]
    assert [len(found) for found in cells if found] == [2]


def test_an_empty_building_and_an_unknown_one(store: Store) -> None:
    drawn = elevation_of(store, a_building(store, floors=2), TODAY)
    assert (len(drawn.floors), drawn.columns, drawn.loose) == (2, (), ())
    with pytest.raises(NoSuchRecord):
        elevation_of(store, "nothing", TODAY)


def test_a_mistyped_height_does_not_fill_the_memory_with_floors(store: Store) -> None:
    drawn = elevation_of(store, a_building(store, floors=10**9), TODAY)
    assert len(drawn.floors) == 300
