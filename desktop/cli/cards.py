"""Commands about who may exchange with whom: cards, enrolment, stopped PCs, lost sticks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.exchange.packages.cards import card_text, enrol, own_fingerprint, write_card
from desktop.exchange.packages.certificates import certify, certify_all
from desktop.exchange.packages.lost import advice, on_the_way
from desktop.exchange.print.office_card import CardFacts, print_card
from desktop.models import partners, rotation, sites, stopped
from desktop.models.store import Store
from desktop.models.words import label

_IN = click.Path(path_type=Path, dir_okay=False)


@click.command("card")
@click.option("-o", "--output", "target", required=True, type=_IN, help="名片文件（.jlcard）")
@click.option("--pdf", type=_IN, help="另印一页：指纹码和二维码")
@json_option
@pass_session
def card_command(session: Session, target: Path, pdf: Path | None, as_json: bool) -> None:
    """写出本机的名片。"""
    store = session.open()
    made = write_card(store, target)
    if pdf is not None:
        text = card_text(store).decode("utf-8")
        print_card(pdf, CardFacts(made.office_name, made.name, made.fingerprint, text))
    emit(
        {"fingerprint": made.fingerprint, "name": made.name},
        as_json,
        [f"名片已写到 {target}", f"本机指纹码：{made.fingerprint}（请打电话念给对方核对）"],
    )


def card_lines(card: dict[str, Any]) -> list[str]:
    """What `package inspect` says of a card."""
    lines = [
        f"名片：{card['office']} {card['name']}（{label('level', card['level'])}）",
        f"指纹码：{card['fingerprint']}",
        f"在本机：{'已停用' if card['stopped'] else '已登记' if card['known'] else '没有登记'}",
    ]
    if card["steps"]:
        lines.append(f"换过钥匙：{card['steps']}次")
    if card["certified_by"]:
        lines.append(f"签发：{card['certified_by']}")
    return [*lines, card["certificate"] or "签发有效，登记时不用核对指纹码。"]


@click.command("enrol")
@click.argument("file", type=_IN)
@click.option("--as", "role", required=True, type=click.Choice(["peer", "office"]))
@click.option(
    "--fingerprint", default="",
    help="对方念出的25位指纹码（外单位的名片有上级签发、或已登记过的换了钥匙，可以不写）",
)  # fmt: skip
@click.option("--name", default="", help="给它起的名字")
@json_option
@pass_session
def enrol_command(
    session: Session, file: Path, role: str, fingerprint: str, name: str, as_json: bool
) -> None:
    """核对指纹码后，登记本单位的另一台机或外单位。"""
    added = enrol(session.open(), file, role=role, fingerprint=fingerprint, name=name)
    shown = name or (added.name if role == "peer" else added.office_name)
    emit({"fingerprint": added.fingerprint, "name": shown}, as_json, [f"已登记：{shown}"])


@click.command("certify")
@click.argument("name", default="")
@click.option("--all", "every", is_flag=True, help="所有下级单位，各写一个文件")
@click.option(
    "-o", "--output", "target", required=True, type=click.Path(path_type=Path),
    help="名片文件（.jlcard）或文件夹",
)  # fmt: skip
@json_option
@pass_session
def certify_command(session: Session, name: str, every: bool, target: Path, as_json: bool) -> None:
    """给登记过的下级单位的名片签发：别的单位登记它时不用再核对指纹码。"""
    if bool(name) == every:
        raise click.UsageError("请写一个单位名，或用 --all 签发所有下级单位。")
    store = session.open()
    if every:
        done = certify_all(store, target)
    else:
        done = [certify(store, partners.find_partner(store, name).uid, target)]
    names = [f"{each.office_name}（{each.uid[:6]}）" for each in done]
    data = {"certified": [{"name": each.office_name, "site": each.uid} for each in done]}
    emit(data, as_json, [f"已签发：{'、'.join(names)}", f"名片写在 {target}"])


@click.command("rotate")
@json_option
@pass_session
def rotate_command(session: Session, as_json: bool) -> None:
    """给本机换一副新钥匙（怀疑钥匙泄露、换人、定期）；机器编号不变。"""
    store = session.open()
    step = rotation.rotate(store)
    waiting = [each.name for each in rotation.unaware(store, step)]
    code = own_fingerprint(store)
    lines = ["已换新钥匙，旧的签名钥匙已销毁。", f"新的指纹码：{code}（以后登记本机按它核对）"]
    if waiting:
        lines.append(f"还要知道的同事机：{'、'.join(waiting)}，下次给它们导出数据包就带到。")
    lines.append("外单位下次收到本机的报告或通知时自动认出；也可以给它们新名片。")
    emit({"fingerprint": code, "after": step.after, "waiting": waiting}, as_json, lines)


@click.command("lost")
@json_option
@pass_session
def lost_command(session: Session, as_json: bool) -> None:
    """U盘丢了：上面可能有什么、谁能打开、现在怎么办。"""
    found = on_the_way(session.open())
    steps = advice(found)
    lines = [f"{x.made}  {x.kind}  给{x.receiver}  {x.changes}条更改  {x.path}" for x in found]
    emit({"packages": [asdict(x) for x in found], "advice": steps}, as_json, [*lines, *steps])


@click.command("stop")
@click.argument("name")
@click.option(
    "--after", type=click.IntRange(min=0), default=None,
    help="它写到这一号为止的，迟到了也还收（同事机按更改号，外单位按来件号）；不写则一律不收",
)  # fmt: skip
@click.option("--show", is_flag=True, help="不停用，只列出已经并入的、这一号以后的更改或来件")
@json_option
@pass_session
def stop_command(session: Session, name: str, after: int | None, show: bool, as_json: bool) -> None:
    """停用一台机（丢失、被盗、换掉）：不再收它的数据包，也不再写给它。"""
    store = session.open()
    found = _find(store, name)
    if show:
        _show_late(store, found, after, as_json)
        return
    if isinstance(found, partners.Partner):
        partners.revoke_partner(store, found.uid, after)
        shown, lines = found.office_name, [f"已停用{found.office_name}的这台机"]
    else:
        sites.revoke_site(store, found.uid, after)
        shown, lines = found.name, [f"已停用：{found.name}"]
    rotation.forget_former(store)
    if after:
        lines.append(f"它写到第{after}号为止的，迟到了也还收；以后的不收。")
    if late := len(_late(store, found, after or 0)):
        lines.append(f"第{after or 0}号以后的已有{late}条在本机，用 --show 查看。")
    emit({"stopped": shown, "after": after or 0, "late": late}, as_json, lines)


def _find(store: Store, name: str) -> sites.Site | partners.Partner:
    if sites.has_site(store, name):
        return sites.find_site(store, name, stopped=True)
    return partners.find_partner(store, name, stopped=True)


def _late(store: Store, found: sites.Site | partners.Partner, after: int) -> list[stopped.Late]:
    if isinstance(found, partners.Partner):
        return stopped.late_letters(store, found.uid, after)
    return stopped.late_changes(store, found.uid, after)


def _show_late(
    store: Store, found: sites.Site | partners.Partner, after: int | None, as_json: bool
) -> None:
    """What has come in of a stopped PC from after its number, for a person to look at."""
    if after is None:
        after = found.revoked_after
    late = _late(store, found, after)
    data = {"name": found.name, "after": after, "late": [asdict(each) for each in late]}
    lines = [f"第{x.number}号  {x.when}  {x.what}  {x.batch}" for x in late]
    emit(data, as_json, lines or [f"“{found.name}”第{after}号以后没有并入过什么。"])
