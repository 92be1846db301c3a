"""Commands about backups: make, list, verify, restore."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session, progress_line
from desktop.exchange import backup as backups
from desktop.exchange.packages.cards import own_fingerprint

_IN = click.Path(path_type=Path, dir_okay=False)


def register(group: click.Group) -> None:
    group.add_command(backup_group)


@click.group("backup")
def backup_group() -> None:
    """备份：立即备份、列出、核对、恢复。"""


@backup_group.command("now")
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="写到这个文件夹（如U盘），不写则放在数据文件夹里",
)  # fmt: skip
@json_option
@pass_session
def backup_now(session: Session, folder: Path | None, as_json: bool) -> None:
    """立即备份，并核对能否打开。"""
    made = backups.back_up(session.open(), folder, progress=progress_line())
    emit(_backup(made), as_json, [f"已备份并核对：{made.path}"])


def _backup(made: backups.Backup) -> dict[str, Any]:
    return {**asdict(made), "path": str(made.path)}


@backup_group.command("list")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="别的文件夹")
@json_option
@pass_session
def backup_list(session: Session, folder: Path | None, as_json: bool) -> None:
    """列出备份，新的在前。"""
    found = backups.backups(folder or session.profile / backups.FOLDER)
    emit(
        [_backup(made) for made in found],
        as_json,
        [f"{b.made}  {b.bytes}字节  {b.path}" for b in found] or ["还没有备份"],
    )


@backup_group.command("verify")
@click.argument("file", type=_IN)
@json_option
@pass_session
def backup_verify(session: Session, file: Path, as_json: bool) -> None:
    """打开一份备份，从头读到尾。"""
    facts = backups.verify(file, session.passphrase())
    emit(
        {"ok": True, **asdict(facts)},
        as_json,
        [f"备份完好：{facts.office} {facts.households}户 {facts.residents}人"],
    )


@backup_group.command("restore")
@click.argument("file", type=_IN)
@click.option("--site-name", default="", help="恢复后这台机的名字")
@json_option
@pass_session
def backup_restore(session: Session, file: Path, site_name: str, as_json: bool) -> None:
    """恢复一份备份：原有文件放在一旁，本机成为新的一台机。"""
    done = backups.restore(
        file, session.profile, passphrase=session.passphrase(), site_name=site_name
    )
    session.adopt(done.store)
    code = own_fingerprint(done.store)
    data = {
        **asdict(done.facts),
        "site": done.store.site,
        "site_name": done.site_name,
        "fingerprint": code,
        "aside": str(done.aside) if done.aside else None,
    }
    lines = [
        f"已恢复，本机现在叫“{done.site_name}”，指纹码：{code}",
        "请写出新的名片，让其他机器重新登记本机。",
    ]
    if done.aside:
        lines.append(f"原来的文件放在：{done.aside}")
    emit(data, as_json, lines)
