"""Findings of patrols are kept, corrected and counted in the day's log and the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desktop.errors import BadValue, NoSuchRecord
from desktop.exchange.print.day_log import read_day
from desktop.models import month, patrols, roster
from desktop.models.patrols import NewPatrol
from desktop.models.store import Store
from tests.build import a_building

DAY = date(2026, 6, 10)
FOUND = NewPatrol(
    happened_on=DAY, kind="fire", text="楼道堆放纸箱", worker="林书记", solved_same_day=True
)


def test_a_finding_stands_in_the_day_s_log_and_in_the_month(store: Store) -> None:
    patrols.record(store, replace(FOUND, building=a_building(store)))
    assert [p.text for p in read_day(store, DAY).patrols] == ["楼道堆放纸箱"]
    counts = month.month_report(store, "2026-06").counts
    assert (counts["patrols"], counts["patrols_solved"]) == (1, 1)


def test_a_finding_can_be_corrected_and_taken_out(store: Store) -> None:
    uid = patrols.record(store, FOUND)
    patrols.correct(store, uid, replace(FOUND, kind="clutter", solved_same_day=False))
    kept = patrols.patrols_between(store, DAY, DAY)
    assert [(p.kind, p.solved_same_day) for p in kept] == [("clutter", False)]
    roster.remove(store, uid, "记重了")
    assert patrols.patrols_between(store, DAY, DAY) == []


def test_impossible_findings_are_refused_in_words(store: Store) -> None:
    with pytest.raises(BadValue, match="比今天还晚"):
        patrols.record(store, replace(FOUND, happened_on=date(2026, 6, 16)))
    with pytest.raises(BadValue, match="治安、消防"):
        patrols.record(store, replace(FOUND, kind="noise"))
    with pytest.raises(BadValue, match="不能为空"):
        patrols.record(store, replace(FOUND, text=" "))
    with pytest.raises(NoSuchRecord, match="楼栋"):
        patrols.record(store, replace(FOUND, building="0" * 20))
