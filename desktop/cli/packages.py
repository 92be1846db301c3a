"""Commands about packages between PCs, the conflicts they bring to light, and backups."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.cli.letters import letter_group
from desktop.exchange import backup as backups
from desktop.exchange.packages import inbox, reading
from desktop.exchange.packages.cards import card_text, enrol, own_fingerprint, write_card
from desktop.exchange.packages.export import export
from desktop.exchange.packages.lost import advice, on_the_way
from desktop.exchange.print.office_card import CardFacts, print_card
from desktop.models import conflicts, partners, sites
from desktop.models.changes import batch_name
from desktop.models.conflicts import Conflict
from desktop.models.field_words import TABLE_WORDS
from desktop.models.month_words import count_word, indicator_word
from desktop.models.rollup import Rollup, rollup
from desktop.models.subjects import subject
from desktop.models.undo import UndoResult

_IN = click.Path(path_type=Path, dir_okay=False)


def register(group: click.Group) -> None:
    package_group.add_command(letter_group)
    for command in (package_group, conflict_group, backup_group):
        group.add_command(command)


@click.group("package")
def package_group() -> None:
    """数据包：名片、导出、查看、导入、撤销。"""


@package_group.command("card")
@click.option("-o", "--output", "target", required=True, type=_IN, help="名片文件（.jlcard）")
@click.option("--pdf", type=_IN, help="另印一页：指纹码和二维码")
@json_option
@pass_session
def card(session: Session, target: Path, pdf: Path | None, as_json: bool) -> None:
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


@package_group.command("enrol")
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


@package_group.command("export")
@click.option("--to", required=True, help="接收的机器，如“2号机”")
@click.option(
    "--kind", default="", type=click.Choice(["", "peer", "full", "report", "notice", "ack"])
)
@click.option("--month", default="", help="report 报哪个月（YYYY-MM），不写则报上个月")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path))
@json_option
@pass_session
def export_command(
    session: Session, to: str, kind: str, month: str, target: Path, as_json: bool
) -> None:
    """写出并核对一个数据包。"""
    done = export(session.open(), to, target, kind=kind, month=month, progress=progress_line())
    data = {
        "package": done.package,
        "kind": done.kind,
        "changes": done.changes,
        "bytes": done.bytes,
        "prerequisites": [asdict(p) for p in done.prerequisites],
        "path": str(done.path),
    }
    emit(data, as_json, [f"已写出并核对：{done.path}（{done.changes}条更改）", "可以拔出U盘。"])


@package_group.command("inspect")
@click.argument("file", type=_IN)
@json_option
@pass_session
def inspect_command(session: Session, file: Path, as_json: bool) -> None:
    """看一个数据包写着什么，不改任何数据。"""
    data = asdict(reading.inspect(session.open(), file))
    emit(data, as_json, [f"{name}：{value}" for name, value in data.items()])


@package_group.command("import")
@click.argument("files", nargs=-1, required=True, type=_IN)
@click.option("--preview", is_flag=True, help="只看会怎样，不写入")
@click.option("--yes", is_flag=True, help="不再询问")
@click.option("--fingerprint", default="", help="单位那台机的指纹码（新加入的机器第一次导入时）")
@json_option
@pass_session
def import_command(
    session: Session,
    files: tuple[Path, ...],
    preview: bool,
    yes: bool,
    fingerprint: str,
    as_json: bool,
) -> None:
    """导入数据包。"""
    store = session.open()
    progress = progress_line()
    if preview or not yes:
        seen = inbox.preview(store, files, fingerprint=fingerprint, progress=progress)
        if preview:
            _report(seen, as_json)
            return
        for line in _lines(seen):
            say(line)
        if seen.applied or seen.waiting:
            click.confirm("导入？", abort=True, err=True)
    _report(inbox.take_in(store, files, fingerprint=fingerprint, progress=progress), as_json)


def _report(result: inbox.ImportResult, as_json: bool) -> None:
    data: dict[str, Any] = asdict(result)
    data["refused"] = [{"file": r.file, "why": r.why} for r in result.refused]
    emit(data, as_json, _lines(result))
    for refused in result.refused:
        say(refused.why)
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


@package_group.command("reports")
@json_option
@pass_session
def reports_command(session: Session, as_json: bool) -> None:
    """列出收到的各单位报告，和缺哪些。"""
    store = session.open()
    found = partners.reports(store)
    missing = partners.missing_reports(store)
    data = {
        "reports": [{**asdict(r), "body": json.loads(r.body)} for r in found],
        "missing": missing,
    }
    lines = [f"{r.office_name} 第{r.seq}号 {r.month}" for r in found]
    emit(data, as_json, [*lines, *missing] or ["还没有收到报告"])


@package_group.command("rollup")
@click.argument("month", metavar="YYYY-MM")
@json_option
@pass_session
def rollup_command(session: Session, month: str, as_json: bool) -> None:
    """把下级单位某个月的报告加起来，并说缺谁的。"""
    total = rollup(session.open(), month)
    rates = {
        key: {"numerator": r.numerator, "denominator": r.denominator, "rate": r.rate}
        for key, r in total.rates.items()
    }
    data = {
        "month": month,
        "offices": [{"name": p.office_name, "sealed": p.sealed} for p in total.parts],
        "missing": list(total.missing),
        "sealed": total.sealed,
        "balance_ok": total.balance_ok,
        "counts": total.counts,
        "rates": rates,
        "withheld": total.withheld,
    }
    emit(data, as_json, _rollup_lines(total))


def _rollup_lines(total: Rollup) -> Iterable[str]:
    yield f"{total.month} 汇总：{'、'.join(part.office_name for part in total.parts)}"
    for name in total.missing:
        yield f"缺报：{name}"
    for key, count in total.counts.items():
        yield f"{count_word(key)}：{count}{_withheld(total, key)}"
    for key, r in total.rates.items():
        figures = f"{r.numerator}/{r.denominator} {r.rate}{_withheld(total, key)}"
        yield f"{indicator_word(key, {})}：{figures}"


def _withheld(total: Rollup, key: str) -> str:
    return f"（另有{total.withheld[key]}个单位人数少未列）" if key in total.withheld else ""


@package_group.command("lost")
@json_option
@pass_session
def lost_command(session: Session, as_json: bool) -> None:
    """U盘丢了：上面可能有什么、谁能打开、现在怎么办。"""
    found = on_the_way(session.open())
    steps = advice(found)
    lines = [f"{x.made}  {x.kind}  给{x.receiver}  {x.changes}条更改  {x.path}" for x in found]
    emit({"packages": [asdict(x) for x in found], "advice": steps}, as_json, [*lines, *steps])


@package_group.command("stop")
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


@package_group.command("undo")
@click.argument("package")
@json_option
@pass_session
def undo_command(session: Session, package: str, as_json: bool) -> None:
    """撤销一个已导入的数据包。"""
    result = inbox.undo_package(session.open(), package)
    emit(_undone(result), as_json, [f"已撤销{result.undone}处，保留{len(result.kept)}处"])


def _undone(result: UndoResult) -> dict[str, Any]:
    return {"undone": result.undone, "kept": [asdict(kept) for kept in result.kept]}


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
