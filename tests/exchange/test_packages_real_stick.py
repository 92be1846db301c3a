"""The sentences about sticks hold for a real file system that is full, closed, pulled or dying.

A small image is mounted as a stick would be; that needs the right to mount (see conftest.py).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import files
from desktop.exchange.packages import drives, sticks
from desktop.exchange.packages.drives import StickProtected, the_one
from desktop.exchange.packages.sending import default_folder, send_all
from desktop.exchange.packages.sticks import put
from desktop.files import CannotWrite, FolderGone, NoRoom
from tests.exchange.pcs import Pc, converge, found_in

pytestmark = pytest.mark.long
MB = 1024 * 1024


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image"
    with open(path, "wb") as file:
        file.truncate(12 * MB)
    subprocess.run(["mkfs.ext4", "-q", "-O", "^has_journal", "-m", "0", path], check=True)
    return path


@pytest.fixture
def mounted(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The image, hung in like a stick with a blank in its name."""
    place = tmp_path / "media" / "MY STICK"
    place.mkdir(parents=True)
    monkeypatch.setattr(drives, "_MEDIA", (f"{tmp_path}/media/",))
    subprocess.run(["mount", "-o", "loop", image, place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=False, capture_output=True)


def a_file(tmp_path: Path, size: int) -> Path:
    path = tmp_path / "finished"
    path.write_bytes(os.urandom(size))
    return path


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()} - {"lost+found"}


def test_it_is_found_with_its_name_and_room(mounted: Path) -> None:
    [drive] = drives.drives()
    assert (drive.path, drive.label, drive.read_only) == (mounted, "MY STICK", False)
    assert 8 * MB < drive.free <= drive.total < 12 * MB


def test_packages_go_to_it_by_themselves_and_are_found_there(
    mounted: Path, first: Pc, second: Pc
) -> None:
    converge(first, second)
    home = first.household("501", "王小明")
    [(_, made)] = send_all(first.store, default_folder(first.store)).written
    assert made.path.parent == mounted
    [found] = found_in(second.store, [mounted])
    assert (found.path, found.state, found.sender_name) == (made.path, "new", "1号机")
    second.take(found.path)
    assert second.shown("households", home, "room") == "501"


def test_a_write_protected_one_says_so(mounted: Path, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    [drive] = drives.drives()
    assert drive.read_only
    with pytest.raises(StickProtected):
        the_one([drive])
    with pytest.raises(CannotWrite, match="写保护"):
        put(a_file(tmp_path, 1000), mounted / "p.jlpkg")
    assert names(mounted) == set()


def test_a_full_one_says_how_much_is_missing_and_keeps_no_rest(
    mounted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = a_file(tmp_path, 20 * MB)
    with pytest.raises(NoRoom, match="要20 MB，只剩"):
        put(large, mounted / "p.jlpkg")
    real, promised = sticks.shutil.disk_usage, [False, True]

    def promising(path: Path) -> object:
        """More room than there is, the first time: somebody else fills the stick meanwhile."""
        usage = real(path)
        return usage._replace(free=99 * MB) if promised.pop() else usage

    monkeypatch.setattr(sticks.shutil, "disk_usage", promising)
    with pytest.raises(NoRoom, match="要20 MB，只剩"):
        put(large, mounted / "p.jlpkg")
    assert names(mounted) == set()


def test_one_pulled_out_while_writing_says_so_and_leaves_nothing_in_its_place(
    mounted: Path, tmp_path: Path
) -> None:
    def pull(done: int, total: int, words: str) -> None:
        del total, words
        if done == 2 * MB:
            subprocess.run(["umount", "-l", mounted], check=True)

    with pytest.raises(FolderGone, match="中途断开，没有写出"):
        put(a_file(tmp_path, 5 * MB), mounted / "p.jlpkg", pull)
    assert list(mounted.iterdir()) == []
    assert drives.drives() == []


def test_one_that_dies_while_writing_says_so(mounted: Path, image: Path, tmp_path: Path) -> None:
    def die(done: int, total: int, words: str) -> None:
        del total, words
        if done == 2 * MB:
            os.truncate(image, 0)  # from now on each block is an input/output error

    with pytest.raises(FolderGone, match="中途断开，没有写出"):
        put(a_file(tmp_path, 5 * MB), mounted / "p.jlpkg", die)


def test_what_a_pulled_one_kept_is_removed_when_it_comes_again(
    mounted: Path, image: Path, first: Pc, second: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    converge(first, second)
    first.household("501", "王小明")
    made = first.export_to("2号机")

    def pull(_: int) -> None:
        os.sync()
        subprocess.run(["umount", "-l", mounted], check=True)
        raise OSError(19, "No such device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", pull)
        with pytest.raises(FolderGone):
            sticks.put_package(made.path, mounted / made.path.name, first.store.site)
    subprocess.run(["mount", "-o", "loop", image, mounted], check=True)
    assert names(mounted) == {f".{made.path.name}.part"}
    [(_, again)] = send_all(first.store, mounted).written
    assert names(mounted) == {again.path.name}
