"""Reads a door as people write it: 3-2-501, 3号楼二单元五楼501, 中山路56号之三, 负一楼.

The text is normalised (full width, dashes, Chinese numerals, typical slips), then read from left
to right: estate or lane, street number, building, stair, floor, room. What cannot be read is said
in a sentence; nothing is guessed silently, and the caller always keeps the raw text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from desktop.models.chinese_number import NUMERALS, read_number


@dataclass(frozen=True, slots=True)
class Door:
    """The parts of a door; absent parts are None. A `problem` rejects, a `warning` asks."""

    estate: str | None = None
    lane: str | None = None
    number: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: int | None = None
    floor_derived: bool | None = None
    room: str | None = None
    place: str | None = None
    problem: str | None = None
    warning: str | None = None


_UNIT_WORDS = "单元|门洞|楼道|梯位|梯|门"
_SIDE = "甲乙丙丁戊东西南北中"
_DASHES = re.compile(r"[-‐‑‒–—―−﹣－ー_~～·.]+(?=\S)|[-‐‑‒–—―−﹣－ー_~～]+$")
_NUMERAL_BEFORE_WORD = re.compile(
    f"[{NUMERALS}]+(?=号|栋|幢|座|单元|门洞|楼道|梯|楼|层|室|房|户|期|F|附|之|-|$)"
)
_NUMERAL_ALONE = re.compile(f"^[{NUMERALS}]+$")
_BRANCH = re.compile(f"(?<=之)[{NUMERALS}]+")
_ADMIN = re.compile(
    r"^(?:中国)?(?:[^\d省市区县]{2,7}省)?(?:[^\d省市区县]{2,5}市)(?:[^\d小园社]{1,5}[区县](?!\w*小区))?"
    r"|^[^\d]{2,6}(?:街道办事处|街道)"
)
_COMMUNITY = re.compile(r"^[^\d]{2,8}?(?:社区居委会|居委会|社区)(?=[^\d])")
_PREFIX = re.compile(r"(?:[^\dA-Z]*?\d+(?:期|号院|区|村|组团|里|路|街|巷|弄))*")
_START = re.compile(
    rf"\d|[A-Z](?=\d|栋|幢|座|号楼|#|-|单元|梯|室|$)|[{_SIDE}](?=单元|栋|幢|座|梯|户|侧|边|套|间$)"
    r"|负\d|地下|阁楼|车库|店面|商铺|架空层|[左右中](?=户|边|侧|套)"
)
_LANE_END = re.compile(r"(?:路|街|巷|弄|胡同|里弄|大道|道|里|坊|条)$")
_NUMBER = re.compile(
    r"(\d+[A-Z]?)号(?!楼|栋|房|室|$(?<=\d号)(?!.))(?:院内?)?(?:之(\d+)|附(\d+)号?)?-?"
)
_SLASHED = re.compile(r"^(\d{1,3})[/\\](\d{1,2})[/\\](\d{2,5})$")
_ORDINAL = re.compile(r"第(?=\d)")
# 之1101 without a gap: branch 1, room 101
_BRANCH_ROOM = re.compile(r"(?<=号之)(\d)(?=\d{3,4}(?:室|房|$))")
_NUMBER_END = re.compile(r"(\d+[A-Z]?)号(?:之(\d+)|附(\d+)号?)?$")
_BUILDING = re.compile(rf"([A-Z]\d*|\d+[A-Z]?|[{_SIDE}])(?:号楼|号栋|楼栋|栋楼|栋|幢|座|#楼?)-?")
_BUILDING_DASH = re.compile(rf"([A-Z]?\d+)-(?=(?:\d+|[A-Z])(?:{_UNIT_WORDS}))")
_UNIT = re.compile(rf"(\d+|[A-Z]|[{_SIDE}左右])(?:{_UNIT_WORDS})-?")
_FLOOR = re.compile(r"(负|地下|B|-)?(\d+)(?:楼|层|F)-?")
_BASEMENT = re.compile(r"(?:负|地下|B)(\d)(?:楼|层|F)?$|地下室")
_PARTS = re.compile(rf"((?:[A-Z]?\d+[A-Z]?|[{_SIDE}A-Z])(?:-(?:[A-Z]?\d+[A-Z]?|[{_SIDE}]))*)(.*)$")
_SIDE_ROOM = re.compile(r"([东西南北中左右]{1,2}(?:户|边户|侧|边|套))(.*)$")
_ROOM_TAIL = re.compile(r"^(?:号房|号室|室|房|号|户|屋)?(.*)$")
_HARMLESS = re.compile(r"^[(]?(?:[前后左右里外主次]?(?:间|卧|房|室|屋)|内|整套)?[)]?$")
_SEVERAL = re.compile(r"^(?:室|房)?[/、,，和及&;；]")
_RANGE = re.compile(r"(?:^|[路街巷弄里道坊])(\d{1,4})(?:-|至|到)(\d{1,4})号(?!楼|房|室)(?:院内)?$")
_STAIR_LAYOUT = re.compile(r"^[\d一二两三四五六]+梯[\d一二两三四五六七八]+户$")
_PLACES = (
    (re.compile("阁楼|顶楼加层"), "attic"),
    (re.compile("地下室|地下车库|负"), "basement"),
    (re.compile("车库|车房"), "garage"),
    (re.compile("店面|商铺|门面|店铺"), "shop"),
)
_SLIPS = (
    (re.compile(r"(?<=[\dA-Z])[撞憧瞳懂]"), "栋", "“撞”按“栋”读"),
    (re.compile("单无|单员|単元"), "单元", "“单无”按“单元”读"),
    (re.compile(r"(?<=\d)[市式宝](?=$)"), "室", "末字按“室”读"),
    (re.compile(r"(?<=\d)[OＯ](?=\d|$)"), "0", "字母O按数字0读"),
    (re.compile(r"(?<=\d)[lI|](?=\d|$)"), "1", "字母l按数字1读"),
    (re.compile(r"(?<=\d)一(?=[\d一二三四五六七八九])"), "-", "“一”按横线读"),
)
MAX_TEXT = 200


def parse_door(text: str) -> Door:
    """Read one door cell; never raises."""
    plain, slips = _normalise(text)
    problem = _reject(plain)
    if problem:
        return Door(problem=problem)
    door, rest = _read_front(plain)
    door, trouble = _read_rest(door, rest)
    door = _floors(door)
    if not any((door.number, door.building, door.room, door.floor is not None, door.place)):
        return Door(problem=f"没有认出门牌“{text.strip()[:30]}”，请写成“3栋2单元501”的样子")
    warnings = [*slips, *trouble]
    if door.warning:
        warnings.append(door.warning)
    if not door.room and door.floor is None and not door.place:
        warnings.append("没有房号，请补上")
    return replace(door, warning="；".join(warnings) or None)


def building_word(text: str) -> str | None:
    """The word after the building's name in the raw text (栋, 幢, 座, 号楼 …)."""
    plain, _ = _normalise(text)
    found = re.search(r"[A-Z\d甲乙丙丁东西南北中](号楼|栋|幢|座)", plain)
    return found.group(1) if found else None


