"""The part of the visit form that is filled in by hand, in the order its layout gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.exchange.print.page import PAD, Box, Paper
from desktop.models.templates import Part, Template
from desktop.models.words import LABELS

LABEL = 56.0  # width of the label column
ROW = 21.0
_HIGH = ROW + 3  # a row to write in
_SIGN = 26.0
_LEAST_AREA = 12.0


def draw_blank(paper: Paper, layout: Template, area: Box, y: float) -> None:
    """From y to the foot; the same for all households of one height."""
    parts = [p for p in layout.used() if p.key not in ("office", "history")]
    signs = [p for p in parts if p.key.startswith("sign_")]
    parts = [p for p in parts if not p.key.startswith("sign_")]
    foot = area.bottom - (_SIGN if signs else 0)
    fixed = sum(_ROWS[p.key][0] for p in parts if p.key in _ROWS)
    shares = sum(p.share for p in parts if p.key not in _ROWS)
    free = foot - y - fixed
    for part in parts:
        if part.key in _ROWS:
            high, draw = _ROWS[part.key]
            draw(paper, area, y, part)
        else:
            high = max(_LEAST_AREA, free * part.share / shares)
            _area(paper, area, Box(area.x, y, LABEL, high), part)
        y += high
    _signatures(paper, area, foot, signs)


def draw_label(paper: Paper, box: Box, name: str) -> None:
    """A shaded cell with the name of what stands beside it."""
    paper.fill(box, 0.93)
    paper.cell(box, name, align="center")
    paper.box(box)


def _outcome(paper: Paper, area: Box, y: float, part: Part) -> None:
    _ticks(paper, area, y, part.label, list(LABELS["outcome"].values()))


def _mode(paper: Paper, area: Box, y: float, part: Part) -> None:
    _ticks(paper, area, y, part.label, list(LABELS["mode"].values()))


def _changes(paper: Paper, area: Box, y: float, part: Part) -> None:
    known = list(LABELS["population_event"].values())[:4]
    _ticks(paper, area, y, part.label, ["无", *known, "电话变更", "其他：" + "＿" * 10])


def _time(paper: Paper, area: Box, y: float, part: Part) -> None:
    draw_label(paper, Box(area.x, y, LABEL, _HIGH), part.label)
    when = "　　　　年　　　月　　　日　　　时　　　分　至　　　时　　　分"
    paper.cell(Box(area.x + LABEL, y, area.width - LABEL, _HIGH), when)
    paper.line(area.x, y + _HIGH, area.right, y + _HIGH)


def _met(paper: Paper, area: Box, y: float, part: Part) -> None:
    """Whom they met and who came along: the label and the hint are the two names."""
    half = (area.width - 2 * LABEL) / 2
    for place, name in enumerate((part.label, part.hint or "同行人")):
        draw_label(paper, Box(area.x + place * (half + LABEL), y, LABEL, _HIGH), name)
    paper.line(area.x, y + _HIGH, area.right, y + _HIGH)


def _ticks(paper: Paper, area: Box, y: float, name: str, words: Sequence[str]) -> None:
    draw_label(paper, Box(area.x, y, LABEL, ROW), name)
    x = area.x + LABEL + 8
    for word in words:
        x += paper.tick(x, y + 14.4, word) + 14
    paper.line(area.x, y + ROW, area.right, y + ROW)


_ROWS: dict[str, tuple[float, Callable[[Paper, Box, float, Part], None]]] = {
    "outcome": (ROW, _outcome), "mode": (ROW, _mode), "time": (_HIGH, _time),
    "met": (_HIGH, _met), "changes": (ROW, _changes),
}  # fmt: skip


def _area(paper: Paper, area: Box, box: Box, part: Part) -> None:
    """A field with dotted lines to write on and a hint in small print."""
    paper.fill(box, 0.93)
    half = len(part.label) // 2
    broken = part.label if len(part.label) < 4 else f"{part.label[:half]}\n{part.label[half:]}"
    paper.cell(box, broken, align="center", least=5)
    paper.box(box)
    hint = Box(box.right + 5, box.y + 2, area.right - box.right - 10, 10)
    paper.cell(hint, part.hint, 7.5, least=5, pad=0, grey=0.5)
    rules = max(1, int((box.height - 8) // 19))
    step = (box.height - 6) / rules
    for rule in range(1, rules + 1):
        paper.dots(box.right + 5, box.y + rule * step, area.right - 5)
    paper.line(area.x, box.bottom, area.right, box.bottom)


def _signatures(paper: Paper, area: Box, y: float, signs: Sequence[Part]) -> None:
    whole = sum(part.share for part in signs)
    x = area.x
    for part in signs:
        wide = area.width * part.share / whole
        paper.cell(Box(x, y, wide, _SIGN), part.label, pad=PAD)
        x += wide
        if x < area.right - 1:
            paper.line(x, y, x, y + _SIGN)
