"""What can be done with residents: add, edit, tag, show the phone, note that they left, erase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from desktop import clock
from desktop.exchange.print import documents
from desktop.models import erasure, population, privacy, roster, settings
from desktop.models.care_tags import TagKind, tag_kinds
from desktop.models.residents import Resident
from desktop.ui.common.day_edit import day_words, read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHOICE, Dialog, Field, FormDialog
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.reports.print_preview import preview
from desktop.ui.roster.person_fields import masked, resident_fields, unmasked

_CAME = {"": "补登（早就住在这里）", "moved_in": "迁入（刚搬来）", "born": "出生"}
_LEFT = {"moved_out": "迁出（搬走了）", "died": "去世", "mistake": "录错了，删除"}


def add_resident(desk: Desk, parent: QWidget, household: str, first: bool) -> None:
    """Ask for a new person behind this door; the first one is offered as the head."""

    def show(with_id: bool) -> None:
        def save(values: dict[str, Any]) -> object:
            kind, came_on = values.pop("came"), values.pop("came_on")
            if not kind:
                return roster.add_resident(desk.store, household, **values)
            on = read_day(came_on, clock.today(), ahead=False) or clock.today()
            return population.arrive(desk.store, kind, household, happened_on=on, **values)

        start = {"relation": "HEAD" if first else "UNKNOWN"}
        fields = (
            *resident_fields(with_id=with_id),
            Field("came", "登记原因", CHOICE, _CAME, hint="迁入、出生计入当月人口变动"),
            Field("came_on", "哪天来的", hint="迁入、出生时填；不填算今天"),
        )
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


def remove_residents(desk: Desk, parent: QWidget, people: Sequence[Resident]) -> None:
    """Some are no longer here: moved, died, or were written down by mistake."""
    fields = (
        Field("why", "情况", "choice", _LEFT),
        Field("on", "日期", required=True, hint="发生的日期，如 20、6-20 或 2026-06-20"),
        Field("note", "说明", hint="删除录错的记录时请写明原因"),
    )
    uids = [person.uid for person in people]

    def save(values: dict[str, Any]) -> object:
        if values["why"] == "mistake":
            return [roster.remove(desk.store, uid, values["note"] or "录错") for uid in uids]
        on = read_day(values["on"], clock.today(), ahead=False) or clock.today()
        return population.leave(
            desk.store, values["why"], uids, happened_on=on, note=values["note"]
        )

    names = "、".join(person.name for person in people)
    FormDialog(
        desk, parent, f"移出：{names}", fields, save,
        values={"why": "moved_out", "on": day_words(clock.today())},
        words="迁出和去世记入人口变动，历史保留；按 Ctrl+Z 可以撤销。整户搬走先全选（Ctrl+A）。",
        yes="移出",
    ).open()  # fmt: skip


def print_what_is_held(desk: Desk, parent: QWidget, resident: Resident) -> None:
    """The sheet for the resident: everything kept about them."""
    preview(
        desk, parent, "我们掌握的信息",
        lambda path, progress: documents.print_held(
            desk.store, path, resident.uid, progress=progress
        ),
    )  # fmt: skip


def erase_resident(desk: Desk, uid: str, name: str) -> None:
    """Forget somebody for good after a reason and the name typed once more."""
    reason = desk.ask.reason(f"永久抹除{name}的全部资料和修改历史，原因是（如：本人要求删除）：")
    if not reason:
        return
    typed = desk.ask.text(
        f"抹除后不能撤销，同事的电脑收到数据包后也会抹除。\n确定的话，请再输入一遍姓名“{name}”："
    )
    if typed is None:
        return
    if typed != name:
        desk.ask.warn("姓名不一样，没有抹除。")
        return
    desk.jobs.load(
        lambda: erasure.erase_resident(desk.store, uid, reason),
        lambda _: desk.note("已抹除。以前的备份里还有，过期后会自动删去。"),
    )


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
