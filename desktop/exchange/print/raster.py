"""Turns pages of a PDF into plain pixels, for the preview and for the system's print dialog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from desktop.errors import UserError

Pdf = Path | bytes  # a file, or what one holds


class CannotShow(UserError):
    def __init__(self, pdf: Pdf) -> None:
        name = f"“{pdf.name}”" if isinstance(pdf, Path) else "打印件"
        super().__init__(f"{name}打不开：不是完好的PDF文件。请重新生成。")


@dataclass(frozen=True, slots=True)
class Raster:
    """One page as rows of `stride` bytes, four a pixel: blue, green, red, unused."""

    width: int
    height: int
    stride: int
    bytes: bytes


def page_count(pdf: Pdf) -> int:
    with open_pdf(pdf) as document:
        return len(document)


def page_size(pdf: Pdf, page: int = 0) -> tuple[float, float]:
    """Width and height of a page (counted from 0) in points."""
    with open_pdf(pdf) as document:
        wide, high = document.get_page_size(page)
        return float(wide), float(high)


def page_image(pdf: Pdf, page: int, dpi: int) -> Raster:
    """The picture of one page, counted from 0, on white."""
    with open_pdf(pdf) as document:
        bitmap = document[page].render(
            scale=dpi / 72, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx
        )
        return Raster(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))


def open_pdf(pdf: Pdf) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise CannotShow(pdf) from error
