"""Proves that a copy of the database can be opened and is whole, before anybody relies on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.errors import UserError
from desktop.models import keyfile, schema
from desktop.models.database import connect, storage_errors


class CopyDamaged(UserError):
    def __init__(self) -> None:
        super().__init__("这份备份里的数据库不完整，不能用来恢复。请换另一份备份。")


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a copy holds."""

    version: int
    site: str
    site_name: str
    office: str
    changes: int
    households: int
    residents: int


def examine(path: Path, key: bytes) -> CopyFacts:
    """Open a copy and read every page of it; `CopyDamaged` when one is bad."""
    db = connect(path, key)
    try:
        with storage_errors():
            conn = db.conn
            bad = conn.execute("PRAGMA cipher_integrity_check").fetchall()
            sound = conn.execute("PRAGMA integrity_check").fetchone()[0]
            if bad or sound != "ok":
                raise CopyDamaged
            version = schema.current_version(db)
            site = conn.execute("SELECT value FROM meta WHERE key = 'site'").fetchone()
            counts = [
                int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
                for table in ("changes", "live_households", "live_residents")
            ]
            office = conn.execute("SELECT name FROM live_office ORDER BY uid LIMIT 1").fetchone()
            own = str(site[0]) if site else ""
            name = conn.execute("SELECT name FROM sites WHERE uid = ?", (own,)).fetchone()
            conn.execute("PRAGMA journal_mode = DELETE")
            return CopyFacts(
                version, own, str(name[0]) if name else "", str(office[0]) if office else "",
                *counts,
            )  # fmt: skip
    finally:
        db.conn.close()


def copy_before_upgrade(folder: Path, database: str, key_file: str, key: bytes) -> Path | None:
    """Keep a proven copy of an older database before its layout changes; None when none is due."""
    db = connect(folder / database, key)
    try:
        version = schema.current_version(db)
        if not 0 < version < schema.VERSION:
            return None
        kept = folder / f"before-upgrade-{version}"
        kept.mkdir(mode=0o700, exist_ok=True)
        # a copy that a power cut left half-written may not even open
        for left in kept.glob(f"{database}*"):
            left.unlink()
        target = connect(kept / database, key)
        try:
            with storage_errors():
                db.conn.backup(target.conn)
        finally:
            target.conn.close()
    finally:
        db.conn.close()
    examine(kept / database, key)
    keyfile.copy(folder / key_file, kept / key_file)
    return kept


def erased_in(path: Path, key: bytes) -> list[str]:
    """The erase ledger of a database that is not opened as a profile."""
    db = connect(path, key)
    try:
        with storage_errors():
            return [str(row[0]) for row in db.conn.execute("SELECT uid FROM erased ORDER BY uid")]
    finally:
        db.conn.close()
