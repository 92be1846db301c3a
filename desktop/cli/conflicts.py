"""Commands about conflicts: what two PCs changed differently, and what waits for its parent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session
from desktop.models import conflicts
from desktop.models.changes import batch_name
from desktop.models.clock_doubt import claim_doubt
from desktop.models.conflict_rules import Rule, plan, settle
from desktop.models.conflicts import Conflict
from desktop.models.field_words import TABLE_WORDS
from desktop.models.sites import find_site
from desktop.models.store import Store
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
    store = session.open()
    data = [_conflict(store, conflict) for conflict in conflicts.conflicts(store)]
    lines = [
        f"{c['id']}  {c['field']}  " + "  ".join(map(_candidate_words, c["candidates"]))
        for c in data
    ]
    emit(data, as_json, lines or ["没有冲突"])


def _conflict(store: Store, conflict: Conflict) -> dict[str, Any]:
    data = asdict(conflict)
    data["candidates"] = [
        {
            "number": number,
            **asdict(candidate),
            "doubt": claim_doubt(store, candidate.site, candidate.seq, candidate.wall),
        }
        for number, candidate in enumerate(conflict.candidates, 1)
    ]
    return data


def _candidate_words(candidate: dict[str, Any]) -> str:
    parts = (candidate["user_name"], candidate["wall"], candidate["doubt"])
    who = " ".join(part for part in parts if part)
    return f"[{candidate['number']}] {candidate['value']}（{who}）"


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


@conflict_group.command("settle")
@click.option("--take-from", "name", required=True, help="取哪台机的值，如“2号机”；本机也写名字")
@click.option("--field", default="", help="只处理这一项，如 households.phone")
@click.option("--show", is_flag=True, help="只数会处理几处，不处理")
@json_option
@pass_session
def conflict_settle(session: Session, name: str, field: str, show: bool, as_json: bool) -> None:
    """成批处理冲突：取某一台机的值；删除和修改相遇的留给人一处一处看。"""
    store = session.open()
    table, _, column = field.partition(".")
    rule = Rule(find_site(store, name, stopped=True).uid, (table, column) if field else None)
    found = plan(conflicts.conflicts(store), rule)
    done = None if show else settle(store, rule)
    data = {
        "settled": len(found.decisions), "deletions": found.deletions, "silent": found.silent,
        "change": batch_name(done.dot) if done else None,
    }  # fmt: skip
    left = f"另有{found.deletions}处删除冲突、{found.silent}处没有这台机的值，没有动。"
    emit(data, as_json, [f"{'会' if show else '已'}处理{len(found.decisions)}处。{left}"])


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
