"""Opens the encrypted database file and turns SQLite's result codes into sentences, once.

Settings follow architecture §2: SQLCipher with a raw key, WAL, full sync, nothing on disk in
clear, no trust in the schema of a file somebody may have touched.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
import sqlcipher3.dbapi2

# sqlite-utils recognises exceptions only of a driver found under this name.
sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = sqlcipher3.dbapi2

import sqlite_utils  # noqa: E402  (must see the driver above)

from desktop.errors import UserError  # noqa: E402

DatabaseError = sqlcipher3.dbapi2.DatabaseError
Connection = Any  # sqlcipher3 ships no type information

_LOOK_UP = 400  # uids asked for at a time: SQLite takes only so many parameters
_READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _BUSY, _LOCKED, _NOTADB = 8, 10, 11, 13, 14, 5, 6, 26


class DiskFull(UserError):
    def __init__(self) -> None:
        super().__init__("磁盘已满，这一步没有保存。请腾出空间后再做一次，原有数据没有变。")


class ReadOnly(UserError):
    def __init__(self) -> None:
        super().__init__("数据文件夹不能写入，这一步没有保存。请检查文件夹权限或磁盘写保护。")


class DiskTrouble(UserError):
    def __init__(self) -> None:
        super().__init__(
            "读写磁盘出错，这一步没有保存。请看磁盘是否已满、硬盘是否正常，并尽快做一次备份。"
        )


class StillBusy(UserError):
    def __init__(self) -> None:
        super().__init__("数据正被另一项工作占用，这一步没有保存。请稍候再做一次。")


class DatabaseDamaged(UserError):
    def __init__(self) -> None:
        super().__init__("数据库文件已损坏或不是近邻的数据。请从备份恢复，不要删除原文件。")


class BrokenText(UserError):
    def __init__(self) -> None:
        super().__init__("输入的文字里有残缺字符，数据里不会有它。请重新输入这段文字。")


_SENTENCES: dict[int, type[UserError]] = {
    _READONLY: ReadOnly,
    _IOERR: DiskTrouble,
    _CORRUPT: DatabaseDamaged,
    _FULL: DiskFull,
    _CANTOPEN: DiskTrouble,
    _BUSY: StillBusy,
    _LOCKED: StillBusy,
    _NOTADB: DatabaseDamaged,
}

# the driver's backup call gives SQLite's words without the code
_UNCODED: dict[str, int] = {
    "attempt to write a readonly database": _READONLY,
    "disk I/O error": _IOERR,
    "database disk image is malformed": _CORRUPT,
    "database or disk is full": _FULL,
    "unable to open database file": _CANTOPEN,
    "database is locked": _BUSY,
    "file is not a database": _NOTADB,
}


@contextmanager
def storage_errors() -> Iterator[None]:
    """Raise the person's sentence for what the disk did; anything else stays a bug."""
    try:
        yield
    except UnicodeEncodeError as error:  # half a character, as from a name in another encoding
        raise BrokenText from error
    except DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", _UNCODED.get(str(error), 0)) & 0xFF
        sentence = _SENTENCES.get(code)
        if sentence is None:
            raise
        raise sentence() from error


def connect(path: Path, key: bytes) -> sqlite_utils.Database:
    """Open (or create) the database file under the 32-byte key."""
    conn = sqlcipher3.dbapi2.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=10
    )
    # the key pragma's text must never reach a log, so logging goes off first
    conn.execute("PRAGMA cipher_log_level = NONE")
    conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    with storage_errors():
        conn.execute("PRAGMA cipher_memory_security = OFF")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",
            "trusted_schema = OFF",
            "cache_size = -65536",
        ):
            conn.execute(f"PRAGMA {pragma}")
    return sqlite_utils.Database(conn, execute_plugins=False)


def in_memory() -> sqlite_utils.Database:
    """A scratch database that never touches a disk (used to rebuild and compare)."""
    conn = sqlcipher3.dbapi2.connect(":memory:", isolation_level=None)
    return sqlite_utils.Database(conn, execute_plugins=False)


def in_parts(uids: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Uids a few hundred at a time, each part with the marks for its `IN (…)`."""
    wanted = list(uids)
    for start in range(0, len(wanted), _LOOK_UP):
        part = wanted[start : start + _LOOK_UP]
        yield ", ".join("?" * len(part)), part
