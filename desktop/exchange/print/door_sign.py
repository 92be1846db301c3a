"""The sign at the entrance of a building 楼栋长公示牌: who serves, and whom to call.

A chief's own number stands on it only when they agreed; otherwise the community's.
"""

from __future__ import annotations

from pathlib import Path

from desktop.exchange.print import audience
from desktop.exchange.print.page import (
    A4_LANDSCAPE,
    ER_HAO,
    MM,
    SI_HAO,
    THICK,
    THIN,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import places, posts, settings
from desktop.models.posts import Post
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.words import label
from desktop.progress import Progress, no_progress

_ROW = 52.0
_A_SIGN = 6  # holders on one sign
_KINDS = ("building_chief", "stair_chief", "party_core_household")


def print_door_sign(
    store: Store,
    target: Path,
    building: str,
    *,
    own_phones: bool = False,
    progress: Progress = no_progress,
) -> Printed:
    """One sign (more when many serve) for one building."""
    place = places.building(store, building)
    audience.check("公示牌", audience.PAGES["door-sign"])
    serving = [p for kind in _KINDS for p in posts.posts(store, kind=kind) if p.place == building]
    phone = str(settings.get(store, "office_phone"))
    name = office(store).name
    parts = [serving[n : n + _A_SIGN] for n in range(0, len(serving), _A_SIGN)] or [[]]
    sheet = Sheet("楼栋长公示牌", A4_LANDSCAPE, 15 * MM, audience=audience.PAGES["door-sign"].foot)

    def draw(paper: Paper, holders: list[Post]) -> None:
        _sign(paper, name, place.place, phone, holders, own_phones)

    printed = print_pages(target, sheet, parts, draw, progress)
    audience.note(store, sheet.title, "door-sign", posts=len(serving))
    return printed


def _sign(
    paper: Paper, name: str, place: str, phone: str, holders: list[Post], own_phones: bool
) -> None:
    area = paper.sheet.area
    paper.box(area, THICK * 2)
    y = area.y + 18
    paper.cell(Box(area.x, y, area.width, 30), name, ER_HAO, align="center", pad=20)
    y += 34
    paper.cell(Box(area.x, y, area.width, 62), place, 44, bold=True, align="center", pad=20)
    y += 74
    left, wide = area.x + 40, area.width - 80
    shares = (0.22, 0.43, 0.35)
    for post in holders:
        cells = (
            label("post_kind", post.kind) + (f"（{post.unit}单元）" if post.unit else ""),
            post.holder,
            (post.phone or "") if own_phones else "",
        )
        x = left
        for text, share, size in zip(cells, shares, (SI_HAO, 26.0, ER_HAO), strict=True):
            own = Box(x, y, wide * share, _ROW)
            paper.cell(own, text, size, align="center", least=8, bold=size > ER_HAO)
            paper.box(own, THIN)
            x = own.right
        y += _ROW
    if not holders:
        paper.cell(Box(left, y, wide, _ROW), "楼栋长待推选", ER_HAO, align="center")
    words = f"有事请找楼栋长，或拨打社区电话：{phone or '＿' * 10}"
    paper.cell(
        Box(left, area.bottom - 48, wide, 36), words, 20, bold=True, align="center", least=12
    )
