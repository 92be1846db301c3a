"""A wrong clock is pointed out, and a repaired one is not blamed for the past."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from desktop.models.clock_doubt import ClockImpossible, clock_doubt
from desktop.models.month import seal_month
from desktop.models.store import Store
from tests.build import a_building
from tests.conftest import SteadyClock


def test_a_clock_that_runs_is_not_mentioned(store: Store, steady_clock: SteadyClock) -> None:
    assert clock_doubt(store) == ""
    steady_clock.at += timedelta(days=700)
    assert clock_doubt(store) == ""


@pytest.mark.parametrize("year", [1970, 2010, 2025, 2099])
def test_a_year_that_cannot_be_is_named(store: Store, steady_clock: SteadyClock, year: int) -> None:
    steady_clock.at = datetime(year, 1, 1)
    assert f"{year}年01月01日" in clock_doubt(store)


def test_going_back_by_more_than_a_day_is_noticed_until_something_is_saved(
    store: Store, steady_clock: SteadyClock
) -> None:
    steady_clock.at += timedelta(days=200)
    a_building(store)
    steady_clock.at -= timedelta(hours=20)
    assert clock_doubt(store) == ""
    steady_clock.at -= timedelta(days=180)
    assert "比本机上次保存的2027年01月01日还早" in clock_doubt(store)
    a_building(store, "5")
    assert clock_doubt(store) == ""


def test_no_month_is_sealed_under_a_clock_that_lies_by_decades(
    store: Store, steady_clock: SteadyClock
) -> None:
    steady_clock.at = datetime(2099, 1, 2)
    with pytest.raises(ClockImpossible, match="没有封账"):
        seal_month(store, "2098-12")
    steady_clock.at = datetime(2026, 7, 2)
    assert seal_month(store, "2026-06").sealed
