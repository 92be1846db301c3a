"""A file is there whole or not at all, and each way a disk refuses it has its own sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from desktop import files
from desktop.errors import Cancelled
from desktop.files import CannotWrite, FolderGone, NoRoom, whole_file


def write_half(target: Path) -> None:
    with whole_file(target) as file:
        file.write(b"half")
        raise Cancelled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def test_the_file_gets_its_name_only_at_the_end(folder: Path) -> None:
    target = folder / "a.txt"
    with whole_file(target) as file:
        file.write(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert [path.name for path in folder.iterdir()] == ["a.txt"]


def test_what_is_broken_off_leaves_the_old_file_and_no_rest(folder: Path) -> None:
    target = folder / "a.txt"
    target.write_bytes(b"old")
    with pytest.raises(Cancelled):
        write_half(target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in folder.iterdir()] == ["a.txt"]


def test_a_private_file_is_for_its_owner_alone(folder: Path) -> None:
    with whole_file(folder / "key", private=True) as file:
        file.write(b"secret")
        assert [path.stat().st_mode & 0o77 for path in folder.iterdir()] == [0]
    assert (folder / "key").stat().st_mode & 0o77 == 0


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, NoRoom), (errno.EACCES, CannotWrite), (errno.EIO, FolderGone)],
)
def test_what_the_disk_says_becomes_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", fail)
        with pytest.raises(sentence, match="没有写出。请"), whole_file(folder / "a") as file:
            file.write(b"x")
    assert list(folder.iterdir()) == []


def test_another_file_that_is_missing_is_no_fault_of_this_folder(folder: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_file(folder / "a"):
        (folder / "font.ttf").read_bytes()
    assert list(folder.iterdir()) == []


def test_a_link_that_somebody_put_there_is_not_followed(folder: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep me")
    (folder / ".a.txt.part").symlink_to(victim)
    with whole_file(folder / "a.txt") as file:
        file.write(b"mine")
    assert victim.read_text() == "keep me"
    assert (folder / "a.txt").read_bytes() == b"mine"
    assert not (folder / "a.txt").is_symlink()


def test_what_an_earlier_attempt_left_is_written_anew(folder: Path) -> None:
    (folder / ".a.txt.part").write_bytes(b"much longer than the new one")
    with whole_file(folder / "a.txt") as file:
        file.write(b"mine")
    assert (folder / "a.txt").read_bytes() == b"mine"
    assert [path.name for path in folder.iterdir()] == ["a.txt"]
