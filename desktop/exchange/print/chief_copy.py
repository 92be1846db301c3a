"""A building chief's own copy 楼栋长用: names and doors of the own building and nothing else.

No tags, no phones, no birth years, no notes (domain §2).
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from desktop.exchange.print import audience
from desktop.exchange.print.page import MM, Printed, Sheet
from desktop.exchange.print.table import Column, Group, TablePaper, print_tables
from desktop.models import places, posts, residents
from desktop.models.residents import Household
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

_FOOT = "楼栋长（签收）：　　　　　　　　　　　　　　日期："
_COLUMNS = (
    Column("序号", 32, "center"),
    Column("门牌", 90, "center"),
    Column("姓名", 300, wraps=True),
    Column("人数", 36, "center"),
    Column("备注", 70),
)


def print_chief_copy(
    store: Store,
    target: Path,
    building: str,
    *,
    recipient: str = "",
    progress: Progress = no_progress,
) -> Printed:
    """One list a stair; it is handed to the serving chief unless told otherwise."""
    place = places.building(store, building)
    serving = [p.holder for p in posts.posts(store, kind="building_chief") if p.place == building]
    homes = residents.households(store, building=building)
    groups = [
        _group(f"{place.place}住户名册", list(stair))
        for _, stair in groupby(homes, lambda h: h.unit)
    ] or [Group(f"{place.place}住户名册", "", "", [])]
    to = audience.held_by(store, "chief-copy", recipient or "、".join(serving))
    sheet = Sheet("楼栋住户名册", margin=12 * MM, audience=to)
    printed = print_tables(target, TablePaper(sheet, _COLUMNS, _FOOT), groups, progress)
    people = sum(len(home.residents) for home in homes)
    audience.note(store, sheet.title, "chief-copy", residents=people)
    return printed


def _group(title: str, homes: list[Household]) -> Group:
    unit = f"{homes[0].unit}单元" if homes[0].unit else ""
    rows = [
        (
            str(number),
            home.short_door.removeprefix(unit) or home.short_door,
            "、".join(person.name for person in home.residents),
            str(len(home.residents)),
            "",
        )
        for number, home in enumerate(homes, 1)
    ]
    return Group(title, f"{unit}　共{len(homes)}户".strip(), "", rows)
