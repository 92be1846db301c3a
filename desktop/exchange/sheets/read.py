"""Reads any spreadsheet people hand in into plain rows, choosing by content and not by name."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import msoffcrypto
import olefile
import python_calamine
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

from desktop.exchange.sheets import safety
from desktop.exchange.sheets.evidence import Marks, no_marks, read_marks
from desktop.exchange.sheets.faults import (
    DamagedSheet,
    FileUnreadable,
    NeedsPassword,
    NotASheet,
    TooLarge,
    WrongPassword,
)
from desktop.exchange.sheets.text_tables import Rows, Span, read_text

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


def read_book(path: Path, password: str = "") -> Book:
    """Read a file; raises a UserError that says what is wrong with it."""
    file = path.name
    try:
        if path.stat().st_size > safety.MAX_FILE:
            raise TooLarge(file, "太大")
        data = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file) from error
    if not data.strip():
        raise NotASheet(file)
    if data.startswith(_OLE):
        data = _open_ole(data, file, password)
    if data.startswith(_ZIP):
        kind, sheets = _read_zip(data, file)
    elif data.startswith(_OLE):
        kind, sheets = "xls", _calamine(data, file)
    else:
        kind = "text"
        sheets = [Sheet(name, rows, merged) for name, rows, merged in read_text(data, file)]
    return Book(file, path, kind, sheets)


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


def _read_zip(data: bytes, file: str) -> tuple[str, list[Sheet]]:
    archive = safety.check_zip(data, file)
    names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        safety.check_xlsb_area(archive, file)
        return "xlsb", _calamine(data, file)
    if any(name.startswith("xl/") for name in names):
        safety.check_xlsx_area(archive, file)
        return "xlsx", _calamine(data, file, archive)
    if "content.xml" in names:
        safety.check_ods_area(archive, file)
        return "ods", _calamine(data, file)
    raise NotASheet(file)


def _calamine(data: bytes, file: str, archive: zipfile.ZipFile | None = None) -> list[Sheet]:
    sheets = []
    try:
        book = python_calamine.load_workbook(BytesIO(data))
        for about in book.sheets_metadata:
            if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            table = book.get_sheet_by_name(about.name)
            hidden = about.visible is not python_calamine.SheetVisibleEnum.Visible
            merged = [(*first, *last) for first, last in table.merged_cell_ranges or ()]
            rows: Rows = table.to_python(skip_empty_area=False) if table.end else []
            sheets.append(Sheet(about.name, rows, merged, hidden))
    except python_calamine.PasswordError as error:
        raise NeedsPassword(file) from error
    except python_calamine.CalamineError as error:
        raise DamagedSheet(file) from error
    except (MemoryError, OSError, ValueError, OverflowError) as error:
        raise DamagedSheet(file) from error
    except BaseException as error:
        # a panic of the Rust library arrives as a BaseException of its own
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedSheet(file) from error
    if archive is not None:
        for sheet, marks in zip(sheets, read_marks(archive, [s.name for s in sheets]), strict=True):
            sheet.marks = marks
    return sheets
