"""The stair sheet 走访单: one line a door in the order of the walk, one page or more a stair.

It goes up the stairs, so it carries doors and heads of household only: no tags, no phones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from desktop import clock
from desktop.exchange.print import audience
from desktop.exchange.print.page import MM, Box, Paper, Printed, Sheet
from desktop.exchange.print.table import Column, Group, TablePaper, print_tables
from desktop.models import residents, visits
from desktop.models.residents import Household
from desktop.models.store import Store
from desktop.models.visits import Visit
from desktop.models.words import label
from desktop.progress import Progress, no_progress

_SMALL_HOUSE = 12  # doors; below that a house without stairs shares its sheet with its lane
_OUTCOMES = ("见面", "代答", "无人", "拒访", "改约")


def print_stairs(
    store: Store,
    target: Path,
    households: Sequence[str],
    *,
    recipient: str = "",
    progress: Progress = no_progress,
) -> Printed:
    """Stair sheets of these households."""
    sheet = Sheet("走访单", margin=12 * MM, audience=audience.held_by(store, "stairs", recipient))
    look = TablePaper(
        sheet,
        (
            Column("序号", 30, "center"),
            Column("门牌", 76, "center"),
            Column("户主", 70, "center"),
            Column("人数", 30, "center"),
            Column("上次走访", 70, "center"),
            Column("结果", 168, draw=_ticks),
            Column("提示、备注", 86, wraps=True),
        ),
        foot="走访人：　　　　　　　　　　　　　　审核人：",
        least_row=25,
    )
    last = visits.last_valid(store)
    homes = residents.households(store, households)
    groups = [_group(walk, last) for walk in _walks(homes)]
    printed = print_tables(target, look, groups, progress)
    audience.note(store, sheet.title, "stairs", households=len(homes))
    return printed


def _walks(homes: Sequence[Household]) -> list[list[Household]]:
    """One walk a stair; the small houses of a lane, which have no stairs, are one walk together."""
    counts = Counter((home.building, home.unit) for home in homes)

    def key(home: Household) -> tuple[str, ...]:
        if not home.unit and counts[home.building, home.unit] < _SMALL_HOUSE:
            return ("lane", _above(home))
        return ("stair", home.building, home.unit or "")

    return [list(walk) for _, walk in groupby(homes, key=key)]


def _above(home: Household) -> str:
    """Estate and lane: the door without building and room."""
    return _house(home).removesuffix(home.building_label)


def _house(home: Household) -> str:
    """「瑞景公园3栋」, 「中山路50号之2」."""
    return home.door.removesuffix(home.short_door).removesuffix("-")


def _group(homes: Sequence[Household], last: Mapping[str, Visit]) -> Group:
    first = homes[0]
    several = len({home.building for home in homes}) > 1
    stair = f"{first.unit}单元" if first.unit else ""
    place = _above(first) if several else _house(first) + stair
    rows = [
        (
            str(number),
            home.door.removeprefix(place) if several else _inner(home, stair),
            home.head_name or label("type_of_use", home.type_of_use),
            str(len(home.residents)),
            last[home.uid].happened_on if home.uid in last else "未走访过",
            "",
            _hint(home),
        )
        for number, home in enumerate(homes, 1)
    ]
    return Group("走访单", f"{place}　共{len(homes)}户", "日期：　　　年　　月　　日", rows)


def _inner(home: Household, stair: str) -> str:
    return home.short_door.removeprefix(stair) or home.short_door


def _hint(home: Household) -> str:
    """What the walker must know before knocking."""
    hints = []
    if home.mute_until and home.mute_until >= clock.today().isoformat():
        hints.append(f"{home.mute_until}前不上门")
    if home.quiet_hours:
        hints.append(f"不上门时段：{home.quiet_hours}")
    return "；".join(hints)


def _ticks(paper: Paper, box: Box) -> None:
    x = box.x + 4
    for word in _OUTCOMES:
        paper.tick(x, box.y + box.height / 2 + 3.2, word, 9)
        x += (box.width - 6) / len(_OUTCOMES)
