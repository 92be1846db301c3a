"""Puts a finished file onto a stick so that the stick holds the whole file or none of it.

Temporary name → fsync → rename → reopen and compare. Each way a stick fails has its sentence.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.errors import UserError
from desktop.progress import Progress, no_progress

_BLOCK = 1024 * 1024


class StickFull(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"“{folder}”空间不够，没有写出。请腾出空间或换一个U盘。")


class StickReadOnly(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"“{folder}”不能写入，没有写出。请关掉U盘的写保护开关，或换一个文件夹。")


class StickGone(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"“{folder}”找不到或中途断开，没有写出。请插好U盘再做一次。")


class StickLies(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"写到“{folder}”的文件读回来不一样，已删除。U盘可能坏了，请换一个。")


class FileUnreadable(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path.name}”读不出来，没有导入。请检查U盘是否插好、文件是否还在。")


_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def stick_errors(folder: Path) -> Iterator[None]:
    """Turn what the file system says while writing there into the person's sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StickFull(folder) from error
        if error.errno in _READ_ONLY:
            raise StickReadOnly(folder) from error
        raise StickGone(folder) from error


def digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def put(source: Path, target: Path, progress: Progress = no_progress) -> None:
    """Copy a finished file to its place on the stick and prove that it arrived."""
    folder = target.parent
    part = target.with_name(f".{target.name}.part")
    with stick_errors(folder):
        if not folder.is_dir():
            raise StickGone(folder)
        size = source.stat().st_size
        if shutil.disk_usage(folder).free < size:
            raise StickFull(folder)
        try:
            wanted = _copy(source, part, size, progress)
            os.replace(part, target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        sync_folder(folder)
        if digest_of(target) != wanted:
            target.unlink()
            raise StickLies(folder)


def _copy(source: Path, part: Path, size: int, progress: Progress) -> str:
    digest, done = hashlib.sha256(), 0
    with open(source, "rb") as reading, open(part, "wb") as writing:
        while block := reading.read(_BLOCK):
            writing.write(block)
            digest.update(block)
            done += len(block)
            progress(done, size, "写到U盘")
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename durable where the system lets a folder be synced (Windows does not)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def fetch(source: Path, part: Path, progress: Progress = no_progress) -> None:
    """Copy a file off the stick, so that everything after is read from this PC's own disk."""
    try:
        size, done = source.stat().st_size, 0
        with open(source, "rb") as reading, open(part, "wb") as writing:
            os.chmod(part, 0o600)
            while block := reading.read(_BLOCK):
                writing.write(block)
                done += len(block)
                progress(done, size, "读取数据包")
            writing.flush()
            os.fsync(writing.fileno())
    except OSError as error:
        if error.errno in _FULL:
            raise StickFull(part.parent) from error
        raise FileUnreadable(source) from error
