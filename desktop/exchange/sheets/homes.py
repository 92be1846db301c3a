"""Reads a sheet's rows into households with their people, whatever order and shape they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desktop.exchange.sheets import shape
from desktop.exchange.sheets.doors import DoorCells, Spot, compose, read_floor
from desktop.exchange.sheets.header import Column, Header
from desktop.exchange.sheets.people import Layout, Person, PersonReader, Say, cached_phone
from desktop.exchange.sheets.roster_state import home_key
from desktop.exchange.sheets.tags import TagReader, is_never_collected
from desktop.exchange.sheets.values import (
    Name,
    house_use,
    plain,
    read_name,
    relation_code,
    residency_state,
)
from desktop.progress import Progress

HOUSE_FIELDS = (
    "community", "lane", "building", "unit", "floor", "room", "place", "address", "head",
    "house_use", "separated", "estate_kind", "grid", "house_phone", "house_note", "quiet_hours",
)  # fmt: skip
_DOOR = ("community", "lane", "building", "unit", "floor", "room", "place", "address")


@dataclass(slots=True)
class Home:
    """One household as the sheet gives it."""

    spot: Spot
    row: int  # 1-based, where it begins
    people: list[Person] = field(default_factory=list)
    head: str = ""
    type_of_use: str | None = None
    residency_state: str | None = None
    phone: str | None = None
    note: str | None = None
    quiet_hours: str | None = None
    estate_kind: str = ""
    grid: str = ""
    building_floors: int | None = None
    stated: int | None = None


@dataclass(slots=True)
class Context:
    """What the surroundings of the rows say: --estate, title, sheet name, section rows."""

    estate: str = ""
    building: str = ""


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A totals row, and how many households and people had been read above it."""

    row: int
    word: str
    total: shape.Total
    households: int
    people: int


@dataclass(slots=True)
class Reading:
    """Everything one sheet gave."""

    homes: list[Home] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)


