"""Refuses spreadsheets that would cost too much memory or reach outside, before a parser sees them.

A workbook is a zip: a few kilobytes can claim gigabytes of text or billions of cells. Every member
is inflated once in small steps against caps, and the area that its cells span is measured.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from desktop.exchange.sheets.faults import DamagedSheet, Suspicious, TooLarge

MAX_FILE = 100 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_PLAIN = 700 * 1024 * 1024  # all members together
MAX_MEMBER = 400 * 1024 * 1024
MAX_RATIO = 120  # of a member that is large when inflated; rosters stay below 40
RATIO_FROM = 24 * 1024 * 1024
MAX_AREA = 6_000_000  # cells between the first and the last used one, all sheets of a file together
MAX_COLUMNS = 16_384
MAX_CELL_TEXT = 100_000
_STEP = 1024 * 1024
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_SHEET_PART = re.compile(r"^xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
# no pattern looks past the next "<" or tries one tag twice: a hostile text costs no more than its
# length
_ROW = re.compile(rb"row\s[^<>]*?\br=[\"'](\d{1,9})[\"']")
_MANY_COLUMNS = re.compile(rb"r=[\"'][A-Z]{2}")
_CELL = re.compile(rb"[<:]c\s(?>[^<>]*?\br=[\"']([A-Z]{1,3})(\d{1,9})[\"'])[^<>]*+(?<!/)>")


def check_zip(data: bytes, file: str) -> zipfile.ZipFile:
    """The archive when every member keeps the caps; raises a UserError otherwise."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise DamagedSheet(file) from error
    if len(members) > MAX_MEMBERS:
        raise TooLarge(file, "里的部件太多")
    if sum(m.file_size for m in members) > MAX_PLAIN:
        raise TooLarge(file, "展开后太大")
    total = 0
    for member in members:
        if member.file_size > MAX_MEMBER:
            raise TooLarge(file, "展开后太大")
        total += _inflate(data, member, file)
        if total > MAX_PLAIN:
            raise TooLarge(file, "展开后太大")
    return archive


def _inflate(data: bytes, member: zipfile.ZipInfo, file: str) -> int:
    """How large a member really is (its header may lie); looks for document type definitions."""
    name = member.filename.lower()
    is_xml = name.endswith((".xml", ".rels", ".vml"))
    size = 0
    for part in _parts(data, member, file):
        if is_xml and size == 0 and _DTD.search(part[:65536]):
            raise Suspicious(file)
        size += len(part)
        if size > MAX_MEMBER or (
            size > RATIO_FROM and size > MAX_RATIO * max(member.compress_size, 1)
        ):
            raise TooLarge(file, "展开后太大")
    return size


def _parts(data: bytes, member: zipfile.ZipInfo, file: str) -> Iterator[bytes]:
    start = member.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or member.flag_bits & 1:
        raise DamagedSheet(file)
    name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    body = memoryview(data)[start + 30 + name_length + extra_length :]
    body = body[: member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield bytes(body[:MAX_MEMBER])
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise DamagedSheet(file)
    engine = zlib.decompressobj(-15)
    try:
        rest: bytes | memoryview = body
        while not engine.eof:
            part = engine.decompress(rest, _STEP)
            if not part and not engine.unconsumed_tail:
                break
            yield part
            rest = engine.unconsumed_tail
    except zlib.error as error:
        raise DamagedSheet(file) from error


def check_xlsx_area(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse sheets whose used cells span a monstrous rectangle."""
    for member in archive.infolist():
        if _SHEET_PART.match(member.filename):
            text = _read(archive, member, file)
            rows = max(map(int, _ROW.findall(text)), default=0)
            rows = max(rows, text.count(b"row>"), text.count(b"row "))
            columns = MAX_COLUMNS if _MANY_COLUMNS.search(text) else 26
            if rows * columns > MAX_AREA and _exact_area(text) > MAX_AREA:
                raise TooLarge(file, "的单元格范围太大")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> bytes:
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise DamagedSheet(file) from error


def _exact_area(text: bytes) -> int:
    rows = columns = 0
    for letters, number in _CELL.findall(text):
        rows, columns = max(rows, int(number)), max(columns, column_number(letters))
    return rows * columns


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_ODS_TOKEN = re.compile(
    rb"<table:table-row([^<>]*)>|<table:(?:covered-)?table-cell([^<>]*)>|</table:table-row>"
)
_REPEATED = re.compile(rb"number-(?:columns|rows)-repeated=[\"'](\d+)[\"']")


def is_protected_ods(archive: zipfile.ZipFile, file: str) -> bool:
    """Whether an ods lists how its content was encrypted."""
    members = {member.filename: member for member in archive.infolist()}
    manifest = members.get("META-INF/manifest.xml")
    return manifest is not None and b"encryption-data" in _read(archive, manifest, file)


def check_ods_area(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse ods sheets whose repeated rows and cells with values blow up."""
    try:
        text = archive.read("content.xml")
    except KeyError as error:
        raise DamagedSheet(file) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise DamagedSheet(file) from error
    area = width = used = 0
    repeated_rows = 1
    for token in _ODS_TOKEN.finditer(text):
        if token.group().startswith(b"</"):
            area += repeated_rows * used
            width = used = 0
        elif token[1] is not None:
            found = _REPEATED.search(token[1])
            repeated_rows = int(found[1][:12]) if found else 1
        else:
            found = _REPEATED.search(token[2] or b"")
            width += int(found[1][:12]) if found else 1
            if b"value-type" in (token[2] or b""):
                used = width
        if area > MAX_AREA or width > 100 * MAX_COLUMNS:
            raise TooLarge(file, "的单元格范围太大")


_BIFF_CELLS = frozenset({0x00FD, 0x0203, 0x027E, 0x00BD, 0x0204, 0x0205, 0x0006, 0x00D6})


def check_biff_area(stream: bytes, file: str) -> None:
    """Refuse xls sheets whose used cells span too much (two cells in far corners are enough)."""
    at, rows, columns = 0, 0, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == 0x0809:
            rows = columns = 0
        elif kind in _BIFF_CELLS and length >= 4 and at + 8 <= len(stream):
            row, column = struct.unpack_from("<HH", stream, at + 4)
            if row >= rows or column >= columns:
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                if rows * columns > MAX_AREA:
                    raise TooLarge(file, "的单元格范围太大")
        at += 4 + length


def check_xlsb_area(archive: zipfile.ZipFile, file: str) -> None:
    """The same for the binary sheets of an xlsb: row records carry the row, cells the column."""
    for member in archive.infolist():
        if not re.match(r"^xl/worksheets/[^/]+\.bin$", member.filename, re.IGNORECASE):
            continue
        text = _read(archive, member, file)
        rows = columns = row = 0
        for kind, at, length in _xlsb_records(text):
            if kind == 0 and length >= 4:
                row = int.from_bytes(text[at : at + 4], "little") + 1
            elif 2 <= kind <= 11 and length >= 4:
                rows = max(rows, row)
                columns = max(columns, int.from_bytes(text[at : at + 4], "little") + 1)
                if rows * columns > MAX_AREA:
                    raise TooLarge(file, "的单元格范围太大")


def _xlsb_records(text: bytes) -> Iterator[tuple[int, int, int]]:
    at, end = 0, len(text)
    while at < end:
        kind = text[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (text[at] << 7)
            at += 1
        length = shift = 0
        while at < end and shift < 28:
            byte = text[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, at, length
        at += length
