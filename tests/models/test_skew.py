"""Colleagues upgrade on different days: what an old program cannot read it keeps and passes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.models import check, dump, schema, search_index
from desktop.models.exchange_log import vector
from desktop.models.rebuild import read_what_was_opaque, rebuild
from tests.models.later import the_later_version
from tests.models.sites import World


@pytest.fixture
def world() -> Iterator[World]:
    world = World.of(3)
    yield world
    world.close()


def test_what_an_old_program_cannot_read_travels_on_and_appears_after_the_upgrade(
    world: World,
) -> None:
    modern, old, third = world.stores
    with the_later_version():
        schema.upgrade(modern.db)
        with modern.change("新增") as change:
            person = change.create("residents", name="王小明", nickname="老王")
            other = change.create("residents", name="李红")
            boat = change.create("boats", name="一号艇")
        with modern.change("修改") as change:
            change.set("residents", other, nickname="小李", phone="13900000001")
        package = world.export(0, 1)

    assert world.deliver(1, package)
    assert old.value("SELECT phone FROM residents WHERE uid = ?", (other,)) == "13900000001"
    with old.change("修改") as change:
        change.set("residents", person, phone="13900000002")
    assert check.check(old) == []
    assert world.deliver(2, world.export(1, 2))  # an old program passes it on to another
    assert list(dump.canonical_lines(old)) == list(dump.canonical_lines(third))

    with the_later_version():
        schema.upgrade(third.db)
        with third.transaction() as conn:
            assert read_what_was_opaque(conn)
            search_index.refresh(conn, None)
        nicknames = dict(third.rows("SELECT uid, nickname FROM residents"))
        assert nicknames == {person: "老王", other: "小李"}
        assert third.value("SELECT name FROM live_boats WHERE uid = ?", (boat,)) == "一号艇"
        assert world.deliver(0, world.export(2, 0))
        assert list(dump.canonical_lines(third)) == list(dump.canonical_lines(modern))
        assert check.check(third) == []
        assert vector(third) == vector(modern)


def test_tables_made_anew_are_the_same(world: World) -> None:
    store = world.stores[0]
    with store.change("新增") as change:
        home = change.create("households", room="501")
        person = change.create("residents", household=home, name="王小明")
    with store.change("修改") as change:
        change.set("residents", person, phone="13900000001")
    with store.change("删除") as change:
        change.delete("households", home)
    before = list(dump.canonical_lines(store))
    with store.transaction() as conn:
        rebuild(conn)
        assert not read_what_was_opaque(conn)
    assert list(dump.canonical_lines(store)) == before
    assert check.check(store) == []
