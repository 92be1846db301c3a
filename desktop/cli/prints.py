"""Commands that write paper: forms, stair sheets, rosters, ledgers, lists, recovery sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from desktop import clock
from desktop.cli.context import Session, emit, json_option, pass_session, progress_line
from desktop.errors import UserError
from desktop.exchange.print import documents
from desktop.exchange.print.documents import MissingGlyphs, NothingToPrint, Printed
from desktop.exchange.print.gallery import draw_gallery
from desktop.models import due, places, privacy, profile, residents, users
from desktop.models.brief import draft_brief
from desktop.models.store import Store
from desktop.models.words import LABELS


class NoSuchBuilding(UserError):
    def __init__(self, name: str, found: Sequence[str]) -> None:
        more = f"，有{len(found)}栋都符合：{'、'.join(found[:5])}" if found else ""
        super().__init__(f"没有认出楼栋“{name}”{more}。请写成“小区名3栋”。")


@click.group("print")
def print_group() -> None:
    """打印：生成PDF文件。"""


def register(group: click.Group) -> None:
    group.add_command(print_group)


out_option = click.option(
    "-o", "--output", "target", required=True, type=click.Path(path_type=Path, dir_okay=False)
)


recipient_option = click.option("--recipient", default="", help="领用人，印在页脚，默认是本人")


def household_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ways to say which households go on paper."""
    for option in (
        click.option("--due", "only_due", is_flag=True, help="只打到期应走访的户"),
        click.option("--building", help="只打这一栋"),
        click.option("--household", "doors", multiple=True, help="户的编号、表上的编码或门牌"),
    ):
        command = option(command)
    return command


@print_group.command("forms")
@household_options
@click.option("--variant", type=click.Choice(["street", "office"]), default="office")
@click.option("--a5", "two_up", is_flag=True, help="两张A5拼在一张A4上")
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
    recipient: str,
    target: Path,
    as_json: bool,
) -> None:
    """入户走访登记表，每户一页。"""
    store = session.open()
    chosen = _households(store, doors, building, only_due)
    _report(
        target,
        as_json,
        lambda: documents.print_forms(
            store,
            target,
            chosen,
            variant=variant,
            two_up=two_up,
            recipient=recipient,
            progress=progress_line(),
        ),
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
    chosen = _households(store, doors, building, only_due)
    _report(
        target,
        as_json,
        lambda: documents.print_stairs(
            store, target, chosen, recipient=recipient, progress=progress_line()
        ),
    )


@print_group.command("chiefs")
@recipient_option
@out_option
@json_option
@pass_session
def chiefs(session: Session, recipient: str, target: Path, as_json: bool) -> None:
    """街巷长、楼栋长花名册。"""
    store = session.open()
    _report(
        target,
        as_json,
        lambda: documents.print_chiefs(
            store, target, recipient=recipient, progress=progress_line()
        ),
    )


@print_group.command("ledger")
@click.option("--tag", default="", help="只打这一类，例如“独居老人”")
@recipient_option
@out_option
@json_option
@pass_session
def ledger(session: Session, tag: str, recipient: str, target: Path, as_json: bool) -> None:
    """特殊群体台账（姓名掩码）。"""
    store = session.open()
    _report(
        target,
        as_json,
        lambda: documents.print_ledger(
            store, target, tag, recipient=recipient, progress=progress_line()
        ),
    )


@print_group.command("items")
@click.option("--kind", type=click.Choice(list(LABELS["item_kind"])), default="need")
@out_option
@json_option
@pass_session
def item_list(session: Session, kind: str, target: Path, as_json: bool) -> None:
    """需求、资源、民情、项目清单。"""
    store = session.open()
    _report(
        target,
        as_json,
        lambda: documents.print_items(store, target, kind, progress=progress_line()),
    )


@print_group.command("log")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="哪一天，默认今天")
@click.option("--worker", default="", help="只打这个人的")
@out_option
@json_option
@pass_session
def log(session: Session, day: datetime | None, worker: str, target: Path, as_json: bool) -> None:
    """民情日志。"""
    store = session.open()
    on = day.date() if day else clock.today()
    _report(
        target,
        as_json,
        lambda: documents.print_log(store, target, on, worker, progress=progress_line()),
    )


