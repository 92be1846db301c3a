"""Which days a monthly report covers: from the first of the month to its cut-off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.errors import UserError

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class BadMonth(UserError):
    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是月份。请写成“2026-06”的样子。")


class NotBegun(UserError):
    def __init__(self, month: str) -> None:
        super().__init__(f"{month_words(month)}还没有开始，不能出月报。请核对月份和电脑的日期。")


@dataclass(frozen=True, slots=True)
class Period:
    """One month up to its cut-off: its last day, or today while the month runs."""

    month: str  # YYYY-MM
    first: date
    last: date
    cut_off: date

    @property
    def complete(self) -> bool:
        return self.cut_off == self.last

    @property
    def words(self) -> str:
        """「2026年6月」, or 「2026年6月1日至15日」 where only its first days count."""
        if self.complete:
            return month_words(self.month)
        return f"{month_words(self.month)}1日至{self.cut_off.day}日"

    def holds(self, day: str | None) -> bool:
        """Whether an ISO day lies between the first of the month and the cut-off."""
        return day is not None and self.first.isoformat() <= day <= self.cut_off.isoformat()


def period(month: str, today: date) -> Period:
    """The period of a month as seen today; a month that has not begun is refused."""
    found = _MONTH.fullmatch(month.strip())
    if not found or int(found[1]) < 1900:
        raise BadMonth(month)
    first = date(int(found[1]), int(found[2]), 1)
    if first > today:
        raise NotBegun(f"{first:%Y-%m}")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Period(f"{first:%Y-%m}", first, last, min(last, today))


def earlier(month: str, months: int) -> str:
    """The month so many months before."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def month_words(month: str) -> str:
    """「2026年6月」."""
    return f"{int(month[:4])}年{int(month[5:])}月"
