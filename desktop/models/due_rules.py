"""Says how often a door wants a visit and when the next one is due, in one sentence (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from desktop.models.care_tags import TagKind

# length of a calendar window in days, for comparing it with a rolling interval
WINDOW_DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
# the fewest days there can be from a visit to the end of the following window
_FEWEST = {"week": 7, "month": 28, "quarter": 90, "year": 365}
NEVER = 1_000_000  # days; longer than anybody keeps a roster
_WINDOW_WORDS = {"week": "每周", "month": "每月", "quarter": "每季度", "year": "每年"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to visit: in words, its interval, and which contacts meet it."""

    words: str  # 「独居老人」
    days: int
    window: str = "rolling"
    contact: str = "any"  # any, person (not by phone) or outside (a look at the door will do)
    verb: str = "走访"  # 「电话联系」 for 空挂, 「外部查看」 for 空置
    at_once: bool = True  # a door never visited is due as soon as it is known
    since: str = ""  # the day from which the rule holds, "" = always

    @property
    def length(self) -> int:
        return WINDOW_DAYS.get(self.window, self.days)

    @property
    def fewest_days(self) -> int:
        """No visit can be due sooner than so many days after the last one."""
        return _FEWEST.get(self.window, self.days)

    @property
    def phone_ok(self) -> bool:
        return self.contact == "any"

    def due_after(self, last: date) -> date:
        """The day by which the next contact is due after this one, once the rule holds."""
        if self.window == "rolling":
            return max(last + timedelta(days=self.days), self.begins(last))
        following = window_end(last, self.window) + timedelta(days=1)
        return max(window_end(following, self.window), self.begins(last))

    def due_first(self, entered: date) -> date:
        """The same for a door nobody has visited since it was entered."""
        known = max(entered, self.begins(entered))
        return known if self.at_once else self.due_after(known)

    def begins(self, otherwise: date) -> date:
        return date.fromisoformat(self.since) if self.since else otherwise

    def counts_from(self, last: date) -> date:
        """The first day whose knocks belong to the obligation after this contact."""
        if self.window == "rolling":
            return last
        return window_end(last, self.window) + timedelta(days=1)

    def sentence(self) -> str:
        """「独居老人，每30天走访一次」."""
        often = _WINDOW_WORDS.get(self.window) or f"每{self.days}天"
        return f"{self.words}，{often}{self.verb}一次"


@lru_cache(maxsize=10_000)
def _since(rule: Rule, since: str) -> Rule:
    """The rule from that day on; kept, because thousands of people share a few such pairs."""
    return replace(rule, since=since)


def window_end(day: date, window: str) -> date:
    """The last day of the week (Sunday), month, quarter or year that holds this day."""
    if window == "week":
        return day + timedelta(days=6 - day.weekday())
    if window == "year":
        return date(day.year, 12, 31)
    month = day.month if window == "month" else (day.month + 2) // 3 * 3
    following = date(day.year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def birthday_80(birth: str | None) -> str:
    """The 80th birthday; a birth known to the year or month only counts from its first day."""
    if not birth or not birth[:4].isdigit():
        return ""
    day = f"{int(birth[:4]) + 80:04d}{(birth + '-01-01')[4:10]}"
    # who was born on 29 February turns 80 on 1 March where the year has no such day
    return day if is_date(day) else f"{day[:5]}03-01"


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The office's table of intervals: per tag, for frail elders alone, and by kind of door."""

    tags: Mapping[str, Rule]
    order: Sequence[str]
    frail_alone_days: int
    ordinary: Rule
    rented: Rule
    registered_only: Rule
    vacant: Rule

    @classmethod
    def of(cls, kinds: Sequence[TagKind], setting: Mapping[str, Any]) -> RuleBook:
        window = setting["window_ordinary"]
        return cls(
            {k.code: _of_kind(k) for k in kinds if k.active and k.interval_days},
            [kind.code for kind in kinds],
            setting["interval_frail_alone"],
            Rule("普通住户", setting["interval_ordinary"], window),
            Rule("出租户", setting["interval_rented"], window),
            Rule("空挂户", setting["interval_registered_only"], verb="电话联系", at_once=False),
            Rule(
                "空置房", setting["interval_vacant"], contact="outside", verb="外部查看",
                at_once=False,
            ),
        )  # fmt: skip

    @property
    def asks_in_person(self) -> bool:
        """Whether some tag is not content with a phone call."""
        return any(rule.contact == "person" for rule in self.tags.values())

    def least_by_tag(self) -> dict[str, int]:
        """Per tag the fewest days between visits it can ask for."""
        least = {code: rule.fewest_days for code, rule in self.tags.items()}
        if "elder_alone" in least:
            least["elder_alone"] = min(least["elder_alone"], self.frail_alone_days)
        return least

    def of_person(self, tags: Mapping[str, str], birth: str | None, on: date) -> list[Rule]:
        """The rules of one resident's tags (code → since)."""
        rules = [
            _since(self.tags[code], since) for code, since in tags.items() if code in self.tags
        ]
        alone = self.tags.get("elder_alone")
        if alone and "elder_alone" in tags:
            frail = _frail_since(tags, birth, on)
            if frail:
                words, since = frail
                days, since = self.frail_alone_days, max(since, tags["elder_alone"])
                rules.append(Rule(words, days, contact=alone.contact, since=since))
        return rules

    def of_door(self, type_of_use: str | None, residency: str | None) -> Rule | None:
        """The rule of a door that no tag covers; None for a purely commercial one."""
        if type_of_use == "commercial":
            return None
        if type_of_use == "vacant":
            return self.vacant
        if residency == "registered_only":
            return self.registered_only
        if type_of_use == "rented":
            return self.rented
        if residency == "migrant":
            return replace(self.rented, words="流动人口户")
        return self.ordinary


def _of_kind(kind: TagKind) -> Rule:
    window = kind.window if kind.window in WINDOW_DAYS else "rolling"
    contact = "any" if kind.phone_ok else "person"
    return Rule(kind.name, kind.interval_days or 0, window, contact)


def _frail_since(tags: Mapping[str, str], birth: str | None, on: date) -> tuple[str, str] | None:
    """In words why somebody alone counts as frail, and since when; None when they do not."""
    if "disabled_elder" in tags:
        return "失能独居老人", tags["disabled_elder"]
    born_80 = birthday_80(birth)
    if born_80 and born_80 <= on.isoformat():
        return "80岁以上独居老人", born_80
    if "age_80" in tags:
        return "80岁以上独居老人", tags["age_80"]
    return None
