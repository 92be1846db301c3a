"""Shows a PC that waits to join its office the three steps, with the buttons they need."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel

from desktop.ui.common.parts import Card, button, row

_SAVE = "一、把本机名片存到U盘，带到已经在用的那台机。"
_ENROL = (
    "二、在那台机上：交换 → 数据包 → “登记名片…”，打电话核对左边的指纹码；"
    "再选“给{name}”，点“导出…”，存到U盘。"
)
_IMPORT = "三、U盘拿回来插上，导入那个数据包，填那台机的指纹码。"


class JoinSteps(Card):
    """In the place of 「发出的」 until the first package has come."""

    def __init__(self, save_card: Callable[[], None], import_first: Callable[[], None]) -> None:
        super().__init__("让这台机加入单位")
        actions = (
            button("保存名片…", save_card, "primary"),
            None,
            button("导入数据包…", import_first, "primary"),
        )
        self.enrol_step = QLabel()
        lines = (QLabel(_SAVE), self.enrol_step, QLabel(_IMPORT))
        for line, action in zip(lines, actions, strict=True):
            line.setWordWrap(True)
            self.body.addWidget(line)
            if action is not None:
                self.body.addLayout(row(action, None))
        self.body.addStretch(1)

    def show_name(self, name: str) -> None:
        """What the other PC's list calls this one."""
        self.enrol_step.setText(_ENROL.format(name=name))
