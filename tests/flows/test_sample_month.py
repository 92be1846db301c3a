"""The monthly numbers of the sample office equal a plain calculation over its dump."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.sample import write_sample
from desktop.exchange.sheets.visit_book import apply_visits, plan_visits
from desktop.models import dump, items
from desktop.models.month import month_report
from desktop.models.store import Store
from tests.models.oracle import Oracle
from tests.models.test_month_oracle import compare


@pytest.mark.parametrize("month", ["2026-05", "2026-06"])
def test_the_sample_month_is_what_plain_loops_find(
    store: Store, tmp_path: Path, month: str
) -> None:
    files = write_sample(tmp_path, households=300, seed=7)
    rosters = [path for path in files if "走访" not in path.name]
    apply_plan(store, plan_import(store, rosters))
    apply_visits(store, plan_visits(store, next(p for p in files if "走访" in p.name)))
    for item in items.items(store, kind="need")[::2]:
        items.step(store, item.uid, "solved_on_site", result="当场办好")
    report = month_report(store, month)
    first = date.fromisoformat(f"{month}-01")
    found = Oracle(dump.canonical_lines(store), first, report.cut_off, None).numbers()
    compare(report, found)
    assert report.counts["households"] == 300
    assert report.counts["visits"] > 20
