"""A visiting day through the command line: who is due, what happened, what was asked, chiefs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop.models.profile import open_profile
from tests.build import a_household
from tests.command import Office
from tests.conftest import PASSPHRASE


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Office:
    """Two stairs of one building: an old man alone, a family, and an empty flat."""
    office = Office(tmp_path / "one")
    shutil.copytree(template, office.profile)
    store = open_profile(office.profile, PASSPHRASE)
    a_household(store, "3", "2", "501", people=["王小明"], tags=["elder_alone"])
    a_household(store, "3", "1", "201", people=["李四"])
    a_household(store, "3", "1", "101", type_of_use="vacant")
    store.close()
    return office


def due_doors(office: Office, *more: object) -> list[str]:
    return [line["door"] for line in office.ask("visit", "due", *more)["due"]]


def test_due_visit_and_no_longer_due(office: Office) -> None:
    due = office.ask("visit", "due", "--on", "2026-06-15")["due"]
    assert [line["door"] for line in due] == ["瑞景公园3栋1单元201", "瑞景公园3栋2单元501"]
    assert {"household", "door", "head", "due", "overdue_days", "reason"} <= set(due[1])
    assert (due[1]["head"], due[1]["due"], due[1]["overdue_days"]) == ("王小明", "2026-06-15", 0)
    assert due[1]["reason"] == "独居老人，每30天走访一次；从未走访，应于2026-06-15前走访"

    assert due_doors(office, "--tagged") == ["瑞景公园3栋2单元501"]
    office.ask("visit", "record", due[1]["household"], "--outcome", "met", "--date", "2026-06-14")
    assert due_doors(office) == ["瑞景公园3栋1单元201"]
    assert due_doors(office, "--within", "30") == ["瑞景公园3栋1单元201", "瑞景公园3栋2单元501"]
    assert due_doors(office, "--building", "瑞景公园3栋") == ["瑞景公园3栋1单元201"]
    assert "共1户" in office.do("visit", "due").out


def test_a_door_as_people_write_it_and_words_in_chinese(office: Office) -> None:
    answer = office.ask(
        "visit", "record", "3栋2单元501", "--outcome", "拒访", "--mode", "入户",
        "--date", "2026年6月14日", "--walker", "王网格", "--walker", "陈楼长", "--note", "下午去的",
    )  # fmt: skip
    assert len(answer["visit"]) == 20
    assert due_doors(office) == ["瑞景公园3栋1单元201"]
    assert due_doors(office, "--muted") == ["瑞景公园3栋1单元201", "瑞景公园3栋2单元501"]


def test_what_was_asked_for_is_followed_to_the_archive(office: Office) -> None:
    lists = ("--need", "想申请助浴", "--resource", "会修电脑", "--situation", "楼道灯不亮")
    office.do("visit", "record", "3栋2单元501", "--outcome", "met", *lists, "--promise", "回话")
    assert {entry["kind"] for entry in office.ask("item", "list")} == {
        "need", "resource", "situation",
    }  # fmt: skip
    (need,) = office.ask("item", "list", "--kind", "need")
    assert (need["state"], need["due_on"]) == ("registered", "2026-06-18")
    skipped = office.run("item", "step", need["uid"], "archived")
    assert skipped.status == 3
    assert skipped.err.startswith("现在是“登记”，不能直接到“归档”。")
    for words in (
        ("accepted",), ("派单", "--by", "张工"), ("in_progress", "--by", "张工"),
        ("awaiting_feedback", "--by", "张工", "--result", "已预约"), ("fed_back",),
    ):  # fmt: skip
        office.ask("item", "step", need["uid"], *words)
    own = office.run("item", "step", need["uid"], "rated", "--by", "张工", "--rating", "满意")
    assert own.status == 3
    assert "请换一位同事" in own.err
    done = office.ask("item", "step", need["uid"], "rated", "--rating", "satisfied")
    assert (done["state"], done["rating"], done["closing"]) == ("rated", "satisfied", "substance")
    shown = office.ask("item", "show", need["uid"])
    assert [event["step"] for event in shown["events"]][-2:] == ["fed_back", "rated"]
    assert office.ask("item", "list", "--kind", "need", "--open") == []
    assert office.ask("item", "list", "--state", "已评价")[0]["uid"] == need["uid"]


def test_a_deadline_in_an_unknown_year_says_how_it_was_counted(
    office: Office, tmp_path: Path
) -> None:
    hazard = ("item", "add", "隐患", "电梯异响", "--building", "3栋", "--time-class", "ordinary")
    uid = office.ask(*hazard)["uid"]
    office.ask("item", "step", uid, "accepted")
    later = office.do("item", "step", uid, "extended", "--due-on", "2027-01-08")
    assert "按周一至周五计" in later.err
    table = tmp_path / "2027.txt"
    table.write_text("2027 元旦 休 2027-01-01~2027-01-03\n", "utf-8")
    assert 2027 in office.ask("item", "holidays", table)["years"]
    assert "按周一至周五计" not in office.do("item", "step", uid, "assigned", "--by", "张工").err


def test_chiefs_and_vacancies(office: Office) -> None:
    (empty,) = office.ask("post", "list")
    assert (empty["kind"], empty["place_name"], empty["vacant"]) == (
        "building_chief", "瑞景公园3栋", True,
    )  # fmt: skip
    office.do("post", "set", "building_chief", "3栋", "--holder", "陈楼长", "--from", "2024-03-01")
    office.do(
        "post", "set", "楼栋长", "瑞景公园3栋", "--holder", "李楼长", "--phone", "13900000001"
    )
    (now,) = office.ask("post", "list", "--kind", "building_chief")
    assert (now["holder"], now["phone"], now["households"]) == ("李楼长", "13900000001", 3)
    terms = [post["term_to"] for post in office.ask("post", "list", "--ended")]
    assert terms == ["2026-06-14", None]
    office.do("post", "set", "stair_chief", "3栋2单元", "--holder", "赵单元长")
    office.do("post", "end", "stair_chief", "3栋2单元", "--reason", "搬家")
    office.do("post", "end", now["uid"], "--on", "2026-06-15")
    assert "（空缺）" in office.do("post", "list", "--on", "2026-06-16").out


def test_promises_are_listed_and_settled(office: Office) -> None:
    office.do("visit", "record", "3栋2单元501", "--outcome", "met", "--promise", "周五前回话")
    (promise,) = office.ask("visit", "promises")
    assert "瑞景公园3栋2单元501  周五前回话  林书记" in office.do("visit", "promises").out
    refused = office.run("visit", "settle", promise["uid"], "未能办成")
    assert (refused.status, "写明原因" in refused.err) == (3, True)
    office.do("visit", "settle", promise["uid"], "kept")
    assert office.ask("visit", "promises") == []
    (kept,) = office.ask("visit", "promises", "--household", "3栋2单元501", "--all")
    assert kept["state"] == "kept"


def test_a_muted_door_is_not_walked_to_until_it_is_unmuted(office: Office) -> None:
    office.do("visit", "mute", "3栋2单元501", "--until", "2026-12-31", "--reason", "住院")
    assert due_doors(office) == ["瑞景公园3栋1单元201"]
    office.do("visit", "unmute", "3栋2单元501")
    assert len(due_doors(office)) == 2


def test_a_campaign_shows_how_many_doors_were_reached(office: Office) -> None:
    uid = office.ask(
        "visit", "campaign", "敲门行动", "--from", "2026-06-01", "--to", "2026-06-30",
        "--building", "3栋", "--tag", "独居老人",
    )["campaign"]  # fmt: skip
    office.do("visit", "record", "3栋2单元501", "--outcome", "met", "--campaign", uid)
    (run,) = office.ask("visit", "campaigns")
    assert (run["name"], run["reached"], run["target"]) == ("敲门行动", 1, 1)
    assert "1/1户" in office.do("visit", "campaigns").out
    office.do("visit", "reserve", "敲门行动", "3栋2单元", "--walker", "陈干事")
    progress = office.ask("visit", "stairs", "敲门行动")
    assert [(s["name"], s["reached"], s["doors"], s["walker"]) for s in progress["stairs"]] == [
        ("瑞景公园3栋2单元", 1, 1, "陈干事")
    ]
    assert "负责1户，已走到1户" in office.do("visit", "stairs", uid).out
    assert "已退回" in office.do("visit", "release", uid, "3栋2单元").out


def test_the_list_says_when_it_will_be_done(office: Office) -> None:
    plan = office.ask("visit", "capacity", "--walkers", "1", "--doors", "1")
    assert (plan["doors"], plan["evenings"]) == (2, 2)
    assert "1人、每晚1户：约需2个晚上" in office.do("visit", "capacity", "--doors", "1").out
    assert office.run("visit", "capacity", "--walkers", "0").status == 3


def test_a_population_event_is_recorded_and_the_resident_leaves(office: Office) -> None:
    person = office.ask("roster", "search", "王小明")["hits"][0]["resident"]
    office.do("roster", "event", "迁出", "--resident", person, "--on", "2026-06-10")
    assert office.ask("roster", "show", "3栋2单元501")["members"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("visit", "record", "3栋9单元999", "--outcome", "met"), "找不到户"),
        (("visit", "record", "3栋2单元501", "--outcome", "seen"), "只能是见面"),
        (
            ("visit", "record", "3栋2单元501", "--outcome", "met", "--date", "2026-06-16"),
            "比今天还晚",
        ),
        (("visit", "record", "3栋2单元501", "--outcome", "met", "--date", "昨天"), "走访日期"),
        (("visit", "due", "--on", "2026-13-01"), "日期"),
        (("visit", "due", "--building", "9栋"), "找不到楼栋"),
        (("item", "step", "0" * 20, "accepted"), "找不到事项"),
        (("item", "add", "愿望", "修灯"), "清单类别"),
        (("post", "set", "楼王", "3栋", "--holder", "陈"), "职务"),
        (("post", "end", "building_chief", "3栋"), "找不到楼栋长"),
    ],
)
def test_wrong_input_ends_with_three_and_one_sentence(
    office: Office, words: tuple[str, ...], sentence: str
) -> None:
    answer = office.run(*words)
    assert answer.status == 3
    assert sentence in answer.err
    assert answer.out == ""
    assert len(answer.err.strip().splitlines()) == 1
