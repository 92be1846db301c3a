"""Corrects a visit that was typed in wrongly; the old one stays in the log, the new one counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop import clock
from desktop.models import residents, visits
from desktop.models.store import Store
from desktop.models.visits import NewVisit, Visit
from desktop.models.words import LABELS
from desktop.ui.common.day_edit import day_words, read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHOICE, Field, FormDialog
from desktop.ui.visits.entry_form import read_hour, walkers_of

_FIELDS = (
    Field("door", "门牌", hint="记错了户就改成对的门牌", required=True),
    Field("happened_on", "日期", required=True),
    Field("outcome", "结果", CHOICE, LABELS["outcome"]),
    Field("mode", "方式", CHOICE, LABELS["mode"]),
    Field("walkers", "走访人", hint="几个人用“、”隔开"),
    Field("started", "开始"),
    Field("ended", "结束"),
    Field("met_whom", "见到谁"),
    Field("changed", "家里变化"),
    Field("answered", "当场答复"),
    Field("note", "备注"),
    Field("next_on", "下次走访"),
)
_KEPT = "更正另存一条；原来那条保留，不再计数。清单和承诺跟着走。"


class CorrectionDialog(FormDialog):
    """The visit's fields, filled with what was recorded."""

    def __init__(self, desk: Desk, parent: QWidget, visit: Visit, door: str) -> None:
        self.visit = visit
        super().__init__(
            desk, parent, f"更正走访：{door}", _FIELDS,
            lambda values: visits.record(desk.store, corrected(desk.store, visit, door, values)),
            values={"door": door, **_values(visit)}, words=_KEPT, yes="保存更正",
        )  # fmt: skip


def _values(visit: Visit) -> dict[str, Any]:
    return {
        "happened_on": day_words(date.fromisoformat(visit.happened_on)),
        "outcome": visit.outcome,
        "mode": visit.mode,
        "walkers": "、".join(visit.walkers),
        "started": visit.started,
        "ended": visit.ended,
        "met_whom": visit.met_whom,
        "changed": visit.changed,
        "answered": visit.answered,
        "note": visit.note,
        "next_on": visit.next_on,
    }


def corrected(store: Store, visit: Visit, door: str, values: dict[str, Any]) -> NewVisit:
    """The visit that takes the old one's place; another door moves it to that household."""
    today, moved = clock.today(), values["door"] != door
    return NewVisit(
        household=residents.find_household(store, values["door"]) if moved else visit.household,
        outcome=values["outcome"],
        happened_on=read_day(values["happened_on"], today, ahead=False) or today,
        mode=values["mode"],
        walkers=walkers_of(values["walkers"]),
        started=read_hour(values["started"]),
        ended=read_hour(values["ended"]),
        met_whom=values["met_whom"],
        changed=values["changed"],
        answered=values["answered"],
        next_on=read_day(values["next_on"], today, ahead=True),
        note=values["note"],
        campaign=visit.campaign,
        corrects=visit.uid,
    )
