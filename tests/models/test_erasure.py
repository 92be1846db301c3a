"""Erasing somebody leaves nothing of them, and the household's work stays."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.errors import NoSuchRecord
from desktop.models import check, erasure, items, population, privacy, residents, roster, search
from desktop.models.store import Store
from tests.build import a_household, first_resident


def test_an_erased_person_is_found_nowhere(store: Store) -> None:
    home = a_household(store, people=["王小明", "李梅"], tags=["elder_alone"])
    person = first_resident(store, home)
    roster.set_fields(store, person, {"phone": "13900001234"})
    erasure.erase_resident(store, person, "本人要求删除")
    assert [one.name for one in residents.household(store, home).residents] == ["李梅"]
    assert residents.household(store, home).tags == ()
    assert search.find(store, "王小明", 5) == []
    for table in ("residents", "versions", "care_tags"):
        assert not store.value(
            f"SELECT count(*) FROM {table} WHERE {'row' if table == 'versions' else 'uid'} = ?",
            (person,),
        )
    with pytest.raises(NoSuchRecord):
        residents.resident(store, person)
    assert check.check(store) == []


def test_what_the_household_asked_for_stays_without_the_person(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    person = first_resident(store, home)
    need = items.register(store, "need", "想装扶手", household=home)
    with store.change("写明是谁") as change:
        change.set("items", need, resident=person)
    population.record_event(store, "moved_out", resident=person, happened_on=date(2026, 6, 2))
    erasure.erase_resident(store, person, "已迁出多年")
    assert items.item(store, need).text == "想装扶手"
    assert store.value("SELECT resident FROM items WHERE uid = ?", (need,)) is None
    assert len(population.events_between(store, date(2026, 6, 1), date(2026, 6, 30))) == 1


def test_the_reason_stays_on_this_pc_and_the_change_names_nobody(store: Store) -> None:
    person = first_resident(store, a_household(store, people=["王小明"]))
    done = erasure.erase_resident(store, person, "王小明本人要求")
    assert done is not None
    reason = store.value("SELECT reason FROM changes WHERE id = ?", (done.id,))
    assert "王小明" not in reason
    assert privacy.audit_lines(store)[0].reason == "王小明本人要求"


def test_nobody_is_refused_in_words(store: Store) -> None:
    with pytest.raises(NoSuchRecord, match="居民"):
        erasure.erase_resident(store, "0" * 20, "弄错了")
