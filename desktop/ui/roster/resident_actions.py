"""What can be done with one resident: add, edit, tag, show the phone, note that they left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from desktop import clock
from desktop.errors import UserError
from desktop.models import population, privacy, roster, settings
from desktop.models.care_tags import TagKind, tag_kinds
from desktop.models.residents import Resident
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import Dialog, Field, FormDialog
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.roster.person_fields import masked, resident_fields, unmasked

_LEFT = {"moved_out": "迁出（搬走了）", "died": "去世", "mistake": "录错了，删除"}


class BadDay(UserError):
    def __init__(self, text: str) -> None:
        super().__init__(f"日期“{text}”看不懂。请写成年-月-日，如 2026-05-06。")


def add_resident(desk: Desk, parent: QWidget, household: str, first: bool) -> None:
    """Ask for a new person behind this door; the first one is offered as the head."""

    def show(with_id: bool) -> None:
        def save(values: dict[str, Any]) -> object:
            return roster.add_resident(desk.store, household, **values)

        start = {"relation": "HEAD" if first else "UNKNOWN"}
        fields = resident_fields(with_id=with_id)
        FormDialog(desk, parent, "新增居民", fields, save, values=start).open()

    _when_known(desk, parent, show)


def edit_resident(desk: Desk, parent: QWidget, resident: Resident) -> None:
    """Change what is written about one person; only what differs becomes part of the change."""

    def read() -> tuple[bool, dict[str, Any]]:
        with_id = bool(settings.get(desk.store, "collect_id_numbers"))
        return with_id, roster.values_of(desk.store, resident.uid)

    def show(found: tuple[bool, dict[str, Any]]) -> None:
        with_id, stored = found
        fields, values = masked(resident_fields(with_id=with_id), stored)

        def save(edited: dict[str, Any]) -> object:
            changed = unmasked(edited, stored)
            return roster.set_fields(desk.store, resident.uid, changed, "修改居民")

        title = f"修改居民：{resident.name}"
        FormDialog(desk, parent, title, fields, save, values=values).open()

    desk.jobs.load(read, show, owner=parent)


def _when_known(desk: Desk, parent: QWidget, show: Callable[[bool], None]) -> None:
    """Ask the office's settings whether ID numbers are collected, then go on."""
    desk.jobs.load(lambda: bool(settings.get(desk.store, "collect_id_numbers")), show, owner=parent)


def remove_resident(desk: Desk, parent: QWidget, resident: Resident) -> None:
    """Somebody is no longer here: moved, died, or was written down by mistake."""
    fields = (
        Field("why", "情况", "choice", _LEFT),
        Field("on", "日期", required=True, hint="发生的日期，写成年-月-日"),
        Field("note", "说明", hint="删除录错的记录时请写明原因"),
    )

    def save(values: dict[str, Any]) -> object:
        if values["why"] == "mistake":
            return roster.remove(desk.store, resident.uid, values["note"] or "录错")
        return population.record_event(
            desk.store, values["why"], resident=resident.uid, happened_on=_day(values["on"]),
            note=values["note"],
        )  # fmt: skip

    FormDialog(
        desk, parent, f"移出：{resident.name}", fields, save,
        values={"why": "moved_out", "on": clock.today().isoformat()},
        words="迁出和去世会记入人口变动，历史都保留；按 Ctrl+Z 可以撤销。", yes="移出",
    ).open()  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDay(text) from None


def show_phone(
    desk: Desk, parent: QWidget, uid: str, whose: str, shown: Callable[[], None]
) -> None:
    """Unmask one phone number after a reason, which is kept in the audit list."""
    reason = desk.ask.reason(f"查看{whose}的电话，原因是：")
    if not reason:
        return

    def keep() -> None:
        privacy.note(desk.store, "查看电话", reason, record=uid)

    desk.jobs.load(keep, lambda _: shown(), owner=parent)


class TagsDialog(Dialog):
    """Tick boxes of the office's care tags for one resident."""

    def __init__(
        self, desk: Desk, parent: QWidget, resident: Resident, kinds: list[TagKind]
    ) -> None:
        super().__init__(f"关爱标签：{resident.name}", parent)
        self._desk, self._resident = desk, resident
        self.body.addWidget(
            muted_label("关爱标签决定多久走访一次，属于敏感信息：只勾选工作需要的，不写具体病情。")
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        self.boxes: dict[str, QCheckBox] = {}
        wanted = [kind for kind in kinds if kind.active or kind.code in resident.tags]
        for number, kind in enumerate(wanted):
            days = f"　每{kind.interval_days}天" if kind.interval_days else ""
            box = QCheckBox(kind.name)
            box.setChecked(kind.code in resident.tags)
            hint = QLabel(days)
            hint.setProperty("role", "muted")
            self.boxes[kind.code] = box
            line, column = divmod(number, 2)
            grid.addWidget(box, line, 2 * column)
            grid.addWidget(hint, line, 2 * column + 1)
        self.body.addLayout(grid)
        save = button("保存", self.accept, "primary")
        save.setDefault(True)
        self.body.addLayout(row(None, button("取消", self.reject), save))

    def accept(self) -> None:
        chosen = [code for code, box in self.boxes.items() if box.isChecked()]
        store, uid = self._desk.store, self._resident.uid
        self._desk.jobs.load(
            lambda: roster.set_tags(store, uid, chosen),
            lambda _: super(TagsDialog, self).accept(),
            owner=self,
        )


def edit_tags(desk: Desk, parent: QWidget, resident: Resident) -> None:
    desk.jobs.load(
        lambda: tag_kinds(desk.store),
        lambda kinds: TagsDialog(desk, parent, resident, kinds).open(),
        owner=parent,
    )
