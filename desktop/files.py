"""Writes files whole or not at all, and says in a sentence what a disk or a stick refused.

Temporary name → flush → fsync → rename: after a power cut there is the old file or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from desktop.errors import UserError

BLOCK = 1024 * 1024
_MB = 1024 * 1024
_FAT_LIMIT = 4 * 1024**3 - 1  # the longest file that FAT32, the format of most sticks, can hold
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


class NoRoom(UserError):
    """`needed` and `free` are bytes, where they are known."""

    def __init__(self, folder: Path, needed: int = 0, free: int = 0) -> None:
        figures = f"：要{-(-needed // _MB):,} MB，只剩{free // _MB:,} MB" if needed else ""
        super().__init__(
            f"“{folder}”空间不够{figures}，没有写出。请腾出空间，或换一个U盘或文件夹。"
        )


class TooLongForDisk(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"“{folder}”放不下超过4 GB的单个文件（U盘多半是FAT32格式），没有写出。"
            "请换一个exFAT或NTFS格式的U盘，或换一个文件夹。"
        )


class CannotWrite(UserError):
    def __init__(self, target: Path) -> None:
        super().__init__(
            f"“{target.name}”写不进“{target.parent}”，没有写出。请检查文件夹权限和U盘的写保护开关，"
            "或先在别的程序里关闭这个文件。"
        )


class FolderGone(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"“{folder}”找不到或中途断开，没有写出。请插好U盘或换一个文件夹，再做一次。"
        )


class FileUnreadable(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path.name}”读不出来。请检查文件还在不在、U盘是否插好，并先在别的程序里关闭它。"
        )


def text_of(path: Path) -> str:
    """The text of a small file somebody chose."""
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise FileUnreadable(path) from error


def refusal(error: OSError, target: Path) -> UserError:
    """What the system said while this file was written, as a person reads it."""
    if error.errno in _FULL:
        return NoRoom(target.parent)
    if error.errno == errno.EFBIG:
        return TooLongForDisk(target.parent)
    # Windows says “forbidden” about a stick that was pulled out as well
    if error.errno in _FORBIDDEN and target.parent.is_dir():
        return CannotWrite(target)
    return FolderGone(target.parent)


def no_room(folder: Path, needed: int) -> UserError:
    """Why so many bytes did not fit into this folder, with figures where they explain it."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        return NoRoom(folder, needed, free)
    return TooLongForDisk(folder) if needed > _FAT_LIMIT else NoRoom(folder)


@contextmanager
def write_errors(target: Path) -> Iterator[None]:
    """Raise the person's sentence for what goes wrong while this file is written."""
    try:
        yield
    except OSError as error:
        raise refusal(error, target) from error


@contextmanager
def whole_file(target: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write (and read back); it gets its name only when all of it is on the disk.

    A private one can be read by this user alone from its first byte on.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        try:
            part.unlink(missing_ok=True)
            # somebody else may have put a link there, in a shared folder: it is not followed
            with open(part, "x+b") as file:
                if private:
                    os.chmod(part, 0o600)
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, target)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        if error.filename is not None and Path(error.filename) != part:
            raise  # some other file: a font that is not there is no fault of this folder
        raise refusal(error, target) from error
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename durable where the system lets a folder be synced (Windows does not)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def private_folder(folder: Path) -> Path:
    """This folder, made if need be, for this user's eyes alone."""
    with write_errors(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
