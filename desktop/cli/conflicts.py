"""Commands about conflicts: what two PCs changed differently, and what waits for its parent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.models import conflicts
from desktop.models.changes import batch_name
from desktop.models.conflicts import Conflict
from desktop.models.field_words import TABLE_WORDS
from desktop.models.subjects import subject


def register(group: click.Group) -> None:
    group.add_command(conflict_group)


@click.group("conflict")
def conflict_group() -> None:
    """冲突：两台机各自改了同一处。"""


@conflict_group.command("list")
@json_option
@pass_session
def conflict_list(session: Session, as_json: bool) -> None:
    """列出没有处理的冲突。"""
    found = conflicts.conflicts(session.open())
    data = [_conflict(conflict) for conflict in found]
    lines = [
        f"{c['id']}  {c['field']}  "
        + "  ".join(f"[{k['number']}] {k['value']}（{k['user_name']} {k['wall']}）"
                    for k in c["candidates"])
        for c in data
    ]  # fmt: skip
    emit(data, as_json, lines or ["没有冲突"])


def _conflict(conflict: Conflict) -> dict[str, Any]:
    data = asdict(conflict)
    data["candidates"] = [
        {"number": number, **asdict(candidate)}
        for number, candidate in enumerate(conflict.candidates, 1)
    ]
    return data


@conflict_group.command("resolve")
@click.argument("conflict_id", metavar="ID")
@click.option("--take", "value", help="定为这个值（删除冲突：删除 或 保留）")
@click.option("--candidate", type=int, help="取第几个候选值，从1数起")
@json_option
@pass_session
def conflict_resolve(
    session: Session, conflict_id: str, value: str | None, candidate: int | None, as_json: bool
) -> None:
    """处理一个冲突。"""
    if (value is None) == (candidate is None):
        raise click.UsageError("请给出 --take 或 --candidate 其中一个")
    store = session.open()
    if candidate is not None:
        done = conflicts.take_candidate(store, conflict_id, candidate)
    else:
        done = conflicts.take_value(store, conflict_id, value or "")
    emit({"change": batch_name(done.dot) if done else None}, as_json, ["冲突已处理"])


@conflict_group.command("waiting")
@json_option
@pass_session
def conflict_waiting(session: Session, as_json: bool) -> None:
    """列出待接收上级记录的记录：它属于的住户、居民等还没有到，或已被删除。"""
    store = session.open()
    found = conflicts.orphans(store)
    lines = [
        f"{TABLE_WORDS[one.table]}  {subject(store, one.table, one.uid)}"
        f"  等待{TABLE_WORDS[one.parent_table]} {one.parent}"
        for one in found
    ]
    emit([asdict(one) for one in found], as_json, lines or ["没有等待上级记录的记录"])
