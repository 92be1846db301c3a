"""Prints a PDF the way the preview window does, to a queue of the print system: a program of its
own, because the print system's library asks for its server only once.

    python -m tests.ui.print_to_queue QUEUE FILE.pdf PAGE…
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication

from desktop.exchange.print import raster
from desktop.progress import no_progress
from desktop.ui.reports.print_preview import _paper, print_on


def main(queue: str, path: Path, pages: list[int]) -> int:
    app = QApplication(sys.argv[:1])
    found = QPrinterInfo.printerInfo(queue)
    if found.isNull():
        print(f"no printer {queue}: {QPrinterInfo.availablePrinterNames()}", file=sys.stderr)
        return 3
    printer = QPrinter(found, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(path.stem)
    printer.setPageSize(_paper(path, pages[0]))
    print_on(printer, path, pages, no_progress)
    del printer, app
    print(raster.page_count(path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), [int(page) for page in sys.argv[3:]]))
