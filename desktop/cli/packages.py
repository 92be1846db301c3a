"""Commands about packages: write, look at, take in, undo; and what other offices reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from desktop.cli.arrivals import folder_command, look_command, send_command
from desktop.cli.cards import (
    card_command,
    card_lines,
    certify_command,
    enrol_command,
    lost_command,
    rotate_command,
    stop_command,
)
from desktop.cli.colleagues import colleagues_command
from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.cli.copied_disk import split_command
from desktop.cli.letters import letter_group
from desktop.cli.rollup import reports_command, rollup_command
from desktop.cli.six_words import given_words, shown_words, words_options
from desktop.exchange.packages import inbox, reading
from desktop.exchange.packages.cards import inspect_card, is_card
from desktop.exchange.packages.export import export
from desktop.exchange.packages.format import PEER_KINDS
from desktop.exchange.packages.handed_over import handed_over
from desktop.exchange.packages.six_words import new_words
from desktop.models.differences import DIFFERENCE_KINDS, difference_words
from desktop.models.exchange_folder import exchange_folder
from desktop.models.undo import UndoResult
from desktop.models.undo_words import kept_lines, undone_count

_IN = click.Path(path_type=Path, dir_okay=False)


def register(group: click.Group) -> None:
    for command in (
        card_command, enrol_command, certify_command, rotate_command, stop_command,
        lost_command, letter_group, reports_command,
        rollup_command, split_command,
        send_command, look_command, folder_command, colleagues_command,
    ):  # fmt: skip
        package_group.add_command(command)
    group.add_command(package_group)


@click.group("package")
def package_group() -> None:
    """数据包：名片、导出、查看、导入、撤销。"""


@package_group.command("export")
@click.option("--to", default="", help="接收的机器，如“2号机”")
@click.option("--passphrase", is_flag=True, help="不写接收方，用六个词加密，一次性交接完整数据")
@click.option(
    "--kind", default="", type=click.Choice(["", "peer", "full", "report", "notice", "ack"])
)
@click.option("--month", default="", help="report 报哪个月（YYYY-MM），不写则报上个月")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path))
@json_option
@pass_session
def export_command(
    session: Session,
    to: str,
    passphrase: bool,
    kind: str,
    month: str,
    target: Path,
    as_json: bool,
) -> None:
    """写出并核对一个数据包。"""
    if not to and not passphrase:
        raise click.UsageError("请写 --to 接收的机器，或用 --passphrase 以六个词交接。")
    words = new_words() if passphrase else None
    store = session.open()
    done = export(store, to, target, kind=kind, month=month, words=words, progress=progress_line())
    shared = exchange_folder(store) if done.kind in PEER_KINDS else None
    data: dict[str, Any] = {
        "package": done.package,
        "kind": done.kind,
        "changes": done.changes,
        "bytes": done.bytes,
        "prerequisites": [asdict(p) for p in done.prerequisites],
        "path": str(done.path),
    }
    if words:
        data |= {"words": words.spoken, "words_pinyin": words.canonical}
    where = handed_over(done.path.parent, shared)
    emit(data, as_json, [f"已写好：{done.path}（{done.changes}条更改）", where])
    if words and not as_json:
        for line in shown_words(words):
            say(line)


@package_group.command("inspect")
@click.argument("file", type=_IN)
@words_options
@json_option
@pass_session
def inspect_command(
    session: Session, file: Path, typed: str, words_file: Path | None, as_json: bool
) -> None:
    """看一个数据包或名片写着什么，不改任何数据。"""
    if is_card(file):
        emit(card := asdict(inspect_card(session.open(), file)), as_json, card_lines(card))
        return
    words = given_words((), typed, words_file)
    data = asdict(reading.inspect(session.open(), file, words))
    lines = [f"{name}：{value}" for name, value in data.items()]
    if data["by_words"]:
        lines.append("这个数据包用六个词加密，知道六个词的人都能打开；不写接收方，也没有回执。")
    emit(data, as_json, lines)


@package_group.command("import")
@click.argument("files", nargs=-1, required=True, type=_IN)
@click.option("--preview", is_flag=True, help="只看会怎样，不写入")
@click.option("--yes", is_flag=True, help="不再询问")
@click.option("--fingerprint", default="", help="单位那台机的指纹码（新加入的机器第一次导入时）")
@words_options
@json_option
@pass_session
def import_command(
    session: Session,
    files: tuple[Path, ...],
    preview: bool,
    yes: bool,
    fingerprint: str,
    typed: str,
    words_file: Path | None,
    as_json: bool,
) -> None:
    """导入数据包。"""
    store = session.open()
    words = given_words(files, typed, words_file)
    progress = progress_line()
    if preview or not yes:
        seen = inbox.preview(store, files, fingerprint=fingerprint, words=words, progress=progress)
        if preview:
            _report(seen, as_json)
            return
        for line in _lines(seen):
            say(line)
        if seen.applied or seen.waiting:
            click.confirm("导入？", abort=True, err=True)
    done = inbox.take_in(store, files, fingerprint=fingerprint, words=words, progress=progress)
    _report(done, as_json)


def _report(result: inbox.ImportResult, as_json: bool) -> None:
    data: dict[str, Any] = asdict(result)
    data["refused"] = [{"file": r.file, "why": r.why} for r in result.refused]
    emit(data, as_json, _lines(result))
    for refused in result.refused:
        say(refused.why)
    if any(refused.forked for refused in result.refused):
        say("命令行上，“硬盘被复制过…”就是 jinlin package split。")
    if result.refused:
        raise click.exceptions.Exit(max(r.status for r in result.refused))


def _lines(result: inbox.ImportResult) -> Iterable[str]:
    yield f"新更改 {result.applied} 条，已有 {result.already} 条"
    if result.conflicts:
        yield f"新冲突 {result.conflicts} 处，请用 jinlin conflict list 查看"
    if result.duplicates:
        yield f"可能重复 {result.duplicates} 处"
    for waiting in result.waiting:
        yield f"收件箱等待：来自{waiting.sender}的数据包，{waiting.missing}"
    for home in result.households:
        yield f"{home.door}（{DIFFERENCE_KINDS[home.kind]}）"
        for one in home.differences:
            yield f"  {DIFFERENCE_KINDS[one.kind]}  {difference_words(one)}"
        if home.more:
            yield f"  这一户还有 {home.more} 处"
    if result.household_counts.touched > len(result.households):
        yield f"还有 {result.household_counts.touched - len(result.households)} 户，没有一一列出"


@package_group.command("undo")
@click.argument("package")
@json_option
@pass_session
def undo_command(session: Session, package: str, as_json: bool) -> None:
    """撤销一个已导入的数据包。"""
    store = session.open()
    result = inbox.undo_package(store, package)
    lines = [undone_count(result), *(f"  {line}" for line in kept_lines(store, result.kept))]
    emit(_undone(result), as_json, lines)


def _undone(result: UndoResult) -> dict[str, Any]:
    return {"undone": result.undone, "kept": [asdict(kept) for kept in result.kept]}
