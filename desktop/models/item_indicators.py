"""Keeps the month's books of needs, situations, projects and disputes, and their rates (domain §4).

An item is on the books from its registration until its closed loop ends. The books of a month are
sets of items, so 上月在办 + 本月新增 − 本月办结 = 本月在办 can be checked name by name.
Pure functions over plain values: no store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from desktop.models.indicators import Average, Share, mean, median, share
from desktop.models.item_steps import (
    CLOSED,
    ItemEvent,
    closed_on,
    closing_of,
    due_of,
    events_until,
    last_value,
    state_of,
)
from desktop.models.month_period import Period

KINDS = ("need", "resource", "situation", "project", "dispute", "hazard")
# a resource is an offer, not a request: it has books of its own and stays out of the totals
LOOP_KINDS = tuple(kind for kind in KINDS if kind != "resource")
_TAKEN_ON = frozenset({"assigned", "in_progress"})
_LEFT_UNDONE = ("rejected", "withdrawn")
_SATISFIED = frozenset({"very_satisfied", "satisfied"})
Workdays = Callable[[date, date], int]


class ItemFact(NamedTuple):
    """One item registered by the cut-off, with the steps that happened by then."""

    uid: str
    kind: str
    registered_on: str
    due_on: str | None  # the first due date; steps may move it
    late: bool  # registered in a sealed month, learned after the sealing
    reopened_late: bool  # the same of a 重办
    events: tuple[ItemEvent, ...]

    @property
    def is_open(self) -> bool:
        return state_of(self.events) not in CLOSED

    def was_open(self, day: date) -> bool:
        """Whether it was on the books at the end of that day."""
        past = events_until(self.events, day)
        return self.registered_on <= day.isoformat() and state_of(past) not in CLOSED


@dataclass(frozen=True, slots=True)
class Books:
    """The month's accounts of some items, name by name."""

    carried_over: frozenset[str]  # 上月在办
    fresh: frozenset[str]  # registered in the month
    late: frozenset[str]  # 补报: registered in a sealed month, learned since
    reopened: frozenset[str]  # 重办: closed before, on the books again
    closed: frozenset[str]  # on the books in the month, closed at the cut-off
    written_off: frozenset[str]  # 更正: carried over, then deleted, merged or put on another list
    open: frozenset[str]  # 本月在办

    @property
    def registered(self) -> frozenset[str]:
        """本月新增: everything that came onto the books."""
        return self.fresh | self.late | self.reopened

    @property
    def left(self) -> frozenset[str]:
        """本月办结 as the balance needs it: closed, or taken off by a correction."""
        return self.closed | self.written_off

    @property
    def handled(self) -> frozenset[str]:
        """N₀ + N₁: everything the office had to deal with."""
        return (self.carried_over | self.registered) - self.written_off

    @property
    def balanced(self) -> bool:
        came = len(self.carried_over) + len(self.registered)
        return came - len(self.left) == len(self.open)


def books(items: Iterable[ItemFact], period: Period, opening: frozenset[str] | None) -> Books:
    """The accounts of a month; `opening` = the sealed closing of the month before, if there is one.

    Without a sealed month before, the opening is the same rule applied to the eve of the month.
    """
    eve = period.first - timedelta(days=1)
    known = {item.uid: item for item in items}
    if opening is None:
        opening = frozenset(uid for uid, item in known.items() if item.was_open(eve))
    now = frozenset(uid for uid, item in known.items() if item.is_open)
    rest = [item for item in known.values() if item.uid not in opening]
    fresh = frozenset(item.uid for item in rest if period.holds(item.registered_on))
    late = frozenset(item.uid for item in rest if item.late) - fresh
    again = frozenset(item.uid for item in rest if item.uid in now or _reopened(item, period))
    reopened = again - fresh - late
    written_off = opening - known.keys()
    closed = (opening | fresh | late | reopened) - written_off - now
    return Books(opening, fresh, late, reopened, closed, written_off, now)


def _reopened(item: ItemFact, period: Period) -> bool:
    return item.reopened_late or any(
        event.step == "reopened" and period.holds(event.happened_on) for event in item.events
    )


def item_shares(items: Iterable[ItemFact], kept: Books, period: Period) -> dict[str, Share]:
    """办结率, 累计办结率, 按期办结率, 现场解决率, 回访率, 满意率, 解决率 of these items."""
    by_uid = {item.uid: item for item in items}
    done = {uid for uid, item in by_uid.items() if not item.is_open}
    closed = [by_uid[uid] for uid in kept.closed]
    due = {item.uid: due_of(item.due_on, item.events) for item in by_uid.values()}
    due_now = {uid for uid, day in due.items() if period.holds(day)}
    in_time = {
        uid for uid in due_now if (closed_on(by_uid[uid].events) or "9999") <= (due[uid] or "")
    }
    rating = {item.uid: last_value(item.events, "rating") for item in closed}
    opinions = {uid for uid, word in rating.items() if word and word != "no_opinion"}
    pairs = {
        "closure_rate": (done, kept.fresh),
        "cumulative_closure_rate": (kept.closed, kept.handled),
        "on_time_rate": (in_time, due_now),
        "solved_on_site_rate": (
            {uid for uid in done if _closing_step(by_uid[uid]) == "solved_on_site"},
            kept.fresh,
        ),
        "follow_up_rate": ({uid for uid, word in rating.items() if word}, kept.closed),
        "satisfaction_rate": (
            {uid for uid in opinions if rating[uid] in _SATISFIED},
            opinions,
        ),
        "resolution_rate": (
            {item.uid for item in closed if closing_of(item.events) == "substance"},
            kept.closed,
        ),
    }
    return {key: share("items", part, whole) for key, (part, whole) in pairs.items()}


def _closing_step(item: ItemFact) -> str | None:
    """The step that closed the item for good; None while it is open."""
    found = None
    for event in item.events:
        if event.step == "reopened":
            found = None
        elif found is None and event.step in CLOSED:
            found = event.step
    return found


def project_shares(projects: Iterable[ItemFact], kept: Books) -> dict[str, Share]:
    """认领率 and 项目完成率 of the projects on the books in the month."""
    projects = list(projects)
    taken_on = {p.uid for p in projects if any(e.step in _TAKEN_ON for e in p.events)}
    completed = {p.uid for p in projects if _settled(p)}
    return {
        "claim_rate": share("items", taken_on, kept.handled),
        "project_completion_rate": share("items", completed, kept.handled),
    }


def mediation_share(disputes: Iterable[ItemFact], kept: Books) -> Share:
    """调解成功率: disputes settled (not rejected or withdrawn) of those closed in the month."""
    return share("items", {d.uid for d in disputes if _settled(d)}, kept.closed)


def _settled(item: ItemFact) -> bool:
    """Closed, and by the work itself."""
    return _closing_step(item) not in (None, *_LEFT_UNDONE)


def days_taken(
    items: Iterable[ItemFact], kept: Books, workdays: Workdays
) -> tuple[Average, Average]:
    """平均办理天数 of the items closed in the month, in workdays: mean and median."""
    taken = []
    for item in items:
        end = closed_on(item.events) if item.uid in kept.closed else None
        if end is not None:
            days = date.fromisoformat(item.registered_on), date.fromisoformat(end)
            taken.append(workdays(*days) if days[0] < days[1] else 0)
    return mean(taken), median(taken)
