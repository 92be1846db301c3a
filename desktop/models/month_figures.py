"""Turns the facts of a month into its figures: every rate, count and average, with names behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from desktop import clock
from desktop.models import indicators, workdays
from desktop.models.indicators import Average, Group, Ratio, Share, Tally, share
from desktop.models.item_indicators import (
    KINDS,
    LOOP_KINDS,
    Books,
    ItemFact,
    Workdays,
    books,
    days_taken,
    item_shares,
    mediation_share,
    project_shares,
)
from desktop.models.month_facts import Facts, facts_of
from desktop.models.month_period import Period, earlier, period
from desktop.models.month_scope import SealMark, scope_of
from desktop.models.month_seal import Seal, seal_of
from desktop.models.store import Store


@dataclass(slots=True)
class Figures:
    """All figures of one month; a share or group knows the names behind it."""

    shares: dict[str, Share | Tally] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    averages: dict[str, Average] = field(default_factory=dict)
    books: dict[str, Books] = field(default_factory=dict)  # per kind of item; "" = all in the loop

    @property
    def ratios(self) -> dict[str, Ratio]:
        return {key: value.ratio for key, value in self.shares.items()}

    @property
    def counts(self) -> dict[str, int]:
        return {key: len(group.members) for key, group in self.groups.items()} | self.totals

    @property
    def balanced(self) -> bool:
        """上月在办 + 本月新增 − 本月办结 = 本月在办, for every kind and for the printed totals."""
        counts = self.counts
        totals_fit = all(
            counts[f"{front}carried_over"] + counts[f"{front}registered"] - counts[f"{front}closed"]
            == counts[f"{front}open"]
            for front in ("", *(f"{kind}." for kind in KINDS))
        )
        return totals_fit and all(kept.balanced for kept in self.books.values())


def calculate(
    store: Store,
    span: Period,
    before: Seal | None,
    at: SealMark | None = None,
    *,
    with_due: bool = True,
) -> tuple[Facts, Figures]:
    """The facts and figures of a period; `before` = the seal of the month before."""
    scope = scope_of(store, span, before=before.mark if before else None, at=at)
    facts = facts_of(store, scope, with_due=with_due)
    count_days = _counter(workdays.calendar_of(store), facts)
    figures = figures_of(facts, before.open if before else None, count_days)
    return facts, figures


def _counter(calendar: workdays.Calendar, facts: Facts) -> Workdays:
    """Counts workdays between two days of these items' lives by looking up a running total."""
    start = min(
        (item.registered_on for item in facts.items), default=facts.period.cut_off.isoformat()
    )
    total, running = 0, {}
    for number in range(
        date.fromisoformat(start).toordinal(), facts.period.cut_off.toordinal() + 1
    ):
        total += calendar.is_workday(date.fromordinal(number))
        running[number] = total
    return lambda a, b: running[b.toordinal()] - running[a.toordinal()]


def of_month(store: Store, month: str) -> tuple[Facts, Figures]:
    """The facts and figures behind a month's report; of a sealed one as far as it had seen."""
    span = period(month, clock.today())
    before, own = seal_of(store, earlier(span.month, 1)), seal_of(store, span.month)
    if own:
        span = replace(span, cut_off=date.fromisoformat(own.mark.cut_off))
    return calculate(store, span, before, own.mark if own else None)


def figures_of(
    facts: Facts, opening: Mapping[str, frozenset[str]] | None, count_days: Workdays
) -> Figures:
    """Every figure; `opening` = open items per kind when the month before was sealed."""
    figures = Figures()
    _roster(figures, facts)
    _visits(figures, facts)
    _items(figures, facts, opening, count_days)
    _events(figures, facts)
    return figures


def _roster(figures: Figures, facts: Facts) -> None:
    roster = facts.roster
    for key, table, members in (
        ("households", "households", roster.households),
        ("eligible_households", "households", roster.eligible),
        ("residents", "residents", frozenset(roster.home_of)),
        ("tagged_residents", "residents", frozenset().union(*roster.tagged.values())),
        ("buildings", "buildings", roster.buildings),
    ):
        figures.groups[key] = Group(table, members)
    figures.shares["building_chief_rate"] = share("buildings", roster.led, roster.buildings)


