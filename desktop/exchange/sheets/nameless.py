"""Lets openpyxl write without named temporary files.

The library collects each sheet in a file in the temp folder; after a crash it would lie there with
every name in clear. Here those files have no name: the system drops them with the process.
"""

from __future__ import annotations

import shutil
import tempfile
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from desktop import clock


class _SheetWriter(WorksheetWriter):
    out: Any

    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet, tempfile.TemporaryFile())  # noqa: SIM115  closed by `cleanup`

    def cleanup(self) -> None:
        self.out.close()


class StreamedSheet(WriteOnlyWorksheet):
    """A sheet that takes its rows one by one and keeps none of them in memory."""

    _writer: Any
    column_dimensions: Any

    def _get_writer(self) -> None:
        if self._writer is None:
            self._writer = _SheetWriter(self)
            self._writer.write_top()


class _Archive(ExcelWriter):
    _archive: ZipFile

    def write_worksheet(self, sheet: Any) -> None:
        """The library's own step, but for where the sheet was collected."""
        sheet._drawing = SpreadsheetDrawing()
        sheet._drawing.charts = sheet._charts
        sheet._drawing.images = sheet._images
        if self.workbook.write_only:
            if not sheet.closed:
                sheet.close()
            writer = sheet._writer
        else:
            writer = _SheetWriter(sheet)
            writer.write()
        sheet._rels = writer._rels
        writer.out.seek(0)
        with self._archive.open(sheet.path[1:], "w", force_zip64=True) as member:
            shutil.copyfileobj(writer.out, member)
        self.manifest.append(sheet)
        writer.cleanup()


def new_sheet(book: Workbook, title: str) -> StreamedSheet:
    """A further sheet of a book that is written row by row."""
    sheet = StreamedSheet(book, title)
    book._add_sheet(sheet)  # type: ignore[attr-defined]
    return sheet


def pack(book: Workbook, file: BinaryIO) -> None:
    """Write the whole book into an open file."""
    book.properties.modified = clock.now()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _Archive(book, archive).save()


def give_up(book: Workbook) -> None:
    """End what was begun of a book that is not going to be written."""
    for sheet in book.worksheets:
        if isinstance(sheet, StreamedSheet) and not sheet.closed:
            sheet.close()
            sheet._writer.cleanup()
