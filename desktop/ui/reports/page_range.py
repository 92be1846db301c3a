"""Reads which pages a person wants printed: «1-3,5»."""

from __future__ import annotations

import re
import unicodedata

from desktop.errors import UserError

_PART = re.compile(r"(\d+)(?:-(\d+))?$")


class BadPageRange(UserError):
    def __init__(self, text: str, total: int) -> None:
        super().__init__(f"页码“{text}”看不懂。请写成“1-3,5”的样子，最大是第{total}页。")


def page_range(text: str, total: int) -> list[int]:
    """The wanted pages counted from 0, in the order written; an empty text means all of them."""
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").replace(" ", "")
    plain = re.sub("[—–至到~]", "-", plain)
    if not plain:
        return list(range(total))
    pages: list[int] = []
    for part in plain.strip(",").split(","):
        found = _PART.match(part)
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else 0
        if not 1 <= first <= last <= total:
            raise BadPageRange(text, total)
        pages += range(first - 1, last)
    return pages
