"""The command line: the same work as the window, for scripts and for people without a screen."""

from __future__ import annotations

import importlib
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import click

from desktop import log, paths
from desktop.cli import (
    backups,
    basics,
    campaigns,
    conflicts,
    imports,
    items,
    month,
    packages,
    posts,
    prints,
    roster,
    tour,
    visits,
)
from desktop.cli.context import Session, pass_session, say
from desktop.errors import Cancelled, UserError


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--profile", type=click.Path(path_type=Path, file_okay=False), help="数据文件夹")
@click.option("--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="口令文件")
@click.version_option(package_name="jinlin", prog_name="jinlin")
@click.pass_context
def cli(ctx: click.Context, profile: Path | None, passphrase_file: Path | None) -> None:
    """近邻：社区书记的离线工作台。"""
    ctx.obj = Session(profile or paths.default_profile(), passphrase_file)
    ctx.call_on_close(ctx.obj.close)
    if ctx.invoked_subcommand is None:
        ctx.invoke(open_window)


@cli.command("open")
@click.option("--screenshot", type=click.Path(path_type=Path, file_okay=False), help="只画图不打开")
@pass_session
def open_window(session: Session, screenshot: Path | None = None) -> None:
    """打开窗口。"""
    if screenshot is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    passphrase = session.passphrase() if session.passphrase_file else None
    # the window's libraries are loaded only for the one command that needs them
    app: Any = importlib.import_module("desktop.app")
    sys.exit(app.run(session.profile, passphrase, screenshot))


for part in (
    basics,
    packages,
    conflicts,
    backups,
    roster,
    imports,
    prints,
    visits,
    campaigns,
    items,
    posts,
    month,
    tour,
):
    part.register(cli)


def _speak(stream: TextIO | Any) -> None:
    """Other programs get UTF-8 everywhere; a terminal gets what it can show of rare characters."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def main() -> None:
    """Run one command and turn what went wrong into the documented exit status."""
    log.forbid_core_files()
    for stream in (sys.stdout, sys.stderr):
        _speak(stream)
    try:
        # without its standalone mode click hands a command's exit status back as the result
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        say("已取消，没有改动。")
        sys.exit(3)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except Cancelled:
        say("已停止，没有改动。")
        sys.exit(3)
    except UserError as error:
        say(str(error))
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # whoever reads our output has seen enough (`jinlin dump | head`); nothing is left to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        report = log.write_crash(error)
        say(f"程序出错了，没有保存这一步。错误报告（不含居民信息）：{report}")
        sys.exit(1)
    if isinstance(status, int):
        sys.exit(status)
