"""Commands of a visiting day: who is due, what happened, what was asked for, who serves where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from desktop import clock
from desktop.cli.context import Session, emit, json_option, pass_session, say
from desktop.errors import BadValue, NoSuchRecord
from desktop.models import due, items, posts, visits, workdays
from desktop.models.item_steps import ItemEvent
from desktop.models.partial_date import parse_date
from desktop.models.post_places import post_kind, read_place
from desktop.models.residents import find_household
from desktop.models.store import Store
from desktop.models.words import code_of, label


@click.group("visit")
def visit_group() -> None:
    """走访：该走访谁、登记走访。"""


@click.group("item")
def item_group() -> None:
    """清单：需求、资源、民情等事项的闭环办理。"""


@click.group("post")
def post_group() -> None:
    """队伍：街巷长、楼栋长等任职和空缺。"""


def register(group: click.Group) -> None:
    for part in (visit_group, item_group, post_group):
        group.add_command(part)


def read_day(name: str, text: str | None) -> date | None:
    """A whole date as people write it; a Chinese sentence when it is none."""
    if not text:
        return None
    parsed = parse_date(text, sheet_year=clock.today().year + 10)
    if parsed.value is None or parsed.precision != "day":
        raise BadValue(name, text, parsed.problem or "请写成“2026-05-01”的样子")
    return date.fromisoformat(parsed.value)


def _code(group: str, text: str) -> str:
    """The code behind a word; an unknown word stays, and the record refuses it by name."""
    return code_of(group, text) or text


@visit_group.command("due")
@click.option("--on", "on", help="哪一天，默认今天")
@click.option("--within", default=0, show_default=True, help="再往后看几天")
@click.option("--building", help="只看一栋")
@click.option("--muted", is_flag=True, help="也列出拒访静默的户（可电话联系）")
@json_option
@pass_session
def due_command(
    session: Session, on: str | None, within: int, building: str | None, muted: bool, as_json: bool
) -> None:
    """该走访的户，按走访路线排列，各有一句理由。"""
    store = session.open()
    day = read_day("日期", on) or clock.today()
    place = read_place(store, "building_chief", building).uid if building else None
    found = due.due_list(store, day, within=within, building=place, muted=muted)
    listed = [{**asdict(line), "due": line.due.isoformat()} for line in found]
    lines = [f"{line.door}  {line.head}  {line.reason}" for line in found]
    emit({"due": listed}, as_json, [*lines, f"共{len(found)}户"])


@visit_group.command("record")
@click.argument("household")
@click.option("--outcome", required=True, help="met 见面、proxy 代答、not_home 家中无人 …")
@click.option("--mode", default="door", show_default=True, help="door 入户、phone 电话 …")
@click.option("--date", "day", help="走访日期，默认今天")
@click.option("--walker", "walkers", multiple=True, help="走访人，可写几次")
@click.option("--start", "started", help="开始时间，如19:00")
@click.option("--end", "ended", help="结束时间")
@click.option("--met", "met_whom", default="", help="见到了谁")
@click.option("--changed", default="", help="家庭变化")
@click.option("--answered", default="", help="当场答复")
@click.option("--next", "next_on", help="下次走访日期")
@click.option("--need", "needs", multiple=True, help="需求")
@click.option("--resource", "resources", multiple=True, help="资源")
@click.option("--situation", "situations", multiple=True, help="民情")
@click.option("--promise", "promises", multiple=True, help="答应的事")
@click.option("--note", default="", help="备注")
@click.option("--corrects", help="更正哪一条走访记录")
@json_option
@pass_session
def record_command(
    session: Session,
    /,
    household: str,
    outcome: str,
    mode: str,
    day: str | None,
    next_on: str | None,
    promises: tuple[str, ...],
    as_json: bool,
    **rest: Any,
) -> None:
    """登记一次走访。"""
    store = session.open()
    new = visits.NewVisit(
        household=find_household(store, household),
        outcome=_code("outcome", outcome),
        mode=_code("mode", mode),
        happened_on=read_day("走访日期", day) or clock.today(),
        next_on=read_day("下次走访日期", next_on),
        promises=tuple(visits.NewPromise(text) for text in promises),
        **rest,
    )
    uid = visits.record(store, new)
    emit({"visit": uid}, as_json, [f"已登记：{uid}"])


@item_group.command("list")
@click.option("--kind", help="need 需求、resource 资源、situation 民情 …")
@click.option("--state", help="办到哪一步，如 assigned 派单")
@click.option("--household", help="只看一户")
@click.option("--open", "only_open", is_flag=True, help="只看未办结的")
@json_option
@pass_session
def item_list(
    session: Session,
    kind: str | None,
    state: str | None,
    household: str | None,
    only_open: bool,
    as_json: bool,
) -> None:
    """清单上的事项。"""
    store = session.open()
    found = items.items(
        store,
        kind=_code("item_kind", kind) if kind else None,
        state=_code("item_step", state) if state else None,
        household=find_household(store, household) if household else None,
        only_open=only_open,
    )
    emit(
        [asdict(entry) for entry in found], as_json, [*map(_item_line, found), f"共{len(found)}件"]
    )


def _item_line(entry: items.Item) -> str:
    due_on = f"  期限{entry.due_on}" if entry.due_on and entry.is_open else ""
    kind, state = label("item_kind", entry.kind), label("item_step", entry.state)
    return f"{entry.uid}  {kind}  {state}{due_on}  {entry.door}  {entry.text}"


def _event_line(event: ItemEvent) -> str:
    said = "  ".join(filter(None, (event.result, label("rating", event.rating), event.note)))
    return f"  {event.happened_on}  {label('item_step', event.step)}  {event.by or ''}  {said}"


@item_group.command("show")
@click.argument("item")
@json_option
@pass_session
def item_show(session: Session, item: str, as_json: bool) -> None:
    """一件事项和它走过的每一步。"""
    store = session.open()
    entry, past = items.item(store, item), items.events(store, item)
    data = {**asdict(entry), "events": [asdict(event) for event in past]}
    emit(data, as_json, [_item_line(entry), *map(_event_line, past)])


@item_group.command("add")
@click.argument("kind")
@click.argument("text")
@click.option("--household", help="哪一户")
@click.option("--building", help="哪一栋")
@click.option("--category", default="", help="类别")
@click.option("--time-class", default="", help="immediate 立即、ordinary 一般 …")
@click.option("--on", "on", help="登记日期，默认今天")
@click.option("--by", default="", help="登记人")
@json_option
@pass_session
def item_add(
    session: Session,
    /,
    kind: str,
    text: str,
    household: str | None,
    building: str | None,
    time_class: str,
    on: str | None,
    as_json: bool,
    **rest: str,
) -> None:
    """登记一件事项。"""
    store = session.open()
    uid = items.register(
        store,
        _code("item_kind", kind),
        text,
        household=find_household(store, household) if household else None,
        building=read_place(store, "building_chief", building).uid if building else None,
        time_class=_code("time_class", time_class) if time_class else "",
        on=read_day("登记日期", on),
        **rest,
    )
    _emit_item(store, items.item(store, uid), as_json)


@item_group.command("step")
@click.argument("item")
@click.argument("state")
@click.option("--by", default="", help="经办人；派单时写派给谁")
@click.option("--result", default="", help="办理结果")
@click.option("--rating", default="", help="满意度，如 satisfied 满意")
@click.option("--closing", default="", help="substance 实质性、formal 程序性")
@click.option("--on", "on", help="日期，默认今天")
@click.option("--due-on", help="新的办理期限")
@click.option("--note", default="", help="说明")
@json_option
@pass_session
def item_step(
    session: Session,
    /,
    item: str,
    state: str,
    rating: str,
    closing: str,
    on: str | None,
    due_on: str | None,
    as_json: bool,
    **rest: str,
) -> None:
    """把事项办到下一步。"""
    store = session.open()
    after = items.step(
        store,
        item,
        _code("item_step", state),
        rating=_code("rating", rating) if rating else "",
        closing=_code("closing", closing) if closing else "",
        on=read_day("日期", on),
        due_on=read_day("办理期限", due_on),
        **rest,
    )
    _emit_item(store, after, as_json)


def _emit_item(store: Store, entry: items.Item, as_json: bool) -> None:
    emit(asdict(entry), as_json, [_item_line(entry)])
    if entry.due_on and entry.is_open and entry.time_class != "immediate":
        year = int(entry.due_on[:4])
        if not workdays.is_known_year(year, workdays.calendar_of(store)):
            say(f"{year}年的放假安排还没有导入，期限{workdays.UNKNOWN_YEAR_NOTE}。")


@item_group.command("holidays")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_session
def item_holidays(session: Session, file: Path) -> None:
    """导入一份节假日表（每行“年份 节日 休|班 日期[~日期]”）。"""
    store = session.open()
    workdays.import_table(store, file.read_text("utf-8", errors="replace"))
    years = "、".join(map(str, sorted(workdays.calendar_of(store).years)))
    say(f"已导入，现在知道{years}年的放假安排。")


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
