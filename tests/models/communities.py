"""Small random communities with a sealed month, late news and deletions, for property tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from desktop import clock
from desktop.models import settings
from desktop.models.store import Store
from desktop.models.words import LABELS

# short and long months, a leap day, the turn of a year
MONTHS = (date(2026, 2, 1), date(2024, 2, 1), date(2024, 3, 1), date(2026, 6, 1), date(2026, 1, 1))
STEPS = [*LABELS["item_step"]][1:]

days = st.integers(-45, 34)
long_ago = st.integers(-420, 34)
rarely = st.sampled_from([False, False, False, True])
tags = st.fixed_dictionaries({
    "tag": st.sampled_from(
        ["elder_alone", "age_80", "disabled_elder", "minimum_living", "veteran"]
    ),
    "since": st.one_of(st.none(), long_ago),
    "until": st.one_of(st.none(), days),
})  # fmt: skip
people = st.fixed_dictionaries({
    "status": st.sampled_from(["living", "living", "moved_out", "deceased"]),
    "status_on": days,
    "birth": st.sampled_from([None, "1940-05-17", "1946-02-10", "1985-01-01"]),
    "phone": rarely,
    "tags": st.lists(tags, max_size=2),
})  # fmt: skip
homes = st.fixed_dictionaries({
    "type_of_use": st.sampled_from(
        [None, "owner_occupied", "owner_occupied", "rented", "vacant", "commercial"]
    ),
    "residency_state": st.sampled_from([None, "matches", "registered_only", "migrant"]),
    "phone": rarely,
    "muted": st.sampled_from([None, None, "住户要求", "2026-06-01拒访"]),
    "people": st.lists(people, max_size=2),
    "late": rarely,
})  # fmt: skip
visits = st.fixed_dictionaries({
    "home": st.integers(0, 5),
    "day": st.one_of(days, long_ago),
    "outcome": st.sampled_from(["met", "met", "met", *LABELS["outcome"]]),
    "mode": st.sampled_from([*LABELS["mode"]]),
    "walkers": st.sampled_from([None, "林书记", "林书记、陈小红", "陈小红"]),
    "times": st.sampled_from([(None, None), ("19:00", "19:40"), ("09:05", None)]),
    "corrects": st.one_of(st.none(), st.none(), st.integers(0, 8)),
    "late": rarely,
})  # fmt: skip
steps = st.fixed_dictionaries({
    "step": st.sampled_from([*STEPS, "fed_back", "solved_on_site", "reopened"]),
    "day": days,
    "rating": st.sampled_from([None, None, *LABELS["rating"]]),
    "closing": st.sampled_from([None, "substance", "formal"]),
    "due": st.one_of(st.none(), days),
    "late": rarely,
})  # fmt: skip
items = st.fixed_dictionaries({
    "kind": st.sampled_from([*LABELS["item_kind"]]),
    "day": days,
    "due": st.one_of(st.none(), days),
    "late": rarely,
    "steps": st.lists(steps, max_size=4),
})  # fmt: skip
happenings = st.fixed_dictionaries({"kind": st.integers(0, 4), "day": days, "late": rarely})
posts = st.fixed_dictionaries({
    "building": st.integers(0, 1),
    "kind": st.sampled_from(["building_chief", "grid_worker"]),
    "from": st.one_of(st.none(), days),
    "to": st.one_of(st.none(), days),
})  # fmt: skip

communities = st.fixed_dictionaries({
    "month": st.sampled_from(MONTHS),
    "seal_on": st.one_of(st.none(), st.integers(-6, 20)),  # days from the first; none = not sealed
    "report_on": st.integers(20, 45),
    "proxy_counts": st.booleans(),
    "homes": st.lists(homes, max_size=6),
    "all_vacant": rarely,
    "all_muted": rarely,
    "merge": rarely,
    "visits": st.lists(visits, max_size=12),
    "items": st.lists(items, max_size=8),
    "events": st.lists(happenings, max_size=4),
    "patrols": st.lists(happenings, max_size=3),
    "posts": st.lists(posts, max_size=3),
    "deleted": st.lists(
        st.tuples(st.sampled_from(["visits", "items"]), st.integers(0, 7)), max_size=3
    ),
    "relisted": st.one_of(st.none(), st.integers(0, 7)),  # an item moved to another list
})  # fmt: skip
Spec = dict[str, Any]


@dataclass
class Builder:
    """Writes one community: first what was known at the sealing, then the late news."""

    store: Store
    spec: Spec
    homes: list[str] = field(default_factory=list)
    uids: dict[str, dict[int, str]] = field(default_factory=lambda: {"visits": {}, "items": {}})
    written: int = 0

    def day(self, offset: int | None) -> str | None:
        if offset is None:
            return None
        return (self.spec["month"] + timedelta(days=offset)).isoformat()

    def on(self, offset: int) -> None:
        """Set the steady clock to that day of the story."""
        day = self.spec["month"] + timedelta(days=offset)
        clock.clock.at = datetime(day.year, day.month, day.day, 9)  # type: ignore[attr-defined]

    def stamp(self) -> str:
        """A later moment with each call: the order in which people wrote."""
        self.written += 1
        return (datetime(2026, 1, 1) + timedelta(seconds=self.written)).isoformat()

    def early(self) -> None:
        """Everything known before the sealing."""
        store, spec = self.store, self.spec
        with store.change("楼栋") as change:
            settings.put(change, store, "in_person_counts_proxy", spec["proxy_counts"])
            buildings = [change.create("buildings", name=str(n), word="栋") for n in (3, 5)]
            for post in spec["posts"]:
                change.create(
                    "posts", kind=post["kind"], place_kind="building", holder="陈小红",
                    place=buildings[post["building"]], term_from=self.day(post["from"]),
                    term_to=self.day(post["to"]),
                )  # fmt: skip
            self.buildings = buildings
        self.phase(late=False)

    def late(self) -> None:
        """What came after it: late news, deletions, corrections, merges."""
        self.phase(late=True)
        with self.store.change("删改") as change:
            gone = set()
            for table, number in self.spec["deleted"]:
                uid = self.uids[table].get(number)
                if uid and uid not in gone:
                    change.delete(table, uid)
                    gone.add(uid)
            moved = self.uids["items"].get(self.spec["relisted"])
            if moved and moved not in gone:
                change.set("items", moved, kind="project")
            if self.spec["merge"] and len(self.homes) > 1:
                change.alias("households", self.homes[1], self.homes[0])

    def phase(self, *, late: bool) -> None:
        self._homes(late)
        if self.homes:
            self._visits(late)
        self._items(late)
        with self.store.change("其他") as change:
            for event in self.spec["events"]:
                if event["late"] == late:
                    kind = [*LABELS["population_event"]][event["kind"]]
                    change.create(
                        "population_events", kind=kind, happened_on=self.day(event["day"])
                    )
            for found in self.spec["patrols"]:
                if found["late"] == late:
                    change.create(
                        "patrols", kind="fire", happened_on=self.day(found["day"]),
                        solved_same_day=found["kind"] > 2, reported_up=found["kind"] == 1,
                    )  # fmt: skip

    def _homes(self, late: bool) -> None:
        with self.store.change("住户") as change:
            for number, home in enumerate(self.spec["homes"]):
                # only the last can be late, so that numbers keep meaning the same doors
                if (home["late"] and number == len(self.spec["homes"]) - 1) != late:
                    continue
                muted = "住户要求" if self.spec["all_muted"] else home["muted"]
                uid = change.create(
                    "households", building=self.buildings[number % 2], room=f"{number}01",
                    type_of_use="vacant" if self.spec["all_vacant"] else home["type_of_use"],
                    residency_state=home["residency_state"],
                    phone="13900000001" if home["phone"] else None,
                    mute_until=self.day(40) if muted else None, mute_reason=muted,
                )  # fmt: skip
                self.homes.append(uid)
                for person in home["people"]:
                    resident = change.create(
                        "residents", household=uid, name="王小明", status=person["status"],
                        status_on=self.day(person["status_on"]), birth=person["birth"],
                        phone="13900000002" if person["phone"] else None,
                    )  # fmt: skip
                    for tag in person["tags"]:
                        change.create(
                            "care_tags", resident=resident, tag=tag["tag"],
                            since=self.day(tag["since"]), until=self.day(tag["until"]),
                        )  # fmt: skip

    def _visits(self, late: bool) -> None:
        with self.store.change("走访") as change:
            for number, visit in enumerate(self.spec["visits"]):
                if visit["late"] != late:
                    continue
                wrong = visit["corrects"]
                self.uids["visits"][number] = change.create(
                    "visits", household=self.homes[visit["home"] % len(self.homes)],
                    happened_on=self.day(visit["day"]), outcome=visit["outcome"],
                    mode=visit["mode"], walkers=visit["walkers"], started=visit["times"][0],
                    ended=visit["times"][1],
                    corrects=None if wrong is None else self.uids["visits"].get(wrong),
                )  # fmt: skip

    def _items(self, late: bool) -> None:
        with self.store.change("登记") as change:
            for number, item in enumerate(self.spec["items"]):
                if item["late"] == late:
                    self.uids["items"][number] = change.create(
                        "items", kind=item["kind"], text="修灯",
                        registered_on=self.day(item["day"]), due_on=self.day(item["due"]),
                    )  # fmt: skip
        for number, item in enumerate(self.spec["items"]):
            was_late = item["late"]
            for event in item["steps"]:
                was_late = was_late or event["late"]
                if was_late == late:
                    with self.store.change("办理") as change:
                        change.create(
                            "item_events", item=self.uids["items"][number], step=event["step"],
                            happened_on=self.day(event["day"]), recorded_on=self.stamp(),
                            rating=event["rating"], closing=event["closing"],
                            due_on=self.day(event["due"]), by="陈小红",
                        )  # fmt: skip
