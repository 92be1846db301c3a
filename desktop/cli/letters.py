"""Commands about what offices write to each other: escalations, notices, answers, proposals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.errors import UserError
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.export import Exported, copy_again, export
from desktop.exchange.packages.handed_over import handed_over
from desktop.models import letters
from desktop.models.letters import KIND_WORDS, STATE_WORDS, Letter
from desktop.models.outside_text import Confirmed
from desktop.models.partners import find_partner, offices_above, offices_below
from desktop.models.store import Store
from desktop.models.streams import sent_letters, writer_of

_OUT = click.Path(path_type=Path)
_output = click.option("-o", "--output", "target", required=True, type=_OUT)
_to = click.option("--to", default="", help="对方单位；不写则是上级，或来文的那个单位")


class WhichOffice(UserError):
    def __init__(self, count: int) -> None:
        super().__init__(f"登记了{count}个上级单位。请用 --to 写明报给哪一个。")


class NotInOutbox(UserError):
    def __init__(self, text: str) -> None:
        super().__init__(f"发文里没有等回执的“{text}”。请用 jinlin package letter sent 查看编号。")


def _words_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a person says that a resident's name is only an ordinary word here."""
    for option in (
        click.option("--reason", default="", help="为什么这些词不是人名（会记入查看记录）"),
        click.option(
            "--ordinary-word", "words", multiple=True, help="与居民同名、但在这里不是人名的词"
        ),
    ):
        command = option(command)
    return command


@click.group("letter")
def letter_group() -> None:
    """单位之间的来往：上报、通知、答复、建议、回执。"""


def _written(done: Exported, as_json: bool) -> None:
    data = {"package": done.package, "kind": done.kind, "bytes": done.bytes, "path": str(done.path)}
    emit(data, as_json, [f"已写好：{done.path}", handed_over(done.path.parent)])


def _above(store: Store, to: str) -> str:
    """The office that is named, else the only one above."""
    above = offices_above(store)
    if not to and len(above) != 1:
        raise WhichOffice(len(above))
    return to or next(iter(above.values()))


def _writer(store: Store, letter: Letter, to: str) -> str:
    """The office that is named, else the PC that wrote the letter."""
    return to or writer_of(store, letter.partner, letter.office).uid


@letter_group.command("list")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """列出收到的来文。"""
    found = letters.letter_states(session.open())
    data = [{**asdict(each.letter), "state": each.state} for each in found]
    lines = [
        f"{x.letter.uid[:8]}  {x.letter.office_name} 第{x.letter.seq}号"
        f" {KIND_WORDS[x.letter.kind]} {letters.state_words(x.letter, x.state)}"
        for x in found
    ]
    emit(data, as_json, lines or ["没有来文"])


@letter_group.command("sent")
@json_option
@pass_session
def sent_command(session: Session, as_json: bool) -> None:
    """列出发出的文，和对方收到没有。"""
    found = sent_letters(session.open())
    states = {"sent": "等回执", "acknowledged": "对方已收到", "": "由另一台机写出"}
    lines = [
        f"{x.package[:8]}  {x.office_name} 第{x.seq}号 {x.made[:10]} {states[x.state]}"
        for x in found
    ]
    emit([asdict(each) for each in found], as_json, lines or ["没有发文"])


@letter_group.command("again")
@click.argument("package")
@_output
@json_option
@pass_session
def again_command(session: Session, package: str, target: Path, as_json: bool) -> None:
    """U盘丢了、坏了：把一份等回执的发文再拷一份（编号不变）。"""
    store = session.open()
    found = [x for x in sent_letters(store) if x.state == "sent" and x.package.startswith(package)]
    if len(found) != 1 or not package:
        raise NotInOutbox(package)
    place = copy_again(store, found[0].package, target)
    data = {"package": found[0].package, "path": str(place)}
    emit(data, as_json, [f"已拷好：{place}", handed_over(place.parent)])


@letter_group.command("escalate")
@click.argument("item")
@_to
@click.option("--purpose", required=True, help="为什么上报")
@click.option("--text", required=True, help="给上级看的话，不写门牌和姓名")
@_words_options
@_output
@json_option
@pass_session
def escalate_command(
    session: Session,
    item: str,
    to: str,
    purpose: str,
    text: str,
    words: tuple[str, ...],
    reason: str,
    target: Path,
    as_json: bool,
) -> None:
    """把一件事上报给上级单位。"""
    store = session.open()
    letter = writing.escalation(
        store, item, purpose=purpose, text=text, confirmed=Confirmed(frozenset(words), reason)
    )
    _written(export(store, _above(store, to), target, letter=letter), as_json)


