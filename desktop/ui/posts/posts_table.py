"""Who serves where, with the places that have nobody: the rows of the posts' table."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.models import posts
from desktop.models.door_text import natural
from desktop.models.posts import Post, Vacancy
from desktop.models.store import Store
from desktop.models.words import LABELS, label
from desktop.ui.common.rows_table import Column

KINDS = tuple(LABELS["post_kind"])
# nobody has to hold these: an empty place is no vacancy
_VOLUNTARY = frozenset({"party_core_household"})


@dataclass(frozen=True, slots=True)
class PostRow:
    """A holder's term, or a vacancy (then `post` is None)."""

    kind: str
    place_kind: str
    place: str
    unit: str
    place_name: str
    post: Post | None

    @property
    def vacant(self) -> bool:
        return self.post is None


def _held(post: Post) -> PostRow:
    return PostRow(post.kind, post.place_kind, post.place, post.unit, post.place_name, post)


def _empty(vacancy: Vacancy) -> PostRow:
    where = (vacancy.place_kind, vacancy.place, vacancy.unit, vacancy.place_name)
    return PostRow(vacancy.kind, *where, None)


def read_posts(store: Store) -> list[PostRow]:
    """Every kind's holders and vacancies, place by place."""
    rows = [_held(post) for post in posts.posts(store)]
    for kind in KINDS:
        if kind not in _VOLUNTARY:
            rows += [_empty(vacancy) for vacancy in posts.vacancies(store, kind=kind)]
    return sorted(rows, key=lambda r: (KINDS.index(r.kind), natural(r.place_name)))


def read_history(store: Store, kind: str, place: str, unit: str) -> list[Post]:
    """All terms of one place, the newest first."""
    return [
        post
        for post in reversed(posts.posts(store, kind=kind, ended=True))
        if (post.place, post.unit) == (place, unit)
    ]


def _from(row: PostRow) -> str:
    return (row.post.term_from or "") if row.post else ""


def _party(post: Post | None) -> str:
    if post is None or post.is_party is None:
        return ""
    return "是" if post.is_party else "否"


COLUMNS: tuple[Column[PostRow], ...] = (
    Column(
        "职务", lambda r: label("post_kind", r.kind), width=130,
        sort=lambda r: KINDS.index(r.kind),
    ),
    Column("楼栋、街巷、网格", lambda r: r.place_name),
    Column("户数", lambda r: str(r.post.households) if r.post else "", width=60, number=True),
    Column(
        "姓名", lambda r: r.post.holder if r.post else "空缺", width=100,
        colour=lambda r: "late" if r.vacant else "",
    ),
    Column("性别", lambda r: (r.post.sex or "") if r.post else "", width=56, align="center"),
    Column("党员", lambda r: _party(r.post), width=56, align="center"),
    Column("手机", lambda r: (r.post.phone or "") if r.post else "", width=130),
    Column("任职起", _from, width=105),
    Column(
        "产生方式", lambda r: label("chosen", r.post.chosen) if r.post else "", width=90,
        align="center",
    ),
    Column("管辖范围、备注", lambda r: _remarks(r.post), width=160),
)  # fmt: skip


def _remarks(post: Post | None) -> str:
    return "；".join(text for text in (post.scope, post.note) if text) if post else ""


HISTORY_COLUMNS: tuple[Column[Post], ...] = (
    Column("姓名", lambda p: p.holder, width=110),
    Column("任职", lambda p: p.term_from or "未记", width=120),
    Column("卸任", lambda p: p.term_to or "现任", width=120),
    Column("产生方式", lambda p: label("chosen", p.chosen), width=100),
    Column("备注", lambda p: _remarks(p)),
)
