"""The sample month that `make run` lives through, and what it refuses to overwrite."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.cli import tour
from tests.command import run


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window is drawn by a process of its own; the screens have tests of their own."""
    monkeypatch.setattr(tour, "_screens", lambda *_: "没有画窗口图。")


def test_the_sample_month_leaves_papers_books_packages_and_an_account(tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = run("tour", out, "--households", 60)
    assert answer.status == 0, answer.err
    account = (out / "README.txt").read_text("utf-8")
    assert "两台机的数据逐字一致" in account
    assert "本月在办，成立" in account
    for folder, count in (("papers", 12), ("books", 3), ("packages", 3), ("inputs", 5)):
        assert len(list((out / folder).iterdir())) >= count, folder


def test_a_tour_that_was_interrupted_can_be_started_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "passphrase.txt").write_text(tour.PASSPHRASE)
    (out / "half").mkdir()
    assert run("tour", out, "--households", 40).status == 0
    assert not (out / "half").exists()


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    answer = run("tour", tmp_path)
    assert answer.status == 3
    assert "没有动它" in answer.err
    assert (tmp_path / "mine.txt").read_text() == "x"
