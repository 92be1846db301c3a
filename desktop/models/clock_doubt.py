"""Tells a person when this PC's clock looks wrong; nothing that is merged depends on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop import clock
from desktop.errors import UserError
from desktop.models.store import Store

_SLACK = timedelta(days=1)
_LIFETIME = 20  # years; a later clock is likelier wrong than the program still in use


class ClockImpossible(UserError):
    def __init__(self) -> None:
        super().__init__(
            f"电脑的日期是{_words(clock.now())}，不可能是对的，没有封账：封账不能取消。"
            "请先改正电脑的时钟。"
        )


def require_possible_year() -> None:
    """Before what can never be taken back: refuse under a clock that lies by years."""
    if not _possible(clock.now()):
        raise ClockImpossible


def _possible(now: datetime) -> bool:
    return clock.BUILT <= now.year <= clock.BUILT + _LIFETIME


def _words(day: datetime) -> str:
    return f"{day:%Y年%m月%d日}"


def clock_doubt(store: Store) -> str:
    """One sentence when the clock cannot be right, else the empty text.

    The last change of this PC counts, not its latest date: once the clock has been put right and
    something is saved, a wrong date of the past troubles nobody any more.
    """
    now = clock.now()
    today = _words(now)
    if not _possible(now):
        return f"电脑的日期是{today}，多半不对。请先改正电脑的时钟，再登记走访、出月报。"
    last = store.value(
        "SELECT wall FROM changes WHERE site = (SELECT n FROM site_numbers WHERE site = ?)"
        " ORDER BY seq DESC LIMIT 1",
        (store.site,),
    )
    before = _moment(last)
    if before and before - now > _SLACK:
        return (
            f"电脑的日期是{today}，比本机上次保存的{_words(before)}还早。请核对电脑的时钟："
            "现在登记的日期和时限可能不对。"
        )
    return ""


def claim_doubt(store: Store, site: str, seq: int, wall: str) -> str:
    """Why the time a PC claims for one of its changes can hardly be right, else the empty text."""
    claimed = _moment(wall)
    if claimed is None or not _possible(claimed):
        return "那台机的时钟不对"
    now = clock.now()
    if _possible(now) and claimed - now > _SLACK:
        return "那台机的时钟快了，时间还没有到"
    before = _moment(
        store.value(
            "SELECT wall FROM changes WHERE seq = ? AND"
            " site = (SELECT n FROM site_numbers WHERE site = ?)",
            (seq - 1, site),
        )
    )
    if before and before - claimed > _SLACK:
        return "那台机的时钟往回拨过"
    return ""


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=None)
    except ValueError:
        return None
