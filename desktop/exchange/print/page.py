"""One PDF in the making: geometry, text, rules, boxes, tick boxes, QR codes and page numbers.

Coordinates are points from the top left corner of the page. What is drawn goes straight into the
page's stream of PDF operators: several times faster than one library call for each string.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from reportlab import rl_config
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.pdfgen.canvas import Canvas

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.print import fonts, lines
from desktop.exchange.print.fonts import Weight
from desktop.exchange.print.lines import Fitted
from desktop.exchange.print.pdf_file import write_pagewise
from desktop.files import whole_file
from desktop.progress import Progress, no_progress

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
A4_LANDSCAPE = (297 * MM, 210 * MM)
A3_LANDSCAPE = (420 * MM, 297 * MM)
# font sizes by their Chinese names, GB/T 9704-2012
ER_HAO, XIAO_ER, SAN_HAO, SI_HAO, XIAO_SI, WU_HAO, XIAO_WU = (
    22.0,
    18.0,
    15.75,
    14.0,
    12.0,
    10.5,
    9.0,
)
HAIR, THIN, THICK = 0.4, 0.6, 1.2
PAD = 3.0
FOOT = 9 * MM  # base line of the page number above the lower edge
GREY = 0.42
_QR_MASK = 2  # every mask is valid; trying all eight costs ten times the drawing of a form

# page streams as plain deflate: the default ASCII85 shell makes them a quarter longer
rl_config.useA85 = 0

T = TypeVar("T")
# cutting subsets moves one read position in each shared font: two print-outs take turns
_embedding = threading.Lock()


class NothingToPrint(UserError):
    def __init__(self) -> None:
        super().__init__("没有要打印的内容。请先选好住户、楼栋或日期再打印。")


class Box(NamedTuple):
    """A rectangle from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a document is: its type (the only thing the PDF's metadata say), paper and footers."""

    title: str
    size: tuple[float, float] = A4
    margin: float = 15 * MM
    audience: str = ""  # who may hold this copy, printed at the foot
    dated: str = ""  # at the right of the foot; empty = the day of printing
    two_up: bool = False  # two pages, made half as large, side by side on one turned sheet

    @property
    def area(self) -> Box:
        """Where the document may draw; the foot line lies below."""
        side, (wide, high) = self.margin, self.size
        return Box(side, side, wide - 2 * side, high - 2 * side - 4 * MM)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a print-out came to."""

    pages: int
    missing_glyphs: list[str]


class Paper:
    """Draws on one page after the other; collects characters that no font has."""

    def __init__(self, sheet: Sheet, file: BinaryIO) -> None:
        self.sheet = sheet
        self.missing: set[str] = set()
        # invariant: the same input gives the same bytes, and no clock or name enters the file
        self.canvas = Canvas(
            file,
            pagesize=sheet.size[::-1] if sheet.two_up else sheet.size,
            pageCompression=1,
            invariant=1,
            # the library's own first font is Helvetica, which it does not embed
            initialFontName=fonts.typeface().font(0).fontName,
        )
        self._document = write_pagewise(self.canvas, file)
        self.canvas.setTitle(sheet.title)
        self.canvas.setAuthor("近邻")
        self.canvas.setCreator("近邻")
        self.canvas.setSubject(sheet.title)
        self._high = sheet.size[1]
        self._ops: list[str] = []
        self._strings: dict[tuple[str, float, Weight], tuple[str, float]] = {}
        self._grey = 0.0

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = WU_HAO,
        *,
        bold: Weight = False,
        align: str = "left",
        grey: float = 0.0,
        spread: float = 0.0,
    ) -> float:
        """Write one line with its base line at y; returns its length in points.

        `spread` is room between characters, with which a paragraph's right edge is made even.
        """
        if not text:
            return 0.0
        shown, long = self._shown(text, size, bold)
        if align != "left":
            x -= long if align == "right" else long / 2
        self._ink(grey)
        if spread:
            shown = f"{spread:.3f} Tc {shown} 0 Tc"
        self._ops.append(f"BT 1 0 0 1 {x:.1f} {self._high - y:.1f} Tm {shown} ET")
        return long

    def _ink(self, grey: float) -> None:
        if grey != self._grey:
            self._ops.append(f"{grey:g} g")
            self._grey = grey

    def _shown(self, text: str, size: float, bold: Weight) -> tuple[str, float]:
        """The text as PDF operators, and its length; labels come again on every page."""
        key = (text, size, bold)
        found = self._strings.get(key)
        if found is None:
            if len(self._strings) > 4_000:
                self._strings.clear()
            found = self._strings[key] = (
                self._encode(text, size, bold),
                fonts.width(*key[:2], bold=bold),
            )
        return found

    def _encode(self, text: str, size: float, bold: Weight) -> str:
        face = fonts.typeface(bold)
        doc, parts = self.canvas._doc, []
        for place, run in face.runs(text):
            if place == fonts.MISSING:
                self.missing.update(run)
                continue
            font = face.font(place)
            for subset, codes in font.splitString(run, doc):
                name = font.getSubsetInternalName(subset, doc)
                parts.append(f"{name} {size:g} Tf ({self.canvas._escape(codes)}) Tj")
        return " ".join(parts)

    def cell(
        self,
        box: Box,
        text: str,
        size: float = WU_HAO,
        *,
        bold: Weight = False,
        align: str = "left",
        least: float = 6.5,
        top: bool = False,
        pad: float = PAD,
        grey: float = 0.0,
    ) -> None:
        """Write text into a box: shrunk, then wrapped; a rest without room shows as 「…」."""
        if text:
            room = box.width - 2 * pad
            fitted = lines.fit(text, size, least, room, box.height - 2, bold)
            shown = lines.ellipsis(fitted, room, bold)
            self.text_lines(box, shown, bold=bold, align=align, top=top, pad=pad, grey=grey)

    def text_lines(
        self,
        box: Box,
        fitted: Fitted,
        *,
        bold: Weight = False,
        align: str = "left",
        top: bool = False,
        pad: float = PAD,
        grey: float = 0.0,
    ) -> None:
        """Write lines that were laid out before into their box, centred in its height."""
        pitch = fitted.size * lines.PITCH
        high = fitted.size + (len(fitted.lines) - 1) * pitch
        y = box.y + (pad if top else (box.height - high) / 2) + fitted.size * 0.86
        x = {"left": box.x + pad, "center": box.x + box.width / 2, "right": box.right - pad}[align]
        for line in fitted.lines:
            self.text(x, y, line, fitted.size, bold=bold, align=align, grey=grey)
            y += pitch

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = THIN) -> None:
        high = self._high
        self._ops.append(f"{width:g} w {x1:.1f} {high - y1:.1f} m {x2:.1f} {high - y2:.1f} l S")

    def box(self, box: Box, width: float = THIN) -> None:
        self._ops.append(f"{width:g} w {self._rectangle(box)} S")

    def fill(self, box: Box, grey: float) -> None:
        """A flat shade behind text drawn afterwards (1 = white)."""
        self._ops.append(f"q {grey:g} g {self._rectangle(box)} f Q")

    def diamond(self, x: float, y: float, half: float) -> None:
        """A filled diamond around its middle."""
        self._ink(0.0)
        y = self._high - y
        self._ops.append(
            f"{x - half:.1f} {y:.1f} m {x:.1f} {y + half:.1f} l {x + half:.1f} {y:.1f} l"
            f" {x:.1f} {y - half:.1f} l h f"
        )

    def dots(self, x1: float, y: float, x2: float) -> None:
        """A light dotted writing line."""
        self._ops.append(
            f"q 0.4 w 0.55 G [1 1.6] 0 d {x1:.1f} {self._high - y:.1f} m"
            f" {x2:.1f} {self._high - y:.1f} l S Q"
        )

    def tick(
        self, x: float, y: float, label: str = "", size: float = WU_HAO, *, on: bool = False
    ) -> float:
        """An empty box to tick (no bundled font has ☐), its label behind it; returns the length."""
        side = size * 0.86
        square = Box(x, y - side * 0.92, side, side)
        self.box(square, 0.7)
        if on:
            self.line(x + 1.5, y - side * 0.5, x + side * 0.42, y - 0.2, 1.1)
            self.line(x + side * 0.42, y - 0.2, x + side - 1, y - side * 0.8, 1.1)
        return side + 3 + self.text(x + side + 3, y, label, size) if label else side

    def qr(self, box: Box, text: str, level: int = QRErrorCorrectLevel.Q) -> None:
        """A QR code that fills the box (its quiet zone is the white around it)."""
        code = QRCode(None, level)
        code.addData(text)
        code.version = code.calculate_version()
        code.makeImpl(False, _QR_MASK)
        self._ink(0.0)
        step = box.width / code.getModuleCount()
        # whole numbers in a space scaled to modules: short operators, no white seams
        self._ops.append(f"q {step:.4f} 0 0 {-step:.4f} {box.x:.2f} {self._high - box.y:.2f} cm")
        for row, modules in enumerate(code.modules):
            column = 0
            for dark, run in groupby(modules):
                length = len(list(run))
                if dark:
                    self._ops.append(f"{column} {row} {length} 1 re")
                column += length
        self._ops.append("f Q")

    def _rectangle(self, box: Box) -> str:
        return f"{box.x:.1f} {self._high - box.bottom:.1f} {box.width:.1f} {box.height:.1f} re"

    def stamp(self, name: str, draw: Callable[[], None]) -> None:
        """Draw what many pages share: kept once in the file, however often it is asked for."""
        self.flush()
        if not self.canvas.hasForm(name):
            self.canvas.beginForm(name)
            draw()
            self.flush()
            self.canvas.endForm()
        self.canvas.doForm(name)

    def foot(self, number: int, total: int) -> None:
        """Page number in the middle, audience at the left, the date at the right."""
        wide, high = self.sheet.size
        y = high - FOOT
        self.text(wide / 2, y, f"第 {number} 页 共 {total} 页", XIAO_WU, align="center")
        left = Box(self.sheet.margin, y - 9, wide / 2 - self.sheet.margin - 48, 12)
        self.cell(left, self.sheet.audience, 8, least=5, pad=0, grey=GREY)
        date = self.sheet.dated or f"打印日期 {clock.today().isoformat()}"
        self.text(wide - self.sheet.margin, y, date, 8, align="right", grey=GREY)

    def open_half(self, half: int) -> None:
        """Draw from now on in the left (0) or right (1) half, scaled from A4 to A5."""
        scale = self.sheet.size[0] / self._high
        self._ops.append(f"q {scale:.5f} 0 0 {scale:.5f} {half * self._high / 2:.2f} 0 cm")

    def close_half(self) -> None:
        self._ink(0.0)
        self._ops.append("Q")

    def close_page(self) -> None:
        self.flush()
        self.canvas.showPage()
        self._document.put_page()

    def flush(self) -> None:
        """Hand what was drawn to the canvas, before the library itself draws something."""
        self.canvas.addLiteral("\n".join(self._ops))
        self._ops.clear()
        if self._grey:
            self.canvas.addLiteral("0 g")
            self._grey = 0.0

    def finish(self) -> None:
        with _embedding:
            self.canvas.save()


def print_pages(
    target: Path,
    sheet: Sheet,
    pages: Sequence[T],
    draw: Callable[[Paper, T], None],
    progress: Progress = no_progress,
) -> Printed:
    """Draw each page, number it, and put the file in place whole; Stop leaves nothing behind."""
    if not pages:
        raise NothingToPrint
    with whole_file(target) as file:
        _draw_all(Paper(sheet, file), pages, draw, progress)
    return Printed(-(-len(pages) // 2) if sheet.two_up else len(pages), [])


def _draw_all(
    paper: Paper, pages: Sequence[T], draw: Callable[[Paper, T], None], progress: Progress
) -> None:
    sheet = paper.sheet
    for number, page in enumerate(pages, 1):
        progress(number - 1, len(pages), f"打印{sheet.title}")
        if sheet.two_up:
            paper.open_half((number - 1) % 2)
        draw(paper, page)
        paper.foot(number, len(pages))
        if sheet.two_up:
            paper.close_half()
        if not sheet.two_up or number % 2 == 0 or number == len(pages):
            paper.close_page()
    if paper.missing:
        raise fonts.MissingGlyphs(paper.missing)
    progress(len(pages), len(pages), f"打印{sheet.title}")
    paper.finish()
