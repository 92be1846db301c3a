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
from desktop.exchange.packages.sticks import StickLies, put
from desktop.files import CannotWrite, FolderGone, NoRoom


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
    monkeypatch.setattr(sticks.shutil, "disk_usage", lambda _: Usage(10, 9, 1))
    with pytest.raises(NoRoom):
        put(finished, stick / "p.jlpkg")
    assert list(stick.iterdir()) == []


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
