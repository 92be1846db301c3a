"""Commands about sticks and the exchange folder: write to all colleagues, look what has come."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.exchange.packages.drives import drives
from desktop.exchange.packages.handed_over import handed_over
from desktop.exchange.packages.sending import default_folder, send_all
from desktop.exchange.packages.watch import judge, look, state_words
from desktop.models.exchange_folder import exchange_folder, set_exchange_folder

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("send")
@click.option("--to", multiple=True, help="只写给这台机（可重复），不写则写给所有同事")
@click.option("-o", "--output", "folder", type=_FOLDER, help="不写则用插着的U盘或共享文件夹")
@json_option
@pass_session
def send_command(session: Session, to: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """给每个同事写他还没有的，放到U盘或共享文件夹。"""
    store = session.open()
    done = send_all(store, folder or default_folder(store), to, progress=progress_line())
    data = {
        "folder": str(done.folder),
        "written": [
            {
                "to": name, "package": made.package, "kind": made.kind, "changes": made.changes,
                "bytes": made.bytes, "path": str(made.path),
            }
            for name, made in done.written
        ],
        "skipped": [asdict(each) for each in done.skipped],
    }  # fmt: skip
    lines = [f"给{name}：{made.changes}条更改，{made.path.name}" for name, made in done.written]
    lines += [f"{each.name}：{each.why}" for each in done.skipped]
    if done.written:
        where = handed_over(done.folder, exchange_folder(store))
        lines.append(f"放在{done.folder}。{where}")
    emit(data, as_json, lines)


@click.command("look")
@click.argument("folder", required=False, type=_FOLDER)
@json_option
@pass_session
def look_command(session: Session, folder: Path | None, as_json: bool) -> None:
    """看U盘和共享文件夹里来了什么，不改任何数据。"""
    store = session.open()
    shared = exchange_folder(store)
    chosen = [folder] if folder else [drive.path for drive in drives()]
    if folder is None and shared is not None:
        chosen.append(shared)
    sight = look(chosen, {})
    found = judge(store, sight.glimpses)
    data = {
        "folders": [str(each) for each in chosen],
        "gone": [str(each) for each in sight.gone],
        "found": [{**asdict(each), "path": str(each.path)} for each in found],
    }
    lines = [
        f"{state_words(each)}　{each.sender_name or '？'}　{each.made}　{each.path}"
        for each in found
    ]
    emit(data, as_json, lines or ["没有数据包和名片。"])
    for each in sight.gone:
        say(f"“{each}”现在打不开，没有看。")


@click.command("folder")
@click.argument("folder", required=False, type=_FOLDER)
@click.option("--none", "clear", is_flag=True, help="不再用共享文件夹")
@json_option
@pass_session
def folder_command(session: Session, folder: Path | None, clear: bool, as_json: bool) -> None:
    """看或设本机的共享文件夹（网盘、同步盘或共享盘里的一个文件夹）。"""
    store = session.open()
    if folder is not None and clear:
        raise click.UsageError("文件夹和 --none 只能给一个。")
    if folder is not None or clear:
        set_exchange_folder(store, folder)
    now = exchange_folder(store)
    words = f"本机的共享文件夹：{now}" if now else "本机没有设共享文件夹。"
    emit({"folder": str(now) if now else None}, as_json, [words])
