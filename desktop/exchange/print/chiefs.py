"""The roster of lane, building and stair chiefs: 街巷长、楼栋长花名册, vacancies included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop import clock
from desktop.exchange.print import audience
from desktop.exchange.print.page import A4_LANDSCAPE, MM, Printed, Sheet
from desktop.exchange.print.table import Column, Group, TablePaper, print_tables
from desktop.models import posts
from desktop.models.door_text import natural
from desktop.models.posts import Post, Vacancy
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.words import label
from desktop.progress import Progress, no_progress

_KINDS = ("lane_chief", "building_chief", "stair_chief")
_VACANT_KINDS = ("lane_chief", "building_chief")  # a stair without a chief is no vacancy
_FOOT = "填表人：　　　　　　　　　　　　　　　　审核人："
# domain §2, in this order
_COLUMNS = (
    Column("序号", 30, "center"),
    Column("街巷/楼栋", 132, wraps=True),
    Column("管辖范围", 92, wraps=True),
    Column("户数", 36, "center"),
    Column("姓名", 64, "center"),
    Column("性别", 32, "center"),
    Column("是否\n党员", 40, "center"),
    Column("职务", 52, "center"),
    Column("手机", 84, "center"),
    Column("任职起止", 98, "center"),
    Column("产生\n方式", 44, "center"),
    Column("备注", 62, wraps=True),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row before it gets its number; sorts lanes first, then buildings, then stairs."""

    order: tuple[object, ...]
    values: tuple[str, ...]


def print_chiefs(
    store: Store, target: Path, *, recipient: str = "", progress: Progress = no_progress
) -> Printed:
    """The roster as of today, A4 landscape."""
    name = office(store).name
    lines = sorted(_lines(store), key=lambda line: line.order)
    rows = [(str(number), *line.values) for number, line in enumerate(lines, 1)]
    vacant = sum(line.values[3] == "空缺" for line in lines)
    group = Group(
        f"{name}街巷长、楼栋长花名册",
        f"填报单位：{name}　　在任{len(lines) - vacant}人，空缺{vacant}处",
        f"填报日期：{clock.today().isoformat()}",
        rows,
    )
    to = audience.held_by(store, "chiefs", recipient)
    sheet = Sheet("街巷长、楼栋长花名册", A4_LANDSCAPE, 12 * MM, audience=to)
    printed = print_tables(target, TablePaper(sheet, _COLUMNS, _FOOT), [group], progress)
    audience.note(store, sheet.title, "chiefs", posts=len(lines))
    return printed


def _lines(store: Store) -> Sequence[_Line]:
    served = [post for kind in _KINDS for post in posts.posts(store, kind=kind)]
    empty = [gap for kind in _VACANT_KINDS for gap in posts.vacancies(store, kind=kind)]
    return [_line(post) for post in served] + [_vacant(gap) for gap in empty]


def _line(post: Post) -> _Line:
    party = "" if post.is_party is None else "是" if post.is_party else "否"
    values = (
        post.place_name, post.scope, str(post.households), post.holder, post.sex or "", party,
        label("post_kind", post.kind), post.phone or "", _term(post),
        label("chosen", post.chosen), post.note or "",
    )  # fmt: skip
    return _Line((_KINDS.index(post.kind), natural(post.place_name), post.term_from or ""), values)


def _vacant(gap: Vacancy) -> _Line:
    kind = label("post_kind", gap.kind)
    values = (gap.place_name, "", str(gap.households), "空缺", "", "", kind, "", "", "", "待推选")
    return _Line((_KINDS.index(gap.kind), natural(gap.place_name), ""), values)


def _term(post: Post) -> str:
    """「2025.03—2028.02」; a term without end says 至今."""
    start, end = ((day or "")[:7].replace("-", ".") for day in (post.term_from, post.term_to))
    return f"{start}—{end or '至今'}" if start or end else ""
