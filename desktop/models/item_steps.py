"""Says which steps an item may take next, and reads its state out of the steps it took (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LEVELS = ("estate", "community", "subdistrict")
# nothing more is owed to the resident
CLOSED: frozenset[str] = frozenset(
    {"fed_back", "rated", "archived", "solved_on_site", "rejected", "withdrawn"}
)
_SIDE = ("escalated", "long_term", "extended", "withdrawn")
# domain §3: the main line, its side exits, and what follows them
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "registered": ("accepted", "solved_on_site", "rejected", "escalated", "long_term", "withdrawn"),
    "accepted": ("assigned", "in_progress", "solved_on_site", "rejected", *_SIDE),
    "assigned": ("in_progress", "assigned", *_SIDE),
    "in_progress": ("awaiting_feedback", "in_progress", "assigned", *_SIDE),
    "awaiting_feedback": ("fed_back", "in_progress", "withdrawn"),
    "fed_back": ("rated", "archived", "reopened"),
    "rated": ("archived", "reopened"),
    "archived": ("reopened",),
    "solved_on_site": ("rated", "archived", "reopened"),
    "rejected": ("archived", "reopened"),
    "withdrawn": ("archived", "reopened"),
    "escalated": ("assigned", "in_progress", "awaiting_feedback", *_SIDE),
    "long_term": ("long_term", "in_progress", "awaiting_feedback", "escalated", "withdrawn"),
    "reopened": ("accepted", "assigned", "in_progress", "solved_on_site", "rejected", *_SIDE),
}
# order of steps written in one change
RANK = {step: place for place, step in enumerate((*TRANSITIONS, "extended"))}
OPINIONS = ("very_satisfied", "satisfied", "basically_satisfied", "unsatisfied")
CONTENT = OPINIONS[:3]


@dataclass(frozen=True, slots=True)
class ItemEvent:
    """One step: `happened_on` is the day people say, `recorded_on` that PC's time."""

    uid: str
    item: str
    step: str
    happened_on: str
    recorded_on: str
    by: str | None  # for 派单 the person it was given to, else who did it
    result: str | None
    rating: str | None
    closing: str | None
    due_on: str | None
    note: str | None


def allowed_steps(state: str) -> tuple[str, ...]:
    """The steps that may follow this state (延期 only once, which depends on the item)."""
    return TRANSITIONS.get(state, ())


def allowed_next(events: Sequence[ItemEvent]) -> tuple[str, ...]:
    """The steps this item may take next."""
    used = any(event.step == "extended" for event in events)
    steps = allowed_steps(state_of(events))
    return tuple(step for step in steps if step != "extended" or not used)


def state_of(events: Sequence[ItemEvent]) -> str:
    """The state after these steps (in order); 延期 leaves the state as it is.

    A step that somebody took elsewhere without knowing that the item was closed does not open it
    again; only 重办 does. It stays listed among the steps.
    """
    return _walk(events)[0]


def _walk(events: Sequence[ItemEvent]) -> tuple[str, list[ItemEvent]]:
    """The final state and the steps that took effect."""
    state, taken = "registered", []
    for event in events:
        if state in CLOSED and event.step not in TRANSITIONS[state]:
            continue
        taken.append(event)
        if event.step in TRANSITIONS:
            state = event.step
    return state, taken


def closed_on(events: Sequence[ItemEvent]) -> str | None:
    """The day the item was closed; None while it is open."""
    found = None
    state = "registered"
    for event in _walk(events)[1]:
        if event.step not in TRANSITIONS:
            continue
        if event.step in CLOSED and state not in CLOSED:
            found = event.happened_on
        elif event.step not in CLOSED:
            found = None
        state = event.step
    return found


def events_until(events: Sequence[ItemEvent], day: date) -> list[ItemEvent]:
    """The steps that had happened by the end of that day."""
    return [event for event in events if event.happened_on <= day.isoformat()]


def last_value(events: Sequence[ItemEvent], name: str) -> str | None:
    """The latest value that a step which took effect gave for this field, since 重办 if any."""
    for event in reversed(_walk(events)[1]):
        value: str | None = getattr(event, name)
        if value:
            return value
        if event.step == "reopened":
            break
    return None


def handler_of(events: Sequence[ItemEvent]) -> str | None:
    """Who does the work: whom it was assigned to, else who took it on."""
    for steps in (("assigned",), ("in_progress", "solved_on_site"), ("accepted",)):
        for event in reversed(events):
            if event.step in steps and event.by:
                return event.by
    return None


def level_of(start: str | None, events: Sequence[ItemEvent]) -> str:
    """Each 上报 takes the item one level up."""
    place = LEVELS.index(start) if start in LEVELS else LEVELS.index("community")
    place += sum(event.step == "escalated" for event in events)
    return LEVELS[min(place, len(LEVELS) - 1)]


def due_of(start: str | None, events: Sequence[ItemEvent]) -> str | None:
    """The date the item is due; none while it is 挂账 without a date."""
    due = start
    for event in events:
        if event.due_on or event.step == "long_term":
            due = event.due_on
    return due


def closing_of(events: Sequence[ItemEvent]) -> str | None:
    """实质性 or 程序性; None while open."""
    return last_value(events, "closing") if state_of(events) in CLOSED else None
