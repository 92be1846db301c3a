"""Puts an entry on a list without a visit: a call to the office, a hazard seen on a round."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop import clock
from desktop.models import items, residents, users
from desktop.models.store import Store
from desktop.models.words import LABELS
from desktop.ui.common.day_edit import day_words, read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHOICE, NOTE, Field, FormDialog

_TIME_CLASSES = {"": "按类别默认", **LABELS["time_class"]}


class NewItemDialog(FormDialog):
    """Kind, text, door, category, time class."""

    def __init__(self, desk: Desk, parent: QWidget, kind: str) -> None:
        fields = (
            Field("kind", "清单", CHOICE, LABELS["item_kind"]),
            Field("text", "内容", NOTE, required=True),
            Field("door", "门牌", hint="如 3栋2单元501；与哪一户都无关就不写"),
            Field("category", "类别", hint="如 水电、楼道、照护"),
            Field("time_class", "办理时限", CHOICE, _TIME_CLASSES),
            Field("on", "登记日期", required=True),
            Field("by", "登记人", required=True),
        )
        values = {
            "kind": kind,
            "on": day_words(clock.today()),
            "by": users.current(desk.store).name,
        }
        super().__init__(
            desk, parent, "新增事项", fields, lambda given: register(desk.store, given),
            values=values,
        )  # fmt: skip


def register(store: Store, given: dict[str, Any]) -> str:
    """Keep what was typed; the door is looked up as people write it."""
    home = residents.find_household(store, given["door"]) if given["door"] else None
    return items.register(
        store, given["kind"], given["text"], household=home, category=given["category"],
        time_class=given["time_class"], by=given["by"],
        on=read_day(given["on"], clock.today(), ahead=False),
    )  # fmt: skip
