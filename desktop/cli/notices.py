"""Commands for papers that are posted up, handed over or asked round."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.context import Session, json_option, pass_session
from desktop.cli.print_options import (
    chosen_households,
    household_options,
    out_option,
    report,
)
from desktop.exchange.print import documents
from desktop.models.post_places import find_building


@click.command("door-sign")
@click.option("--building", required=True, help="楼栋，例如“瑞景公园3栋”")
@click.option("--own-phones", is_flag=True, help="印本人手机号（本人同意时）")
@out_option
@json_option
@pass_session
def door_sign(
    session: Session, building: str, own_phones: bool, target: Path, as_json: bool
) -> None:
    """楼栋长公示牌：张贴在楼栋入口。"""
    store = session.open()
    place = find_building(store, building)
    report(store, target, as_json, documents.print_door_sign, place, own_phones=own_phones)


@click.command("notice")
@household_options
@click.option("--title", required=True, help="公示标题")
@click.option("--text", default="", help="正文；不写个人的困难和原因")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 90))
@out_option
@json_option
@pass_session
def notice(
    session: Session,
    doors: tuple[str, ...],
    building: str | None,
    only_due: bool,
    title: str,
    text: str,
    days: int,
    target: Path,
    as_json: bool,
) -> None:
    """公示：户主只印姓氏，住址只印楼栋。"""
    store = session.open()
    chosen = chosen_households(store, doors, building, only_due)
    report(store, target, as_json, documents.print_notice, title, chosen, body=text, days=days)


@click.command("retention")
@out_option
@json_option
@pass_session
def retention(session: Session, target: Path, as_json: bool) -> None:
    """到期信息审阅表：迁出、去世已久的人。"""
    report(session.open(), target, as_json, documents.print_retention)


@click.command("receipt")
@click.argument("package")
@out_option
@json_option
@pass_session
def receipt(session: Session, package: str, target: Path, as_json: bool) -> None:
    """数据包交接单。"""
    store = session.open()
    found = documents.receipt_of(store, package)
    report(store, target, as_json, documents.print_receipt, found)


@click.command("conflicts")
@out_option
@json_option
@pass_session
def conflict_sheet(session: Session, target: Path, as_json: bool) -> None:
    """冲突核对单。"""
    store = session.open()
    asked = documents.questions(store)
    report(store, target, as_json, documents.print_conflicts, asked)


def register(group: click.Group) -> None:
    """Add these commands to `print`."""
    for command in (door_sign, notice, retention, receipt, conflict_sheet):
        group.add_command(command)
