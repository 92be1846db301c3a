"""The visit form 入户走访登记表: one household a page, filled in at the door.

Two variants (domain §6): `street` goes up the stairs and carries address and names only; `office`
stays in the office and adds care tags and a masked phone. Neither prints an ID digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.exchange.print import audience, fonts
from desktop.exchange.print.form_members import Members
from desktop.exchange.print.page import (
    GREY,
    MM,
    PAD,
    THICK,
    WU_HAO,
    XIAO_WU,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import promises, residents, visits
from desktop.models.care_tags import tag_names
from desktop.models.privacy import mask_phone
from desktop.models.profile import office
from desktop.models.promises import Promise
from desktop.models.residents import Household
from desktop.models.store import Store
from desktop.models.visits import Visit
from desktop.models.words import LABELS, label
from desktop.progress import Progress, no_progress

LAYOUT = "JL1"  # first part of the QR code: which layout a scanned form has
_TITLE = 20.0
_HEAD = 67.0  # title, door and code
_PROMISES = 3
_TOLD = 10.0  # size of last visit and promises
_LABEL = 56.0  # width of the label column
_ROW = 21.0
_CODE = 19 * MM  # side of the QR code
_AREAS = (
    ("需求清单", 1.2), ("资源清单", 0.8), ("民情清单", 1.2), ("现场答复", 1.0), ("答应事项", 0.8),
)  # fmt: skip
_HINTS = {
    "需求清单": "想请社区帮什么",
    "资源清单": "愿意拿出的手艺、时间、场地",
    "民情清单": "意见、建议、隐患；外报不写门牌",
    "现场答复": "当场答了什么、办了什么",
    "答应事项": "事项、承办人、期限",
}


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page: the form of a household, or a further page with the rest of its members."""

    home: Household
    part: tuple[int, int]  # members from–to


@dataclass(frozen=True, slots=True)
class Facts:
    """What all pages of one print-out share."""

    store: Store
    office: str
    variant: str
    members: Members
    last: Mapping[str, Visit]


def print_forms(
    store: Store,
    target: Path,
    households: Sequence[str],
    *,
    variant: str = "office",
    recipient: str = "",
    two_up: bool = False,
    progress: Progress = no_progress,
) -> Printed:
    """Visit forms in route order, one a page or (`two_up`) two A5 on one A4."""
    paper = f"form-{variant}"
    to = audience.held_by(store, paper, recipient)
    sheet = Sheet("入户走访登记表", margin=12 * MM, audience=to, two_up=two_up)
    area = sheet.area
    members = Members(tag_names(store), audience.PAGES[paper].shown, area.width)
    facts = Facts(store, office(store).name, variant, members, visits.last_valid(store))
    pages = [
        FormPage(home, part)
        for home in residents.households(store, households)
        for part in members.split(home.residents, area.height - _HEAD)
    ]
    printed = print_pages(target, sheet, pages, lambda p, page: _draw(p, page, facts), progress)
    audience.note(store, sheet.title, paper, households=len(set(households)))
    return printed


def _draw(paper: Paper, page: FormPage, facts: Facts) -> None:
    area = paper.sheet.area
    y = top = _head(paper, page.home, facts, area)
    _count(paper, page, area)
    people = page.home.residents
    if page.part[0]:
        bottom = facts.members.draw(paper, area.x, y, people, page.part)
        paper.box(Box(area.x, y, area.width, bottom - y), THICK)
        return
    y = _place(paper, page.home, area, y)
    if facts.variant == "office":
        y = _office_row(paper, page.home, area, y)
    y = facts.members.draw(paper, area.x, y, people, page.part)
    y = _history(paper, page.home, facts, area, y)
    paper.stamp(f"blank{y:.1f}", lambda: _blank(paper, area, y))
    paper.box(Box(area.x, top, area.width, area.bottom - top), THICK)


def _count(paper: Paper, page: FormPage, area: Box) -> None:
    """Say on a big household's pages that there are more people than stand here."""
    rest = len(page.home.residents) - page.part[1]
    if rest:
        note = f"本户共{len(page.home.residents)}人，其余{rest}人见下页"
        paper.text(area.right - _CODE - 8, area.y + _HEAD - 3, note, 8, align="right", grey=GREY)


