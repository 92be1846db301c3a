"""Whoever has written a package is told what is true of the place where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.exchange.packages import drives
from desktop.exchange.packages.drives import Mounted
from desktop.exchange.packages.handed_over import handed_over


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "KINGSTON"
    (folder / "数据包").mkdir(parents=True)
    monkeypatch.setattr(drives, "_mounted", lambda: [Mounted(str(folder), "KINGSTON", False)])
    return folder


def test_only_a_stick_is_pulled_out(stick: Path, tmp_path: Path) -> None:
    pull = "已重新读过一遍，没有差错。可以拔出U盘，交给对方导入。"
    assert handed_over(stick) == handed_over(stick / "数据包") == pull
    (tmp_path / "link").symlink_to(stick)
    assert handed_over(tmp_path / "link", to="湖滨街道").endswith("可以拔出U盘，交给湖滨街道导入。")
    assert handed_over(tmp_path) == "已重新读过一遍，没有差错。请把文件交给对方导入。"
    (tmp_path / "KINGSTON2").mkdir()
    assert "U盘" not in handed_over(tmp_path / "KINGSTON2")


def test_colleagues_are_told_by_their_own_program_in_the_shared_folder_only(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    told = "已重新读过一遍，没有差错。同事的近邻看到后会提醒他导入。"
    assert handed_over(share, share) == told
    monkeypatch.chdir(share)
    assert handed_over(Path(), share) == told
    assert "请把文件交给湖滨街道导入" in handed_over(share, to="湖滨街道")
    assert "可以拔出U盘" in handed_over(stick, share)
