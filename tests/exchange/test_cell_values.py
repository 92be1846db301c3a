"""Yes and no, names, relations, sex, tags: the words of real cells and what they mean."""

from __future__ import annotations

import pytest

from desktop.exchange.sheets.header import exact_field, table
from desktop.exchange.sheets.tags import TagReader
from desktop.exchange.sheets.values import (
    house_use,
    read_name,
    read_sex,
    relation_code,
    residency_state,
    sex_legend,
    yes_no,
)
from tests.models.cases import FOLDER


def _header_cases() -> list[tuple[str, str]]:
    lines = (FOLDER / "headers.tsv").read_text("utf-8").splitlines()[1:]
    return [
        (word, field)
        for field, _, words in (line.partition("\t") for line in lines)
        for word in words.split(" | ")
    ]


@pytest.mark.parametrize(("word", "field"), _header_cases())
def test_every_header_word_of_the_table_names_its_field(word: str, field: str) -> None:
    assert exact_field(word) == field


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("姓 名", "name"), ("*姓名", "name"), ("姓名：", "name"), ("联系\n电话", "phone"),
        ("年龄（岁）", "age"), ("人口数(人)", "count"), ("房　号", "room"), ("ＮＯ．", "seq"),
        ("联系电话1", "phone"), ("宗教信仰情况", "dropped"), ("不认识的列", ""),
    ],
)  # fmt: skip
def test_headers_are_normalised_before_they_are_looked_up(word: str, field: str) -> None:
    assert exact_field(word) == field


def test_no_header_word_means_two_things() -> None:
    assert len(table()) > 200


def test_marks_for_yes_and_no() -> None:
    for text in ["√", "✓", "✔", "是", "有", "Y", "yes", "1", "1.0", "TRUE", "☑", "■", "●"]:
        assert yes_no(text) == (True, None), text
    for text in ["×", "✗", "否", "无", "N", "0", "☐", "FALSE"]:
        assert yes_no(text) == (False, None), text
    for text in ("", "—", "/"):
        assert yes_no(text) == (None, None), text
    for text in ["○", "△", "？"]:
        answer, warning = yes_no(text)
        assert answer is None
        assert warning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("张三", "张三"), ("张 三", "张三"), ("买买提•艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"), ("张㛃", "张㛃"), ("欧阳𠀀", "欧阳𠀀"), ("林𬭎", "林𬭎"),
        ("John Smith", "John Smith"), ("\uf9d1明", None),
    ],
)  # fmt: skip
def test_names_are_cleaned_but_rare_characters_stay(text: str, value: str | None) -> None:
    if value is None:
        assert read_name(text).value == text
    else:
        assert read_name(text).value == value


def test_a_head_may_be_marked_behind_the_name() -> None:
    for text in ("张三(户主)", "张三（户主）", "张三（本人）"):
        name = read_name(text)
        assert (name.value, name.is_head) == ("张三", True)


@pytest.mark.parametrize("text", ["张三、李四", "张三,李四", "张三/李四", "张三 和 李四"])
def test_several_people_in_one_cell_are_refused(text: str) -> None:
    assert read_name(text).problem == "一格多人，请分行"


@pytest.mark.parametrize("text", ["空置", "无人", "空户", "出租", "装修中"])
def test_words_about_the_flat_are_no_person(text: str) -> None:
    name = read_name(text)
    assert name.value is None
    assert name.house_use in ("vacant", "rented")


def test_a_deceased_person_is_listed_and_not_imported() -> None:
    assert read_name("张三（已故）").left_out == "已故，未导入"


@pytest.mark.parametrize("text", ["张?", "张\ufffd", "李？明"])
def test_names_broken_by_a_wrong_encoding_are_refused(text: str) -> None:
    assert read_name(text).problem == "姓名含无法识别的字，请核对"


@pytest.mark.parametrize("text", ["张", "张三2", "很长" * 11])
def test_odd_names_are_imported_with_a_warning(text: str) -> None:
    name = read_name(text)
    assert name.value
    assert name.warning


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("妻子", "SPOUSE"), ("老婆", "SPOUSE"), ("爱人", "SPOUSE"), ("配偶", "SPOUSE"),
        ("大儿子", "SON"), ("长子", "SON"), ("儿", "SON"), ("二女儿", "DAUGHTER"),
        ("儿媳妇", "CHILD_IN_LAW"), ("孙女", "GRANDCHILD"), ("岳母", "PARENT_IN_LAW"),
        ("租客", "NON_RELATIVE"), ("租户", "NON_RELATIVE"), ("房客", "NON_RELATIVE"),
        ("保姆", "NON_RELATIVE"), ("户主", "HEAD"), ("本人", "HEAD"),
    ],
)  # fmt: skip
def test_relations_as_people_say_them(text: str, code: str) -> None:
    assert relation_code(text) == (code, None)


def test_a_lone_word_for_wife_or_daughter_in_law_is_asked_about() -> None:
    code, warning = relation_code("媳妇")
    assert code == "UNKNOWN"
    assert warning


def test_sex_by_word_and_codes_only_with_a_legend() -> None:
    assert read_sex("男性") == ("男", None)
    value, problem = read_sex("1")
    assert value is None
    assert problem
    assert read_sex("1", sex_legend("性别（1男2女）")) == ("男", None)
    assert read_sex("1", sex_legend("性别(0男1女)")) == ("女", None)


def test_tags_lose_their_level_and_unknown_words_are_asked_about() -> None:
    reader = TagReader({})
    assert [code for code, _ in reader.read("低保,残疾二级;独居").found] == [
        "minimum_living", "disability", "elder_alone",
    ]  # fmt: skip
    assert reader.read("困难").unknown == ("困难",)
    assert reader.read("√", "是否低保").found == (("minimum_living", "是否低保"),)
    assert reader.read("否", "是否低保").denied == ("minimum_living",)
    assert [code for code, _ in reader.read("高龄(80+)、空巢").found] == ["age_80", "empty_nest"]


def test_what_must_never_be_collected_is_not_even_repeated() -> None:
    read = TagReader({}).read("低保、信访重点")
    assert read.dropped
    assert read.unknown == ()


def test_house_use_and_residency() -> None:
    assert house_use("租赁") == ("rented", None)
    assert house_use("是", "是否出租") == ("rented", None)
    assert residency_state("户在人不在") == ("registered_only", None)
    assert residency_state("是", "是否人户分离") == ("separated", None)
    assert residency_state("√", "空挂") == ("registered_only", None)
    assert house_use("飞船")[1]
