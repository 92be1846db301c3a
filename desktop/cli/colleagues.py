"""A command that says how far each PC of the office has come."""

from __future__ import annotations

from dataclasses import asdict

import click

from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.models.sites import sites
from desktop.models.standing import standings, untold


@click.command("colleagues")
@json_option
@pass_session
def colleagues_command(session: Session, as_json: bool) -> None:
    """列出本单位的机器：各自确认了多少、还差多少、最近一次回执。"""
    store = session.open()
    known, nothing = standings(store), untold(store)
    data = [
        {"name": one.name, "stopped": one.revoked, **asdict(known.get(one.uid, nothing))}
        for one in sites(store)
        if one.uid != store.site
    ]
    lines = [
        f"{one['name']}  已确认{one['confirmed']}条  已导出等回执{one['on_the_way']}条"
        f"  还没有导出{one['unsent']}条  最近回执：{one['heard'] or '还没有'}"
        f"{'  已停用' if one['stopped'] else ''}"
        for one in data
    ]
    emit(data, as_json, lines or ["还没有登记别的机器"])
