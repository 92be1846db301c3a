"""Lists what came in of a stopped PC from after the number up to which it is believed.

What a trusted colleague had merged already stays, or the office's PCs would no longer agree; a
person looks at it and takes back what is false.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.models.changes import Dot, Op, batch_name
from desktop.models.store import Store

_TRUST = ("office", "sites", "partners", "key_changes")  # by these rows packages are judged


@dataclass(frozen=True, slots=True)
class Late:
    """One change or letter; `batch` names a change for `roster undo`, and is empty for a letter."""

    number: int
    when: str
    what: str
    batch: str


def late_changes(store: Store, site: str, after: int) -> list[Late]:
    """A colleague's changes beyond this number, oldest first."""
    return [
        Late(seq, wall, f"{reason}（{ops}处）", batch_name(Dot(site, seq)))
        for seq, wall, reason, ops in store.rows(
            "SELECT c.seq, c.wall, c.reason, c.ops FROM changes c"
            " JOIN site_numbers s ON s.n = c.site WHERE s.site = ? AND c.seq > ? ORDER BY c.seq",
            (site, after),
        )
    ]


def late_letters(store: Store, partner: str, after: int) -> list[Late]:
    """Another office's reports and letters beyond this number of its stream."""
    return [
        Late(seq, made, f"{month}月报" if month else "来文", "")
        for seq, made, month in store.rows(
            "SELECT seq, made, month FROM live_reports_in WHERE partner = ? AND seq > ?"
            " ORDER BY seq",
            (partner, after),
        )
    ]


def speaks_of_trust(store: Store, ops: Iterable[Op]) -> bool:
    """Whether these ops would let somebody in, or take a stop back, be it by erasing the row."""
    known = {row[0] for table in _TRUST for row in store.rows(f'SELECT uid FROM "{table}"')}
    return any(op[1] in (known if op[0] == "e" else _TRUST) for op in ops if op[0] != "x")
