"""Parses one workbook in a process of its own: a hostile file may crash it, never the program.

The parser is native code that aborts on some damaged files (a size field of terabytes is enough).
This file runs as a script by itself: the workbook comes in on standard input, lines of JSON go out,
first one about a sheet and then its rows, some hundred a line. Dates travel as a list of one ISO
text, durations as HH:MM.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

import python_calamine

try:
    import resource
except ImportError:  # Windows has no such limits; the caps before parsing hold there too
    resource = None  # type: ignore[assignment]

MIB = 1024 * 1024
BASE_BYTES, BYTES_PER_BYTE = 400 * MIB, 40  # memory allowed: so much, and so much per file byte
MAX_AREA = 6_000_000  # cells of all sheets together
MAX_TEXT = 160 * MIB  # what goes out
MAX_MERGED = 200_000
ROWS_PER_LINE = 500
DAMAGED, PROTECTED, TOO_LARGE = 65, 66, 67


class _TooLargeError(Exception):
    """More cells or text than any roster has."""


def main() -> int:
    """Read a workbook from standard input, write its sheets to standard output."""
    data = sys.stdin.buffer.read()
    if resource is not None:
        most = BASE_BYTES + BYTES_PER_BYTE * len(data)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    written = 0
    try:
        for line in _lines(python_calamine.load_workbook(BytesIO(data))):
            text = json.dumps(line, ensure_ascii=False, default=_plain, separators=(",", ":"))
            body = text.encode("utf-8", "replace")
            written += len(body) + 1
            if written > MAX_TEXT:
                return TOO_LARGE
            sys.stdout.buffer.write(body + b"\n")
    except (_TooLargeError, MemoryError):
        return TOO_LARGE
    except python_calamine.PasswordError:
        return PROTECTED
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError):
        return DAMAGED
    return 0


def _lines(book: Any) -> Iterator[Any]:
    area = 0
    for about in book.sheets_metadata:
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        table = book.get_sheet_by_name(about.name)
        merged = islice(table.merged_cell_ranges or (), MAX_MERGED)
        yield {
            "name": about.name,
            "hidden": about.visible is not python_calamine.SheetVisibleEnum.Visible,
            "merged": [[*first, *last] for first, last in merged],
        }
        if not table.end:
            continue
        area += (table.end[0] + 1) * (table.end[1] + 1)
        if area > MAX_AREA:
            raise _TooLargeError
        rows = iter(table.iter_rows())
        while part := list(islice(rows, ROWS_PER_LINE)):
            yield part


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        whole = (value.hour, value.minute, value.second) == (0, 0, 0)
        return [value.date().isoformat() if whole else value.isoformat(" ", "minutes")]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
