"""The briefing sheet drafts itself from the month's numbers and names nobody."""

from __future__ import annotations

from datetime import date

from desktop.models import settings, visits
from desktop.models.brief import draft_brief
from desktop.models.store import Store
from tests.build import a_household


def test_a_brief_has_its_three_boxes_items_and_table(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    visits.record(
        store,
        visits.NewVisit(
            household=home, outcome="met", happened_on=date(2026, 6, 3), needs=("给王小明修灯",)
        ),
    )
    brief = draft_brief(store, "2026-06")
    assert (brief.masthead, brief.number, brief.issuer) == ("莲心社区工作简报", "第6期", "莲心社区")
    assert brief.date == "2026年6月15日"
    assert brief.title == "莲心社区2026年6月走访和办事情况"
    assert brief.boxes == (("走访户数", "1户"), ("走访率", "100.00%"), ("办结事项", "0件"))
    assert [title for title, _ in brief.items] == ["走访情况", "办事情况", "问题和下月重点"]
    header, rows = brief.table
    assert all(len(row) == len(header) for row in rows)
    assert [row[0] for row in rows] == ["需求", "合计"]  # lists without an entry are left out
    assert rows[-1] == ("合计", "0", "1", "0", "1", "0.00%")


def test_nobody_and_no_door_is_named_in_it(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    visits.record(
        store,
        visits.NewVisit(
            household=home, outcome="met", happened_on=date(2026, 6, 3), needs=("给王小明修灯",)
        ),
    )
    text = str(draft_brief(store, "2026-06"))
    for secret in ("王小明", "501", "瑞景公园", "修灯", "独居"):
        assert secret not in text


def test_few_people_in_care_are_not_counted_in_public(store: Store) -> None:
    a_household(store, people=["王小明"], tags=["elder_alone"])
    assert "重点人员" not in str(draft_brief(store, "2026-06"))
    for number in range(1, 6):
        a_household(store, room=f"{number}01", people=["李红"], tags=["elder_alone"])
    assert "在册重点人员6人，探访0人" in str(draft_brief(store, "2026-06"))


def test_masthead_and_number_come_from_the_settings(store: Store) -> None:
    with store.change("设置") as change:
        settings.put(change, store, "brief_masthead", "莲心走访简报")
        settings.put(change, store, "brief_number", 12)
    brief = draft_brief(store, "2026-06")
    assert (brief.masthead, brief.number) == ("莲心走访简报", "第12期")
