"""Edits by hand: what is accepted, what is refused with a sentence, and the history they leave."""

from __future__ import annotations

import pytest

from desktop.errors import BadValue, NoSuchRecord
from desktop.models import residents, roster
from desktop.models.database import BrokenText
from desktop.models.field_words import field_word
from desktop.models.residents import AmbiguousDoor, form_code
from desktop.models.store import Store
from desktop.models.undo import undo_change
from tests.build import a_building, a_household, first_resident


def test_words_become_codes_and_dates_and_phones_are_checked(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    uid, _ = roster.add_resident(
        store, home, name="李红", relation="配偶", birth="1960年5月", phone="139 0000 0002"
    )
    person = residents.resident(store, uid)
    assert (person.relation, person.birth, person.phone) == ("SPOUSE", "1960-05", "13900000002")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("relation", "亲家的邻居", "只能是"),
        ("birth", "1958年2月30日", "不存在"),
        ("phone", "139000000", "位"),
        ("religion", "x", "没有这个字段"),
    ],
)
def test_a_wrong_value_is_refused_with_field_and_value(
    store: Store, field: str, value: str, words: str
) -> None:
    home = a_household(store, people=["王小明"])
    with pytest.raises(BadValue) as refused:
        roster.set_field(store, first_resident(store, home), field, value)
    assert field_word("residents", field) in str(refused.value)
    assert value in str(refused.value)
    assert words in str(refused.value)


def test_history_names_each_value_and_who_gave_it(store: Store) -> None:
    home = a_household(store, people=[{"name": "王小明", "phone": "13900000001"}])
    person = first_resident(store, home)
    roster.set_field(store, person, "phone", "13900000002")
    lines = [line for line in roster.history(store, person) if line.field == "phone"]
    assert [(line.value, line.user, line.live) for line in lines] == [
        ("13900000001", "林书记", False),
        ("13900000002", "林书记", True),
    ]


def test_removing_a_household_takes_its_people_along_and_undo_brings_them_back(
    store: Store,
) -> None:
    home = a_household(store, people=["王小明", "李红"], tags=["elder_alone"])
    change = roster.remove(store, home, "录错了")
    assert change is not None
    assert residents.households(store, [home]) == []
    undo_change(store, change.id)
    back = residents.household(store, home)
    assert [person.name for person in back.residents] == ["王小明", "李红"]
    assert back.tags == ("elder_alone",)


def test_a_building_with_households_is_not_removed(store: Store) -> None:
    a_household(store)
    with pytest.raises(roster.StillInUse):
        roster.remove(store, a_building(store), "拆了")


@pytest.mark.parametrize("text", ["瑞景公园3栋2单元501", "3-2-501", "3栋2单元501"])
def test_a_household_is_found_by_its_door(store: Store, text: str) -> None:
    home = a_household(store)
    a_household(store, building="5")
    assert residents.find_household(store, text) == home


def test_a_household_is_found_by_the_code_on_its_form(store: Store) -> None:
    home = a_household(store)
    code = form_code(home)
    assert residents.find_household(store, code.lower()) == home
    wrong = code[:-1] + ("7" if code[-1] != "7" else "8")
    with pytest.raises(NoSuchRecord):
        residents.find_household(store, wrong)


def test_a_door_that_fits_several_households_asks_which(store: Store) -> None:
    a_household(store, building="3")
    a_household(store, building="5")
    with pytest.raises(AmbiguousDoor) as refused:
        residents.find_household(store, "2单元501")
    assert "3栋2单元501" in str(refused.value)


def test_households_come_in_walking_order(store: Store) -> None:
    for building, unit, room in [
        ("10", "1", "101"), ("3", "2", "101"), ("3", "1", "201"), ("3", "1", "502"),
        ("3", "1", "501"),
    ]:  # fmt: skip
        a_household(store, building=building, unit=unit, room=room)
    doors = [home.door.removeprefix("瑞景公园") for home in residents.households(store)]
    assert doors == ["3栋1单元501", "3栋1单元502", "3栋1单元201", "3栋2单元101", "10栋1单元101"]


def test_an_old_lane_number_and_its_room_do_not_run_together(store: Store) -> None:
    with store.change("新增") as change:
        lane = change.create("lanes", name="中山路")
        house = change.create("buildings", lane=lane, name="50之1", word="号")
        home = change.create("households", building=house, floor=3, room="301")
    door = residents.household(store, home).door
    assert door == "中山路50号之1-301"
    assert residents.find_household(store, door) == home


def test_a_door_copied_from_the_screen_is_found(store: Store) -> None:
    with store.change("新增住户") as change:
        estate = change.create("estates", name="中山路老街")
        lane = change.create("lanes", name="中山路")
        building = change.create("buildings", estate=estate, lane=lane, name="50之1", word="号")
        home = change.create("households", building=building, room="301", floor=3)
        change.create("households", building=building, room="302", floor=3)
    shown = residents.household(store, home).door
    assert residents.find_household(store, shown) == home


def test_a_record_is_never_moved_to_a_place_that_is_not_there(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    for uid, field in ((home, "building"), (first_resident(store, home), "household")):
        with pytest.raises(NoSuchRecord):
            roster.set_field(store, uid, field, "nowhere")
        with pytest.raises(BadValue):
            roster.set_field(store, uid, field, "")
    assert residents.household(store, home).residents[0].name == "王小明"


def test_a_resident_cannot_lose_the_name(store: Store) -> None:
    person = first_resident(store, a_household(store, people=["王小明"]))
    with pytest.raises(BadValue, match="姓名"):
        roster.set_field(store, person, "name", "  ")


def test_a_name_stays_on_one_line_and_hides_nothing(store: Store) -> None:
    home = a_household(store)
    uid, _ = roster.add_resident(store, home, name="\u202e王\u200b\n小明\u2069")
    assert residents.resident(store, uid).name == "王 小明"


@pytest.mark.parametrize("floor", ["1000000", "99999999999999999999", "-21", "三"])
def test_a_floor_no_house_has_is_refused(store: Store, floor: str) -> None:
    with pytest.raises(BadValue, match="楼层"):
        roster.set_field(store, a_household(store), "floor", floor)


def test_half_a_character_is_no_crash(store: Store) -> None:
    with pytest.raises(BrokenText):
        roster.history(store, "\udcff")
