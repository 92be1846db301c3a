"""Counts workdays, so that 「7个工作日」 means what the office's calendar on the wall says.

Public holidays and the weekends worked in exchange (调休) are announced each November for one year
by the General Office of the State Council; the known years ship as `resources/holidays`. A year
nobody knows yet counts Monday to Friday, and papers say so: 「按周一至周五计」.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from desktop.errors import UserError
from desktop.models import settings
from desktop.models.changes import Change
from desktop.models.store import Store
from desktop.paths import resource

UNKNOWN_YEAR_NOTE = "按周一至周五计"
SETTING = "holidays"
_LINE = re.compile(r"(\d{4})\s+(\S+)\s+(休|班)\s+(\d{4}-\d\d-\d\d)(?:~(\d{4}-\d\d-\d\d))?")
_LONGEST = timedelta(days=15)


class BadHolidayFile(UserError):
    def __init__(self, number: int, line: str) -> None:
        super().__init__(
            f"节假日表第{number}行“{line[:40]}”看不懂，没有导入。"
            "请写成“2027 春节 休 2027-02-05~2027-02-11”的样子。"
        )


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and weekend days worked, for the years whose arrangement is known."""

    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < 5 and day not in self.off

    def with_years(self, other: Calendar) -> Calendar:
        """The other table's years replace the same years here."""
        kept_off = {day for day in self.off if day.year not in other.years}
        kept_worked = {day for day in self.worked if day.year not in other.years}
        return Calendar(other.off | kept_off, other.worked | kept_worked, self.years | other.years)


def read_table(text: str) -> Calendar:
    """Read a holiday table; lines 「年份 节日 休|班 日期[~日期]」, `#` starts a remark."""
    off: set[date] = set()
    worked: set[date] = set()
    years: set[int] = set()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        plain = line.partition("#")[0].strip()
        if not plain:
            continue
        found = _LINE.fullmatch(plain)
        days = list(_days(found)) if found else []
        if not found or not days:
            raise BadHolidayFile(number, plain)
        years.add(int(found[1]))
        (off if found[3] == "休" else worked).update(days)
    return Calendar(frozenset(off), frozenset(worked), frozenset(years))


def _days(found: re.Match[str]) -> Iterator[date]:
    """The days of one line; none when the dates are impossible."""
    try:
        first = date.fromisoformat(found[4])
        last = date.fromisoformat(found[5] or found[4])
    except ValueError:
        return
    if last - first <= _LONGEST:
        while first <= last:
            yield first
            first += timedelta(days=1)


@cache
def shipped() -> Calendar:
    """The years this version of the program knows."""
    return read_table(resource("holidays", "mainland.txt").read_text("utf-8"))


def calendar_of(store: Store) -> Calendar:
    """The shipped years and those the office has imported."""
    text = settings.get(store, SETTING)
    return shipped().with_years(read_table(text)) if text else shipped()


def import_table(store: Store, text: str) -> Change | None:
    """Take in a holiday table for further years; every PC of the office receives it."""
    fresh = read_table(text)
    lines = [line for line in str(settings.get(store, SETTING)).splitlines() if line.strip()]
    kept = [line for line in lines if int(line[:4]) not in fresh.years]
    added = [line.partition("#")[0].strip() for line in text.lstrip("\ufeff").splitlines()]
    with store.change("导入节假日表") as change:
        settings.put(change, store, SETTING, "\n".join([*kept, *filter(None, added)]))
    return change.done


def is_known_year(year: int, calendar: Calendar | None = None) -> bool:
    """Whether the year's official arrangement is known; if not, print `UNKNOWN_YEAR_NOTE`."""
    return year in (calendar or shipped()).years


def add_workdays(day: date, count: int, calendar: Calendar | None = None) -> date:
    """The count-th workday after the day (the day itself never counts)."""
    known = calendar or shipped()
    while count > 0:
        day += timedelta(days=1)
        if known.is_workday(day):
            count -= 1
    return day


def workdays_between(a: date, b: date, calendar: Calendar | None = None) -> int:
    """Workdays after a up to and including b; negative when b is before a."""
    if b < a:
        return -workdays_between(b, a, calendar)
    known = calendar or shipped()
    return sum(known.is_workday(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))
