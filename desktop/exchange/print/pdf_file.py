"""Writes a PDF page by page under a temporary name, so that long print-outs need little memory.

The PDF library keeps every page until it saves; here each page goes to the disk when it is done and
only its place in the file is remembered. The file gets its real name when it is whole.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from reportlab.pdfbase.pdfdoc import (
    PDFCrossReferenceTable,
    PDFDocument,
    PDFFile,
    PDFIndirectObject,
    PDFObjectReference,
    PDFTrailer,
)
from reportlab.pdfgen.canvas import Canvas


class _Out(PDFFile):  # type: ignore[misc]
    """Counts the bytes that go to a file and keeps none of them."""

    def __init__(self, version: tuple[int, int], file: BinaryIO) -> None:
        super().__init__(version)
        head: list[bytes] = self.strings
        file.write(b"".join(head))
        head.clear()
        self.write = file.write


class PagewiseDocument(PDFDocument):  # type: ignore[misc]
    """A document whose pages are written when they are done."""

    out: _Out

    def put_page(self) -> None:
        """Write the page just shown and forget it."""
        page = self.Pages.pages[-1]
        page.check_format(self)
        stream = page.Contents
        self._put(page.__InternalName__, page)
        self._put(stream.__InternalName__, stream)
        self.Pages.pages[-1] = PDFObjectReference(page.__InternalName__)

    def _put(self, name: str, thing: Any) -> None:
        self.idToOffset[name] = self.out.add(PDFIndirectObject(name, thing).format(self))
        self.idToObject[name] = None

    def format(self) -> bytes:
        """Write what is left (fonts, shared parts, catalogue), then the table of objects."""
        root, info = self.Reference(self.Catalog), self.Reference(self.info)
        number = 0
        while number + 1 in self.numberToId:  # writing one object may bring up further ones
            number += 1
            name = self.numberToId[number]
            if name not in self.idToOffset:
                self._put(name, self.idToObject[name])
        table = PDFCrossReferenceTable()
        table.addsection(0, [self.numberToId[n] for n in range(1, number + 1)])
        start = self.out.add(table.format(self))
        end = PDFTrailer(startxref=start, Size=number + 1, Root=root, Info=info, ID=self.ID())
        self.out.add(end.format(self))
        return b""


def write_pagewise(canvas: Canvas, file: BinaryIO) -> PagewiseDocument:
    """Let a new canvas write its pages to the file one by one."""
    document = canvas._doc
    # the canvas makes its document itself and has registered its first font with it
    document.__class__ = PagewiseDocument
    document.out = _Out(document._pdfVersion, file)
    return document  # type: ignore[no-any-return]