def _visits(figures: Figures, facts: Facts) -> None:
    visits, roster = facts.visits, facts.roster
    figures.shares |= indicators.visit_shares(
        visits, roster.eligible, proxy_counts=facts.proxy_counts
    )
    figures.shares["on_time_visit_rate"] = indicators.on_time_share(
        facts.obligations, roster.eligible
    )
    figures.shares |= indicators.contact_shares(roster.tagged, roster.home_of, visits)
    figures.groups["visited_households"] = Group(
        "households", indicators.reached(visits) & roster.households
    )
    figures.groups["late_visits"] = Group(
        "visits", frozenset(visit.uid for visit in facts.late.visits)
    )
    count = figures.totals["visits"] = sum(door.visits for door in visits)
    figures.totals["visit_minutes"] = indicators.minutes(visits)
    walkers = indicators.walkers(facts.walkers)
    figures.totals["walkers"] = len(walkers)
    figures.averages["visits_per_walker"] = Average(count, len(walkers))


def _items(
    figures: Figures,
    facts: Facts,
    opening: Mapping[str, frozenset[str]] | None,
    count_days: Workdays,
) -> None:
    by_kind: dict[str, list[ItemFact]] = {kind: [] for kind in KINDS}
    for item in facts.items:
        by_kind.setdefault(item.kind, []).append(item)
    for kind, items in by_kind.items():
        before = None if opening is None else opening.get(kind, frozenset())
        kept = figures.books[kind] = books(items, facts.period, before)
        _book_groups(figures, f"{kind}.", kept)
        if kind == "resource":
            continue
        for key, value in item_shares(items, kept, facts.period).items():
            figures.shares[f"{kind}.{key}"] = value
    in_loop = [item for kind in LOOP_KINDS for item in by_kind[kind]]
    whole = (
        None
        if opening is None
        else frozenset().union(*(opening.get(kind, frozenset()) for kind in LOOP_KINDS))
    )
    total = figures.books[""] = books(in_loop, facts.period, whole)
    _book_groups(figures, "", total)
    figures.shares |= item_shares(in_loop, total, facts.period)
    figures.shares |= project_shares(by_kind["project"], figures.books["project"])
    figures.shares["mediation_success_rate"] = mediation_share(
        by_kind["dispute"], figures.books["dispute"]
    )
    average, middle = days_taken(in_loop, total, count_days)
    figures.averages |= {"average_days": average, "median_days": middle}


def _book_groups(figures: Figures, front: str, kept: Books) -> None:
    for key, members in (
        ("carried_over", kept.carried_over),
        ("registered", kept.registered),
        ("closed", kept.left),
        ("open", kept.open),
        ("late_registered", kept.late),
        ("reopened", kept.reopened),
        ("written_off", kept.written_off),
    ):
        figures.groups[front + key] = Group("items", members)


def _events(figures: Figures, facts: Facts) -> None:
    for kind in ("moved_in", "moved_out", "born", "died", "added"):
        figures.groups[kind] = Group(
            "population_events", frozenset(e.uid for e in facts.events if e.kind == kind)
        )
    figures.groups["late_events"] = Group(
        "population_events", frozenset(event.uid for event in facts.late.events)
    )
    patrols = facts.patrols
    for key, members in (
        ("patrols", frozenset(p.uid for p in patrols)),
        ("patrols_solved", frozenset(p.uid for p in patrols if p.solved_same_day)),
        ("patrols_reported", frozenset(p.uid for p in patrols if p.reported_up)),
        ("late_patrols", frozenset(p.uid for p in facts.late.patrols)),
    ):
        figures.groups[key] = Group("patrols", members)
    for kind in sorted({patrol.kind for patrol in patrols}):
        figures.groups[f"patrol.{kind}"] = Group(
            "patrols", frozenset(p.uid for p in patrols if p.kind == kind)
        )
