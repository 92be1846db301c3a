"""The note left at a door nobody opened 未遇联系单: four to a sheet, no family data on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.exchange.print import audience, lines
from desktop.exchange.print.page import (
    GREY,
    HAIR,
    MM,
    SI_HAO,
    WU_HAO,
    XIAO_SI,
    XIAO_WU,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import residents, settings
from desktop.models.profile import office
from desktop.models.residents import Household
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

_A_SHEET = 4
_CODE = 16 * MM
_TIMES = ("上午", "下午", "晚上", "周末")


def print_missed(
    store: Store, target: Path, households: Sequence[str], *, progress: Progress = no_progress
) -> Printed:
    """Notes for these doors in route order, to be cut apart."""
    homes = residents.households(store, households)
    sheets = [homes[start : start + _A_SHEET] for start in range(0, len(homes), _A_SHEET)]
    name, phone = office(store).name, str(settings.get(store, "office_phone"))
    sheet = Sheet("未遇联系单", margin=10 * MM, audience=audience.PAGES["missed"].foot)

    def draw(paper: Paper, page: Sequence[Household]) -> None:
        area = paper.sheet.area
        wide, high = area.width / 2, area.height / 2
        for place, home in enumerate(page):
            box = Box(area.x + place % 2 * wide, area.y + place // 2 * high, wide, high)
            _note(paper, box, home, name, phone)
        paper.dots(area.x, area.y + high, area.right)
        paper.line(area.x + wide, area.y, area.x + wide, area.bottom, HAIR)

    printed = print_pages(target, sheet, sheets, draw, progress)
    audience.note(store, sheet.title, "missed", households=len(homes))
    return printed


def _note(paper: Paper, box: Box, home: Household, name: str, phone: str) -> None:
    left, right = box.x + 16, box.right - 16
    y = box.y + 34
    paper.text(box.x + box.width / 2, y, "未遇联系单", 18, bold=True, align="center")
    y += 14
    paper.cell(Box(left, y, right - left, 26), f"{home.door}的住户：", XIAO_SI, bold=True, pad=0)
    y += 40
    greeting = (
        f"　　您好！{name}工作人员今天上门走访，家中无人应答。我们想听听您的需求和建议，"
        "请告诉我们什么时候方便再来，或者直接打电话给我们。"
    )
    for line in lines.wrap(greeting, WU_HAO, right - left):
        paper.text(left, y, line, WU_HAO)
        y += 18
    y += 10
    paper.text(left, y, "来访时间：　　　月　　　日　　　时　　　分", WU_HAO)
    paper.text(left, y + 26, f"联系电话：{phone or '＿' * 9}", SI_HAO, bold=True)
    paper.text(left, y + 52, "联系人：", WU_HAO)
    paper.text(left, y + 82, "方便的时间：", WU_HAO)
    x = left + 66
    for word in _TIMES:
        x += paper.tick(x, y + 82, word) + 10
    paper.text(left, y + 110, "您的需求或建议（可写好交到社区）：", WU_HAO)
    bottom = box.bottom - _CODE - 16
    rule = y + 134
    while rule < bottom:
        paper.dots(left, rule, right)
        rule += 22
    paper.qr(Box(right - _CODE, box.bottom - _CODE - 6, _CODE, _CODE), f"JL1:{home.code}")
    paper.text(left, box.bottom - 10, f"编码 {home.code}", XIAO_WU, grey=GREY)
    own = Box(left, box.bottom - 42, right - left - _CODE - 8, 22)
    paper.cell(own, name, XIAO_WU, pad=0)
