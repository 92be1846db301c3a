"""Settings of privacy: whether ID numbers are collected, and who looked at or took out what."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.models import privacy, settings
from desktop.models.office_settings import put_settings
from desktop.models.privacy import AuditLine
from desktop.models.store import Store
from desktop.moments import moment
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card, button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.settings.kept_dialog import KeptDialog

_EXPLAIN = (
    "关着时，导入表格里的身份证号一律不保存，界面上也没有这一栏。只有上级明确要求、"
    "并告知居民用途时才开启。开启后号码也只显示“已登记”，不出现在走访表和任何公示里。"
)
_KEPT = "迁出、去世满一年的居民列在这里，由人逐个决定留还是抹除；什么都不会自动删除。"
_DETAIL_WORDS = {
    "households": "户", "residents": "人", "persons": "人", "fields": "项字段", "pages": "页",
    "rows": "行", "changes": "条更改",
}  # fmt: skip
COLUMNS: tuple[Column[AuditLine], ...] = (
    Column("时间", lambda a: moment(a.at), width=140),
    Column("谁", lambda a: a.user, width=90),
    Column("做了什么", lambda a: a.what, width=220),
    Column("原因", lambda a: a.reason),
    Column("数量", lambda a: _detail(a), width=180),
)


def _detail(line: AuditLine) -> str:
    parts = []
    for key, value in line.detail.items():
        if key in _DETAIL_WORDS:
            parts.append(f"{len(value) if isinstance(value, list) else value}{_DETAIL_WORDS[key]}")
    return "，".join(parts)


@dataclass(frozen=True, slots=True)
class PrivacyRead:
    collect: bool
    lines: list[AuditLine]


def read_privacy(store: Store) -> PrivacyRead:
    return PrivacyRead(
        bool(settings.get(store, "collect_id_numbers")), privacy.audit_lines(store, 500)
    )


class PrivacyTab(QWidget):
    """隐私."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 14, 0, 0)
        inside.setSpacing(14)
        card = Card("身份证号")
        self.collect = QCheckBox("登记身份证号")
        self.collect.clicked.connect(self.switch)
        card.body.addWidget(self.collect)
        card.body.addWidget(muted_label(_EXPLAIN))
        inside.addWidget(card)
        card = Card("到期该清理的资料")
        card.body.addWidget(muted_label(_KEPT))
        card.body.addLayout(row(button("看到期名单…", self.show_kept), None))
        inside.addWidget(card)
        card = Card("查看和导出记录（只在这台电脑上）")
        self.lines: RowsView[AuditLine] = RowsView(COLUMNS, "还没有查看或导出过个人信息。")
        card.body.addWidget(self.lines, 1)
        inside.addWidget(card, 1)

    def show_read(self, found: PrivacyRead) -> None:
        self.collect.setChecked(found.collect)
        self.lines.set_rows(found.lines)

    def show_kept(self) -> None:
        KeptDialog(self.desk, self).open()

    def switch(self) -> None:
        """Turning it on asks why, and the answer is kept."""
        wanted = self.collect.isChecked()
        reason = "" if not wanted else self.desk.ask.reason("开启身份证号登记，依据和用途是：")
        if wanted and not reason:
            self.collect.setChecked(False)
            return

        def keep() -> None:
            put_settings(self.desk.store, {"collect_id_numbers": wanted})
            what = "开启身份证号登记" if wanted else "关闭身份证号登记"
            privacy.note(self.desk.store, what, reason or "")

        self.desk.jobs.load(keep, lambda _: self.reload(), owner=self)

    def reload(self) -> None:
        self.desk.jobs.load(lambda: read_privacy(self.desk.store), self.show_read, owner=self)
