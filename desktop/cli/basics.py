"""Commands about the whole profile: set it up, prove it sound, write its state down."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.context import Session, emit, json_option, pass_session, progress_line, say
from desktop.errors import UserError
from desktop.exchange import backup
from desktop.exchange.packages.cards import own_fingerprint
from desktop.exchange.print.documents import print_recovery
from desktop.files import FolderGone
from desktop.models import check as checks
from desktop.models import dump as dumps
from desktop.models import privacy
from desktop.models.profile import create_profile, join_profile, recovery_key


class CheckFailed(UserError):
    def __init__(self, count: int) -> None:
        super().__init__(f"检查发现{count}处问题，数据没有改动。请先备份，再按上面列出的逐条处理。")


def register(group: click.Group) -> None:
    for command in (init, check, dump):
        group.add_command(command)


@click.command("init")
@click.option("--office", help="单位名称，如“莲心社区”")
@click.option("--level", type=click.Choice(["community", "subdistrict", "district"]))
@click.option("--user", required=True, help="使用人姓名")
@click.option("--join", is_flag=True, help="加入已有单位，作为又一台机")
@click.option("--site-name", default="1号机", show_default=True, help="这台机的名字")
@click.option("--recovery-pdf", type=click.Path(path_type=Path, dir_okay=False), help="恢复单")
@json_option
@pass_session
def init(
    session: Session,
    office: str | None,
    level: str | None,
    user: str,
    join: bool,
    site_name: str,
    recovery_pdf: Path | None,
    as_json: bool,
) -> None:
    """首次设置：建立单位，或加入已有单位。"""
    if not join and not (office and level):
        raise click.UsageError("请给出 --office 和 --level，或用 --join 加入已有单位")
    if recovery_pdf and not recovery_pdf.parent.is_dir():
        raise FolderGone(recovery_pdf.parent)
    passphrase = session.passphrase(fresh=True)
    if join:
        store = session.adopt(
            join_profile(session.profile, passphrase=passphrase, site_name=site_name, user=user)
        )
    else:
        store = session.adopt(
            create_profile(
                session.profile,
                passphrase=passphrase,
                office=office or "",
                level=level or "",
                user=user,
                site_name=site_name,
            )
        )
    if recovery_pdf:
        print_recovery(recovery_pdf, office or "", user, recovery_key(store))
    else:
        say("请尽快打印恢复单（jinlin print recovery -o 恢复单.pdf）：忘记口令时只有它能打开数据。")
    code = own_fingerprint(store)
    data = {"fingerprint": code} if join else {"office": office, "fingerprint": code}
    emit(data, as_json, [f"设置完成。本机指纹码：{code}"])


@click.command("check")
@json_option
@pass_session
def check(session: Session, as_json: bool) -> None:
    """检查数据库、更改记录、重建结果、检索和备份。"""
    store = session.open()
    problems = checks.check(store, progress_line()) + backup.damaged(store)
    emit({"ok": not problems, "problems": problems}, as_json, problems or ["检查完成，一切正常。"])
    if problems:
        raise CheckFailed(len(problems))


@click.command("dump")
@click.option("--canonical", is_flag=True, help="只写各台机相同的内容，按固定顺序")
@click.option("--reason", default="", help="导出全部数据的原因，记入审计")
@pass_session
def dump(session: Session, canonical: bool, reason: str) -> None:
    """把全部数据写成一行行JSON（含居民信息，只用于核对和移交）。"""
    store = session.open()
    if not reason:
        reason = "核对" if canonical else click.prompt("导出全部数据的原因", err=True)
    privacy.note(store, "导出全部数据", reason)
    for line in dumps.canonical_lines(store):
        click.echo(line)