def _normalise(text: str) -> tuple[str, list[str]]:
    plain = unicodedata.normalize("NFKC", text[:MAX_TEXT])
    plain = "".join(c for c in plain if not c.isspace() and c.isprintable()).lstrip("'")
    slips = []
    for pattern, right, words in _SLIPS:
        if pattern.search(plain):
            plain = pattern.sub(right, plain)
            slips.append(f"{words}，请核对")
    plain = _upper_ascii(_DASHES.sub("-", plain)).strip("-")
    plain = _BRANCH.sub(lambda found: _as_digits(found) + "-", plain).strip("-")
    plain = _SLASHED.sub(r"\1-\2-\3", plain)
    plain = _BRANCH_ROOM.sub(r"\1-", plain)
    plain = _NUMERAL_BEFORE_WORD.sub(_as_digits, plain)
    if _NUMERAL_ALONE.match(plain):
        plain = _as_digits_text(plain)
    plain = _ORDINAL.sub("", plain)
    return plain, slips


def _upper_ascii(text: str) -> str:
    return "".join(c.upper() if "a" <= c <= "z" else c for c in text)


def _as_digits(found: re.Match[str]) -> str:
    return _as_digits_text(found.group())


def _as_digits_text(text: str) -> str:
    number = read_number(text)
    return text if number is None else str(number)


def _reject(plain: str) -> str | None:
    if not plain:
        return "门牌为空"
    found = _RANGE.search(plain)
    if found and len(found[1]) <= len(found[2]) and int(found[1]) < int(found[2]):
        return "这是一段门牌号，不是一户，请分行写"
    if "架空层" in plain:
        return "架空层不住人，请核对"
    if _STAIR_LAYOUT.match(plain):
        return "这是户型说明，不是门牌"
    return None


