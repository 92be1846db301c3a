"""Commands that take spreadsheets in and hand them out: rosters, visits, templates, samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.cli.roster import roster_group
from desktop.cli.visits import visit_group
from desktop.exchange.sheets import parser_process
from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.marked import write_marked
from desktop.exchange.sheets.plan import Plan, Remark, SkippedRow
from desktop.exchange.sheets.roster_book import PROFILES, write_roster
from desktop.exchange.sheets.sample import write_sample
from desktop.exchange.sheets.template import write_template
from desktop.exchange.sheets.visit_book import VisitPlan, apply_visits, plan_visits
from desktop.models.changes import Change, batch_name
from desktop.models.imports import past_imports, undo_import
from desktop.models.undo_words import kept_lines, undone_count

_file = click.Path(path_type=Path, dir_okay=False)
# what cannot be read is the file's fault, not wrong usage: the reader says so
_given = click.Path(path_type=Path, readable=False)
_SHOWN = 20  # remarks of one kind listed on a terminal


def register(group: click.Group) -> None:
    group.add_command(sample)
    group.add_command(parse_sheet)


@roster_group.command("import")
@click.argument("files", nargs=-1, required=True, type=_given)
@click.option("--estate", default="", help="表里没有写小区时用的小区名")
@click.option("--password", default="", help="表格的打开密码")
@click.option("--sender", default="", help="表是谁给的；每人的列怎么读分开记住")
@click.option("--preview", is_flag=True, help="只看会改什么，不写入")
@click.option("--yes", is_flag=True, help="不再询问，直接导入")
@click.option("--marked", type=_file, help="另存一份带“原因”列的表，改好后可再导入")
@json_option
@pass_session
def import_roster(
    session: Session,
    files: Sequence[Path],
    estate: str,
    password: str,
    sender: str,
    preview: bool,
    yes: bool,
    marked: Path | None,
    as_json: bool,
) -> None:
    """导入花名册：先列出会改什么，确认后一次写入，可整批撤销。"""
    store = session.open()
    show = progress_line()
    plan = plan_import(
        store, list(files), estate=estate, password=password, sender=sender, progress=show
    )
    if marked is not None:
        write_marked(plan, marked, password=password)
    if not as_json or not (preview or yes):
        for line in _plan_lines(plan):
            click.echo(line, err=as_json)
    change = None
    if not preview and (yes or click.confirm("现在导入吗？", err=True)):
        change = apply_plan(store, plan, progress=show)
    emit(plan_data(plan, change), as_json, _result_lines(change, preview))


def plan_data(plan: Plan, change: Change | None) -> dict[str, Any]:
    """The documented JSON of `roster import`."""
    return {
        "batch": batch_name(change.dot) if change else None,
        "households": asdict(plan.households),
        "residents": asdict(plan.residents),
        "refused": [asdict(remark) for remark in plan.refused],
        "warnings": [asdict(remark) for remark in plan.warnings],
        "dropped_columns": plan.dropped_columns,
        "skipped_rows": [asdict(row) for row in plan.skipped_rows],
        "duplicates": [asdict(remark) for remark in plan.duplicates],
        "maybe_moved": [asdict(remark) for remark in plan.maybe_moved],
        "changes": [asdict(change) for change in plan.changes],
        "sheets": [asdict(sheet) for sheet in plan.sheets],
    }


def _plan_lines(plan: Plan) -> Iterable[str]:
    for words, counts in (("住户", plan.households), ("居民", plan.residents)):
        yield f"{words}：新增 {counts.new}，更新 {counts.changed}，不变 {counts.unchanged}"
    if plan.dropped_columns:
        yield f"已忽略敏感列：{'、'.join(plan.dropped_columns)}（未导入、未保存）"
    for sheet in plan.sheets:
        unused = [c.header for c in sheet.columns if not c.field]
        if sheet.kind == "roster" and unused:
            yield f"没有用上的列（{sheet.sheet or sheet.file}）：{'、'.join(unused)}"
    for words, remarks in (
        ("拒绝", plan.refused),
        ("请核对", plan.warnings),
        ("可能重复", plan.duplicates),
        ("可能已搬离", plan.maybe_moved),
    ):
        yield from _remark_lines(words, remarks)
    yield from _skipped_lines(plan.skipped_rows)


def _remark_lines(words: str, remarks: Sequence[Remark]) -> Iterable[str]:
    if remarks:
        yield f"{words}：{len(remarks)}处"
    for r in remarks[:_SHOWN]:
        where = f"{r.sheet or r.file} 第{r.row}行" if r.row else ""
        yield f"  {where} {r.column} {r.value}：{r.reason}".replace("  ：", " ：")
    if len(remarks) > _SHOWN:
        yield f"  ……其余{len(remarks) - _SHOWN}处见带原因列的表（--marked）"


def _skipped_lines(rows: Sequence[SkippedRow]) -> Iterable[str]:
    if rows:
        yield f"跳过的行或表：{len(rows)}"
    for row in rows[:_SHOWN]:
        yield f"  {row.sheet or row.file} {f'第{row.row}行' if row.row else '整张表'}：{row.why}"


def _result_lines(change: Change | None, preview: bool) -> list[str]:
    if change:
        return [f"已导入，批次 {batch_name(change.dot)}（撤销：jinlin roster undo 批次）"]
    return ["预览完成，没有写入。" if preview else "没有需要写入的变化。"]


@roster_group.command("undo")
@click.argument("batch")
@json_option
@pass_session
def undo(session: Session, batch: str, as_json: bool) -> None:
    """撤销一整批导入；之后改过的保留并列出。"""
    store = session.open()
    result = undo_import(store, batch)
    lines = [undone_count(result)]
    lines += [f"  {line}" for line in kept_lines(store, result.kept)]
    emit({"undone": result.undone, "kept": [asdict(k) for k in result.kept]}, as_json, lines)


@roster_group.command("imports")
@json_option
@pass_session
def imports(session: Session, as_json: bool) -> None:
    """以前的导入批次。"""
    found = past_imports(session.open())
    lines = [
        f"{p.batch}  {p.when}  {p.reason}{'（已撤销）' if p.undone else ''}" for p in found
    ] or ["还没有导入过"]
    emit([asdict(past) for past in found], as_json, lines)


@roster_group.command("export")
@click.argument("target", type=_file)
@click.option("--profile-name", type=click.Choice(PROFILES), default="full", show_default=True)
@click.option("--reason", default="", help="用途；完整花名册必须写")
@json_option
@pass_session
def export(session: Session, target: Path, profile_name: str, reason: str, as_json: bool) -> None:
    """把花名册导出成表格。"""
    done = write_roster(
        session.open(), target, profile=profile_name, reason=reason, progress=progress_line()
    )
    words = f"已导出 {done.households} 户 {done.residents} 人；字段：{'、'.join(done.fields)}"
    emit(asdict(done), as_json, [words])


@roster_group.command("template")
@click.argument("target", type=_file)
@json_option
def template(target: Path, as_json: bool) -> None:
    """写一份带下拉选项和示例的空白花名册。"""
    write_template(target)
    emit({"file": str(target)}, as_json, [f"已写好模板：{target}"])


@click.command("parse-sheet", hidden=True)
def parse_sheet() -> None:
    """How a bundled program starts its own spreadsheet parser apart."""
    raise click.exceptions.Exit(parser_process.main())


@click.command("sample")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--households", default=300, show_default=True, type=click.IntRange(10, 200_000))
@click.option("--seed", default=1, show_default=True)
@json_option
def sample(folder: Path, households: int, seed: int, as_json: bool) -> None:
    """写一套一看就是假的样例表：整齐的、凌乱的花名册和走访记录。"""
    files = [str(path) for path in write_sample(folder, households=households, seed=seed)]
    emit({"files": files}, as_json, files)


@visit_group.command("import")
@click.argument("file", type=_given)
@click.option("--preview", is_flag=True, help="只看会改什么，不写入")
@click.option("--yes", is_flag=True, help="不再询问，直接导入")
@json_option
@pass_session
def import_visits(session: Session, file: Path, preview: bool, yes: bool, as_json: bool) -> None:
    """导入走访记录表；同一门、同一人、同一天只记一次，可以放心重复导入。"""
    store = session.open()
    plan = plan_visits(store, file, progress=progress_line())
    if not yes or not as_json:
        for line in _visit_lines(plan):
            click.echo(line, err=as_json)
    change = None
    if not preview and (yes or click.confirm("现在导入吗？", err=True)):
        change = apply_visits(store, plan)
    data = {
        "batch": batch_name(change.dot) if change else None,
        "visits": asdict(plan.visits),
        "refused": [asdict(remark) for remark in plan.refused],
        "warnings": [asdict(remark) for remark in plan.warnings],
        "dropped_columns": plan.dropped_columns,
        "skipped_rows": [asdict(row) for row in plan.skipped_rows],
    }
    if plan.refused:
        say(f"有{len(plan.refused)}行没有导入，请按原因改好后再导入一次。")
    emit(data, as_json, _result_lines(change, preview))


def _visit_lines(plan: VisitPlan) -> Iterable[str]:
    counts = plan.visits
    yield f"走访：新增 {counts.new}，更正 {counts.changed}，不变 {counts.unchanged}"
    for words, remarks in (("拒绝", plan.refused), ("请核对", plan.warnings)):
        yield from _remark_lines(words, remarks)
    yield from _skipped_lines(plan.skipped_rows)
