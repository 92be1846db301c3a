"""Stops a colleague's PC: nothing more is believed, or only what it wrote up to a number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QRadioButton, QSpinBox, QWidget

from desktop.models.sites import Site
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row

_MOST = 2_000_000_000


class StopDialog(Dialog):
    """`last` is the number of the PC's last change that is here (0: none), and is offered."""

    def __init__(
        self,
        parent: QWidget,
        site: Site,
        last: int,
        stop: Callable[[int | None], None],
    ) -> None:
        super().__init__(f"停用“{site.name}”", parent, width=560)
        self._stop = stop
        self._last = last
        self.body.addWidget(muted_label(
            "丢失、被盗、换新机时用。停用不能取消：以后不再写给它，也不再收它的数据包。"
        ))  # fmt: skip
        self.nothing = QRadioButton("一律不再收（丢了、被盗）")
        self.some = QRadioButton("它写到这一号为止的，迟到了也还收（换新机）：")
        self.nothing.setChecked(True)
        self.number = QSpinBox()
        self.number.setRange(0, _MOST)
        self.number.setValue(last)
        self.number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.number.setAccessibleName("第几号")
        self.some.toggled.connect(self._tell)
        self.number.valueChanged.connect(self._typed)
        self.known = QLabel()
        self.known.setWordWrap(True)
        self.yes = button("停用", self.accept, "danger")
        self.yes.setAutoDefault(False)
        no = button("取消", self.reject)
        no.setAutoDefault(True)
        self.body.addWidget(self.nothing)
        self.body.addLayout(row(self.some, self.number, None))
        self.body.addWidget(self.known)
        self.body.addStretch(1)
        self.body.addLayout(row(None, no, self.yes))
        self._tell()
        no.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def after(self) -> int | None:
        return self.number.value() if self.some.isChecked() else None

    def _typed(self) -> None:
        self.some.setChecked(True)
        self._tell()

    def _tell(self) -> None:
        if not self._last:
            self.known.setText("本机还没有收到过它的更改。")
            return
        words = f"本机已收到它的第1–{self._last}号。"
        late = self._last - self.number.value()
        if late > 0 and self.after is not None:
            words += f"其中{late}条在这一号以后，停用不会退回它们；要退回，在“收到的”里撤销。"
        self.known.setText(words)

    def accept(self) -> None:
        after = self.after
        super().accept()
        self._stop(after)