def _read_front(plain: str) -> tuple[Door, str]:
    """Estate, lane, number, building, stair and floor; returns what is left."""
    plain = _ADMIN.sub("", plain, count=1)
    plain = _COMMUNITY.sub("", plain, count=1) or plain
    start = _PREFIX.match(plain)
    at = start.end() if start else 0
    found = _START.search(plain, at)
    prefix, rest = (plain[: found.start()], plain[found.start() :]) if found else (plain, "")
    prefix = prefix.rstrip("-").removesuffix("第")
    lane = prefix if prefix and _LANE_END.search(prefix) else None
    estate = prefix if prefix and not lane else None
    number = building = unit = None
    match = _NUMBER_END.match(rest) or _NUMBER.match(rest)
    if match and not re.match(r"\d+号(?:楼|栋|房|室)", rest):
        branch = match[2] or match[3]
        number = match[1] + (f"之{branch}" if branch else "")
        rest = rest[match.end() :]
        inner = _START.search(rest)
        if inner and inner.start() > 0 and _BUILDING.match(rest, inner.start()):
            estate, rest = rest[: inner.start()], rest[inner.start() :]
    match = _BUILDING.match(rest)
    if match:
        building, rest = _bare(match[1]), rest[match.end() :]
    match = None if building or number else _BUILDING_DASH.match(rest)
    if match:
        building, rest = _bare(match[1]), rest[match.end() :]
    match = _UNIT.match(rest)
    if match:
        unit, rest = _bare(match[1]), rest[match.end() :]
    door = Door(estate=estate, lane=lane, number=number, building=building, unit=unit)
    match = _BASEMENT.match(rest)
    if (match and not building) or (match and match.group().startswith(("负", "地下"))):
        floor = -int(match[1]) if match[1] else -1
        rest_after = rest[match.end() :]
        return replace(door, floor=floor, floor_derived=False, place="basement"), rest_after
    match = _FLOOR.match(rest)
    if match:
        below = bool(match[1])
        floor = -int(match[2]) if below else int(match[2])
        door = replace(door, floor=floor, floor_derived=False, place="basement" if below else None)
        rest = rest[match.end() :]
    return door, rest


def _read_rest(door: Door, rest: str) -> tuple[Door, list[str]]:
    """The room, a hyphenated chain (3-2-501), and words behind it."""
    trouble: list[str] = []
    for pattern, place in _PLACES[2:]:  # 店面3号, 商铺101: the word stands before the number
        found_place = pattern.match(rest)
        if found_place and re.match(r"\d", rest[found_place.end() :]):
            door, rest = replace(door, place=place), rest[found_place.end() :]
    side = _SIDE_ROOM.match(rest)
    match = None if side or not re.search(r"\d", rest) else _PARTS.match(rest)
    tail = rest
    if side:
        door, tail = replace(door, room=side[1]), side[2]
    elif match:
        door, extra = _chain(door, match[1].split("-"))
        trouble += extra
        tail = match[2]
    if _SEVERAL.match(tail):
        trouble.append("一格写了几个房号，只取第一个，请分行")
        tail = ""
    found = _ROOM_TAIL.match(tail)
    tail = found[1] if found else tail
    for pattern, place in _PLACES:
        if pattern.search(tail):
            door, tail = replace(door, place=place), pattern.sub("", tail)
            break
    if tail and not _HARMLESS.match(tail):
        trouble.append(f"“{tail[:20]}”没有用上，请核对")
    return door, trouble


def _chain(door: Door, parts: list[str]) -> tuple[Door, list[str]]:
    """Hand 3-2-501 out to the parts still missing: building, stair, (floor,) room."""
    room = parts.pop()
    slots = [name for name, taken in (
        ("building", door.building or door.number),
        ("unit", door.unit),
    ) if not taken]  # fmt: skip
    values: dict[str, Any] = {}
    if len(parts) == 1 and slots == ["building", "unit"]:
        slots = ["building"]
    for name in slots:
        if parts:
            values[name] = _bare(parts.pop(0))
    trouble = []
    if parts and not slots and re.fullmatch(r"\d{3,4}", parts[0]) and len(room) >= 3:
        room, parts = parts[0], []
        trouble.append("一格写了几个房号，只取第一个，请分行")
    if parts and parts[0].isdigit() and door.floor is None:
        door = replace(door, floor=int(parts.pop(0)), floor_derived=False)
    if parts:
        trouble.append("横线分出的段数太多，请核对")
    if room.isdigit():
        room = room.lstrip("0") or room
    return replace(door, room=room, **values), trouble


def _bare(name: str) -> str:
    """03 → 3: leading zeros of a building or stair mean nothing."""
    return name.lstrip("0") or name


def derived_floor(room: str | None) -> int | None:
    """The floor a room number tells: all but its last two digits, for three digits and more."""
    digits = re.match(r"[A-Z]?(\d{3,5})[A-Z]?$", room or "")
    return (int(digits[1][:-2]) or None) if digits else None


def _floors(door: Door) -> Door:
    derived = derived_floor(door.room)
    if door.floor is None:
        if derived is None:
            return door
        return replace(door, floor=derived, floor_derived=True)
    if derived is not None and derived != door.floor:
        words = f"写的是{door.floor}楼，房号{door.room}却像{derived}楼"
        return replace(door, floor=None, floor_derived=None, warning=words)
    return door