class HomeReader:
    """Walks down the rows of one sheet and remembers which household the last row belonged to."""

    def __init__(
        self, layout: Layout, header: Header, context: Context, tags: TagReader, say: Say
    ) -> None:
        self._layout, self._header, self._context, self._say = layout, header, context, say
        self._people = PersonReader(layout, tags, say)
        self._door_at = [layout.index(name) for name in _DOOR]
        self._at = {
            name: layout.index(name)
            for name in (*HOUSE_FIELDS, "name", "relation", "count", "seq", "building_floors")
        }
        self._has_relation = "relation" in layout.one
        self._has_name = "name" in layout.one
        self._first = layout.columns[0].index if layout.columns else -1
        self._first_words = {name for name in header.names if name} | {""}
        self._section = ""
        self._last: list[str] = [""] * len(_DOOR)
        self._home: Home | None = None
        self._opened: list[str] = []
        self._by_spot: dict[tuple[Any, ...], Home] = {}
        self.result = Reading()

    def walk(
        self, texts: list[list[str]], raws: Sequence[Sequence[Any]], progress: Progress
    ) -> Reading:
        """Read every row below the header."""
        below, total = self._header.below, len(texts)
        heads = {tuple(row) for row in texts[self._header.top : below] if any(row)}
        width = len(texts[0]) if texts else 0
        for column in self._people.learn(texts[below:]):
            self._say(self._header.top + 1, column, "", "这一列只有√，空格按“否”读", False)
        for at in range(below, total):
            if at % 2000 == 0:
                progress(at, total, "读取花名册")
            cells = texts[at]
            filled = width - cells.count("")
            if filled == 0 or (filled == 1 and cells[self._at["seq"]]):
                continue
            why = self._why_skipped(at, cells, filled, heads)
            if why:
                if why != "表头":
                    self.result.skipped.append((at + 1, why))
                continue
            if not shape.DITTO.isdisjoint(cells):
                self._copy_from_above(cells, texts[at - 1] if at > below else [])
            self._row(at + 1, cells, raws[at])
        return self.result

    def _why_skipped(
        self, at: int, cells: list[str], filled: int, heads: set[tuple[str, ...]]
    ) -> str | None:
        first = cells[0] or next(cell for cell in cells if cell)
        why = None if first.isdecimal() and "示例" not in cells else shape.special(first, cells)
        if why == "合计行":
            self._note_total(at + 1, cells)
        if why:
            return why
        if cells[self._first] in self._first_words and (
            tuple(cells) in heads or self._repeats_header(cells)
        ):
            self.result.skipped.append((at + 1, "重复的表头"))
            return "表头"
        if at <= self._header.below + 1 and not self.result.homes and shape.is_explanation(cells):
            return "填写说明"
        if filled == 1 and not (cells[self._at["name"]] or cells[self._at["head"]]):
            return self._lone_cell(first, cells)
        return None

    def _repeats_header(self, cells: list[str]) -> bool:
        same = sum(1 for c in self._layout.columns if cells[c.index] == c.header)
        return same >= 3 or (same >= 2 and same == len(self._layout.columns))

    def _lone_cell(self, text: str, cells: list[str]) -> str | None:
        building = shape.section_building(text)
        if building:
            self._section, self._home = building, None
            self._last = [""] * len(_DOOR)
            return f"分段标题，以下按{building}读"
        if any(cells[self._at[name]] for name in ("room", "address")):
            return None
        return "标题或说明"

    def _note_total(self, row: int, cells: list[str]) -> None:
        total = shape.stated_total(cells, self._at["count"] if self._at["count"] >= 0 else None)
        people = sum(len(home.people) for home in self.result.homes)
        word = plain(next(cell for cell in cells if cell))
        self.result.totals.append(StatedTotal(row, word, total, len(self.result.homes), people))

    def _copy_from_above(self, cells: list[str], above: Sequence[str]) -> None:
        for column, text in enumerate(cells):
            if text in shape.DITTO:
                cells[column] = above[column] if column < len(above) else ""

    def _row(self, row: int, cells: list[str], raw: Sequence[Any]) -> None:
        name = self._name(cells)
        if name.problem:
            column = self._layout.one.get("name" if cells[self._at["name"]] else "head")
            self._say(row, column, cells[column.index] if column else "", name.problem, True)
        home = self._home_of(row, cells, name)
        if home is None:
            return
        self._about_house(home, row, cells, name)
        if name.problem or not self._is_person(row, cells, name):
            return
        if self._people.departed(row, cells):
            return
        person = self._people.read(row, cells, raw, name)
        if not self._has_name and person.relation is None:
            person.relation, person.relation_word = "HEAD", "户主"
        home.people.append(person)

    def _name(self, cells: list[str]) -> Name:
        text = cells[self._at["name"]]
        if not text and cells[self._at["head"]]:
            own = any(cells[i] for i in self._door_at[2:])
            if not self._has_name or (own and not self._head_follows(cells)):
                text = cells[self._at["head"]]
                name = read_name(text)
                return replace(name, is_head=True) if name.value and self._has_name else name
        return read_name(text) if text else Name()

    def _head_follows(self, cells: list[str]) -> bool:
        """Whether this household's head has been read already (merged head cells repeat)."""
        home = self._home
        return bool(home and any(p.name == cells[self._at["head"]] for p in home.people))

    def _is_person(self, row: int, cells: list[str], name: Name) -> bool:
        if name.left_out:
            column = self._layout.one.get("name") or self._layout.one.get("head")
            self._say(row, column, name.value or "", name.left_out, False)
            return False
        if name.value:
            if name.warning:
                column = self._layout.one.get("name") or self._layout.one.get("head")
                self._say(row, column, name.value, name.warning, False)
            return True
        if name.house_use:
            return False
        code = relation_code(cells[self._at["relation"]])[0] if self._has_relation else None
        column = self._layout.one.get("name") or self._layout.one.get("head")
        if code == "HEAD":
            self._say(row, column, "", "户主姓名为空", True)
        elif any(cells[self._layout.index(f)] for f in ("id", "relation", "birth", "sex")):
            self._say(row, column, "", "姓名为空，这一行没有导入", True)
        return False

    def _home_of(self, row: int, cells: list[str], name: Name) -> Home | None:
        """The household of this row: its own door, or the one opened above."""
        parts = [cells[i] for i in self._door_at]
        own = parts[2] or parts[3] or parts[5] or parts[7]
        code = relation_code(cells[self._at["relation"]])[0] if self._has_relation else None
        if not own and not parts[4]:
            return self._continue(row, code, name)
        if parts[5] or parts[7] or not self._continues_building(parts):
            return self._open(row, self._filled(parts), cells)
        if self._home is not None and code != "HEAD" and not parts[4]:
            return self._home
        return self._open(row, self._filled(parts), cells)

    def _continues_building(self, parts: list[str]) -> bool:
        """Only building or stair repeated, no room: a further person of the last door."""
        return all(not now or now == before for now, before in zip(parts, self._last, strict=True))

    def _continue(self, row: int, code: str | None, name: Name) -> Home | None:
        if self._home is None or (code == "HEAD" and self._home.people):
            if not name.problem:
                words = (
                    "没有门牌，这一行没有导入" if code != "HEAD" else "户主这一行没有门牌，没有导入"
                )
                self._say(row, self._door_column(), "", words, True)
            self._home = None if code == "HEAD" else self._home
            return None
        if not self._has_relation and name.value:
            words = f"没有写门牌，按上一户（{self._home.spot.room or self._home.spot.raw}）读"
            self._say(row, self._door_column(), "", words, False)
        return self._home

    def _door_column(self) -> Column | None:
        one = self._layout.one
        return one.get("room") or one.get("address") or one.get("building")

    def _filled(self, parts: list[str]) -> list[str]:
        """Complete a door with what the rows above, the sections and the sheet's name say."""
        community, lane, building, unit, _, room, _, address = parts
        filled = list(parts)
        if not address:
            if not building and (room or unit) and self._last[2]:
                filled[2] = self._last[2]
                filled[3] = unit or self._last[3]
            elif not building and room and "building" not in self._layout.one:
                filled[3] = unit or (self._last[3] if "unit" in self._layout.one else "")
            if not community and not lane:
                filled[0], filled[1] = self._last[0], self._last[1]
        self._last = list(filled)
        return filled

    def _open(self, row: int, parts: list[str], cells: list[str]) -> Home | None:
        if parts == self._opened and self._home is not None:
            return self._home  # the next person behind the same door
        self._opened = list(parts)
        spot = compose(DoorCells(*parts))
        if not spot.building and spot.column in ("building", "room"):
            around = self._section or self._context.building
            if around:
                parts = [parts[0], parts[1], around, *parts[3:]]
                spot = compose(DoorCells(*parts))
        if not spot.estate and self._context.estate and not (spot.lane and spot.word == "号"):
            spot = spot._replace(estate=self._context.estate)
        column = self._layout.one.get(spot.column) or self._door_column()
        text = cells[column.index] if column else ""
        if spot.problem:
            self._say(row, column, text, spot.problem, False) if "日期" in spot.problem else None
            self._say(row, column, text, spot.problem + "，这一行没有导入", True)
            self._home = None
            return None
        if spot.warning:
            self._say(row, column, text, spot.warning, False)
        key = (
            spot.estate,
            spot.lane,
            *home_key(spot.building, spot.unit, spot.floor, spot.room, spot.place),
        )
        home = self._by_spot.get(key)
        if home is None:
            home = self._by_spot[key] = Home(spot, row)
            self.result.homes.append(home)
        self._home = home
        return home

    def _about_house(self, home: Home, row: int, cells: list[str], name: Name) -> None:
        """Household-wide cells; the first row that says something decides."""
        at, one = self._at, self._layout.one
        if name.house_use and not home.type_of_use:
            home.type_of_use = name.house_use
        if not home.head and self._has_name and cells[at["head"]]:
            home.head = read_name(cells[at["head"]]).value or ""
        if cells[at["house_use"]] and not home.type_of_use:
            for column in self._layout.many["house_use"]:
                value, warning = house_use(cells[column.index], plain(column.header))
                home.type_of_use = home.type_of_use or value
                if warning:
                    self._say(row, column, cells[column.index], warning, False)
        for column in self._layout.many.get("separated", ()):
            if cells[column.index] and not home.residency_state:
                value, warning = residency_state(cells[column.index], plain(column.header))
                home.residency_state = value
                if warning:
                    self._say(row, column, cells[column.index], warning, False)
        self._rarer(home, row, cells)
        if not home.people and not name.value and (name.house_use or not name.problem):
            self._empty_house(home, row, cells, one)

    def _rarer(self, home: Home, row: int, cells: list[str]) -> None:
        at = self._at
        home.estate_kind = home.estate_kind or cells[at["estate_kind"]]
        home.grid = home.grid or cells[at["grid"]]
        home.note = home.note or cells[at["house_note"]] or None
        home.quiet_hours = home.quiet_hours or cells[at["quiet_hours"]] or None
        if cells[at["building_floors"]] and home.building_floors is None:
            home.building_floors = read_floor(cells[at["building_floors"]])
        count = plain(cells[at["count"]]).removesuffix("人")
        if home.stated is None and count.isascii() and count.isdigit():
            home.stated = int(count[:9])
        if cells[at["house_phone"]] and not home.phone:
            phone = cached_phone(cells[at["house_phone"]])
            home.phone = "/".join(phone.phones) or None
            if phone.problem:
                self._say(row, self._layout.one["house_phone"], cells[at["house_phone"]],
                          phone.problem, True)  # fmt: skip

    def _empty_house(self, home: Home, row: int, cells: list[str], one: dict[str, Column]) -> None:
        """Nobody is named: phone and remark of the row belong to the household."""
        phone = one.get("phone")
        if phone and cells[phone.index] and not home.phone:
            read = cached_phone(cells[phone.index])
            home.phone = "/".join(read.phones) or None
            if read.problem:
                self._say(row, phone, cells[phone.index], read.problem, True)
        remark = one.get("remark")
        if remark and cells[remark.index] and not is_never_collected(cells[remark.index]):
            home.note = home.note or cells[remark.index]
