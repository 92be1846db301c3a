"""Tells a person when this PC's clock looks wrong; nothing that is merged depends on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop import clock
from desktop.models.store import Store

_SLACK = timedelta(days=1)
_LIFETIME = 20  # years; a later clock is likelier wrong than the program still in use


def clock_doubt(store: Store) -> str:
    """One sentence when the clock cannot be right, else the empty text.

    The last change of this PC counts, not its latest date: once the clock has been put right and
    something is saved, a wrong date of the past troubles nobody any more.
    """
    now = clock.now()
    today = f"{now:%Y年%m月%d日}"
    if not clock.BUILT <= now.year <= clock.BUILT + _LIFETIME:
        return f"电脑的日期是{today}，多半不对。请先改正电脑的时钟，再登记走访、出月报。"
    last = store.value(
        "SELECT wall FROM changes WHERE site = (SELECT n FROM site_numbers WHERE site = ?)"
        " ORDER BY seq DESC LIMIT 1",
        (store.site,),
    )
    before = _moment(last)
    if before and before - now > _SLACK:
        return (
            f"电脑的日期是{today}，比本机上次保存的{before:%Y年%m月%d日}还早。请核对电脑的时钟："
            "现在登记的日期和时限可能不对。"
        )
    return ""


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=None)
    except ValueError:
        return None