def _blank(paper: Paper, area: Box, y: float) -> None:
    """The part that is filled in by hand; the same for all households of one height."""
    y = _outcome(paper, area, y)
    foot = area.bottom - 26
    _areas(paper, area, y, foot)
    _signatures(paper, area, foot)


def _head(paper: Paper, home: Household, facts: Facts, area: Box) -> float:
    side = _CODE
    paper.qr(Box(area.right - side, area.y - 6, side, side), f"{LAYOUT}:{home.code}")
    paper.text(area.right - side / 2, area.y + side + 5, home.code, XIAO_WU, align="center")
    title = fonts.width(paper.sheet.title, _TITLE, bold=True)
    room = (area.width - title) / 2 - 6  # a long name stays beside the title
    paper.cell(Box(area.x, area.y - 6, room, 22), facts.office, WU_HAO, least=5, pad=0)
    paper.text(
        area.x + area.width / 2, area.y + 18, paper.sheet.title, _TITLE, bold=True, align="center"
    )
    paper.text(
        area.x,
        area.y + 24,
        audience.PAGES[f"form-{facts.variant}"].foot.partition("：")[0],
        XIAO_WU,
        grey=GREY,
    )
    paper.cell(
        Box(area.x, area.y + 28, area.width - side - 12, 34), home.door, 16, bold=True, pad=0
    )
    return area.y + _HEAD


def _place(paper: Paper, home: Household, area: Box, y: float) -> float:
    floor = "" if home.floor is None else f"{home.floor}层"
    room = (home.room or "") + label("place", home.place)
    pairs = (
        ("小区", home.estate_name, 3.4), ("楼栋", home.building_label, 1.7),
        ("单元", home.unit or "", 1.0), ("楼层", floor, 1.1), ("房号", room, 1.6),
    )  # fmt: skip
    return _pairs(paper, area, y, pairs, 34)


def _office_row(paper: Paper, home: Household, area: Box, y: float) -> float:
    phone = home.phone or next((r.phone for r in home.residents if r.phone), "")
    pairs = (
        ("房屋性质", label("type_of_use", home.type_of_use), 1.0),
        ("户籍状态", label("residency_state", home.residency_state), 1.3),
        ("联系电话", mask_phone(phone), 2.2),
        ("不上门时段", home.quiet_hours or "", 1.9),
    )
    return _pairs(paper, area, y, pairs, 62)


def _pairs(
    paper: Paper, area: Box, y: float, pairs: Sequence[tuple[str, str, float]], wide: float
) -> float:
    """One row of label and value side by side; the third figure is the value's share."""
    share = (area.width - wide * len(pairs)) / sum(weight for *_, weight in pairs)
    x = area.x
    for name, value, weight in pairs:
        head, body = Box(x, y, wide, _ROW), Box(x + wide, y, share * weight, _ROW)
        paper.fill(head, 0.93)
        paper.cell(head, name, align="center")
        paper.cell(body, value, align="center", least=5)
        paper.box(head)
        paper.box(body)
        x = body.right
    return y + _ROW


def _history(paper: Paper, home: Household, facts: Facts, area: Box, y: float) -> float:
    last = facts.last.get(home.uid)
    y = _labelled(paper, area, y, "上次走访", [_last_visit(last, facts.variant == "office")])
    answers = promises.promises_of(facts.store, home.uid)
    shown = [p for p in answers if p.state == "open" or (last and p.visit == last.uid)]
    words = [_promise(promise) for promise in shown[:_PROMISES]]
    if len(shown) > _PROMISES:
        words.append(f"另有{len(shown) - _PROMISES}项未写在这里，请先在系统里查看。")
    return _labelled(paper, area, y, "上次承诺", words) if words else y


def _last_visit(last: Visit | None, whole: bool) -> str:
    """When and how; whom they met is free text and stays in the office."""
    if last is None:
        return "还没有走访记录，本次为首次。"
    who = f"，走访人：{'、'.join(last.walkers)}" if last.walkers else ""
    met = f"，见到{last.met_whom}" if whole and last.met_whom else ""
    how = f"{label('mode', last.mode)}（{label('outcome', last.outcome)}）"
    return f"{last.happened_on} {how}{met}{who}"


