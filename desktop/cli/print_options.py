"""What the print commands share: which households are meant, where the file goes, the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from desktop import clock
from desktop.cli.context import emit, progress_line
from desktop.exchange.print.documents import MissingGlyphs, NothingToPrint, Printed
from desktop.models import due, residents
from desktop.models.post_places import find_building
from desktop.models.store import Store


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


def report(
    store: Store,
    target: Path,
    as_json: bool,
    make: Callable[..., Printed],
    *what: Any,
    **options: Any,
) -> None:
    """Draw one document and tell the outcome; the JSON document names missing characters too."""
    try:
        printed = make(store, target, *what, progress=progress_line(), **options)
    except MissingGlyphs as error:
        if as_json:
            emit({"pages": 0, "missing_glyphs": error.characters}, True)
        raise
    emit(
        {"pages": printed.pages, "missing_glyphs": printed.missing_glyphs},
        as_json,
        [f"已生成{printed.pages}页：{target}"],
    )
