"""Says which records a month's report looks at: its days, and which changes had been seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.models.month_period import Period
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class SealMark:
    """How far a sealed month had seen: its cut-off and version vector."""

    cut_off: str
    vector: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """What belongs to a report. `born` arguments are the local ids of creating changes."""

    period: Period
    before: SealMark | None  # how far the month before had seen when it was sealed
    unseen: frozenset[int]  # changes after this month's own sealing
    news: frozenset[int]  # changes after the sealing of the month before
    aliases: Mapping[str, str]  # merged household or resident → the one that stays
    corrected: frozenset[str]  # visits that a later one corrects

    @property
    def first(self) -> str:
        return self.period.first.isoformat()

    @property
    def end(self) -> str:
        return self.period.cut_off.isoformat()

    @property
    def seen_visit(self) -> str:
        """The condition that a visit `v` counts: no later one corrects it, and it was known."""
        known = " AND v.born NOT IN (SELECT value FROM json_each(:unseen))" if self.unseen else ""
        return f"v.uid NOT IN (SELECT value FROM json_each(:corrected)){known}"

    def params(self, **more: object) -> dict[str, object]:
        """What the condition asks for, and the period's days."""
        return {
            "first": self.first,
            "end": self.end,
            "corrected": json.dumps(sorted(self.corrected)),
            "unseen": json.dumps(sorted(self.unseen)),
            **more,
        }

    def knows(self, born: int) -> bool:
        return born not in self.unseen

    def is_late(self, day: str, born: int) -> bool:
        """It happened in a sealed month, and that month's report could not count it."""
        if self.before is None or day >= self.first:
            return False
        return day > self.before.cut_off or born in self.news


def scope_of(
    store: Store, period: Period, *, before: SealMark | None, at: SealMark | None = None
) -> Scope:
    """The scope of a period; `before` = the previous month's seal, `at` = this month's own."""
    unseen = _changes_after(store, at)
    corrections = store.rows("SELECT corrects, born FROM live_visits WHERE corrects IS NOT NULL")
    return Scope(
        period=period,
        before=before,
        unseen=unseen,
        news=_changes_after(store, before),
        aliases=_aliases(store),
        corrected=frozenset(uid for uid, born in corrections if born not in unseen),
    )


def _changes_after(store: Store, mark: SealMark | None) -> frozenset[int]:
    """Local ids of the changes which the mark's vector had not seen."""
    if mark is None:
        return frozenset()
    rows = store.rows(
        "SELECT c.id FROM changes c JOIN site_numbers s ON s.n = c.site"
        " LEFT JOIN json_each(?) v ON v.key = s.site WHERE c.seq > coalesce(v.value, 0)",
        (json.dumps(dict(mark.vector)),),
    )
    return frozenset(row[0] for row in rows)


def _aliases(store: Store) -> dict[str, str]:
    """Chains of merges followed to their end."""
    direct: dict[str, str] = dict(
        store.rows(
            "SELECT uid, same_as FROM households WHERE same_as IS NOT NULL"
            " UNION ALL SELECT uid, same_as FROM residents WHERE same_as IS NOT NULL"
        )
    )
    found = {}
    for uid in direct:
        target, steps = uid, 0
        while target in direct and steps < len(direct):
            target, steps = direct[target], steps + 1
        found[uid] = target
    return found
