"""Keeps the words a person writes into a month's report: meetings, problems, next month's work.

One row of settings a month, so that every PC of the office prints the same; sealing keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from desktop.errors import BadValue, UserError
from desktop.models import settings
from desktop.models.changes import Change
from desktop.models.indicators import Ratio
from desktop.models.month_period import month_words
from desktop.models.month_seal import seal_of
from desktop.models.month_sections import Line, Section, draft_words
from desktop.models.store import Store

_LONGEST = 500  # characters of one entry
_MEETINGS = "议事"


class MonthIsSealed(UserError):
    def __init__(self, month: str) -> None:
        super().__init__(f"{month_words(month)}已经封账，月报的文字不能再改。")


@dataclass(frozen=True, slots=True)
class MonthText:
    """What was written, one entry a sentence; where nothing was, the draft stands."""

    meetings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()


def month_text(store: Store, month: str) -> MonthText:
    """What was written for this month so far."""
    kept: Mapping[str, list[str]] = settings.get(store, _key(month))
    return MonthText(**{name: tuple(kept.get(name, ())) for name in MonthText.__dataclass_fields__})


def write_text(store: Store, month: str, text: MonthText) -> Change | None:
    """Keep these words for the report; None when they are the same as before."""
    if seal_of(store, month):
        raise MonthIsSealed(month)
    clean = {
        name: [entry.strip() for entry in entries if entry.strip()]
        for name, entries in asdict(text).items()
    }
    for entry in [entry for entries in clean.values() for entry in entries]:
        if len(entry) > _LONGEST or "\n" in entry:
            raise BadValue("月报文字", entry[:20] + "…", f"一条不超过{_LONGEST}个字，不分行")
    if MonthText(**{name: tuple(entries) for name, entries in clean.items()}) == month_text(
        store, month
    ):
        return None
    with store.change("修改月报文字") as change:
        settings.put(change, store, _key(month), clean)
    return change.done


def start_of(
    written: MonthText, indicators: Mapping[str, Ratio], counts: Mapping[str, int]
) -> MonthText:
    """What an editor opens with: the written words, else the draft from these figures."""
    problems, plans = draft_words(indicators, counts)
    return MonthText(
        written.meetings, written.problems or tuple(problems), written.plans or tuple(plans)
    )


def with_text(sections: tuple[Section, ...], text: MonthText) -> tuple[Section, ...]:
    """The sections with the written words in the place of what was drafted."""
    return tuple(Section(part.number, part.title, _lines(part, text)) for part in sections)


def _lines(part: Section, text: MonthText) -> tuple[Line, ...]:
    if part.title == _MEETINGS:
        return _numbered(_MEETINGS, text.meetings) or part.lines
    lines: list[Line] = []
    for word, written in (("问题", text.problems), ("下月重点", text.plans)):
        drafted = [line for line in part.lines if line.drafted and line.label.startswith(word)]
        lines += (_numbered(word, written) if written else tuple(drafted)) if drafted else ()
    return (*(line for line in part.lines if not line.drafted), *lines)


def _numbered(word: str, entries: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple(Line(f"{word}{number}", text) for number, text in enumerate(entries, 1))


def _key(month: str) -> str:
    return f"month_text:{month}"
