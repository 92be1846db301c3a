"""Population events carry the day they happened and the day they became known."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from desktop.errors import BadValue, NoSuchRecord
from desktop.models import population, residents
from desktop.models.store import Store
from tests.build import a_household, first_resident
from tests.conftest import SteadyClock

JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def test_late_news_is_found_on_the_day_it_happened_and_says_when_it_was_learned(
    store: Store, steady_clock: SteadyClock
) -> None:
    person = first_resident(store, a_household(store, people=["王小明"]))
    population.record_event(store, "moved_in", resident=person, happened_on=date(2026, 6, 2))
    steady_clock.at = datetime(2026, 7, 3, 9, 0)
    population.record_event(store, "moved_out", resident=person, happened_on=date(2026, 6, 28))
    happened = population.events_between(store, *JUNE)
    assert [(e.kind, e.happened_on, e.learned_on) for e in happened] == [
        ("moved_in", "2026-06-02", "2026-06-15"),
        ("moved_out", "2026-06-28", "2026-07-03"),
    ]
    assert population.events_between(store, date(2026, 7, 1), date(2026, 7, 31)) == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [("died", "deceased"), ("moved_out", "moved_out"), ("added", "living"), ("born", "living")],
)
def test_the_resident_s_status_follows(store: Store, kind: str, status: str) -> None:
    home = a_household(store, people=["王小明"])
    person = first_resident(store, home)
    population.record_event(store, kind, resident=person, happened_on=date(2026, 6, 2))
    assert residents.resident(store, person).status == status
    assert population.events_between(store, *JUNE)[0].household == home


def test_a_household_s_event_needs_no_name(store: Store) -> None:
    home = a_household(store)
    population.record_event(store, "moved_out", household=home, happened_on=date(2026, 6, 2))
    assert population.events_between(store, *JUNE)[0].resident is None


def test_impossible_events_are_refused_in_words(store: Store) -> None:
    home = a_household(store)
    with pytest.raises(BadValue, match="迁入、迁出"):
        population.record_event(store, "vanished", household=home, happened_on=JUNE[0])
    with pytest.raises(BadValue, match="比今天还晚"):
        population.record_event(store, "born", household=home, happened_on=date(2026, 6, 16))
    with pytest.raises(BadValue, match="哪位居民或哪一户"):
        population.record_event(store, "born", happened_on=JUNE[0])
    with pytest.raises(NoSuchRecord, match="居民"):
        population.record_event(store, "died", resident="0" * 20, happened_on=JUNE[0])
    assert population.events_between(store, *JUNE) == []


def test_somebody_who_moves_in_is_added_and_counted_in_one_change(store: Store) -> None:
    home = a_household(store)
    uid = population.arrive(
        store, "moved_in", home, happened_on=date(2026, 6, 2), name="李梅", relation="HEAD"
    )
    assert residents.resident(store, uid).name == "李梅"
    found = population.events_between(store, *JUNE)
    assert [(e.kind, e.resident, e.household) for e in found] == [("moved_in", uid, home)]


def test_a_whole_family_leaves_in_one_change(store: Store) -> None:
    home = a_household(store, people=["王小明", "李梅"])
    people = [person.uid for person in residents.household(store, home).residents]
    before = store.value("SELECT count(*) FROM changes")
    population.leave(store, "moved_out", people, happened_on=date(2026, 6, 3))
    assert store.value("SELECT count(*) FROM changes") == before + 1
    assert residents.household(store, home).residents == ()
    assert len(population.events_between(store, *JUNE)) == 2
