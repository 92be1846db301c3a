"""Lets paragraphs, tables and drawings flow down pages one after the other.

A block knows its height and draws itself at a place; blocks that belong together stay together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.exchange.print import fonts, lines
from desktop.exchange.print.fonts import Weight
from desktop.exchange.print.page import PAD, THIN, WU_HAO, Box, Paper

INDENT = "　　"  # Chinese paragraphs begin two characters in


@dataclass(frozen=True, slots=True)
class Block:
    """Something `height` points high; `draw` gets the paper and the box that is its own."""

    height: float
    draw: Callable[[Paper, Box], None]
    keep: bool = False  # on the same page as the next block
    head: Block | None = None  # column titles, drawn again when a page begins with this block


def paginate(blocks: Sequence[Block], room: float) -> list[list[Block]]:
    """Deal the blocks out to pages of `room` points."""
    pages: list[list[Block]] = [[]]
    used = 0.0
    for start, end in _chains(blocks):
        chain = blocks[start:end]
        high = sum(block.height for block in chain)
        if used and used + high > room:
            titles = blocks[start].head
            pages.append([titles] if titles else [])
            used = titles.height if titles else 0.0
        pages[-1] += chain
        used += high
    return pages


def _chains(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Stretches that stay together, as start and end."""
    chains: list[tuple[int, int]] = []
    start = 0
    for place, block in enumerate(blocks):
        if not block.keep:
            chains.append((start, place + 1))
            start = place + 1
    if start < len(blocks):
        chains.append((start, len(blocks)))
    return chains


def draw_blocks(paper: Paper, blocks: Sequence[Block], area: Box) -> float:
    """Draw one page's blocks from the top; returns where they end."""
    y = area.y
    for block in blocks:
        block.draw(paper, Box(area.x, y, area.width, block.height))
        y += block.height
    return y


def space(height: float) -> Block:
    return Block(height, lambda _paper, _box: None)


def paragraph(
    text: str,
    room: float,
    size: float = WU_HAO,
    *,
    pitch: float | None = None,
    bold: Weight = False,
    align: str = "left",
    grey: float = 0.0,
    keep: bool = False,
) -> list[Block]:
    """One block a line, so that a paragraph can go on over the page."""
    high = pitch or size * 1.5
    laid = lines.wrap(text, size, room, bold=bold)

    def gap(line: str) -> float:
        """What makes the line end at the right edge; a short line is left as it is."""
        free = room - fonts.width(line, size, bold=bold)
        return free / (len(line) - 1) if 0 < free < 2 * size and len(line) > 4 else 0.0

    def block(line: str, first: bool) -> Block:
        def draw(paper: Paper, box: Box) -> None:
            x = {"left": box.x, "center": box.x + box.width / 2, "right": box.right}[align]
            y = box.y + high / 2 + size * 0.36
            spread = gap(line) if align == "left" and line is not laid[-1] else 0.0
            paper.text(x, y, line, size, bold=bold, align=align, grey=grey, spread=spread)

        # no first line alone at the foot of a page
        return Block(high, draw, keep or (first and len(laid) > 1))

    return [block(line, place == 0) for place, line in enumerate(laid)]


def row(
    cells: Sequence[str],
    wide: Sequence[float],
    size: float = WU_HAO,
    *,
    aligns: Sequence[str] = (),
    head: bool = False,
    least: float = 20.0,
    keep: bool = False,
) -> Block:
    """One ruled table row; long cells wrap and make it higher."""
    deepest = max(
        len(lines.wrap(cell, size, room - 2 * PAD, bold=head))
        for cell, room in zip(cells, wide, strict=True)
    )
    high = max(least, size + (deepest - 1) * size * lines.PITCH + 8)

    def draw(paper: Paper, box: Box) -> None:
        x = box.x
        if head:
            paper.fill(Box(box.x, box.y, sum(wide), high), 0.92)
        for place, (cell, room) in enumerate(zip(cells, wide, strict=True)):
            own = Box(x, box.y, room, high)
            align = "center" if head else aligns[place] if aligns else "left"
            paper.cell(own, cell, size, bold=head, align=align, least=size)
            paper.box(own, THIN)
            x += room

    return Block(high, draw, keep or head)