@letter_group.command("notify")
@click.option("--to", multiple=True, help="下级单位，可多次")
@click.option("--all", "everybody", is_flag=True, help="发给全部下级单位")
@click.option("--title", required=True)
@click.option("--text", default="")
@click.option("--due", default="", help="要在哪天前办好（YYYY-MM-DD）")
@_output
@json_option
@pass_session
def notify_command(
    session: Session,
    to: tuple[str, ...],
    everybody: bool,
    title: str,
    text: str,
    due: str,
    target: Path,
    as_json: bool,
) -> None:
    """给下级单位发通知或任务；发给几个单位时，-o 写文件夹。"""
    store = session.open()
    names = list(offices_below(store).values()) if everybody else list(to)
    if not names or (len(names) > 1 and not target.is_dir()):
        raise click.UsageError("请写 --to 单位，或 --all；发给几个单位时 -o 要是文件夹")
    letter = writing.notice(title, text, due)
    made = [export(store, name, target, letter=letter) for name in names]
    if len(made) == 1 and not everybody:
        _written(made[0], as_json)
        return
    sent = list(zip(names, made, strict=True))
    data = [{"to": name, "package": x.package, "path": str(x.path)} for name, x in sent]
    lines = [f"给{name}：{each.path}" for name, each in sent]
    emit({"packages": data}, as_json, [*lines, handed_over(made[0].path.parent)])


@letter_group.command("receipt")
@_to
@_output
@json_option
@pass_session
def receipt_command(session: Session, to: str, target: Path, as_json: bool) -> None:
    """只回一份回执：告诉对方收到了第几号。"""
    store = session.open()
    there = find_partner(store, to or _above(store, to))
    done = export(store, there.uid, target, letter=writing.receipt(store, there))
    _written(done, as_json)


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
    found = letters.find_letter(store, letter_id)
    written = writing.answer(found, result)
    _written(export(store, _writer(store, found, to), target, letter=written), as_json)


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
    found = letters.find_letter(store, letter_id)
    written = writing.proposal(found, field, value, reason)
    _written(export(store, _writer(store, found, to), target, letter=written), as_json)


@letter_group.command("decide")
@click.argument("letter_id", metavar="LETTER")
@click.option("--accept/--decline", required=True)
@click.option("--to", default="", help="同时把决定报给这个单位")
@click.option("--why", default="")
@_words_options
@click.option("-o", "--output", "target", type=_OUT)
@json_option
@pass_session
def decide_command(
    session: Session,
    letter_id: str,
    accept: bool,
    to: str,
    why: str,
    words: tuple[str, ...],
    reason: str,
    target: Path | None,
    as_json: bool,
) -> None:
    """采纳或不采纳上级的一条建议。"""
    store = session.open()
    confirmed = Confirmed(frozenset(words), reason)
    found = letters.find_letter(store, letter_id)
    written = writing.decision(store, found, accept=accept, why=why, confirmed=confirmed)
    if target is not None:
        export(store, _writer(store, found, to), target, letter=written)
    else:
        letters.decide(store, letter_id, accept=accept)
    decided = letters.find_letter(store, letter_id).decided
    emit({"decided": decided}, as_json, [f"已记下：{STATE_WORDS[decided]}"])


@letter_group.command("done")
@click.argument("letter_id", metavar="LETTER")
@click.option("--undone", is_flag=True, help="还没有办好，改回待办")
@json_option
@pass_session
def done_command(session: Session, letter_id: str, undone: bool, as_json: bool) -> None:
    """把一条通知、任务或来文记为已办（只要知道的通知：已阅）。"""
    store = session.open()
    letters.settle(store, letter_id, done=not undone)
    found = letters.find_letter(store, letter_id)
    words = letters.state_words(found, letters.OPEN if undone else letters.DONE)
    emit({"letter": found.uid, "done": not undone}, as_json, [f"已记为{words}"])


@letter_group.command("follow")
@click.argument("letter_id", metavar="LETTER")
@click.option("--told", is_flag=True, help="已经把结果告诉居民：办结")
@json_option
@pass_session
def follow_command(session: Session, letter_id: str, told: bool, as_json: bool) -> None:
    """按上级的答复办理：先记待反馈，告诉居民后办结。"""
    item = letters.follow_answer(session.open(), letter_id, told=told)
    emit({"item": item.uid, "state": item.state}, as_json, ["已办结" if told else "已记为待反馈"])


@letter_group.command("take-on")
@click.argument("letter_id", metavar="LETTER")
@json_option
@pass_session
def take_on_command(session: Session, letter_id: str, as_json: bool) -> None:
    """把下级上报的一件事登记到本级清单，可以办理或再上报。"""
    item = letters.take_on(session.open(), letter_id)
    emit({"item": item}, as_json, [f"已登记：{item[:8]}"])
