"""The briefing sheet 简报, laid out by the numbers of GB/T 9704-2012.

A4, type area 156 × 225 mm (top 37, left 28 mm), body in 三号 (15.75 pt: 28 characters a line)
with a pitch of 28.9 pt for 22 lines; the imprint (报/送/发) stands at the end of the last page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.exchange.print.charts import bars
from desktop.exchange.print.flow import INDENT, Block, draw_blocks, paginate, paragraph, row, space
from desktop.exchange.print.page import (
    A4,
    ER_HAO,
    MM,
    SAN_HAO,
    SI_HAO,
    THICK,
    WU_HAO,
    XIAO_ER,
    XIAO_SI,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models.brief import Brief, Foot
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

AREA = Box(28 * MM, 37 * MM, 156 * MM, 225 * MM)
_CHART = 158.0
_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class _Look:
    """How closely a brief is set; a heading may stand in the line of its text."""

    size: float
    pitch: float
    table: float  # font size of the table
    row: float
    boxes: float  # height of the number boxes
    gap: float
    imprint: float  # height of one line of the imprint
    run_in: bool = False


# the standard's own measures first; closer ones bring an ordinary month onto one page
_LOOKS = (
    _Look(SAN_HAO, 28.9, XIAO_SI, 24, 62, 10, 21),
    _Look(SAN_HAO, 25, XIAO_SI, 21, 54, 8, 19),
    _Look(SI_HAO, 22, WU_HAO, 18, 50, 6, 18),
    _Look(SI_HAO, 22, WU_HAO, 18, 48, 6, 18, run_in=True),
)


def print_brief(
    _store: Store, target: Path, brief: Brief, *, progress: Progress = no_progress
) -> Printed:
    """One page when the text allows it, and a chart where the last page has room for it."""
    look, pages = _lay_out(brief)
    used = sum(block.height for block in pages[-1])
    chart = _chart(brief)
    if chart and used + chart.height + _imprint_height(look) <= AREA.height:
        pages[-1] = [*pages[-1], chart]
    elif used + _imprint_height(look) > AREA.height:
        pages.append([chart] if chart else [])
    numbered = list(enumerate(pages, 1))

    def draw(paper: Paper, page: tuple[int, list[Block]]) -> None:
        draw_blocks(paper, page[1], AREA)
        if page[0] == len(pages):
            _imprint(paper, look, brief.foot)

    sheet = Sheet("简报", A4, margin=28 * MM)
    return print_pages(target, sheet, numbered, draw, progress)


def _lay_out(brief: Brief) -> tuple[_Look, list[list[Block]]]:
    """The widest look that needs one page, else the standard's own over several."""
    for look in _LOOKS:
        blocks = _body(brief, look)
        if sum(block.height for block in blocks) + _imprint_height(look) <= AREA.height:
            return look, [blocks]
    return _LOOKS[0], paginate(_body(brief, _LOOKS[0]), AREA.height)


def _body(brief: Brief, look: _Look) -> list[Block]:
    wide = AREA.width
    blocks = _masthead(brief, look)
    blocks += paragraph(
        brief.title, wide, XIAO_ER, pitch=30, bold="title", align="center", keep=True
    )
    if brief.boxes:
        boxes = Block(look.boxes, lambda paper, box: _boxes(paper, box, brief.boxes))
        blocks += [space(look.gap), boxes]
    blocks.append(space(look.gap))
    for number, item in zip(_NUMBERS, brief.items, strict=False):
        blocks += _item(number, item, look)
    header, rows = brief.table
    if rows:
        blocks.append(space(look.gap))
        blocks += _table(header, rows, look)
    return blocks


def _item(number: str, item: tuple[str, str], look: _Look) -> list[Block]:
    """A heading and its paragraphs."""
    title, text = item
    head = f"{INDENT}{number}、{title}"
    blocks: list[Block] = []
    if look.run_in:
        text = f"{number}、{title}。{text}"
    else:
        blocks = paragraph(head, AREA.width, look.size, pitch=look.pitch, bold=True, keep=True)
    for part in text.split("\n"):
        blocks += paragraph(INDENT + part, AREA.width, look.size, pitch=look.pitch, bold="body")
    return blocks


