"""A sealed month stays as it was handed in, whatever is imported or merged afterwards."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from desktop.exchange.print.documents import print_month
from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.sample import write_sample
from desktop.exchange.sheets.visit_book import apply_visits, plan_visits
from desktop.models import duplicates, items
from desktop.models.month import month_report, seal_month
from desktop.models.store import Store
from tests.conftest import SteadyClock
from tests.exchange.pdf import text_of


def test_a_sealed_month_survives_imports_and_merges_and_the_next_one_balances(
    store: Store, tmp_path: Path, steady_clock: SteadyClock
) -> None:
    files = write_sample(tmp_path / "in", households=120, seed=3)
    rosters = [path for path in files if "走访" not in path.name]
    book = next(path for path in files if "走访" in path.name)
    apply_plan(store, plan_import(store, rosters[:2]))
    apply_visits(store, plan_visits(store, book))
    need = items.items(store, kind="need")[0]
    steady_clock.at = datetime(2026, 7, 2, 9)
    sealed = seal_month(store, "2026-06")
    print_month(store, tmp_path / "before.pdf", sealed)

    steady_clock.at = datetime(2026, 7, 20, 9)
    apply_plan(store, plan_import(store, rosters[2:]))
    apply_visits(store, plan_visits(store, book))
    first, second = [
        row[0] for row in store.rows("SELECT household FROM visits GROUP BY household LIMIT 2")
    ]
    duplicates.merge(store, "households", first, second)
    items.step(store, need.uid, "solved_on_site", result="当场办好")

    assert month_report(store, "2026-06") == sealed
    print_month(store, tmp_path / "after.pdf", month_report(store, "2026-06"))
    assert text_of(tmp_path / "after.pdf") == text_of(tmp_path / "before.pdf")
    july = month_report(store, "2026-07")
    assert july.balance_ok
    assert july.counts["carried_over"] == sealed.counts["open"]
    assert july.counts["late_visits"] > 0
