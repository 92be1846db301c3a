"""Reads what people type behind an option: days, and words that stand for codes."""

from __future__ import annotations

from datetime import date

from desktop import clock
from desktop.errors import BadValue
from desktop.models.partial_date import parse_date
from desktop.models.words import code_of, only


def read_day(name: str, text: str | None) -> date | None:
    """A whole date as people write it; a Chinese sentence when it is none."""
    if not text:
        return None
    parsed = parse_date(text, sheet_year=clock.today().year + 10)
    if parsed.value is None or parsed.precision != "day":
        raise BadValue(name, text, parsed.problem or "请写成“2026-05-01”的样子")
    return date.fromisoformat(parsed.value)


def read_code(group: str, text: str) -> str:
    """The code behind a word; an unknown word stays, and the record refuses it by name."""
    return code_of(group, text) or text


def read_filter(name: str, group: str, text: str | None) -> str | None:
    """The code to list by; nothing would ever be listed by an unknown word, so it is refused."""
    if not text:
        return None
    code = code_of(group, text)
    if code is None:
        raise BadValue(name, text, only(group))
    return code
