"""The public notice 公示: surname and building only, never a door, a number or a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from desktop import clock
from desktop.errors import BadValue
from desktop.exchange.print import audience
from desktop.exchange.print.flow import INDENT, Block, draw_blocks, paginate, paragraph, row, space
from desktop.exchange.print.page import (
    A4,
    MM,
    SAN_HAO,
    XIAO_ER,
    XIAO_SI,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import places, privacy, residents, settings
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

_SHARES = (0.12, 0.24, 0.64)
_PITCH = 28.0


def print_notice(
    store: Store,
    target: Path,
    title: str,
    households: Sequence[str],
    *,
    body: str = "",
    days: int = 7,
    progress: Progress = no_progress,
) -> Printed:
    """The heads of these households for the notice board; the text is the person's own."""
    if not title.strip():
        raise BadValue("公示标题", "", "不能为空")
    audience.check("公示", audience.PAGES["notice"])
    homes = residents.households(store, households)
    where = {building.uid: building.place for building in places.buildings(store)}
    lines = [
        (str(number), privacy.mask_name(home.head_name), where.get(home.building, ""))
        for number, home in enumerate(homes, 1)
    ]
    sheet = Sheet("公示", A4, 26 * MM, audience=audience.PAGES["notice"].foot)
    wide = sheet.area.width
    blocks = paragraph(
        title.strip(), wide, XIAO_ER, pitch=34, bold="title", align="center", keep=True
    )
    blocks.append(space(10))
    for part in body.split("\n") if body.strip() else []:
        blocks += paragraph(INDENT + part.strip(), wide, SAN_HAO, pitch=_PITCH, bold="body")
    if lines:
        blocks += [space(8), *_table(lines, wide)]
    blocks += [space(14), *_end(store, days, wide)]

    def draw(paper: Paper, page: list[Block]) -> None:
        draw_blocks(paper, page, sheet.area)

    printed = print_pages(target, sheet, paginate(blocks, sheet.area.height), draw, progress)
    audience.note(store, sheet.title, "notice", households=len(homes))
    return printed


def _table(lines: Sequence[tuple[str, ...]], wide: float) -> list[Block]:
    widths = [wide * share for share in _SHARES]
    head = row(("序号", "姓名", "所在楼栋"), widths, XIAO_SI, head=True, least=26)
    aligns = ("center", "center", "left")
    rows = [row(line, widths, XIAO_SI, aligns=aligns, least=26) for line in lines]
    return [head, *(replace(block, head=head) for block in rows)]


def _end(store: Store, days: int, wide: float) -> list[Block]:
    """Until when, whom to tell, who signs."""
    today = clock.today()
    last = today + timedelta(days=days - 1)
    phone = str(settings.get(store, "office_phone")) or "＿" * 9
    words = (
        f"{INDENT}公示期：{_day(today)}至{_day(last)}，共{days}天。"
        f"如有不同意见，请在公示期内向社区反映，电话：{phone}。"
    )
    blocks = paragraph(words, wide, SAN_HAO, pitch=_PITCH, bold="body")
    blocks.append(space(20))
    for line in (office(store).name, _day(today)):
        blocks += paragraph(
            line, wide, SAN_HAO, pitch=_PITCH, bold="body", align="right", keep=True
        )
    return blocks


def _day(day: object) -> str:
    year, month, date = str(day).split("-")
    return f"{year}年{int(month)}月{int(date)}日"
