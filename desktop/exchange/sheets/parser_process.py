"""Parses one workbook in a process of its own: a hostile file may crash it, never the program.

The parser is native code that aborts on some damaged files (a size field of terabytes is enough).
This file runs as a script by itself: the workbook comes in on standard input, JSON goes out. Dates
travel as a list of one ISO text, durations as HH:MM.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import python_calamine

try:
    import resource
except ImportError:  # Windows has no such limits; the caps before parsing hold there too
    resource = None  # type: ignore[assignment]

MAX_BYTES = 2 * 1024 * 1024 * 1024
DAMAGED, PROTECTED = 65, 66


def main() -> int:
    """Read a workbook from standard input, write its sheets to standard output."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    try:
        sheets = _sheets(python_calamine.load_workbook(BytesIO(sys.stdin.buffer.read())))
    except python_calamine.PasswordError:
        return PROTECTED
    except (python_calamine.CalamineError, MemoryError, OSError, ValueError, OverflowError):
        return DAMAGED
    text = json.dumps(sheets, ensure_ascii=False, default=_plain, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


def _sheets(book: Any) -> list[dict[str, Any]]:
    found = []
    for about in book.sheets_metadata:
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        table = book.get_sheet_by_name(about.name)
        found.append(
            {
                "name": about.name,
                "hidden": about.visible is not python_calamine.SheetVisibleEnum.Visible,
                "merged": [[*first, *last] for first, last in table.merged_cell_ranges or ()],
                "rows": table.to_python(skip_empty_area=False) if table.end else [],
            }
        )
    return found


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
