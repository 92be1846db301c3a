"""Papers that go with one item: the hand-over slip 任务移交单 and the mediation intake sheet.

Both are filled in from the item and leave room for hand-writing and signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.exchange.print import audience, lines
from desktop.exchange.print.page import (
    MM,
    PAD,
    THICK,
    WU_HAO,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import items
from desktop.models.items import Item
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.words import LABELS, label
from desktop.progress import Progress, no_progress

_LABEL = 84.0
_ROW = 28.0
_TEXT_SIZE = 12.0


@dataclass(frozen=True, slots=True)
class _Area:
    """A labelled field: what stands in it, how much of the free height it gets, who signs."""

    name: str
    text: str = ""
    share: float = 1.0
    signed: str = ""


@dataclass(frozen=True, slots=True)
class _Slip:
    """One page: pairs of facts, a row of tick boxes, then fields down to the foot."""

    heading: str
    number: str
    rows: tuple[tuple[tuple[str, str], ...], ...]
    ticks: tuple[str, tuple[str, ...], str]  # label, words, the ticked one
    areas: tuple[_Area, ...]


def print_order(
    store: Store, target: Path, item: str, *, progress: Progress = no_progress
) -> Printed:
    """The slip with which an item is handed to whoever shall do it, and comes back."""
    found = items.item(store, item)
    rows = (
        (("移交单位", office(store).name), ("承办人", found.handler or "")),
        (("登记日期", found.registered_on), ("办理期限", found.due_on or "")),
        (("地点", found.door), ("类别", found.category or label("item_kind", found.kind))),
    )
    sign = "移交人：　　　　　　接收人：　　　　　　　　　　年　　月　　日"
    areas = (
        _Area("事项内容", found.text, 1.4),
        _Area("移交意见", "", 0.8, sign),
        _Area("办理结果", found.result or "", 1.2, "承办人：　　　　　　　　　　年　　月　　日"),
        _Area("回访情况", "", 0.8, "回访人：　　　　　　居民：　　　　　　　　　　年　　月　　日"),
    )
    classes = tuple(word.partition("（")[0] for word in LABELS["time_class"].values())
    chosen = label("time_class", found.time_class).partition("（")[0]
    slip = _Slip("任务移交单", _number(found), rows, ("时限", classes, chosen), areas)
    return _print(store, target, slip, progress)


def print_intake(
    store: Store, target: Path, item: str, *, progress: Progress = no_progress
) -> Printed:
    """The intake sheet of a quarrel that somebody wants settled 矛盾纠纷受理登记表."""
    found = items.item(store, item)
    rows = (
        (("受理单位", office(store).name), ("受理日期", found.registered_on)),
        (("地点", found.door), ("类别", found.category or "")),
        (("当事人甲", ""), ("联系电话", "")),
        (("当事人乙", ""), ("联系电话", "")),
    )
    levels = tuple(LABELS["item_level"].values())
    sign = "调解员：　　　　　　　　　　年　　月　　日"
    areas = (
        _Area("纠纷经过", found.text, 1.5),
        _Area("当事人诉求", "", 1.0),
        _Area("调解情况", "", 1.2, sign),
        _Area(
            "处理结果", found.result or "", 1.0, "当事人（签字）：　　　　　　　　　年　　月　　日"
        ),
    )
    ticks = ("调解层级", levels, label("item_level", found.level))
    slip = _Slip("矛盾纠纷受理登记表", _number(found), rows, ticks, areas)
    return _print(store, target, slip, progress)


def _number(item: Item) -> str:
    """A short number people can quote: the day and the first signs of the uid."""
    return f"{item.registered_on.replace('-', '')}-{item.uid[:4].upper()}"


def _print(store: Store, target: Path, slip: _Slip, progress: Progress) -> Printed:
    """One page, and more where a text is longer than its field."""
    sheet = Sheet(slip.heading, margin=18 * MM, audience=audience.held_by(store, "slip"))
    pages = _pages(slip, sheet.area)

    def draw(paper: Paper, page: tuple[_Area, ...]) -> None:
        _draw(paper, slip, page, first=page is pages[0])

    printed = print_pages(target, sheet, pages, draw, progress)
    audience.note(store, slip.heading, "slip", items=1)
    return printed


def _pages(slip: _Slip, area: Box) -> list[tuple[_Area, ...]]:
    """Cut texts that are longer than their field into continuations on further pages."""
    room = area.width - _LABEL - 4 * PAD
    free = area.bottom - _top(slip, area)
    shares = sum(field.share for field in slip.areas)
    first: list[_Area] = []
    rest: list[_Area] = []
    for field in slip.areas:
        high = free * field.share / shares - (24 if field.signed else 0)
        most = int((high - 10) / (_TEXT_SIZE * lines.PITCH))
        laid = lines.wrap(field.text, _TEXT_SIZE, room)
        text = "\n".join(laid[:most])
        first.append(_Area(field.name, text, field.share, field.signed))
        whole = int((area.height - 60) / (_TEXT_SIZE * lines.PITCH))
        for start in range(most, len(laid), whole):
            rest.append(_Area(f"{field.name}（续）", "\n".join(laid[start : start + whole])))
    return [tuple(first), *((field,) for field in rest)]


def _top(slip: _Slip, area: Box) -> float:
    return area.y + 48 + _ROW * (len(slip.rows) + 1)


def _draw(paper: Paper, slip: _Slip, fields: Sequence[_Area], *, first: bool) -> None:
    area = paper.sheet.area
    paper.text(area.x + area.width / 2, area.y + 20, slip.heading, 22, bold=True, align="center")
    paper.text(area.right, area.y + 40, f"编号：{slip.number}", WU_HAO, align="right")
    y = top = area.y + 48
    if first:
        for pairs in slip.rows:
            y = _facts(paper, area, y, pairs)
        y = _ticks(paper, area, y, slip.ticks)
    shares = sum(field.share for field in fields)
    free = area.bottom - y
    for field in fields:
        y = _field(paper, area, y, free * field.share / shares, field)
    paper.box(Box(area.x, top, area.width, area.bottom - top), THICK)


def _facts(paper: Paper, area: Box, y: float, pairs: Sequence[tuple[str, str]]) -> float:
    half = area.width / len(pairs)
    for place, (name, value) in enumerate(pairs):
        x = area.x + place * half
        _head(paper, Box(x, y, _LABEL, _ROW), name)
        own = Box(x + _LABEL, y, half - _LABEL, _ROW)
        paper.cell(own, value, _TEXT_SIZE)
        paper.box(own)
    return y + _ROW


def _ticks(paper: Paper, area: Box, y: float, given: tuple[str, tuple[str, ...], str]) -> float:
    name, words, chosen = given
    _head(paper, Box(area.x, y, _LABEL, _ROW), name)
    x = area.x + _LABEL + 8
    for word in words:
        x += paper.tick(x, y + 18, word, WU_HAO, on=word == chosen) + 14
    paper.line(area.x, y + _ROW, area.right, y + _ROW)
    return y + _ROW


def _field(paper: Paper, area: Box, y: float, high: float, field: _Area) -> float:
    _head(paper, Box(area.x, y, _LABEL, high), field.name)
    x = area.x + _LABEL + 2 * PAD
    line = y + 16
    for text in field.text.split("\n"):
        paper.text(x, line, text, _TEXT_SIZE)
        line += _TEXT_SIZE * lines.PITCH
    if field.signed:
        paper.text(area.right - 8, y + high - 9, field.signed, WU_HAO, align="right")
    paper.line(area.x, y + high, area.right, y + high)
    return y + high


def _head(paper: Paper, box: Box, name: str) -> None:
    paper.fill(box, 0.93)
    paper.cell(box, name, _TEXT_SIZE, align="center")
    paper.box(box)
