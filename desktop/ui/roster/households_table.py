"""The list of households: one row a door with head, people, tags and the last visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop import clock
from desktop.models import care_tags, residents, visits
from desktop.models.door_text import natural
from desktop.models.privacy import mask_name
from desktop.models.residents import Household
from desktop.models.search_index import key, spellings
from desktop.models.store import Store
from desktop.models.words import label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.style import roomy

_ESTATE, _BUILDING = 0, 1
_USE, _STATE, _AGO = 5, 6, 9  # columns


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """What the table shows of one household."""

    home: Household
    place: int  # in the order of a walk
    tags: str
    last_on: str  # day of the last valid visit, "" = never
    days: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the list is wanted; empty parts want everything."""

    text: str = ""
    tag: str = ""  # a code, "*" = any tag
    use: str = ""
    state: str = ""

    def accepts(self, row: HouseholdRow) -> bool:
        home = row.home
        return (
            (not self.tag or (bool(home.tags) if self.tag == "*" else self.tag in home.tags))
            and (not self.use or home.type_of_use == self.use)
            and (not self.state or (home.residency_state or "unknown") == self.state)
            and (not self.text or _matches(key(self.text), home))
        )


def _matches(wanted: str, home: Household) -> bool:
    if wanted in key(home.door):
        return True
    return any(
        wanted in key(person.name) or any(wanted in short for short in spellings(person.name))
        for person in home.residents
    )


def read_rows(
    store: Store, buildings: frozenset[str] | None, *, on: date | None = None
) -> list[HouseholdRow]:
    """The households of these buildings (None = all) in the order of a walk."""
    today = on or clock.today()
    only = next(iter(buildings)) if buildings and len(buildings) == 1 else None
    homes = residents.households(store, building=only or None)
    last = {uid: visit.happened_on for uid, visit in visits.last_valid(store).items()}
    names = care_tags.tag_names(store)
    return [
        _row(home, place, last.get(home.uid, ""), names, today)
        for place, home in enumerate(homes)
        if buildings is None or home.building in buildings
    ]


def _row(
    home: Household, place: int, last: str, names: Mapping[str, str], today: date
) -> HouseholdRow:
    tags = "、".join(names.get(tag, tag) for tag in home.tags)
    days = (today - date.fromisoformat(last)).days if last else None
    return HouseholdRow(home, place, tags, last, days)


def columns(hide_names: bool) -> tuple[Column[HouseholdRow], ...]:
    """The table's columns; with `hide_names` heads are masked (somebody looks over the desk)."""

    def head(row: HouseholdRow) -> str:
        return mask_name(row.home.head_name) if hide_names else row.home.head_name

    return (
        Column("小区", _estate, width=104, sort=lambda r: r.place),
        Column("楼栋", lambda r: r.home.building_label, width=84,
               sort=lambda r: (natural(r.home.building_label), r.place), firm=True),
        _door_column(),
        Column("户主", head, width=92),
        Column("人数", lambda r: str(len(r.home.residents)), width=56, number=True),
        Column("房屋性质", lambda r: label("type_of_use", r.home.type_of_use), width=84),
        Column("户籍状态", lambda r: label("residency_state", r.home.residency_state), width=88),
        Column("关爱标签", lambda r: r.tags, colour=lambda r: "accent" if r.tags else ""),
        Column("上次走访", lambda r: r.last_on or "未走访", width=108, sort=lambda r: r.last_on,
               firm=True),
        Column("距今", _ago, width=84, number=True, sort=lambda r: r.days or -1),
    )  # fmt: skip


def _door_column() -> Column[HouseholdRow]:
    """Large text has room for one column of the door, which then says all of it."""
    if roomy():
        return Column("门牌", lambda r: r.home.short_door, width=104)
    return Column("门牌", lambda r: r.home.door, width=204, sort=lambda r: r.place, firm=True)


def _estate(row: HouseholdRow) -> str:
    """The estate, or the lane where a building stands in none."""
    home = row.home
    return home.estate_name or (
        home.door.partition(home.building_label)[0] if home.building_label else ""
    )


def _ago(row: HouseholdRow) -> str:
    if row.days is None:
        return ""
    return f"{row.days}天" if row.days else "今天"


def households_view() -> RowsView[HouseholdRow]:
    view = RowsView(columns(False), "没有符合条件的住户。可以清除筛选，或导入花名册。")
    view.setAccessibleName("住户")
    if not roomy():
        # large text has no room for what the household's window says as well
        for place in (_ESTATE, _BUILDING, _USE, _STATE, _AGO):
            view.show_column(place, False)
    return view
