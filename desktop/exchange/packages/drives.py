"""Knows the removable drives that are plugged in now: where, how full, whether they can be written.

Linux is asked through its mount table and sysfs, Windows through three calls of its own. No
library is needed for that: the well-known one (psutil) knows neither a drive's name nor, on Linux,
whether it can be taken out.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from desktop.errors import UserError

if sys.platform == "win32":
    import ctypes

Removable = Callable[[str], bool | None]  # of a device; None: nobody knows
Volume = Callable[[str], tuple[str, int] | None]  # a root's name and flags; None: no stick in it

_MOUNTS, _BLOCKS = Path("/proc/self/mounts"), Path("/sys/class/block")
# where desktops hang in what somebody plugs in; a system that runs from a stick lies elsewhere
_MEDIA = ("/media/", "/run/media/", "/mnt/")
_SYSTEM = ("boot", "home", "usr", "var", "opt", "snap", "data", "recovery", "persistent", "run")
_ESCAPED = re.compile(r"\\([0-7]{3})")
_REMOVABLE, _READ_ONLY = 2, 0x00080000  # DRIVE_REMOVABLE, FILE_READ_ONLY_VOLUME
_QUIET = 0x0001  # SEM_FAILCRITICALERRORS: an empty card reader opens no box


class NoStick(UserError):
    def __init__(self) -> None:
        super().__init__(
            "没有找到U盘，没有写出。请插好U盘，等电脑认出它，再做一次；也可以另指定一个文件夹。"
        )


class StickProtected(UserError):
    def __init__(self, label: str) -> None:
        super().__init__(f"U盘“{label}”写保护，没有写出。请拨开U盘侧面的写保护开关，或换一个U盘。")


class SeveralSticks(UserError):
    def __init__(self, labels: Sequence[str]) -> None:
        words = "、".join(f"“{label}”" for label in labels)
        super().__init__(f"插着{len(labels)}个U盘：{words}，没有写出。请只留一个，或指定写到哪里。")


@dataclass(frozen=True, slots=True)
class Drive:
    """A removable drive with a file system; sizes in bytes."""

    path: Path
    label: str
    free: int
    total: int
    read_only: bool


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where a removable file system hangs, before anybody has asked how full it is."""

    path: str
    label: str
    read_only: bool


def drives() -> list[Drive]:
    """The removable drives that can be reached now, by place."""
    found = []
    for each in _mounted():
        path = Path(each.path)
        with suppress(OSError):  # pulled out between two calls
            use = shutil.disk_usage(path)
            closed = each.read_only or not os.access(path, os.W_OK)
            found.append(Drive(path, each.label, use.free, use.total, closed))
    return found


def the_one(found: Sequence[Drive]) -> Drive:
    """The drive to write to when nobody named one: exactly one can be written."""
    open_ones = [drive for drive in found if not drive.read_only]
    if len(open_ones) == 1:
        return open_ones[0]
    if open_ones:
        raise SeveralSticks([drive.label for drive in open_ones])
    if found:
        raise StickProtected(found[0].label)
    raise NoStick


def on_stick(place: Path) -> bool:
    """Whether this lies on something that can be pulled out."""
    real = place.resolve()
    return any(real.is_relative_to(each.path) for each in _mounted())


def _mounted() -> list[Mounted]:
    if sys.platform == "win32":
        return _ask_windows()
    try:
        table = os.fsdecode(_MOUNTS.read_bytes())
    except OSError:
        return []
    return linux_mounts(table, lambda device: block_is_removable(device, _BLOCKS))


def linux_mounts(table: str, removable: Removable) -> list[Mounted]:
    """The removable file systems in the text of a mount table, by place."""
    found: dict[str, Mounted] = {}
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) < 4 or not fields[0].startswith("/dev/"):
            continue
        device, path, options = _plain(fields[0]), _plain(fields[1]), fields[3].split(",")
        in_media = path.startswith(_MEDIA)
        known = removable(device)
        if not (in_media if known is None else known and (in_media or not _is_system(path))):
            continue
        found[path] = Mounted(path, PurePosixPath(path).name, "ro" in options)
    return [found[path] for path in sorted(found)]


def _plain(field: str) -> str:
    """A mount table writes blanks, tabs and backslashes as octal numbers."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 8)), field)


def _is_system(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return len(parts) < 2 or parts[1] in _SYSTEM


def block_is_removable(device: str, blocks: Path) -> bool | None:
    """Whether sysfs says that this partition's disk can be taken out (USB disks say no, and can).

    None for what is no disk itself: loops, mapped and network devices.
    """
    try:
        place = (blocks / device.rsplit("/", 1)[-1]).resolve(strict=True)
        if "virtual" in place.parts:
            return None
        disk = place.parent if (place / "partition").exists() else place
        flag = (disk / "removable").read_text("ascii").strip()
    except OSError:
        return None
    return flag == "1" or any(part.startswith("usb") for part in place.parts)


def windows_drives(letters: int, kind: Callable[[str], int], volume: Volume) -> list[Mounted]:
    """The removable ones among Windows' drives; `letters` has bit 0 for A:, bit 1 for B: …"""
    found = []
    for number in range(26):
        root = f"{chr(ord('A') + number)}:\\"
        if not letters >> number & 1 or kind(root) != _REMOVABLE:
            continue
        facts = volume(root)
        if facts is not None:
            label, flags = facts
            found.append(Mounted(root, label or root[:2], bool(flags & _READ_ONLY)))
    return found


if sys.platform == "win32":

    def _ask_windows() -> list[Mounted]:
        kernel = ctypes.windll.kernel32
        before = ctypes.c_uint32()
        kernel.SetThreadErrorMode(_QUIET, ctypes.byref(before))
        try:
            return windows_drives(
                kernel.GetLogicalDrives(),
                lambda root: int(kernel.GetDriveTypeW(ctypes.c_wchar_p(root))),
                _volume,
            )
        finally:
            kernel.SetThreadErrorMode(before, None)

    def _volume(root: str) -> tuple[str, int] | None:
        label, flags = ctypes.create_unicode_buffer(261), ctypes.c_uint32()
        there = ctypes.windll.kernel32.GetVolumeInformationW(
            ctypes.c_wchar_p(root), label, len(label), None, None, ctypes.byref(flags), None, 0
        )
        return (label.value, flags.value) if there else None
