"""Says what of a month may leave the office upward, and reads what another office reported.

Only what stands on the list below travels: counts and rates, no names, no doors, no texts. Small
cells (1 to 4) of anything sensitive are withheld.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.exchange.packages.format import PackageDamaged
from desktop.models.indicators import Ratio
from desktop.models.month import MonthReport
from desktop.models.rollup import Rollup

FORMAT, ROLLUP = "jinlin-month/1", "jinlin-rollup/1"
_KINDS = ("need", "resource", "situation", "project", "dispute", "hazard")
_PLAIN_COUNTS = (
    "households", "eligible_households", "residents", "tagged_residents", "buildings", "visits",
    "visited_households", "moved_in", "moved_out", "born", "died", "patrols", "patrols_solved",
    "patrols_reported", "visit_minutes", "walkers",
)  # fmt: skip
_ITEM_COUNTS = ("carried_over", "registered", "closed", "open")
_PLAIN_RATES = (
    "building_chief_rate", "door_entry_rate", "visit_rate", "met_share", "not_home_share",
    "refused_share", "other_share", "on_time_visit_rate", "contact_rate", "claim_rate",
    "project_completion_rate", "mediation_success_rate",
)  # fmt: skip
_ITEM_RATES = (
    "closure_rate", "cumulative_closure_rate", "on_time_rate", "solved_on_site_rate",
    "follow_up_rate", "satisfaction_rate", "resolution_rate",
)  # fmt: skip
COUNTS = frozenset(_PLAIN_COUNTS) | {f"{kind}.{name}" for kind in _KINDS for name in _ITEM_COUNTS}
RATES = frozenset(_PLAIN_RATES) | {f"{kind}.{name}" for kind in _KINDS for name in _ITEM_RATES}
_SENSITIVE = ("tagged_residents", "contact_rate", "died", "born", "dispute.", "mediation")
SMALL = "<5"
# of these figures any one follows from the others (in the report itself, or with those of the
# months before and after): if one is small, the second list and the rates of its third do not go
_TIED: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("born", "died"), ("born", "died"), ()),
    (
        tuple(f"dispute.{name}" for name in _ITEM_COUNTS),
        ("dispute.registered", "dispute.closed"),
        ("dispute.", "mediation"),
    ),
)


def project(report: MonthReport) -> dict[str, Any]:
    """The part of a monthly report that the office above may read."""
    return {
        "type": "report",
        "format": FORMAT,
        "month": report.month,
        "cut_off": report.cut_off.isoformat(),
        "sealed": report.sealed,
        "balance_ok": report.balance_ok,
        **_figures(report.counts, report.indicators),
    }


def _figures(counts: Mapping[str, int], rates: Mapping[str, Ratio]) -> dict[str, Any]:
    """Counts and rates on the list, without small cells and what would give them away."""
    told: dict[str, Any] = {key: _cell(key, n) for key, n in counts.items() if key in COUNTS}
    shares = {key: _rate(key, ratio) for key, ratio in rates.items() if key in RATES}
    for tied, withheld, behind in _TIED:
        if SMALL in (told.get(key) for key in tied):
            told |= {key: SMALL for key in withheld if key in told}
            shares |= {key: [SMALL, SMALL] for key in shares if behind and key.startswith(behind)}
    return {"counts": told, "rates": shares}


def _is_small(key: str, value: int) -> bool:
    return 0 < value < 5 and key.startswith(_SENSITIVE)


def _cell(key: str, value: int) -> int | str:
    return SMALL if _is_small(key, value) else value


def _rate(key: str, ratio: Ratio) -> list[int | str]:
    """Numerator and denominator; if either cell is small, or their difference is, neither."""
    cells = (ratio.numerator, ratio.denominator, ratio.denominator - ratio.numerator)
    if any(_is_small(key, cell) for cell in cells):
        return [SMALL, SMALL]
    return [ratio.numerator, ratio.denominator]


def project_rollup(total: Rollup) -> dict[str, Any]:
    """What an office in the middle reports upward: the sums of those below, and who is missing."""
    return {
        "type": "report",
        "format": ROLLUP,
        "month": total.month,
        "cut_off": total.cut_off,
        "sealed": total.sealed,
        "balance_ok": total.balance_ok,
        **_figures(total.counts, total.rates),
        "offices": [part.office_name for part in total.parts],
        "missing": list(total.missing),
        "withheld": {k: n for k, n in total.withheld.items() if k in COUNTS | RATES},
    }


def checked_report(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """A received report with exactly the shape of `project` or `project_rollup`."""
    plain = dict(fields)
    if fields.get("format") == ROLLUP:
        names = [*_list(plain.pop("offices", None)), *_list(plain.pop("missing", None))]
        withheld = plain.pop("withheld", None)
        if not all(isinstance(each, str) and 0 < len(each) <= 200 for each in names):
            raise PackageDamaged(name)
        if not isinstance(withheld, dict) or not (COUNTS | RATES).issuperset(withheld):
            raise PackageDamaged(name)
        if not all(type(n) is int and n > 0 for n in withheld.values()):
            raise PackageDamaged(name)
        plain["format"] = FORMAT
    if not _is_sound(plain):
        raise PackageDamaged(name)
    return fields


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None]


def _is_sound(fields: dict[str, Any]) -> bool:
    counts, rates = fields.get("counts"), fields.get("rates")
    return (
        set(fields) == {"type", "format", "month", "cut_off", "sealed", "balance_ok", "counts",
                        "rates"}
        and fields["type"] == "report"
        and fields["format"] == FORMAT
        and isinstance(fields["month"], str) and len(fields["month"]) == 7
        and isinstance(fields["cut_off"], str) and len(fields["cut_off"]) == 10
        and type(fields["sealed"]) is bool and type(fields["balance_ok"]) is bool
        and isinstance(counts, dict) and COUNTS.issuperset(counts)
        and all(map(_is_cell, counts.values()))
        and isinstance(rates, dict) and RATES.issuperset(rates)
        and all(map(_is_rate, rates.values()))
    )  # fmt: skip


def _is_cell(value: Any) -> bool:
    return value == SMALL or (type(value) is int and value >= 0)


def _is_rate(value: Any) -> bool:
    """Both cells withheld, or a part and its whole."""
    if not isinstance(value, list) or len(value) != 2:
        return False
    part, whole = value
    if part == SMALL or whole == SMALL:
        return bool(part == whole)
    return type(part) is int and type(whole) is int and 0 <= part <= whole
