"""Lists the screens of the rail in their order (Ctrl+1 is the first)."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.models.levels import LEVELS_ABOVE
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.ui.common.page import Page
from desktop.ui.exchange.page import Page as Exchange
from desktop.ui.items.page import Page as Items
from desktop.ui.posts.page import Page as Posts
from desktop.ui.reports.page import Page as Reports
from desktop.ui.reports.page import RollupPage as RollupReports
from desktop.ui.roster.page import Page as Roster
from desktop.ui.settings.page import Page as Settings
from desktop.ui.today.offices_page import Page as OfficesToday
from desktop.ui.today.page import Page as Today
from desktop.ui.visits.page import Page as Visits


@dataclass(frozen=True, slots=True)
class Screen:
    """One entry of the rail; `name` is what `Place.screen` says."""

    name: str
    title: str
    page: type[Page]


COMMUNITY: tuple[Screen, ...] = (
    Screen("today", "今日", Today),
    Screen("roster", "花名册", Roster),
    Screen("visits", "走访", Visits),
    Screen("items", "清单", Items),
    Screen("posts", "队伍", Posts),
    Screen("reports", "报表", Reports),
    Screen("exchange", "交换", Exchange),
    Screen("settings", "设置", Settings),
)

# a street office or a district has no roster, so no doors to visit and no posts to fill
ABOVE: tuple[Screen, ...] = (
    Screen("today", "今日", OfficesToday),
    Screen("items", "清单", Items),
    Screen("reports", "报表", RollupReports),
    Screen("exchange", "交换", Exchange),
    Screen("settings", "设置", Settings),
)


def screens_of(store: Store) -> tuple[Screen, ...]:
    """The rail of this profile; a PC that waits for its office's data shows a community's."""
    return ABOVE if office(store).level in LEVELS_ABOVE else COMMUNITY
