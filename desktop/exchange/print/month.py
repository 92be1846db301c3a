"""The monthly report 月报 on paper: every rate with its numerator and denominator."""

from __future__ import annotations

from pathlib import Path

from desktop.exchange.print import fonts
from desktop.exchange.print.flow import INDENT, Block, draw_blocks, paginate, paragraph, row, space
from desktop.exchange.print.page import (
    A4,
    GREY,
    MM,
    PAD,
    SI_HAO,
    WU_HAO,
    XIAO_ER,
    XIAO_WU,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models.month import DEFINITIONS, Line, MonthReport, Section
from desktop.models.month_outside import outside
from desktop.models.month_period import month_words
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

_SHARES = (0.27, 0.23, 0.27, 0.23)  # two pairs of label and value to a row
_SIZE = 10.0
_WHOLE = 24  # figures that still make a small table


def print_month(
    _store: Store, target: Path, report: MonthReport, *, progress: Progress = no_progress
) -> Printed:
    """The whole report; a sealed one prints the same every time, small cells stay inside."""
    report = outside(report)
    sealed = f"封账日期 {report.sealed_on}" if report.sealed else ""
    audience = f"{report.office}{report.month}月报"
    sheet = Sheet("月报", A4, 20 * MM, audience=audience, dated=sealed)
    area = sheet.area
    blocks = _head(report, area)
    for section in report.sections:
        blocks += _section(section, area)
    blocks += _balance(report, area) + _notes(report, area) + _definitions(area)
    foot = 24.0
    pages = paginate(blocks, area.height - foot)
    last = pages[-1]

    def draw(paper: Paper, page: list[Block]) -> None:
        draw_blocks(paper, page, area)
        if page is last:
            for place, name in enumerate(("填表人：", "审核人：", "单位负责人：")):
                paper.text(area.x + place * area.width / 3, area.bottom - 6, name, WU_HAO)

    return print_pages(target, sheet, pages, draw, progress)


def _head(report: MonthReport, area: Box) -> list[Block]:
    state = f"已封账（{report.sealed_on}）" if report.sealed else "未封账，数字可能变动"
    title = f"{report.office}{month_words(report.month)}月报"
    cut_off = report.cut_off.isoformat()

    def line(paper: Paper, box: Box) -> None:
        words = (f"填报单位：{report.office}", f"截止日：{cut_off}", state)
        x = box.x
        for text, share, align in zip(
            words, (0.38, 0.24, 0.38), ("left", "center", "right"), strict=True
        ):
            paper.cell(Box(x, box.y, box.width * share, 22), text, WU_HAO, align=align, pad=0)
            x += box.width * share

    head = paragraph(title, area.width, XIAO_ER + 2, pitch=34, bold=True, align="center", keep=True)
    return [*head, Block(24, line)]


def _section(section: Section, area: Box) -> list[Block]:
    title = f"{section.number}、{section.title}"
    blocks = [space(8), *paragraph(title, area.width, SI_HAO, pitch=24, bold=True, keep=True)]
    pending: list[Line] = []
    for line in section.lines:
        if _is_figure(line, area):
            pending.append(line)
            continue
        blocks += _pairs(pending, area)
        pending = []
        words = f"{line.label}：{line.value}" if line.label else line.value
        blocks += paragraph(INDENT + words, area.width, WU_HAO, pitch=18)
    return blocks + _pairs(pending, area)


def _is_figure(line: Line, area: Box) -> bool:
    """Whether the line is a short value for the table; sentences become paragraphs."""
    room = area.width * _SHARES[1] - 2 * PAD
    short = fonts.width(line.value, _SIZE) <= room
    return bool(line.label) and short and not line.value.endswith("。")


def _pairs(given: list[Line], area: Box) -> list[Block]:
    """Short figures, two to a row; a small table stays on one page."""
    wide = [area.width * share for share in _SHARES]
    blocks = []
    whole = len(given) <= _WHOLE
    for start in range(0, len(given), 2):
        pair = [*given[start : start + 2], Line("", "")][:2]
        cells = [text for line in pair for text in (line.label, line.value)]
        blocks.append(
            row(
                cells,
                wide,
                _SIZE,
                aligns=("left", "right") * 2,
                least=19,
                keep=whole and start + 2 < len(given),
            )
        )
    return blocks


def _balance(report: MonthReport, area: Box) -> list[Block]:
    counts = report.counts
    books = (
        f"上月在办{counts['carried_over']}＋本月新增{counts['registered']}"
        f"－本月办结{counts['closed']}＝本月在办{counts['open']}"
    )
    verdict = "核对无误。" if report.balance_ok else "两边不等，请检查后再上报。"
    return [space(10), *paragraph(f"账目核对：{books}，{verdict}", area.width, WU_HAO, pitch=18)]


def _notes(report: MonthReport, area: Box) -> list[Block]:
    if not report.notes:
        return []
    blocks = [space(6)]
    for note in report.notes:
        blocks += paragraph(f"注：{note}", area.width, XIAO_WU, pitch=15)
    return blocks


def _definitions(area: Box) -> list[Block]:
    blocks = [space(8)]
    blocks += paragraph("口径说明", area.width, WU_HAO, pitch=20, bold=True, keep=True)
    for name, formula in DEFINITIONS:
        blocks += paragraph(f"{name}：{formula}", area.width, XIAO_WU, pitch=14, grey=GREY)
    return blocks
