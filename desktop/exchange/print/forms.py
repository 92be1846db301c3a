"""The visit form 入户走访登记表: one household a page, filled in at the door.

Two variants (domain §6): `street` goes up the stairs and carries address and names only; `office`
stays in the office and adds care tags and a masked phone. Neither prints an ID digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.exchange.print import audience, fonts
from desktop.exchange.print.form_blank import LABEL, ROW, draw_blank, draw_label
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
from desktop.models.templates import Template, template
from desktop.models.visits import Visit
from desktop.models.words import label
from desktop.progress import Progress, no_progress

_TITLE = 20.0
_HEAD = 67.0  # title, door and code
_PROMISES = 3
_TOLD = 10.0  # size of last visit and promises
_CODE = 19 * MM  # side of the QR code


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
    layout: Template


def print_forms(
    store: Store,
    target: Path,
    households: Sequence[str],
    *,
    variant: str = "office",
    recipient: str = "",
    two_up: bool = False,
    layout: int | None = None,
    progress: Progress = no_progress,
) -> Printed:
    """Visit forms in route order, one a page or (`two_up`) two A5 on one A4.

    `layout` is the number of an older layout; the one in force is used without it.
    """
    look = template(store, "form", layout)
    paper = f"form-{variant}"
    to = audience.held_by(store, paper, recipient)
    sheet = Sheet(look.title, margin=12 * MM, audience=_foot(look, to), two_up=two_up)
    area = sheet.area
    members = Members(tag_names(store), audience.PAGES[paper].shown, area.width)
    name = look.office or office(store).name
    facts = Facts(store, name, variant, members, visits.last_valid(store), look)
    pages = [
        FormPage(home, part)
        for home in residents.households(store, households)
        for part in members.split(home.residents, area.height - _HEAD)
    ]
    printed = print_pages(target, sheet, pages, lambda p, page: draw_form(p, page, facts), progress)
    audience.note(store, sheet.title, paper, households=len(set(households)))
    return printed


def _foot(look: Template, to: str) -> str:
    return f"{to}　{look.foot}" if look.foot else to


def draw_form(paper: Paper, page: FormPage, facts: Facts) -> None:
    """One page of a form."""
    area = paper.sheet.area
    y = top = _head(paper, page.home, facts, area)
    _count(paper, page, area)
    people = page.home.residents
    if page.part[0]:
        bottom = facts.members.draw(paper, area.x, y, people, page.part)
        paper.box(Box(area.x, y, area.width, bottom - y), THICK)
        return
    y = _place(paper, page.home, area, y)
    if facts.variant == "office" and facts.layout.part("office"):
        y = _office_row(paper, page.home, area, y)
    y = facts.members.draw(paper, area.x, y, people, page.part)
    if facts.layout.part("history"):
        y = _history(paper, page.home, facts, area, y)
    paper.stamp(f"blank{y:.1f}", lambda: draw_blank(paper, facts.layout, area, y))
    paper.box(Box(area.x, top, area.width, area.bottom - top), THICK)


def _count(paper: Paper, page: FormPage, area: Box) -> None:
    """Say on a big household's pages that there are more people than stand here."""
    rest = len(page.home.residents) - page.part[1]
    if rest:
        note = f"本户共{len(page.home.residents)}人，其余{rest}人见下页"
        paper.text(area.right - _CODE - 8, area.y + _HEAD - 3, note, 8, align="right", grey=GREY)


def _head(paper: Paper, home: Household, facts: Facts, area: Box) -> float:
    side = _CODE
    paper.qr(
        Box(area.right - side, area.y - 6, side, side), f"JL{facts.layout.version}:{home.code}"
    )
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
        head, body = Box(x, y, wide, ROW), Box(x + wide, y, share * weight, ROW)
        paper.fill(head, 0.93)
        paper.cell(head, name, align="center")
        paper.cell(body, value, align="center", least=5)
        paper.box(head)
        paper.box(body)
        x = body.right
    return y + ROW


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
    room = area.width - LABEL
    heights = [17.0 if fonts.width(text, _TOLD) <= room - 2 * PAD else 27.0 for text in texts]
    high = max(ROW, sum(heights) + 2)
    draw_label(paper, Box(area.x, y, LABEL, high), name)
    top = y + (high - sum(heights)) / 2
    for text, step in zip(texts, heights, strict=True):
        paper.cell(Box(area.x + LABEL, top, room, step), text, _TOLD, least=5)
        top += step
    paper.line(area.x, y + high, area.right, y + high)
    return y + high
