"""Small random communities with a sealed month, late news and deletions, for property tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from desktop import clock
from desktop.models import settings
from desktop.models.store import Store
from desktop.models.words import LABELS

# short and long months, a leap day, the turn of a year
MONTHS = (date(2026, 2, 1), date(2024, 2, 1), date(2024, 3, 1), date(2026, 6, 1), date(2026, 1, 1))
STEPS = [*LABELS["item_step"]][1:]
OUTCOMES = [*LABELS["outcome"]]
# days around the first and last of months, cut-offs and the week before them
EDGES = (-31, -30, -29, -28, -7, -2, -1, 0, 1, 7, 13, 14, 20, 21, 22, 23, 27, 28, 29, 30, 31)
Spec = dict[str, Any]


class Chance:
    """Draws one community out of a seed, dense in edges and rare cases."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = Random(seed)
        self.size = size  # 0 = empty … 4

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def rarely(self) -> bool:
        return self.random.random() < 0.2

    def day(self) -> int:
        if self.random.random() < 0.5:
            return int(self.random.choice(EDGES))
        return self.random.randint(-45, 34)

    def maybe_day(self) -> int | None:
        return self.one(None, self.day())

    def some(self, make: Callable[[], Spec], most: int) -> list[Spec]:
        return [make() for _ in range(self.random.randint(0, most * self.size // 4))]

    def community(self) -> Spec:
        return {
            "month": self.one(*MONTHS),
            "seal_on": self.one(None, self.random.randint(-6, 20), 0, -1),
            "report_on": self.one(14, 20, 27, 28, 29, 30, 31, 40),
            "proxy_counts": self.one(False, True),
            "homes": self.some(self.home, 8),
            "all_vacant": self.random.random() < 0.05,
            "all_muted": self.random.random() < 0.05,
            "merge": self.rarely(),
            "visits": self.some(self.visit, 30),
            "items": self.some(self.item, 16),
            "events": self.some(self.happening, 5),
            "patrols": self.some(self.happening, 4),
            "posts": self.some(self.post, 3),
            "deleted": [(self.one("visits", "items"), n) for n in range(16) if self.rarely()],
            "relisted": self.one(None, 0, 1, 2),  # an item moved to another list
        }

    def home(self) -> Spec:
        return {
            "type_of_use": self.one(
                None, *["owner_occupied"] * 3, "rented", "vacant", "commercial"
            ),
            "residency_state": self.one(None, "matches", "registered_only", "migrant"),
            "phone": self.rarely(),
            "muted": self.one(None, None, None, None, "住户要求", "2026-06-01拒访"),
            "people": [self.person() for _ in range(self.random.randint(0, 2))],
            "late": self.rarely(),
        }

    def person(self) -> Spec:
        return {
            "status": self.one("living", "living", "living", "moved_out", "deceased"),
            "status_on": self.day(),
            "birth": self.one(None, "1940-05-17", "1946-02-10", "1985-01-01"),
            "phone": self.rarely(),
            "tags": [self.tag() for _ in range(self.random.randint(0, 2))],
        }

    def tag(self) -> Spec:
        return {
            "tag": self.one("elder_alone", "age_80", "disabled_elder", "minimum_living", "veteran"),
            "since": self.one(None, -200, self.day()),
            "until": self.one(None, None, self.day()),
        }

    def visit(self) -> Spec:
        return {
            "home": self.random.randint(0, 7),
            "day": self.one(self.day(), self.day(), self.random.randint(-420, -30)),
            "outcome": self.one("met", "met", "met", "met", "proxy", "refused", *OUTCOMES),
            "mode": self.one("door", "door", *LABELS["mode"]),
            "walkers": self.one(None, "林书记", "林书记、陈小红", "陈小红"),
            "times": self.one((None, None), ("19:00", "19:40"), ("09:05", None)),
            "corrects": self.random.randint(0, 25) if self.rarely() else None,
            "late": self.rarely(),
        }

    def item(self) -> Spec:
        return {
            "kind": self.one(*LABELS["item_kind"]),
            "day": self.day(),
            "due": self.maybe_day(),
            "late": self.rarely(),
            "steps": [self.step() for _ in range(self.random.randint(0, 4))],
        }

    def step(self) -> Spec:
        return {
            "step": self.one(*STEPS, "fed_back", "solved_on_site", "reopened", "reopened"),
            "day": self.day(),
            "rating": self.one(None, None, *LABELS["rating"]),
            "closing": self.one(None, "substance", "formal"),
            "due": self.maybe_day(),
            "late": self.rarely(),
        }

    def happening(self) -> Spec:
        return {"kind": self.random.randint(0, 4), "day": self.day(), "late": self.rarely()}

    def post(self) -> Spec:
        return {
            "building": self.random.randint(0, 1),
            "kind": self.one("building_chief", "building_chief", "grid_worker"),
            "from": self.maybe_day(),
            "to": self.maybe_day(),
        }


communities = st.builds(
    lambda seed, size: Chance(seed, size).community(), st.integers(0, 2**32), st.integers(0, 4)
)


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
