"""A secretary's whole month through the command line, carried to a second PC at the end."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from tests.command import Office
from tests.exchange.pdf import text_of

RARE = ("㛃", "𬭎", "䶮", "𠀀", "頔")


def test_a_whole_month_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setenv("TMPDIR", str(temp))
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    one, two = Office(tmp_path / "one"), Office(tmp_path / "two")
    inputs, out = tmp_path / "inputs", tmp_path / "out"
    out.mkdir()

    files = one.ask("sample", inputs, "--households", 240, "--seed", 7)["files"]
    assert files
    one.do("init", "--office", "莲心社区", "--level", "community", "--user", "林书记",
           "--recovery-pdf", out / "恢复单.pdf")  # fmt: skip
    for path in files:
        one.do("roster", "import", path, "--yes")
    due = one.ask("visit", "due")["due"]
    assert due
    assert all(line["reason"] for line in due)

    printed = one.ask("print", "forms", "--due", "-o", out / "走访表.pdf")
    assert printed["pages"] >= len(due)
    assert printed["missing_glyphs"] == []
    forms = text_of(out / "走访表.pdf")
    assert all(character in forms for character in RARE)
    one.do("print", "stairs", "--due", "-o", out / "走访单.pdf")
    first = due[0]["household"]
    lists = ("--need", "想申请助浴", "--situation", "楼道灯不亮", "--promise", "周五前回话")
    one.do("visit", "record", first, "--outcome", "met", "--walker", "王网格", *lists)
    assert first not in {line["household"] for line in one.ask("visit", "due")["due"]}
    one.do("visit", "import", inputs / "走访记录.xlsx", "--yes")

    report = one.ask("month", "2026-06", "--xlsx", out / "月报.xlsx", "--pdf", out / "月报.pdf")
    assert report["balance_ok"] is True
    one.do("post", "set", "building_chief", "瑞景公园1栋", "--holder", "陈楼长")
    for document in ("brief", "chiefs"):
        one.do("print", document, "-o", out / f"{document}.pdf")

    meet(one, two, tmp_path)
    assert one.do("dump", "--canonical").out == two.do("dump", "--canonical").out
    for office in (one, two):
        assert one.ask("check") == {"ok": True, "problems": []}
        names = {hit["name"] for hit in office.ask("roster", "search", "王")["hits"]}
        assert names
    assert_nothing_in_clear(one, (one.profile, two.profile, temp, tmp_path / "home"))
    for name in ("走访表.pdf", "brief.pdf", "chiefs.pdf", "月报.pdf"):
        assert text_of(out / name).strip()


def meet(one: Office, two: Office, folder: Path) -> None:
    """Enrol the second PC and carry everything over on a stick."""
    card = folder / "2号机.jlcard"
    theirs = two.ask("init", "--join", "--site-name", "2号机", "--user", "小陈")["fingerprint"]
    two.do("package", "card", "-o", card)
    one.do("package", "enrol", card, "--as", "peer", "--name", "2号机", "--fingerprint", theirs)
    mine = one.ask("package", "card", "-o", folder / "1号机.jlcard")["fingerprint"]
    stick = folder / "stick"
    stick.mkdir()
    sent = one.ask("package", "export", "--to", "2号机", "--kind", "full", "-o", stick)
    taken = two.ask("package", "import", sent["path"], "--yes", "--fingerprint", mine)
    assert taken["applied"] == sent["changes"]
    assert taken["conflicts"] == 0


def assert_nothing_in_clear(office: Office, folders: tuple[Path, ...]) -> None:
    """No name, phone or ID number of the roster stands readable in any file of these folders."""
    rows = [json.loads(line) for line in office.do("dump", "--canonical").out.splitlines()]
    people = [row for row in rows if row["table"] == "residents"]
    secrets = {row["name"] for row in people} | {row["phone"] for row in people if "phone" in row}
    needles = {
        secret.encode(code, "ignore")
        for secret in secrets
        if len(secret) >= 3
        for code in ("utf-8", "utf-16-le", "gb18030")
    }
    assert len(needles) > 300
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                body = path.read_bytes()
                found = [needle for needle in needles if needle in body]
                assert not found, f"{path} holds {len(found)} values in clear"
