"""Reads everything that is known about one household in one go, ready for its window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop import clock
from desktop.models import care_tags, due, items, promises, residents, roster, visits
from desktop.models.due import Due
from desktop.models.field_words import field_word, value_word
from desktop.models.items import Item
from desktop.models.privacy import mask_phone
from desktop.models.promises import Promise
from desktop.models.residents import Household, Resident
from desktop.models.store import Store
from desktop.models.visits import Visit
from desktop.models.words import label
from desktop.moments import moment
from desktop.ui.common.rows_table import Column

# fields whose values only the program understands
_INTERNAL = frozenset({"household", "building", "estate", "resident", "gone", "same_as"})


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One step in the life of a field, in words."""

    wall: str
    user: str
    about: str  # 「本户」 or a resident's name
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """A household with people, visits, items, promises, its next date and its history."""

    home: Household
    due: Due | None
    visits: list[Visit]
    items: list[Item]
    promises: list[Promise]
    history: list[HistoryRow]
    tag_names: Mapping[str, str]


def read_file(store: Store, uid: str) -> HouseholdFile:
    home = residents.household(store, uid)
    return HouseholdFile(
        home,
        due.due_of(store, uid, clock.today()),
        visits.visits_of(store, uid),
        items.items(store, household=uid),
        promises.promises_of(store, uid),
        _history(store, home),
        care_tags.tag_names(store),
    )


def _history(store: Store, home: Household) -> list[HistoryRow]:
    """Of the household and each of its people, the latest first."""
    rows = [
        HistoryRow(
            line.wall, line.user, about, field_word(table, line.field),
            _masked(line.field, value_word(table, line.field, line.value)), line.reason,
        )
        for table, uid, about in [
            ("households", home.uid, "本户"),
            *(("residents", person.uid, person.name) for person in home.residents),
        ]
        for line in roster.history(store, uid)
        if line.field not in _INTERNAL
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row.wall, reverse=True)


def _masked(field: str, words: str) -> str:
    return "已登记（不显示）" if field in ("phone", "id_number", "emergency") else words


VISITS: tuple[Column[Visit], ...] = (
    Column("日期", lambda v: v.happened_on, width=104),
    Column("方式", lambda v: label("mode", v.mode), width=84),
    Column("结果", lambda v: label("outcome", v.outcome), width=84,
           colour=lambda v: "good" if v.valid else "warn"),
    Column("走访人", lambda v: "、".join(v.walkers), width=130),
    Column("见到谁", lambda v: v.met_whom or "", width=90),
    Column("情况", lambda v: "；".join(t for t in (v.changed, v.answered, v.note) if t)),
    Column("下次", lambda v: v.next_on or "", width=104),
)  # fmt: skip
ITEMS: tuple[Column[Item], ...] = (
    Column("登记", lambda i: i.registered_on, width=104),
    Column("类型", lambda i: label("item_kind", i.kind), width=64),
    Column("内容", lambda i: i.text),
    Column("状态", lambda i: label("item_step", i.state), width=84,
           colour=lambda i: "warn" if i.is_open else "good"),
    Column("承办人", lambda i: i.handler or "", width=90),
    Column("期限", lambda i: i.due_on or "", width=104),
)  # fmt: skip
PROMISES: tuple[Column[Promise], ...] = (
    Column("答应日期", lambda p: p.made_on or "", width=104),
    Column("答应的事", lambda p: p.text),
    Column("承诺人", lambda p: p.by or "", width=90),
    Column("期限", lambda p: p.until or "", width=104),
    Column("状态", lambda p: label("promise_state", p.state), width=84,
           colour=lambda p: "warn" if p.state == "open" else ""),
    Column("原因", lambda p: p.state_reason or "", width=130),
)  # fmt: skip
HISTORY: tuple[Column[HistoryRow], ...] = (
    Column("时间", lambda h: moment(h.wall), width=140),
    Column("谁改的", lambda h: h.user, width=90),
    Column("对象", lambda h: h.about, width=84),
    Column("字段", lambda h: h.field, width=104),
    Column("改成", lambda h: h.value),
    Column("操作", lambda h: h.reason, width=180),
)


def member_columns(
    tag_names: Mapping[str, str], shown: frozenset[str]
) -> tuple[Column[Resident], ...]:
    """The people behind a door; phones are masked unless `shown` names the resident."""

    def tags(person: Resident) -> str:
        return "、".join(tag_names.get(tag, tag) for tag in person.tags)

    return (
        Column("姓名", lambda r: r.name, width=96),
        Column("与户主关系", lambda r: label("relation", r.relation), width=96),
        Column("性别", lambda r: r.sex or "", width=52),
        Column("出生", lambda r: r.birth or "", width=104),
        Column("电话", lambda r: _phone(r, shown), width=136),
        Column("关爱标签", tags, colour=lambda r: "accent" if r.tags else ""),
    )


def _phone(person: Resident, shown: frozenset[str]) -> str:
    words = person.phone or ""
    if person.uid not in shown:
        words = mask_phone(person.phone)
    return f"{words}（{person.phone_note}）" if words and person.phone_note else words
