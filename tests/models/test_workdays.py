"""A 「7个工作日」 deadline follows the official calendar, 调休 weekends included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models import workdays
from desktop.models.store import Store

DAYS = st.dates(date(2023, 6, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-02-04", True),  # a Sunday worked for Spring Festival
        ("2024-02-09", True),  # New Year's Eve 2024 was a workday by the notice
        ("2024-02-12", False),
        ("2024-05-11", True),
        ("2024-10-07", False),
        ("2025-01-28", False),
        ("2025-02-08", True),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2026-01-02", False),
        ("2026-01-04", True),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-06-19", False),
        ("2026-09-20", True),
        ("2026-10-10", True),
        ("2026-06-13", False),  # an ordinary Saturday
    ],
)
def test_the_official_arrangement_decides(day: str, works: bool) -> None:
    assert workdays.shipped().is_workday(date.fromisoformat(day)) is works


def test_each_year_has_as_many_days_off_as_the_notice_says() -> None:
    table = workdays.shipped()
    off = {y: sum(day.year == y for day in table.off) for y in (2024, 2025, 2026)}
    worked = {y: sum(day.year == y for day in table.worked) for y in (2024, 2025, 2026)}
    # 2024: 1+8+3+5+1+3+7, 2025: 1+8+3+5+3+8, 2026: 3+9+3+5+3+3+7
    assert off == {2024: 28, 2025: 28, 2026: 33}
    assert worked == {2024: 8, 2025: 5, 2026: 6}
    assert all(day.weekday() >= 5 for day in table.worked)


def test_three_workdays_over_the_national_holiday() -> None:
    assert workdays.add_workdays(date(2026, 9, 29), 3) == date(2026, 10, 9)
    assert workdays.add_workdays(date(2026, 9, 29), 4) == date(2026, 10, 10)


def test_an_unknown_year_counts_monday_to_friday() -> None:
    assert not workdays.is_known_year(2027)
    assert workdays.is_known_year(2026)
    assert workdays.add_workdays(date(2027, 10, 1), 1) == date(2027, 10, 4)


def test_the_office_can_import_a_further_year(store: Store) -> None:
    table = "# 2027\n2027 国庆节 休 2027-10-01~2027-10-07\n2027 国庆节 班 2027-10-09\n"
    workdays.import_table(store, table)
    calendar = workdays.calendar_of(store)
    assert workdays.is_known_year(2027, calendar)
    assert workdays.add_workdays(date(2027, 9, 30), 2, calendar) == date(2027, 10, 9)
    workdays.import_table(store, "2027 国庆节 休 2027-10-01~2027-10-03")
    later = workdays.calendar_of(store)
    assert workdays.add_workdays(date(2027, 9, 30), 1, later) == date(2027, 10, 4)
    assert workdays.is_known_year(2024, later)


@pytest.mark.parametrize(
    "line", ["春节放假", "2027 春节 休 2027-02-30", "2027 春节 休 2027-02-01~2027-12-31"]
)
def test_a_table_with_a_bad_line_is_refused_whole(store: Store, line: str) -> None:
    with pytest.raises(workdays.BadHolidayFile, match="第2行"):
        workdays.import_table(store, f"2027 元旦 休 2027-01-01\n{line}\n")
    assert not workdays.is_known_year(2027, workdays.calendar_of(store))


@given(DAYS, st.integers(1, 40))
def test_a_deadline_is_a_workday_and_counts_back(day: date, count: int) -> None:
    end = workdays.add_workdays(day, count)
    assert workdays.shipped().is_workday(end)
    assert workdays.workdays_between(day, end) == count


@given(DAYS, st.integers(0, 20), st.integers(0, 20))
def test_deadlines_add_up(day: date, a: int, b: int) -> None:
    steps = workdays.add_workdays(workdays.add_workdays(day, a), b)
    assert steps == workdays.add_workdays(day, a + b)


@given(DAYS, st.integers(-60, 60))
def test_counting_between_two_days_is_symmetrical(day: date, gap: int) -> None:
    other = day + timedelta(days=gap)
    there = workdays.workdays_between(day, other)
    assert there == -workdays.workdays_between(other, day)
    assert abs(there) <= abs(gap)
