"""The morning screen: who is due, what is late, what was promised, what came in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from desktop.models import items, promises, visits
from desktop.models.store import Store
from desktop.models.visits import NewPromise, NewVisit
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.roster.household_dialog import HouseholdDialog
from desktop.ui.today.page import Page
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
Open = Callable[[Store], MainWindow]


def today(window: MainWindow) -> Page:
    page = window.pages["today"]
    assert isinstance(page, Page)
    return page


def test_an_empty_profile_has_a_calm_morning(store: Store, open_window: Open) -> None:
    page = today(open_window(store))
    assert page.due_tile.number == "0"
    assert page.late_tile.number == "0"
    assert not page.print_forms_button.isEnabled()


def test_a_line_above_says_what_is_not_safe_yet(
    store: Store, open_window: Open, settle: Settle
) -> None:
    page = today(open_window(store))
    assert "恢复单还没有打印锁好" in page.banner.text()
    page.desk.preferences.recovery_kept = True
    page.load()
    settle()
    assert not page.banner.isVisible()


def test_due_doors_stand_under_their_building_with_the_reason(
    store: Store, open_window: Open, settle: Settle
) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    a_household(store, "4", room="301", people=["李梅"])
    visits.record(store, NewVisit(household=home, outcome="met", happened_on=date(2026, 5, 1)))
    page = today(open_window(store))
    assert page.due_tile.number == "2"
    assert page.late_tile.number == "1"
    group = page.tree.topLevelItem(0)
    assert group is not None
    assert group.text(0) == "瑞景公园3栋　1户，超期1户"
    line = group.child(0)
    assert [line.text(n) for n in range(4)] == ["2单元501", "王小明", "05-31", "15天"]
    assert "独居老人" in line.text(4)
    page.tree.setCurrentItem(line)
    page.tree.opened.emit(home)
    settle()
    dialog = page.window().findChild(HouseholdDialog)
    assert dialog is not None
    dialog.reject()


def test_late_items_and_open_promises_are_listed_by_date(store: Store, open_window: Open) -> None:
    home = a_household(store, people=["王小明"])
    visits.record(
        store,
        NewVisit(
            household=home, outcome="met", happened_on=date(2026, 5, 1), needs=("楼道灯坏了",),
            promises=(NewPromise("联系物业换灯", until=date(2026, 5, 20)),),
        ),
    )  # fmt: skip
    items.register(store, "hazard", "三楼堆放杂物", household=home)
    page = today(open_window(store))
    assert [item.text for item in page.late_items.rows()] == ["楼道灯坏了"]
    assert page.item_tile.number == "1"
    assert [row.promise.text for row in page.promises.rows()] == ["联系物业换灯"]
    assert page.found is not None
    assert page.found.news.items == 1  # the hazard; the need belongs to May
    assert page.found.news.visits == 1  # recorded today


def test_promises_nobody_speaks_of_come_first_and_say_so(store: Store, open_window: Open) -> None:
    home = a_household(store, people=["王小明"])
    for day, promise in (
        (date(2026, 6, 10), NewPromise("送医保手册", until=date(2026, 6, 20))),
        (date(2026, 5, 1), NewPromise("问清电梯补贴")),
        (date(2026, 6, 1), NewPromise("联系物业换灯", until=date(2026, 6, 5))),
    ):
        visits.record(
            store, NewVisit(household=home, outcome="met", happened_on=day, promises=(promise,))
        )
    page = today(open_window(store))
    shown = [(row.promise.text, row.silent) for row in page.promises.rows()]
    assert shown == [("问清电梯补贴", True), ("联系物业换灯", True), ("送医保手册", False)]
    assert page.silent.text() == "2件没有下文，请过问"
    promises.settle(store, page.promises.rows()[0].promise.uid, "kept")
    page.load()
    page.desk.jobs.wait_idle()
    assert page.silent.text() == "1件没有下文，请过问"


def test_choosing_buildings_on_the_map_leaves_only_their_doors(
    store: Store, open_window: Open, settle: Settle
) -> None:
    first = a_household(store, people=["王小明"])
    a_household(store, "4", room="301", people=["李梅"])
    a_household(store, "4", room="302", people=["王红"])
    visits.record(store, NewVisit(household=first, outcome="met", happened_on=date(2026, 6, 14)))
    page = today(open_window(store))
    tips = [page.map.item(n).toolTip() for n in range(page.map.count())]
    assert tips == ["瑞景公园3栋：1户里0户该走访", "瑞景公园4栋：2户里2户该走访"]
    page.map.item(0).setSelected(True)
    assert page.tree.topLevelItemCount() == 0
    assert page.evenings.text() == "只列选中的1栋，0户"
    page.map.item(0).setSelected(False)
    page.map.item(1).setSelected(True)
    assert page.tree.topLevelItemCount() == 1
    page.load()
    settle()
    assert page.map.item(1).isSelected()
    a_household(store, "3", room="302", people=["张三"])
    settle()
    assert page.due_tile.number == "3"
    assert page.tree.topLevelItemCount() == 1
    page.map.clearSelection()
    assert page.tree.topLevelItemCount() == 2


def test_the_visit_forms_of_one_building_open_in_the_preview(
    store: Store, open_window: Open, settle: Settle, answers: Answers
) -> None:
    a_household(store, people=["王小明"])
    a_household(store, "4", room="301", people=["李梅"])
    page = today(open_window(store))
    page.tree.setCurrentItem(page.tree.topLevelItem(1))
    page.print_forms_button.click()
    settle()
    preview = page.findChild(PrintPreview)
    assert preview is not None
    assert preview.total == 1
    assert answers.asked == []
    preview.close()
