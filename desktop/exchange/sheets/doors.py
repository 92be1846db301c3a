"""Puts a door together from the columns of a row: estate, building, stair, floor, room, address."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from desktop.exchange.sheets.values import CACHE, plain
from desktop.models.chinese_number import read_number
from desktop.models.door import Door, building_word, derived_floor, parse_door


class DoorCells(NamedTuple):
    """The door columns of one row as texts; a column that is not there is empty."""

    community: str = ""
    lane: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    place: str = ""
    address: str = ""

    @property
    def raw(self) -> str:
        """What the sheet said, kept with the household."""
        parts = (self.address, self.building, self.unit, self.room)
        return " ".join(part for part in parts if part)


class Spot(NamedTuple):
    """Where a household is, ready to be matched; `problem` keeps the row out of the roster."""

    estate: str = ""
    lane: str = ""
    building: str = ""
    word: str | None = None
    unit: str | None = None
    floor: int | None = None
    room: str | None = None
    place: str | None = None
    raw: str = ""
    problem: str | None = None
    warning: str | None = None
    column: str = "room"  # the field the problem or warning is about


_DATE = re.compile(r"^\d{4}-(\d{2})-(\d{2})(?: \d\d:\d\d)?$|^(\d{1,2})月(\d{1,2})日$")
_BARE = re.compile(r"^[A-Za-z]?\d{1,4}[A-Za-z]?$|^[A-Za-z甲乙丙丁戊东西南北中]$")
_BARE_ROW = re.compile(r"^[A-Za-z]?\d{1,4}[A-Za-z]?(?:栋|幢|座|号楼|号|#)?$|^\D+\d+号(?:之.)?$")
_BUILDING_END = re.compile(r"(号楼|栋|幢|座|楼|#)$")
_UNIT_END = re.compile(r"(?:单元|门洞|楼道|梯位|梯|门)$")
_ROOM = re.compile(r"^0*(\d{1,5})$")
_ON_FLOOR = re.compile(r"^0[1-9]$")  # 01 beside a floor column is the first door of that floor
_STAIR_ROOM = re.compile(r"^(\d{1,2}|[A-Z])-(\d{2,5}[A-Z]?)(?:室|号)?$")
_PLACES = {"阁楼": "attic", "地下室": "basement", "车库": "garage", "店面": "shop"}


def turned_into_date(text: str) -> tuple[int, int] | None:
    """(3, 2) when a cell such as 3-2 was turned into the 2nd of March by the spreadsheet."""
    found = _DATE.match(text)
    if not found:
        return None
    return int(found[1] or found[3]), int(found[2] or found[4])


@lru_cache(CACHE)
def compose(cells: DoorCells) -> Spot:
    """One row's door."""
    simple = _ROOM.match(cells.room)
    if simple and not cells.address and cells.building and _BARE_ROW.match(cells.building):
        return _compose_simple(cells, simple[1])
    return _compose_mixed(cells)


def _compose_mixed(cells: DoorCells) -> Spot:
    """Any other row: whole addresses, doors in the room cell, parts in odd places."""
    for field in ("building", "unit", "room", "address"):
        pair = turned_into_date(getattr(cells, field))
        if pair:
            a, b = pair
            hint = f"{a}-{b}" if field == "room" else f"{a}栋{b}单元"
            words = f"门牌被表格改成了日期，是不是“{hint}”？请改正后再导入"
            return Spot(problem=words, column=field)
    spot = Spot(estate=cells.community, lane=cells.lane, raw=cells.raw)
    warnings: list[str] = []
    room = cells.room
    stair = _STAIR_ROOM.match(plain(room)) if cells.building else None
    if stair:  # 1-101 beside a building column: stair and room
        spot, room = spot._replace(unit=_bare(stair[1])), stair[2]
    for text, field in ((cells.address, "address"), (room, "room")):
        if text:
            spot = _add(spot, text, field, warnings)
            if spot.problem:
                return spot
    if cells.building:
        before = spot
        spot = _add_building(spot, cells.building)
        if before.building and before.building != spot.building:
            warnings.append(f"门牌写的是{before.building}，楼栋一列写的是{spot.building}，请核对")
    if cells.unit:
        before = spot
        spot = _add_unit(spot, cells.unit)
        if before.unit and before.unit != spot.unit:
            warnings.append(f"门牌写的是{before.unit}单元，单元一列写的是{spot.unit}，请核对")
    return _finish(spot, cells, warnings)


def _finish(spot: Spot, cells: DoorCells, warnings: list[str]) -> Spot:
    if cells.floor:
        spot = _add_floor(spot, cells.floor, cells.room, warnings)
    if cells.place:
        spot = spot._replace(place=_PLACES.get(cells.place, cells.place))
    return _judge(spot, warnings)


def _compose_simple(cells: DoorCells, room: str) -> Spot:
    """The tidy row: building, stair and room in cells of their own."""
    estate, lane, name, word, unit = read_building(cells.building)
    if cells.unit:
        own = read_unit(cells.unit)
        if own is None:
            return _compose_mixed(cells)
        unit = own
    spot = Spot(cells.community or estate, cells.lane or lane, name, word, unit,
                derived_floor(room), room, None, cells.raw)  # fmt: skip
    return _finish(spot, cells, [])


