"""Lays a month's sums out as a table: a line a figure, a column each office, so that each adds up.

The window, the workbook, the paper and the command all show these same lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.models.indicators import NOTHING, Ratio
from desktop.models.month_words import AVERAGE_WORDS, COUNT_WORDS, INDICATOR_WORDS, count_word
from desktop.models.month_words import indicator_word as rate_word
from desktop.models.rollup import Part, Rollup

WITHHELD = "<5"
# what a secretary looks at first; the rest follows in the order of the monthly report
_FIRST = (
    "households", "eligible_households", "residents", "buildings", "visited_households", "visits",
)  # fmt: skip
_ORDER = {key: place for place, key in enumerate((*COUNT_WORDS, *AVERAGE_WORDS, *INDICATOR_WORDS))}


@dataclass(frozen=True, slots=True)
class Cell:
    """One office's figure as text (a rate with its parts), and in numbers unless withheld."""

    text: str
    numerator: int | None = None
    denominator: int | None = None

    @property
    def short(self) -> str:
        """For narrow columns: a rate without its parts."""
        return self.text.partition("（")[0]

    @property
    def percent(self) -> float | str:
        """A rate as a number, 「—」 of none."""
        if self.numerator is None or self.denominator is None:
            return self.text
        hundredths = Ratio(self.numerator, self.denominator).hundredths
        return NOTHING if hundredths is None else hundredths / 100


@dataclass(frozen=True, slots=True)
class RollupLine:
    """One figure over all offices; `note` says what is not in the sum."""

    key: str
    label: str
    is_rate: bool
    total: Cell
    cells: tuple[Cell, ...]  # in the order of the rollup's parts
    note: str


def lines_of(total: Rollup) -> list[RollupLine]:
    """Counts first, then rates; a figure that no office reported is left out."""
    counts = {key for part in total.parts for key in part.counts}
    rates = {key for part in total.parts for key in part.rates}
    lines = [_count_line(total, key) for key in sorted(counts, key=_rank)]
    return lines + [_rate_line(total, key) for key in sorted(rates, key=_rank)]


def _rank(key: str) -> tuple[int, int, str]:
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST), _ORDER.get(key, 999), key)


def _count_line(total: Rollup, key: str) -> RollupLine:
    summed = total.counts.get(key)
    return RollupLine(
        key, count_word(key), False, Cell(WITHHELD if summed is None else f"{summed:,}", summed),
        tuple(_count(part, key) for part in total.parts), _note(total, key),
    )  # fmt: skip


def _count(part: Part, key: str) -> Cell:
    value = part.counts.get(key)
    if value is None:
        return Cell(NOTHING)
    return Cell(f"{value:,}", value) if isinstance(value, int) else Cell(WITHHELD)


def _rate_line(total: Rollup, key: str) -> RollupLine:
    ratio = total.rates.get(key)
    return RollupLine(
        key, rate_word(key, {}), True, _ratio(ratio) if ratio else Cell(WITHHELD),
        tuple(_rate(part, key) for part in total.parts), _note(total, key),
    )  # fmt: skip


def _rate(part: Part, key: str) -> Cell:
    if key not in part.rates:
        return Cell(NOTHING)
    cells = part.rates[key]
    return _ratio(Ratio(*cells)) if cells else Cell(WITHHELD)


def _ratio(ratio: Ratio) -> Cell:
    return Cell(ratio.text, ratio.numerator, ratio.denominator)


def _note(total: Rollup, key: str) -> str:
    withheld = total.withheld.get(key)
    return f"另有{withheld}个单位人数少，未列入合计" if withheld else ""
