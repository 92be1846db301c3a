"""When a due list will be done, who will be late whatever happens, whom to visit sooner."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import BadValue
from desktop.models.capacity import Deadline, foresee

FIRST = date(2026, 11, 24)


def doors(*days: int) -> list[Deadline]:
    return [Deadline(str(n), FIRST + timedelta(days=day)) for n, day in enumerate(days)]


def test_a_list_takes_so_many_evenings_and_ends_on_a_day() -> None:
    plan = foresee(doors(*[30] * 241), FIRST, walkers=3, each=5)
    assert (plan.evenings, plan.done_on) == (17, date(2026, 12, 10))
    assert plan.text == "每晚15户：约需17个晚上，12月10日做完。"
    assert foresee([], FIRST, walkers=1, each=1).text == "名单里没有住户。"


def test_overdue_doors_are_late_whatever_happens() -> None:
    plan = foresee(doors(-1, 0, 5), FIRST, walkers=1, each=2)
    assert (plan.late, plan.pull_forward) == (("0",), ())


def test_a_door_behind_in_the_route_is_pulled_forward() -> None:
    plan = foresee(doors(9, 9, 0), FIRST, walkers=1, each=1)
    assert (plan.late, plan.pull_forward) == ((), ("2",))
    assert plan.text == "每晚1户：约需3个晚上，11月26日做完；1户要提前走。"


def test_the_ordinary_door_gives_way_to_the_one_in_care() -> None:
    plain, cared = Deadline("plain", FIRST), Deadline("cared", FIRST, urgent=True)
    assert foresee([plain, cared], FIRST, walkers=1, each=1).late == ("plain",)


def test_nobody_walks_with_no_people() -> None:
    with pytest.raises(BadValue, match="走访人数"):
        foresee(doors(1), FIRST, walkers=0, each=4)


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=6), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_no_order_makes_fewer_late(days: list[int], each: int) -> None:
    some = doors(*days)
    best = min(
        sum(FIRST + timedelta(days=n // each) > door.due for n, door in enumerate(order))
        for order in permutations(some)
    )
    assert len(foresee(some, FIRST, walkers=1, each=each).late) == best
