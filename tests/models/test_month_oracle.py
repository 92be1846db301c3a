"""Every monthly number equals a slow, independent calculation over the dump; the books balance."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from desktop import clock
from desktop.models import dump
from desktop.models.indicators import Average
from desktop.models.month import MonthReport, month_report, names_behind, seal_month
from desktop.models.profile import open_profile
from desktop.models.store import Store
from tests.conftest import PASSPHRASE
from tests.models.communities import Builder, Spec, communities
from tests.models.oracle import Numbers, Oracle, Sealed

_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
_PHASES = [Phase.explicit, Phase.generate, Phase.shrink]


@pytest.fixture(autouse=True, scope="module")
def a_program_as_old_as_the_stories() -> Iterator[None]:
    """Some communities live in 2024, a leap year: their clock is right."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "BUILT", 2024)
        yield


@contextmanager
def a_profile(template: Path, tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / uuid.uuid4().hex
    shutil.copytree(template, folder)
    store = open_profile(folder, PASSPHRASE)
    try:
        yield store
    finally:
        store.close()
        shutil.rmtree(folder)


@settings(
    max_examples=60, deadline=None, suppress_health_check=_QUIET, phases=_PHASES, database=None
)
@given(spec=communities)
def test_every_number_is_what_plain_loops_find(template: Path, tmp_path: Path, spec: Spec) -> None:
    with a_profile(template, tmp_path) as store:
        check_community(store, spec)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=_QUIET, database=None)
@given(spec=communities)
def test_it_holds_for_many_communities(template: Path, tmp_path: Path, spec: Spec) -> None:
    with a_profile(template, tmp_path) as store:
        check_community(store, spec)


def check_community(store: Store, spec: Spec) -> None:
    story = Builder(store, spec)
    story.early()
    sealed, before = None, None
    if spec["seal_on"] is not None:
        story.on(spec["seal_on"])
        sealed, before = seal_and_check(store, spec["month"])
    story.late()
    story.on(spec["report_on"])
    month = f"{spec['month']:%Y-%m}"
    report = month_report(store, month)
    found = Oracle(dump.canonical_lines(store), spec["month"], report.cut_off, before).numbers()
    compare(report, found)
    if sealed is not None:
        assert month_report(store, sealed.month) == sealed
        for kind in ("", "need.", "resource.", "dispute."):
            assert report.counts[f"{kind}carried_over"] == sealed.counts[f"{kind}open"]
    for key in ("visit_rate", "on_time_visit_rate", "contact_rate", "closed", "late_visits"):
        listed = names_behind(store, month, key)
        if key in report.indicators:
            ratio = report.indicators[key]
            assert (sum(one.counted for one in listed), len(listed)) == (
                ratio.numerator,
                ratio.denominator,
            )
        else:
            assert len(listed) == report.counts[key]


def seal_and_check(store: Store, first: date) -> tuple[MonthReport, Sealed]:
    """Seal the month before; what it knew then is remembered from the dump."""
    start = (first - timedelta(days=1)).replace(day=1)
    report = seal_month(store, f"{start:%Y-%m}")
    lines = list(dump.canonical_lines(store))
    found = Oracle(lines, start, report.cut_off, None).numbers()
    compare(report, found)
    known = {line.partition('"uid":"')[2][:20] for line in lines}
    return report, Sealed(report.cut_off.isoformat(), known, found.open)


def compare(report: MonthReport, found: Numbers) -> None:
    assert {k: (r.numerator, r.denominator) for k, r in report.indicators.items()} == found.rates
    assert {key: report.counts[key] for key in found.counts} == found.counts
    assert {key: as_fraction(a) for key, a in report.averages.items()} == found.averages
    counts = report.counts
    assert counts["carried_over"] + counts["registered"] - counts["closed"] == counts["open"]
    assert report.balance_ok


def as_fraction(average: Average) -> Fraction | None:
    return Fraction(average.total, average.count) if average.count else None
