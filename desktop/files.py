"""Writes files whole or not at all, and says in a sentence what a disk or a stick refused.

Temporary name → flush → fsync → rename: after a power cut there is the old file or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from desktop.errors import UserError

BLOCK = 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


class NoRoom(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"“{folder}”空间不够，没有写出。请腾出空间，或换一个U盘或文件夹。")


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
    if error.errno in _FORBIDDEN:
        return CannotWrite(target)
    return FolderGone(target.parent)


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
            with open(part, "w+b") as file:
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
