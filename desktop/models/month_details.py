"""Lists the visits and items behind a month's report one by one, for the office's own workbook.

Doors, outcomes and walkers, but no resident's name, phone or ID number.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.models.item_indicators import Books, ItemFact
from desktop.models.item_steps import closed_on, due_of, handler_of, last_value, state_of
from desktop.models.month_figures import of_month
from desktop.models.month_visits import visit_facts
from desktop.models.places import buildings
from desktop.models.residents import households
from desktop.models.store import Store
from desktop.models.visits import VALID
from desktop.models.words import label


@dataclass(frozen=True, slots=True)
class VisitLine:
    happened_on: str
    door: str
    mode: str
    outcome: str
    valid: bool
    walkers: str
    started: str
    ended: str
    minutes: int | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    registered_on: str
    kind: str
    place: str
    text: str
    came: str  # 上月在办, 本月新增, 补报 or 重办
    state: str
    due_on: str
    closed_on: str
    handler: str
    rating: str


@dataclass(frozen=True, slots=True)
class Details:
    """Every visit of the month, and every item on the books in it."""

    visits: tuple[VisitLine, ...]
    items: tuple[ItemLine, ...]


def details_of(store: Store, month: str) -> Details:
    """In order of date, then door."""
    facts, figures = of_month(store, month)
    doors = {home.uid: home.door for home in households(store)}
    visits = [
        VisitLine(
            visit.happened_on,
            doors.get(visit.household, ""),
            label("mode", visit.mode),
            label("outcome", visit.outcome),
            visit.outcome in VALID,
            visit.walkers,
            visit.started,
            visit.ended,
            visit.minutes,
        )
        for visit in visit_facts(store, facts.scope)
    ]
    return Details(
        visits=tuple(sorted(visits, key=lambda line: (line.happened_on, line.door, line.started))),
        items=_items(store, facts.items, figures.books, doors),
    )


def _items(
    store: Store, facts: tuple[ItemFact, ...], books: dict[str, Books], doors: dict[str, str]
) -> tuple[ItemLine, ...]:
    places = {building.uid: building.place for building in buildings(store)}
    about = {
        uid: (doors.get(home or "") or places.get(building or "", ""), text or "")
        for uid, home, building, text in store.rows(
            "SELECT uid, household, building, text FROM live_items"
        )
    }
    lines = []
    for item in facts:
        kept = books[item.kind]
        if item.uid not in kept.carried_over and item.uid not in kept.registered:
            continue
        steps = item.events
        lines.append(
            ItemLine(
                item.registered_on,
                label("item_kind", item.kind),
                *about[item.uid],
                _came(item.uid, kept),
                label("item_step", state_of(steps)),
                due_of(item.due_on, steps) or "",
                closed_on(steps) or "",
                handler_of(steps) or "",
                label("rating", last_value(steps, "rating")),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.registered_on, line.kind, line.text)))


def _came(uid: str, kept: Books) -> str:
    """How the item came onto the month's books."""
    for word, members in (
        ("上月在办", kept.carried_over),
        ("本月新增", kept.fresh),
        ("补报", kept.late),
    ):
        if uid in members:
            return word
    return "重办"
