"""Asks where packages go: the stick that is in first, the shared folder, or any other folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.exchange.packages.drives import Drive, drives
from desktop.exchange.packages.sending import Delivery, Place, places
from desktop.ui.common.desk import Desk
from desktop.ui.exchange.package_words import size_words

_OTHER = "别的文件夹…"


def ask_place(
    desk: Desk, owner: QObject, then: Callable[[Path], None], *, to_office: bool = False
) -> None:
    """Let the person choose, the likeliest place first; `then` gets the folder.

    Another office does not look into the folder that is shared with colleagues.
    """
    shared = None if to_office else desk.lookout.shared

    def ask(found: list[Drive]) -> None:
        options = {place_words(place): place.folder for place in places(found, shared)}
        folder = None
        if options:
            answer = desk.ask.choose("写到哪里？", [*options, _OTHER])
            if answer is None:
                return
            folder = options.get(answer)
        folder = folder or desk.ask.folder("放到哪里（U盘或文件夹）")
        if folder is not None:
            then(folder)

    desk.jobs.look(drives, ask, owner=owner)


def place_words(place: Place) -> str:
    if place.drive is None:
        return f"共享文件夹（{place.folder}）"
    drive = place.drive
    state = "写保护，写不进" if drive.read_only else f"还剩{drive.free / 1024**3:.1f} GB"
    return f"U盘“{drive.label}”（{drive.path}，{state}）"


def delivery_words(done: Delivery) -> list[str]:
    """For whom something was written, and for whom not."""
    lines = [
        f"给{name}：{f'{made.changes}条更改' if made.changes else '回执'}，"
        f"{size_words(made.bytes)}。"
        for name, made in done.written
    ]
    return lines + [f"{each.name}：{each.why}，没有再写。" for each in done.skipped]
