"""Commands about campaigns 千户访行动: begin one, hand its stairs out, see how far it has got."""

from __future__ import annotations

from dataclasses import asdict

import click

from desktop import clock
from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.cli.typed import read_code, read_day
from desktop.cli.visits import visit_group
from desktop.errors import NoSuchRecord
from desktop.models import campaigns
from desktop.models.campaigns import Campaign
from desktop.models.post_places import Place, find_building, read_place
from desktop.models.store import Store


def register(_group: click.Group) -> None:
    for command in (
        campaigns_command, campaign_command, stairs_command, reserve_command, release_command,
    ):  # fmt: skip
        visit_group.add_command(command)


@click.command("campaigns")
@json_option
@pass_session
def campaigns_command(session: Session, as_json: bool) -> None:
    """走访行动和进度（按户去重）。"""
    store = session.open()
    data, lines = [], []
    for run in campaigns.campaigns(store):
        reached, target = campaigns.progress(store, run)
        data.append({**asdict(run), "reached": reached, "target": target})
        lines.append(f"{run.uid}  {run.name}  {run.start_on}～{run.end_on}  {reached}/{target}户")
    emit(data, as_json, lines or ["还没有走访行动"])


@click.command("campaign")
@click.argument("name")
@click.option("--from", "start_on", required=True, help="开始日期")
@click.option("--to", "end_on", required=True, help="结束日期")
@click.option("--estate", "estate_names", multiple=True, help="只在这些小区")
@click.option("--building", "buildings", multiple=True, help="只在这些楼栋")
@click.option("--tag", "tags", multiple=True, help="只对这些关爱标签，如 elder_alone")
@click.option("--use", "uses", multiple=True, help="只对这些房屋性质，如 rented 出租")
@click.option("--target", type=int, help="目标户数，不写为范围内全部")
@json_option
@pass_session
def campaign_command(
    session: Session,
    /,
    name: str,
    start_on: str,
    end_on: str,
    estate_names: tuple[str, ...],
    buildings: tuple[str, ...],
    tags: tuple[str, ...],
    uses: tuple[str, ...],
    target: int | None,
    as_json: bool,
) -> None:
    """新建一次走访行动。"""
    store = session.open()
    uid = campaigns.add_campaign(
        store,
        name,
        read_day("开始日期", start_on) or clock.today(),
        read_day("结束日期", end_on) or clock.today(),
        estates=[read_place(store, "branch_secretary", text).uid for text in estate_names],
        buildings=[find_building(store, text) for text in buildings],
        tags=[read_code("care_tag", text) for text in tags],
        uses=[read_code("type_of_use", text) for text in uses],
        target=target,
    )
    emit({"campaign": uid}, as_json, [f"已新建：{uid}"])


def _campaign(store: Store, text: str) -> Campaign:
    """The campaign of this number or name; the latest of several with one name."""
    for run in campaigns.campaigns(store):
        if text in (run.uid, run.name):
            return run
    raise NoSuchRecord("走访行动", text)


def _stair(store: Store, text: str) -> Place:
    """A stair, or a building without stairs."""
    return read_place(store, "party_core_household", text)


@click.command("stairs")
@click.argument("campaign")
@json_option
@pass_session
def stairs_command(session: Session, campaign: str, as_json: bool) -> None:
    """行动的进度：每个单元谁在走、走到几户，每个人走到几户（按户去重）。"""
    store = session.open()
    run = _campaign(store, campaign)
    parts, people = campaigns.stairs(store, run), campaigns.walkers(store, run)
    lines = [
        f"{part.name}  {part.reached}/{part.doors}户  {part.walker or '未分'}" for part in parts
    ]
    lines += [
        f"{one.walker}：负责{one.doors}户，已走到{one.reached}户；本人见到{one.met}户"
        for one in people
    ]
    data = {"stairs": [asdict(part) for part in parts], "walkers": [asdict(one) for one in people]}
    emit(data, as_json, lines or ["行动范围内没有住户"])


@click.command("reserve")
@click.argument("campaign")
@click.argument("place")
@click.option("--walker", required=True, help="谁去走")
@json_option
@pass_session
def reserve_command(
    session: Session, campaign: str, place: str, walker: str, as_json: bool
) -> None:
    """把行动里的一个单元分给一个人。"""
    store = session.open()
    at = _stair(store, place)
    campaigns.reserve(store, _campaign(store, campaign), at.uid, at.unit, walker)
    emit({"place": at.name, "walker": walker.strip()}, as_json, [f"{at.name}由{walker}去走"])


@click.command("release")
@click.argument("campaign")
@click.argument("place")
@json_option
@pass_session
def release_command(session: Session, campaign: str, place: str, as_json: bool) -> None:
    """退回分出去的单元。"""
    store = session.open()
    at = _stair(store, place)
    change = campaigns.release(store, _campaign(store, campaign), at.uid, at.unit)
    emit(
        {"place": at.name, "walker": None},
        as_json,
        [f"{at.name}已退回" if change else f"{at.name}没有分给人"],
    )
