"""Adds up what the offices below reported for a month, and says whose report is missing.

A street office adds its communities up, a district its streets. Nothing here reads or writes a
roster. A cell that an office withheld is left out of the sum and counted, never guessed.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from desktop.errors import UserError
from desktop.models.indicators import Ratio
from desktop.models.partners import Report, partners, reports
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.words import LABELS


class NothingReported(UserError):
    def __init__(self, month: str) -> None:
        super().__init__(f"还没有收到{month}的报告，无法汇总。请先导入下级单位的报告。")


@dataclass(frozen=True, slots=True)
class Part:
    """One office's report of the month: the latest number of its streams."""

    office: str
    office_name: str
    sealed: bool
    report: Report


@dataclass(frozen=True, slots=True)
class Rollup:
    """The sums of a month; `withheld` counts per key how many offices withheld their cell."""

    month: str
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    cut_off: str
    counts: dict[str, int]
    rates: dict[str, Ratio]
    withheld: dict[str, int]
    balance_ok: bool

    @property
    def sealed(self) -> bool:
        """Whether all offices below have reported, each from a sealed month."""
        return not self.missing and all(part.sealed for part in self.parts)


def is_below(lower: str, upper: str) -> bool:
    """Whether one level reports to the other: community to street, street to district.

    No level is passed over, or a district would add a community up twice: once from its own
    report and once in the sum of its street.
    """
    order = list(LABELS["level"])
    return (lower, upper) in itertools.pairwise(order)


def rollup(store: Store, month: str) -> Rollup:
    """The month over all offices that have reported it."""
    here = office(store)
    below = {
        p.office: p.office_name
        for p in partners(store)
        if not p.revoked and is_below(p.level, here.level)
    }
    latest: dict[str, Report] = {}
    for report in reports(store):
        if report.month == month and report.office in below:
            known = latest.get(report.office)
            if known is None or (report.made, report.seq) > (known.made, known.seq):
                latest[report.office] = report
    if not latest:
        raise NothingReported(month)
    bodies = {uid: json.loads(report.body) for uid, report in latest.items()}
    counts, rates, withheld = _sums(list(bodies.values()))
    missing = [name for uid, name in below.items() if uid not in latest]
    for uid, body in bodies.items():
        missing += [f"{below[uid]}／{name}" for name in body.get("missing", ())]
    parts = tuple(
        Part(uid, report.office_name, bool(bodies[uid]["sealed"]), report)
        for uid, report in sorted(latest.items(), key=lambda found: found[1].office_name)
    )
    return Rollup(
        month, parts, tuple(sorted(missing)), max(b["cut_off"] for b in bodies.values()),
        counts, rates, withheld, all(b["balance_ok"] for b in bodies.values()),
    )  # fmt: skip


def _sums(
    bodies: list[dict[str, Any]],
) -> tuple[dict[str, int], dict[str, Ratio], dict[str, int]]:
    counts: dict[str, int] = {}
    rates: dict[str, Ratio] = {}
    withheld: dict[str, int] = {}
    for body in bodies:
        for key, number in body.get("withheld", {}).items():
            withheld[key] = withheld.get(key, 0) + number
        for key, value in body["counts"].items():
            if isinstance(value, int):
                counts[key] = counts.get(key, 0) + value
            else:
                withheld[key] = withheld.get(key, 0) + 1
        for key, (part, whole) in body["rates"].items():
            if isinstance(part, int) and isinstance(whole, int):
                known = rates.get(key, Ratio(0, 0))
                rates[key] = Ratio(known.numerator + part, known.denominator + whole)
            else:
                withheld[key] = withheld.get(key, 0) + 1
    return counts, rates, withheld
