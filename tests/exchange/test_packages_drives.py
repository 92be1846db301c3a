"""The program finds the stick by itself, whatever the system calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from desktop.exchange.packages import drives
from desktop.exchange.packages.drives import (
    Drive,
    Mounted,
    NoStick,
    SeveralSticks,
    StickProtected,
    block_is_removable,
    linux_mounts,
    the_one,
    windows_drives,
)

UOS = r"""sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
/dev/nvme0n1p3 / ext4 rw,relatime 0 0
/dev/nvme0n1p1 /boot/efi vfat rw,relatime,fmask=0077 0 0
/dev/nvme0n1p5 /media/lin/Windows fuseblk rw,nosuid,nodev 0 0
/dev/loop3 /snap/core/11 squashfs ro,nodev,relatime 0 0
tmpfs /run/user/1000 tmpfs rw,nosuid,nodev 0 0
/dev/sdb1 /media/lin/KINGSTON vfat rw,nosuid,nodev,relatime,uid=1000,utf8 0 0
/dev/sdc1 /run/media/lin/社区\040U盘 exfat ro,nosuid,nodev 0 0
/dev/mapper/luks-9 /media/lin/secret ext4 rw 0 0
/dev/sr0 /data/disc iso9660 ro 0 0
//server/share /mnt/share cifs rw,vers=3.0 0 0
a broken line
"""
KNOWN = {"nvme0n1p3": False, "nvme0n1p1": False, "nvme0n1p5": False, "sdb1": True, "sdc1": True,
         "sr0": True}  # fmt: skip


def by_name(device: str) -> bool | None:
    return KNOWN.get(device.rsplit("/", 1)[-1])


def test_linux_names_the_sticks_and_no_fixed_disk_or_share() -> None:
    assert linux_mounts(UOS, by_name) == [
        Mounted("/media/lin/KINGSTON", "KINGSTON", read_only=False),
        Mounted("/media/lin/secret", "secret", read_only=False),
        Mounted("/run/media/lin/社区 U盘", "社区 U盘", read_only=True),
    ]


def test_a_system_that_runs_from_a_stick_does_not_take_itself_for_one() -> None:
    table = "/dev/sda1 / ext4 rw 0 0\n/dev/sda2 /home ext4 rw 0 0\n/dev/sdb1 /stick vfat rw 0 0\n"
    assert [each.path for each in linux_mounts(table, lambda _: True)] == ["/stick"]


def a_block(sys: Path, place: str, *, removable: str, partition: str = "") -> None:
    disk = sys / "devices" / place
    disk.mkdir(parents=True, exist_ok=True)
    (disk / "removable").write_text(removable + "\n")
    end = disk
    if partition:
        end = disk / partition
        end.mkdir()
        (end / "partition").write_text("1\n")
    (sys / end.name).symlink_to(end)


def test_sysfs_tells_a_stick_a_usb_disk_and_a_fixed_disk_apart(tmp_path: Path) -> None:
    a_block(tmp_path, "pci0/usb1/1-1/block/sdb", removable="1", partition="sdb1")
    a_block(tmp_path, "pci0/usb2/2-1/block/sdc", removable="0", partition="sdc1")
    a_block(tmp_path, "pci0/ata1/block/sda", removable="0", partition="sda1")
    a_block(tmp_path, "pci0/mmc0/block/mmcblk0", removable="1")
    a_block(tmp_path, "virtual/block/loop0", removable="0")
    asked = ("sdb1", "sdc1", "sda1", "mmcblk0", "loop0", "gone")
    answers = [block_is_removable(f"/dev/{name}", tmp_path) for name in asked]
    assert answers == [True, True, False, True, None, None]


def test_windows_names_the_sticks_and_leaves_out_empty_card_readers() -> None:
    kinds = {"A:\\": 2, "C:\\": 3, "D:\\": 5, "E:\\": 2, "F:\\": 2, "Z:\\": 4}
    inside = {"E:\\": ("KINGSTON", 0x0002_0006), "F:\\": ("", 0x0008_0000)}
    letters = sum(1 << ord(root[0]) - ord("A") for root in kinds)
    assert windows_drives(letters, kinds.__getitem__, inside.get) == [
        Mounted("E:\\", "KINGSTON", read_only=False),
        Mounted("F:\\", "F:", read_only=True),
    ]


def a_drive(label: str, *, read_only: bool = False) -> Drive:
    return Drive(Path("/media") / label, label, 10, 20, read_only)


def test_the_only_stick_that_can_be_written_is_chosen_by_itself() -> None:
    good, shut = a_drive("KINGSTON"), a_drive("SHUT", read_only=True)
    assert the_one([shut, good]) == good


@pytest.mark.parametrize(
    ("found", "error", "words"),
    [
        ([], NoStick, "没有找到U盘"),
        ([a_drive("SHUT", read_only=True)], StickProtected, "U盘“SHUT”写保护"),
        ([a_drive("A"), a_drive("B")], SeveralSticks, "插着2个U盘：“A”、“B”"),
    ],
)
def test_when_there_is_no_one_stick_a_sentence_says_why(
    found: list[Drive], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        the_one(found)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_stick_pulled_out_while_it_is_looked_at_is_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sdb1 {tmp_path} vfat rw 0 0\n/dev/sdc1 {tmp_path}/gone vfat rw 0 0\n")
    monkeypatch.setattr(drives, "_MOUNTS", table)
    monkeypatch.setattr(drives, "block_is_removable", lambda *_: True)
    monkeypatch.setattr(drives.shutil, "disk_usage", used(tmp_path))
    assert drives.drives() == [Drive(tmp_path, tmp_path.name, 7, 9, read_only=False)]


def used(there: Path) -> Callable[[Path], Usage]:
    def disk_usage(path: Path) -> Usage:
        if path != there:
            raise OSError(19, "No such device")
        return Usage(9, 2, 7)

    return disk_usage


def test_this_machine_answers_without_a_fault() -> None:
    assert all(drive.total > 0 for drive in drives.drives())
