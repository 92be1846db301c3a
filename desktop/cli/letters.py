"""Commands about what offices write to each other: escalations, notices, answers, proposals."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.export import Exported, export
from desktop.models import letters

_OUT = click.Path(path_type=Path)
_output = click.option("-o", "--output", "target", required=True, type=_OUT)
_to = click.option("--to", required=True, help="对方单位")


@click.group("letter")
def letter_group() -> None:
    """单位之间的来往：上报、通知、答复、建议、回执。"""


def _written(done: Exported, as_json: bool) -> None:
    data = {"package": done.package, "kind": done.kind, "bytes": done.bytes, "path": str(done.path)}
    emit(data, as_json, [f"已写出并核对：{done.path}", "可以拔出U盘。"])


@letter_group.command("list")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """列出收到的来文。"""
    found = letters.letters(session.open())
    lines = [f"{x.uid[:8]}  {x.office_name} 第{x.seq}号 {x.kind} {x.decided}" for x in found]
    emit([asdict(x) for x in found], as_json, lines or ["没有来文"])


@letter_group.command("escalate")
@click.argument("item")
@_to
@click.option("--purpose", required=True, help="为什么上报")
@click.option("--text", required=True, help="给上级看的话，不写门牌和姓名")
@_output
@json_option
@pass_session
def escalate_command(
    session: Session, item: str, to: str, purpose: str, text: str, target: Path, as_json: bool
) -> None:
    """把一件事上报给上级单位。"""
    store = session.open()
    letter = writing.escalation(store, item, purpose=purpose, text=text)
    _written(export(store, to, target, letter=letter), as_json)


@letter_group.command("notify")
@_to
@click.option("--title", required=True)
@click.option("--text", default="")
@click.option("--due", default="", help="要在哪天前办好（YYYY-MM-DD）")
@_output
@json_option
@pass_session
def notify_command(
    session: Session, to: str, title: str, text: str, due: str, target: Path, as_json: bool
) -> None:
    """给下级单位发通知或任务。"""
    letter = writing.notice(title, text, due)
    _written(export(session.open(), to, target, letter=letter), as_json)


@letter_group.command("answer")
@click.argument("letter_id", metavar="LETTER")
@_to
@click.option("--result", required=True)
@_output
@json_option
@pass_session
def answer_command(
    session: Session, letter_id: str, to: str, result: str, target: Path, as_json: bool
) -> None:
    """答复下级上报的一件事。"""
    store = session.open()
    letter = writing.answer(letters.find_letter(store, letter_id), result)
    _written(export(store, to, target, letter=letter), as_json)


@letter_group.command("propose")
@click.argument("letter_id", metavar="LETTER")
@_to
@click.option("--field", required=True, type=click.Choice(sorted(letters.PROPOSABLE)))
@click.option("--value", required=True)
@click.option("--reason", default="")
@_output
@json_option
@pass_session
def propose_command(
    session: Session,
    letter_id: str,
    to: str,
    field: str,
    value: str,
    reason: str,
    target: Path,
    as_json: bool,
) -> None:
    """对下级上报的一件事提建议，由对方决定是否采纳。"""
    store = session.open()
    letter = writing.proposal(letters.find_letter(store, letter_id), field, value, reason)
    _written(export(store, to, target, letter=letter), as_json)


@letter_group.command("decide")
@click.argument("letter_id", metavar="LETTER")
@click.option("--accept/--decline", required=True)
@click.option("--to", default="", help="同时把决定报给这个单位")
@click.option("--why", default="")
@click.option("-o", "--output", "target", type=_OUT)
@json_option
@pass_session
def decide_command(
    session: Session,
    letter_id: str,
    accept: bool,
    to: str,
    why: str,
    target: Path | None,
    as_json: bool,
) -> None:
    """采纳或不采纳上级的一条建议。"""
    store = session.open()
    letters.decide(store, letter_id, accept=accept)
    letter = letters.find_letter(store, letter_id)
    if to and target is not None:
        export(store, to, target, letter=writing.decision(store, letter, why))
    emit({"decided": letter.decided}, as_json, ["已采纳" if accept else "已记为不采纳"])
