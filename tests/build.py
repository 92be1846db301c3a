"""Builds small communities in words: `a_household(store, "3栋", "2", "501", people=["王小明"])`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop.models.store import Store


def an_estate(store: Store, name: str = "瑞景公园", kind: str = "high_end") -> str:
    found = store.value("SELECT uid FROM live_estates WHERE name = ?", (name,))
    if found:
        return str(found)
    with store.change("新增小区") as change:
        return change.create("estates", name=name, kind=kind)


def a_building(
    store: Store, name: str = "3", *, estate: str = "瑞景公园", floors: int = 6, units: int = 2
) -> str:
    estate_uid = an_estate(store, estate)
    found = store.value(
        "SELECT uid FROM live_buildings WHERE name = ? AND estate = ?", (name, estate_uid)
    )
    if found:
        return str(found)
    with store.change("新增楼栋") as change:
        return change.create(
            "buildings", estate=estate_uid, name=name, word="栋", floors=floors, units=units
        )


def a_household(
    store: Store,
    building: str = "3",
    unit: str = "2",
    room: str = "501",
    *,
    people: Sequence[str | dict[str, Any]] = (),
    tags: Sequence[str] = (),
    since: str = "2025-01-01",
    **fields: Any,
) -> str:
    """One household; the first person is the head and carries the tags."""
    building_uid = a_building(store, building)
    fields.setdefault("floor", int(room[:-2]) if room.isdigit() and len(room) > 2 else None)
    with store.change("新增住户") as change:
        uid = change.create(
            "households", building=building_uid, unit=unit, room=room, door_raw=room, **fields
        )
        for number, person in enumerate(people):
            about: dict[str, Any] = {"relation": "OTHER_RELATIVE" if number else "HEAD"}
            about |= {"name": person} if isinstance(person, str) else person
            resident = change.create("residents", household=uid, status="living", **about)
            if number == 0:
                for tag in tags:
                    change.create("care_tags", resident=resident, tag=tag, since=since)
    return uid


def first_resident(store: Store, household: str) -> str:
    return str(
        store.value(
            "SELECT uid FROM live_residents WHERE household = ? ORDER BY relation <> 'HEAD', uid",
            (household,),
        )
    )
