"""Walks the closed loop of an item at random: nothing illegal happens, nothing is lost, and due
dates are workdays of the real calendar, also across 国庆 and 春节."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from desktop import clock
from desktop.errors import UserError
from desktop.models import items
from desktop.models.store import Store
from desktop.models.words import LABELS
from tests.conftest import SteadyClock
from tests.models.sites import MemoryStore

# from the notice of the General Office of the State Council for 2026, written down by hand
OFF_2026 = {
    *(date(2026, 1, day) for day in (1, 2, 3)),
    *(date(2026, 2, day) for day in range(15, 24)),
    *(date(2026, 4, day) for day in (4, 5, 6)),
    *(date(2026, 5, day) for day in range(1, 6)),
    *(date(2026, 6, day) for day in (19, 20, 21)),
    *(date(2026, 9, day) for day in (25, 26, 27)),
    *(date(2026, 10, day) for day in range(1, 8)),
}
WORKED_2026 = {
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20),
    date(2026, 10, 10),
}  # fmt: skip
DAYS = {"ordinary": 3, "harder": 7, "difficult": 15}
# domain §3, drawn by hand: what may follow what
FOLLOWS = {
    "registered": "accepted solved_on_site rejected escalated long_term withdrawn",
    "accepted": "assigned in_progress solved_on_site rejected escalated long_term extended"
    " withdrawn",
    "assigned": "in_progress assigned escalated long_term extended withdrawn",
    "in_progress": "awaiting_feedback in_progress assigned escalated long_term extended withdrawn",
    "awaiting_feedback": "fed_back in_progress withdrawn",
    "fed_back": "rated archived reopened",
    "rated": "archived reopened",
    "archived": "reopened",
    "solved_on_site": "rated archived reopened",
    "rejected": "archived reopened",
    "withdrawn": "archived reopened",
    "escalated": "assigned in_progress awaiting_feedback escalated long_term extended withdrawn",
    "long_term": "long_term in_progress awaiting_feedback escalated withdrawn",
    "reopened": "accepted assigned in_progress solved_on_site rejected escalated long_term extended"
    " withdrawn",
}
CLOSED = {"fed_back", "rated", "archived", "solved_on_site", "rejected", "withdrawn"}


def workdays_after(day: date, count: int) -> date:
    """Day by day, by the notice alone."""
    while count:
        day += timedelta(days=1)
        if day in WORKED_2026 or (day.weekday() < 5 and day not in OFF_2026):
            count -= 1
    return day


def first_due(time_class: str, day: date) -> date | None:
    if time_class == "immediate":
        return day + timedelta(days=1)
    return workdays_after(day, DAYS[time_class]) if time_class in DAYS else None


class Moving(clock.Clock):
    """A clock that only the walk turns."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, 9, 0)

    def now(self) -> datetime:
        return self.at


class ItemLoop(RuleBasedStateMachine):
    """One item, one office, days that pass; beside it a model in the plainest words."""

    def __init__(self) -> None:
        super().__init__()
        self.before = clock.clock
        self.clock = clock.clock = Moving()
        self.store = MemoryStore("a" * 32)
        self.uid = ""

    def teardown(self) -> None:
        self.store.close()
        clock.clock = self.before

    @initialize(
        month=st.sampled_from([(2026, 2, 5), (2026, 9, 17), (2026, 6, 1)]),
        later=st.integers(0, 20),
        time_class=st.sampled_from(["immediate", "long_term", *DAYS]),
    )
    def register(self, month: tuple[int, int, int], later: int, time_class: str) -> None:
        self.clock.at = datetime(*month, 9, 0) + timedelta(days=later)
        self.time_class, self.state, self.extended = time_class, "registered", False
        self.uid = items.register(self.store, "need", "修灯", time_class=time_class, by="甲")
        self.due = first_due(time_class, self.today)
        self.told = [("registered", self.today)]

    @property
    def today(self) -> date:
        return self.clock.at.date()

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        if self.today + timedelta(days=days) < date(2026, 11, 20):
            self.clock.at += timedelta(days=days)

    @rule(
        step=st.sampled_from(sorted(LABELS["item_step"])),
        by=st.sampled_from(["甲", "乙", "丙"]),
        result=st.sampled_from(["", "已办好"]),
        rating=st.sampled_from(["", *LABELS["rating"]]),
    )
    def try_a_step(self, step: str, by: str, result: str, rating: str) -> None:
        legal = step in FOLLOWS[self.state].split() and not (step == "extended" and self.extended)
        given: dict[str, Any] = {"by": by, "result": result}
        if step == "rated":
            given["rating"] = rating
        try:
            after = items.step(self.store, self.uid, step, **given)
        except UserError:
            # a legal step is refused only for what it lacks: a result, a rating, a date, a second
            # person to ask
            assert not legal or step in {*CLOSED, "awaiting_feedback", "extended"}
            return
        assert legal, f"{self.state} → {step}"
        self.told.append((step, self.today))
        if step == "extended":
            self.extended = True
            start = max(self.today, self.due or self.today)
            self.due = first_due(self.time_class, start)
        elif step == "reopened":
            self.due = first_due(self.time_class, self.today) or self.due
        elif step == "long_term":
            self.due = None
        if step != "extended":
            self.state = step
        assert after.state == self.state

    @rule()
    def a_plain_next_step(self) -> None:
        """What an office does on a good day; keeps the walk from staying at the start."""
        line = ("registered", "accepted", "assigned", "in_progress", "awaiting_feedback")
        if self.state in line:
            following = (*line, "fed_back")[line.index(self.state) + 1]
            self.try_a_step(following, "乙", "已办好", "")

    @invariant()
    def nothing_is_lost_and_the_date_is_right(self) -> None:
        if not self.uid:
            return
        found = items.item(self.store, self.uid)
        past = [
            (e.step, date.fromisoformat(e.happened_on)) for e in items.events(self.store, self.uid)
        ]
        assert past == self.told
        assert found.state == self.state
        assert found.is_open is (self.state not in CLOSED)
        assert found.due_on == (self.due.isoformat() if self.due else None)
        offered = set(items.allowed_steps(self.state))
        assert offered == set(FOLLOWS[self.state].split())
        if not found.is_open and self.state not in ("archived",):
            assert found.closing in ("substance", "formal")


def walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        ItemLoop,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_a_random_walk_through_the_loop_breaks_no_rule() -> None:
    walk(60, 25)


@pytest.mark.long
def test_a_random_walk_through_the_loop_breaks_no_rule_at_length() -> None:
    walk(1500, 50)


@pytest.mark.parametrize(
    ("day", "time_class", "due"),
    [
        (date(2026, 9, 30), "ordinary", date(2026, 10, 10)),  # 8, 9 and the Saturday worked
        (date(2026, 9, 18), "harder", date(2026, 9, 29)),  # Sunday 20 worked, 25–27 off
        (date(2026, 2, 13), "ordinary", date(2026, 2, 25)),  # Saturday 14 worked, then 春节
        (
            date(2026, 2, 12),
            "difficult",
            date(2026, 3, 11),
        ),  # both Saturdays worked, eight days off
    ],
)
def test_due_dates_across_the_long_holidays(
    store: Store, steady_clock: SteadyClock, day: date, time_class: str, due: date
) -> None:
    steady_clock.at = datetime(day.year, day.month, day.day, 9, 0)
    uid = items.register(store, "need", "修灯", time_class=time_class)
    assert items.item(store, uid).due_on == due.isoformat()
    assert first_due(time_class, day) == due
