"""Puts a finished file onto a stick and proves that it arrived; fetches files off a stick."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO

from desktop.errors import UserError
from desktop.files import (
    BLOCK,
    FileUnreadable,
    FolderGone,
    NoRoom,
    digest_of,
    whole_file,
    write_errors,
)
from desktop.progress import Progress, no_progress


class StickLies(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"写到“{folder}”的文件读回来不一样，已删除。U盘可能坏了，请换一个。")


def put(source: Path, target: Path, progress: Progress = no_progress) -> None:
    """Copy a finished file to its place on the stick and read it back."""
    folder = target.parent
    with _reading(source) as reading:
        with write_errors(target):
            size = os.fstat(reading.fileno()).st_size
            if not folder.is_dir():
                raise FolderGone(folder)
            if shutil.disk_usage(folder).free < size:
                raise NoRoom(folder)
        digest = hashlib.sha256()
        with whole_file(target) as writing:
            done = 0
            while block := _next_block(reading, source):
                writing.write(block)
                digest.update(block)
                done += len(block)
                progress(done, size, "写到U盘")
    with write_errors(target):
        if digest_of(target) != digest.hexdigest():
            target.unlink()
            raise StickLies(folder)


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
