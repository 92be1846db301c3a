"""What tests look at in a PDF: embedded fonts, where characters stand, what a scanner reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

from desktop.exchange.print.raster import page_image


@dataclass(frozen=True)
class Glyph:
    """One printed character and its box in points from the lower left corner."""

    char: str
    left: float
    bottom: float
    right: float
    top: float


def glyphs(path: Path, page: int = 0) -> list[Glyph]:
    """Every visible character of a page."""
    with pypdfium2.PdfDocument(path) as document:
        sheet = document[page]
        words = sheet.get_textpage()
        found = []
        for place in range(words.count_chars()):
            char = words.get_text_range(place, 1)
            if char.strip():
                found.append(Glyph(char, *words.get_charbox(place)))
        words.close()
        sheet.close()
    return found


def fonts(path: Path) -> tuple[list[str], int]:
    """The names of all fonts the file speaks of, and how many font programs it embeds."""
    data = path.read_bytes()
    names = re.findall(rb"/BaseFont /(\S+)", data)
    return [name.decode() for name in names], len(re.findall(rb"/FontFile2 ", data))


def metadata(path: Path) -> set[str]:
    """What the document's properties say, without the library's own name."""
    with pypdfium2.PdfDocument(path) as document:
        about = document.get_metadata_dict(skip_empty=True)
    dates = ("CreationDate", "ModDate", "Producer")
    return {value for key, value in about.items() if key not in dates}


def read_codes(path: Path, page: int = 0, *, dpi: int = 150, turn: float = 0) -> list[str]:
    """What a scanner reads from the page."""
    raster = page_image(path, page, dpi)
    picture = Image.frombytes(
        "RGB", (raster.width, raster.height), raster.bytes, "raw", "BGRX", raster.stride
    )
    if turn:
        picture = picture.rotate(turn, fillcolor="white", resample=Image.Resampling.BILINEAR)
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def overlapping(found: list[Glyph]) -> list[tuple[str, str]]:
    """Pairs of characters printed over each other (their middles nearer than they may be)."""
    pairs = []
    ordered = sorted(found, key=lambda g: g.left)
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.left > one.right:
                break
            wide = min(one.right, other.right) - other.left
            high = min(one.top, other.top) - max(one.bottom, other.bottom)
            if wide > 1.0 and high > 1.0:
                pairs.append((one.char, other.char))
    return pairs


def page_texts(path: Path) -> list[str]:
    """The text of each page, as a reader would copy it."""
    with pypdfium2.PdfDocument(path) as document:
        # a page keeps the document alive until it is closed, so each is closed here
        return [_text(document, number) for number in range(len(document))]


def text_of(path: Path) -> str:
    """The text of the whole document."""
    return "\n".join(page_texts(path))


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    words = page.get_textpage()
    try:
        return str(words.get_text_range())
    finally:
        words.close()
        page.close()
