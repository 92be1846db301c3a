"""Reads tables that are text: CSV, tab text, HTML and Excel's 2003 XML, whatever they are named."""

from __future__ import annotations

import codecs
import csv
import re
from html.parser import HTMLParser
from io import BytesIO
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
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_UNSEEN = ("<!--", "-->"), ("<style", "</style>"), ("<script", "</script>")
_MAX_TAG = 32_768
_MAX_SPANNED = 500_000
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
        for row in csv.reader((line[0] for line in _LINE.finditer(text)), delimiter=best):
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
        self._taken: set[tuple[int, int]] = set()
        self._column = 0
        self.area = 0
        self.spanned = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(([], []))
                self._taken = set()
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_row()
            self._row, self._column = {}, 0
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
        at, column = len(rows), self._column
        while (at, column) in self._taken:
            column += 1
        self._row[column] = "".join(self._cell).strip()
        self._cell, self._column = None, column + 1
        self.area += 1 if column < MAX_COLUMNS else MAX_AREA  # no table is that wide
        down, right = self._spans
        if down > 1 or right > 1:
            merged.append((at, column, at + down - 1, column + right - 1))
            self.spanned += down * right
            if self.spanned <= _MAX_SPANNED:
                self._taken.update((at + r, column + c) for r in range(down) for c in range(right))

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is None:
            return
        width = max(self._row, default=-1) + 1
        self.area += width
        self.tables[-1][0].append([self._row.get(column, "") for column in range(width)])
        self._row = None


def _span(text: str | None) -> int:
    number = int(text[:9]) if text and text.isascii() and text.isdigit() else 1
    return min(max(number, 1), 2000)


def _html(text: str, file: str) -> list[tuple[str, Rows, list[Span]]]:
    parser = _Tables()
    text = _seen(text)
    for start in range(0, len(text), 65536):
        parser.feed(text[start : start + 65536])
        if parser.area > MAX_AREA or parser.spanned > _MAX_SPANNED:
            raise TooLarge(file, "的单元格范围太大")
        if len(parser.rawdata) > _MAX_TAG:  # a tag without end would be looked through forever
            raise DamagedSheet(file)
    parser.close()
    return [("", rows, merged) for rows, merged in parser.tables if rows]


def _seen(text: str) -> str:
    """The page without comments, styles and scripts, which some programs write at length."""
    for start, end in _UNSEEN:
        lower, parts, at = text.lower(), [], 0
        if len(lower) != len(text):  # some letters grow when lowered; such a page keeps everything
            return text
        while (begin := lower.find(start, at)) >= 0:
            parts.append(text[at:begin])
            stop = lower.find(end, begin)
            at = stop + len(end) if stop >= 0 else len(text)
        text = "".join([*parts, text[at:]])
    return text


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def _xml_2003(text: str, file: str) -> list[tuple[str, Rows, list[Span]]]:
    """Excel's 2003 XML: Worksheet › Table › Row › Cell › Data, with gaps told by ss:Index."""
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    sheets: list[tuple[str, Rows, list[Span]]] = []
    cells = inside = 0
    try:
        for event, node in iterparse(
            BytesIO(body.encode("utf-8", "replace")), events=("start", "end"), forbid_dtd=True
        ):
            if event == "start":
                if node.tag == _SS + "Worksheet":
                    sheets.append((node.get(_SS + "Name", ""), [], []))
                continue
            inside += node.tag == _SS + "Cell"
            if inside > MAX_COLUMNS:
                raise TooLarge(file, "的单元格范围太大")
            if node.tag == _SS + "Row" and sheets:
                inside = 0
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
