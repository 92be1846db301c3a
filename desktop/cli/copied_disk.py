"""The command for a disk that was copied: both machines' work is merged, one becomes a new PC."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.exchange.packages.copied_disk import NothingForked, forked_packages, part_machines

_QUESTION = (
    "硬盘被复制过：本机这边分叉以后的更改会另编号，一条不少，再并入隔离的数据包。"
    "如果分叉的是本机的编号，本机就成为新的一台机，要请同事登记它的新名片。办理？"
)


@click.command("split")
@click.option("--name", default="", help="本机成为新的一台机时叫什么，不写就用原名加“分出”")
@click.option("--yes", is_flag=True, help="不再询问")
@json_option
@pass_session
def split_command(session: Session, name: str, yes: bool, as_json: bool) -> None:
    """硬盘被复制过：把因编号冲突而隔离的数据包并进来。"""
    store = session.open()
    if not forked_packages(store):
        raise NothingForked
    if not yes:
        click.confirm(_QUESTION, abort=True, err=True)
    done = part_machines(store, name, progress=progress_line())
    result = done.result
    data: dict[str, Any] = {
        "applied": result.applied,
        "conflicts": result.conflicts,
        "duplicates": result.duplicates,
        "new_name": done.new_name,
        "waiting": [asdict(each) for each in result.waiting],
        "refused": [{"file": r.file, "why": r.why} for r in result.refused],
    }
    lines = [f"已并入 {result.applied} 条更改，新冲突 {result.conflicts} 处。"]
    if done.new_name:
        lines.append(
            f"本机现在叫“{done.new_name}”，是新的一台机：请导出名片，让同事登记（package card）。"
        )
    lines.append("请给每台同事机各导出一个数据包，它们就都知道了。")
    emit(data, as_json, lines)
    for refused in result.refused:
        say(refused.why)
    if result.refused:
        raise click.exceptions.Exit(max(r.status for r in result.refused))
