"""Hands the roster out as a workbook: the full copy, a chief's copy, a copy for the street.

The headers are words the import knows, so a full copy read in again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.exchange.sheets.faults import ReasonNeeded
from desktop.exchange.sheets.write import new_book, table_sheet
from desktop.models import privacy, roster_snapshot, settings
from desktop.models.care_tags import tag_names
from desktop.models.door_text import building_label
from desktop.models.residents import RELATION_ORDER, route_key
from desktop.models.roster_snapshot import BuildingRow, HouseholdRow, ResidentRow, Snapshot
from desktop.models.store import Store
from desktop.models.words import label
from desktop.progress import Progress, no_progress

PROFILES = ("full", "chief", "street")
_PLACE = ("小区", "小区类型", "街巷", "楼栋", "单元", "楼层", "房号", "附属位置")
_FULL = (
    *_PLACE,
    "姓名",
    "与户主关系",
    "性别",
    "出生日期",
    "身份证号",
    "联系电话",
    "电话说明",
    "人员类别",
    "房屋性质",
    "人户状态",
    "户籍地址",
    "户籍类别",
    "紧急联系人",
    "特长",
    "备注",
    "本户电话",
    "不上门时段",
    "本户备注",
    "网格",
)
# a chief sees names and doors of the building, never tags; the street gets no names at all
_CHIEF = ("小区", "街巷", "楼栋", "单元", "楼层", "房号", "附属位置", "姓名", "与户主关系")
_STREET = (
    "小区",
    "小区类型",
    "街巷",
    "楼栋",
    "单元",
    "楼层",
    "房号",
    "附属位置",
    "房屋性质",
    "人数",
)
FIELDS: dict[str, tuple[str, ...]] = {"full": _FULL, "chief": _CHIEF, "street": _STREET}
_WIDE = {"户籍地址": 28.0, "备注": 24.0, "身份证号": 21.0, "小区": 18.0, "联系电话": 24.0}


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds, as it is shown and recorded."""

    households: int
    residents: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Door:
    building: BuildingRow | None
    home: HouseholdRow
    cells: dict[str, Any]


def write_roster(
    store: Store,
    target: Path,
    *,
    profile: str = "full",
    reason: str = "",
    progress: Progress = no_progress,
) -> Exported:
    """Write the roster in one profile; a full copy needs a reason, every copy is recorded."""
    if profile == "full" and not reason.strip():
        raise ReasonNeeded
    fields = FIELDS[profile]
    if not settings.get(store, "collect_id_numbers"):
        fields = tuple(name for name in fields if name != "身份证号")
    snapshot = roster_snapshot.load(store)
    names = dict(tag_names(store))
    doors = sorted(_doors(snapshot), key=_order)
    living = {uid: _living(rows) for uid, rows in snapshot.residents.items()}
    rows = _rows(doors, living, snapshot, names, fields, profile, progress)
    with new_book(target) as book:
        table_sheet(book, "花名册", fields, rows, [_WIDE.get(name, 11.0) for name in fields])
    people = 0 if profile == "street" else sum(len(living.get(d.home.uid, ())) for d in doors)
    done = Exported(len(doors), people, fields)
    privacy.note(
        store, "导出花名册", reason.strip(), profile=profile, households=done.households,
        residents=done.residents, fields=list(fields),
    )  # fmt: skip
    return done


def _living(rows: Sequence[ResidentRow]) -> list[ResidentRow]:
    rank = {relation: place for place, relation in enumerate(RELATION_ORDER)}
    people = [row for row in rows if row.status in (None, "living")]
    return sorted(people, key=lambda r: (rank.get(r.relation or "", 99), r.birth or "9", r.uid))


def _doors(snapshot: Snapshot) -> Iterator[_Door]:
    estates = {e.uid: e for e in snapshot.estates}
    lanes = {lane.uid: lane.name for lane in snapshot.lanes}
    grids = {grid.uid: grid.name for grid in snapshot.grids}
    buildings = {b.uid: b for b in snapshot.buildings}
    for home in snapshot.households:
        building = buildings.get(home.building or "")
        estate = estates.get(building.estate or "") if building else None
        cells: dict[str, Any] = {
            "小区": estate.name if estate else "",
            "小区类型": label("estate_kind", estate.kind) if estate else "",
            "街巷": lanes.get(building.lane or "", "") if building else "",
            "楼栋": building_label(building.name, building.word) if building else "",
            "网格": grids.get(building.grid or "", "") if building else "",
            "单元": home.unit,
            "楼层": home.floor,
            "房号": home.room,
            "附属位置": label("place", home.place),
            "房屋性质": label("type_of_use", home.type_of_use),
            "人户状态": label("residency_state", home.residency_state),
            "本户电话": home.phone,
            "不上门时段": home.quiet_hours,
            "本户备注": home.note,
        }
        yield _Door(building, home, cells)


def _order(door: _Door) -> tuple[object, ...]:
    cells = door.cells
    name = door.building.name if door.building else ""
    key = route_key(cells["小区"], cells["街巷"], name, door.home.unit, door.home.floor,
                    door.home.room)  # fmt: skip
    return (*key, door.home.uid)


def _rows(
    doors: Sequence[_Door], living: dict[str, list[ResidentRow]], snapshot: Snapshot,
    names: dict[str, str], fields: Sequence[str], profile: str, progress: Progress,
) -> Iterator[list[Any]]:  # fmt: skip
    for number, door in enumerate(doors):
        if number % 500 == 0:
            progress(number, len(doors), "导出花名册")
        people = living.get(door.home.uid, [])
        if profile == "street":
            yield _line({**door.cells, "人数": len(people)}, fields)
            continue
        for person in people:
            tags = sorted(snapshot.tags.get(person.uid, ()))
            cells = {
                "姓名": person.name, "与户主关系": _relation(person), "性别": person.sex,
                "出生日期": person.birth, "身份证号": person.id_number, "联系电话": person.phone,
                "电话说明": person.phone_note, "人员类别": "、".join(names.get(t, t) for t in tags),
                "户籍地址": person.hukou_addr, "户籍类别": person.hukou_kind,
                "紧急联系人": person.emergency, "特长": person.skill, "备注": person.note,
            }  # fmt: skip
            yield _line({**door.cells, **cells}, fields)
        if not people:
            yield _line(door.cells, fields)


def _relation(person: ResidentRow) -> str:
    return person.relation_word or label("relation", person.relation)


def _line(cells: dict[str, Any], fields: Sequence[str]) -> list[Any]:
    return [cells.get(name) for name in fields]
