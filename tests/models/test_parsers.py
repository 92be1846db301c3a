"""Single cells of real spreadsheets: every line of the case tables, and laws for unseen ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.models.door import parse_door
from desktop.models.identity import check_symbol, parse_id
from desktop.models.partial_date import parse_date
from desktop.models.phone import parse_phone
from tests.models.cases import differences, load


def _date(text: str) -> Any:
    return parse_date(text, sheet_year=2026)


PARSERS: dict[str, Callable[[str], Any]] = {
    "door": parse_door, "id": parse_id, "phone": parse_phone, "date": _date,
}  # fmt: skip
CASES = [(kind, text, wanted) for kind in PARSERS for text, wanted in load(f"{kind}.tsv")]


@pytest.mark.parametrize(("kind", "text", "wanted"), CASES, ids=[f"{k} {t}" for k, t, _ in CASES])
def test_a_cell_of_the_case_tables_is_read_as_agreed(
    kind: str, text: str, wanted: dict[str, Any]
) -> None:
    assert differences(PARSERS[kind](text), wanted) == []


ODD = st.text(
    st.one_of(
        st.sampled_from(
            "0123456789一二三十〇栋幢座号楼单元室层之附-—_/.#AB东西负 （）年月日农,、X*+"
        ),
        st.characters(),
    ),
    max_size=30,
)


@given(ODD)
@settings(max_examples=300, deadline=None)
def test_no_cell_makes_a_parser_fail(text: str) -> None:
    for parse in PARSERS.values():
        parse(text)


@given(st.integers(1, 99), st.integers(1, 9), st.integers(1, 40), st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_a_door_is_the_same_however_it_is_written(b: int, u: int, floor: int, r: int) -> None:
    room = f"{floor}{r:02d}"
    for text in (
        f"{b}-{u}-{room}", f"{b}栋{u}单元{room}", f"{b}幢{u}梯{room}室", f"{b}号楼{u}单元{room}",
        f"{b}#{u}-{room}", f"{b}座{u}单元{floor}楼{room}",
    ):  # fmt: skip
        door = parse_door(text)
        assert (door.building, door.unit, door.room, door.floor) == (str(b), str(u), room, floor)
        assert door.problem is None
        assert door.warning is None


@given(
    st.dates(
        min_value=date(1900, 1, 1),
        max_value=date(2026, 1, 1),
    ),
    st.integers(0, 999),
)
@settings(max_examples=100, deadline=None)
def test_a_valid_id_tells_birth_and_sex_and_one_wrong_digit_is_noticed(
    born: Any, order: int
) -> None:
    first = f"350299{born:%Y%m%d}{order:03d}"
    number = first + check_symbol(first)
    read = parse_id(number)
    assert (read.value, read.birth) == (number, born.isoformat())
    assert read.sex == ("男" if order % 2 else "女")
    wrong = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
    assert parse_id(wrong).value is None


@given(st.dates(min_value=date(1900, 1, 1),
                max_value=date(2026, 1, 1)))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_a_whole_date_is_the_same_however_it_is_written(day: Any) -> None:
    for text in (
        day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}",
    ):  # fmt: skip
        assert _date(text).value == day.isoformat()


@given(st.integers(13, 19), st.integers(0, 999_999_999))
@settings(max_examples=100, deadline=None)
def test_a_mobile_number_survives_spaces_prefixes_and_names(head: int, rest: int) -> None:
    number = f"{head}{rest:09d}"
    for text in (
        number, f"+86 {number}", f"{number[:3]} {number[3:7]} {number[7:]}", f"{number}（王阿姨）",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
    ):  # fmt: skip
        assert parse_phone(text).phones == (number,)
        assert parse_phone(text).problem is None


@pytest.mark.parametrize(
    ("text", "building", "unit", "room"),
    [
        ("3栋2单元501室", "3", "2", "501"),
        ("三栋二单元五〇一", "3", "2", "501"),
        ("第3栋第2单元501", "3", "2", "501"),
        ("3 栋 2 单元 501", "3", "2", "501"),
        ("03栋02单元0501", "3", "2", "501"),
        ("12幢1003", "12", None, "1003"),
        ("B座2单元1801", "B", "2", "1801"),
        ("3栋-2单元-501", "3", "2", "501"),
        ("3栋2单元501（后门）", "3", "2", "501"),
        ("瑞景公园3栋2单元501", "3", "2", "501"),
        ("福建省厦门市思明区莲心社区瑞景公园3栋2单元501", "3", "2", "501"),
        ("3/2/501", "3", "2", "501"),
        ("3.2.501", "3", "2", "501"),
        ("3－2—501", "3", "2", "501"),
        ("十二栋三单元一千二百零一", "12", "3", "1201"),
    ],
)
def test_unseen_doors_of_the_same_kinds(
    text: str, building: str, unit: str | None, room: str
) -> None:
    door = parse_door(text)
    assert (door.building, door.unit, door.room) == (building, unit, room), door
