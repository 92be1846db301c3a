"""Lets a restored profile take the place of the old one, so that a power cut leaves one of them.

The restored files wait, whole, in a folder of their own. From then on each start of the program
moves them in until it is done; nothing that lay in the profile before is deleted.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from desktop import clock
from desktop.files import sync_folder
from desktop.models.keyfile import KEYFILE
from desktop.models.store import DATABASE

READY = "restored"
_OLD = (KEYFILE, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "inbox", "outbox")


def offer(stage: Path, folder: Path) -> None:
    """Make a finished profile the next one of this folder; from here on it only goes forward."""
    for name in (KEYFILE, DATABASE):
        with open(stage / name, "rb+") as file:
            os.fsync(file.fileno())
    os.replace(stage, folder / READY)
    sync_folder(folder)


def is_waiting(folder: Path) -> bool:
    return (folder / READY).is_dir()


def finish(folder: Path) -> Path | None:
    """Move a waiting profile in; returns where the old files lie now. The caller holds the lock."""
    ready = folder / READY
    if not is_waiting(folder):
        return None
    aside = None
    # while the new keyfile waits, the files in the profile are the old ones
    if (ready / KEYFILE).exists():
        aside = _put_aside(folder)
        os.replace(ready / KEYFILE, folder / KEYFILE)
    if (ready / DATABASE).exists():
        os.replace(ready / DATABASE, folder / DATABASE)
    sync_folder(folder)
    shutil.rmtree(ready, ignore_errors=True)
    return aside


def _put_aside(folder: Path) -> Path | None:
    there = [folder / name for name in _OLD if (folder / name).exists()]
    if not there:
        return None
    aside = folder / f"replaced-{clock.now():%Y%m%d-%H%M%S}-{clock.new_uid()[:4]}"
    aside.mkdir(mode=0o700)
    for path in there:
        os.replace(path, aside / path.name)
    return aside
