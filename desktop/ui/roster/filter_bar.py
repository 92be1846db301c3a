"""The line above the list of households: narrow it by words, tag, use and registration."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from desktop.models.words import LABELS
from desktop.ui.common.parts import button
from desktop.ui.roster.households_table import Filter

_WAIT_MS = 150


class FilterBar(QWidget):
    """Emits `changed` when the filter or the masking of names is another one.

    `hide_names` is laid out by the page, beside what it masks.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.setPlaceholderText("姓名、拼音首字母或门牌")
        self.text.setAccessibleName("筛选文字")
        self.text.setClearButtonEnabled(True)
        self.tag = _choice("关爱标签", {"": "全部标签", "*": "有任一标签"})
        self.use = _choice("房屋性质", {"": "全部房屋", **LABELS["type_of_use"]})
        self.state = _choice(
            "户籍状态", {"": "全部户籍", **LABELS["residency_state"], "unknown": "未填"}
        )
        self.hide_names = QCheckBox("隐去姓名")
        self.hide_names.setToolTip("旁边有人看屏幕时用：姓名只显示姓")
        self.clear = button("清除筛选", self.reset)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.text, 1)
        for choice in (self.tag, self.use, self.state):
            line.addWidget(choice)
            choice.currentIndexChanged.connect(self._tell)
        line.addWidget(self.clear)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self._tell)
        self.text.textChanged.connect(lambda: self._wait.start())
        self.hide_names.toggled.connect(self._tell)
        self.clear.setEnabled(False)

    def filter(self) -> Filter:
        return Filter(
            self.text.text().strip(),
            self.tag.currentData() or "",
            self.use.currentData() or "",
            self.state.currentData() or "",
        )

    def reset(self) -> None:
        """Show everything again."""
        self.blockSignals(True)
        self.text.clear()
        for choice in (self.tag, self.use, self.state):
            choice.setCurrentIndex(0)
        self.blockSignals(False)
        self._tell()

    def offer_tags(self, names: Mapping[str, str]) -> None:
        """The office's tags; the chosen one stays."""
        if self.tag.count() == 2:
            for code, name in names.items():
                self.tag.addItem(name, code)

    def choose_tag(self, code: str) -> None:
        self.reset()
        self.tag.setCurrentIndex(max(0, self.tag.findData(code)))

    def _tell(self) -> None:
        self.clear.setEnabled(self.filter() != Filter())
        self.changed.emit()


def _choice(name: str, options: Mapping[str, str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    for value, words in options.items():
        box.addItem(words, value)
    return box
