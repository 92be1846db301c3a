"""The screen of the walk as people use it: mostly by keyboard, thirty forms an evening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.models import campaigns, items, promises, residents, settings, visits
from desktop.models.store import Store
from desktop.models.visits import NewPromise, NewVisit
from desktop.ui.common.desk import Place
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.visits.campaigns_panel import NewCampaignDialog
from desktop.ui.visits.correction_dialog import CorrectionDialog
from desktop.ui.visits.page import Page
from desktop.ui.visits.stairs_dialog import StairsDialog
from desktop.ui.visits.visit_book_dialog import VisitBookDialog
from tests.build import a_household
from tests.conftest import TODAY
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]
MOST_KEYS = 6  # besides the code


@dataclass(slots=True)
class Keyboard:
    """Types wherever the focus is, as a person does, and counts the key strokes."""

    window: MainWindow
    strokes: int = 0

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        for key in keys:
            QTest.keyClick(self._focus(), key, modifier or Qt.KeyboardModifier.NoModifier)
            self.strokes += 1

    def type(self, text: str) -> None:
        """Latin text by keys, Chinese as an input method commits it."""
        if text.isascii():
            QTest.keyClicks(self._focus(), text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(self._focus(), event)
        self.strokes += len(text)

    def scan(self, code: str) -> None:
        """What a scanner types is nobody's key stroke; the Enter behind it is a key."""
        QTest.keyClicks(self._focus(), code)

    def _focus(self) -> QWidget:
        focus = QApplication.focusWidget()
        assert focus is not None
        return focus


@pytest.fixture
def homes(store: Store) -> list[str]:
    return [
        a_household(store, "3", "2", f"{floor}0{room}", people=[f"王小{'一二三四五六'[floor - 1]}"])
        for floor in range(1, 7)
        for room in range(1, 6)
    ]


@pytest.fixture
def page(
    store: Store, homes: list[str], open_window: OpenWindow, settle: Settle, keys: Keyboard
) -> Page:
    del store, homes, open_window
    keys.window.go(Place("visits"))
    settle()
    shown = keys.window.pages["visits"]
    assert isinstance(shown, Page)
    return shown


@pytest.fixture
def keys(store: Store, homes: list[str], open_window: OpenWindow, settle: Settle) -> Keyboard:
    del homes
    window = open_window(store)
    window.activateWindow()
    settle()
    return Keyboard(window)


def code_of(store: Store, home: str) -> str:
    return residents.household(store, home).code


def test_thirty_plain_forms_take_six_keys_each_at_most(
    store: Store, homes: list[str], page: Page, keys: Keyboard, settle: Settle
) -> None:
    assert len(homes) == 30
    for home in homes:
        keys.scan(code_of(store, home))
        before = keys.strokes
        keys.press(Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_Return)
        settle()
        assert keys.strokes - before <= MOST_KEYS
    found = visits.visits_between(store, date(2026, 6, 15), date(2026, 6, 15))
    assert {visit.household for visit in found} == set(homes)
    assert {visit.outcome for visit in found} == {"met"}
    assert {visit.walkers for visit in found} == {("林书记",)}
    assert "第 30 张" in page.entry.last.text()


def test_keys_pressed_before_the_household_was_found_are_kept(
    store: Store, homes: list[str], page: Page, keys: Keyboard, settle: Settle
) -> None:
    del page
    keys.type("3栋2单元402")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_3, Qt.Key.Key_Return):
        QTest.keyClick(QApplication.focusWidget(), key)
    settle()
    [visit] = visits.visits_of(store, homes[16])
    assert visit.outcome == "not_home"