def _masthead(brief: Brief, look: _Look) -> list[Block]:
    """Name centred in 二号, number under it, issuer left and date right above the rule."""

    def draw(paper: Paper, box: Box) -> None:
        middle = box.x + box.width / 2
        size = ER_HAO + 4
        paper.cell(
            Box(box.x, box.y, box.width, 36), brief.masthead, size, bold="title", align="center",
            least=11,
        )  # fmt: skip
        paper.text(middle, box.y + 54, brief.number, SAN_HAO, align="center")
        half = box.width / 2
        paper.cell(Box(box.x, box.y + 64, half, 24), brief.issuer, SI_HAO, pad=4, bold="note")
        right = Box(box.x + half, box.y + 64, half, 24)
        paper.cell(right, brief.date, SI_HAO, align="right", pad=4, bold="note")
        paper.line(box.x, box.y + 92, box.right, box.y + 92, 1.8)

    return [Block(92, draw, keep=True), space(look.gap + 6)]


def _boxes(paper: Paper, box: Box, boxes: Sequence[tuple[str, str]]) -> None:
    """The number boxes: the value large, its name under it."""
    gap = 12.0
    wide = (box.width - gap * (len(boxes) - 1)) / max(1, len(boxes))
    for place, (name, value) in enumerate(boxes):
        own = Box(box.x + place * (wide + gap), box.y, wide, box.height)
        paper.fill(own, 0.95)
        paper.box(own)
        middle = own.y + box.height * 0.6
        upper = Box(own.x, own.y + 2, wide, middle - own.y - 2)
        paper.cell(upper, value, ER_HAO, bold=True, align="center", least=11)
        paper.cell(Box(own.x, middle, wide, own.bottom - middle - 2), name, XIAO_SI, align="center")


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], look: _Look) -> list[Block]:
    first = AREA.width * 0.22
    rest = (AREA.width - first) / max(1, len(header) - 1)
    wide = [first, *[rest] * (len(header) - 1)]
    aligns = ["center"] * len(header)
    laid = [row(header, wide, look.table, head=True, least=look.row)]
    last = len(rows) - 1
    for place, cells in enumerate(rows):
        keep = place < last
        laid.append(row(cells, wide, look.table, aligns=aligns, least=look.row, keep=keep))
    return laid


def _chart(brief: Brief) -> Block | None:
    """New and closed entries of each list side by side, when the table has such columns."""
    header, rows = brief.table
    if not brief.chart:
        return None
    series = [name for name in ("本月新增", "本月办结") if name in header]
    kinds = [cells for cells in rows if cells[0] != "合计"]
    if len(series) < 2 or not kinds:
        return None
    columns = [header.index(name) for name in series]
    if not all(cells[column].isdecimal() for cells in kinds for column in columns):
        return None
    figures = [[int(cells[column]) for cells in kinds] for column in columns]
    if not any(map(any, figures)):
        return None
    names = [cells[0] for cells in kinds]

    def draw(paper: Paper, box: Box) -> None:
        bars(paper, Box(box.x, box.y + 14, box.width, box.height - 14), names, series, figures)

    return Block(_CHART, draw)


def _imprint_height(look: _Look) -> float:
    """Room above the first rule, three lines, and the people."""
    return look.imprint * 5


def _imprint(paper: Paper, look: _Look, foot: Foot) -> None:
    """报、送、发 between rules, then who edited, checked and released it."""
    high = look.imprint
    y = AREA.bottom - 4 * high
    paper.line(AREA.x, y, AREA.right, y, THICK)
    for name, value in (("报", foot.report_to), ("送", foot.copy_to), ("发", foot.send_to)):
        if value:
            paper.cell(Box(AREA.x + 14, y, 30, high), f"{name}：", SI_HAO, pad=0)
        paper.cell(Box(AREA.x + 44, y, AREA.width - 58, high), value, SI_HAO, pad=0)
        y += high
    paper.line(AREA.x, y, AREA.right, y, 0.7)
    people = (("编发", foot.edited_by), ("审核", foot.checked_by), ("签发", foot.released_by))
    wide = AREA.width / 3
    for place, (name, value) in enumerate(people):
        box = Box(AREA.x + place * wide + 14, y, wide - 16, high)
        paper.cell(box, f"{name}：{value}", SI_HAO, pad=0)
    paper.line(AREA.x, y + high, AREA.right, y + high, THICK)
