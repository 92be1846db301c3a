"""A later version of the program: residents have a nickname, and there are boats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlite_utils

from desktop.models import schema, search_index
from desktop.models.rebuild import read_what_was_opaque
from desktop.models.store import Store
from tests.models.sites import World

_TODAY = schema.VERSION
_NEW_TABLE = (
    "CREATE TABLE boats (uid TEXT PRIMARY KEY, born INTEGER NOT NULL,"
    " gone INTEGER NOT NULL DEFAULT 0, same_as TEXT, name) WITHOUT ROWID"
)


def _next_step(db: sqlite_utils.Database) -> None:
    """The layout of the later version."""
    db.conn.execute("ALTER TABLE residents ADD COLUMN nickname")
    db.conn.execute(_NEW_TABLE)
    db.conn.execute(
        "CREATE VIEW live_boats AS SELECT * FROM boats WHERE gone = 0 AND same_as IS NULL"
    )


@contextmanager
def the_later_version() -> Iterator[None]:
    """Inside the block everybody runs the later program."""
    with pytest.MonkeyPatch.context() as patch:
        fields = (*schema.REPLICATED["residents"], "nickname")
        patch.setitem(schema.REPLICATED, "residents", fields)
        patch.setitem(schema.REPLICATED, "boats", ("name",))
        patch.setattr(schema, "STEPS", (*schema.STEPS, _next_step))
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        yield


def upgrade(store: Store) -> None:
    """Somebody installs the later program on this PC."""
    if _is_later(store):
        return
    with the_later_version():
        schema.upgrade(store.db)
        with store.transaction() as conn:
            if read_what_was_opaque(conn):
                search_index.refresh(conn, None)


def _is_later(store: Store) -> bool:
    return schema.current_version(store.db) > _TODAY


@contextmanager
def program_of(store: Store) -> Iterator[None]:
    """Inside the block runs the program that this PC has."""
    if not _is_later(store):
        yield
        return
    with the_later_version():
        yield


@contextmanager
def everybody_upgraded(world: World) -> Iterator[None]:
    """Once one PC is upgraded the others follow in the end; inside the block all run the same."""
    if not any(map(_is_later, world.stores)):
        yield
        return
    for store in world.stores:
        upgrade(store)
    with the_later_version():
        yield
