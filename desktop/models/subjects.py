"""Says in words which record something is about, and what its values are."""

from __future__ import annotations

from typing import Any

from desktop.models import privacy, residents
from desktop.models.field_words import TABLE_WORDS, value_word
from desktop.models.schema import REPLICATED
from desktop.models.store import Store

# the fields that name a record best, and the record it belongs to
_NAMED_BY = ("name", "holder", "text", "month", "tag", "kind", "key")
_BELONGS_TO = {"residents": "household", "care_tags": "resident", "visits": "household",
               "items": "household", "promises": "household", "buildings": "estate",
               "item_events": "item", "population_events": "resident"}  # fmt: skip
_TABLE_OF = {"household": "households", "resident": "residents", "estate": "estates",
             "item": "items"}  # fmt: skip
# fields that point at another record
_POINTS_AT = _TABLE_OF | {"building": "buildings", "lane": "lanes", "grid": "grids",
                          "visit": "visits", "campaign": "campaigns"}  # fmt: skip


def subject(store: Store, table: str, uid: str) -> str:
    """A record's name with where it belongs; deleted records too."""
    if table == "households":
        found = residents.households(store, [uid])
        if found:
            return found[0].door
    own = own_words(store, table, uid)
    field = _BELONGS_TO.get(table)
    above = store.value(f'SELECT "{field}" FROM "{table}" WHERE uid = ?', (uid,)) if field else None
    if not field or not above:
        return own
    return f"{own}（{subject(store, _TABLE_OF[field], above)}）"


def points_at(table: str, field: str) -> str:
    """The table whose records a field names by uid, else the empty text."""
    above = _POINTS_AT.get(field, "")
    return "" if above == table else above


def shown_value(store: Store, table: str, field: str, value: Any, *, phones: bool = False) -> str:
    """A stored value in words: other records by name, ID numbers and (else) phones masked."""
    above = points_at(table, field)
    if value and above:
        known = store.value(f'SELECT 1 FROM "{above}" WHERE uid = ?', (value,))
        return subject(store, above, str(value)) if known else f"还没有收到的{TABLE_WORDS[above]}"
    if value and field in ("phone", "emergency") and not phones:
        return privacy.mask_phone(str(value))
    if value and field == "id_number":
        return privacy.mask_id(str(value))
    return value_word(table, field, value)


def own_words(store: Store, table: str, uid: str) -> str:
    """The record by itself, without where it belongs."""
    fields = [name for name in (*_NAMED_BY, "happened_on", "door_raw") if name in REPLICATED[table]]
    columns = ", ".join(f'"{name}"' for name in fields)
    rows = store.rows(f'SELECT {columns} FROM "{table}" WHERE uid = ?', (uid,)) if fields else []
    for name, value in zip(fields, rows[0] if rows else (), strict=False):
        if value:
            return value_word(table, name, value)
    return TABLE_WORDS.get(table, table)
