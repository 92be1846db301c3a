"""Puts a finished file onto a stick and proves that it arrived; fetches files off a stick."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from desktop.errors import UserError
from desktop.exchange.packages.format import read_outer
from desktop.files import (
    BLOCK,
    FileUnreadable,
    FolderGone,
    NoRoom,
    digest_of,
    no_room,
    whole_file,
    write_errors,
)
from desktop.progress import Progress, no_progress

SUFFIX = ".jlpkg"
_MORE = ("ack", "peer", "full")  # each carries all that the one before it would


class StickLies(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"写到“{folder}”的文件读回来不一样，已删除。U盘可能坏了，请换一个。")


class NameTaken(UserError):
    def __init__(self, target: Path) -> None:
        super().__init__(
            f"“{target.parent}”里已有另一个“{target.name}”，没有覆盖，也没有写出。"
            "请换一个文件名，或先移走原来的文件。"
        )


def put(source: Path, target: Path, progress: Progress = no_progress) -> None:
    """Copy a finished file to its place on the stick and read it back."""
    folder = target.parent
    with _reading(source) as reading:
        size = os.fstat(reading.fileno()).st_size
        with write_errors(target):
            if not folder.is_dir():
                raise FolderGone(folder)
            if shutil.disk_usage(folder).free < size:
                raise no_room(folder, size)
        try:
            digest = _copy(reading, source, target, size, progress)
        except NoRoom as error:
            with write_errors(target):
                raise no_room(folder, size) from error
    with write_errors(target):
        if digest_of(target) != digest:
            target.unlink()
            raise StickLies(folder)


def _copy(reading: BinaryIO, source: Path, target: Path, size: int, progress: Progress) -> str:
    digest, done = hashlib.sha256(), 0
    with whole_file(target) as writing:
        while block := _next_block(reading, source):
            writing.write(block)
            digest.update(block)
            done += len(block)
            progress(done, size, "写到U盘")
    return digest.hexdigest()


def put_package(source: Path, target: Path, site: str, progress: Progress = no_progress) -> None:
    """Put this PC's package onto the stick; no other package is written over.

    What an earlier attempt left there when the stick was pulled out is removed first.
    """
    with write_errors(target):
        if target.exists() and not _may_replace(source, target):
            raise NameTaken(target)
        _clear_leftovers(target.parent, site)
    put(source, target, progress)


def _may_replace(source: Path, target: Path) -> bool:
    """Whether the file there holds nothing that its receiver would not get from the new one."""
    if target.stat().st_size == 0:
        return True
    try:
        new, old = read_outer(source).header, read_outer(target).header
    except UserError:
        return False
    if new.package == old.package:
        return True
    if (new.sender.site, new.to) != (old.sender.site, old.to) or not new.to:
        return False
    # each starts at what the receiver has acknowledged; reports and letters are numbered singly
    return new.kind in _MORE and old.kind in _MORE[: _MORE.index(new.kind) + 1]


def _clear_leftovers(folder: Path, site: str) -> None:
    """Remove unfinished copies of this PC's packages; another PC may be writing its own now."""
    for part in folder.glob(f".*{SUFFIX}.part"):
        with suppress(UserError, OSError):
            if read_outer(part).header.sender.site == site:
                part.unlink()


def fetch(source: Path, part: Path, progress: Progress = no_progress) -> None:
    """Copy a file off the stick, so that everything after is read from this PC's own disk."""
    with _reading(source) as reading, whole_file(part, private=True) as writing:
        size, done = os.fstat(reading.fileno()).st_size, 0
        while block := _next_block(reading, source):
            writing.write(block)
            done += len(block)
            progress(done, size, "读取数据包")


def _reading(source: Path) -> BinaryIO:
    try:
        return open(source, "rb")
    except OSError as error:
        raise FileUnreadable(source) from error


def _next_block(reading: BinaryIO, source: Path) -> bytes:
    try:
        return reading.read(BLOCK)
    except OSError as error:  # the stick was pulled out meanwhile
        raise FileUnreadable(source) from error
