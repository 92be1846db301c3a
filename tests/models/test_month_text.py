"""The words of a month's report: drafted, written by a person, kept by the seal."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from desktop.errors import BadValue
from desktop.models import visits
from desktop.models.brief import draft_brief
from desktop.models.month import MonthReport, month_report, seal_month
from desktop.models.month_outside import outside
from desktop.models.month_text import MonthIsSealed, MonthText, month_text, write_text
from desktop.models.store import Store
from tests.build import a_household
from tests.conftest import SteadyClock


def words(report: MonthReport, title: str) -> list[tuple[str, str]]:
    [part] = [part for part in report.sections if part.title == title]
    return [(line.label, line.value) for line in part.lines]


LAST = "环比、问题、下月重点"


def test_written_words_stand_where_the_draft_stood(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    visits.record(store, visits.NewVisit(
        household=home, outcome="not_home", happened_on=date(2026, 6, 3)
    ))  # fmt: skip
    drafted = words(month_report(store, "2026-06"), LAST)
    assert ("问题1", "上门未遇较多，占100.00%。") in drafted
    assert words(month_report(store, "2026-06"), "议事") == [("议事", "本月无登记")]
    write_text(
        store, "2026-06",
        MonthText(meetings=("10日居民议事会，议定加装路灯。", "  "), problems=("人手不足。",)),
    )  # fmt: skip
    report = month_report(store, "2026-06")
    assert words(report, "议事") == [("议事1", "10日居民议事会，议定加装路灯。")]
    last = words(report, LAST)
    assert [line for line in last if line[0].startswith("问题")] == [("问题1", "人手不足。")]
    assert [line for line in last if line[0].startswith("下月")] == [
        line for line in drafted if line[0].startswith("下月")
    ]
    assert words(month_report(store, "2026-05"), "议事") == [("议事", "本月无登记")]
    items = dict(draft_brief(store, "2026-06").items)
    assert any(text.startswith("人手不足。\n下月重点：") for text in items.values())


def test_emptied_words_bring_the_draft_back(store: Store) -> None:
    before = words(month_report(store, "2026-06"), LAST)
    write_text(store, "2026-06", MonthText(plans=("补选楼栋长。",)))
    assert ("下月重点1", "补选楼栋长。") in words(month_report(store, "2026-06"), LAST)
    write_text(store, "2026-06", MonthText())
    assert words(month_report(store, "2026-06"), LAST) == before
    assert write_text(store, "2026-06", MonthText()) is None


def test_a_seal_keeps_the_words_and_refuses_others(store: Store, steady_clock: SteadyClock) -> None:
    write_text(store, "2026-05", MonthText(problems=("停电两次。",)))
    sealed = seal_month(store, "2026-05")
    assert ("问题1", "停电两次。") in words(sealed, LAST)
    steady_clock.at = datetime(2026, 7, 1, 9)
    with pytest.raises(MonthIsSealed, match="2026年5月已经封账"):
        write_text(store, "2026-05", MonthText())
    assert month_report(store, "2026-05") == sealed
    assert month_text(store, "2026-05").problems == ("停电两次。",)


def test_words_written_by_a_person_go_out_unchanged(store: Store) -> None:
    for room in ("101", "102", "103"):
        a_household(store, room=room, people=["王小明"], tags=["elder_alone"])
    write_text(store, "2026-06", MonthText(problems=("老人探访进度慢。",)))
    text = words(outside(month_report(store, "2026-06")), LAST)
    assert [line for line in text if line[0].startswith("问题")] == [("问题1", "老人探访进度慢。")]
    assert "3名重点人员" not in str(text)


def test_an_entry_is_one_line_of_readable_length(store: Store) -> None:
    for entry in ("一\n二", "长" * 501):
        with pytest.raises(BadValue, match="一条不超过500个字"):
            write_text(store, "2026-06", MonthText(meetings=(entry,)))
