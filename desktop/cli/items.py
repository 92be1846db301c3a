"""Commands about the lists: what residents asked for, offered or reported, until it is closed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from desktop.cli.context import Session, emit, json_option, pass_session, say
from desktop.cli.typed import read_code, read_day, read_filter
from desktop.files import text_of
from desktop.models import items, matching, workdays
from desktop.models.item_steps import ItemEvent
from desktop.models.post_places import find_building
from desktop.models.residents import find_household
from desktop.models.store import Store
from desktop.models.words import label


@click.group("item")
def item_group() -> None:
    """清单：需求、资源、民情等事项的闭环办理。"""


def register(group: click.Group) -> None:
    group.add_command(item_group)


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
        kind=read_filter("清单", "item_kind", kind),
        state=read_filter("办到哪一步", "item_step", state),
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
        read_code("item_kind", kind),
        text,
        household=find_household(store, household) if household else None,
        building=find_building(store, building) if building else None,
        time_class=read_code("time_class", time_class) if time_class else "",
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
        read_code("item_step", state),
        rating=read_code("rating", rating) if rating else "",
        closing=read_code("closing", closing) if closing else "",
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


@item_group.command("match")
@click.argument("item")
@click.option("--limit", default=10, show_default=True, help="最多列几条")
@json_option
@pass_session
def item_match(session: Session, item: str, limit: int, as_json: bool) -> None:
    """需求就近找资源，资源就近找需求。"""
    found = matching.matches(session.open(), item, limit=limit)
    data = [
        {
            "item": one.item.uid, "kind": one.item.kind, "text": one.item.text,
            "door": one.item.door, "distance": matching.DISTANCES[one.distance],
            "alike": one.alike, "load": one.load,
        }
        for one in found
    ]  # fmt: skip
    lines = [f"{one.item.uid}  {one.item.door}  {one.item.text}（{one.why}）" for one in found]
    emit(data, as_json, lines or ["附近没有合适的"])


@item_group.command("holidays")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_session
def item_holidays(session: Session, file: Path, as_json: bool) -> None:
    """导入一份节假日表（每行“年份 节日 休|班 日期[~日期]”）。"""
    store = session.open()
    workdays.import_table(store, text_of(file))
    years = sorted(workdays.calendar_of(store).years)
    words = "、".join(map(str, years))
    emit({"years": years}, as_json, [f"已导入，现在知道{words}年的放假安排。"])
