"""How a building and a door are written on screens and papers, and how such words are sorted."""

from __future__ import annotations

import re
from functools import lru_cache

from desktop.models.words import label


def building_label(name: str, word: str | None) -> str:
    """「3栋」; an old-lane number keeps its 之 behind the word: 「56号之3」."""
    word = word or "栋"
    if word == "号" and "之" in name:
        number, _, branch = name.partition("之")
        return f"{number}号之{branch}"
    return f"{name}{word}"


def door_label(unit: str | None, floor: int | None, room: str | None, place: str | None) -> str:
    """The door inside its building: 「2单元501」, 「6楼西户」, 「2080阁楼」."""
    text = f"{unit}单元" if unit else ""
    if room and floor is not None and not any(c.isdigit() for c in room):
        text += f"{floor}楼{room}"
    elif room:
        text += room
    elif floor is not None and not place:
        text += f"{floor}楼" if floor > 0 else f"负{-floor}楼"
    return text + label("place", place)


def whole_door(estate: str, lane: str, building: str, word: str | None, inner: str) -> str:
    """The door with everything before it: 「瑞景公园3栋2单元501」, 「中山路50号之1-301」."""
    own = building_label(building, word) if building else ""
    # without the hyphen 50号之1 and room 301 would read as 1301
    gap = "-" if own[-1:].isdigit() and inner[:1].isdigit() else ""
    return f"{estate}{lane}{own}{gap}{inner}"


_NUMBER = re.compile(r"(\d+)")


@lru_cache(maxsize=100_000)
def natural(text: str | None) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which 2 comes before 10 and numbers before words."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in _NUMBER.split(text or "")
        if part
    )
