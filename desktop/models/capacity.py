"""Foresees when a due list will be done: walkers × doors × evenings (domain §3, pure).

Evenings follow one another from the first; the walk takes the doors in the order given (the route)
and as many an evening as all walkers together manage. A door is late when its evening lies after
its due date. However the doors are shuffled, some stay late: those that are overdue already, and
those beyond what the evenings until their date can hold. The others that the route would reach too
late are what to pull forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.errors import BadValue
from desktop.models.due import Due


@dataclass(frozen=True, slots=True)
class Deadline:
    """One door of the list: until when, and whether it matters more than an ordinary one."""

    household: str
    due: date
    urgent: bool = False  # somebody with a care tag lives there


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a number of walkers can do."""

    doors: int
    per_evening: int
    evenings: int
    done_on: date | None  # the last evening; None of an empty list
    late: tuple[str, ...]  # whatever happens
    pull_forward: tuple[str, ...]  # in time only if walked before their turn

    @property
    def text(self) -> str:
        """「每晚15户：约需16个晚上，12月9日做完；3户无论如何会迟，2户要提前走」."""
        if self.done_on is None:
            return "名单里没有住户。"
        done = f"{self.done_on.month}月{self.done_on.day}日做完"
        words = f"每晚{self.per_evening}户：约需{self.evenings}个晚上，{done}"
        if self.late:
            words += f"；{len(self.late)}户无论如何会迟"
        if self.pull_forward:
            words += f"；{len(self.pull_forward)}户要提前走"
        return words + "。"


def deadlines(found: Sequence[Due]) -> list[Deadline]:
    """The doors of a due list, in its order."""
    return [Deadline(one.household, one.due, bool(one.tags)) for one in found]


def foresee(doors: Sequence[Deadline], first: date, *, walkers: int, each: int) -> Capacity:
    """When this list is done from that evening on, `each` = doors one walker does an evening."""
    for name, number in (("走访人数", walkers), ("每晚户数", each)):
        if number < 1:
            raise BadValue(name, number, "应大于0")
    per_evening = walkers * each
    evenings = -(-len(doors) // per_evening)
    late = _late_whatever(doors, first, per_evening)
    ahead = tuple(
        door.household
        for place, door in enumerate(doors)
        if door.household not in late and first + timedelta(days=place // per_evening) > door.due
    )
    return Capacity(
        doors=len(doors),
        per_evening=per_evening,
        evenings=evenings,
        done_on=first + timedelta(days=evenings - 1) if doors else None,
        late=tuple(door.household for door in doors if door.household in late),
        pull_forward=ahead,
    )


def _late_whatever(doors: Sequence[Deadline], first: date, per_evening: int) -> set[str]:
    """The fewest doors that must be late, ordinary ones before those with a care tag.

    Doors are taken by date; when more are taken than the evenings until that date hold, one has to
    give way (Moore and Hodgson 1968, all jobs equally long).
    """
    late = {door.household for door in doors if door.due < first}
    in_time = 0
    ordinary: list[Deadline] = []
    for door in sorted(doors, key=lambda door: (door.due, not door.urgent)):
        if door.household in late:
            continue
        in_time += 1
        if not door.urgent:
            ordinary.append(door)
        if in_time > per_evening * ((door.due - first).days + 1):
            late.add((ordinary.pop() if ordinary else door).household)
            in_time -= 1
    return late