def test_day_walkers_and_mode_stay_for_the_next_form(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    form = page.entry.form
    form.day.setText("6-12")
    form.walkers.setText("陈小红 王网格员")
    form.mode.setCurrentIndex(form.mode.findData("phone"))
    for home in homes[:2]:
        page.entry.open_household(home)
        settle()
        form.outcome.choose("proxy")
        page.entry.save()
        settle()
    for home in homes[:2]:
        [visit] = visits.visits_of(store, home)
        assert visit.happened_on == "2026-06-12"
        assert visit.walkers == ("陈小红", "王网格员")
        assert visit.mode == "phone"


def test_enter_behind_the_walkers_saves_nothing(
    store: Store, homes: list[str], page: Page, keys: Keyboard, settle: Settle
) -> None:
    page.entry.open_household(homes[0])
    settle()
    page.entry.form.outcome.choose("met")
    page.entry.form.walkers.setFocus()
    keys.press(Qt.Key.Key_Return)
    settle()
    assert visits.visits_of(store, homes[0]) == []
    assert page.entry.form.outcome.hasFocus()


def test_a_full_form_is_typed_without_the_mouse(
    store: Store, homes: list[str], page: Page, keys: Keyboard, settle: Settle
) -> None:
    keys.type("3栋2单元501")
    keys.press(Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_Tab)
    assert page.entry.form.needs.hasFocus()
    keys.type("楼道灯坏了")
    keys.press(Qt.Key.Key_Return)
    keys.type("想装扶手")
    keys.press(Qt.Key.Key_Tab)
    keys.type("会修电器")
    keys.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    keys.type("王小明")
    keys.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    keys.type("联系物业")
    keys.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    keys.type("6-30")
    keys.press(Qt.Key.Key_Tab)
    keys.type("+30")
    keys.press(Qt.Key.Key_Return)
    settle()
    home = homes[20]
    [visit] = visits.visits_of(store, home)
    assert visit.met_whom == "王小明"
    assert visit.next_on == "2026-07-15"
    assert {(item.kind, item.text) for item in items.items(store, household=home)} == {
        ("need", "楼道灯坏了"), ("need", "想装扶手"), ("resource", "会修电器"),
    }  # fmt: skip
    [promise] = promises.promises_of(store, home)
    assert (promise.text, promise.by, promise.until) == ("联系物业", "林书记", "2026-06-30")


def test_a_door_nobody_knows_is_said_and_can_be_typed_again(
    page: Page, keys: Keyboard, settle: Settle
) -> None:
    keys.type("8栋9单元999")
    keys.press(Qt.Key.Key_Return)
    settle()
    assert "找不到" in page.entry.problem.text()
    assert page.entry.code.hasFocus()
    assert page.entry.code.selectedText() == "8栋9单元999"


def test_an_outcome_must_be_chosen(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    page.entry.open_household(homes[0])
    settle()
    page.entry.save()
    settle()
    assert "还没有选走访结果" in page.entry.problem.text()
    assert visits.visits_of(store, homes[0]) == []


def test_a_date_in_the_future_is_refused_and_the_form_stays(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    page.entry.open_household(homes[0])
    settle()
    page.entry.form.outcome.choose("met")
    page.entry.form.day.setText("2026-12-01")
    page.entry.form.needs.setPlainText("想装扶手")
    page.entry.save()
    settle()
    assert "比今天还晚" in page.entry.problem.text()
    assert page.entry.form.needs.toPlainText() == "想装扶手"
    assert visits.visits_of(store, homes[0]) == []


def test_a_form_typed_twice_is_pointed_out(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    visits.record(
        store, NewVisit(household=homes[0], outcome="not_home", happened_on=date(2026, 6, 15))
    )
    page.entry.open_household(homes[0])
    settle()
    assert page.entry.problem.text() == "注意：这户 2026-06-15 已经记过：家中无人。"
    page.entry.open_household(homes[1])
    settle()
    assert page.entry.problem.text() == ""


def test_a_scanner_that_types_too_early_spoils_no_outcome(
    store: Store, homes: list[str], page: Page, settle: Settle, answers: Answers
) -> None:
    """Code scanned while the last form is unsaved: the outcome stays, the person is asked."""
    entry = page.entry
    entry.open_household(homes[0])
    settle()
    entry.form.outcome.choose("met")
    code = code_of(store, homes[1])
    for place, character in enumerate(code[:2]):
        event = QKeyEvent(
            QEvent.Type.KeyPress, ord(character), Qt.KeyboardModifier.NoModifier, character
        )
        event.setTimestamp(1000 + 10 * place)
        QApplication.sendEvent(entry.form.outcome, event)
    assert entry.form.outcome.outcome == "met"
    QTest.keyClicks(entry.code, code[2:])
    answers.will(confirm=False)
    QTest.keyClick(entry.code, Qt.Key.Key_Return)
    settle()
    assert entry.at is not None
    assert entry.at.household.uid == homes[0]
    assert "还没有保存" in answers.asked[0]


def test_promises_of_last_time_are_seen_and_settled_at_the_form(
    store: Store, homes: list[str], page: Page, settle: Settle, answers: Answers
) -> None:
    visits.record(store, NewVisit(
        household=homes[0], outcome="met", happened_on=date(2026, 6, 1),
        promises=(NewPromise("送助餐表"),),
    ))  # fmt: skip
    page.entry.open_household(homes[0])
    settle()
    [promise] = promises.promises_of(store, homes[0])
    answers.will(text="表格用完了")
    page.entry.card._not_kept(promise, page.entry.card)
    settle()
    [promise] = promises.promises_of(store, homes[0])
    assert (promise.state, promise.state_reason) == ("not_kept", "表格用完了")


def test_a_correction_replaces_the_visit_in_the_list(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    visits.record(store, NewVisit(household=homes[0], outcome="met", happened_on=date(2026, 6, 3)))
    page.tabs.setCurrentWidget(page.log)
    settle()
    [row] = page.log.view.rows()
    page.log.view.opened.emit(row)
    dialog = page.log.findChild(CorrectionDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "outcome": "not_home", "note": "记错了"})
    dialog.accept()
    settle()
    [row] = page.log.view.rows()
    assert (row.visit.outcome, row.visit.note) == ("not_home", "记错了")
    assert page.log.count.text() == "1 次，1 户，其中见到 0 户"


def test_a_visit_typed_under_the_wrong_door_moves_to_the_right_one(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    visits.record(
        store,
        NewVisit(household=homes[0], outcome="met", happened_on=date(2026, 6, 3), needs=("修灯",)),
    )
    page.tabs.setCurrentWidget(page.log)
    settle()
    page.log.view.selectRow(0)
    page.log.correct_selected()
    dialog = page.log.findChild(CorrectionDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "door": "9栋9单元909"})
    dialog.accept()
    settle()
    assert "找不到" in dialog.problem.text()
    dialog.form.set_values({**dialog.form.values(), "door": "3栋2单元102"})
    dialog.accept()
    settle()
    assert visits.visits_of(store, homes[0]) == []
    assert visits.visits_of(store, homes[1])[0].outcome == "met"
    [item] = items.items(store, kind="need")
    assert item.household == homes[1]


def test_the_due_list_is_filtered_selected_and_printed(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    a_household(store, "5", "1", "101", people=["周阿婆"], tags=["elder_alone"])
    page.show_key("due")
    settle()
    assert len(page.due.view.rows()) == len(homes) + 1
    page.due.tag.setCurrentIndex(page.due.tag.findData("elder_alone"))
    [row] = page.due.view.rows()
    assert row.due.head == "周阿婆"
    assert "独居老人" in row.due.reason
    page.due.print_forms()
    settle()
    preview = page.due.findChild(PrintPreview)
    assert preview is not None
    assert preview.total == 1
    assert "第 1 页，共 1 页" in preview.where.text()
    preview.reject()
    settle()
    assert list((store.folder / "drawing").iterdir()) == []
    page.due.tag.setCurrentIndex(0)
    page.due.view.selectRow(0)
    assert "选中 1 户" in page.due.count.text()
    page.due.print_stairs()
    settle()
    stairs = page.due.findChild(PrintPreview)
    assert stairs is not None
    assert stairs.total == 1
    stairs.reject()


def test_open_promises_are_worked_off(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    visits.record(store, NewVisit(
        household=homes[3], outcome="met", happened_on=date(2026, 6, 1),
        promises=(NewPromise("修楼道灯", "王网格员", date(2026, 6, 10)),),
    ))  # fmt: skip
    page.show_key("promises")
    settle()
    assert page.promises.count.text() == "共 1 件未办，其中过了期限 1 件"
    page.promises.view.selectRow(0)
    page.promises.settle_kept()
    settle()
    assert page.promises.view.rows() == []
    assert promises.promises_of(store, homes[3])[0].state == "kept"


def test_a_campaign_shows_how_many_doors_were_reached(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    page.tabs.setCurrentWidget(page.campaigns)
    page.campaigns.add()
    dialog = page.campaigns.findChild(NewCampaignDialog)
    assert dialog is not None
    values = {"name": "夏季千户访", "start_on": "2026-06-15", "end_on": "6-1", "target": "二十"}
    dialog.form.set_values({**dialog.form.values(), **values})
    dialog.accept()
    settle()
    assert "整数" in dialog.problem.text()
    dialog.form.set_values({**dialog.form.values(), "end_on": "6-30", "target": "20"})
    dialog.accept()
    settle()
    for home in (homes[0], homes[0], homes[1]):
        visits.record(store, NewVisit(household=home, outcome="met", happened_on=TODAY.date()))
    settle()
    [row] = page.campaigns.view.rows()
    assert (row.reached, row.target, row.days_left) == (2, 20, 15)
    shown = [column.value(row) for column in page.campaigns.view.table.columns]
    assert shown[3:] == ["2/20户（10.00%）", "还有15天"]


def test_a_campaign_takes_several_buildings_and_uses(
    store: Store, homes: list[str], page: Page, settle: Settle
) -> None:
    far = a_household(store, "9", room="101", people=["李梅"], type_of_use="rented")
    a_household(store, "9", room="102", people=["王红"], type_of_use="owner_occupied")
    a_household(store, "10", room="101", people=["张三"], type_of_use="rented")
    where = {uid: residents.household(store, uid).building for uid in (homes[0], far)}
    page.campaigns.add()
    dialog = page.campaigns.findChild(NewCampaignDialog)
    assert dialog is not None
    given = {"name": "租户走访", "start_on": "6-15", "end_on": "6-30"}
    ticked = {"buildings": tuple(where.values()), "uses": ("rented",)}
    dialog.form.set_values({**dialog.form.values(), **given, **ticked})
    dialog.accept()
    settle()
    [run] = campaigns.campaigns(store)
    assert set(run.scope.buildings) == set(where.values())
    assert campaigns.progress(store, run) == (0, 1)
    page.tabs.setCurrentWidget(page.campaigns)
    settle()
    assert page.campaigns.view.rows()[0].scope.endswith("瑞景公园9栋，出租")


def test_a_tick_list_is_worked_by_the_keyboard(page: Page, settle: Settle) -> None:
    page.campaigns.add()
    dialog = page.campaigns.findChild(NewCampaignDialog)
    assert dialog is not None
    before, listed = dialog.form.values(), dialog.form.editors["uses"]
    listed.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(listed, key)
    assert len(dialog.form.values()["uses"]) == 2
    QTest.keyClick(listed, Qt.Key.Key_Tab)
    assert not listed.hasFocus()
    dialog.form.set_values(before)
    assert dialog.form.values()["uses"] == ()
    dialog.reject()
    settle()


def test_more_teams_need_fewer_evenings(store: Store, page: Page, settle: Settle) -> None:
    with store.change("设置") as change:
        settings.put(change, store, "doors_per_evening", 1)
    page.show_key("due")
    settle()
    doors = len(page.due.view.rows())
    assert f"约需{doors}个晚上" in page.due.about.text()
    page.due.teams.setCurrentIndex(1)
    assert f"每晚2户：约需{-(-doors // 2)}个晚上" in page.due.about.text()


def test_stairs_of_a_campaign_are_given_to_a_walker_and_taken_back(
    store: Store, homes: list[str], page: Page, settle: Settle, answers: Answers
) -> None:
    visits.record(store, NewVisit(household=homes[0], outcome="met", happened_on=TODAY.date()))
    uid = campaigns.add_campaign(store, "夏季千户访", TODAY.date(), TODAY.date())
    page.campaigns.share_out(campaigns.campaign(store, uid))
    dialog = page.campaigns.findChild(StairsDialog)
    assert dialog is not None
    settle()
    before = dialog.view.rows()
    assert sum(stair.doors for stair in before) == len(homes)
    assert sum(stair.reached for stair in before) == 1
    dialog.give()
    assert "请先选中" in answers.told[-1]
    dialog.view.selectRow(0)
    answers.will(text="陈干事")
    dialog.give()
    settle()
    assert dialog.view.rows()[0].walker == "陈干事"
    assert "陈干事负责" in dialog.people.text()
    dialog.view.selectRow(0)
    dialog.take_back()
    settle()
    assert dialog.view.rows()[0].walker is None


def test_a_workbook_of_visits_is_previewed_then_imported(
    store: Store, homes: list[str], page: Page, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    book = Workbook()
    book.active.append(["小区", "门牌", "走访日期", "走访人", "走访结果", "需求"])
    book.active.append(["瑞景公园", "3栋2单元101", "2026-06-10", "王网格员", "见面", "想装扶手"])
    book.active.append(["瑞景公园", "9栋9单元999", "2026-06-10", "王网格员", "见面", ""])
    book.save(tmp_path / "走访.xlsx")
    page.tabs.setCurrentWidget(page.log)
    answers.will(open_files=[tmp_path / "走访.xlsx"])
    page.log.import_book()
    settle()
    dialog = page.log.findChild(VisitBookDialog)
    assert dialog is not None
    assert "新增 1 次" in dialog.words.text()
    assert "拒绝 1 行" in dialog.words.text()
    assert visits.visits_of(store, homes[0]) == []
    dialog.accept()
    settle()
    [visit] = visits.visits_of(store, homes[0])
    assert visit.walkers == ("王网格员",)
    assert "已导入" in answers.told[-1]
