"""Reads any spreadsheet people hand in into plain rows, choosing by content and not by name."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

from desktop.exchange.sheets import parser_process, safety
from desktop.exchange.sheets.evidence import Marks, no_marks, read_marks
from desktop.exchange.sheets.faults import (
    DamagedSheet,
    NeedsPassword,
    NotASheet,
    ProtectedOds,
    TooLarge,
    WrongPassword,
)
from desktop.exchange.sheets.text_tables import Rows, Span, read_text
from desktop.files import FileUnreadable
from desktop.progress import Progress, no_progress

STEP = 0.2  # seconds between two looks at the parser
SECONDS, SECONDS_PER_MIB = 6.0, 6.0  # time the parser is given; it needs a tenth of a second
_ODD_IN_NAMES = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x7fELF")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(slots=True)
class Sheet:
    """One sheet from A1 on, Python values; `merged` is 0-based (top, left, bottom, right)."""

    name: str
    rows: Rows
    merged: list[Span] = field(default_factory=list)
    hidden: bool = False
    marks: Marks = field(default_factory=no_marks)


@dataclass(slots=True)
class Book:
    """One file: its name (without folder) and its sheets in order."""

    file: str
    path: Path
    kind: str  # xlsx, xlsb, ods, xls, text
    sheets: list[Sheet]


def read_book(path: Path, password: str = "", progress: Progress = no_progress) -> Book:
    """Read a file; raises a UserError that says what is wrong with it."""
    file = file_name(path)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would never end
            raise FileUnreadable(Path(file))
        if about.st_size > safety.MAX_FILE:
            raise TooLarge(file, "太大")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise FileUnreadable(Path(file)) from error
    if not data.strip() or data.startswith(_OTHER_KINDS):
        raise NotASheet(file)
    if data.startswith(_OLE):
        data = _open_ole(data, file, password)
    if data.startswith(_ZIP):
        kind, sheets = _read_zip(data, file, progress)
    elif data.startswith(_OLE):
        kind, sheets = "xls", _calamine(data, file, progress)
    else:
        kind = "text"
        sheets = [Sheet(name, rows, merged) for name, rows, merged in read_text(data, file)]
    return Book(file, path, kind, sheets)


def file_name(path: Path) -> str:
    """A file's name as it can be shown and stored, whatever bytes the disk has there."""
    return _ODD_IN_NAMES.sub("\ufffd", path.name)


def _open_ole(data: bytes, file: str, password: str) -> bytes:
    """Decrypt a protected file; measure an xls before it is parsed."""
    try:
        office = msoffcrypto.OfficeFile(BytesIO(data))
        encrypted = office.is_encrypted()
    except (FileFormatError, DecryptionError, OSError, ValueError, IndexError, KeyError):
        encrypted = False
    except Exception as error:  # a damaged header makes the library fail in many ways
        raise DamagedSheet(file) from error
    if encrypted:
        if not password:
            raise NeedsPassword(file)
        data = _decrypt(office, file, password)
    if data.startswith(_OLE):
        safety.check_biff_area(_biff_stream(data, file), file)
    return data


def _decrypt(office: Any, file: str, password: str) -> bytes:
    plain = BytesIO()
    try:
        office.load_key(password=password)
        office.decrypt(plain)
    except (InvalidKeyError, DecryptionError) as error:
        raise WrongPassword(file) from error
    except Exception as error:  # the same: whatever breaks here is the file's fault
        raise DamagedSheet(file) from error
    return plain.getvalue()


def _biff_stream(data: bytes, file: str) -> bytes:
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            for name in ("Workbook", "Book"):
                if ole.exists(name):
                    return bytes(ole.openstream(name).read())
    except Exception as error:  # olefile raises whatever its broken structures lead to
        raise DamagedSheet(file) from error
    raise NotASheet(file)


def _read_zip(data: bytes, file: str, progress: Progress) -> tuple[str, list[Sheet]]:
    archive = safety.check_zip(data, file)
    names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        safety.check_xlsb_area(archive, file)
        return "xlsb", _calamine(data, file, progress)
    if any(name.startswith("xl/") for name in names):
        safety.check_xlsx_area(archive, file)
        return "xlsx", _calamine(data, file, progress, archive)
    if "content.xml" in names:
        if safety.is_protected_ods(archive, file):
            raise ProtectedOds(file)
        safety.check_ods_area(archive, file)
        return "ods", _calamine(data, file, progress)
    raise NotASheet(file)


def _calamine(
    data: bytes, file: str, progress: Progress, archive: zipfile.ZipFile | None = None
) -> list[Sheet]:
    sheets: list[Sheet] = []
    for line in BytesIO(_parse_apart(data, file, progress)):
        part = json.loads(line)
        if isinstance(part, dict):
            merged = [(top, left, bottom, right) for top, left, bottom, right in part["merged"]]
            sheets.append(Sheet(part["name"], [], merged, part["hidden"]))
        else:
            sheets[-1].rows += part
    if archive is not None:
        for sheet, marks in zip(sheets, read_marks(archive, [s.name for s in sheets]), strict=True):
            sheet.marks = marks
    return sheets


def _parse_apart(data: bytes, file: str, progress: Progress) -> bytes:
    """The workbook as JSON, parsed by a child process; Stop ends it at once."""
    command = [sys.executable, "-I", parser_process.__file__]
    if getattr(sys, "frozen", False):
        command = [sys.executable, "parse-sheet"]
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    pending: bytes | None = data
    steps = int((SECONDS + SECONDS_PER_MIB * len(data) / parser_process.MIB) / STEP)
    for step in range(steps):
        try:
            progress(step, steps, f"读取{file}")
            answer, _ = child.communicate(pending, timeout=STEP)
            break
        except subprocess.TimeoutExpired:
            pending = None
        except BaseException:
            child.kill()
            child.communicate()
            raise
    else:
        child.kill()
        child.communicate()
        raise TooLarge(file, "读得太久")
    if child.returncode == parser_process.PROTECTED:
        raise NeedsPassword(file)
    if child.returncode == parser_process.TOO_LARGE:
        raise TooLarge(file, "里的内容太多")
    if child.returncode:
        raise DamagedSheet(file)
    return answer
