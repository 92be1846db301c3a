"""Commands about who may exchange with whom: cards, enrolment, stopped PCs, lost sticks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.exchange.packages.cards import card_text, enrol, write_card
from desktop.exchange.packages.lost import advice, on_the_way
from desktop.exchange.print.office_card import CardFacts, print_card
from desktop.models import partners, sites

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


@click.command("enrol")
@click.argument("file", type=_IN)
@click.option("--as", "role", required=True, type=click.Choice(["peer", "office"]))
@click.option("--fingerprint", required=True, help="对方念出的25位指纹码")
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
@json_option
@pass_session
def stop_command(session: Session, name: str, as_json: bool) -> None:
    """停用一台机（丢失、被盗、换掉）：不再收它的数据包，也不再写给它。"""
    store = session.open()
    if not sites.has_site(store, name):
        found = partners.find_partner(store, name)
        partners.revoke_partner(store, found.uid)
        emit({"stopped": found.office_name}, as_json, [f"已停用{found.office_name}的这台机"])
        return
    here = sites.find_site(store, name)
    sites.revoke_site(store, here.uid)
    emit({"stopped": here.name}, as_json, [f"已停用：{here.name}"])
