"""Sets up, opens and re-homes one installation: folder, keys, lock, and its place in the office."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop import clock
from desktop.errors import UserError
from desktop.files import sync_folder
from desktop.models import changeover, keyfile, schema
from desktop.models.care_tags import DEFAULT_TAG_KINDS
from desktop.models.copies import copy_before_upgrade
from desktop.models.database import Connection, DatabaseDamaged, connect
from desktop.models.draft import ChangeDraft
from desktop.models.key_changes import fresh_keys
from desktop.models.store import DATABASE, Store
from desktop.models.words import LABELS
from desktop.oslock import OsLock

KEYFILE = keyfile.KEYFILE
LOCKFILE = "profile.lock"
UNFINISHED = "unfinished"  # where a set-up builds until it is whole
DRAWING = "drawing"  # where papers are drawn for the screen; what a crash left there is in clear
MIN_PASSPHRASE = 8
FORMER_SEAL = "former_seal:"  # a former secret key by its public one


class NoProfile(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹“{folder}”里还没有近邻的数据。请先做首次设置（jinlin init）。")


class DatabaseMissing(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"文件夹“{folder}”里有钥匙文件，没有数据库文件{DATABASE}。如果它被移走了，请放回原处，"
            "或从备份恢复；如果首次设置没有做完，请再做一次。"
        )


class KeyfileMissing(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"文件夹“{folder}”里有数据库，没有钥匙文件{KEYFILE}。请放回原处，"
            "或用恢复单打开，或从备份恢复。"
        )


class ProfileExists(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹“{folder}”里已有近邻的数据，没有改动。要另建请换一个空文件夹。")


class ProfileBusy(UserError):
    def __init__(self) -> None:
        super().__init__("近邻已经打开着。请使用已打开的窗口，或先关闭它。")


class TooNew(UserError):
    def __init__(self) -> None:
        super().__init__("这份数据由更新版本的近邻写成。请先升级本机的近邻再打开，数据没有变。")


class WeakPassphrase(UserError):
    def __init__(self) -> None:
        super().__init__(f"口令太短：至少{MIN_PASSPHRASE}个字符。可以用一句好记的话。")


class FolderUnusable(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹“{folder}”不能建立或写入。请换一个文件夹或检查权限。")


class BadOffice(UserError):
    def __init__(self) -> None:
        super().__init__("请填写单位名称和使用人姓名。")


@dataclass(frozen=True, slots=True)
class Office:
    """The office this profile belongs to; empty while a joined PC waits for its first package."""

    uid: str
    name: str
    level: str


def office(store: Store) -> Office:
    rows = store.rows("SELECT uid, name, level FROM live_office ORDER BY uid LIMIT 1")
    return Office(*rows[0]) if rows else Office("", "", "")


def create_profile(
    folder: Path,
    *,
    passphrase: str,
    office: str,
    level: str,
    user: str,
    site_name: str = "1号机",
) -> Store:
    """A new office on its first PC."""
    if not office.strip() or not user.strip() or level not in LABELS["level"]:
        raise BadOffice

    def fill(store: Store) -> None:
        with store.change("建立单位", kind="setup") as change:
            change.create("office", name=office.strip(), level=level)
            introduce_site(change, store, site_name)
            change.create_many("tag_kinds", DEFAULT_TAG_KINDS)

    return _lay_out(folder, passphrase, user, fill)


def join_profile(folder: Path, *, passphrase: str, site_name: str, user: str) -> Store:
    """A further PC of an existing office: has keys, waits for its first full package."""
    if not site_name.strip() or not user.strip():
        raise BadOffice

    def fill(store: Store) -> None:
        with store.local() as conn:
            set_meta(conn, {"site_name": site_name.strip()})

    return _lay_out(folder, passphrase, user, fill)


def is_profile(folder: Path) -> bool:
    """Whether there is (or waits to take its place) a database to unlock."""
    return (folder / DATABASE).exists() or changeover.is_waiting(folder)


def _lay_out(folder: Path, passphrase: str, user: str, fill: Callable[[Store], None]) -> Store:
    """Build the database aside and move it in last, so that a database always means a profile."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise WeakPassphrase
    if is_profile(folder):
        raise ProfileExists(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FolderUnusable(folder) from error
    lock = take_lock(folder)
    try:
        if is_profile(folder):  # somebody else was faster
            raise ProfileExists(folder)
        key = clock.random_bytes(keyfile.KEY_BYTES)
        _build(folder, key, passphrase, user, fill)
        return open_locked(folder, key, lock)
    except OSError as error:
        lock.release()
        raise FolderUnusable(folder) from error
    except BaseException:
        lock.release()
        raise


def _build(
    folder: Path, key: bytes, passphrase: str, user: str, fill: Callable[[Store], None]
) -> None:
    aside = folder / UNFINISHED
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    store = Store(aside, key, take_lock(aside))
    try:
        _settle(store, user)
        fill(store)
    finally:
        store.close()
    if (folder / KEYFILE).exists():
        # it may open a database that was only moved away
        os.replace(folder / KEYFILE, folder / f"key-{clock.now():%Y%m%d-%H%M%S}-old.json")
    keyfile.write(folder / KEYFILE, key, passphrase)
    os.replace(aside / DATABASE, folder / DATABASE)
    sync_folder(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _settle(store: Store, user: str) -> None:
    """Give a new database its person and its site."""
    with store.local() as conn:
        set_meta(conn, {"user": clock.new_uid(), "new_user": user.strip()})
        _new_site(conn)
    store.read_identity()


def _new_site(conn: Connection) -> None:
    set_meta(conn, {"site": clock.random_bytes(16).hex(), **fresh_keys()})
    conn.execute("DELETE FROM meta WHERE key LIKE 'former_seal:%' OR key LIKE 'sealed_by:%'")


def introduce_site(change: ChangeDraft, store: Store, name: str) -> None:
    """Put this PC into the office's list of PCs."""
    change.create(
        "sites",
        uid=store.site,
        name=name,
        sign=meta(store, "sign_public"),
        seal=meta(store, "seal_public"),
        revoked=0,
        added_on=clock.today().isoformat(),
    )


def meta(store: Store, key: str) -> str:
    """A fact about this PC ("" when unknown): site, keys, site_name …"""
    return str(store.value("SELECT value FROM meta WHERE key = ?", (key,)) or "")


def set_meta(conn: Connection, facts: Mapping[str, str]) -> None:
    """Note facts about this PC; an empty one is forgotten. The caller commits."""
    conn.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)", [fact for fact in facts.items() if fact[1]]
    )
    conn.executemany(
        "DELETE FROM meta WHERE key = ?", [(key,) for key, value in facts.items() if not value]
    )


