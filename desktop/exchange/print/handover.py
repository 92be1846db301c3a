"""Papers of the exchange: the receipt of a package 数据包交接单 and the sheet of open conflicts.

The receipt goes with the stick and is signed by both; the sheet is asked round and typed back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop import clock
from desktop.errors import NoSuchRecord
from desktop.exchange.print import audience, lines
from desktop.exchange.print.flow import Block, draw_blocks, paginate, paragraph, row, space
from desktop.exchange.print.page import (
    A4,
    MM,
    THICK,
    WU_HAO,
    XIAO_ER,
    XIAO_SI,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import conflicts, partners, privacy, sites, users
from desktop.models.clock_doubt import claim_doubt
from desktop.models.conflicts import Candidate, Conflict
from desktop.models.door_text import natural
from desktop.models.field_words import TABLE_WORDS, field_word
from desktop.models.package_log import inbox, other_end, outbox
from desktop.models.profile import meta, office
from desktop.models.store import Store
from desktop.models.subjects import shown_value, subject
from desktop.models.versions import GONE
from desktop.moments import moment, to_the_second
from desktop.progress import Progress, no_progress

_KINDS = {
    "peer": "新增的更改",
    "full": "完整数据",
    "report": "上报",
    "notice": "通知",
    "ack": "回执",
}
_STATES = {
    "sent": "已发出",
    "acknowledged": "对方已确认",
    "handed": "已交出，不等回执",
    "applied": "已接收",
    "waiting": "等待补包",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of one package, as words."""

    title: str  # 交出 or 接收
    package: str
    kind: str
    giver: str
    taker: str
    at: str
    contents: str
    state: str


@dataclass(frozen=True, slots=True)
class Question:
    """One conflict: what it is about and the values people gave."""

    about: str
    field: str
    answers: tuple[tuple[str, str], ...]  # value, who and when


def receipt_of(store: Store, package: str) -> Receipt:
    """The receipt of a package that was sent or received, by its number or the number's start."""
    names = {s.uid: s.name for s in sites.sites(store)}
    names |= {p.uid: f"{p.office_name}{p.name}" for p in partners.partners(store)}
    own = f"{office(store).name}{names.get(store.site) or meta(store, 'site_name')}"
    wanted = package.strip().lower()
    for sent in outbox(store) if wanted else []:
        if sent.package.startswith(wanted):
            what = f"{sent.changes}项更改，{sent.bytes}字节"
            return Receipt(
                "数据包交接单（交出）", sent.package, _KINDS.get(sent.kind, sent.kind), own,
                names.get(sent.to_site) or other_end(store, sent.to_site), sent.made, what,
                _STATES.get(sent.state, sent.state),
            )  # fmt: skip
    for got in inbox(store) if wanted else []:
        if got.package.startswith(wanted):
            return Receipt(
                "数据包交接单（接收）", got.package, _KINDS.get(got.kind, got.kind),
                names.get(got.from_site) or other_end(store, got.from_site), own, got.got, "",
                _STATES.get(got.state, got.state),
            )  # fmt: skip
    raise NoSuchRecord("数据包", package)


def print_receipt(
    store: Store, target: Path, receipt: Receipt, *, progress: Progress = no_progress
) -> Printed:
    """One page with two halves to sign; it names no resident."""
    sheet = Sheet("数据包交接单", A4, 20 * MM, audience="交接双方各存一份")
    area = sheet.area
    pairs = (
        ("包号", receipt.package), ("类型", receipt.kind), ("交出", receipt.giver),
        ("接收", receipt.taker), ("时间", to_the_second(receipt.at)),
        ("内容", receipt.contents), ("状态", receipt.state), ("经办人", users.current(store).name),
    )  # fmt: skip
    wide = [area.width * 0.2, area.width * 0.8]
    blocks = paragraph(
        receipt.title, area.width, XIAO_ER, pitch=40, bold=True, align="center", keep=True
    )
    blocks += [row((name, value or "—"), wide, XIAO_SI, least=30) for name, value in pairs]
    note = "数据包已加密，只有接收方能打开。交接前请用电话核对指纹码；U盘用完请清空并妥善保管。"
    blocks += [space(12), *paragraph(note, area.width, WU_HAO, pitch=18)]
    blocks += [space(30), Block(120, _signatures)]
    page = print_pages(target, sheet, [blocks], lambda paper, p: _whole(paper, p, area), progress)
    privacy.note(store, "打印数据包交接单", package=receipt.package[:8])
    return page


