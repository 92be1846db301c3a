"""Prints the recovery sheet and makes sure that somebody puts it away."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.exchange.print.documents import print_recovery
from desktop.models import privacy, profile, users
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row, title_label
from desktop.ui.reports.print_preview import preview


class RecoverySheetDialog(Dialog):
    """Shown after set-up until it is confirmed, and from the settings whenever wanted."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("恢复单", parent, width=560)
        self.desk = desk
        self.body.addWidget(title_label("请打印恢复单"))
        for words in (
            "忘记口令或钥匙文件损坏时，只有恢复单能打开资料。近邻没有“后门”，谁也帮不了第二次。",
            "请打印一份（或存成PDF再打印），签字后装信封，锁进单位的柜子；不要拍照，"
            "不要和这台电脑、U盘放在一起。打印后请删除存下的PDF。",
        ):
            self.body.addWidget(muted_label(words))
        self.print_button = button("打开恢复单，打印或保存", self.show_sheet, "primary")
        self.body.addLayout(row(self.print_button, None))
        self.confirmed = QCheckBox("恢复单已打印并锁好")
        self.confirmed.setChecked(desk.preferences.recovery_kept)
        self.confirmed.toggled.connect(self._allow)
        self.body.addWidget(self.confirmed)
        self.done_button = button("完成", self.accept)
        self.body.addLayout(row(None, button("以后再说", self.reject), self.done_button))
        self._allow(self.confirmed.isChecked())

    def _allow(self, confirmed: bool) -> None:
        self.done_button.setEnabled(confirmed)

    def show_sheet(self) -> None:
        """Draw the sheet into the preview; looking at it is kept in the audit list."""
        store = self.desk.store
        privacy.note(store, "打开恢复单")
        office, user = profile.office(store).name, users.current(store).name
        preview(
            self.desk, self, "恢复单",
            lambda path, progress: print_recovery(
                path, office, user, profile.recovery_key(store), progress=progress
            ),
        )  # fmt: skip

    def accept(self) -> None:
        self.desk.preferences.recovery_kept = True
        super().accept()
