"""Commands about the roster: look up, show and edit one record, read single values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from desktop import clock
from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.errors import BadValue
from desktop.models import items, privacy, residents, roster, search, visits
from desktop.models.care_tags import tag_names
from desktop.models.changes import Change, batch_name
from desktop.models.door import parse_door
from desktop.models.identity import parse_id
from desktop.models.partial_date import parse_date
from desktop.models.phone import parse_phone
from desktop.models.words import label


@click.group("roster")
def roster_group() -> None:
    """花名册：导入、查找、修改、导出。"""


def register(group: click.Group) -> None:
    group.add_command(roster_group)


@roster_group.command("parse")
@click.argument("kind", type=click.Choice(["door", "id", "phone", "date"]))
@click.argument("text")
@json_option
def parse(kind: str, text: str, as_json: bool) -> None:
    """读一格文字：门牌、身份证号、电话或日期。"""
    answer: Any
    if kind == "door":
        answer = parse_door(text)
    elif kind == "id":
        answer = parse_id(text)
    elif kind == "phone":
        answer = parse_phone(text)
    else:
        answer = parse_date(text, sheet_year=clock.today().year)
    parts = asdict(answer)
    emit(parts, as_json, [f"{k}：{v}" for k, v in parts.items() if v not in (None, ())])


@roster_group.command("search")
@click.argument("text")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
@pass_session
def search_command(session: Session, text: str, limit: int, as_json: bool) -> None:
    """按姓名、拼音首字母、门牌、电话或证件尾号查找。"""
    hits, ms = search.timed_find(session.open(), text, limit)
    data = {"hits": [asdict(hit) for hit in hits], "ms": round(ms, 2)}
    emit(
        data, as_json, [f"{h.name or '（无人）'}  {h.door}  {h.why}" for h in hits] or ["没有找到"]
    )


@roster_group.command("history")
@click.argument("uid")
@json_option
@pass_session
def history(session: Session, uid: str, as_json: bool) -> None:
    """一条记录每个字段的来历。"""
    lines = roster.history(session.open(), uid)
    emit(
        [asdict(line) for line in lines],
        as_json,
        [f"{h.wall}  {h.user}  {h.field} = {h.value}  ({h.reason})" for h in lines],
    )


@roster_group.command("set")
@click.argument("uid")
@click.argument("field")
@click.argument("value")
@json_option
@pass_session
def set_command(session: Session, uid: str, field: str, value: str, as_json: bool) -> None:
    """改一个字段。"""
    change = roster.set_field(session.open(), uid, field, value)
    emit({"change": _name(change)}, as_json, ["已保存" if change else "没有变化"])


@roster_group.command("add")
@click.argument("kind", type=click.Choice(["household", "resident"]))
@click.argument("fields", nargs=-1, required=True)
@json_option
@pass_session
def add(session: Session, kind: str, fields: tuple[str, ...], as_json: bool) -> None:
    """新增一户或一位居民：字段=值，空格分开。"""
    values: dict[str, Any] = {}
    for pair in fields:
        name, found, value = pair.partition("=")
        if not found:
            raise BadValue("字段", pair, "请写成“字段=值”")
        values[name] = value
    store = session.open()
    parent = values.pop("building" if kind == "household" else "household", "")
    if kind == "household":
        uid, change = roster.add_household(store, parent, **values)
    else:
        home = residents.find_household(store, parent)
        uid, change = roster.add_resident(store, home, **values)
    emit({"change": _name(change), "uid": uid}, as_json, [f"已新增：{uid}"])


@roster_group.command("remove")
@click.argument("uid")
@click.option("--reason", required=True, help="删除的原因，记入历史")
@json_option
@pass_session
def remove(session: Session, uid: str, reason: str, as_json: bool) -> None:
    """删除一条记录（历史保留）。"""
    change = roster.remove(session.open(), uid, reason)
    emit({"change": _name(change)}, as_json, ["已删除" if change else "没有变化"])


@roster_group.command("show")
@click.argument("household")
@json_option
@pass_session
def show(session: Session, household: str, as_json: bool) -> None:
    """一户的成员、标签、走访和事项。"""
    store = session.open()
    home = residents.household(store, residents.find_household(store, household))
    names = tag_names(store)
    past, asked = visits.visits_of(store, home.uid), items.items(store, household=home.uid)
    data = {name: value for name, value in asdict(home).items() if name != "residents"}
    data |= {
        "members": [asdict(person) for person in home.residents],
        "tags": home.tags,
        "visits": [asdict(visit) for visit in past],
        "items": [asdict(item) for item in asked],
    }
    lines = [
        f"  {p.name}  {label('relation', p.relation)}  {p.sex or ''}  {p.birth or ''}"
        f"  {privacy.mask_phone(p.phone)}  {'、'.join(names.get(t, t) for t in p.tags)}"
        for p in home.residents
    ]
    lines += [
        f"  {v.happened_on}  {label('mode', v.mode)}  {label('outcome', v.outcome)}"
        f"  {'、'.join(v.walkers)}"
        for v in past
    ]
    lines += [
        f"  {label('item_kind', item.kind)}  {label('item_step', item.state)}  {item.text}"
        for item in asked
    ]
    emit(data, as_json, [home.door, *lines])


def _name(change: Change | None) -> str | None:
    return batch_name(change.dot) if change else None
