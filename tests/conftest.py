"""Gives every test a throw-away profile, a cheap passphrase and a clock that does not move."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop import clock
from desktop.models import keyfile
from desktop.models.profile import create_profile, open_profile
from desktop.models.store import Store

PASSPHRASE = "test-passphrase"
_MEMORY, _ENOUGH = Path("/dev/shm"), 4 * 1024**3
TODAY = datetime(2026, 6, 15, 9, 30)


def pytest_configure(config: pytest.Config) -> None:
    """Throw-away profiles lie in memory where there is plenty: a real disk takes four times as
    long for the syncs and deletions. The long runs stay on the disk."""
    if "not long" in config.option.markexpr and not hasattr(config, "workerinput"):
        with suppress(OSError):
            if shutil.disk_usage(_MEMORY).free >= _ENOUGH and os.access(_MEMORY, os.W_OK):
                os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


class SteadyClock(clock.Clock):
    """A clock at 2026-06-15 09:30 that tests move by hand; random bytes stay random."""

    def __init__(self) -> None:
        self.at = TODAY

    def now(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def steady_clock(monkeypatch: pytest.MonkeyPatch) -> SteadyClock:
    steady = SteadyClock()
    monkeypatch.setattr(clock, "clock", steady)
    return steady


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the real home folder."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its real cost takes half a second; every test would pay it several times."""
    monkeypatch.setattr(keyfile, "calibrate", lambda: keyfile.Cost(64, 1))
    monkeypatch.setattr(keyfile, "LEAST_MEMORY_KIB", 8)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One set-up profile, made once and copied by each test that needs one."""
    folder = tmp_path_factory.mktemp("template") / "profile"
    patch = pytest.MonkeyPatch()
    patch.setattr(keyfile, "calibrate", lambda: keyfile.Cost(64, 1))
    patch.setattr(keyfile, "LEAST_MEMORY_KIB", 8)
    patch.setattr(clock, "clock", SteadyClock())
    create_profile(
        folder, passphrase=PASSPHRASE, office="莲心社区", level="community", user="林书记"
    ).close()
    patch.undo()
    return folder


@pytest.fixture
def new_store(template: Path, tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Opens further copies of the template under other folder names (the same site!)."""
    opened: list[Store] = []

    def make(name: str) -> Store:
        shutil.copytree(template, tmp_path / name)
        opened.append(open_profile(tmp_path / name, PASSPHRASE))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def store(new_store: Callable[[str], Store]) -> Store:
    """An office of one PC with nothing in it but the default care tags."""
    return new_store("profile")
