"""Notices what people say with the look of a sheet: hidden rows, comments, strike-through, colours.

Nothing of it is ever applied; it is listed beside the row so that a person can decide.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from desktop.exchange.sheets.safety import column_number

Place = tuple[int, int]  # 0-based row and column


@dataclass(frozen=True, slots=True)
class Marks:
    """The look of a sheet, 0-based: hidden rows and columns, comments, struck and filled cells."""

    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    comments: dict[Place, str]
    struck: frozenset[Place]
    filled: frozenset[Place]


def no_marks() -> Marks:
    return Marks(frozenset(), frozenset(), {}, frozenset(), frozenset())


_ROW_HIDDEN = re.compile(rb"<row\s(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*?\br=\"(\d{1,9})\"")
_COLUMN_HIDDEN = re.compile(rb"<col\s(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*>")
_NUMBER = re.compile(rb"\b(min|max)=\"(\d{1,9})\"")
_MAX_MARKS = 20_000
_LONG_TAG = 300
_SLASH = ord("/")
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_MAX_TREE = 8 * 1024 * 1024  # a part larger than this says nothing worth its memory
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_marks(archive: zipfile.ZipFile, names: Sequence[str]) -> list[Marks]:
    """The marks of each named sheet of an xlsx; a part that cannot be read has none."""
    parts = _sheet_parts(archive)
    struck, filled = _marked_styles(archive)
    found = []
    for name in names:
        part = parts.get(name)
        text = _bytes(archive, part) if part else b""
        found.append(_marks(archive, part or "", text, struck, filled))
    return found


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (
        KeyError,
        NotImplementedError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
    ):
        return b""


def _tree(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        text = _bytes(archive, name)
        return fromstring(text if len(text) <= _MAX_TREE else b"", forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return fromstring("<nothing/>")


def _relations(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """(id, kind, target part) of what a part points at; links that leave the file are left out."""
    folder, base = posixpath.split(part)
    for node in _tree(archive, f"{folder}/_rels/{base}.rels"):
        target = node.get("Target", "")
        if node.get("TargetMode") != "External" and target:
            where = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            yield node.get("Id", ""), node.get("Type", "").rpartition("/")[2], where


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    targets = {key: where for key, _, where in _relations(archive, "xl/workbook.xml")}
    return {
        node.get("name", ""): targets.get(node.get(_REL, ""), "")
        for node in _tree(archive, "xl/workbook.xml").iter(_MAIN + "sheet")
    }


def _marked_styles(archive: zipfile.ZipFile) -> tuple[frozenset[int], frozenset[int]]:
    """Numbers of the cell formats that strike through, and of those with a fill colour."""
    styles = _tree(archive, "xl/styles.xml")
    struck_fonts = {
        number
        for number, font in enumerate(styles.iterfind(f"{_MAIN}fonts/{_MAIN}font"))
        if (mark := font.find(_MAIN + "strike")) is not None
        and mark.get("val") not in ("0", "false")
    }
    fills = {
        number
        for number, fill in enumerate(styles.iterfind(f"{_MAIN}fills/{_MAIN}fill"))
        if (pattern := fill.find(_MAIN + "patternFill")) is not None
        and pattern.get("patternType") == "solid"
        and (colour := pattern.find(_MAIN + "fgColor")) is not None
        and colour.get("rgb", "")[-6:] != "FFFFFF"
    }
    struck, filled = set(), set()
    for number, xf in enumerate(styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")):
        if _whole(xf.get("fontId")) in struck_fonts:
            struck.add(number)
        if _whole(xf.get("fillId")) in fills:
            filled.add(number)
    return frozenset(struck), frozenset(filled)


def _whole(text: str | None) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else -1


def _marks(
    archive: zipfile.ZipFile,
    part: str,
    text: bytes,
    struck: frozenset[int],
    filled: frozenset[int],
) -> Marks:
    hidden_columns: set[int] = set()
    for tag in _COLUMN_HIDDEN.findall(text):
        limits = {name: int(number) for name, number in _NUMBER.findall(tag)}
        first = limits.get(b"min", 1)
        # a column hidden to the sheet's end is the usual empty rest, not data
        hidden_columns.update(range(first - 1, min(limits.get(b"max", first), first + 200)))
    return Marks(
        frozenset(int(number) - 1 for number in _ROW_HIDDEN.findall(text)[:_MAX_MARKS]),
        frozenset(hidden_columns),
        _comments(archive, part) if part else {},
        _cells_of(text, struck),
        _cells_of(text, filled),
    )


def _cells_of(text: bytes, styles: frozenset[int]) -> frozenset[Place]:
    """The cells with contents that have one of these formats."""
    if not styles:
        return frozenset()
    numbers = b"|".join(str(number).encode() for number in sorted(styles))
    places: set[Place] = set()
    # the attribute is looked for and not the cell: nearly all cells have another format
    for found in re.finditer(rb" s=\"(?:" + numbers + rb")\"", text):
        start = text.rfind(b"<", max(0, found.start() - _LONG_TAG), found.start())
        end = text.find(b">", found.end(), found.end() + _LONG_TAG)
        if start < 0 or end < 0 or text[start : start + 3] != b"<c " or text[end - 1] == _SLASH:
            continue
        place = _PLACE.search(text, start, end)
        if place:
            places.add((int(place[2]) - 1, column_number(place[1]) - 1))
        if len(places) >= _MAX_MARKS:
            break
    return frozenset(places)


_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")


def _comments(archive: zipfile.ZipFile, part: str) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for _, kind, where in _relations(archive, part):
        if kind != "comments":
            continue
        for node in _tree(archive, where).iter(_MAIN + "comment"):
            place = _REFERENCE.match(node.get("ref", ""))
            words = "".join(t.text or "" for t in node.iter(_MAIN + "t")).strip()
            if place and words and len(found) < _MAX_MARKS:
                at = (int(place[2]) - 1, column_number(place[1].encode()) - 1)
                found[at] = words[:200]
    return found
