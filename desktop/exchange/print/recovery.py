"""The recovery sheet 恢复单: the second way into the data, on paper in the office's safe.

The key stands there twice: as groups a person can type (each with a check symbol) and as a QR code.
"""

from __future__ import annotations

from pathlib import Path

from reportlab.graphics.barcode.qrencoder import QRErrorCorrectLevel

from desktop import clock
from desktop.exchange.print import lines
from desktop.exchange.print.page import (
    GREY,
    MM,
    SI_HAO,
    THICK,
    WU_HAO,
    XIAO_SI,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.progress import Progress, no_progress

_A_ROW = 4  # groups in a row
_STEPS = (
    "这张纸能打开本单位的全部数据。请立即放进保险柜或上锁的文件柜，不要拍照，不要复印，不要存进电脑或手机。",
    "忘记口令时：在输口令的窗口点“忘记口令…”，按顺序输入下面13组字符（或用扫码枪扫二维码），再设一个新口令。",
    "每组最后一个字符是核对码，输错会指出是第几组。字母不分大小写；0是数字零，1是数字一，没有字母O、I、L、U。",
    "口令和这张纸都丢失，数据就再也打不开，任何人都帮不了。改口令不会换掉这张纸上的钥匙：怀疑有人看过或抄过时，"
    "请守好存放数据的电脑和备份盘，不让那个人接触。",
)


def print_recovery(
    target: Path,
    office: str,
    user: str,
    recovery_text: str,
    *,
    progress: Progress = no_progress,
) -> Printed:
    """One A4 page; `recovery_text` is what `profile.recovery_key` gives."""
    sheet = Sheet("恢复单", margin=20 * MM, audience="只此一份，入柜保管")

    def draw(paper: Paper, key: str) -> None:
        y = _head(paper, office, user)
        y = _steps(paper, y)
        y = _groups(paper, y, key.split("-"))
        _qr(paper, y, key)
        _signatures(paper)

    return print_pages(target, sheet, [recovery_text], draw, progress)


def _head(paper: Paper, office: str, user: str) -> float:
    area = paper.sheet.area
    middle = area.x + area.width / 2
    paper.text(middle, area.y + 24, "近邻恢复单", 26, bold=True, align="center")
    facts = (("单位", office), ("保管人", user), ("打印日期", clock.today().isoformat()))
    y = area.y + 44
    for name, value in facts:
        paper.cell(Box(area.x, y, 66, 24), name, XIAO_SI, bold=True, align="center")
        paper.cell(Box(area.x + 66, y, area.width - 66, 24), value, XIAO_SI)
        paper.box(Box(area.x, y, 66, 24))
        paper.box(Box(area.x, y, area.width, 24))
        y += 24
    return y + 16


def _steps(paper: Paper, y: float) -> float:
    area = paper.sheet.area
    for number, step in enumerate(_STEPS, 1):
        paper.text(area.x, y + 11, f"{number}.", WU_HAO, bold=True)
        for line in lines.wrap(step, WU_HAO, area.width - 18):
            paper.text(area.x + 18, y + 11, line, WU_HAO)
            y += 16
        y += 4
    return y + 10


def _groups(paper: Paper, y: float, groups: list[str]) -> float:
    """Numbered boxes, four in a row, in figures that cannot be misread."""
    area = paper.sheet.area
    wide, high = area.width / _A_ROW, 40.0
    rows = -(-len(groups) // _A_ROW)
    for place, group in enumerate(groups):
        box = Box(area.x + place % _A_ROW * wide, y + place // _A_ROW * high, wide, high)
        paper.box(box)
        paper.text(box.x + 5, box.y + 12, str(place + 1), 8, grey=GREY)
        paper.text(box.x + wide / 2, box.y + 27, group, 19, bold=True, align="center")
    paper.box(Box(area.x, y, area.width, high * rows), THICK)
    return y + high * rows + 16


def _qr(paper: Paper, y: float, key: str) -> None:
    area = paper.sheet.area
    side = 42 * MM
    paper.qr(Box(area.x + 4, y, side, side), key, QRErrorCorrectLevel.M)
    x = area.x + side + 26
    paper.text(x, y + 20, "二维码与上面13组字符相同。", SI_HAO, bold=True)
    for place, note in enumerate(
        (
            "用扫码枪在登录窗口的恢复码框里扫一次即可。",
            "不要用手机扫码软件扫：有的软件会把内容传到网上。",
        )
    ):
        paper.text(x, y + 44 + 18 * place, note, WU_HAO)


def _signatures(paper: Paper) -> None:
    area = paper.sheet.area
    y = area.bottom - 30
    paper.line(area.x, y - 16, area.right, y - 16)
    for place, name in enumerate(("保管人（签字）：", "监督人（签字）：", "入柜日期：")):
        paper.text(area.x + place * area.width / 3, y + 6, name, XIAO_SI)
