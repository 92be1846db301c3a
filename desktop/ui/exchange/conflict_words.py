"""Says in plain words what is disputed: the values, who gave them, where, when by that clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from desktop.models import conflicts, roster, sites
from desktop.models.clock_doubt import claim_doubt
from desktop.models.conflicts import Candidate, Conflict
from desktop.models.door_text import natural
from desktop.models.field_words import CODED, TABLE_WORDS, field_word, is_coded, value_word
from desktop.models.roster import HistoryLine
from desktop.models.store import Store
from desktop.models.subjects import points_at, shown_value, subject
from desktop.models.versions import GONE
from desktop.moments import moment

_MASKED = ("phone", "emergency", "id_number")
_BY_ITSELF = ("households", "residents")  # a door or a name needs no word before it


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict as the list shows it."""

    conflict: Conflict
    about: str
    values: tuple[str, ...]

    @property
    def field(self) -> str:
        return field_word(self.conflict.table, self.conflict.field)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values to choose from; `number` counts the candidates from 1."""

    number: int
    value: str
    who: str
    doubt: str  # why the claimed time can hardly be right


@dataclass(frozen=True, slots=True)
class ConflictDetails:
    """Everything a person needs to decide one conflict."""

    row: ConflictRow
    options: tuple[Option, ...]
    history: tuple[HistoryLine, ...]
    unmasked: bool


def read_conflicts(store: Store) -> list[ConflictRow]:
    """Every open conflict in the order of doors and names; phone and ID numbers are masked."""
    rows = [_row(store, each) for each in conflicts.conflicts(store)]
    return sorted(rows, key=lambda row: (row.conflict.table, natural(row.about), row.field))


def _row(store: Store, each: Conflict) -> ConflictRow:
    about = subject(store, each.table, each.uid)
    if each.table not in _BY_ITSELF:
        about = f"{TABLE_WORDS.get(each.table, each.table)}：{about}"
    words = dict.fromkeys(_words(store, each, one, unmasked=False) for one in each.candidates)
    return ConflictRow(each, about, tuple(words))


def read_details(store: Store, row: ConflictRow, *, unmasked: bool = False) -> ConflictDetails:
    each = row.conflict
    places = {site.uid: site.name for site in sites.sites(store)}
    history = tuple(
        replace(
            line,
            value=_value(store, each, line.value, unmasked),
            user=f"{line.user or '未知'}（{places.get(line.site, line.site[:6])}）",
        )
        for line in roster.history(store, each.uid)
        if line.field == each.field
    )
    return ConflictDetails(row, tuple(_options(store, each, unmasked)), history, unmasked)


def _options(store: Store, each: Conflict, unmasked: bool) -> list[Option]:
    """The candidates; of a disputed deletion one line a PC, whatever else it has changed."""
    found: dict[tuple[str, str], Option] = {}
    for number, one in enumerate(each.candidates, 1):
        value = _words(store, each, one, unmasked=unmasked)
        doubt = claim_doubt(store, one.site, one.seq, one.wall)
        option = Option(number, value, _who(one), doubt)
        found.setdefault((one.site, value) if each.field == GONE else (str(number), ""), option)
    return list(found.values())


def is_masked(conflict: Conflict) -> bool:
    return conflict.field in _MASKED


def may_type(conflict: Conflict) -> bool:
    """Whether a person can type a third value: not for deletions, other records and bare codes."""
    key = (conflict.table, conflict.field)
    bare = is_coded(*key) and key not in CODED
    return conflict.field != GONE and not points_at(*key) and not bare


def _words(store: Store, conflict: Conflict, one: Candidate, *, unmasked: bool) -> str:
    if conflict.field != GONE:
        return _value(store, conflict, one.value, unmasked)
    return "删除这条记录" if one.field == GONE and one.value else "保留（另一人还在改它）"


def _value(store: Store, conflict: Conflict, value: Any, unmasked: bool) -> str:
    if unmasked and conflict.field in _MASKED:
        return value_word(conflict.table, conflict.field, value)
    return shown_value(store, conflict.table, conflict.field, value)


def _who(one: Candidate) -> str:
    site = one.site_name or f"{one.site[:6]}号机"
    return f"{one.user_name or '未知'}，在{site}，{moment(one.wall)}"
