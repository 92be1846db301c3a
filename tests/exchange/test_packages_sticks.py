"""A stick holds the whole file or none, and each way it fails has its own sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from desktop import files
from desktop.exchange.packages import sticks
from desktop.exchange.packages.sticks import NameTaken, StickLies, put
from desktop.files import CannotWrite, FolderGone, NoRoom, TooLongForDisk
from tests.exchange.pcs import Pc, converge


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    path = tmp_path / "finished"
    path.write_bytes(os.urandom(3_000_000))
    return path


def test_the_file_arrives_whole_and_nothing_else_lies_there(finished: Path, stick: Path) -> None:
    put(finished, stick / "p.jlpkg")
    assert (stick / "p.jlpkg").read_bytes() == finished.read_bytes()
    assert [path.name for path in stick.iterdir()] == ["p.jlpkg"]


def failing(number: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, NoRoom),
        (errno.EROFS, CannotWrite),
        (errno.EACCES, CannotWrite),
        (errno.EIO, FolderGone),
        (errno.ENODEV, FolderGone),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_stick_keeps_its_old_file_and_no_rest(
    finished: Path,
    stick: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    sentence: type[Exception],
    step: str,
) -> None:
    (stick / "p.jlpkg").write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(files.os, step, failing(number))
        with pytest.raises(sentence, match="没有写出"):
            put(finished, stick / "p.jlpkg")
    assert [path.name for path in stick.iterdir()] == ["p.jlpkg"]
    assert (stick / "p.jlpkg").read_bytes() == b"old"


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_too_little_space_is_said_before_anything_is_written(
    finished: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sticks.shutil, "disk_usage", lambda _: Usage(10, 9, 1_500_000))
    with pytest.raises(NoRoom, match="要3 MB，只剩1 MB，没有写出"):
        put(finished, stick / "p.jlpkg")
    assert list(stick.iterdir()) == []


def test_a_stick_that_fills_up_meanwhile_says_how_much_is_missing(
    finished: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = iter([4_000_000, 1_500_000])
    monkeypatch.setattr(sticks.shutil, "disk_usage", lambda _: Usage(10, 9, next(free)))
    monkeypatch.setattr(files.os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(NoRoom, match="要3 MB，只剩1 MB，没有写出"):
        put(finished, stick / "p.jlpkg")
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EFBIG, errno.ENOSPC])
def test_a_file_too_long_for_the_sticks_format_is_not_called_lack_of_space(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    large = tmp_path / "large"
    with open(large, "wb") as file:
        file.truncate(4 * 1024**3)
    monkeypatch.setattr(sticks.shutil, "disk_usage", lambda _: Usage(0, 0, 8 * 1024**3))
    monkeypatch.setattr(sticks, "_next_block", failing(number))
    with pytest.raises(TooLongForDisk, match="放不下超过4 GB的单个文件"):
        put(large, stick / "backup.jlbak")
    assert list(stick.iterdir()) == []


def test_a_stick_pulled_out_while_writing_is_said_whatever_the_system_calls_it(
    finished: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(_: int) -> None:
        stick.rename(stick.with_name("pulled out"))
        raise PermissionError(errno.EACCES, "The device is not ready")

    monkeypatch.setattr(files.os, "fsync", pulled)
    with pytest.raises(FolderGone, match="找不到或中途断开，没有写出"):
        put(finished, stick / "p.jlpkg")


def test_a_stick_that_is_not_there(finished: Path, stick: Path) -> None:
    with pytest.raises(FolderGone):
        put(finished, stick / "pulled out" / "p.jlpkg")


def test_a_stick_that_gives_back_other_bytes(
    finished: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sticks, "digest_of", lambda _: "other")
    with pytest.raises(StickLies):
        put(finished, stick / "p.jlpkg")
    assert list(stick.iterdir()) == []


def test_what_a_pulled_stick_kept_is_removed_next_time_and_a_colleagues_is_not(
    first: Pc, second: Pc, stick: Path
) -> None:
    first.household("501", "王小明")
    half = first.export_to("2号机", file="mine.jlpkg").path
    half.rename(stick / ".mine.jlpkg.part")
    theirs = second.export_to("1号机", file="theirs.jlpkg").path
    theirs.rename(stick / ".theirs.jlpkg.part")
    made = first.export_to("2号机").path
    assert sorted(path.name for path in stick.iterdir()) == sorted(
        [".theirs.jlpkg.part", made.name]
    )


def test_no_other_package_is_written_over(first: Pc, second: Pc, stick: Path) -> None:
    converge(first, second)
    theirs = second.export_to("1号机", file="p.jlpkg").path.read_bytes()
    first.household("501", "王小明")
    with pytest.raises(NameTaken, match="没有覆盖"):
        first.export_to("2号机", file="p.jlpkg")
    assert (stick / "p.jlpkg").read_bytes() == theirs
    (stick / "list.xlsx").write_bytes(b"somebody's list")
    with pytest.raises(NameTaken):
        first.export_to("2号机", file="list.xlsx")
    assert (stick / "list.xlsx").read_bytes() == b"somebody's list"


def test_a_newer_package_takes_the_place_of_an_older_one_that_it_contains(
    first: Pc, second: Pc
) -> None:
    converge(first, second)
    first.household("501", "王小明")
    first.export_to("2号机", file="p.jlpkg")
    home = first.household("502", "李红")
    both = first.export_to("2号机", file="p.jlpkg")
    assert both.changes == 4  # estate, building and both households
    with pytest.raises(NameTaken):
        first.export_to("2号机", file="p.jlpkg", kind="ack")
    second.take(both.path)
    assert second.shown("households", home, "room") == "502"


def test_a_pipe_in_the_shared_folder_holds_up_nothing(first: Pc, second: Pc) -> None:
    make = getattr(os, "mkfifo", os.mkdir)  # Windows has no such pipes
    make(first.stick / ".old.jlpkg.part")
    make(first.stick / "new.jlpkg")
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    result = second.take(first.stick / "new.jlpkg", sent.path)
    assert second.store.value("SELECT count(*) FROM live_residents") == 1
    assert "不是近邻数据包" in result.refused[0].why
