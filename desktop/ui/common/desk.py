"""The little that every screen gets: the store, jobs, questions, and the way to other screens.

Places that can be gone to (`desk.go(Place(screen, key))`); every key may be empty:
  today · roster "estate:UID", "building:UID", "tag:CODE", "text:…" · visits "due", "overdue",
  "record:HOUSEHOLD", "promises", "patrols" · items "open", "overdue", "item:UID" ·
  posts "vacancies" · reports "month:YYYY-MM" · exchange "import", "packages",
  "conflicts", "offices" · settings "about"
  household UID — opens the household's window over whatever screen is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.models.store import Store
from desktop.ui.common.ask import Ask
from desktop.ui.common.jobs import Jobs
from desktop.ui.common.lookout import Lookout
from desktop.ui.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go: a screen's name and what to show there."""

    screen: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a screen may use; `note` writes an unobtrusive line at the window's foot, `undo` takes
    back the last thing done in this window (Ctrl+Z), `backed_up` renews what the foot says,
    `lookout` knows what has come on sticks and in the shared folder."""

    store: Store
    jobs: Jobs
    ask: Ask
    go: Callable[[Place], None]
    note: Callable[[str], None]
    preferences: Preferences
    undo: Callable[[], None]
    backed_up: Callable[[], None]
    lookout: Lookout
