"""Edits the words of a month's report before it is printed or sealed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from desktop.models.month import MonthReport
from desktop.models.month_outside import shown
from desktop.models.month_period import month_words
from desktop.models.month_text import MonthText, start_of, write_text
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import NOTE, Field, FormDialog

_ABOUT = (
    "一行写一条。“议事”写开了什么会、议定什么事；“问题”“下月重点”清空后用自动起草的。"
    "月报要送街道，不写住户的姓名和门牌。"
)
_FIELDS = (
    Field("meetings", "议事", NOTE),
    Field("problems", "问题", NOTE),
    Field("plans", "下月重点", NOTE),
)


class MonthTextDialog(FormDialog):
    """Opens with what was written, else with the draft, which gives away no small number."""

    def __init__(
        self, desk: Desk, parent: QWidget, report: MonthReport, written: MonthText
    ) -> None:
        store = desk.store
        start = start_of(written, shown(report.indicators), report.counts)
        drafted = start_of(MonthText(), shown(report.indicators), report.counts)
        super().__init__(
            desk, parent, f"{month_words(report.month)}月报的文字", _FIELDS,
            lambda given: write_text(store, report.month, _written(given, drafted)),
            values={name: "\n".join(getattr(start, name)) for name in _NAMES}, words=_ABOUT,
        )  # fmt: skip
        self.fit(640, 400)


_NAMES = tuple(field.name for field in _FIELDS)


def _written(given: Mapping[str, str], drafted: MonthText) -> MonthText:
    """The words typed; a draft left as it was stays one, and follows the numbers."""
    lines = {name: tuple(filter(None, map(str.strip, given[name].splitlines()))) for name in _NAMES}
    return MonthText(
        **{name: () if lines[name] == getattr(drafted, name) else lines[name] for name in _NAMES}
    )
