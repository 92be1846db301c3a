"""Breaks Chinese text into lines and fits it into cells: shrink first, then wrap, then continue.

Line-start and line-end rules follow GB/T 15834-2011, 5.1: no closing mark begins a line, no
opening mark ends one, a dash (——) or an ellipsis (……) is not torn apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from desktop.exchange.print import fonts
from desktop.exchange.print.fonts import Weight

NOT_AT_START = frozenset("，。、；：？！）》〉」』】〕”’％%…—·,.;:?!)]}°℃～")
NOT_AT_END = frozenset("（《〈「『【〔“‘([{￥$№")
PITCH = 1.32  # line pitch of small print, in font sizes
_ATOMS = re.compile(r"[ \t]+|——|……|[A-Za-z0-9.,/@#%+\-]+|.")
_STEP = 0.5  # points between two trial sizes


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text laid into a cell: its size, its lines, and what found no room."""

    size: float
    lines: tuple[str, ...]
    rest: str


def wrap(text: str, size: float, room: float, *, bold: Weight = False) -> list[str]:
    """Cut the text into lines of at most `room` points; always at least one line."""
    lines: list[str] = []
    for paragraph in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines += _wrap_paragraph(paragraph, size, room, bold)
    return lines


def _wrap_paragraph(text: str, size: float, room: float, bold: Weight) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for unit in _units(text):
        long = fonts.width(unit, size, bold=bold)
        if used + long <= room + 0.01:
            line, used = line + unit, used + long
            continue
        if line.strip():
            lines.append(line.rstrip())
        if long <= room:
            line, used = unit.lstrip(), fonts.width(unit.lstrip(), size, bold=bold)
            continue
        *full, line = _chop(unit, size, room, bold)
        lines += full
        used = fonts.width(line, size, bold=bold)
    lines.append(line.rstrip())
    return lines


def _units(text: str) -> list[str]:
    """Stretches that stay together: words, numbers, marks with the character they belong to."""
    units: list[str] = []
    glued = False
    for atom in _ATOMS.findall(text):
        if glued or (units and atom[0] in NOT_AT_START and not units[-1].isspace()):
            units[-1] += atom
        else:
            units.append(atom)
        glued = atom[-1] in NOT_AT_END
    return units


def _chop(unit: str, size: float, room: float, bold: Weight) -> list[str]:
    """A word longer than a line is cut anywhere; each piece has at least one character."""
    pieces: list[str] = [""]
    for char in unit:
        if pieces[-1] and fonts.width(pieces[-1] + char, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces


def ellipsis(fitted: Fitted, room: float, bold: Weight = False) -> Fitted:
    """Say with 「…」 that a text goes on, so that nobody takes a cut one for the whole."""
    if not fitted.rest:
        return fitted
    last = fitted.lines[-1]
    while last and fonts.width(last + "…", fitted.size, bold=bold) > room:
        last = last[:-1]
    return Fitted(fitted.size, (*fitted.lines[:-1], last + "…"), fitted.rest)


@lru_cache(maxsize=4096)
def fit(
    text: str, size: float, least: float, room: float, height: float, bold: Weight = False
) -> Fitted:
    """Lay text into a cell of `room` × `height` points, no smaller than `least` points."""
    trial = size
    while True:
        lines = wrap(text, trial, room, bold=bold)
        # the first line needs its own height only, every further one a pitch
        capacity = max(1, int((height - trial) / (trial * PITCH) + 1.001))
        if len(lines) <= capacity:
            return Fitted(trial, tuple(lines), "")
        if trial <= least:
            return Fitted(trial, tuple(lines[:capacity]), "".join(lines[capacity:]))
        trial = max(least, trial - _STEP)
