"""Files in and out: the import in four steps, packages between two PCs, conflicts, duplicates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox

from desktop import paths
from desktop.exchange.packages import cards, export, inbox
from desktop.models import duplicates, residents, roster
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.import_words import FIELDS, NEW, REFUSED, masked
from desktop.ui.exchange.package_dialogs import EnrolDialog
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.page import Page
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


def exchange_of(window: MainWindow, settle: Settle) -> Page:
    window.go(Place("exchange"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    return page


@pytest.fixture
def page(store: Store, open_window: OpenWindow, settle: Settle) -> Page:
    return exchange_of(open_window(store), settle)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = Workbook()
    sheet = made.active
    sheet.title = "3栋"
    sheet.append(["小区", "楼栋", "单元", "房号", "姓名", "与户主关系", "记号", "民族"])
    sheet.append(["瑞景公园", "3栋", "2", "501", "王小明", "户主", "13900000001", "汉"])
    sheet.append(["瑞景公园", "3栋", "2", "501", "李美", "妻子", "", "汉"])
    sheet.append(["瑞景公园", "3栋", "2", "502", "张三、李四", "户主", "", "汉"])
    sheet.append(["瑞景公园", "3栋", "2", "601", "赵大有", "户主", "13900000002", "汉"])
    made.save(tmp_path / "花名册.xlsx")
    return tmp_path / "花名册.xlsx"


def names(store: Store) -> set[str]:
    return {person.name for home in residents.households(store) for person in home.residents}


def meaning(page: Page, header: str) -> QComboBox:
    table = page.imports.second.table
    for line in range(table.rowCount()):
        cell = table.item(line, 1)
        if cell is not None and cell.text() == header:
            box = table.cellWidget(line, 2)
            assert isinstance(box, QComboBox)
            return box
    raise AssertionError(f"no column {header}")


def test_columns_are_remembered_for_the_person_whose_sheets_they_are(
    page: Page, store: Store, book: Path, settle: Settle
) -> None:
    wizard = page.imports
    wizard.first.giver.setText("小陈")
    wizard.take_files([book])
    settle()
    phone = meaning(page, "记号")
    phone.setCurrentIndex(phone.findData("phone"))
    phone.activated.emit(phone.currentIndex())
    for _ in range(2):
        wizard.onward.click()
        settle()
    assert names(store) == {"王小明", "李美", "赵大有"}
    wizard.take_files([book])
    settle()
    assert meaning(page, "记号").currentData() == "phone"
    wizard.first.giver.setText("小吴")
    wizard.take_files([book])
    settle()
    assert meaning(page, "记号").currentData() == ""


def test_a_roster_is_imported_in_four_steps_and_taken_back(
    page: Page, store: Store, book: Path, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    wizard = page.imports
    answers.will(open_files=[book])
    wizard.first.pick.click()
    settle()
    assert wizard.steps.currentIndex() == 1
    assert meaning(page, "姓名").currentText() == "姓名"
    assert meaning(page, "记号").currentText() == "（不导入）"
    assert not meaning(page, "民族").isEnabled()  # never collected
    samples = wizard.second.table.item(4, 4)
    assert samples is not None
    assert samples.text() == "王小明　李美　张三、李四"

    phone = meaning(page, "记号")
    phone.setCurrentIndex(phone.findData("phone"))
    phone.activated.emit(phone.currentIndex())
    wizard.onward.click()
    settle()
    assert wizard.steps.currentIndex() == 2
    assert names(store) == set()  # nothing is written before the preview is confirmed
    assert wizard.third.filters[REFUSED].text() == "拒绝 1"
    wizard.third.filters[REFUSED].click()
    [row] = wizard.third.view.rows()
    assert "一格多人" in row.reason
    wizard.third.filters[NEW].click()
    assert wizard.third.view.rows()

    wizard.onward.click()
    settle()
    assert names(store) == {"王小明", "李美", "赵大有"}
    assert "导入完成" in wizard.fourth.words.text()
    answers.will(save_file=tmp_path / "标注.xlsx")
    wizard.fourth.mark.click()
    settle()
    marked = openpyxl.load_workbook(tmp_path / "标注.xlsx")
    assert any("一格多人" in str(cell.value) for row in marked.active for cell in row)

    answers.will(confirm=True)
    wizard.fourth.undo.click()
    settle()
    assert names(store) == set()
    assert wizard.steps.currentIndex() == 0
    [past] = wizard.first.past.rows()
    assert past.undone


def test_every_field_a_sheet_can_have_has_a_word() -> None:
    table = paths.resource("headers.tsv").read_text("utf-8").splitlines()[1:]
    assert {line.split("\t")[0] for line in table} <= set(FIELDS)


def test_no_id_digits_are_shown_in_the_wizard() -> None:
    assert masked("350299195610208454　王小明") == "350299************　王小明"
    assert masked("13900000001/5021234") == "139****0001/5021234"


def test_importing_the_same_roster_again_changes_nothing(
    page: Page, store: Store, book: Path, settle: Settle
) -> None:
    for expected in ("导入完成", "没有改动"):
        page.take_files([book])
        settle()
        page.imports.onward.click()
        settle()
        page.imports.onward.click()
        settle()
        assert expected in page.imports.fourth.words.text()
    assert names(store) == {"王小明", "李美", "赵大有"}


def test_a_file_dropped_on_the_screen_starts_the_import(
    page: Page, book: Path, settle: Settle
) -> None:
    page.show_key("packages")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(book))])
    page.dropEvent(QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    ))  # fmt: skip
    settle()
    assert page.tabs.currentWidget() is page.imports
    assert page.imports.steps.currentIndex() == 1


def test_a_file_that_is_no_roster_is_said(
    page: Page, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "笔记.csv").write_text("今天,天气,好\n明天,也,好\n", encoding="utf-8")
    page.take_files([tmp_path / "笔记.csv"])
    settle()
    assert "没有找到花名册的表头" in answers.told[0]
    assert page.imports.steps.currentIndex() == 0


def enrol_second(page: Page, joined: Store, settle: Settle, answers: Answers, folder: Path) -> None:
    cards.write_card(joined, folder / "2号机.jlcard")
    page.show_key("packages")
    settle()
    answers.will(open_files=[folder / "2号机.jlcard"])
    page.packages.machines.enrol()
    settle()
    dialog = page.packages.findChild(EnrolDialog)
    assert dialog is not None
    assert not dialog.yes.isEnabled()  # not before the codes were compared
    dialog.same.setChecked(True)
    dialog.yes.click()
    settle()
    assert [row.site.name for row in page.packages.machines.sites.rows()] == ["2号机"]


def test_a_colleague_gets_everything_and_sends_changes_back(
    page: Page, store: Store, joined: Store, open_window: OpenWindow, settle: Settle,
    answers: Answers, tmp_path: Path,
) -> None:  # fmt: skip
    home = a_household(store, people=["王小明"])
    enrol_second(page, joined, settle, answers, tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    answers.will(folder=stick)
    page.packages.sending.export_button.click()
    settle()
    assert answers.told[-1].endswith("已重新读过一遍，没有差错。请把文件交给对方导入。")
    [sent] = page.packages.sending.view.rows()
    assert sent.sent.state == "sent"
    other_stick = tmp_path / "other"
    other_stick.mkdir()
    page.packages.sending.view.selectRow(0)
    answers.will(folder=other_stick)
    page.packages.sending.copy_again()
    settle()
    [copy] = other_stick.iterdir()
    [first] = stick.iterdir()
    assert (copy.name, copy.read_bytes()) == (first.name, first.read_bytes())

    there = exchange_of(open_window(joined), settle)
    there.show_key("packages")
    settle()
    answers.will(open_files=list(stick.iterdir()), text=cards.own_fingerprint(store))
    there.packages.receiving.import_packages()
    settle()
    preview = there.packages.findChild(PackagePreview)
    assert preview is not None
    assert names(joined) == set()
    preview.yes.click()
    settle()
    assert names(joined) == {"王小明"}
    assert "已并入" in answers.told[-1]

    roster.set_field(joined, home, "note", "按铃没响")
    package = export.export(joined, "1号机", stick)
    page.take_files([package.path])
    settle()
    back = page.packages.findChild(PackagePreview)
    assert back is not None
    back.yes.click()
    settle()
    assert residents.household(store, home).note == "按铃没响"
    assert page.packages.sending.view.rows()[0].sent.state == "acknowledged"

    page.packages.receiving.view.selectRow(0)
    answers.will(confirm=True)
    page.packages.receiving.undo_package()
    settle()
    assert residents.household(store, home).note is None
    assert answers.told[-1].startswith("已撤销 1 处")


def test_what_the_undo_of_a_package_leaves_is_named_with_its_field_and_why(
    page: Page, store: Store, joined: Store, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"])
    card = cards.write_card(joined, tmp_path / "2.jlcard")
    cards.enrol(store, tmp_path / "2.jlcard", role="peer", fingerprint=card.fingerprint)
    first = export.export(store, "2号机", tmp_path, kind="full")
    inbox.take_in(joined, [first.path], fingerprint=cards.own_fingerprint(store))
    roster.set_field(joined, home, "note", "按铃没响")
    roster.set_field(joined, home, "phone", "13900001111")
    inbox.take_in(store, [export.export(joined, "1号机", tmp_path).path])
    roster.set_field(store, home, "note", "铃已修好")
    page.show_key("packages")
    page.load()
    settle()

    page.packages.receiving.view.selectRow(0)
    answers.will(confirm=True)
    page.packages.receiving.undo_package()
    settle()
    door = residents.household(store, home).door
    assert answers.told[-1].splitlines() == [
        "已撤销 1 处，2 处保留未动：",
        f"住户：{door}　备注——之后有人改过，保留",
        "使用人：陈小红——单位、机器、使用人名单和单位间来往不撤销",
    ]  # fmt: skip


def test_the_slip_for_a_stick_that_changes_hands_is_printed_for_the_chosen_package(
    page: Page, store: Store, joined: Store, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    enrol_second(page, joined, settle, answers, tmp_path)
    export.export(store, "2号机", tmp_path, kind="full")
    page.load()
    settle()
    sending = page.packages.sending
    sending.print_slip()
    settle()
    assert sending.findChild(PrintPreview) is None  # nothing is chosen yet
    sending.view.selectRow(0)
    sending.print_slip()
    settle()
    paper = sending.findChild(PrintPreview)
    assert paper is not None
    assert paper.total == 1
    paper.close()
    settle()


def test_a_strange_file_is_refused_with_a_sentence(
    page: Page, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "x.jlpkg").write_bytes(b"not a package")
    page.take_files([tmp_path / "x.jlpkg"])
    settle()
    assert answers.told
    assert page.packages.findChild(PackagePreview) is None


def test_possible_duplicates_are_compared_and_merged_by_hand(
    page: Page, store: Store, settle: Settle, answers: Answers
) -> None:
    first = a_household(store, people=["王小明"])
    second = a_household(store, people=["李美"])
    page.show_key("duplicates")
    settle()
    panel = page.duplicates
    [row] = panel.view.rows()
    assert dict(row.compared)["住的人"] in (("王小明", "李美"), ("李美", "王小明"))
    panel.side.selectColumn(1)
    panel.side.setCurrentCell(0, 1)
    answers.will(confirm=True)
    panel.merge_button.click()
    settle()
    kept = row.duplicate.uids[1]
    assert [home.uid for home in residents.households(store)] == [kept]
    assert names(store) == {"王小明", "李美"}
    assert {first, second} == set(row.duplicate.uids)
    assert panel.view.rows() == []


def test_what_was_written_for_a_merged_door_is_gathered_by_hand(
    page: Page, store: Store, settle: Settle, answers: Answers
) -> None:
    stays = a_household(store, people=["王小明"])
    merged = a_household(store, people=["李美"])
    duplicates.merge(store, "households", merged, into=stays)
    with store.change("别的机器上新增") as change:
        change.create("residents", household=merged, name="张三", relation="SON", status="living")
    page.show_key("duplicates")
    settle()
    panel = page.duplicates
    assert panel.side.columnCount() == 1
    answers.will(confirm=True)
    panel.merge_button.click()
    settle()
    assert {person.name for person in residents.household(store, stays).residents} == {
        "王小明", "李美", "张三",
    }  # fmt: skip
    assert panel.view.rows() == []