def open_profile(folder: Path, passphrase: str) -> Store:
    """Unlock a profile with its passphrase."""

    def key() -> bytes:
        if not (folder / KEYFILE).exists():
            raise KeyfileMissing(folder)
        return keyfile.read(folder / KEYFILE, passphrase)

    return _unlock(folder, key)


def _unlock(folder: Path, read_key: Callable[[], bytes]) -> Store:
    """Take the lock, finish what a power cut left, then ask for the key."""
    if not is_profile(folder):
        raise DatabaseMissing(folder) if (folder / KEYFILE).exists() else NoProfile(folder)
    lock = take_lock(folder)
    try:
        changeover.finish(folder)
        shutil.rmtree(folder / DRAWING, ignore_errors=True)
        key = read_key()
    except BaseException:
        lock.release()
        raise
    return open_locked(folder, key, lock)


def take_lock(folder: Path) -> OsLock:
    """Hold the profile for this process, or say who does."""
    lock = OsLock(folder / LOCKFILE)
    try:
        taken = lock.take()
    except OSError as error:
        raise FolderUnusable(folder) from error
    if not taken:
        raise ProfileBusy
    return lock


def open_locked(folder: Path, key: bytes, lock: OsLock) -> Store:
    """The store of a profile whose lock is held; the lock is given back when this fails."""
    try:
        if not (folder / DATABASE).exists():
            raise DatabaseMissing(folder)
        db = connect(folder / DATABASE, key)
        version = schema.current_version(db)
        db.conn.close()
        if version > schema.VERSION:
            raise TooNew
        copy_before_upgrade(folder, DATABASE, KEYFILE, key)
        return Store(folder, key, lock)
    except BaseException:
        lock.release()
        raise


def recovery_key(store: Store) -> str:
    """The key as text for the printed recovery sheet."""
    return keyfile.recovery_text(store.key)


def open_with_recovery(folder: Path, recovery: str, new_passphrase: str) -> Store:
    """The second way in: open with the printed key and set a new passphrase."""
    if len(new_passphrase) < MIN_PASSPHRASE:
        raise WeakPassphrase
    key = keyfile.key_from_recovery(recovery)
    try:
        store = _unlock(folder, lambda: key)
    except DatabaseDamaged as error:
        raise keyfile.BadRecoveryKey("它打不开这里的数据库，可能是另一份数据的恢复单") from error
    try:
        keyfile.write(folder / KEYFILE, key, new_passphrase)
    except BaseException:
        store.close()
        raise
    return store


def change_passphrase(store: Store, old: str, new: str) -> None:
    """Seal the same key under another passphrase."""
    keyfile.read(store.folder / KEYFILE, old)
    if len(new) < MIN_PASSPHRASE:
        raise WeakPassphrase
    keyfile.write(store.folder / KEYFILE, store.key, new)


def become_another(conn: Connection, site_name: str) -> None:
    """A number and keys of its own for a machine that shared another's; the caller commits.

    The former key goes on opening what lies in the inbox: it was sealed before (see rotation.py).
    """
    former = conn.execute(
        "SELECT ? || p.value, s.value FROM meta p, meta s WHERE p.key = 'seal_public'"
        " AND s.key = 'seal_key'",
        (FORMER_SEAL,),
    ).fetchall()
    _new_site(conn)
    set_meta(conn, {**dict(former), "site_name": site_name, "added_on": ""})


def rehome(store: Store, site_name: str) -> None:
    """Make this profile a new site: a restored backup must never reuse the old one's numbers."""
    with store.local() as conn:
        _new_site(conn)
    store.read_identity()
    with store.change("恢复备份后成为新的一台机", kind="setup") as change:
        introduce_site(change, store, site_name)
