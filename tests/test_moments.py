"""A moment is read the same everywhere; a missing one leaves an empty cell."""

from __future__ import annotations

from desktop.moments import moment, short_day, short_moment, to_the_second


def test_a_moment_is_cut_to_what_its_place_holds() -> None:
    kept = "2026-06-15T09:30:12"
    assert to_the_second(kept) == "2026-06-15 09:30:12"
    assert moment(kept) == moment("2026-06-15T09:30") == "2026-06-15 09:30"
    assert short_moment(kept) == "06-15 09:30"
    assert short_day(kept) == short_day("2026-06-15") == "06-15"
    assert (moment(""), short_moment("")) == ("", "")
