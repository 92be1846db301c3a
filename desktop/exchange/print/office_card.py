"""The card of a PC on paper: its fingerprint to compare by voice, the card itself as a QR code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportlab.graphics.barcode.qrencoder import QRErrorCorrectLevel

from desktop import clock
from desktop.exchange.print import lines
from desktop.exchange.print.page import MM, WU_HAO, XIAO_SI, Box, Paper, Printed, Sheet, print_pages
from desktop.progress import Progress, no_progress

_STEPS = (
    "对方收到名片文件（或用扫码枪把二维码扫进一个文本文件，存成扩展名jlcard）后，打电话给本单位。",
    "请照上面的25位指纹码逐组念，对方逐组核对。有一位不同就不要登记。",
    "名片只有公开的钥匙，没有居民信息，可以张贴或传送。",
)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the page says about the PC; `text` is the whole card."""

    office: str
    site: str
    fingerprint: str
    text: str


def print_card(target: Path, card: CardFacts, *, progress: Progress = no_progress) -> Printed:
    """One A4 page."""
    sheet = Sheet("单位名片", margin=20 * MM, audience="可以交给对方单位")
    return print_pages(target, sheet, [card], _draw, progress)


def _draw(paper: Paper, card: CardFacts) -> None:
    area = paper.sheet.area
    middle = area.x + area.width / 2
    paper.text(middle, area.y + 24, "近邻单位名片", 26, bold=True, align="center")
    y = area.y + 44
    facts = (("单位", card.office), ("机器", card.site), ("打印日期", clock.today().isoformat()))
    for name, value in facts:
        paper.cell(Box(area.x, y, 66, 24), name, XIAO_SI, bold=True, align="center")
        paper.cell(Box(area.x + 66, y, area.width - 66, 24), value, XIAO_SI)
        paper.box(Box(area.x, y, 66, 24))
        paper.box(Box(area.x, y, area.width, 24))
        y += 24
    y += 24
    paper.text(area.x, y, "指纹码", XIAO_SI, bold=True)
    groups = card.fingerprint.split()
    wide = area.width / len(groups)
    for place, group in enumerate(groups):
        box = Box(area.x + place * wide, y + 10, wide, 44)
        paper.box(box)
        paper.text(box.x + wide / 2, box.y + 30, group, 22, bold=True, align="center")
    y += 74
    for number, step in enumerate(_STEPS, 1):
        paper.text(area.x, y + 11, f"{number}.", WU_HAO, bold=True)
        for line in lines.wrap(step, WU_HAO, area.width - 18):
            paper.text(area.x + 18, y + 11, line, WU_HAO)
            y += 16
        y += 4
    side = 92 * MM
    paper.qr(Box(middle - side / 2, y + 16, side, side), card.text, QRErrorCorrectLevel.M)
