"""Keeps what was promised at the door, until it is done or honestly said why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord, UserError
from desktop.models.changes import Change
from desktop.models.store import Store
from desktop.models.words import LABELS, only

SILENT_DAYS = 30  # a promise without a date should be heard of within a month


class ReasonMissing(UserError):
    def __init__(self) -> None:
        super().__init__("没有办成的承诺要写明原因，下次上门时好向住户说明。请填写原因。")


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised, by whom, until when, and what became of it."""

    uid: str
    visit: str | None
    household: str
    text: str
    by: str | None
    until: str | None
    state: str  # open, kept, not_kept
    state_reason: str | None
    closed_on: str | None
    made_on: str | None  # the visit's day


_PROMISES = (
    "SELECT p.uid, p.visit, p.household, p.text, p.\"by\", p.until, coalesce(p.state, 'open'),"
    " p.state_reason, p.closed_on, v.happened_on FROM live_promises p"
    " LEFT JOIN visits v ON v.uid = p.visit"
)
_ORDER = " ORDER BY coalesce(p.state, 'open') <> 'open', v.happened_on DESC, p.text, p.uid"


def promises_of(store: Store, household: str, *, only_open: bool = False) -> list[Promise]:
    """The household's promises: open ones first, newest first."""
    open_part = " AND coalesce(p.state, 'open') = 'open'" if only_open else ""
    rows = store.rows(f"{_PROMISES} WHERE p.household = ?{open_part}{_ORDER}", (household,))
    return [Promise(*row) for row in rows]


def open_promises(store: Store) -> list[Promise]:
    """All open promises, the earliest deadline first, those without one last."""
    rows = store.rows(
        f"{_PROMISES} WHERE coalesce(p.state, 'open') = 'open'"
        " ORDER BY p.until IS NULL, p.until, v.happened_on, p.uid"
    )
    return [Promise(*row) for row in rows]


def silent(store: Store, on: date) -> list[Promise]:
    """Open promises nobody has said a word about in time: past their day, or a month old without
    one. They go to the top of the secretary's list (上交), the longest silent first."""
    since = (on - timedelta(days=SILENT_DAYS)).isoformat()
    found = [
        promise
        for promise in open_promises(store)
        if (promise.until < on.isoformat() if promise.until else (promise.made_on or "") < since)
    ]
    return sorted(found, key=lambda promise: (promise.until or promise.made_on or "", promise.uid))


def settle(store: Store, uid: str, state: str, reason: str = "") -> Change | None:
    """Say what became of a promise; 「未能办成」 needs the reason. None when nothing differs."""
    if state not in LABELS["promise_state"]:
        raise BadValue("承诺状态", state, only("promise_state"))
    if state == "not_kept" and not reason.strip():
        raise ReasonMissing
    if not store.value("SELECT 1 FROM live_promises WHERE uid = ?", (uid,)):
        raise NoSuchRecord("承诺", uid)
    closed = None if state == "open" else clock.today().isoformat()
    with store.change("承诺办理") as change:
        change.set(
            "promises", uid, state=state, state_reason=reason.strip() or None, closed_on=closed
        )
    return change.done
