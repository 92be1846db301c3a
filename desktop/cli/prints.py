"""Commands that write paper: forms, stair sheets, rosters, ledgers, lists, recovery sheet."""

from __future__ import annotations

from pathlib import Path

import click

from desktop import clock
from desktop.cli import notices
from desktop.cli.context import Session, emit, json_option, pass_session, progress_line
from desktop.cli.print_options import (
    chosen_households,
    household_options,
    out_option,
    print_group,
    recipient_option,
    report,
)
from desktop.cli.typed import read_day
from desktop.exchange.print import documents
from desktop.exchange.print.gallery import draw_gallery
from desktop.models import privacy, profile, users
from desktop.models.brief import draft_brief
from desktop.models.post_places import find_building
from desktop.models.store import Store
from desktop.models.words import LABELS
from desktop.progress import Progress


def register(group: click.Group) -> None:
    group.add_command(print_group)
    notices.register(print_group)


@print_group.command("forms")
@household_options
@click.option("--variant", type=click.Choice(["street", "office"]), default="office")
@click.option("--a5", "two_up", is_flag=True, help="两张A5拼在一张A4上")
@click.option("--layout", type=int, help="按旧样式打印：二维码JL后面的数字")
@recipient_option
@out_option
@json_option
@pass_session
def forms(
    session: Session,
    doors: tuple[str, ...],
    building: str | None,
    only_due: bool,
    variant: str,
    two_up: bool,
    layout: int | None,
    recipient: str,
    target: Path,
    as_json: bool,
) -> None:
    """入户走访登记表，每户一页。"""
    store = session.open()
    chosen = chosen_households(store, doors, building, only_due)
    report(
        store,
        target,
        as_json,
        documents.print_forms,
        chosen,
        variant=variant,
        two_up=two_up,
        layout=layout,
        recipient=recipient,
    )


@print_group.command("stairs")
@household_options
@recipient_option
@out_option
@json_option
@pass_session
def stairs(
    session: Session,
    doors: tuple[str, ...],
    building: str | None,
    only_due: bool,
    recipient: str,
    target: Path,
    as_json: bool,
) -> None:
    """走访单：一户一行，按走访顺序。"""
    store = session.open()
    chosen = chosen_households(store, doors, building, only_due)
    report(store, target, as_json, documents.print_stairs, chosen, recipient=recipient)


@print_group.command("chiefs")
@recipient_option
@out_option
@json_option
@pass_session
def chiefs(session: Session, recipient: str, target: Path, as_json: bool) -> None:
    """街巷长、楼栋长花名册。"""
    report(session.open(), target, as_json, documents.print_chiefs, recipient=recipient)


@print_group.command("ledger")
@click.option("--tag", default="", help="只打这一类，例如“独居老人”")
@recipient_option
@out_option
@json_option
@pass_session
def ledger(session: Session, tag: str, recipient: str, target: Path, as_json: bool) -> None:
    """特殊群体台账（姓名掩码）。"""
    report(session.open(), target, as_json, documents.print_ledger, tag, recipient=recipient)


@print_group.command("items")
@click.option("--kind", type=click.Choice(list(LABELS["item_kind"])), default="need")
@out_option
@json_option
@pass_session
def item_list(session: Session, kind: str, target: Path, as_json: bool) -> None:
    """需求、资源、民情、项目清单。"""
    report(session.open(), target, as_json, documents.print_items, kind)


@print_group.command("log")
@click.option("--date", "day", help="哪一天，默认今天")
@click.option("--worker", default="", help="只打这个人的")
@out_option
@json_option
@pass_session
def log(session: Session, day: str | None, worker: str, target: Path, as_json: bool) -> None:
    """民情日志。"""
    store = session.open()
    on = read_day("日期", day) or clock.today()
    report(store, target, as_json, documents.print_log, on, worker)


@print_group.command("elevation")
@click.option("--building", required=True, help="楼栋，例如“瑞景公园3栋”")
@recipient_option
@out_option
@json_option
@pass_session
def elevation(session: Session, building: str, recipient: str, target: Path, as_json: bool) -> None:
    """楼栋立面图。"""
    store = session.open()
    place = find_building(store, building)
    report(store, target, as_json, documents.print_elevation, place, recipient=recipient)


@print_group.command("chief-copy")
@click.option("--building", required=True, help="楼栋，例如“瑞景公园3栋”")
@recipient_option
@out_option
@json_option
@pass_session
def chief_copy(
    session: Session, building: str, recipient: str, target: Path, as_json: bool
) -> None:
    """楼栋长用的住户名册：只有门牌和姓名。"""
    store = session.open()
    place = find_building(store, building)
    report(store, target, as_json, documents.print_chief_copy, place, recipient=recipient)


@print_group.command("brief")
@click.option("--month", metavar="YYYY-MM", help="哪个月，默认本月")
@out_option
@json_option
@pass_session
def brief(session: Session, month: str | None, target: Path, as_json: bool) -> None:
    """简报：按当月数字起草。"""
    store = session.open()
    draft = draft_brief(store, month or f"{clock.today():%Y-%m}")
    report(store, target, as_json, documents.print_brief, draft)


@print_group.command("missed")
@household_options
@out_option
@json_option
@pass_session
def missed(
    session: Session,
    doors: tuple[str, ...],
    building: str | None,
    only_due: bool,
    target: Path,
    as_json: bool,
) -> None:
    """未遇联系单：放在没人应门的门口。"""
    store = session.open()
    chosen = chosen_households(store, doors, building, only_due)
    report(store, target, as_json, documents.print_missed, chosen)


@print_group.command("order")
@click.argument("item")
@out_option
@json_option
@pass_session
def order(session: Session, item: str, target: Path, as_json: bool) -> None:
    """任务移交单：一件事项一张。"""
    report(session.open(), target, as_json, documents.print_order, item)


@print_group.command("intake")
@click.argument("item")
@out_option
@json_option
@pass_session
def intake(session: Session, item: str, target: Path, as_json: bool) -> None:
    """矛盾纠纷受理登记表。"""
    report(session.open(), target, as_json, documents.print_intake, item)


@print_group.command("held")
@click.argument("resident")
@out_option
@json_option
@pass_session
def held(session: Session, resident: str, target: Path, as_json: bool) -> None:
    """我们保存的关于您的信息：交给居民本人。"""
    report(session.open(), target, as_json, documents.print_held, resident)


@print_group.command("recovery")
@out_option
@json_option
@pass_session
def recovery(session: Session, target: Path, as_json: bool) -> None:
    """恢复单：忘记口令时打开数据的第二把钥匙。"""
    store = session.open()
    privacy.note(store, "打印恢复单")
    report(store, target, as_json, _recovery_sheet)


def _recovery_sheet(store: Store, target: Path, *, progress: Progress) -> documents.Printed:
    del progress  # one page
    office, person = profile.office(store).name, users.current(store).name
    return documents.print_recovery(target, office, person, profile.recovery_key(store))


@print_group.command("gallery")
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path, file_okay=False)
)
@json_option
def gallery(folder: Path, as_json: bool) -> None:
    """图样：用样例数据把每种纸都画一遍（不读本单位的数据）。"""
    hung = draw_gallery(folder, progress=progress_line())
    emit(
        {"files": [{"file": one.path.name, "pages": one.pages} for one in hung]},
        as_json,
        [f"已画{len(hung)}份图样，共{sum(one.pages for one in hung)}页：{folder}"],
    )
