"""Reads a birth date or another date as people write it, as far as it is known.

Answers YYYY, YYYY-MM or YYYY-MM-DD. Two-digit years are taken only where one century is possible.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from desktop.models.chinese_number import NUMERALS, read_number

OLDEST = 1890


@dataclass(frozen=True, slots=True)
class PartialDate:
    value: str | None = None
    precision: str | None = None  # "year", "month" or "day"
    problem: str | None = None
    warning: str | None = None


_EMPTY = re.compile(r"^(?:无|不详|不清楚|未知|[-—/]*)$")
_LUNAR = re.compile(r"农|阴历|旧历|腊月|正月|闰|初[一二三四五六七八九十]|廿")
_CHINESE = re.compile(f"[{NUMERALS}]+(?=年|月|日|号|$)")
_FULL = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:T?\d{1,2}:\d{2}(?::\d{2})?)?$"
)
_MONTH = re.compile(r"^(\d{4})(?:年|[-/.])(\d{1,2})月?(?:份)?$")
_YEAR = re.compile(r"^(\d{4})年?(?:出?生)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_COMPACT_MONTH = re.compile(r"^(\d{4})(\d{2})$")
_SHORT = re.compile(r"^(\d{2})(?:(\d{2})(\d{2})|[-/.年](\d{1,2})[-/.月](\d{1,2})日?)$")
_NO_YEAR = re.compile(r"^\d{1,2}[月/.-]\d{1,2}[日号]?$")


def parse_date(text: str, *, sheet_year: int) -> PartialDate:
    """Read one date cell; `sheet_year` is the year the sheet was made, the latest that can be."""
    plain = "".join(unicodedata.normalize("NFKC", text[:60]).split()).lstrip("'")
    if _EMPTY.match(plain):
        return PartialDate()
    if _LUNAR.search(plain):
        return PartialDate(problem=f"“{plain}”是农历，请换成公历")
    plain = _CHINESE.sub(_digits, plain)
    for pattern, read in _READERS:
        found = pattern.match(plain)
        if found:
            return read(found, sheet_year)
    return PartialDate(problem=f"没有认出日期“{plain[:20]}”，请写成1958-03-12的样子")


def _digits(found: re.Match[str]) -> str:
    number = read_number(found.group())
    return found.group() if number is None else str(number)


def _whole(year: int, month: int, day: int, latest: int, text: str) -> PartialDate:
    try:
        value = date(year, month, day)
    except ValueError:
        return PartialDate(problem=f"{text}这一天不存在，请核对")
    return _check_year(year, latest) or PartialDate(value.isoformat(), "day")


def _check_year(year: int, latest: int) -> PartialDate | None:
    if year > latest:
        return PartialDate(problem=f"{year}年还没有到，请核对")
    if year < OLDEST:
        return PartialDate(problem=f"{year}年太早，请核对")
    return None


def _full(found: re.Match[str], latest: int) -> PartialDate:
    return _whole(int(found[1]), int(found[2]), int(found[3]), latest, found.group())


def _month(found: re.Match[str], latest: int) -> PartialDate:
    year, month = int(found[1]), int(found[2])
    wrong = _check_year(year, latest)
    if wrong:
        return wrong
    if found.group().endswith(".1"):
        # Excel turns 1958.10 into 1958.1: the month could be either
        return PartialDate(str(year), "year", warning="“.1”可能是1月，也可能是10月，只取年份")
    if not 1 <= month <= 12:
        return PartialDate(problem=f"{month}月不存在，请核对")
    return PartialDate(f"{year:04d}-{month:02d}", "month")


def _year(found: re.Match[str], latest: int) -> PartialDate:
    year = int(found[1])
    return _check_year(year, latest) or PartialDate(str(year), "year")


def _short(found: re.Match[str], latest: int) -> PartialDate:
    two = int(found[1])
    if 2000 + two <= latest:
        return PartialDate(problem=f"“{found.group()}”的年份可能是19{two:02d}，也可能是20{two:02d}")
    month, day = int(found[2] or found[4]), int(found[3] or found[5])
    return _whole(1900 + two, month, day, latest, found.group())


def _no_year(found: re.Match[str], _: int) -> PartialDate:
    return PartialDate(problem=f"“{found.group()}”没有年份，请补上")


_READERS = (
    (_FULL, _full),
    (_COMPACT, _full),
    (_MONTH, _month),
    (_YEAR, _year),
    (_SHORT, _short),
    (_COMPACT_MONTH, _month),
    (_NO_YEAR, _no_year),
)
