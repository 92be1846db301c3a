"""Reads tables that are text: CSV, tab text, HTML and Excel's 2003 XML, whatever they are named."""

from __future__ import annotations

import codecs
import csv
import re
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from desktop.exchange.sheets.faults import (
    DamagedSheet,
    NotASheet,
    Suspicious,
    TooLarge,
    UnknownEncoding,
)
from desktop.exchange.sheets.safety import MAX_AREA, MAX_CELL_TEXT, MAX_COLUMNS

Rows = list[list[Any]]
Span = tuple[int, int, int, int]
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, file: str) -> str:
    """BOM, then strict UTF-8, then UTF-16 by its zero bytes, then GB18030 (a superset of GBK)."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], (name,), file)
    sample = data[:4000]
    if b"\x00" in sample:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        order = ("utf-16-le",) if odd > even else ("utf-16-be",)
        text = _strict(data, order, file)
    else:
        text = _strict(data, ("utf-8", "gb18030"), file)
    if "\x00" in text[:4000]:
        raise NotASheet(file)
    return text


def _strict(data: bytes, names: tuple[str, ...], file: str) -> str:
    for name in names:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise UnknownEncoding(file)


def read_text(data: bytes, file: str) -> list[tuple[str, Rows, list[Span]]]:
    """Sheets of a text file as (name, rows, merged ranges); the kind is told by its content."""
    text = decode(data, file)
    head = text[:4000].lstrip("\ufeff \t\r\n").lower()
    if re.search(r"<!doctype(?! html)|<!entity", head):
        raise Suspicious(file)
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<workbook" in head:
        return _xml_2003(text, file)
    if head.startswith("<") and re.search(r"<(?:html|table|head|body|meta)[\s>]", text.lower()):
        return _html(text, file)
    if head.startswith(("mime-version:", "{\\rtf", "%pdf", "<?xml")):
        raise NotASheet(file)
    controls = sum(1 for c in text[:4000] if c < " " and c not in "\t\r\n\f\v")
    if controls * 20 > max(len(text[:4000]), 1):
        raise NotASheet(file)
    return [("", _delimited(text, file), [])]


def _delimited(text: str, file: str) -> Rows:
    lines = [line for line in text[:20_000].splitlines()[:40] if line.strip()]
    best = max(",\t;，", key=lambda mark: sum(min(line.count(mark), 60) for line in lines))
    csv.field_size_limit(MAX_CELL_TEXT)
    rows: Rows = []
    area = 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=best):
            rows.append(row)
            area += len(row)
            if area > MAX_AREA or len(row) > MAX_COLUMNS:
                raise TooLarge(file, "的单元格范围太大")
    except csv.Error as error:
        raise DamagedSheet(file) from error
    return rows


class _Tables(HTMLParser):
    """Collects the cells of the tables of an HTML page; nested tables are read as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[Rows, list[Span]]] = []
        self._depth = 0
        self._row: dict[int, str] | None = None
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._taken: dict[tuple[int, int], bool] = {}
        self.area = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(([], []))
                self._taken = {}
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_row()
            self._row = {}
        elif tag in ("td", "th") and self._row is not None:
            self._end_cell()
            about = dict(attrs)
            self._spans = (_span(about.get("rowspan")), _span(about.get("colspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1:
                self._end_row()
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        rows, merged = self.tables[-1]
        at, column = len(rows), 0
        while (at, column) in self._taken or column in self._row:
            column += 1
        self._row[column] = "".join(self._cell).strip()
        self._cell = None
        down, right = self._spans
        if down > 1 or right > 1:
            merged.append((at, column, at + down - 1, column + right - 1))
            self.area += down * right
            if self.area <= MAX_AREA:
                for r in range(down):
                    for c in range(right):
                        if r or c:
                            self._taken[at + r, column + c] = True

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is None:
            return
        width = max(self._row, default=-1) + 1
        self.area += width
        self.tables[-1][0].append([self._row.get(column, "") for column in range(width)])
        self._row = None


def _span(text: str | None) -> int:
    return min(int(text), 2000) if text and text.isascii() and text.isdigit() and int(text) else 1


def _html(text: str, file: str) -> list[tuple[str, Rows, list[Span]]]:
    parser = _Tables()
    for start in range(0, len(text), 65536):
        parser.feed(text[start : start + 65536])
        if parser.area > MAX_AREA:
            raise TooLarge(file, "的单元格范围太大")
    parser.close()
    return [("", rows, merged) for rows, merged in parser.tables if rows]


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def _xml_2003(text: str, file: str) -> list[tuple[str, Rows, list[Span]]]:
    """Excel's 2003 XML: Worksheet › Table › Row › Cell › Data, with gaps told by ss:Index."""
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    sheets: list[tuple[str, Rows, list[Span]]] = []
    cells = 0
    try:
        for event, node in iterparse(
            BytesIO(body.encode("utf-8", "replace")), events=("start", "end"), forbid_dtd=True
        ):
            if event == "start":
                if node.tag == _SS + "Worksheet":
                    sheets.append((node.get(_SS + "Name", ""), [], []))
                continue
            if node.tag == _SS + "Row" and sheets:
                cells += _xml_row(node, sheets[-1][1], sheets[-1][2], file)
                node.clear()
                if cells > MAX_AREA:
                    raise TooLarge(file, "的单元格范围太大")
    except DefusedXmlException as error:
        raise Suspicious(file) from error
    except (ParseError, ValueError) as error:
        raise DamagedSheet(file) from error
    return sheets


def _xml_row(node: Any, rows: Rows, merged: list[Span], file: str) -> int:
    index = int(node.get(_SS + "Index", "0")) or len(rows) + 1
    if index > 1_048_576 or index - len(rows) > 100_000:
        raise TooLarge(file, "的单元格范围太大")
    while len(rows) < index - 1:
        rows.append([])
    row: list[Any] = []
    for cell in node.iter(_SS + "Cell"):
        column = int(cell.get(_SS + "Index", "0")) or len(row) + 1
        if column > MAX_COLUMNS:
            raise TooLarge(file, "的单元格范围太大")
        row += [""] * (column - 1 - len(row))
        data = cell.find(_SS + "Data")
        row.append("".join(data.itertext()) if data is not None else "")
        right = int(cell.get(_SS + "MergeAcross", "0"))
        down = int(cell.get(_SS + "MergeDown", "0"))
        if right or down:
            merged.append((index - 1, column - 1, index - 1 + down, column - 1 + right))
            row += [""] * min(right, MAX_COLUMNS - len(row))
    rows.append(row)
    return len(row) + 1
