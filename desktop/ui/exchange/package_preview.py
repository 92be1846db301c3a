"""Shows what importing packages would do, household by household, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.exchange.packages.inbox import ImportResult
from desktop.models.differences import (
    CHANGED,
    CONFLICT,
    DELETED,
    DIFFERENCE_KINDS,
    NEW,
    HouseholdDifference,
    difference_words,
)
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.package_words import import_words, merges_nothing
from desktop.ui.style import scaled

_COLOURS = {NEW: "good", CHANGED: "", DELETED: "late", CONFLICT: "warn"}


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of the list; `door` only in the first line of a household."""

    door: str
    kind: str
    words: str


def preview_lines(result: ImportResult) -> list[PreviewLine]:
    """The households of a preview as lines, and how many more there are."""
    lines = [line for home in result.households for line in _household_lines(home)]
    left_out = result.household_counts.touched - len(result.households)
    if left_out > 0:
        lines.append(PreviewLine("", "", f"还有 {left_out} 户，没有一一列出。"))
    return lines


def _household_lines(home: HouseholdDifference) -> Iterator[PreviewLine]:
    door = home.door
    if home.kind != CHANGED:
        whole = {NEW: "整户新增", DELETED: "整户删除"}[home.kind]
        yield PreviewLine(door, home.kind, whole)
        door = ""
    for one in home.differences:
        yield PreviewLine(door, one.kind, difference_words(one))
        door = ""
    if home.more:
        yield PreviewLine("", "", f"这一户还有 {home.more} 处")


def household_words(result: ImportResult) -> str:
    """How many households are touched, in one line; "" when none is."""
    counts = result.household_counts
    if not counts.touched:
        return ""
    parts = [
        f"{what} {number} 户"
        for what, number in (
            ("新增", counts.new), ("改动", counts.changed), ("删除", counts.deleted),
        )
        if number
    ]  # fmt: skip
    words = f"涉及 {counts.touched} 户：{'，'.join(parts)}。"
    return words + (f"其中 {counts.disputed} 户有两边都改过的地方。" if counts.disputed else "")


LINES: tuple[Column[PreviewLine], ...] = (
    Column("门牌", lambda line: line.door, width=190),
    Column(
        "怎样", lambda line: DIFFERENCE_KINDS.get(line.kind, ""), width=60,
        colour=lambda line: _COLOURS.get(line.kind, "muted"),
    ),
    Column("内容", lambda line: line.words),
)  # fmt: skip


class PackagePreview(Dialog):
    """What importing would do; nothing is written before 「并入」."""

    def __init__(
        self,
        parent: QWidget,
        result: ImportResult,
        take_in: Callable[[], None],
        *,
        first: bool = False,
    ) -> None:
        super().__init__("导入数据包：预览", parent, width=820)
        self._take_in = take_in
        nothing_merged = merges_nothing(result)
        self.body.addWidget(section_label(_title(result)))
        for words in (household_words(result), *import_words(result)):
            if words:
                self.body.addWidget(_line(words))
        if result.household_counts.erased:
            self.body.addWidget(
                _line(f"有 {result.household_counts.erased} 条记录会永久抹除，不能恢复。")
            )
        self.view: RowsView[PreviewLine] = RowsView(LINES, "没有哪一户有变化。", sortable=False)
        self.view.set_rows(preview_lines(result))
        self.view.setMinimumHeight(scaled(220))
        self.body.addWidget(self.view, 1)
        self.view.setVisible(bool(result.households))
        self.body.addWidget(muted_label(_afterwards(result, first=first)))
        self.yes = button("收下" if nothing_merged else "并入", self.accept, "primary")
        self.yes.setDefault(True)
        self.yes.setEnabled(
            bool(result.applied or result.already or result.waiting or result.receipts)
        )
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))
        self.fit(820, 600 if result.households else 300)

    def accept(self) -> None:
        super().accept()
        self._take_in()


def _title(result: ImportResult) -> str:
    if not merges_nothing(result):
        return "并入后会有这些变化"
    return "外单位的来件" if result.arrivals else "同事的回执"


def _afterwards(result: ImportResult, *, first: bool) -> str:
    """What taking it in does to the records, and whether there is a way back."""
    if not merges_nothing(result):
        back = "" if first else "并入以后也可以整包撤销。"
        return f"现在还什么都没有改。{back}"
    if result.arrivals and all(each.month for each in result.arrivals):
        return "收下后算进“今日”和“报表”的合计，不改动本单位的任何记录。"
    if result.arrivals:
        return "收下后列在“上下级”，不改动本单位的任何记录。"
    return "收下后“本单位的机器”里就看得到对方还差多少，不改动任何记录。"


def _line(words: str) -> QLabel:
    line = QLabel(words)
    line.setTextFormat(Qt.TextFormat.PlainText)
    line.setWordWrap(True)
    return line
