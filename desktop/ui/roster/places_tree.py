"""The tree of places at the left of the roster: estate → building → unit, each with its doors."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from desktop.models.place_counts import StairCount, stair_counts
from desktop.models.places import Building, Estate, Lane, buildings, estates, lanes
from desktop.models.residents import Household
from desktop.models.store import Store

ALL, ESTATE, LANE, BUILDING, UNIT, HOMELESS = "all", "estate", "lane", "building", "unit", "none"
_SCOPE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the community: everything, an estate, a lane, a building or one unit of it."""

    kind: str = ALL
    uid: str = ""
    unit: str = ""

    @property
    def building(self) -> str:
        """The building this lies in, "" for larger parts."""
        return self.uid if self.kind in (BUILDING, UNIT) else ""


@dataclass(frozen=True, slots=True)
class Places:
    """Everything the tree shows, read in one go."""

    estates: list[Estate]
    lanes: list[Lane]
    buildings: list[Building]
    stairs: dict[str, list[StairCount]]


def read_places(store: Store) -> Places:
    return Places(estates(store), lanes(store), buildings(store), stair_counts(store))


def buildings_in(places: Places, scope: Scope) -> frozenset[str] | None:
    """The buildings of a scope; None for all (doors whose building is unknown included)."""
    if scope.kind == ALL:
        return None
    if scope.kind == HOMELESS:
        return frozenset({""})
    if scope.building:
        return frozenset({scope.building})
    if scope.kind == ESTATE:
        return frozenset(b.uid for b in places.buildings if b.estate == scope.uid)
    return frozenset(b.uid for b in places.buildings if not b.estate and b.lane == scope.uid)


def within(scope: Scope, home: Household) -> bool:
    """Whether a door of the right building lies in the scope's unit."""
    return scope.kind != UNIT or (home.unit or "") == scope.unit


class PlacesTree(QTreeWidget):
    """Emits `scope_chosen` when another part of the community is picked."""

    scope_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setColumnCount(2)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, self.header().ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, self.header().ResizeMode.ResizeToContents)
        self.setIndentation(18)
        self.setAccessibleName("小区和楼栋")
        self.currentItemChanged.connect(lambda now, _: self._chose(now))

    def scope(self) -> Scope:
        item = self.currentItem()
        return item.data(0, _SCOPE) if item else Scope()

    def show_places(self, places: Places) -> None:
        """Fill the tree anew; what was open and chosen stays so."""
        chosen, opened = self.scope(), self._opened()
        first = not self.topLevelItemCount()
        self.blockSignals(True)
        self.clear()
        top = self._add(self, "全部", Scope(), _doors(places, places.stairs))
        for estate in places.estates:
            inside = [b for b in places.buildings if b.estate == estate.uid]
            self._add_group(estate.name, Scope(ESTATE, estate.uid), inside, places)
        for lane in places.lanes:
            along = [b for b in places.buildings if b.lane == lane.uid]
            inside = [b for b in along if not b.estate]
            # a lane whose houses all stand under an estate already would only say 0 households
            if inside or not along:
                self._add_group(lane.name, Scope(LANE, lane.uid), inside, places)
        known = {b.uid for b in places.buildings}
        lost = [uid for uid in places.stairs if uid not in known]
        if lost:
            self._add(self, "楼栋待定", Scope(HOMELESS), _doors(places, lost))
        for item in self._items():
            expand = item.data(0, _SCOPE) in opened
            item.setExpanded(expand or (first and item.data(0, _SCOPE).kind in (ESTATE, LANE)))
        self.setCurrentItem(self._find(chosen) or top)
        self.blockSignals(False)

    def choose(self, scope: Scope) -> None:
        item = self._find(scope)
        if item is not None:
            self.setCurrentItem(item)
            self.scrollToItem(item)

    def _add_group(self, name: str, scope: Scope, inside: list[Building], places: Places) -> None:
        group = self._add(self, name, scope, _doors(places, [b.uid for b in inside]))
        for building in inside:
            stairs = places.stairs.get(building.uid, [])
            where = Scope(BUILDING, building.uid)
            leaf = self._add(group, building.label, where, _doors(places, [building.uid]))
            if len(stairs) > 1:
                for stair in stairs:
                    words = f"{stair.unit}单元" if stair.unit else "未分单元"
                    part = Scope(UNIT, building.uid, stair.unit)
                    self._add(leaf, words, part, stair.households)

    def _add(
        self, above: QTreeWidget | QTreeWidgetItem, words: str, scope: Scope, doors: int
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(above, [words, f"{doors:,}户"])
        item.setData(0, _SCOPE, scope)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, self.palette().placeholderText())
        return item

    def _items(self) -> list[QTreeWidgetItem]:
        waiting = [self.topLevelItem(n) for n in range(self.topLevelItemCount())]
        found: list[QTreeWidgetItem] = []
        while waiting:
            item = waiting.pop()
            if item is not None:
                found.append(item)
                waiting += [item.child(n) for n in range(item.childCount())]
        return found

    def _find(self, scope: Scope) -> QTreeWidgetItem | None:
        return next((i for i in self._items() if i.data(0, _SCOPE) == scope), None)

    def _opened(self) -> set[Scope]:
        return {item.data(0, _SCOPE) for item in self._items() if item.isExpanded()}

    def _chose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.scope_chosen.emit(item.data(0, _SCOPE))


def _doors(places: Places, buildings: list[str] | dict[str, list[StairCount]]) -> int:
    return sum(stair.households for uid in buildings for stair in places.stairs.get(uid, []))
