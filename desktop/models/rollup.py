"""Adds up what the offices below reported for a month, and says whose report is missing.

A street office adds its communities up, a district its streets. Nothing here reads or writes a
roster. A cell that an office withheld is left out of the sum and counted, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from desktop.errors import UserError
from desktop.models.indicators import Ratio
from desktop.models.partners import Report, offices_below, reports
from desktop.models.store import Store


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
    counts: dict[str, int | str]  # 「<5」 where the office withheld the cell
    rates: dict[str, tuple[int, int] | None]  # None where it was withheld
    missing: tuple[str, ...] = ()  # of those below that office

    @property
    def number(self) -> int:
        """The number in that office's stream."""
        return self.report.seq


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


def rollup(store: Store, month: str) -> Rollup:
    """The month over all offices that have reported it."""
    found = read_rollup(store, month)
    if not found.parts:
        raise NothingReported(month)
    return found


def read_rollup(store: Store, month: str) -> Rollup:
    """The same when nobody has reported yet: then everybody is missing."""
    below = offices_below(store)
    latest: dict[str, Report] = {}
    for report in _last_of_streams(store, month):
        if report.office in below:
            known = latest.get(report.office)
            if known is None or (report.made, report.seq) > (known.made, known.seq):
                latest[report.office] = report
    parts = sorted((_part(each) for each in latest.values()), key=lambda part: part.office_name)
    bodies = [json.loads(part.report.body) for part in parts]
    counts, rates, withheld = _sums(bodies)
    missing = [name for uid, name in below.items() if uid not in latest]
    missing += [f"{part.office_name}／{name}" for part in parts for name in part.missing]
    return Rollup(
        month, tuple(parts), tuple(sorted(missing)),
        max((body["cut_off"] for body in bodies), default=""),
        counts, rates, withheld, all(body["balance_ok"] for body in bodies),
    )  # fmt: skip


def _last_of_streams(store: Store, month: str) -> Iterable[Report]:
    """The highest number of each stream that reports this month, whatever its clock said.

    Only between the PCs of an office nothing but the claimed time tells what is newer.
    """
    found = [each for each in reports(store) if each.month == month]
    return {each.stream: each for each in sorted(found, key=lambda each: each.seq)}.values()


def _part(report: Report) -> Part:
    body = json.loads(report.body)
    rates = {
        key: (part, whole) if isinstance(part, int) and isinstance(whole, int) else None
        for key, (part, whole) in body["rates"].items()
    }
    return Part(
        report.office, report.office_name, bool(body["sealed"]), report, body["counts"], rates,
        tuple(body.get("missing", ())),
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
