"""Each indicator is defined once, over plain values, and a printed rate never flatters."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models import indicators
from desktop.models.due_rules import Rule
from desktop.models.indicators import Average, DoorVisits, Obligation, Ratio
from desktop.models.item_indicators import ItemFact, books, item_shares
from desktop.models.item_steps import ItemEvent
from desktop.models.month_period import Period

JUNE = Period("2026-06", date(2026, 6, 1), date(2026, 6, 30), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate"),
    [
        (5, 6, "83.33%"),
        (1, 8, "12.50%"),
        (1, 800, "0.13%"),  # 0.125 goes up
        (0, 7, "0.00%"),
        (7, 7, "100.00%"),
        (0, 0, "—"),
        (19_999, 20_000, "99.99%"),  # 99.995 would round to 100.00
        (999_999, 1_000_000, "99.99%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
    ],
)
def test_a_rate_is_rounded_half_up_and_never_up_to_100(
    numerator: int, denominator: int, rate: str
) -> None:
    assert Ratio(numerator, denominator).rate == rate


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_only_a_whole_part_prints_100_percent(numerator: int, denominator: int) -> None:
    ratio = Ratio(min(numerator, denominator), denominator)
    assert (ratio.rate == "100.00%") == (ratio.numerator == ratio.denominator)
    exact = 100 * ratio.numerator / ratio.denominator
    assert abs(float(ratio.rate[:-1]) - exact) <= 0.01


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 2), (-1, 2), (1, 0)])
def test_a_numerator_outside_its_denominator_is_a_bug(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="not part of"):
        Ratio(numerator, denominator)


def test_a_share_counts_only_what_lies_in_the_whole() -> None:
    found = indicators.share("households", {"a", "x"}, {"a", "b"})
    assert found.ratio == Ratio(1, 2)


@pytest.mark.parametrize(
    ("values", "mean", "median"),
    [([], "—", "—"), ([3], "3.00", "3.00"), ([1, 2], "1.50", "1.50"), ([1, 1, 6], "2.67", "1.00")],
)
def test_mean_and_median_in_two_decimals(values: list[int], mean: str, median: str) -> None:
    assert indicators.mean(values).text == mean
    assert indicators.median(values).text == median


def test_an_average_of_nothing_is_a_dash() -> None:
    assert Average(0, 0).text == "—"


def visit(home: str, outcome: str, mode: str = "door") -> DoorVisits:
    in_person = mode == "door"
    return DoorVisits(
        home, 1, outcome == "met", outcome == "not_home", outcome == "refused",
        outcome in ("met", "proxy"), in_person and outcome == "met",
        in_person and outcome == "proxy", 30,
    )  # fmt: skip


def test_households_are_counted_once_however_often_they_were_visited() -> None:
    visits = [visit("a", "met") + visit("a", "met"), visit("b", "not_home")]
    shares = indicators.visit_shares(visits, frozenset("abc"), proxy_counts=False)
    assert shares["visit_rate"].ratio == Ratio(1, 3)
    assert shares["met_share"].ratio == Ratio(2, 3)


def test_a_phone_call_is_a_visit_but_nobody_entered() -> None:
    visits = [visit("a", "met", "phone"), visit("b", "proxy", "door")]
    strict = indicators.visit_shares(visits, frozenset("ab"), proxy_counts=False)
    assert strict["visit_rate"].ratio == Ratio(2, 2)
    assert strict["door_entry_rate"].ratio == Ratio(0, 2)
    lenient = indicators.visit_shares(visits, frozenset("ab"), proxy_counts=True)
    assert lenient["door_entry_rate"].ratio == Ratio(1, 2)


def test_a_visited_vacant_flat_raises_no_rate() -> None:
    shares = indicators.visit_shares([visit("z", "met")], frozenset("a"), proxy_counts=False)
    assert shares["visit_rate"].ratio == Ratio(0, 1)


@given(st.lists(st.sampled_from(["met", "proxy", "not_home", "refused", "moved", "vacant", "new"])))
def test_the_four_shares_cover_every_attempt(outcomes: list[str]) -> None:
    visits = [visit("a", outcome) for outcome in outcomes]
    shares = indicators.visit_shares(visits, frozenset("a"), proxy_counts=False)
    parts = [shares[f"{name}_share"] for name in ("met", "not_home", "refused", "other")]
    assert sum(part.ratio.numerator for part in parts) == len(visits)
    assert {part.ratio.denominator for part in parts} == {len(visits)}


def test_two_numbers_of_one_household_are_one_household() -> None:
    both = visit("a", "met", "phone") + visit("a", "proxy")
    assert both == DoorVisits("a", 2, 1, 0, 0, True, False, True, 60)
    assert indicators.minutes([both, visit("b", "met")]) == 90


def test_a_person_with_two_tags_is_one_person_in_the_total() -> None:
    tagged = {"elder_alone": frozenset({"p"}), "minimum_living": frozenset({"p", "q"})}
    shares = indicators.contact_shares(tagged, {"p": "a", "q": "b"}, [visit("a", "met")])
    assert shares["contact_rate.minimum_living"].ratio == Ratio(1, 2)
    assert shares["contact_rate"].ratio == Ratio(1, 2)


def due(rule: Rule, *days: date) -> list[Obligation]:
    return indicators.obligations("a", rule, days, JUNE.first, JUNE.cut_off)


def test_a_visit_on_the_due_date_is_in_time_and_a_day_later_is_not() -> None:
    monthly = Rule("独居老人", 30)
    start = date(2026, 5, 11)
    assert due(monthly, start, date(2026, 6, 10)) == [Obligation("a", date(2026, 6, 10), True)]
    assert due(monthly, start, date(2026, 6, 11)) == [Obligation("a", date(2026, 6, 10), False)]


def test_an_early_visit_meets_its_obligation() -> None:
    found = due(Rule("独居老人", 30), date(2026, 5, 11), date(2026, 5, 20))
    assert found == [
        Obligation("a", date(2026, 6, 10), True),
        Obligation("a", date(2026, 6, 19), False),
    ]


def test_what_falls_due_in_another_month_does_not_count() -> None:
    assert due(Rule("普通住户", 365), date(2026, 5, 11)) == []
    assert due(Rule("独居老人", 30), date(2026, 6, 1)) == []  # 1 July


def test_nothing_is_due_before_the_tag_began() -> None:
    tagged_late = Rule("独居老人", 30, since="2026-06-15")
    assert due(tagged_late, date(2026, 5, 11)) == []


def test_a_calendar_window_wants_a_visit_inside_the_window() -> None:
    by_month = Rule("低保", 30, "month")
    assert due(by_month, date(2026, 5, 3), date(2026, 5, 30)) == [
        Obligation("a", date(2026, 6, 30), False)
    ]
    assert due(by_month, date(2026, 5, 3), date(2026, 6, 1)) == [
        Obligation("a", date(2026, 6, 30), True)
    ]


def item(
    uid: str, on: str, *steps: tuple[str, str], late: bool = False, again: bool = False
) -> ItemFact:
    events = tuple(
        ItemEvent(f"{uid}{n}", uid, step, day, day, None, None, None, None, None, None)
        for n, (step, day) in enumerate(steps)
    )
    return ItemFact(uid, "need", on, None, late, again, events)


def test_the_books_of_a_month_balance_name_by_name() -> None:
    items = [
        item("old", "2026-05-02"),
        item("done", "2026-05-03", ("fed_back", "2026-06-04")),
        item("new", "2026-06-05"),
        item("quick", "2026-06-06", ("solved_on_site", "2026-06-06")),
        item("past", "2026-05-01", ("fed_back", "2026-05-20")),
        item("again", "2026-05-01", ("fed_back", "2026-05-20"), ("reopened", "2026-06-02")),
    ]
    kept = books(items, JUNE, None)
    assert kept.carried_over == {"old", "done"}
    assert kept.registered == {"new", "quick", "again"}
    assert kept.closed == {"done", "quick"}
    assert kept.open == {"old", "new", "again"}
    assert kept.balanced
    shares = item_shares(items, kept, JUNE)
    assert shares["closure_rate"].ratio == Ratio(1, 2)  # of the cohort, never of all closed
    assert shares["cumulative_closure_rate"].ratio == Ratio(2, 5)


def test_a_sealed_opening_stands_and_what_vanished_since_is_written_off() -> None:
    items = [item("kept", "2026-05-02"), item("late", "2026-05-28", late=True)]
    kept = books(items, JUNE, frozenset({"kept", "gone"}))
    assert kept.late == {"late"}
    assert kept.written_off == {"gone"}
    assert (len(kept.carried_over), len(kept.registered), len(kept.left)) == (2, 1, 1)
    assert kept.open == {"kept", "late"}
    assert kept.balanced
    assert item_shares(items, kept, JUNE)["cumulative_closure_rate"].ratio == Ratio(0, 2)


def test_an_item_reopened_late_and_closed_again_passes_through_the_books() -> None:
    steps = (("fed_back", "2026-05-10"), ("reopened", "2026-05-20"), ("fed_back", "2026-05-25"))
    kept = books([item("x", "2026-05-01", *steps, again=True)], JUNE, frozenset())
    assert kept.reopened == kept.closed == {"x"}
    assert kept.balanced
