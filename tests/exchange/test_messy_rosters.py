"""The same people, messed up in every way clerks know: the plan stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.exchange.sheets.importing import plan_import
from desktop.exchange.sheets.plan import Plan
from desktop.models.store import Store
from tests.exchange.sheet_files import csv_text

ROLES = (("户主", "HEAD"), ("妻子", "SPOUSE"), ("长子", "SON"), ("儿媳妇", "CHILD_IN_LAW"),
         ("孙女", "GRANDCHILD"))  # fmt: skip
SYNONYMS = {
    "小区": ("小区", "小区名称", "所属小区"),
    "楼栋": ("楼栋", "楼号", "幢", "*楼栋"),
    "单元": ("单元", "梯位", "单元号"),
    "房号": ("房号", "室号", "门牌号"),
    "姓名": ("姓名", "姓 名", "居民姓名", "家庭成员"),
    "关系": ("与户主关系", "关系", "称谓"),
    "电话": ("联系电话", "手机号码", "电话"),
}


@dataclass(frozen=True)
class House:
    building: int
    unit: int
    floor: int
    room: int
    people: tuple[tuple[str, int], ...]  # name, mobile number

    @property
    def room_number(self) -> str:
        return f"{self.floor}{self.room:02d}"


NAMES = st.text(st.sampled_from("王李张刘陈明华建国秀英㛃𬭎䶮𠀀頔"), min_size=2, max_size=4)
PEOPLE = st.lists(
    st.tuples(NAMES, st.integers(0, 9999)), min_size=1, max_size=5, unique_by=lambda p: p[0]
).map(tuple)
HOUSES = st.lists(
    st.builds(House, st.integers(1, 30), st.integers(1, 4), st.integers(1, 33), st.integers(1, 8),
              PEOPLE),
    min_size=1, max_size=8,
    unique_by=lambda h: (h.building, h.unit, h.floor, h.room),
)  # fmt: skip


@dataclass(frozen=True)
class Mess:
    words: int
    building: str
    unit: str
    title: bool
    blanks: bool
    repeat_header: bool
    totals: bool
    ditto: str  # what stands in the door cells of further people
    one_address: bool
    encoding: str
    shuffled: Any


MESSES = st.builds(
    Mess, st.integers(0, 11), st.sampled_from(["{}", "{}栋", "{}幢", "{}号楼", "{}#"]),
    st.sampled_from(["{}", "{}单元", "{}梯"]), st.booleans(), st.booleans(), st.booleans(),
    st.booleans(), st.sampled_from(["", "同上", "〃", "full"]), st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.randoms(use_true_random=False),
)  # fmt: skip


def _rows(houses: list[House], mess: Mess) -> list[list[str]]:
    house_list = list(houses)
    mess.shuffled.shuffle(house_list)
    words = [options[mess.words % len(options)] for options in SYNONYMS.values()]
    head = ["住址", *words[4:]] if mess.one_address else words
    rows = [["莲心社区瑞景公园小区住户花名册"], ["填报单位：莲心社区"]] if mess.title else []
    rows.append(head)
    for number, house in enumerate(house_list):
        door = ["瑞景公园", mess.building.format(house.building), mess.unit.format(house.unit),
                house.room_number]  # fmt: skip
        if mess.one_address:
            door = [f"瑞景公园{house.building}栋{house.unit}单元{house.room_number}"]
        for place, (name, phone) in enumerate(house.people):
            own = door if place == 0 or mess.ditto == "full" else [mess.ditto] * len(door)
            rows.append([*own, name, ROLES[place][0], f"1390000{phone:04d}"])
        if mess.blanks:
            rows.append([])
        if mess.repeat_header and number % 3 == 2:
            rows.append(head)
    if mess.totals:
        people = sum(len(h.people) for h in houses)
        rows += [["合计", f"{len(houses)}户", f"{people}人"], ["制表人：陈小样"]]
    return rows


def _planned(plan: Plan) -> set[tuple[str, str, str, str, str, str]]:
    creates = plan.work.creates
    buildings = {row["uid"]: row["name"] for row in creates["buildings"]}
    homes = {
        row["uid"]: (buildings[row["building"]], row["unit"], row["room"])
        for row in creates["households"]
    }
    return {
        (*homes[row["household"]], row["name"], row["relation"], row["phone"])
        for row in creates["residents"]
    }


def _check(store: Store, file: Path, houses: list[House], mess: Mess) -> None:
    file.write_bytes(csv_text(_rows(houses, mess)).encode(mess.encoding))
    plan = plan_import(store, [file])
    assert _planned(plan) == {
        (str(h.building), str(h.unit), h.room_number, name, ROLES[place][1], f"1390000{phone:04d}")
        for h in houses
        for place, (name, phone) in enumerate(h.people)
    }
    assert plan.refused == []
    assert [estate["name"] for estate in plan.work.creates["estates"]] == ["瑞景公园"]
    assert not any("表内合计" in remark.reason for remark in plan.warnings)


@given(HOUSES, MESSES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_messing_a_roster_up_changes_nothing_of_its_plan(
    store: Store, tmp_path: Path, houses: list[House], mess: Mess
) -> None:
    _check(store, tmp_path / "花名册.csv", houses, mess)


@pytest.mark.long
@given(HOUSES, MESSES)
@settings(
    max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_messing_many_rosters_up_changes_nothing_of_their_plans(
    store: Store, tmp_path: Path, houses: list[House], mess: Mess
) -> None:
    _check(store, tmp_path / "花名册.csv", houses, mess)