def _promise(promise: Promise) -> str:
    """「修好楼道灯（已办）」 — the words the walker reads out at the door."""
    state = label("promise_state", promise.state)
    why = f"：{promise.state_reason}" if promise.state_reason else ""
    until = f"，{promise.until}前" if promise.until and promise.state == "open" else ""
    return f"上次答应您的：{promise.text}（{state}{until}{why}）"


def _labelled(paper: Paper, area: Box, y: float, name: str, texts: Sequence[str]) -> float:
    """A label at the left and the texts one under the other; a long one gets two lines."""
    room = area.width - _LABEL
    heights = [17.0 if fonts.width(text, _TOLD) <= room - 2 * PAD else 27.0 for text in texts]
    high = max(_ROW, sum(heights) + 2)
    _label(paper, Box(area.x, y, _LABEL, high), name)
    top = y + (high - sum(heights)) / 2
    for text, step in zip(texts, heights, strict=True):
        paper.cell(Box(area.x + _LABEL, top, room, step), text, _TOLD, least=5)
        top += step
    paper.line(area.x, y + high, area.right, y + high)
    return y + high


def _label(paper: Paper, box: Box, name: str) -> None:
    paper.fill(box, 0.93)
    paper.cell(box, name, align="center")
    paper.box(box)


def _outcome(paper: Paper, area: Box, y: float) -> float:
    for name, group in (("走访结果", "outcome"), ("走访方式", "mode")):
        y = _ticks(paper, area, y, name, list(LABELS[group].values()))
    _label(paper, Box(area.x, y, _LABEL, _ROW + 3), "走访时间")
    when = "　　　　年　　　月　　　日　　　时　　　分　至　　　时　　　分"
    paper.cell(Box(area.x + _LABEL, y, area.width - _LABEL, _ROW + 3), when)
    paper.line(area.x, y + _ROW + 3, area.right, y + _ROW + 3)
    y += _ROW + 3
    half = (area.width - 2 * _LABEL) / 2
    for place, name in enumerate(("见到谁", "同行人")):
        _label(paper, Box(area.x + place * (half + _LABEL), y, _LABEL, _ROW + 3), name)
    paper.line(area.x, y + _ROW + 3, area.right, y + _ROW + 3)
    y += _ROW + 3
    changes = [*list(LABELS["population_event"].values())[:4], "电话变更", "其他：" + "＿" * 10]
    return _ticks(paper, area, y, "家庭变化", ["无", *changes])


def _ticks(paper: Paper, area: Box, y: float, name: str, words: Sequence[str]) -> float:
    _label(paper, Box(area.x, y, _LABEL, _ROW), name)
    x = area.x + _LABEL + 8
    for word in words:
        x += paper.tick(x, y + 14.4, word) + 14
    paper.line(area.x, y + _ROW, area.right, y + _ROW)
    return y + _ROW


def _areas(paper: Paper, area: Box, y: float, bottom: float) -> None:
    """The three lists, the answer and the promise share what is left of the page."""
    share = (bottom - y) / sum(weight for _, weight in _AREAS)
    for name, weight in _AREAS:
        box = Box(area.x, y, _LABEL, share * weight)
        paper.fill(box, 0.93)
        middle = y + box.height / 2
        paper.text(box.x + _LABEL / 2, middle - 2, name[:2], align="center")
        paper.text(box.x + _LABEL / 2, middle + 11, name[2:], align="center")
        paper.box(box)
        paper.text(box.right + 5, y + 10, _HINTS[name], 7.5, grey=0.5)
        rules = max(1, int((box.height - 8) // 19))
        step = (box.height - 6) / rules
        for rule in range(1, rules + 1):
            paper.dots(box.right + 5, y + rule * step, area.right - 5)
        y += box.height
        paper.line(area.x, y, area.right, y)


def _signatures(paper: Paper, area: Box, y: float) -> None:
    names = ("下次走访：　　　月　　　日", "住户（可不签）：", "走访人：", "审核人：")
    shares = (0.27, 0.27, 0.23, 0.23)
    x = area.x
    for name, share in zip(names, shares, strict=True):
        paper.cell(Box(x, y, area.width * share, 26), name)
        x += area.width * share
        if x < area.right - 1:
            paper.line(x, y, x, y + 26)
