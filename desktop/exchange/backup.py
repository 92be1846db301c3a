"""Keeps copies of a profile that are proven to open, and brings one back as a new PC.

A backup is one uncompressed zip file: the encrypted database, the keyfile that opens it with the
passphrase, and a page of facts without names. Restoring never overwrites: what was there is put
aside, and the restored profile becomes a new site, because the old one's numbers may be in use.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.packages.sticks import put
from desktop.files import BLOCK, digest_of, private_folder, whole_file, write_errors
from desktop.models import changeover, keyfile, schema
from desktop.models.copies import CopyDamaged, CopyFacts, erased_in, examine
from desktop.models.database import DatabaseDamaged
from desktop.models.exchange_log import erased_uids
from desktop.models.profile import (
    KEYFILE,
    NoProfile,
    TooNew,
    open_locked,
    open_profile,
    rehome,
    take_lock,
)
from desktop.models.sites import own_site
from desktop.models.store import DATABASE, Store
from desktop.progress import Progress, no_progress

FOLDER = "backups"
SUFFIX = ".jlbak"
_FACTS = "backup.json"
_FMT = "jinlin-backup/1"
_MAX_KEYFILE = 64 * 1024
_STAGE = ".jinlin-"
_under_way: set[Path] = set()  # this process's own unfinished work


class NotABackup(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path.name}”不是近邻的备份或已损坏，数据没有变。请换另一份备份。")


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup file; `made` is that PC's clock."""

    path: Path
    made: str
    bytes: int
    site: str


@dataclass(frozen=True, slots=True)
class Restored:
    """A profile that has come back as a new PC; `aside` holds what lay there before."""

    store: Store
    facts: CopyFacts
    site_name: str
    aside: Path | None


def back_up(
    store: Store, folder: Path | None = None, *, progress: Progress = no_progress
) -> Backup:
    """Write a proven copy into the profile's backup folder, or straight to another folder."""
    home = _folder(store)
    _sweep(home)
    now = clock.now()
    name = f"jinlin-{now:%Y%m%d-%H%M%S}-{clock.new_uid()[:4]}{SUFFIX}"
    finished = home / name
    with _staging(home) as stage:
        progress(0, 3, "复制数据库")
        copy = stage / DATABASE
        store.copy_to(copy)
        progress(1, 3, "核对备份")
        examine(copy, store.key)
        facts = {
            "fmt": _FMT,
            "made": now.isoformat(timespec="seconds"),
            "schema": schema.VERSION,
            "site": store.site,
            "sha256": digest_of(copy),
        }
        packed = stage / name
        _pack(packed, copy, store.folder / KEYFILE, facts)
        progress(2, 3, "写出备份")
        if folder is None:
            with write_errors(finished):
                os.replace(packed, finished)
        else:
            finished = folder / name
            put(packed, finished)
    _facts(finished)
    progress(3, 3, "备份完成")
    return Backup(finished, str(facts["made"]), finished.stat().st_size, store.site)


