"""A slow, independent calculation of the monthly numbers, written from the domain page.

Plain loops over the canonical dump's JSON lines; shares no code with the report it checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from desktop.models.workdays import shipped

CLOSED = ("fed_back", "rated", "archived", "solved_on_site", "rejected", "withdrawn")
AFTER_CLOSED = {
    "fed_back": ("rated", "archived", "reopened"),
    "rated": ("archived", "reopened"),
    "archived": ("reopened",),
    "solved_on_site": ("rated", "archived", "reopened"),
    "rejected": ("archived", "reopened"),
    "withdrawn": ("archived", "reopened"),
}
KINDS = ("need", "resource", "situation", "project", "dispute", "hazard")
DAYS = {"rented": 90, "ordinary": 365, "registered_only": 365, "frail": 7}
Row = dict[str, Any]


@dataclass
class Sealed:
    """What the month before knew when it was sealed, remembered as plain sets."""

    cut_off: str
    known: set[str]  # uids in the dump at that moment
    open: dict[str, set[str]]


class Numbers:
    """The answer: rates as (numerator, denominator), counts and averages."""

    def __init__(self) -> None:
        self.rates: dict[str, tuple[int, int]] = {}
        self.counts: dict[str, int] = {}
        self.averages: dict[str, Fraction | None] = {}
        self.open: dict[str, set[str]] = {}

    def rate(self, key: str, part: Iterable[str], whole: Iterable[str]) -> None:
        members = list(whole)
        inside = set(part)
        self.rates[key] = (sum(1 for m in members if m in inside), len(members))


class Oracle:
    """One month over one dump."""

    def __init__(self, lines: Iterable[str], first: date, cut_off: date, before: Sealed | None):
        self.first, self.end = first.isoformat(), cut_off.isoformat()
        self.first_day, self.last_day = first, cut_off
        self.before = before
        self.tables: dict[str, list[Row]] = {}
        self.alias: dict[str, str] = {}
        for line in lines:
            row = json.loads(line)
            if row.get("same_as"):
                self.alias[row["uid"]] = row["same_as"]
            else:
                self.tables.setdefault(row["table"], []).append(row)
        self.settings = {row["key"]: json.loads(row["value"]) for row in self.rows("settings")}
        self.out = Numbers()

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def real(self, uid: str | None) -> str:
        while uid in self.alias:
            uid = self.alias[uid]
        return uid or ""

    def in_period(self, day: str) -> bool:
        return self.first <= day <= self.end

    def late(self, row: Row, day: str) -> bool:
        if self.before is None or day >= self.first:
            return False
        return row["uid"] not in self.before.known or day > self.before.cut_off

    def numbers(self) -> Numbers:
        self.places()
        self.people()
        self.visits()
        self.contacts()
        self.obligations()
        self.items()
        self.happenings()
        return self.out

    # ---- roster -------------------------------------------------------------------------------
    def places(self) -> None:
        homes = self.rows("households")
        self.homes = {home["uid"]: home for home in homes}
        self.out.counts["households"] = len(homes)
        buildings = [b["uid"] for b in self.rows("buildings")]
        self.out.counts["buildings"] = len(buildings)
        led = []
        for post in self.rows("posts"):
            if post["kind"] == "building_chief" and post.get("holder"):
                begun = post.get("term_from") is None or post["term_from"] <= self.end
                going = post.get("term_to") is None or post["term_to"] >= self.end
                if begun and going:
                    led.append(post["place"])
        self.out.rate("building_chief_rate", led, buildings)

    def people(self) -> None:
        self.home_of: dict[str, str] = {}
        phones = {uid for uid, home in self.homes.items() if home.get("phone")}
        for person in self.rows("residents"):
            home = self.real(person.get("household"))
            gone = person.get("status", "living") != "living"
            if home not in self.homes or (gone and person.get("status_on", "") <= self.end):
                continue
            self.home_of[person["uid"]] = home
            if person.get("phone"):
                phones.add(home)
        self.eligible = []
        for uid, home in self.homes.items():
            if home.get("type_of_use") in ("vacant", "commercial"):
                continue
            if home.get("residency_state") == "registered_only" and uid not in phones:
                continue
            self.eligible.append(uid)
        self.out.counts["eligible_households"] = len(self.eligible)
        self.out.counts["residents"] = len(self.home_of)

    # ---- visits -------------------------------------------------------------------------------
    def visits(self) -> None:
        corrected = {v["corrects"] for v in self.rows("visits") if v.get("corrects")}
        self.in_force = [v for v in self.rows("visits") if v["uid"] not in corrected]
        mine = [v for v in self.in_force if self.in_period(v["happened_on"])]
        self.valid_now = [v for v in mine if v["outcome"] in ("met", "proxy")]
        fitting = ("met", "proxy") if self.settings.get("in_person_counts_proxy") else ("met",)
        entered = [
            self.real(v["household"])
            for v in mine
            if v["outcome"] in fitting and v["mode"] in ("door", "stair", "office")
        ]
        self.reached = {self.real(v["household"]) for v in self.valid_now}
        self.out.rate("door_entry_rate", entered, self.eligible)
        self.out.rate("visit_rate", self.reached, self.eligible)
        every = [v["uid"] for v in mine]
        for outcome in ("met", "not_home", "refused"):
            uids = [v["uid"] for v in mine if v["outcome"] == outcome]
            self.out.rate(f"{outcome}_share", uids, every)
        rest = [v["uid"] for v in mine if v["outcome"] not in ("met", "not_home", "refused")]
        self.out.rate("other_share", rest, every)
        minutes = 0
        walkers = set()
        for v in mine:
            walkers.update(name for name in v.get("walkers", "").split("、") if name)
            if v.get("started") and v.get("ended"):
                a, b = (60 * int(t[:2]) + int(t[3:]) for t in (v["started"], v["ended"]))
                minutes += max(0, b - a)
        self.out.counts |= {
            "visits": len(mine),
            "visited_households": len([h for h in self.homes if h in self.reached]),
            "visit_minutes": minutes,
            "walkers": len(walkers),
            "late_visits": len([v for v in self.in_force if self.late(v, v["happened_on"])]),
        }
        self.out.averages["visits_per_walker"] = (
            Fraction(len(mine), len(walkers)) if walkers else None
        )

    def contacts(self) -> None:
        week_before = (self.last_day - timedelta(days=7)).isoformat()
        everybody = []
        for kind in self.rows("tag_kinds"):
            if not kind["active"]:
                continue
            people = []
            for tag in self.rows("care_tags"):
                person = self.real(tag["resident"])
                if tag["tag"] != kind["code"] or person not in self.home_of or person in people:
                    continue
                if tag.get("since", "") > week_before:
                    continue
                if tag.get("until") is not None and tag["until"] < self.end:
                    continue
                people.append(person)
            seen = [p for p in people if self.home_of[p] in self.reached]
            self.out.rate(f"contact_rate.{kind['code']}", seen, people)
            everybody += [p for p in people if p not in everybody]
        seen = [p for p in everybody if self.home_of[p] in self.reached]
        self.out.rate("contact_rate", seen, everybody)
        self.out.counts["tagged_residents"] = len(everybody)

    def obligations(self) -> None:
        """Rolling windows only: the office's defaults."""
        due, met = 0, 0
        for home in self.eligible:
            days, since = self.interval(home)
            contacts = sorted({
                date.fromisoformat(v["happened_on"])
                for v in self.in_force
                if self.real(v["household"]) == home and v["outcome"] in ("met", "proxy")
                and v["happened_on"] <= self.end
            })  # fmt: skip
            for contact in contacts:
                day = contact + timedelta(days=days)
                if not self.in_period(day.isoformat()) or day.isoformat() <= since:
                    continue
                if self.muted(home, day):
                    continue
                due += 1
                met += any(contact < other <= day for other in contacts)
        self.out.rates["on_time_visit_rate"] = (met, due)

    def interval(self, home: str) -> tuple[int, str]:
        """(days, since when) of the household's shortest rule."""
        kinds = {
            k["code"]: k["interval_days"]
            for k in self.rows("tag_kinds")
            if k["active"] and k.get("interval_days")
        }
        rules = []
        for person in self.rows("residents"):
            if self.home_of.get(person["uid"]) != home:
                continue
            tags: dict[str, str] = {}
            for tag in self.rows("care_tags"):
                if tag["resident"] == person["uid"] and tag.get("since", "") <= self.end:
                    if tag.get("until") is not None and tag["until"] < self.end:
                        continue
                    since = tag.get("since", "")
                    tags[tag["tag"]] = min(since, tags.get(tag["tag"], since))
            rules += [(kinds[tag], since) for tag, since in tags.items() if tag in kinds]
            frail = self.frail_since(person, tags)
            if "elder_alone" in tags and frail is not None:
                rules.append((7, max(tags["elder_alone"], frail)))
        about = self.homes[home]
        if about.get("residency_state") == "registered_only":
            rules.append((365, ""))
        elif about.get("type_of_use") == "rented" or about.get("residency_state") == "migrant":
            rules.append((90, ""))
        else:
            rules.append((365, ""))
        return min(rules)

    def frail_since(self, person: Row, tags: dict[str, str]) -> str | None:
        """Since when somebody counts as frail: disabled, past the 80th birthday, or tagged 80+."""
        if "disabled_elder" in tags:
            return tags["disabled_elder"]
        if person.get("birth"):
            birthday = f"{int(person['birth'][:4]) + 80}{person['birth'][4:]}"
            if birthday <= self.end:
                return birthday
        return tags.get("age_80")

    def muted(self, home: str, day: date) -> bool:
        about = self.homes[home]
        by_hand = not about.get("mute_reason", "").endswith("拒访")
        if by_hand and about.get("mute_until", "") >= day.isoformat():
            return True
        mine = [v for v in self.in_force if self.real(v["household"]) == home]
        for refusal in mine:
            on = date.fromisoformat(refusal["happened_on"])
            if refusal["outcome"] != "refused" or not on <= day <= on + timedelta(days=30):
                continue
            met_after = [
                v for v in mine
                if v["outcome"] in ("met", "proxy") and v["mode"] in ("door", "stair", "office")
                and on <= date.fromisoformat(v["happened_on"]) <= day
            ]  # fmt: skip
            if not met_after:
                return True
        return False

    # ---- items --------------------------------------------------------------------------------
    def steps(self, item: Row, until: str) -> list[Row]:
        """The steps that took effect by that day, in the order in which they were written."""
        steps = [e for e in self.rows("item_events") if e["item"] == item["uid"]]
        steps.sort(key=lambda e: e["recorded_on"])
        taken: list[Row] = []
        state = "registered"
        for event in steps:
            if event["happened_on"] > until:
                continue
            if state in CLOSED and event["step"] not in AFTER_CLOSED[state]:
                continue
            taken.append(event)
            if event["step"] != "extended":
                state = event["step"]
        return taken

    def state(self, item: Row, until: str) -> str:
        state = "registered"
        for event in self.steps(item, until):
            if event["step"] != "extended":
                state = event["step"]
        return state

    def is_open(self, item: Row, until: str) -> bool:
        return item["registered_on"] <= until and self.state(item, until) not in CLOSED

    def closing(self, item: Row) -> Row | None:
        """The step with which the item closed, as it stands at the cut-off."""
        found = None
        for event in self.steps(item, self.end):
            if event["step"] == "extended":
                continue
            if event["step"] not in CLOSED:
                found = None
            elif found is None:
                found = event
        return found

    def last(self, item: Row, name: str) -> str | None:
        """The latest value a step gave, since 重办 if there was one."""
        value: str | None = None
        for event in self.steps(item, self.end):
            value = event.get(name) or (None if event["step"] == "reopened" else value)
        return value

    def due(self, item: Row) -> str | None:
        due: str | None = item.get("due_on")
        steps = [e for e in self.rows("item_events") if e["item"] == item["uid"]]
        for event in sorted(steps, key=lambda e: e["recorded_on"]):
            if event["happened_on"] <= self.end and (
                event.get("due_on") or event["step"] == "long_term"
            ):
                due = event.get("due_on")
        return due

    def items(self) -> None:
        every = [i for i in self.rows("items") if i["registered_on"] <= self.end]
        for kind in KINDS:
            mine = [i for i in every if i["kind"] == kind]
            opening = None if self.before is None else self.before.open.get(kind, set())
            self.books(f"{kind}.", mine, opening, rates=kind != "resource")
            self.out.open[kind] = {i["uid"] for i in mine if self.is_open(i, self.end)}
        in_loop = [i for i in every if i["kind"] != "resource"]
        opening = None
        if self.before is not None:
            opening = {u for kind in KINDS[:1] + KINDS[2:] for u in self.before.open.get(kind, ())}
        self.books("", in_loop, opening, rates=True)
        self.projects([i for i in every if i["kind"] == "project"])
        disputes = [i for i in every if i["kind"] == "dispute"]
        closed = [i for i in disputes if i["uid"] in self.closed["dispute."]]
        settled = [i["uid"] for i in closed if self.settled(i)]
        self.out.rate("mediation_success_rate", settled, [i["uid"] for i in closed])

    closed: dict[str, list[str]]
    handled: dict[str, list[str]]

    def books(self, front: str, items: list[Row], opening: set[str] | None, *, rates: bool) -> None:
        eve = (self.first_day - timedelta(days=1)).isoformat()
        if opening is None:
            opening = {i["uid"] for i in items if self.is_open(i, eve)}
        came, closed, fresh, late_ones = [], [], [], []
        for item in items:
            uid = item["uid"]
            if uid in opening:
                if not self.is_open(item, self.end):
                    closed.append(uid)
                continue
            new = self.in_period(item["registered_on"])
            late = self.late(item, item["registered_on"])
            if new:
                fresh.append(uid)
            elif late:
                late_ones.append(uid)
            if new or late or self.is_open(item, self.end) or self.again(item):
                came.append(uid)
                if not self.is_open(item, self.end):
                    closed.append(uid)
        lost = [uid for uid in opening if uid not in [i["uid"] for i in items]]
        now = [i["uid"] for i in items if self.is_open(i, self.end)]
        self.out.counts |= {
            f"{front}carried_over": len(opening),
            f"{front}registered": len(came),
            f"{front}closed": len(closed) + len(lost),
            f"{front}open": len(now),
            f"{front}written_off": len(lost),
            f"{front}late_registered": len(late_ones),
            f"{front}reopened": len(came) - len(fresh) - len(late_ones),
        }
        if not hasattr(self, "handled"):
            self.closed, self.handled = {}, {}
        self.closed[front] = closed
        self.handled[front] = [*(uid for uid in opening if uid not in lost), *came]
        if rates:
            self.rates(front, items, fresh)

    def again(self, item: Row) -> bool:
        for event in self.rows("item_events"):
            if event["item"] == item["uid"] and event["step"] == "reopened":
                day = event["happened_on"]
                if self.in_period(day) or self.late(event, day):
                    return True
        return False

    def rates(self, front: str, items: list[Row], fresh: list[str]) -> None:
        by_uid = {i["uid"]: i for i in items}
        closed = self.closed[front]
        done = [uid for uid, item in by_uid.items() if not self.is_open(item, self.end)]
        self.out.rate(f"{front}closure_rate", done, fresh)
        self.out.rate(f"{front}cumulative_closure_rate", closed, self.handled[front])
        due, in_time, on_site = [], [], []
        for uid, item in by_uid.items():
            step, day = self.closing(item), self.due(item)
            if day is not None and self.in_period(day):
                due.append(uid)
                if step is not None and step["happened_on"] <= day:
                    in_time.append(uid)
            if step is not None and step["step"] == "solved_on_site":
                on_site.append(uid)
        self.out.rate(f"{front}on_time_rate", in_time, due)
        self.out.rate(f"{front}solved_on_site_rate", on_site, fresh)
        rated = {uid: self.last(by_uid[uid], "rating") for uid in closed}
        self.out.rate(f"{front}follow_up_rate", [u for u, r in rated.items() if r], closed)
        spoke = [u for u, r in rated.items() if r and r != "no_opinion"]
        glad = [u for u in spoke if rated[u] in ("very_satisfied", "satisfied")]
        self.out.rate(f"{front}satisfaction_rate", glad, spoke)
        real = [u for u in closed if self.last(by_uid[u], "closing") == "substance"]
        self.out.rate(f"{front}resolution_rate", real, closed)
        if front == "":
            self.durations([by_uid[uid] for uid in closed])

    def durations(self, items: list[Row]) -> None:
        taken = []
        for item in items:
            step = self.closing(item)
            assert step is not None
            day, count = date.fromisoformat(item["registered_on"]), 0
            while day.isoformat() < step["happened_on"]:
                day += timedelta(days=1)
                count += shipped().is_workday(day)
            taken.append(count)
        taken.sort()
        middle = len(taken) // 2
        self.out.averages["average_days"] = Fraction(sum(taken), len(taken)) if taken else None
        self.out.averages["median_days"] = (
            None if not taken
            else Fraction(taken[middle]) if len(taken) % 2
            else Fraction(taken[middle - 1] + taken[middle], 2)
        )  # fmt: skip

    def settled(self, item: Row) -> bool:
        step = self.closing(item)
        return step is not None and step["step"] not in ("rejected", "withdrawn")

    def projects(self, projects: list[Row]) -> None:
        handled = self.handled["project."]
        taken_on = []
        for project in projects:
            for event in self.rows("item_events"):
                on_it = event["step"] in ("assigned", "in_progress")
                if event["item"] == project["uid"] and on_it and event["happened_on"] <= self.end:
                    taken_on.append(project["uid"])
        self.out.rate("claim_rate", taken_on, handled)
        ready = [p["uid"] for p in projects if self.settled(p)]
        self.out.rate("project_completion_rate", ready, handled)

    # ---- population and patrols ---------------------------------------------------------------
    def happenings(self) -> None:
        for kind in ("moved_in", "moved_out", "born", "died", "added"):
            self.out.counts[kind] = len([
                e for e in self.rows("population_events")
                if e["kind"] == kind and self.in_period(e["happened_on"])
            ])  # fmt: skip
        events, patrols = self.rows("population_events"), self.rows("patrols")
        mine = [p for p in patrols if self.in_period(p["happened_on"])]
        self.out.counts |= {
            "late_events": len([e for e in events if self.late(e, e["happened_on"])]),
            "late_patrols": len([p for p in patrols if self.late(p, p["happened_on"])]),
            "patrols": len(mine),
            "patrols_solved": len([p for p in mine if p.get("solved_same_day")]),
            "patrols_reported": len([p for p in mine if p.get("reported_up")]),
        }
