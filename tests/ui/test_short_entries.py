"""What people type the short way: days, hours, walkers, pages."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.errors import UserError
from desktop.ui.common.day_edit import read_day
from desktop.ui.reports.page_range import page_range
from desktop.ui.visits.entry_form import read_hour, walkers_of

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("20", "2026-06-20"),
        ("3", "2026-07-03"),
        ("6-20", "2026-06-20"),
        ("1.5", "2027-01-05"),
        ("6月30日", "2026-06-30"),
        ("+7", "2026-06-22"),
        ("明天", "2026-06-16"),
        ("2026-12-01 周二", "2026-12-01"),
    ],
)
def test_a_day_ahead_is_typed_short(text: str, meant: str) -> None:
    assert read_day(text, TODAY, ahead=True) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("12", "2026-06-12"), ("20", "2026-05-20"), ("12-30", "2025-12-30"), ("昨天", "2026-06-14")],
)
def test_a_day_past_is_typed_short(text: str, meant: str) -> None:
    assert read_day(text, TODAY, ahead=False) == date.fromisoformat(meant)


@pytest.mark.parametrize("text", ["32", "2-30", "下周", "2026-13-01", "1958"])
def test_a_day_that_cannot_be_is_refused_in_words(text: str) -> None:
    with pytest.raises(UserError, match="看不懂"):
        read_day(text, TODAY, ahead=True)


def test_no_day_is_no_day() -> None:
    assert read_day("  ", TODAY, ahead=True) is None


def test_hours_are_read_however_they_are_typed() -> None:
    assert [read_hour(text) for text in ("1930", "19:30", "19：30", "7点", "830", "")] == [
        "19:30", "19:30", "19:30", "07:00", "08:30", None,
    ]  # fmt: skip
    with pytest.raises(UserError, match="19:30"):
        read_hour("2561")


def test_walkers_are_separated_however_people_do_it() -> None:
    assert walkers_of("林书记，王网格员 陈小红") == ("林书记", "王网格员", "陈小红")


def test_pages_are_chosen_as_in_other_programs() -> None:
    assert page_range("1-3，5", 8) == [0, 1, 2, 4]
    assert page_range("", 3) == [0, 1, 2]
    for text in ("0", "9", "3-1", "x"):
        with pytest.raises(UserError, match="最大是第8页"):
            page_range(text, 8)
