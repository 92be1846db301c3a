"""Adds estates, lanes, buildings and doors by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.models import roster
from desktop.models.places import buildings, estates, lanes
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import FormDialog
from desktop.ui.roster.person_fields import (
    ESTATE_FIELDS,
    LANE_FIELDS,
    building_fields,
    new_household_fields,
)
from desktop.ui.roster.places_tree import BUILDING, ESTATE, LANE, UNIT, Scope

Saver = Callable[[dict[str, Any]], object]


def new_estate(desk: Desk, parent: QWidget) -> None:
    def save(values: dict[str, Any]) -> object:
        return roster.add_place(desk.store, "estates", **values)

    FormDialog(desk, parent, "新增小区", ESTATE_FIELDS, save).open()


def new_lane(desk: Desk, parent: QWidget) -> None:
    def save(values: dict[str, Any]) -> object:
        return roster.add_place(desk.store, "lanes", **values)

    FormDialog(desk, parent, "新增街巷", LANE_FIELDS, save).open()


def new_building(desk: Desk, parent: QWidget, scope: Scope) -> None:
    """Offered in the estate or lane chosen in the tree."""

    def save(values: dict[str, Any]) -> object:
        return roster.add_place(desk.store, "buildings", **values)

    def show(found: Any) -> None:
        start = {"word": "栋"}
        if scope.kind in (ESTATE, LANE):
            start[scope.kind] = scope.uid
        FormDialog(desk, parent, "新增楼栋", building_fields(*found), save, values=start).open()

    desk.jobs.load(lambda: (estates(desk.store), lanes(desk.store)), show, owner=parent)


def new_household(desk: Desk, parent: QWidget, scope: Scope, added: Callable[[str], None]) -> None:
    """Offered in the building and unit chosen in the tree; `added` gets the new uid."""
    made: list[str] = []

    def save(values: dict[str, Any]) -> object:
        building = values.pop("building")
        uid, change = roster.add_household(desk.store, building, **values)
        made.append(uid)
        return change

    def show(found: Any) -> None:
        start = {}
        if scope.kind in (BUILDING, UNIT):
            start = {"building": scope.uid, "unit": scope.unit}
        FormDialog(
            desk, parent, "新增住户", new_household_fields(found), save,
            values=start, saved=lambda: added(made[-1]),
        ).open()  # fmt: skip

    desk.jobs.load(lambda: buildings(desk.store), show, owner=parent)