def _pack(target: Path, database: Path, key_file: Path, facts: dict[str, object]) -> None:
    with (
        whole_file(target, private=True) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        archive.writestr(_FACTS, json.dumps(facts, sort_keys=True))
        archive.write(key_file, KEYFILE)
        archive.write(database, DATABASE)


def back_up_daily(store: Store) -> Backup | None:
    """The automatic backup: one a day, older ones thinned out; None when today has one."""
    today = clock.today().isoformat()
    if any(made.made[:10] == today for made in backups(_folder(store))):
        return None
    fresh = back_up(store)
    for old in superfluous(backups(_folder(store))):
        # under a clock that went back, the newest copy bears the oldest date
        if old.path != fresh.path:
            old.path.unlink(missing_ok=True)
    return fresh


def superfluous(made: list[Backup]) -> list[Backup]:
    """Which backups may go: kept are the newest of 7 days, 5 weeks and 12 months that have one.

    Dates to come are the work of a wrong clock: they stay, and take no other day's place.
    """
    made = [backup for backup in made if backup.made[:10] <= clock.today().isoformat()]
    keep: set[Path] = set()
    for label, count in (("%Y-%m-%d", 7), ("%G-%V", 5), ("%Y-%m", 12)):
        newest: dict[str, Path] = {}
        for backup in made:  # newest first
            newest.setdefault(datetime.fromisoformat(backup.made).strftime(label), backup.path)
        keep.update(list(newest.values())[:count])
    return [backup for backup in made if backup.path not in keep]


def backups(folder: Path) -> list[Backup]:
    """The readable backups of a folder, newest first."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            facts = _facts(path)
        except NotABackup:
            continue
        found.append(Backup(path, facts["made"], path.stat().st_size, facts["site"]))
    return sorted(found, key=lambda backup: (backup.made, backup.path.name), reverse=True)


def problems(store: Store) -> list[str]:
    """Reminders for the first screen: the newest backup is older than a week (quick to ask)."""
    made = backups(_folder(store))
    if not made:
        return []
    now = clock.now()
    past = [b for b in made if datetime.fromisoformat(b.made) <= now + timedelta(days=1)]
    if not past:
        return ["备份的日期都比今天晚。请核对电脑的时钟，再备份一次。"]
    age = now - datetime.fromisoformat(past[0].made)
    if age > timedelta(days=7):
        return [f"最近一次备份在{age.days}天前，请现在备份。"]
    return []


def damaged(store: Store) -> list[str]:
    """Whether the newest backup of this PC can be relied on: opened and read to its end."""
    files = sorted(_folder(store).glob(f"*{SUFFIX}"))
    if not files:
        return []
    try:
        verify_own(store, files[-1])
    except (NotABackup, CopyDamaged, DatabaseDamaged):
        return [f"最近一份备份“{files[-1].name}”已损坏，请现在重新备份。"]
    except UserError as trouble:
        return [f"最近一份备份“{files[-1].name}”没有核对：{trouble}"]
    return []


def verify_own(store: Store, path: Path) -> CopyFacts:
    """Read all of a backup of this profile; the open key fits whatever the passphrase was."""
    _facts(path)
    with _staging(_folder(store)) as stage:
        _unpack(path, stage)
        return examine(stage / DATABASE, store.key)


def verify(path: Path, passphrase: str) -> CopyFacts:
    """Open a backup with the passphrase it was made under and read all of it."""
    _facts(path)
    with _staging(Path(tempfile.gettempdir())) as stage:
        _unpack(path, stage)
        return examine(stage / DATABASE, keyfile.read(stage / KEYFILE, passphrase))


def restore(path: Path, folder: Path, *, passphrase: str, site_name: str = "") -> Restored:
    """Bring a backup back into a profile folder as a new PC of the office."""
    _facts(path)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NoProfile(folder) from error
    # held from first to last: nobody may open what is about to be put aside
    lock = take_lock(folder)
    try:
        changeover.finish(folder)
        _sweep(folder)
        with _staging(folder) as stage:
            _unpack(path, stage)
            key = keyfile.read(stage / KEYFILE, passphrase)
            facts = examine(stage / DATABASE, key)
            if facts.version > schema.VERSION:
                raise TooNew
            # it becomes a new site before it takes its place: a crash never leaves two of one
            name = _reborn(stage, passphrase, site_name, _forgotten(folder, key, passphrase))
            changeover.offer(stage, folder)
        aside = changeover.finish(folder)
    except BaseException:
        lock.release()
        raise
    return Restored(open_locked(folder, key, lock), facts, name, aside)


def _reborn(stage: Path, passphrase: str, site_name: str, forgotten: list[str]) -> str:
    """Make the unpacked profile another PC of the office; returns its name."""
    store = open_profile(stage, passphrase)
    try:
        name = site_name.strip() or _new_name(own_site(store).name)
        rehome(store, name)
        _forget_again(store, forgotten)
    finally:
        store.close()
    return name


def _new_name(old: str) -> str:
    base = old.split("-恢复")[0]
    return f"{base}-恢复{clock.now():%m%d%H%M}"


def _forgotten(folder: Path, key: bytes, passphrase: str) -> list[str]:
    """Who was erased here since: an old backup must not bring them back.

    The database key outlives a passphrase, so the backup's key mostly opens what lies here.
    """
    if not (folder / DATABASE).exists():
        return []
    keys = [key]
    with suppress(UserError):
        keys.append(keyfile.read(folder / KEYFILE, passphrase))
    for each in keys:
        with suppress(DatabaseDamaged):
            return erased_in(folder / DATABASE, each)
    return []


def _forget_again(store: Store, uids: list[str]) -> None:
    known = set(erased_uids(store))
    with store.change("恢复后再次抹除", kind="setup") as change:
        for uid in uids:
            if uid not in known:
                change.erase(uid)


def _folder(store: Store) -> Path:
    return private_folder(store.folder / FOLDER)


@contextmanager
def _staging(parent: Path) -> Iterator[Path]:
    """A private folder for unfinished work (all of it encrypted), gone afterwards."""
    stage = private_folder(parent / f"{_STAGE}{clock.new_uid()}")
    _under_way.add(stage)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        _under_way.discard(stage)


def _sweep(parent: Path) -> None:
    """Remove what a killed process left unfinished; the caller holds the profile."""
    for left in parent.glob(f"{_STAGE}*"):
        if left not in _under_way:
            shutil.rmtree(left, ignore_errors=True)


def _facts(path: Path) -> dict[str, str]:
    """The facts page of a backup that has exactly the parts it should."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            packed = sum(info.compress_size for info in archive.infolist())
            if set(sizes) != {_FACTS, KEYFILE, DATABASE} or packed != sum(sizes.values()):
                raise NotABackup(path)
            if sizes[_FACTS] > _MAX_KEYFILE or sizes[KEYFILE] > _MAX_KEYFILE:
                raise NotABackup(path)
            facts: dict[str, str] = json.loads(archive.read(_FACTS))
            if facts["fmt"] != _FMT or not all(
                isinstance(facts[k], str) for k in ("site", "sha256")
            ):
                raise NotABackup(path)
            datetime.fromisoformat(facts["made"])
            return facts
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotABackup(path) from error


def _unpack(path: Path, stage: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in (KEYFILE, DATABASE):
                with archive.open(name) as source, whole_file(stage / name, private=True) as file:
                    shutil.copyfileobj(source, file, BLOCK)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise NotABackup(path) from error
    if digest_of(stage / DATABASE) != _facts(path)["sha256"]:
        raise NotABackup(path)