@print_group.command("elevation")
@click.option("--building", required=True, help="楼栋，例如“瑞景公园3栋”")
@recipient_option
@out_option
@json_option
@pass_session
def elevation(session: Session, building: str, recipient: str, target: Path, as_json: bool) -> None:
    """楼栋立面图。"""
    store = session.open()
    place = _building(store, building)
    _report(
        target,
        as_json,
        lambda: documents.print_elevation(
            store, target, place, recipient=recipient, progress=progress_line()
        ),
    )


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
    place = _building(store, building)
    _report(
        target,
        as_json,
        lambda: documents.print_chief_copy(
            store, target, place, recipient=recipient, progress=progress_line()
        ),
    )


@print_group.command("brief")
@click.option("--month", metavar="YYYY-MM", help="哪个月，默认本月")
@out_option
@json_option
@pass_session
def brief(session: Session, month: str | None, target: Path, as_json: bool) -> None:
    """简报：按当月数字起草。"""
    store = session.open()
    draft = draft_brief(store, month or f"{clock.today():%Y-%m}")
    _report(
        target,
        as_json,
        lambda: documents.print_brief(store, target, draft, progress=progress_line()),
    )


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
    chosen = _households(store, doors, building, only_due)
    _report(
        target,
        as_json,
        lambda: documents.print_missed(store, target, chosen, progress=progress_line()),
    )


@print_group.command("order")
@click.argument("item")
@out_option
@json_option
@pass_session
def order(session: Session, item: str, target: Path, as_json: bool) -> None:
    """任务移交单：一件事项一张。"""
    store = session.open()
    _report(
        target,
        as_json,
        lambda: documents.print_order(store, target, item, progress=progress_line()),
    )


@print_group.command("intake")
@click.argument("item")
@out_option
@json_option
@pass_session
def intake(session: Session, item: str, target: Path, as_json: bool) -> None:
    """矛盾纠纷受理登记表。"""
    store = session.open()
    _report(
        target,
        as_json,
        lambda: documents.print_intake(store, target, item, progress=progress_line()),
    )


@print_group.command("held")
@click.argument("resident")
@out_option
@json_option
@pass_session
def held(session: Session, resident: str, target: Path, as_json: bool) -> None:
    """我们保存的关于您的信息：交给居民本人。"""
    store = session.open()
    _report(
        target,
        as_json,
        lambda: documents.print_held(store, target, resident, progress=progress_line()),
    )


@print_group.command("recovery")
@out_option
@json_option
@pass_session
def recovery(session: Session, target: Path, as_json: bool) -> None:
    """恢复单：忘记口令时打开数据的第二把钥匙。"""
    store = session.open()
    privacy.note(store, "打印恢复单")
    _report(
        target,
        as_json,
        lambda: documents.print_recovery(
            target,
            profile.office(store).name,
            users.current(store).name,
            profile.recovery_key(store),
        ),
    )


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


def _households(
    store: Store, doors: Sequence[str], building: str | None, only_due: bool
) -> list[str]:
    """The households meant by the options; several options narrow each other down."""
    place = _building(store, building) if building else None
    if doors:
        chosen = list(dict.fromkeys(residents.find_household(store, door) for door in doors))
    elif only_due:
        return _some([d.household for d in due.due_list(store, clock.today(), building=place)])
    elif place:
        return _some([home.uid for home in residents.households(store, building=place)])
    else:
        raise NothingToPrint
    if only_due:
        waiting = {d.household for d in due.due_list(store, clock.today(), building=place)}
        chosen = [uid for uid in chosen if uid in waiting]
    return _some(chosen)


def _some(chosen: list[str]) -> list[str]:
    if not chosen:
        raise NothingToPrint
    return chosen


def _building(store: Store, name: str) -> str:
    """A building by uid, by its full place or by its label when that is unique."""
    known = places.buildings(store)
    for match in (
        [b for b in known if name in (b.uid, b.place)],
        [b for b in known if name in (b.label, b.name)],
        [b for b in known if b.place.endswith(name)],
    ):
        if len(match) == 1:
            return match[0].uid
        if match:
            raise NoSuchBuilding(name, [b.place for b in match])
    raise NoSuchBuilding(name, [])


def _report(target: Path, as_json: bool, make: Callable[[], Printed]) -> None:
    """Print the outcome; missing characters are also named in the JSON document."""
    try:
        printed = make()
    except MissingGlyphs as error:
        if as_json:
            emit({"pages": 0, "missing_glyphs": error.characters}, True)
        raise
    emit(
        {"pages": printed.pages, "missing_glyphs": printed.missing_glyphs},
        as_json,
        [f"已生成{printed.pages}页：{target}"],
    )
