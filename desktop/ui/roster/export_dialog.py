"""Asks which copy of the roster leaves the program and why, shows its fields, then writes it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop import clock
from desktop.exchange.sheets.roster_book import FIELDS, Exported, write_roster
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHOICE, Dialog, Field, Form
from desktop.ui.common.parts import button, muted_label, row

EXCEL = "Excel 工作簿 (*.xlsx)"
_KINDS = {
    "chief": "楼栋长用（姓名和门牌，不含标签和电话）",
    "street": "报街道用",
    "full": "本单位全量（含电话）",
}


class ExportDialog(Dialog):
    """Fields and number of people are shown before anything is written."""

    def __init__(self, desk: Desk, parent: QWidget, people: int) -> None:
        super().__init__("导出花名册", parent, width=600)
        self.desk = desk
        self.form = Form(
            (
                Field("profile", "导出哪一种", CHOICE, _KINDS),
                Field("reason", "用途和接收人", hint="全量花名册必须写明；每次导出都会记录"),
            )
        )
        self.fields = muted_label()
        self.people = muted_label(f"全社区在住居民{people:,}人。导出的表格没有加密，请妥善保管。")
        self.form.edited.connect(self._show_fields)
        self.body.addWidget(self.form)
        self.body.addWidget(self.fields)
        self.body.addWidget(self.people)
        yes = button("选择保存位置…", self.accept, "primary")
        yes.setDefault(True)
        self.body.addLayout(row(None, button("取消", self.reject), yes))
        self._show_fields()

    def _show_fields(self) -> None:
        profile = self.form.values()["profile"]
        words = "包含的列：" + "、".join(FIELDS[profile])
        if "身份证号" in FIELDS[profile]:
            words += "。没有开启身份证号登记时，身份证号一列不导出。"
        self.fields.setText(words)

    def accept(self) -> None:
        values = self.form.values()
        if values["profile"] == "full" and not values["reason"]:
            self.form.set_error("reason", "全量花名册要写明用途和接收人")
            return
        name = f"花名册-{clock.today().isoformat()}.xlsx"
        target = self.desk.ask.save_file("导出花名册", name, EXCEL)
        if target is None:
            return
        desk = self.desk

        def done(found: Exported) -> None:
            desk.note(f"已导出{found.households:,}户、{found.residents:,}人到“{target.name}”。")

        desk.jobs.run(
            "导出花名册",
            lambda p: write_roster(desk.store, target, progress=p, **values),
            done,
        )
        super().accept()
