"""What was probably entered twice: both records side by side, merged only when a person says so."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.models import duplicates, items, privacy, residents, visits
from desktop.models.duplicates import Duplicate
from desktop.models.residents import Household, Resident
from desktop.models.store import Store
from desktop.models.subjects import subject
from desktop.models.words import label
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView

_WHY = {"door": "同一个门牌", "id_number": "同一个身份证号", "name_birth": "姓名和出生日期都一样",
        "two_pcs": "同一次走访，两台机各录了一遍",
        "late": "合并以后，别的机器又记了新内容"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A group, its name, and what each record says: label → one value a record."""

    duplicate: Duplicate
    about: str
    compared: tuple[tuple[str, tuple[str, ...]], ...]


def read_duplicates(store: Store) -> list[DuplicateRow]:
    rows = []
    for each in duplicates.duplicates(store):
        facts = [_FACTS[each.table](store, uid) for uid in each.choices]
        compared = tuple((key, tuple(one[key] for one in facts)) for key in facts[0])
        rows.append(DuplicateRow(each, subject(store, each.table, each.uids[0]), compared))
    return rows


def _household_facts(store: Store, uid: str) -> dict[str, str]:
    home: Household = residents.household(store, uid)
    past = visits.visits_of(store, uid)
    return {
        "门牌": home.door,
        "房屋性质": label("type_of_use", home.type_of_use),
        "住的人": "、".join(person.name for person in home.residents),
        "电话": privacy.mask_phone(home.phone),
        "走访": f"{len(past)}次" + (f"，最近{past[0].happened_on}" if past else ""),
        "备注": home.note or "",
    }


def _resident_facts(store: Store, uid: str) -> dict[str, str]:
    person: Resident = residents.resident(store, uid)
    home = residents.households(store, [person.household])
    return {
        "姓名": person.name,
        "门牌": home[0].door if home else "",
        "与户主关系": person.relation_word or label("relation", person.relation),
        "性别": person.sex or "",
        "出生": person.birth or "",
        "身份证号": privacy.mask_id(person.id_number),
        "电话": privacy.mask_phone(person.phone),
        "标签": "、".join(label("care_tag", tag) for tag in person.tags),
    }


def _visit_facts(store: Store, uid: str) -> dict[str, str]:
    visit = visits.visit_row(store, uid)
    home: Household = residents.household(store, visit.household)
    listed = [
        f"{label('item_kind', each.kind)}：{each.text}"
        for each in items.items(store, household=visit.household)
        if each.visit == uid
    ]
    return {
        "门牌": home.door,
        "走访日期": visit.happened_on,
        "走访人": "、".join(visit.walkers),
        "结果": label("outcome", visit.outcome),
        "录入日期": visit.recorded_on,
        "见到": visit.met_whom or "",
        "记下的事": "；".join(listed),
        "备注": visit.note or "",
    }


_FACTS = {
    "households": _household_facts, "residents": _resident_facts, "visits": _visit_facts,
}  # fmt: skip


COLUMNS: tuple[Column[DuplicateRow], ...] = (
    Column("记录", lambda r: r.about),
    Column("为什么疑似重复", lambda r: _WHY.get(r.duplicate.why, r.duplicate.why), width=170),
    Column("条数", lambda r: str(len(r.duplicate.uids)), width=60, number=True),
)


class DuplicatesPanel(QWidget):
    """Groups on the left, the records of one group beside each other on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.view: RowsView[DuplicateRow] = RowsView(
            COLUMNS, "没有疑似重复的记录。", sortable=False
        )
        self.view.picked.connect(self._show)
        self.side = QTableWidget()
        self.side.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.side.setWordWrap(True)
        self.side.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.side.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectColumns)
        self.merge_button = button("合并，留下选中的一条…", self.merge, "primary")
        right = QWidget()
        lines = QVBoxLayout(right)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.side, 1)
        lines.addLayout(row(self.merge_button, None))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.view)
        split.addWidget(right)
        split.setSizes([500, 620])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(muted_label(
            "程序从不自动合并。合并后，另一条的人员、走访、事项都归到留下的那条；可以撤销。"
        ))  # fmt: skip
        inside.addWidget(split, 1)

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_duplicates(store), self._take, owner=self)

    def _take(self, rows: list[DuplicateRow]) -> None:
        self.view.clearSelection()
        self.view.set_rows(rows)
        if rows:
            self.view.selectRow(0)
        self._show()

    def _show(self) -> None:
        rows = self.view.selected()
        self.merge_button.setEnabled(bool(rows))
        compared = rows[0].compared if rows else ()
        count = len(rows[0].duplicate.choices) if rows else 0
        self.side.clear()
        self.side.setRowCount(len(compared))
        self.side.setColumnCount(count)
        self.side.setHorizontalHeaderLabels([f"第{n}条" for n in range(1, count + 1)])
        self.side.setVerticalHeaderLabels([key for key, _ in compared])
        for line, (_, values) in enumerate(compared):
            for column, value in enumerate(values):
                entry = QTableWidgetItem(value)
                if len(set(values)) > 1:
                    font = entry.font()
                    font.setBold(True)
                    entry.setFont(font)
                entry.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                self.side.setItem(line, column, entry)
        self.side.resizeRowsToContents()
        if count:
            self.side.selectColumn(0)

    def merge(self) -> None:
        """Merge the group's other records into the selected one."""
        rows = self.view.selected()
        if not rows:
            return
        group, keep = rows[0].duplicate, max(0, self.side.currentColumn())
        others = [uid for uid in group.uids if uid != group.uids[keep]]
        question = (
            f"把后来记的内容归到{rows[0].about}吗？可以撤销。"
            if group.why == "late"
            else f"把另外{len(others)}条并入第{keep + 1}条（{rows[0].about}）吗？可以撤销。"
        )
        if not self.desk.ask.confirm(question, "合并", careful=True):
            return
        store, into = self.desk.store, group.uids[keep]

        def work() -> None:
            for uid in others:
                duplicates.merge(store, group.table, uid, into)

        self.desk.jobs.load(work, lambda _: self.load(), owner=self)
