"""What of a monthly report may leave the office: small numbers of people in care stay inside.

Cells 1–4 of a sensitive breakdown are not printed (domain §4), nor is anything from which such a
cell could be worked out: its rate, or the number of those missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from desktop.models.indicators import Ratio
from desktop.models.month import MonthReport
from desktop.models.month_sections import Line, Section, drafted_lines

SMALL = 5
WITHHELD = "不列（人数<5）"
_SENSITIVE = "contact_rate"


def is_small(ratio: Ratio) -> bool:
    """Whether a part, the whole, or what is missing between them is a small cell."""
    parts = (ratio.numerator, ratio.denominator, ratio.denominator - ratio.numerator)
    return any(0 < part < SMALL for part in parts)


def withheld(indicators: Mapping[str, Ratio]) -> frozenset[str]:
    """The sensitive rates that stay inside."""
    return frozenset(
        key
        for key, ratio in indicators.items()
        if key.partition(".")[0] == _SENSITIVE and is_small(ratio)
    )


def shown(indicators: Mapping[str, Ratio]) -> dict[str, Ratio]:
    """The rates that may be printed for others."""
    hidden = withheld(indicators)
    return {key: ratio for key, ratio in indicators.items() if key not in hidden}


def outside(report: MonthReport) -> MonthReport:
    """The report as the street office and the public may see it."""
    hidden = withheld(report.indicators)
    if not hidden:
        return report
    indicators = shown(report.indicators)
    return replace(
        report,
        indicators=indicators,
        sections=tuple(_section(part, hidden, indicators, report) for part in report.sections),
    )


def _section(
    part: Section, hidden: frozenset[str], indicators: Mapping[str, Ratio], report: MonthReport
) -> Section:
    """The part without its small cells; what was drafted from them is drafted again."""
    drafted = drafted_lines(indicators, report.counts)
    lines: list[Line] = []
    words = ""
    for line in part.lines:
        if not line.drafted:
            lines.append(replace(line, value=WITHHELD) if line.key in hidden else line)
        elif words != line.label.rstrip("0123456789"):
            words = line.label.rstrip("0123456789")
            lines += [fresh for fresh in drafted if fresh.label.startswith(words)]
    return replace(part, lines=tuple(lines))
