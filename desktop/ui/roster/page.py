"""The screen 花名册: the tree of places, the list of households, the building's elevation."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.exchange.print import documents
from desktop.models import care_tags
from desktop.models.elevation import Elevation, elevation_of
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.form import FormDialog
from desktop.ui.common.page import Page as BasePage
from desktop.ui.common.page import Shot
from desktop.ui.common.parts import button
from desktop.ui.reports.print_preview import preview
from desktop.ui.roster import new_places
from desktop.ui.roster.elevation_view import ElevationView
from desktop.ui.roster.export_dialog import ExportDialog
from desktop.ui.roster.filter_bar import FilterBar
from desktop.ui.roster.household_dialog import open_household
from desktop.ui.roster.households_table import (
    HouseholdRow,
    columns,
    households_view,
    read_rows,
)
from desktop.ui.roster.places_tree import (
    ALL,
    BUILDING,
    ESTATE,
    HOMELESS,
    LANE,
    Places,
    PlacesTree,
    Scope,
    buildings_in,
    read_places,
    within,
)
from desktop.ui.style import roomy, scaled


@dataclass(frozen=True, slots=True)
class _Read:
    """One reading of everything the screen shows."""

    places: Places
    tags: dict[str, str]
    rows: list[HouseholdRow]
    elevation: Elevation | None


class Page(BasePage):
    """花名册."""

    title = "花名册"
    concerns = frozenset(
        {"estates", "lanes", "buildings", "households", "residents", "care_tags", "visits"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._places: Places | None = None
        self._rows: list[HouseholdRow] = []
        self._elevation: Elevation | None = None
        self.body.addLayout(self._build_head())
        self.tree = PlacesTree()
        self.tree.setMinimumWidth(scaled(176))
        self.tree.scope_chosen.connect(lambda _: self.load())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(14)
        split.addWidget(self.tree)
        split.addWidget(self._build_right())
        split.setSizes([scaled(230 if roomy() else 176), scaled(940)])
        split.setStretchFactor(1, 1)
        self.body.addWidget(split, 1)

    def _build_head(self) -> QHBoxLayout:
        add = QPushButton("新增、修改")
        menu = QMenu(add)
        menu.addAction("住户…", self.new_household)
        menu.addAction("楼栋…", self._new_building)
        menu.addAction("小区…", lambda: new_places.new_estate(self.desk, self))
        menu.addAction("街巷…", lambda: new_places.new_lane(self.desk, self))
        menu.addSeparator()
        self.edit_action = menu.addAction("修改左边选中的…", self._edit_place)
        self.remove_action = menu.addAction("删除左边选中的…", self._remove_place)
        menu.aboutToShow.connect(self._offer_edits)
        add.setMenu(menu)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.heading)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        line.addWidget(self.count)
        line.addStretch(1)
        line.addWidget(add)
        line.addWidget(button("打印走访表", self.print_forms))
        line.addWidget(button("导出花名册", self.export))
        line.addWidget(
            button("导入花名册", lambda: self.desk.go(Place("exchange", "import")), "primary")
        )
        return line

    def _build_right(self) -> QWidget:
        self.filters = FilterBar()
        self.filters.changed.connect(self._show_rows)
        self.as_list, self.as_elevation = _tab("列表"), _tab("立面图")
        self.as_elevation.setToolTip("先在左边选一栋楼")
        switch = QButtonGroup(self)
        switch.addButton(self.as_list)
        switch.addButton(self.as_elevation)
        self.as_list.setChecked(True)
        switch.buttonClicked.connect(lambda _: self._show_rows())
        self.print_elevation = button("打印立面图", self._print_elevation)
        self.table = households_view()
        self.table.opened.connect(lambda row: open_household(self.desk, self, row.home.uid))
        self.elevation = ElevationView()
        self.elevation.opened.connect(lambda uid: open_household(self.desk, self, uid))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.elevation)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(area)
        right = QWidget()
        inside = QVBoxLayout(right)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.filters)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.as_list)
        line.addWidget(self.as_elevation)
        line.addStretch(1)
        line.addWidget(self.filters.hide_names)
        line.addSpacing(12)
        line.addWidget(self.print_elevation)
        inside.addLayout(line)
        inside.addWidget(self.stack, 1)
        return right

    def load(self) -> None:
        scope = self.tree.scope()
        self.desk.jobs.load(lambda: self._read(scope), self._show, owner=self)

    def _read(self, scope: Scope) -> _Read:
        store = self.desk.store
        places = read_places(store)
        rows = read_rows(store, buildings_in(places, scope))
        known = {building.uid for building in places.buildings}
        drawn = None
        if scope.building in known:
            drawn = elevation_of(store, scope.building, clock.today())
        tags = dict(care_tags.tag_names(store))
        return _Read(places, tags, [row for row in rows if within(scope, row.home)], drawn)

    def _show(self, found: _Read) -> None:
        self.tree.show_places(found.places)
        self.filters.offer_tags(found.tags)
        self._places, self._rows, self._elevation = found.places, found.rows, found.elevation
        self._show_rows()

    def _show_rows(self) -> None:
        """What is read already, through the filter."""
        wanted, hide = self.filters.filter(), self.filters.hide_names.isChecked()
        rows = [row for row in self._rows if wanted.accepts(row)]
        people = sum(len(row.home.residents) for row in rows)
        self.count.setText(f"{len(rows):,}户　{people:,}人")
        self.table.table.columns = columns(hide)
        self.table.show_column(0, roomy() and self.tree.scope().kind in (ALL, LANE, HOMELESS))
        self.table.set_rows(rows)
        can_draw = self._elevation is not None
        self.as_elevation.setEnabled(can_draw)
        if not can_draw:
            self.as_list.setChecked(True)
        drawn = can_draw and self.as_elevation.isChecked()
        self.elevation.show_elevation(self._elevation, hide_names=hide)
        self.print_elevation.setVisible(drawn)
        self.stack.setCurrentIndex(1 if drawn else 0)

    def show_key(self, key: str) -> None:
        kind, _, rest = key.partition(":")
        if kind == "tag":
            self.filters.choose_tag(rest)
        elif kind == "text":
            self.filters.reset()
            self.filters.text.setText(rest)
        elif kind in (ESTATE, BUILDING):
            self.tree.choose(Scope(kind, rest))

    def new_household(self) -> None:
        """Add a door, then show its window so that people can be added."""
        new_places.new_household(self.desk, self, self.tree.scope(), lambda uid: _opened(self, uid))

    def _new_building(self) -> None:
        new_places.new_building(self.desk, self, self.tree.scope())

    def _offer_edits(self) -> None:
        """Estates, lanes and buildings can be edited, the whole community and units cannot."""
        can = self.tree.scope().kind in new_places.TABLES
        self.edit_action.setEnabled(can)
        self.remove_action.setEnabled(can)

    def _edit_place(self) -> None:
        new_places.edit_place(self.desk, self, self.tree.scope())

    def _remove_place(self) -> None:
        new_places.remove_place(self.desk, self.tree.scope())

    def print_forms(self) -> None:
        """Visit forms of the selected doors, else of all doors in the list."""
        chosen = self.table.selected() or self.table.rows()
        if not chosen:
            self.desk.note("列表里没有住户，没有可打印的走访表。")
            return
        question = f"打印{len(chosen)}户的走访登记表？"
        if len(chosen) > 50 and not self.desk.ask.confirm(question, "打印"):
            return
        uids = [row.home.uid for row in chosen]
        preview(
            self.desk, self, "入户走访登记表",
            lambda path, progress: documents.print_forms(
                self.desk.store, path, uids, variant="office", progress=progress
            ),
        )  # fmt: skip

    def _print_elevation(self) -> None:
        building = self.tree.scope().building
        preview(
            self.desk, self, "楼栋立面图",
            lambda path, progress: documents.print_elevation(
                self.desk.store, path, building, progress=progress
            ),
        )  # fmt: skip

    def export(self) -> None:
        """The roster as a workbook, after showing what it holds."""
        stairs = self._places.stairs.values() if self._places else ()
        people = sum(stair.people for some in stairs for stair in some)
        ExportDialog(self.desk, self, people).open()

    def shots(self) -> list[Shot]:
        return [
            Shot("elevation", self._shot_elevation),
            Shot("household", self._shot_household),
            Shot("new-household", self._shot_new),
            Shot("export", self._shot_export),
        ]

    def _shot_elevation(self) -> None:
        """The building with the most doors."""
        doors: dict[str, int] = {}
        for row in self._rows:
            doors[row.home.building] = doors.get(row.home.building, 0) + 1
        if doors:
            self.tree.choose(Scope(BUILDING, max(doors, key=lambda uid: doors[uid])))
            self.desk.jobs.wait_idle()
            self.as_elevation.click()

    def _shot_household(self) -> QWidget | None:
        rows = sorted(self._rows, key=lambda r: (-len(r.home.tags), -len(r.home.residents)))
        return open_household(self.desk, self, rows[0].home.uid) if rows else None

    def _shot_new(self) -> QWidget | None:
        self.as_list.click()
        self.new_household()
        self.desk.jobs.wait_idle()
        return next(iter(self.findChildren(FormDialog)), None)

    def _shot_export(self) -> QWidget | None:
        self.export()
        return next(iter(self.findChildren(ExportDialog)), None)


def _tab(words: str) -> QPushButton:
    made = QPushButton(words)
    made.setCheckable(True)
    made.setProperty("role", "tab")
    made.setAutoDefault(False)
    return made


def _opened(page: Page, uid: str) -> None:
    open_household(page.desk, page, uid)
