"""Says how often a door wants a visit and when the next one is due, in one sentence (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from desktop.models.care_tags import TagKind

# length of a calendar window in days, for comparing it with a rolling interval
WINDOW_DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
_WINDOW_WORDS = {"week": "每周", "month": "每月", "quarter": "每季度", "year": "每年"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to visit: in words, its interval, and which contacts meet it."""

    words: str  # 「独居老人」
    days: int
    window: str = "rolling"
    phone_ok: bool = True
    verb: str = "走访"  # 「电话联系」 for 空挂, 「外部查看」 for 空置
    at_once: bool = True  # a door never visited is due as soon as it is known

    @property
    def length(self) -> int:
        return WINDOW_DAYS.get(self.window, self.days)

    def due_after(self, last: date) -> date:
        """The day by which the next contact is due after this one."""
        if self.window == "rolling":
            return last + timedelta(days=self.days)
        return window_end(window_end(last, self.window) + timedelta(days=1), self.window)

    def since(self, last: date) -> date:
        """The first day on which a contact counts for the obligation after this one."""
        if self.window == "rolling":
            return last
        return window_end(last, self.window) + timedelta(days=1)

    def sentence(self) -> str:
        """「独居老人，每30天走访一次」."""
        often = _WINDOW_WORDS.get(self.window) or f"每{self.days}天"
        return f"{self.words}，{often}{self.verb}一次"


def window_end(day: date, window: str) -> date:
    """The last day of the week (Sunday), month, quarter or year that holds this day."""
    if window == "week":
        return day + timedelta(days=6 - day.weekday())
    if window == "year":
        return date(day.year, 12, 31)
    month = day.month if window == "month" else (day.month + 2) // 3 * 3
    following = date(day.year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def is_80(birth: str | None, on: date) -> bool:
    """Eighty or older; a birth known to the year or month only counts from its start."""
    if not birth or not birth[:4].isdigit():
        return False
    return (birth + "-01-01")[:10] <= f"{on.year - 80:04d}-{on.month:02d}-{on.day:02d}"


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
        tags = {
            kind.code: Rule(kind.name, kind.interval_days, kind.window, kind.phone_ok)
            for kind in kinds
            if kind.active and kind.interval_days
        }
        window = setting["window_ordinary"]
        return cls(
            tags,
            [kind.code for kind in kinds],
            setting["interval_frail_alone"],
            Rule("普通住户", setting["interval_ordinary"], window),
            Rule("出租户", setting["interval_rented"], window),
            Rule("空挂户", setting["interval_registered_only"], verb="电话联系", at_once=False),
            Rule("空置房", setting["interval_vacant"], verb="外部查看", at_once=False),
        )

    def of_person(self, tags: Mapping[str, str], birth: str | None, on: date) -> list[Rule]:
        """The rules of one resident's tags (code → since)."""
        rules = [self.tags[code] for code in tags if code in self.tags]
        alone = self.tags.get("elder_alone")
        if alone and "elder_alone" in tags:
            frail = "失能独居老人" if "disabled_elder" in tags else "80岁以上独居老人"
            if "disabled_elder" in tags or "age_80" in tags or is_80(birth, on):
                rules.append(Rule(frail, self.frail_alone_days, phone_ok=alone.phone_ok))
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
            return Rule("流动人口户", self.rented.days, self.rented.window)
        return self.ordinary
