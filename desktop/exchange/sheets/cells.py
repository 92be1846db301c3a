"""Turns cell values into the texts people see, clean enough to be stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

# Control characters and lone surrogates, which no record may hold, and the private-use characters
# by which old GBK fonts wrote characters that have an official place today.
_UNUSUAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue78d-\ue864]")


def _official() -> dict[int, str | None]:
    """GBK private use → Unicode: rows A6D9–A6F5 and FE50–FEA0 of GB 18030-2005's table."""
    table: dict[int, str | None] = dict.fromkeys(
        [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F]
    )
    table |= dict.fromkeys(range(0xD800, 0xE000))
    rows = [b for b in range(0x50, 0xA1) if b != 0x7F]
    for offset, low in enumerate(rows):
        text = bytes((0xFE, low)).decode("gb18030", "replace")
        if len(text) == 1 and not "\ue000" <= text <= "\uf8ff" and text != "\ufffd":
            table[0xE815 + offset] = text
    # the ones Python's codec still leaves in private use (GB 18030-2022, table 3)
    table |= {
        0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200cc", 0xE81E: "\u9fb4",
        0xE826: "\u9fb5", 0xE82B: "\u9fb6", 0xE82C: "\u9fb7", 0xE831: "\U000215d7",
        0xE832: "\u9fb8", 0xE83B: "\U0002298f", 0xE843: "\u9fb9", 0xE854: "\u9fba",
        0xE855: "\U000241fe", 0xE864: "\u9fbb",
    }  # fmt: skip
    return table


_TABLE = _official()


def cell_text(value: Any) -> str:
    """A cell as people see it: 501.0 is 501, a date is 1958-03-12, nothing is the empty text."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, list):  # a date cell, see parser_process
        return str(value[0])
    return str(value)


def sheet_texts(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """All rows as texts of one width, with a spare empty cell at the end of each."""
    width = max(map(len, rows), default=0) + 1
    texts: list[list[str]] = []
    for row in rows:
        line = [v.strip() if type(v) is str else cell_text(v) for v in row]
        line += [""] * (width - len(line))
        if _UNUSUAL.search("\n".join(line)):
            line = [text.translate(_TABLE).strip() for text in line]
        texts.append(line)
    return texts
