"""What the print commands share: which households are meant, where the file goes, the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from desktop import clock
from desktop.cli.context import emit
from desktop.errors import UserError
from desktop.exchange.print.documents import MissingGlyphs, NothingToPrint, Printed
from desktop.models import due, places, residents
from desktop.models.store import Store


class NoSuchBuilding(UserError):
    def __init__(self, name: str, found: Sequence[str]) -> None:
        more = f"，有{len(found)}栋都符合：{'、'.join(found[:5])}" if found else ""
        super().__init__(f"没有认出楼栋“{name}”{more}。请写成“小区名3栋”。")


@click.group("print")
def print_group() -> None:
    """打印：生成PDF文件。"""


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


def chosen_households(
    store: Store, doors: Sequence[str], building: str | None, only_due: bool
) -> list[str]:
    """The households meant by the options; several options narrow each other down."""
    place = find_building(store, building) if building else None
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


def find_building(store: Store, name: str) -> str:
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


def report(target: Path, as_json: bool, make: Callable[[], Printed]) -> None:
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
