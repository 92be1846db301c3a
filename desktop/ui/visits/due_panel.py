"""Who is due for a visit: filters, selection, and the papers for the walk."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop import clock
from desktop.exchange.print import documents
from desktop.models import capacity, care_tags, due, places, settings
from desktop.models.due import Due
from desktop.models.store import Store
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import scaled

_WITHIN = {"今天到期": 0, "一周内到期": 7, "一个月内到期": 31}
_VARIANTS = {"上门用（不含标签、电话）": "street", "单位留存": "office"}
OVERDUE = "已超期"


@dataclass(frozen=True, slots=True)
class DueRow:
    """A due household with its tags in words."""

    due: Due
    tags: str


@dataclass(frozen=True, slots=True)
class DueList:
    """What the panel shows, read in one go."""

    rows: list[DueRow]
    buildings: list[places.Building]
    per_evening: int


def read_due(store: Store, within: int) -> DueList:
    names = care_tags.tag_names(store)
    found = due.due_list(store, clock.today(), within=within)
    rows = [DueRow(each, "、".join(names.get(tag, tag) for tag in each.tags)) for each in found]
    return DueList(rows, places.buildings(store), int(settings.get(store, "doors_per_evening")))


def _hints(row: DueRow) -> str:
    words = ["换个时段再去"] if row.due.retry else []
    words += ["改打电话"] if row.due.muted_until or (row.due.knocks and not row.due.retry) else []
    words += [f"避开{row.due.quiet_hours}"] if row.due.quiet_hours else []
    return "，".join(words)


COLUMNS: tuple[Column[DueRow], ...] = (
    Column("门牌", lambda r: r.due.door, width=240, sort=lambda _: 0),
    Column("户主", lambda r: r.due.head, width=80),
    Column("到期", lambda r: r.due.due.isoformat(), width=100),
    Column(
        "超期", lambda r: f"{r.due.overdue_days}天" if r.due.overdue_days > 0 else "", width=64,
        number=True, sort=lambda r: r.due.overdue_days, colour=lambda _: "late",
    ),
    Column("为什么", lambda r: r.due.reason),
    Column("关爱标签", lambda r: r.tags, width=130),
    Column("上次走访", lambda r: r.due.last_on or "没有记录", width=100),
    Column("提示", _hints, width=120),
)  # fmt: skip


class DuePanel(QWidget):
    """The due list in route order."""

    record = Signal(str)  # type in this household's form

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._data = DueList([], [], 1)
        self.within = QComboBox()
        self.within.setMaximumWidth(scaled(200))
        self.within.addItems([*_WITHIN, OVERDUE])
        self.within.currentIndexChanged.connect(lambda _: self.load())
        self.building = QComboBox()
        self.building.addItem("全部楼栋", "")
        self.building.setMinimumWidth(scaled(120))
        self.building.setMaximumWidth(scaled(220))
        self.building.currentIndexChanged.connect(lambda _: self._show())
        self.tag = QComboBox()
        self.tag.setMaximumWidth(scaled(200))
        self.tag.addItem("全部住户", "")
        for code, name in care_tags.tag_names(desk.store).items():
            self.tag.addItem(name, code)
        self.tag.currentIndexChanged.connect(lambda _: self._show())
        self.wanted = QLineEdit()
        self.wanted.setPlaceholderText("筛选门牌、户主")
        self.wanted.setClearButtonEnabled(True)
        self.wanted.setMinimumWidth(scaled(110))
        self.wanted.setMaximumWidth(scaled(260))
        self.wanted.textChanged.connect(lambda _: self._show())
        self.view: RowsView[DueRow] = RowsView(COLUMNS, "没有到期的住户。")
        for place in (2, 5, 7):  # large text: the reason says date, tags and hint too
            self.view.show_column(place, scaled(100) < 140)
        self.view.opened.connect(lambda row: self.record.emit(row.due.household))
        self.view.picked.connect(self._count)
        self.count = QLabel()
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.about = muted_label()
        self.teams = QComboBox()
        for number in range(1, 13):
            self.teams.addItem(f"{number}组人去走", number)
        self.teams.setMaximumWidth(scaled(150))
        self.teams.setToolTip("估算几个晚上走得完；每组每晚的户数在“设置”里改")
        self.teams.currentIndexChanged.connect(lambda _: self._count())
        self.variant = QComboBox()
        self.variant.addItems(list(_VARIANTS))
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addLayout(
            row(self.within, self.building, self.tag, self.wanted, self.count, spacing=10)
        )
        inside.addWidget(self.view, 1)
        inside.addLayout(row(self.teams, self.about))
        inside.addLayout(row(
            button("打印登记表", self.print_forms, "primary", "选中的；没有选就是列出的全部"),
            self.variant,
            button("打印走访单", self.print_stairs, tip="一户一行，按走访路线，选中的或全部"),
            None,
            button("查看这户", self._open_household),
            button("录入走访（回车）", self._record),
        ))  # fmt: skip

    def load(self) -> None:
        within = _WITHIN.get(self.within.currentText(), 0)
        store = self.desk.store
        self.desk.jobs.load(lambda: read_due(store, within), self._take, owner=self)

    def show_overdue(self) -> None:
        self.within.setCurrentText(OVERDUE)

    def _take(self, data: DueList) -> None:
        self._data = data
        chosen = self.building.currentData()
        self.building.blockSignals(True)
        self.building.clear()
        self.building.addItem("全部楼栋", "")
        for each in data.buildings:
            self.building.addItem(each.place, each.uid)
        self.building.setCurrentIndex(max(0, self.building.findData(chosen)))
        self.building.blockSignals(False)
        self._show()

    def _show(self) -> None:
        self.view.set_rows([row for row in self._data.rows if self._fits(row)])
        self.view.clearSelection()
        self._count()

    def _fits(self, row: DueRow) -> bool:
        building, tag = self.building.currentData(), self.tag.currentData()
        text = self.wanted.text().strip()
        late = self.within.currentText() != OVERDUE or row.due.overdue_days > 0
        return (
            late
            and (not building or row.due.building == building)
            and (not tag or tag in row.due.tags)
            and (not text or text in row.due.door or text in row.due.head)
        )

    def _count(self) -> None:
        rows, chosen = self.view.table.rows, len(self.view.selected())
        late = sum(row.due.overdue_days > 0 for row in rows)
        words = f"共 {len(rows)} 户，其中超期 {late} 户"
        self.count.setText(words + (f"，选中 {chosen} 户" if chosen else ""))
        if chosen == 1:
            at = self.view.selected()[0].due
            self.about.setText(f"{at.short_door} {at.head}：{at.reason}")
            return
        plan = capacity.foresee(
            capacity.deadlines([row.due for row in rows]), clock.today(),
            walkers=self.teams.currentData(), each=max(1, self._data.per_evening),
        )  # fmt: skip
        self.about.setText(plan.text if rows else "")

    def chosen(self) -> list[str]:
        """The selected households, or all that are listed, in the order listed."""
        return [row.due.household for row in self.view.selected() or self.view.table.rows]

    def print_forms(self) -> None:
        homes, store = self.chosen(), self.desk.store
        variant = _VARIANTS[self.variant.currentText()]
        if not homes:
            self.desk.ask.tell("名单里没有住户，没有可打印的登记表。")
            return
        preview(
            self.desk, self, "入户走访登记表",
            lambda path, progress: documents.print_forms(
                store, path, homes, variant=variant, progress=progress
            ),
        )  # fmt: skip

    def print_stairs(self) -> None:
        homes, store = self.chosen(), self.desk.store
        if not homes:
            self.desk.ask.tell("名单里没有住户，没有可打印的走访单。")
            return
        preview(
            self.desk, self, "走访单",
            lambda path, progress: documents.print_stairs(store, path, homes, progress=progress),
        )  # fmt: skip

    def _first(self) -> str | None:
        rows = self.view.selected()
        return rows[0].due.household if rows else None

    def _record(self) -> None:
        uid = self._first()
        if uid:
            self.record.emit(uid)

    def _open_household(self) -> None:
        uid = self._first()
        if uid:
            self.desk.go(Place("household", uid))
