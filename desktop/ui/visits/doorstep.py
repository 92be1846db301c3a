"""Gathers what the person typing a form should see of the household: who, last visit, promises."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop import clock
from desktop.models import care_tags, due, promises, residents, visits
from desktop.models.store import Store
from desktop.models.words import label

# what stands before the code in the form's QR: the layout's name, typed by the scanner
_LAYOUT_MARK = re.compile(r"^JL\d+[:：;；]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doorstep:
    """One opened household, ready to show."""

    household: residents.Household
    tags: tuple[str, ...]  # in words
    last: tuple[visits.Visit, ...]  # the newest few in force
    promises: tuple[promises.Promise, ...]  # still open
    due: due.Due | None


def open_door(store: Store, text: str) -> Doorstep:
    """The household behind a form's code or a door as people write it."""
    uid = residents.find_household(store, _LAYOUT_MARK.sub("", text.strip()))
    home = residents.household(store, uid)
    names = care_tags.tag_names(store)
    return Doorstep(
        home,
        tuple(names.get(tag, tag) for tag in home.tags),
        tuple(visits.visits_of(store, uid)[:3]),
        tuple(promises.promises_of(store, uid, only_open=True)),
        due.due_of(store, uid, clock.today()),
    )


def people_words(home: residents.Household) -> str:
    """«王小明（户主，男，1958年）、李四（配偶）»."""
    parts = []
    for person in home.residents:
        about = [person.relation_word or label("relation", person.relation), person.sex or ""]
        about.append(f"{person.birth[:4]}年" if person.birth else "")
        words = "，".join(part for part in about if part)
        parts.append(f"{person.name}（{words}）" if words else person.name)
    return "、".join(parts)


def visit_words(visit: visits.Visit) -> str:
    """«2026-05-12 入户 见面，走访人林书记、王网格员»."""
    words = f"{visit.happened_on} {label('mode', visit.mode)} {label('outcome', visit.outcome)}"
    if visit.walkers:
        words += f"，走访人{'、'.join(visit.walkers)}"
    return words
