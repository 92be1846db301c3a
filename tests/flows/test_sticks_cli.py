"""Sticks and the shared folder by command: send to all, look what came, take it in."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.cli import arrivals
from desktop.exchange.packages import sending
from desktop.exchange.packages.drives import Drive
from tests.flows.test_packages_cli import start


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> list[Drive]:
    """The sticks that are in."""
    found: list[Drive] = []
    for place in (arrivals, sending):
        monkeypatch.setattr(place, "drives", lambda: found)
    return found


def test_one_command_writes_to_the_stick_and_one_finds_it_there(
    tmp_path: Path, plugged: list[Drive]
) -> None:
    one, two, code = start(tmp_path)
    stick = tmp_path / "KINGSTON"
    stick.mkdir()
    refused = one.run("package", "send")
    assert (refused.status, refused.out) == (3, "")
    assert refused.err.startswith("没有找到U盘，没有写出。")
    plugged.append(Drive(stick, "KINGSTON", 10, 20, read_only=False))
    two.ask("package", "card", "-o", stick / "2.jlcard")
    assert one.do("package", "look").out.startswith("登记过的名片　2号机　")
    (stick / "2.jlcard").unlink()
    sent = one.ask("package", "send")
    assert sent["folder"] == str(stick)
    [made] = sent["written"]
    assert (made["to"], made["kind"]) == ("2号机", "full")
    [found] = two.ask("package", "look")["found"]
    assert (found["state"], found["path"], found["bytes"]) == ("new", made["path"], made["bytes"])
    two.ask("package", "import", made["path"], "--yes", "--fingerprint", code)
    assert "导入过了" in two.do("package", "look", stick).out
    assert "本机写的" in one.do("package", "look").out
    assert one.ask("package", "send", "--to", "2号机")["skipped"] == [
        {"name": "2号机", "why": "上次写的还在那里，内容一样"}
    ]


def test_a_shared_folder_serves_without_a_stick_and_may_be_offline(
    tmp_path: Path, plugged: list[Drive]
) -> None:
    del plugged
    one, two, _ = start(tmp_path)
    share = tmp_path / "share"
    share.mkdir()
    assert one.ask("package", "folder") == {"folder": None}
    for pc in (one, two):
        assert pc.ask("package", "folder", share) == {"folder": str(share)}
    assert one.run("package", "folder", share / "nowhere").status == 3
    [made] = one.ask("package", "send")["written"]
    assert Path(made["path"]).parent == share
    assert "U盘" not in one.do("package", "send", "--to", "2号机").out
    written = one.do("package", "export", "--to", "2号机", "-o", share).out
    assert written.endswith("没有差错。同事的近邻看到后会提醒他导入。\n")
    written = one.do("package", "export", "--to", "2号机", "-o", tmp_path).out
    assert written.endswith("没有差错。请把文件交给对方导入。\n")
    assert "新的，可以导入" in two.do("package", "look").out
    share.rename(tmp_path / "offline")
    looked = two.do("package", "look", "--json")
    assert looked.json["gone"] == [str(share)]
    assert "现在打不开" in looked.err
    gone = one.run("package", "send")
    assert (gone.status, "找不到或中途断开，没有写出" in gone.err) == (3, True)
    assert one.ask("package", "folder", "--none") == {"folder": None}
