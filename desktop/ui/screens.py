"""Lists the screens of the rail in their order (Ctrl+1 is the first)."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.ui.common.page import Page
from desktop.ui.roster.page import Page as Roster
from desktop.ui.today.page import Page as Today


@dataclass(frozen=True, slots=True)
class Screen:
    """One entry of the rail; `name` is what `Place.screen` says."""

    name: str
    title: str
    page: type[Page]


SCREENS: tuple[Screen, ...] = (
    Screen("today", "今日", Today),
    Screen("roster", "花名册", Roster),
)