def _whole(paper: Paper, blocks: Sequence[Block], area: Box) -> None:
    draw_blocks(paper, blocks, area)


def _signatures(paper: Paper, box: Box) -> None:
    half = box.width / 2
    for place, name in enumerate(("交出人（签字）：", "接收人（签字）：")):
        own = Box(box.x + place * half, box.y, half, box.height)
        paper.box(own, THICK)
        paper.text(own.x + 10, own.y + 24, name, XIAO_SI)
        paper.text(own.right - 12, own.bottom - 14, "　　　年　　月　　日", XIAO_SI, align="right")


def questions(store: Store) -> list[Question]:
    """Every open conflict in words, by doors and names; identity numbers are not written out."""
    asked = [
        Question(
            f"{TABLE_WORDS.get(each.table, each.table)}：{subject(store, each.table, each.uid)}",
            field_word(each.table, each.field),
            tuple((_value(store, each, c), _who(store, c)) for c in each.candidates),
        )
        for each in conflicts.conflicts(store)
    ]
    return sorted(asked, key=lambda question: (natural(question.about), question.field))


def _value(store: Store, conflict: Conflict, given: Candidate) -> str:
    if conflict.field == GONE:
        return "删除" if given.field == GONE and given.value else "保留"
    return shown_value(store, conflict.table, conflict.field, given.value, phones=True)


def _who(store: Store, given: Candidate) -> str:
    doubt = claim_doubt(store, given.site, given.seq, given.wall)
    parts = (given.user_name, given.site_name, moment(given.wall), doubt)
    return "，".join(part for part in parts if part)


def print_conflicts(
    store: Store, target: Path, asked: Sequence[Question], *, progress: Progress = no_progress
) -> Printed:
    """Each question with its answers to tick and a line for another one."""
    sheet = Sheet("冲突核对单", A4, 15 * MM, audience=audience.held_by(store, "conflicts"))
    area = sheet.area
    title = f"{office(store).name}冲突核对单"
    blocks = paragraph(title, area.width, XIAO_ER, pitch=36, bold=True, align="center", keep=True)
    intro = (
        f"共{len(asked)}处，都是两台电脑分别改了同一处。请问清事实，在对的一项前打勾，"
        "再到“交换”里处理。"
    )
    blocks += paragraph(intro, area.width, WU_HAO, pitch=20)
    for number, question in enumerate(asked, 1):
        blocks += _question(number, question, area.width)
    pages = paginate(blocks, area.height - 20)
    printed = print_pages(
        target, sheet, pages, lambda paper, page: _sheet(paper, page, area), progress
    )
    audience.note(store, sheet.title, "conflicts", conflicts=len(asked))
    return printed


def _sheet(paper: Paper, page: Sequence[Block], area: Box) -> None:
    draw_blocks(paper, page, area)
    day = clock.today().isoformat()
    paper.text(area.x, area.bottom - 4, f"核对人：　　　　　　　　制表日期：{day}", WU_HAO)


def _question(number: int, question: Question, wide: float) -> list[Block]:
    head = f"{number}. {question.about}　{question.field}"
    blocks = [space(8), *paragraph(head, wide, WU_HAO, pitch=18, bold=True, keep=True)]
    for value, who in question.answers:
        blocks.append(_answer(value, who, wide, keep=True))
    return [*blocks, _answer("都不对，应为：" + "＿" * 16, "", wide)]


def _answer(value: str, who: str, wide: float, *, keep: bool = False) -> Block:
    left, right = wide * 0.6 - 24, wide * 0.4
    laid = lines.wrap(value, WU_HAO, left - 12)
    told = lines.wrap(who, 9, right - 12)
    high = max(len(laid) * 16, len(told) * 13) + 6

    def draw(paper: Paper, box: Box) -> None:
        paper.tick(box.x + 8, box.y + 15)
        for place, line in enumerate(laid):
            paper.text(box.x + 24, box.y + 15 + 16 * place, line, WU_HAO)
        for place, line in enumerate(told):
            paper.text(box.right - right + 6, box.y + 14 + 13 * place, line, 9)

    return Block(high, draw, keep)
