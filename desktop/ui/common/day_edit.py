"""A line in which a day is typed the short way: «20», «6-20», «+7» or in full; empty = no day."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop import clock
from desktop.errors import UserError
from desktop.models.partial_date import parse_date

_MONTH_DAY = re.compile(r"(\d{1,2})(?:[-./]|月)(\d{1,2})[日号]?$")
_WEEKDAYS = "一二三四五六日"


class NotADay(UserError):
    def __init__(self, text: str) -> None:
        super().__init__(
            f"日期“{text}”看不懂。可以写“20”（本月20日）、“6-20”、“+7”（7天后）或完整日期。"
        )


def read_day(text: str, today: date, *, ahead: bool) -> date | None:
    """The meant day; what leaves out the year or month is the next one (`ahead`) or the last."""
    plain = unicodedata.normalize("NFKC", text).split("周")[0].replace(" ", "")
    if not plain:
        return None
    if re.fullmatch(r"\+\d{1,3}", plain):
        return today + timedelta(days=int(plain))
    words = {"今天": 0, "昨天": -1, "前天": -2, "明天": 1, "后天": 2}
    if plain in words:
        return today + timedelta(days=words[plain])
    try:
        if re.fullmatch(r"\d{1,2}[日号]?", plain):
            return _day_of_month(int(plain.rstrip("日号")), today, ahead)
        found = _MONTH_DAY.match(plain)
        if found:
            return _day_of_year(int(found[1]), int(found[2]), today, ahead)
    except ValueError:
        raise NotADay(text) from None
    parsed = parse_date(plain, sheet_year=today.year + 5)
    if parsed.value is None or parsed.precision != "day":
        raise NotADay(text)
    return date.fromisoformat(parsed.value)


def _day_of_month(day: int, today: date, ahead: bool) -> date:
    year, month = today.year, today.month
    if ahead and day < today.day:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if not ahead and day > today.day:
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return date(year, month, day)


def _day_of_year(month: int, day: int, today: date, ahead: bool) -> date:
    meant = date(today.year, month, day)
    if ahead and meant < today:
        return date(today.year + 1, month, day)
    if not ahead and meant > today:
        return date(today.year - 1, month, day)
    return meant


def day_words(day: date) -> str:
    """«2026-06-20 周六»."""
    return f"{day.isoformat()} 周{_WEEKDAYS[day.weekday()]}"


def long_day_words(day: date) -> str:
    """«2026年6月20日　星期六», as a heading has it."""
    return f"{day.year}年{day.month}月{day.day}日　星期{_WEEKDAYS[day.weekday()]}"


class DayEdit(QLineEdit):
    """The editor; leaving it spells the day out."""

    def __init__(
        self, parent: QWidget | None = None, *, day: date | None = None, ahead: bool = False
    ) -> None:
        super().__init__(parent)
        self._ahead = ahead
        self.setMaxLength(20)
        self.setToolTip("可以只写“20”（日）、“6-20”（月-日）或“+7”（7天后）")
        self.editingFinished.connect(self._spell_out)
        if day is not None:
            self.set_day(day)

    def day(self) -> date | None:
        """The day; None when empty; NotADay when it cannot be read."""
        return read_day(self.text(), clock.today(), ahead=self._ahead)

    def set_day(self, day: date | None) -> None:
        self.setText(day_words(day) if day else "")

    def _spell_out(self) -> None:
        try:
            self.set_day(self.day())
        except NotADay:
            return  # stays as typed; saving says what is wrong
