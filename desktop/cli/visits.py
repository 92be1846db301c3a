"""Commands about visits: who is due, what happened, what was promised, where not to knock."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from desktop import clock
from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.cli.typed import read_code, read_day
from desktop.models import capacity, due, mutes, promises, settings, visits
from desktop.models.post_places import find_building
from desktop.models.residents import find_household, households
from desktop.models.words import label


@click.group("visit")
def visit_group() -> None:
    """走访：该走访谁、登记走访、承诺、走访行动。"""


def register(group: click.Group) -> None:
    group.add_command(visit_group)


@visit_group.command("due")
@click.option("--on", "on", help="哪一天，默认今天")
@click.option(
    "--within", default=0, show_default=True, type=click.IntRange(0, 3660), help="再往后看几天"
)
@click.option("--building", help="只看一栋")
@click.option("--tagged", is_flag=True, help="只看有关爱标签的户")
@click.option("--muted", is_flag=True, help="也列出拒访静默的户（可电话联系）")
@json_option
@pass_session
def due_command(
    session: Session,
    on: str | None,
    within: int,
    building: str | None,
    tagged: bool,
    muted: bool,
    as_json: bool,
) -> None:
    """该走访的户，按走访路线排列，各有一句理由。"""
    store = session.open()
    day = read_day("日期", on) or clock.today()
    place = find_building(store, building) if building else None
    found = due.due_list(store, day, within=within, building=place, muted=muted)
    found = [line for line in found if line.tags or not tagged]
    listed = [{**asdict(line), "due": line.due.isoformat()} for line in found]
    lines = [f"{line.door}  {line.head}  {line.reason}" for line in found]
    emit({"due": listed}, as_json, [*lines, f"共{len(found)}户"])


@visit_group.command("capacity")
@click.option("--walkers", type=int, default=1, show_default=True, help="几个人（组）去走")
@click.option("--doors", type=int, help="每人（组）每晚几户，默认按设置")
@click.option("--within", default=30, show_default=True, help="连同以后几天内到期的户")
@click.option("--from", "first", help="从哪天晚上开始，默认今天")
@json_option
@pass_session
def capacity_command(
    session: Session, walkers: int, doors: int | None, within: int, first: str | None, as_json: bool
) -> None:
    """这份名单几个晚上走得完，哪些户来不及，哪些户要提前走。"""
    store = session.open()
    each = doors or int(settings.get(store, "doors_per_evening"))
    found = due.due_list(store, clock.today(), within=within)
    start = read_day("开始日期", first) or clock.today()
    plan = capacity.foresee(capacity.deadlines(found), start, walkers=walkers, each=each)
    doors_of = {line.household: f"{line.door}（{line.due}到期）" for line in found}
    lines = [f"{walkers}人、{plan.text}" if plan.doors else plan.text]
    lines += [f"会迟：{doors_of[home]}" for home in plan.late]
    lines += [f"提前走：{doors_of[home]}" for home in plan.pull_forward]
    data = {**asdict(plan), "done_on": plan.done_on.isoformat() if plan.done_on else None}
    emit(data, as_json, lines)


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
@click.option("--campaign", help="属于哪次走访行动")
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
        outcome=read_code("outcome", outcome),
        mode=read_code("mode", mode),
        happened_on=read_day("走访日期", day) or clock.today(),
        next_on=read_day("下次走访日期", next_on),
        promises=tuple(visits.NewPromise(text) for text in promises),
        **rest,
    )
    uid = visits.record(store, new)
    emit({"visit": uid}, as_json, [f"已登记：{uid}"])


@visit_group.command("promises")
@click.option("--household", help="只看一户")
@click.option("--all", "every", is_flag=True, help="一户的也列出已办的")
@click.option("--silent", is_flag=True, help="只看过了期限（没写期限的过了30天）还没有下文的")
@json_option
@pass_session
def promises_command(
    session: Session, household: str | None, every: bool, silent: bool, as_json: bool
) -> None:
    """上门时答应的事。"""
    store = session.open()
    if household:
        home = find_household(store, household)
        found = promises.promises_of(store, home, only_open=not every)
    elif silent:
        found = promises.silent(store, clock.today())
    else:
        found = promises.open_promises(store)
    doors = {
        home.uid: home.door for home in households(store, sorted({p.household for p in found}))
    }
    lines = [
        f"{p.uid}  {label('promise_state', p.state)}  {doors.get(p.household, '')}  {p.text}"
        f"  {p.by or ''}{f'  {p.until}前' if p.until else ''}"
        for p in found
    ]
    emit([asdict(p) for p in found], as_json, [*lines, f"共{len(found)}件"])


@visit_group.command("settle")
@click.argument("promise")
@click.argument("state")
@click.option("--reason", default="", help="没有办成的原因")
@json_option
@pass_session
def settle_command(session: Session, promise: str, state: str, reason: str, as_json: bool) -> None:
    """承诺办得怎样：kept 已办、not_kept 未能办成、open 未办。"""
    code = read_code("promise_state", state)
    change = promises.settle(session.open(), promise, code, reason)
    emit({"promise": promise, "state": code}, as_json, ["已保存" if change else "没有变化"])


@visit_group.command("mute")
@click.argument("household")
@click.option("--until", required=True, help="到哪一天为止不上门")
@click.option("--reason", required=True, help="原因")
@json_option
@pass_session
def mute_command(session: Session, household: str, until: str, reason: str, as_json: bool) -> None:
    """一段时间内不上门（可电话）。"""
    store = session.open()
    home, day = find_household(store, household), read_day("不上门到", until)
    mutes.mute(store, home, day or clock.today(), reason)
    emit({"household": home, "mute_until": until}, as_json, ["已保存"])


@visit_group.command("unmute")
@click.argument("household")
@json_option
@pass_session
def unmute_command(session: Session, household: str, as_json: bool) -> None:
    """恢复上门。"""
    store = session.open()
    home = find_household(store, household)
    mutes.unmute(store, home)
    emit({"household": home, "mute_until": None}, as_json, ["已恢复上门"])
