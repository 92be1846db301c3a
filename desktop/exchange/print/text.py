"""Reads the words back out of a PDF, to prove that what was printed can be found and copied."""

from __future__ import annotations

from pathlib import Path

from desktop.exchange.print.raster import open_pdf


def page_texts(path: Path) -> list[str]:
    """The text of each page."""
    with open_pdf(path) as document:
        # a page keeps the document alive until it is closed, so each is closed here
        return [_text(document, number) for number in range(len(document))]


def text_of(path: Path) -> str:
    """The text of the whole document."""
    return "\n".join(page_texts(path))


def _text(document: object, number: int) -> str:
    page = document[number]  # type: ignore[index]
    words = page.get_textpage()
    try:
        return str(words.get_text_range())
    finally:
        words.close()
        page.close()
