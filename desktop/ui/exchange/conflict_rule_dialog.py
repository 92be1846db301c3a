"""Settles many conflicts at once: whose values, which field, and how many that would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QRadioButton, QWidget

from desktop.models.conflict_rules import Plan, Rule, plan
from desktop.models.field_words import TABLE_WORDS, field_word
from desktop.models.versions import GONE
from desktop.ui.common.form import Dialog
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.exchange.conflict_words import ConflictRow


class ConflictRuleDialog(Dialog):
    """Nothing is settled before 「就这样处理」; the number stands below the rule."""

    def __init__(
        self,
        parent: QWidget,
        rows: Sequence[ConflictRow],
        chosen: Sequence[ConflictRow],
        here: str,
        names: Mapping[str, str],
        carry_out: Callable[[Rule], None],
    ) -> None:
        super().__init__("成批处理冲突", parent, width=560)
        self._found = [one.conflict for one in rows]
        self._chosen = frozenset(one.conflict.id for one in chosen)
        self._carry_out = carry_out
        self.whose = self._whose(here, names)
        self.field = self._fields()
        self.all = QRadioButton(f"全部 {len(rows)} 处")
        self.only = QRadioButton(f"只处理列表里选中的 {len(chosen)} 处")
        (self.only if len(chosen) > 1 else self.all).setChecked(True)
        self.count = QLabel()
        self.count.setWordWrap(True)
        self.yes = button("就这样处理", self.accept, "primary")
        self._lay_out()
        self.only.setVisible(len(chosen) > 1)
        for box in (self.whose, self.field):
            box.currentIndexChanged.connect(self._tell)
        self.all.toggled.connect(self._tell)
        self._tell()

    def _lay_out(self) -> None:
        self.body.addWidget(muted_label(
            "只按机器选，不按时间先后：电脑的时钟不一定准。处理完可以用 Ctrl+Z 整批退回。"
        ))  # fmt: skip
        self.body.addWidget(self.all)
        self.body.addWidget(self.only)
        grid = QGridLayout()
        for line, (words, box) in enumerate((("取谁的值", self.whose), ("哪一项", self.field))):
            label = QLabel(words)
            label.setBuddy(box)
            box.setAccessibleName(words)
            grid.addWidget(label, line, 0)
            grid.addWidget(box, line, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self.count)
        self.body.addStretch(1)
        self.body.addLayout(row(None, button("取消", self.reject), self.yes))

    def _whose(self, here: str, names: Mapping[str, str]) -> QComboBox:
        """This PC first, then every other one that gave a value."""
        givers = {candidate.site for one in self._found for candidate in one.candidates}
        box = QComboBox()
        for site in sorted(givers, key=lambda site: (site != here, names.get(site, site))):
            name = names.get(site, f"{site[:6]}号机")
            box.addItem(f"全部取本机（{name}）的" if site == here else f"全部取{name}的", site)
        return box

    def _fields(self) -> QComboBox:
        counts = Counter((one.table, one.field) for one in self._found if one.field != GONE)
        box = QComboBox()
        box.addItem("所有项", None)
        for (table, field), number in counts.most_common():
            words = f"{TABLE_WORDS.get(table, table)}的{field_word(table, field)}"
            box.addItem(f"{words}（{number} 处）", (table, field))
        return box

    def rule(self) -> Rule:
        ids = self._chosen if self.only.isChecked() else None
        field = self.field.currentData()
        return Rule(self.whose.currentData(), tuple(field) if field else None, ids)

    def _tell(self) -> None:
        found = plan(self._found, self.rule())
        self.count.setText(plan_words(found))
        self.yes.setEnabled(bool(found.decisions))

    def accept(self) -> None:
        rule = self.rule()
        super().accept()
        self._carry_out(rule)


def plan_words(found: Plan) -> str:
    words = f"会处理 {len(found.decisions)} 处。"
    if found.silent:
        words += f"{found.silent} 处没有这台机的值，不动。"
    if found.deletions:
        words += f"{found.deletions} 处是删除和修改相遇，请一处一处看。"
    return words
