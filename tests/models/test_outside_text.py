"""Words for the outside: what points to a resident is found, however it is spelled."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.errors import BadValue
from desktop.models.outside_text import (
    DOOR,
    NAME,
    NUMBER,
    PHONE,
    Confirmed,
    PersonalWords,
    check_downward,
    check_upward,
    find,
)
from desktop.models.store import Store
from tests.build import a_building, a_household, an_estate, first_resident


@pytest.fixture
def roster(store: Store) -> Store:
    a_household(
        store, "3", "2", "501", phone="0592-5551234",
        people=[
            {"name": "王小明", "phone": "13900000001", "id_number": "350299198001010011"},
            {"name": "买买提·艾力"}, {"name": "高兴"}, "李",
        ],
    )  # fmt: skip
    a_household(store, "12", "1", "1203", people=["欧阳娜娜"])
    with store.change("老城") as change:
        lane = change.create("lanes", name="中山路")
        house = change.create("buildings", lane=lane, name="50之1", word="号")
        change.create("households", building=house, room="301", door_raw="中山路50号之1-301")
        single = change.create("buildings", lane=lane, name="88", word="号")
        change.create("households", building=single, door_raw="中山路88号")
    return store


def kinds(store: Store, text: str) -> set[str]:
    return {each.kind for each in find(store, [text])}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("王-小-明家漏水", NAME), ("王（小）明", NAME), ("王_小*明", NAME),
        ("王\ufe00小\u1160明", NAME),
        ("一三九-〇〇〇〇-〇〇〇一", PHONE), ("139零零零零0001", PHONE),
        ("壹叁玖零零零零零零零壹", PHONE), ("139、0000、0001", PHONE), ("139——0000——0001", PHONE),
        ("1-3-9-0-0-0-0-0-0-0-1", PHONE), ("139(0000)0001", PHONE), ("5551-234", PHONE),
        ("35029-91980-01010-011", NUMBER), ("350299（19800101）0011", NUMBER),
        ("三五〇二九九、一九八〇〇一〇一、〇〇一一", NUMBER),
        ("三栋二单元五〇一", DOOR), ("三栋五零一", DOOR), ("3棟501", DOOR), ("3號樓501", DOOR),
    ],
)  # fmt: skip
def test_marks_numerals_and_traditional_door_words_hide_nothing(
    roster: Store, text: str, kind: str
) -> None:
    assert kinds(roster, text) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-15，2026.06.15-2026.07.15办理",
        "他很高，兴许能来",
        "第1、2、3、4、5、6、7、8组",
        "3栋、4栋、5栋共120户，一百二十户",
        "一、二、三、四、五、六、七、八项",
        "小明，王",
    ],
)
def test_plain_sentences_with_numbers_and_commas_may_leave(roster: Store, text: str) -> None:
    assert kinds(roster, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "王小明家漏水", "王 小 明家漏水", "王　小明", "请找王​小明", "买买提艾力", "买买提•艾力",
        "买买提・艾力家", "欧阳娜娜反映",
    ],
)  # fmt: skip
def test_a_residents_name_is_found(roster: Store, text: str) -> None:
    assert kinds(roster, text) == {NAME}


@pytest.mark.parametrize(
    "text",
    [
        "电话13900000001", "139 0000 0001", "139-0000-0001", "１３９００００００01",
        "+8613900000001",
        "一三九零零零零零零零一", "幺三九〇〇〇〇〇〇〇一", "0592-5551234",
        "05925551234", "打5551234",
        "555-1234", "请打13712345678",
    ],
)  # fmt: skip
def test_a_phone_is_found(roster: Store, text: str) -> None:
    assert PHONE in kinds(roster, text)


@pytest.mark.parametrize(
    "text",
    [
        "350299198001010011", "35029919800101001X", "350299 19800101 0011", "350299-1980-0101-0011",
        "３５０２９９１９８００１０１００１１", "350299800101001", "350299********0011",
        "139****0001", "卡号6222 0212 3456 7890 123",
    ],
)  # fmt: skip
def test_an_id_or_card_number_is_found_upward_and_downward(roster: Store, text: str) -> None:
    assert NUMBER in kinds(roster, text)
    with pytest.raises(PersonalWords):
        check_downward([text])


@pytest.mark.parametrize(
    "text",
    [
        "3栋2单元501漏水", "3栋2单元501室", "三栋二单元501", "3-2-501", "３－２－５０１", "3—2—501",
        "3栋501", "3号楼2单元501", "3幢501室", "3#501", "03-02-501", "3栋2单元5楼501", "12-1203",
        "12栋1203", "7栋1单元902", "2单元501", "中山路50号之1-301", "50号之1-301", "中山路88号",
        "3/2/501",
    ],
)  # fmt: skip
def test_a_door_is_found_in_any_spelling(roster: Store, text: str) -> None:
    assert kinds(roster, text) == {DOOR}


@pytest.mark.parametrize(
    "text",
    [
        "3栋120户停水", "瑞景公园3栋电梯故障", "2026-06-15前答复", "2026年6月15日", "6-15之前",
        "请拨12345或96110", "涉及3栋、12栋共240户", "投入12万元，覆盖1203人", "2单元门禁坏了",
        "李姓居民反映", "中山路修路", "2026/6/15", "时间13:00-17:00", "需要15个工作日，3-5人",
        "3栋2单元共12户", "楼高12层，建于1998年", "第3号议案第501条",
    ],
)  # fmt: skip
def test_an_ordinary_sentence_passes(roster: Store, text: str) -> None:
    assert find(roster, [text]) == []


def test_a_name_that_is_a_word_may_stay_with_a_reason_and_leaves_a_line(roster: Store) -> None:
    text = ["居民都很高兴"]
    with pytest.raises(PersonalWords, match=r"姓名“高兴”.*逐个确认"):
        check_upward(roster, text)
    with pytest.raises(BadValue, match="写明原因"):
        check_upward(roster, text, Confirmed(frozenset({"高兴"})))
    kept = check_upward(roster, text, Confirmed(frozenset({"高兴"}), "形容词"))
    assert kept == {"高兴"}
    with pytest.raises(PersonalWords, match="王小明"):
        check_upward(roster, ["高兴的王小明"], Confirmed(frozenset({"高兴"}), "形容词"))


def test_a_phone_or_a_door_cannot_be_confirmed(roster: Store) -> None:
    for words in ("13900000001", "3栋2单元501"):
        with pytest.raises(PersonalWords, match="请改写"):
            check_upward(roster, [words], Confirmed(frozenset({words}), "没有关系"))


def test_people_who_moved_out_or_died_are_still_nobody_to_name(roster: Store) -> None:
    home = a_household(roster, "4", "1", "101", people=["赵走远"])
    with roster.change("迁出") as change:
        change.set("residents", first_resident(roster, home), status="moved_out")
    assert kinds(roster, "赵走远以前住这里") == {NAME}


def test_a_large_roster_is_compared_while_somebody_types(store: Store) -> None:
    house = a_building(store)
    with store.change("很多人") as change:
        homes = change.create_many(
            "households",
            [{"building": house, "unit": str(n % 9), "room": f"{n:04d}"} for n in range(5000)],
        )
        change.create_many(
            "residents",
            [
                {"household": homes[n % 5000], "name": f"王{chr(0x4E00 + n)}", "status": "living",
                 "phone": f"139{n:08d}"}
                for n in range(15000)
            ],
        )  # fmt: skip
    text = "老旧小区水管年久失修，多次协调未果，请街道牵头。" * 100
    find(store, ["热身"])
    start = time.process_time()
    find(store, [text])
    assert time.process_time() - start < 1  # 0.09 s here


_NAMES = st.text("张伟芳娜敏静丽强磊洋艳勇军杰娟", min_size=2, max_size=4)


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    name=_NAMES, before=st.text("漏水很久没修好", max_size=6), spaced=st.booleans(),
    digits=st.integers(0, 99_999_999), room=st.integers(101, 2609), full=st.booleans(),
)  # fmt: skip
def test_whatever_is_seeded_is_found_wherever_it_stands(
    store: Store, name: str, before: str, spaced: bool, digits: int, room: int, full: bool
) -> None:
    an_estate(store)
    a_household(store, "9", "3", str(room), people=[name])

    def spelled(word: str) -> str:
        word = " ".join(word) if spaced else word
        return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and full else c for c in word)

    phone = f"138{digits:08d}"
    for kind, word in (
        (NAME, name),
        (PHONE, phone),
        (DOOR, f"9栋3单元{room}"),
        (DOOR, f"9-3-{room}"),
    ):
        assert kind in kinds(store, f"{before}{spelled(word)}。请协调"), word
