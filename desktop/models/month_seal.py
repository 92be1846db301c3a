"""Seals a month: keeps its report for ever, with how far it had seen and what was still open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.models.clock_doubt import require_possible_year
from desktop.models.month_scope import SealMark
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed month: the printed report as plain JSON values, and what the next month needs."""

    month: str
    sealed_on: str
    report: dict[str, Any]
    mark: SealMark
    open: Mapping[str, frozenset[str]]  # kind → items on the books at the cut-off


def seal_of(store: Store, month: str) -> Seal | None:
    """The month's seal; two PCs that sealed it unaware of each other keep the earlier one."""
    rows = store.rows(
        "SELECT z.sealed_on, z.report FROM live_seals z JOIN changes c ON c.id = z.born"
        " JOIN site_numbers s ON s.n = c.site WHERE z.month = ?"
        " ORDER BY c.lamport, s.site, z.uid LIMIT 1",
        (month,),
    )
    if not rows:
        return None
    sealed_on, text = rows[0]
    kept = json.loads(text)
    return Seal(
        month=month,
        sealed_on=sealed_on,
        report=kept["report"],
        mark=SealMark(kept["cut_off"], kept["vector"]),
        open={kind: frozenset(uids) for kind, uids in kept["open"].items()},
    )


def sealed_months(store: Store) -> list[str]:
    """The earliest first."""
    return [row[0] for row in store.rows("SELECT DISTINCT month FROM live_seals ORDER BY month")]


def write_seal(store: Store, seal: Seal) -> None:
    """Keep a seal; the row is never changed afterwards.

    A month of 2098, sealed under a wrong clock, would keep every earlier one open for ever.
    """
    require_possible_year()
    text = json.dumps(
        {
            "report": seal.report,
            "cut_off": seal.mark.cut_off,
            "vector": dict(seal.mark.vector),
            "open": {kind: sorted(uids) for kind, uids in seal.open.items()},
        },
        ensure_ascii=False,
        sort_keys=True,
    )
    with store.change(f"封账{seal.month}", kind="seal") as change:
        change.create("seals", month=seal.month, sealed_on=seal.sealed_on, report=text)
