"""Lets another PC in from its card: choose the file, and write the enrolment down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.exchange.packages import cards
from desktop.ui.common.desk import Desk

CARD_FILES = "近邻名片 (*.jlcard)"


def choose_card(desk: Desk, question: str, then: Callable[[Path], None]) -> None:
    files = desk.ask.open_files(question, CARD_FILES)
    if files:
        then(files[0])


def enrol(
    desk: Desk,
    owner: QObject,
    path: Path,
    then: Callable[[], None],
    *,
    role: str,
    name: str,
    fingerprint: str = "",
) -> None:
    """The person has compared the fingerprint, or somebody known vouches for the card."""

    def done(_: cards.Card) -> None:
        desk.note(f"已登记：{name}")
        then()

    desk.jobs.load(
        lambda: cards.enrol(desk.store, path, role=role, fingerprint=fingerprint, name=name),
        done, owner=owner,
    )  # fmt: skip
