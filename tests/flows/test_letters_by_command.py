"""Community, street and district write to each other by command: nothing personal goes up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Office


@pytest.fixture
def offices(tmp_path: Path) -> tuple[Office, Office, Office]:
    """A community, its street and its district, introduced pair by pair."""
    named = (("莲心社区", "community"), ("湖滨街道", "subdistrict"), ("思明区", "district"))
    made = []
    for name, level in named:
        office = Office(tmp_path / name)
        office.ask("init", "--office", name, "--level", level, "--user", "某某")
        made.append(office)
    for one, other in ((0, 1), (1, 2)):
        for here, there in ((one, other), (other, one)):
            card = made[there].ask("package", "card", "-o", tmp_path / "x.jlcard")
            made[here].ask("package", "enrol", tmp_path / "x.jlcard", "--as", "office",
                           "--fingerprint", card["fingerprint"])  # fmt: skip
    return made[0], made[1], made[2]


SHEET = """小区,楼栋,单元,房号,姓名,与户主关系
瑞景公园,3,2,501,王小明,户主
瑞景公园,3,2,501,高兴,配偶
"""


def a_sheet(folder: Path) -> Path:
    sheet = folder / "花名册.csv"
    sheet.write_text(SHEET, "utf-8")
    return sheet


def an_item(community: Office, folder: Path) -> str:
    """Something a resident of a small roster asked for."""
    community.ask("roster", "import", a_sheet(folder), "--yes")
    hit = community.ask("roster", "search", "王小明")["hits"][0]
    community.ask("visit", "record", hit["household"], "--outcome", "met",
                  "--need", "3栋2单元501王小明家漏水")  # fmt: skip
    return str(community.ask("item", "list")[0]["uid"])


def test_an_item_goes_up_is_answered_and_closed(
    offices: tuple[Office, Office, Office], tmp_path: Path
) -> None:
    community, street, _ = offices
    item = an_item(community, tmp_path)
    up = ("package", "letter", "escalate", item, "--purpose", "请协调")
    for text, words in (
        ("王小明家漏水", "姓名“王小明”"), ("请打139 0000 0001", "电话号码“13900000001”"),
        ("3－2－501漏水", "门牌“3-2-501”"), ("证号350299198001010011", "身份证号或卡号"),
    ):  # fmt: skip
        refused = community.run(*up, "--text", text, "-o", tmp_path / "up.jlpkg")
        assert refused.status == 4
        assert words in refused.err
        assert not (tmp_path / "up.jlpkg").exists()
    text = ("--text", "修好后居民会很高兴", "--ordinary-word", "高兴")
    assert community.run(*up, *text, "-o", tmp_path / "up.jlpkg").status == 3  # no reason given
    sent = community.ask(*up, *text, "--reason", "形容词", "-o", tmp_path / "up.jlpkg")
    assert sent["kind"] == "report"
    assert community.ask("item", "list")[0]["state"] == "escalated"

    assert street.ask("package", "import", sent["path"], "--yes")["applied"] == 1
    (letter,) = street.ask("package", "letter", "list")
    assert (letter["kind"], letter["state"]) == ("escalation", "open")
    back = street.ask("package", "letter", "answer", letter["uid"], "--result", "周五来修",
                      "-o", tmp_path / "down.jlpkg")  # fmt: skip
    assert street.ask("package", "letter", "list")[0]["state"] == "answered"
    community.ask("package", "import", back["path"], "--yes")
    (answer,) = community.ask("package", "letter", "list")
    assert community.ask("item", "list")[0]["state"] == "escalated"
    done = community.ask("package", "letter", "follow", answer["uid"], "--told")
    assert done == {"item": item, "state": "fed_back"}
    (mine,) = community.ask("package", "letter", "sent")
    assert (mine["seq"], mine["state"]) == (1, "acknowledged")


def test_months_add_up_from_street_to_district(
    offices: tuple[Office, Office, Office], tmp_path: Path
) -> None:
    community, street, district = offices
    an_item(community, tmp_path)
    month = ("--kind", "report", "--month", "2026-05", "-o", tmp_path)
    sent = community.ask("package", "export", "--to", "湖滨街道", *month)
    street.ask("package", "import", sent["path"], "--yes")
    total = street.ask("package", "rollup", "2026-05", "--xlsx", tmp_path / "x.xlsx",
                       "--pdf", tmp_path / "x.pdf")  # fmt: skip
    assert (total["counts"]["households"], total["missing"]) == (1, [])
    assert (tmp_path / "x.xlsx").stat().st_size
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    sent = street.ask("package", "export", "--to", "思明区", *month)
    district.ask("package", "import", sent["path"], "--yes")
    assert district.ask("package", "rollup", "2026-05")["counts"]["households"] == 1


def test_a_notice_goes_to_all_and_is_marked_done(
    offices: tuple[Office, Office, Office], tmp_path: Path
) -> None:
    community, street, _ = offices
    stick = tmp_path / "stick"
    stick.mkdir()
    made = street.ask("package", "letter", "notify", "--all", "--title", "防台风",
                      "--due", "2026-06-20", "-o", stick)  # fmt: skip
    (sent,) = made["packages"]
    Path(sent["path"]).unlink()
    copied = street.ask("package", "letter", "again", sent["package"][:8], "-o", stick)
    assert copied["package"] == sent["package"]
    assert copied["path"] == sent["path"]
    assert Path(copied["path"]).is_file()
    again = street.do("package", "letter", "again", sent["package"][:8], "-o", stick)
    assert again.out.endswith("已重新读过一遍，没有差错。请把文件交给对方导入。\n")
    community.ask("package", "import", *stick.iterdir(), "--yes")
    (letter,) = community.ask("package", "letter", "list")
    assert (letter["seq"], letter["state"]) == (1, "open")
    done = community.ask("package", "letter", "done", letter["uid"])
    assert done == {"letter": letter["uid"], "done": True}
    assert community.ask("package", "letter", "list")[0]["state"] == "done"
    receipt = community.ask("package", "letter", "receipt", "-o", stick / "r.jlpkg")
    street.ask("package", "import", receipt["path"], "--yes")
    assert street.ask("package", "letter", "sent")[0]["state"] == "acknowledged"
    assert street.run("package", "letter", "again", "0" * 8, "-o", stick).status == 3


def test_no_command_of_a_street_writes_a_roster(
    offices: tuple[Office, Office, Office], tmp_path: Path
) -> None:
    _, street, _ = offices
    sheet = a_sheet(tmp_path)
    before = street.do("dump", "--canonical").out
    for command in (
        ("roster", "add", "household", "room=501"),
        ("roster", "add", "resident", "name=王小明"),
        ("roster", "import", sheet, "--yes"),
        ("post", "set", "building_chief", "3栋", "--holder", "王小明"),
        ("month", "2026-05", "--seal"),
    ):
        refused = street.run(*command)
        assert refused.status in (3, 4), command
    assert street.do("dump", "--canonical").out == before
