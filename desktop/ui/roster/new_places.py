"""Adds, edits and removes estates, lanes, buildings and doors by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.models import roster
from desktop.models.places import buildings, estates, lanes
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import Field, FormDialog
from desktop.ui.roster.person_fields import (
    ESTATE_FIELDS,
    LANE_FIELDS,
    building_fields,
    new_household_fields,
)
from desktop.ui.roster.places_tree import BUILDING, ESTATE, LANE, UNIT, Scope

TABLES = {ESTATE: "estates", LANE: "lanes", BUILDING: "buildings"}


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


def edit_place(desk: Desk, parent: QWidget, scope: Scope) -> None:
    """Change what is written about the estate, lane or building chosen in the tree."""

    def read() -> tuple[Sequence[Field], dict[str, Any]]:
        fields: Sequence[Field] = ESTATE_FIELDS if scope.kind == ESTATE else LANE_FIELDS
        if scope.kind == BUILDING:
            fields = building_fields(estates(desk.store), lanes(desk.store))
        return fields, roster.values_of(desk.store, scope.uid)

    def save(values: dict[str, Any]) -> object:
        return roster.set_fields(desk.store, scope.uid, values, "修改小区、楼栋")

    def show(found: tuple[Sequence[Field], dict[str, Any]]) -> None:
        fields, values = found
        FormDialog(desk, parent, "修改", fields, save, values=values).open()

    desk.jobs.load(read, show, owner=parent)


def remove_place(desk: Desk, scope: Scope) -> None:
    """Delete an empty estate, lane or building; one with doors in it is refused."""
    reason = desk.ask.reason("删除左边选中的小区、街巷或楼栋，原因是：")
    if reason:
        desk.jobs.load(lambda: roster.remove(desk.store, scope.uid, reason), lambda _: None)
