"""Commands about people's roles and comings: chiefs, vacancies, population events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from desktop import clock
from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.cli.roster import roster_group
from desktop.cli.typed import read_code, read_day
from desktop.errors import NoSuchRecord
from desktop.models import population, posts
from desktop.models.post_places import post_kind, read_place
from desktop.models.residents import find_household
from desktop.models.store import Store
from desktop.models.words import label


@click.group("post")
def post_group() -> None:
    """队伍：街巷长、楼栋长等任职和空缺。"""


def register(group: click.Group) -> None:
    group.add_command(post_group)


@post_group.command("list")
@click.option("--kind", help="building_chief 楼栋长、lane_chief 街巷长 …")
@click.option("--on", "on", help="哪一天，默认今天")
@click.option("--ended", is_flag=True, help="也列出已卸任的")
@json_option
@pass_session
def post_list(
    session: Session, kind: str | None, on: str | None, ended: bool, as_json: bool
) -> None:
    """任职名单，后面是空缺。"""
    wanted = post_kind(kind) if kind else None
    _emit_posts(session.open(), wanted, read_day("日期", on), ended, as_json)


def _emit_posts(
    store: Store, kind: str | None, on: date | None, ended: bool, as_json: bool
) -> None:
    found = posts.posts(store, on=on, kind=kind, ended=ended)
    empty = [
        vacancy
        for wanted in ([kind] if kind else ["lane_chief", "building_chief"])
        for vacancy in posts.vacancies(store, on=on, kind=wanted)
    ]
    data = [{**asdict(post), "vacant": False} for post in found]
    data += [{**asdict(vacancy), "holder": "", "vacant": True} for vacancy in empty]
    lines = [
        f"{label('post_kind', post.kind)}  {post.place_name}  {post.holder}  {post.phone or ''}"
        f"  {post.term_from or ''}～{post.term_to or ''}"
        for post in found
    ]
    lines += [f"{label('post_kind', v.kind)}  {v.place_name}  （空缺）" for v in empty]
    emit(data, as_json, lines)


@post_group.command("set")
@click.argument("kind")
@click.argument("place")
@click.option("--holder", required=True, help="姓名")
@click.option("--phone", default="", help="手机")
@click.option("--from", "term_from", help="任职日期，默认今天")
@click.option("--sex", default="", help="男或女")
@click.option("--party/--no-party", "is_party", default=None, help="是否党员")
@click.option("--chosen", default="", help="elected 推选、appointed 聘任")
@click.option("--scope", default="", help="管辖范围")
@click.option("--note", default="", help="备注")
@json_option
@pass_session
def post_set(
    session: Session,
    /,
    kind: str,
    place: str,
    holder: str,
    term_from: str | None,
    as_json: bool,
    **rest: Any,
) -> None:
    """登记任职；原任同日卸任，历史保留。"""
    store = session.open()
    code = post_kind(kind)
    where = read_place(store, code, place)
    first = read_day("任职日期", term_from)
    posts.set_post(
        store, code, where.kind, where.uid, holder, unit=where.unit, term_from=first, **rest
    )
    _emit_posts(store, code, first, False, as_json)


@post_group.command("end")
@click.argument("words", nargs=-1, required=True, metavar="KIND PLACE | UID")
@click.option("--on", "on", help="卸任日期，默认今天")
@click.option("--reason", default="", help="原因")
@json_option
@pass_session
def post_end(
    session: Session, words: Sequence[str], on: str | None, reason: str, as_json: bool
) -> None:
    """卸任；这个处所从次日起空缺。"""
    store = session.open()
    day = read_day("卸任日期", on) or clock.today()
    uid = words[0] if len(words) == 1 else _serving(store, words[0], " ".join(words[1:]), day)
    posts.end_post(store, uid, on=day, reason=reason)
    kind = next(post.kind for post in posts.posts(store, ended=True) if post.uid == uid)
    _emit_posts(store, kind, day, False, as_json)


def _serving(store: Store, kind: str, place: str, day: date) -> str:
    code = post_kind(kind)
    where = read_place(store, code, place)
    for post in posts.posts(store, on=day, kind=code):
        if (post.place, post.unit) == (where.uid, where.unit):
            return post.uid
    raise NoSuchRecord(label("post_kind", code), where.name)


@roster_group.command("event")
@click.argument("kind")
@click.option("--resident", help="哪位居民（编号）")
@click.option("--household", help="哪一户")
@click.option("--on", "on", help="发生日期，默认今天")
@click.option("--note", default="", help="说明")
@json_option
@pass_session
def event_command(
    session: Session,
    kind: str,
    resident: str | None,
    household: str | None,
    on: str | None,
    note: str,
    as_json: bool,
) -> None:
    """登记人口变动：moved_in 迁入、moved_out 迁出、born 出生、died 死亡、added 补录。"""
    store = session.open()
    uid = population.record_event(
        store,
        read_code("population_event", kind),
        resident=resident,
        household=find_household(store, household) if household else None,
        happened_on=read_day("发生日期", on) or clock.today(),
        note=note,
    )
    emit({"event": uid}, as_json, [f"已登记：{uid}"])
