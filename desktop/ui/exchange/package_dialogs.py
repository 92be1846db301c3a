"""Compares a colleague's fingerprint before his PC is enrolled."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import count

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from desktop.exchange.packages.cards import Card
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row, section_label


def fingerprint_label(code: str) -> QLabel:
    """25 digits in big even groups that can be read out over the phone."""
    label = QLabel(code)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * 1.15)
    font.setBold(True)
    label.setFont(font)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAccessibleName("指纹码")
    return label


class EnrolDialog(Dialog):
    """「登记」 stays off until the person says that all groups are the same."""

    def __init__(
        self,
        parent: QWidget,
        card: Card,
        enrol: Callable[[str], None],
        *,
        other_office: bool = False,
        taken: Collection[str] = (),
    ) -> None:
        title = "登记外单位" if other_office else "登记同事的机器"
        super().__init__(title, parent, width=560)
        self._enrol, self._taken = enrol, taken
        self.body.addWidget(section_label(f"{card.office_name or '还没有加入单位'}　{card.name}"))
        self.body.addWidget(muted_label(
            f"请打电话给{'对方单位' if other_office else '同事'}，"
            "让对方在“交换 → 数据包”里念出本机指纹码，逐组核对："
        ))  # fmt: skip
        self.body.addWidget(fingerprint_label(card.fingerprint))
        self.same = QCheckBox("五组数字都核对过，完全一样")
        self.body.addWidget(self.same)
        self.name = QLineEdit(card.office_name if other_office else card.name)
        self.name.setMaxLength(40)
        self.body.addLayout(row(QLabel("叫它"), self.name))
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.body.addWidget(self.problem)
        self.yes = button("登记", self.accept, "primary")
        self.same.toggled.connect(self._able)
        self.name.textChanged.connect(self._able)
        self._able()
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))

    def _able(self) -> None:
        name = self.name.text().strip()
        known = name in self._taken
        free = next(f"{n}号机" for n in count(2) if f"{n}号机" not in self._taken)
        self.problem.setText(f"已经有一台叫“{name}”了，请换个名字，如“{free}”。" if known else "")
        self.problem.setVisible(known)
        self.yes.setEnabled(self.same.isChecked() and bool(name) and not known)

    def accept(self) -> None:
        name = self.name.text().strip()
        super().accept()
        self._enrol(name)
