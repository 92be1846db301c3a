"""Writes a letter for another office to hand over: check the words, ask where, write, say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.errors import UserError
from desktop.exchange.packages.export import Exported, export
from desktop.exchange.packages.handed_over import handed_over
from desktop.exchange.packages.letters import Written
from desktop.models.partners import Partner
from desktop.models.streams import usual_writer
from desktop.progress import Progress
from desktop.ui.common.desk import Desk
from desktop.ui.exchange.places import ask_place

_FIRST = (
    "以前都是{usual}写给{there}的，本机还没有写过。{there}要先登记本机的名片，否则会拒收。"
    "没登记过的话，请先把本机名片交给对方，或者到{usual}上写。"
)


def send_letter(
    desk: Desk,
    owner: QObject,
    to: Sequence[Partner],
    write: Callable[[], Written],
    then: Callable[[], None],
    *,
    failed: Callable[[UserError], None] | None = None,
) -> None:
    """The same letter for one or several offices; `write` may refuse before anybody is asked."""

    def to_place(folder: Path) -> None:
        desk.jobs.run(
            "正在写出", lambda progress: work(folder, progress),
            lambda made: done(folder, made), owner=owner, failed=failed,
        )  # fmt: skip

    def work(folder: Path, progress: Progress) -> list[Exported]:
        made = []
        for number, each in enumerate(to):
            progress(number, len(to), "写出")
            made.append(export(desk.store, each.uid, folder, letter=write()))
        return made

    def done(folder: Path, made: list[Exported]) -> None:
        then()
        _tell(desk, folder, made, to)

    def written(_: Written) -> None:
        _if_known_there(desk, owner, to, lambda: ask_place(desk, owner, to_place, to_office=True))

    desk.jobs.load(write, written, owner=owner, failed=failed)


def send_month(
    desk: Desk, owner: QObject, to: Partner, month: str, then: Callable[[], None]
) -> None:
    """A month's figures for the office above."""

    def to_place(folder: Path) -> None:
        desk.jobs.run(
            "正在写月报",
            lambda _: export(desk.store, to.uid, folder, kind="report", month=month),
            lambda made: done(folder, made), owner=owner,
        )  # fmt: skip

    def done(folder: Path, made: Exported) -> None:
        then()
        _tell(desk, folder, [made], [to])

    _if_known_there(desk, owner, [to], lambda: ask_place(desk, owner, to_place, to_office=True))


def _tell(desk: Desk, folder: Path, made: Sequence[Exported], to: Sequence[Partner]) -> None:
    names = "、".join(each.path.name for each in made)
    offices = "、".join(each.office_name for each in to)
    desk.ask.tell(f"已写好：{names}\n{handed_over(folder, to=offices)}")


def _if_known_there(
    desk: Desk, owner: QObject, to: Sequence[Partner], go_on: Callable[[], None]
) -> None:
    """Say before the first letter of this PC that the others may not know it yet."""
    store = desk.store

    def read() -> list[str]:
        usual = [(each.office_name, usual_writer(store, each.office)) for each in to]
        return [_FIRST.format(there=there, usual=name) for there, name in usual if name]

    def ask(doubts: list[str]) -> None:
        if not doubts or desk.ask.confirm("\n\n".join(doubts), "从本机写"):
            go_on()

    desk.jobs.load(read, ask, owner=owner)