def _add(spot: Spot, text: str, field: str, warnings: list[str]) -> Spot:
    """Take over what a whole-address or room cell says."""
    simple = _ROOM.match(text)
    if simple and field == "room":
        room = simple[1]
        return spot._replace(room=room, floor=derived_floor(room))
    door = parse_door(text)
    if door.problem:
        return spot._replace(problem=door.problem, column=field)
    if door.warning and not (field == "room" and not door.room) and "没有房号" not in door.warning:
        warnings.append(door.warning)
    name, word = _building_of(door, text)
    return spot._replace(
        estate=spot.estate or door.estate or "",
        lane=spot.lane or door.lane or "",
        building=name or spot.building,
        word=word if name else spot.word,
        unit=door.unit or spot.unit,
        floor=door.floor if door.floor is not None else spot.floor,
        room=door.room or spot.room,
        place=door.place or spot.place,
    )


def _bare(name: str) -> str:
    return name.lstrip("0") or name


def _building_of(door: Door, text: str) -> tuple[str, str | None]:
    """The building's name and word; a number in front of a building belongs to its name."""
    if door.building and door.number:
        return f"{door.number}号{door.building}", building_word(text) or "栋"
    if door.building:
        return door.building, building_word(text)
    return (door.number, "号") if door.number else ("", None)


def _add_building(spot: Spot, text: str) -> Spot:
    estate, lane, name, word, unit = read_building(text)
    return spot._replace(
        estate=spot.estate or estate,
        lane=spot.lane or lane,
        building=name,
        word=word,
        unit=spot.unit or unit,
    )


@lru_cache(4096)
def read_building(text: str) -> tuple[str, str, str, str | None, str | None]:
    """(estate, lane, name, word, unit) of a building cell: 3栋, 瑞景公园A座, 56号之三, 综合楼."""
    word = plain(text)
    if _BARE.match(word):
        return "", "", (word.lstrip("0") or word).upper(), None, None
    number = read_number(word)
    if number is not None:
        return "", "", str(number), None, None
    door = parse_door(text)
    if not door.problem and (door.building or door.number):
        name, own = _building_of(door, text)
        return door.estate or "", door.lane or "", name, own, door.unit
    if not door.problem and door.room and re.fullmatch(r"\d+-\d+", word):
        first, _, second = word.partition("-")
        return "", "", first, None, second
    if door.floor is not None and door.room is None and re.fullmatch(r"\d+楼", word):
        return "", "", str(door.floor), "号楼", None
    end = _BUILDING_END.search(word)
    if end and end.start() > 0:
        return "", "", word[: end.start()], end[1], None
    return "", "", word, "", None


@lru_cache(1024)
def read_unit(text: str) -> str | None:
    """2, 2单元, 二单元, 东单元, B梯 → the stair's name; None when there is more in the cell."""
    bare = _UNIT_END.sub("", plain(text)).removeprefix("第")
    number = read_number(bare)
    if number is not None:
        return str(number)
    return (bare.lstrip("0") or bare).upper() if _BARE.match(bare) else None


def _add_unit(spot: Spot, text: str) -> Spot:
    unit = read_unit(text)
    if unit is not None:
        return spot._replace(unit=unit)
    door = parse_door(text)
    if not door.problem and door.unit:
        name, own = _building_of(door, text)
        if name and not spot.building:
            spot = spot._replace(building=name, word=own)
        return spot._replace(unit=door.unit)
    if not door.problem and door.room and not spot.room:  # 单元号+门牌号 in one column
        name, own = _building_of(door, text)
        return spot._replace(unit=name or spot.unit, room=door.room, floor=door.floor)
    return spot._replace(unit=_UNIT_END.sub("", plain(text)) or None)


def _add_floor(spot: Spot, text: str, cells_room: str, warnings: list[str]) -> Spot:
    floor = read_floor(text)
    if floor is None:
        warnings.append(f"没有认出楼层“{text[:10]}”")
        return spot
    if floor > 0 and spot.room and _ON_FLOOR.match(cells_room):
        room = f"{floor}{cells_room}"
        warnings.append(f"房号“{cells_room}”在{floor}楼，按{room}读")
        return spot._replace(room=room, floor=floor)
    derived = derived_floor(spot.room)
    if derived is not None and derived != floor:
        warnings.append(f"楼层写的是{floor}楼，房号{spot.room}却像{derived}楼，请核对")
        return spot._replace(floor=None)
    return spot._replace(floor=floor)


@lru_cache(1024)
def read_floor(text: str) -> int | None:
    """5, 5楼, 五层, 第5层, 负一, B1, -1 → a whole number."""
    word = re.sub(r"(?:楼|层|F)$", "", plain(text).upper().removeprefix("第"))
    below = word.startswith(("负", "B", "-", "地下"))
    word = re.sub(r"^(?:负|B|-|地下)", "", word)
    number = int(word[:9]) if word.isascii() and word.isdigit() else read_number(word)
    if number is None or number > 200:
        return None
    return -number if below else number


def _judge(spot: Spot, warnings: list[str]) -> Spot:
    if warnings:
        spot = spot._replace(warning="；".join(dict.fromkeys(warnings)))
    if not spot.building:
        return spot._replace(problem="没有楼栋，请补上楼栋或门牌号", column="building")
    if not spot.room and spot.floor is None and not spot.place and spot.word != "号":
        return spot._replace(problem="没有房号，请补上", column="room")
    return spot
