"""Makes the odd, broken and hostile files that end up in an import, each under a telling name."""

from __future__ import annotations

import os
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from tests.exchange.sheet_files import HEAD, TIDY, WANG, csv_text, ods, xls, xlsx

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
END = b"</sheetData>"
MIB = 1024 * 1024


def with_part(source: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a zip file with one part changed (or, when it has no such part, added)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return target


def _rows(cell: bytes, rows: int, columns: int) -> bytes:
    line = b"".join(cell for _ in range(columns))
    return b"".join(b"<row>" + line + b"</row>" for _ in range(rows))


def _sheet_with(extra: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(END, extra + END)


def _many_sheets(count: int) -> Callable[[bytes], bytes]:
    """A workbook that names its one sheet again and again."""

    def change(data: bytes) -> bytes:
        tag = data[data.index(b"<sheet ") :]
        tag = tag[: tag.index(b"/>") + 2]
        more = (tag.replace(b'"Sheet1"', b'"S%d"' % n) for n in range(count))
        return data.replace(tag, b"".join(more))

    return change


def workbook_parts() -> dict[str, tuple[str, Callable[[bytes], bytes]]]:
    """Name → the part of a small xlsx that is changed, and how."""
    cell = b'<c t="inlineStr"><is><t>%s</t></is></c>'
    return {
        "dimension-17-billion": (SHEET, lambda data: data.replace(
            b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')),
        "far-corner": (SHEET, _sheet_with(
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "cell-200-million-characters": (SHEET, _sheet_with(
            b"<row>" + cell % (b"a" * 200_000_000) + b"</row>")),
        "cell-20-million-characters": (SHEET, _sheet_with(
            b"<row>" + cell % (b"a" * 20_000_000) + b"</row>")),
        "cells-2-million-rows": (SHEET, _sheet_with(_rows(b"<c><v>1</v></c>", 50_000, 40))),
        "cells-8-million-short": (SHEET, _sheet_with(_rows(b"<c><v/></c>", 80_000, 100))),
        "one-sheet-named-a-thousand-times": (BOOK, _many_sheets(1000)),
        "deep-xml": (SHEET, _sheet_with(b"<x>" * 500_000 + b"</x>" * 500_000)),
        "endless-row-tags": (SHEET, _sheet_with(b"<row " * 3_000_000)),
        "endless-references": (SHEET, _sheet_with(b"<c" + b' r="AA1"' * 2_000_000)),
        "a-million-formats": ("xl/styles.xml", lambda data: data.replace(
            b"</cellXfs>", b'<xf fontId="0"/>' * 1_000_000 + b"</cellXfs>")),
        "a-million-merged": (SHEET, lambda data: data.replace(END, END + b"<mergeCells>"
            + b'<mergeCell ref="A1:A1048576"/>' * 700_000 + b"</mergeCells>")),
        "shared-strings-lie": ("xl/sharedStrings.xml", lambda _: b'<sst count="4294967295" '
            b'uniqueCount="4294967295" xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
            b'2006/main"/>'),
        "macros": ("xl/vbaProject.bin", lambda _: os.urandom(60_000)),
        "pivot-cache": ("xl/pivotCache/pivotCacheRecords1.xml", lambda _: (
            b"<pivotCacheRecords>" + b'<r><s v="x"/></r>' * 100_000 + b"</pivotCacheRecords>")),
        "external-link": ("xl/externalLinks/externalLink1.xml", lambda _: (
            b'<externalLink><externalBook id="http://example.invalid/a.xlsx"/></externalLink>')),
        "entities": (SHEET, lambda data: data.replace(
            b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)),
        "no-sheet-data": (SHEET, lambda _: b""),
        "numbers-of-5000-digits": (SHEET, _sheet_with(
            b"<row>" + b"".join(cell % (b"9" * 5000) for _ in range(9)) + b"</row>")),
        "sheet-name-of-newlines": (BOOK, lambda data: data.replace(
            b'"Sheet1"', b'"a&#10;b&#0;' + b"c" * 5000 + b'"')),
    }  # fmt: skip


def _charts_only(path: Path) -> None:
    book = Workbook()
    data = book.active
    for value in range(5):
        data.append([value])
    chart = BarChart()
    chart.add_data(Reference(data, min_col=1, min_row=1, max_row=5))
    book.create_chartsheet("图").add_chart(chart)
    book.save(path)


def _encrypted(folder: Path) -> bytes:
    out = BytesIO()
    with xlsx(folder / "plain.xlsx").open("rb") as source:
        OOXMLFile(source).encrypt("lianxin", out)
    return out.getvalue()


def _zip_of(members: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _overlapping(data: bytes, copies: int) -> bytes:
    """A zip whose directory lists the same member many times (each looks small)."""
    at = data.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<II", data[at + 12 : at + 20])
    entry = data[start : start + size]
    body = entry * copies
    tail = struct.pack("<HHII", copies, copies, len(body), start)
    return data[:start] + body + data[at : at + 8] + tail + b"\x00\x00"


def _html(cells: str) -> bytes:
    return f"<html><table><tr>{cells}</tr></table></html>".encode()


def plain_files(folder: Path) -> dict[str, bytes]:
    """Name → bytes of files that are no small xlsx with one part changed."""
    small = xlsx(folder / "small.xlsx").read_bytes()
    old = xls(folder / "small.xls").read_bytes()
    noise = random.Random(5).randbytes(3 * MIB)
    digits = [[("9" * 5000 + "户"), *["9" * 5000] * 8], ["合计", "9" * 5000 + "户"]]
    return {
        "empty.xlsx": b"",
        "blanks.csv": b" \r\n" * 1000,
        "pdf.xls": b"%PDF-1.7\n" + noise[:5000],
        "png.xls": b"\x89PNG\r\n\x1a\n" + noise[:5000],
        "exe.xls": b"MZ" + noise[:5000],
        "noise.csv": noise,
        "zeros.xls": bytes(5 * MIB),
        "ole-head-only.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "ole-noise.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise,
        "xls-cut.xls": old[: len(old) // 2],
        "xlsx-cut.xlsx": small[: len(small) // 2],
        "zip-head-only.xlsx": b"PK\x03\x04",
        "zip-of-zip.xlsx": _zip_of({"a.xlsx": small}),
        "zip-bomb.xlsx": _zip_of({"xl/a.xml": bytes(300 * MIB)}),
        "zip-many-23-mib.xlsx": _zip_of({f"xl/worksheets/s{n}.xml": b"<c r=" * (4 * MIB)
                                         for n in range(28)}),
        "zip-overlapping.xlsx": _overlapping(_zip_of({"xl/a.xml": bytes(20 * MIB)}), 4000),
        "encrypted.xlsx": _encrypted(folder),
        "html-wide.xls": _html("<td>1" * 2_000_000),
        "html-spans.xls": _html('<td rowspan="9999999" colspan="9999999">x</td>' * 50),
        "html-open-tags.xls": b"<html><table>" + b"<a " * 1_000_000,
        "html-open-comment.xls": b"<html><table><tr><td>" + b"<!--" * 1_000_000,
        "html-entities.xls": b"<html><table><tr><td>" + b"&amp" * 1_000_000,
        "xml-deep.xls": b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        + b"<a>" * 1_000_000,
        "xml-cells.xls": b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        b'<Worksheet xmlns:s="urn:schemas-microsoft-com:office:spreadsheet" s:Name="a"><Table><Row>'
        + b"<Cell/>" * 3_000_000 + b"</Row></Table></Worksheet></Workbook>",
        "csv-one-line.csv": b"a," * 3_000_000,
        "csv-one-field.csv": b'"' + b"a\n" * 3_000_000,
        "csv-long-digits.csv": csv_text([HEAD, WANG, *digits]).encode(),
        "csv-nul.csv": csv_text(TIDY).encode() * 40 + b"\x00,\x01,\x7f\r\n",
    }  # fmt: skip


def special_paths(folder: Path) -> Iterator[Path]:
    """Paths that are no plain files, or have names nobody expects."""
    good = xlsx(folder / "good.xlsx")
    (folder / "a-folder.xlsx").mkdir()
    yield folder / "a-folder.xlsx"
    yield folder / "missing.xlsx"
    yield folder / ("long" * 80 + ".xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    yield folder / "pipe.xlsx"
    (folder / "link.xlsx").symlink_to(good)
    yield folder / "link.xlsx"
    (folder / "loop.xlsx").symlink_to(folder / "loop.xlsx")
    yield folder / "loop.xlsx"
    for name in (b"line\nbreak.xlsx", b"not-utf8-\xff\xfe.xlsx", b"-dash.xlsx", b"bell\x07.xlsx"):
        path = Path(os.fsdecode(os.path.join(os.fsencode(folder), name)))
        path.write_bytes(good.read_bytes())
        yield path
    yield Path("/dev/zero")
    yield Path("/")


def odd_files(folder: Path) -> Iterator[Path]:
    """Every odd file, written one after the other (several are large)."""
    seed = xlsx(folder / "seed.xlsx")
    for name, (part, change) in workbook_parts().items():
        yield with_part(seed, folder / f"{name}.xlsx", part, change)
    for name, data in plain_files(folder).items():
        (folder / name).write_bytes(data)
        yield folder / name
    _charts_only(folder / "charts.xlsx")
    yield folder / "charts.xlsx"
    yield ods(folder / "repeated.ods", repeat=1_000_000)
    yield ods(folder / "repeated-beyond.ods", repeat=10**30)
    yield from special_paths(folder)


def tree_memory(process: int) -> int:
    """Bytes of memory a process and its children hold right now."""
    total, waiting = 0, [process]
    while waiting:
        one: Any = waiting.pop()
        try:
            status = Path(f"/proc/{one}/statm").read_text("ascii")
            children = Path(f"/proc/{one}/task/{one}/children").read_text("ascii")
        except OSError:  # it ended meanwhile
            continue
        total += int(status.split()[1]) * 4096 if status.split() else 0
        waiting += children.split()
    return total
