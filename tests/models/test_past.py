"""The tables keep what stands; the history, an undo and an erasure find the rest in the log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.models import changes, roster, schema
from desktop.models.conflicts import conflicts
from desktop.models.database import in_memory
from desktop.models.past import values_before
from desktop.models.store import Store
from desktop.models.undo import undo_change
from tests.models.later import the_later_version
from tests.models.sites import MemoryStore, World

PHONES = [f"1390000000{number}" for number in range(1, 6)]


@pytest.fixture
def world() -> Iterator[World]:
    world = World.of(2)
    yield world
    world.close()


def a_person(world: World) -> str:
    with world.stores[0].change("新增") as change:
        person = change.create("residents", name="王小明", phone=PHONES[0])
    world.settle()
    return person


def give(store: Store, person: str, phone: str) -> int:
    with store.change("修改") as change:
        change.set("residents", person, phone=phone)
    assert change.done is not None
    return change.done.id


def phones_in_history(store: MemoryStore, person: str) -> list[tuple[str, bool]]:
    return [
        (line.value, line.live) for line in roster.history(store, person) if line.field == "phone"
    ]


def log_text(store: Store) -> bytes:
    return b"".join(
        changes.plain(chunk)
        for (number,) in store.rows("SELECT id FROM changes")
        for chunk in changes.chunks_of(store.db.conn, number)
    )


def test_the_history_lists_every_value_though_only_the_last_is_kept_beside_the_table(
    world: World,
) -> None:
    store, person = world.stores[0], a_person(world)
    for phone in PHONES[1:4]:
        give(store, person, phone)
    assert phones_in_history(store, person) == [
        (PHONES[0], False), (PHONES[1], False), (PHONES[2], False), (PHONES[3], True),
    ]  # fmt: skip
    assert store.rows("SELECT value FROM versions WHERE row = ?", (person,)) == [(PHONES[3],)]


def test_both_sides_of_a_dispute_stand_and_what_they_replaced_is_in_the_history(
    world: World,
) -> None:
    one, two = world.stores
    person = a_person(world)
    give(one, person, PHONES[1])
    give(one, person, PHONES[2])
    give(two, person, PHONES[3])
    world.settle()
    for store in world.stores:
        (open_,) = conflicts(store)
        assert {candidate.value for candidate in open_.candidates} == {PHONES[2], PHONES[3]}
        assert set(phones_in_history(store, person)) == {
            (PHONES[0], False), (PHONES[1], False), (PHONES[2], True), (PHONES[3], True),
        }  # fmt: skip


def test_undoing_an_edit_gives_back_what_another_had_given_before_it(world: World) -> None:
    one, two = world.stores
    person = a_person(world)
    give(two, person, PHONES[1])
    world.settle()
    last = give(one, person, PHONES[2])
    assert values_before(one.db.conn, {(person, "phone")}, last) == {
        (person, "phone"): [PHONES[1]]
    }  # fmt: skip
    undo_change(one, last)
    assert one.value("SELECT phone FROM residents WHERE uid = ?", (person,)) == PHONES[1]


def test_erasing_blackens_overwritten_values_and_fields_this_version_cannot_read(
    world: World,
) -> None:
    modern, old = world.stores
    person = a_person(world)
    with the_later_version():
        schema.upgrade(modern.db)
        with modern.change("修改") as change:
            change.set("residents", person, nickname="老王头")
        carried = world.export(0, 1)
    assert world.deliver(1, carried)
    give(old, person, PHONES[1])
    give(old, person, PHONES[2])
    assert "老王头".encode() in log_text(old)
    with old.change("抹除") as change:
        change.erase(person)
    text = log_text(old)
    for trace in ("王小明", "老王头", *PHONES):
        assert trace.encode() not in text


def test_an_older_database_keeps_what_stands_and_who_disagrees() -> None:
    db = in_memory()
    for step in schema.STEPS[:7]:
        step(db)
    db.conn.execute("PRAGMA user_version = 7")
    db.conn.executemany(
        "INSERT INTO versions (row, field, change, tbl, value, live) VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("a", "phone", 1, "residents", PHONES[0], 0),
            ("a", "phone", 2, "residents", PHONES[1], 1),
            ("b", "phone", 1, "residents", PHONES[0], 0),
            ("b", "phone", 3, "residents", PHONES[2], 1),
            ("b", "phone", 4, "residents", PHONES[3], 1),
        ],
    )
    schema.upgrade(db)
    assert db.conn.execute("SELECT row, change, alone FROM versions ORDER BY 1, 2").fetchall() == [
        ("a", 2, 1), ("b", 3, 0), ("b", 4, 0),
    ]  # fmt: skip
    db.conn.close()
