"""Gives tests two enrolled PCs of one office, made once and copied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.models import keyfile
from desktop.models.profile import create_profile, join_profile, open_profile
from desktop.models.store import Store
from tests.conftest import PASSPHRASE
from tests.exchange.pcs import Pc, introduce

_CAP_SYS_ADMIN = 21


def _may_mount() -> bool:
    """Whether this run may mount a small image as if it were a stick."""
    status = Path("/proc/self/status")
    if not status.exists() or not os.access("/dev/loop-control", os.W_OK):
        return False
    rights = next(x for x in status.read_text("ascii").splitlines() if x.startswith("CapEff"))
    return bool(int(rights.split()[1], 16) >> _CAP_SYS_ADMIN & 1)


# an ordinary user cannot mount: `make test-long` as root (a CI container) runs these as well
collect_ignore = [] if _may_mount() else ["test_packages_real_stick.py"]


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the profiles 1号机 and 2号机, enrolled with each other."""
    folder = tmp_path_factory.mktemp("pair")
    (folder / "stick").mkdir()
    patch = pytest.MonkeyPatch()
    patch.setattr(keyfile, "calibrate", lambda: keyfile.Cost(64, 1))
    patch.setattr(keyfile, "LEAST_MEMORY_KIB", 8)
    one = create_profile(
        folder / "one", passphrase=PASSPHRASE, office="莲心社区", level="community", user="林书记"
    )
    two = join_profile(folder / "two", passphrase=PASSPHRASE, site_name="2号机", user="小陈")
    introduce(Pc(one, folder / "stick"), Pc(two, folder / "stick"), folder / "stick" / "2.jlcard")
    one.close()
    two.close()
    patch.undo()
    return folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Store]]:
    """Opens profiles and closes them at the end."""
    stores: list[Store] = []

    def open_one(folder: Path) -> Store:
        stores.append(open_profile(folder, PASSPHRASE))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def first(pair: Path, tmp_path: Path, stick: Path, opened: Callable[[Path], Store]) -> Pc:
    shutil.copytree(pair / "one", tmp_path / "one")
    return Pc(opened(tmp_path / "one"), stick)


@pytest.fixture
def second(pair: Path, tmp_path: Path, stick: Path, opened: Callable[[Path], Store]) -> Pc:
    shutil.copytree(pair / "two", tmp_path / "two")
    return Pc(opened(tmp_path / "two"), stick)


@pytest.fixture
def newcomer(tmp_path: Path, stick: Path) -> Iterator[Pc]:
    """A further PC that has not joined yet."""
    store = join_profile(tmp_path / "three", passphrase=PASSPHRASE, site_name="3号机", user="小吴")
    yield Pc(store, stick)
    store.close()
