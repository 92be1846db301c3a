"""What the office holds about one resident, for the resident: 我们保存的关于您的信息 (PIPL 45).

It names nobody else of the household; the ID number appears only as registered or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.exchange.print import audience
from desktop.exchange.print.flow import Block, draw_blocks, paginate, paragraph, row, space
from desktop.exchange.print.page import (
    A4,
    MM,
    SI_HAO,
    WU_HAO,
    XIAO_ER,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import items, privacy, residents, visits
from desktop.models.care_tags import tag_names
from desktop.models.profile import office
from desktop.models.residents import Resident
from desktop.models.store import Store
from desktop.models.words import label
from desktop.progress import Progress, no_progress

_RIGHTS = (
    "这些信息用于上门走访、帮困和办理您提出的事项，只由本单位工作人员在工作中使用，不提供给商业机构。",
    "您可以要求更正、补充，可以要求删除不再需要的信息，也可以撤回同意。请向社区工作人员当面提出，或拨打单位电话。",
    "本单位不收集宗教、民族、政治观点、学历、婚姻、病名、收入明细、银行卡和行踪等信息。",
)
_FOOT = ("经办人（签字）：", "本人核对（签字）：", "日期：")


def print_held(
    store: Store, target: Path, resident: str, *, progress: Progress = no_progress
) -> Printed:
    """Everything kept about one resident, on as many pages as it needs."""
    person = residents.resident(store, resident)
    sheet = Sheet("我们保存的关于您的信息", A4, 20 * MM, audience=audience.PAGES["held"].foot)
    area = sheet.area
    blocks = _head(store, area)
    for title, pairs in _facts(store, person):
        blocks += _table(title, pairs, area)
    blocks.append(space(10))
    for text in _RIGHTS:
        blocks += paragraph(text, area.width, WU_HAO, pitch=18)
    pages = paginate(blocks, area.height - 26)
    last = pages[-1]

    def draw(paper: Paper, page: list[Block]) -> None:
        draw_blocks(paper, page, area)
        if page is last:
            for place, name in enumerate(_FOOT):
                paper.text(area.x + place * area.width * 0.36, area.bottom - 6, name, WU_HAO)

    printed = print_pages(target, sheet, pages, draw, progress)
    audience.note(store, sheet.title, "held", residents=1)
    return printed


def _head(store: Store, area: Box) -> list[Block]:
    title = "我们保存的关于您的信息"
    blocks = paragraph(title, area.width, XIAO_ER, pitch=34, bold=True, align="center", keep=True)
    return [*blocks, *paragraph(f"单位：{office(store).name}", area.width, WU_HAO, pitch=20)]


def _facts(store: Store, person: Resident) -> list[tuple[str, list[tuple[str, str]]]]:
    """Titles with their (name, value) pairs; empty fields are said to be empty."""
    names = tag_names(store)
    own = [
        ("姓名", person.name),
        ("与户主关系", person.relation_word or label("relation", person.relation)),
        ("性别", person.sex or ""),
        ("出生日期", person.birth or ""),
        ("身份证号", privacy.mask_id(person.id_number)),
        ("联系电话", person.phone or ""),
        ("居住状态", label("resident_status", person.status)),
        ("关爱标签", "、".join(names.get(tag, tag) for tag in person.tags)),
    ]
    facts = [("本人信息", own)]
    if not person.household:
        return facts
    home = residents.household(store, person.household)
    door = [
        ("住址", home.door),
        ("房屋性质", label("type_of_use", home.type_of_use)),
        ("户籍状态", label("residency_state", home.residency_state)),
        ("不上门时段", home.quiet_hours or ""),
    ]
    seen = [
        (v.happened_on, f"{label('mode', v.mode)}，{label('outcome', v.outcome)}"
         f"，走访人：{'、'.join(v.walkers)}")
        for v in visits.visits_of(store, home.uid)
    ]  # fmt: skip
    asked = [
        (f"{i.registered_on} {label('item_kind', i.kind)}",
         f"{i.text}（{label('item_step', i.state)}）")
        for i in items.items(store, household=home.uid)
    ]  # fmt: skip
    return [*facts, ("住户信息", door), ("走访记录", seen), ("登记的事项", asked)]


def _table(title: str, pairs: Sequence[tuple[str, str]], area: Box) -> list[Block]:
    wide = [area.width * 0.26, area.width * 0.74]
    blocks = [space(8), *paragraph(title, area.width, SI_HAO, pitch=26, bold=True, keep=True)]
    if not pairs:
        return [*blocks, *paragraph("没有保存。", area.width, WU_HAO, pitch=18)]
    return blocks + [row((name, value or "未登记"), wide, WU_HAO) for name, value in pairs]
