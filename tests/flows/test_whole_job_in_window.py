"""A secretary's whole month through the real window, carried to a colleague's PC at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.exchange.packages import cards
from desktop.exchange.print import raster
from desktop.exchange.sheets.sample import write_sample
from desktop.models import items, profile, residents, visits
from desktop.models.check import check
from desktop.models.dump import canonical_lines
from desktop.models.month import month_report
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.common.page import Page
from desktop.ui.exchange.package_dialogs import EnrolDialog
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.page import Page as Exchange
from desktop.ui.items.item_dialog import ItemDialog
from desktop.ui.items.page import Page as Items
from desktop.ui.main_window import MainWindow
from desktop.ui.posts.page import Page as Posts
from desktop.ui.posts.post_dialog import PostDialog
from desktop.ui.reports.page import Page as Reports
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.visits.page import Page as Visits
from desktop.ui.visits.visit_book_dialog import VisitBookDialog
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

HOUSEHOLDS = 60


@dataclass
class Secretary:
    """Sits before one window and does one thing after the other."""

    window: MainWindow
    answers: Answers
    wait: Callable[[], None]
    out: Path

    @property
    def store(self) -> Store:
        return self.window.desk.store

    def goes_to(self, screen: str, key: str = "") -> Page:
        self.window.go(Place(screen, key))
        self.wait()
        return self.window.pages[screen]

    def saves_the_preview(self, name: str) -> int:
        """Saves what the preview shows and closes it; returns the number of pages."""
        preview = self.window.findChild(PrintPreview)
        assert preview is not None
        self.answers.will(save_file=self.out / name)
        preview.save_pdf()
        preview.reject()
        self.wait()
        return raster.page_count(self.out / name)

    def imports_rosters(self, files: list[Path]) -> None:
        page = self.goes_to("exchange", "import")
        assert isinstance(page, Exchange)
        for path in files:
            self.answers.will(open_files=[path])
            page.imports.first.pick.click()
            self.wait()
            page.imports.onward.click()
            self.wait()
            page.imports.onward.click()
            self.wait()
            assert "导入完成" in page.imports.fourth.words.text()
            page.imports.fourth.again.click()
            self.wait()

    def prints_who_is_due(self) -> int:
        page = self.goes_to("visits", "due")
        assert isinstance(page, Visits)
        due = page.due.view.rows()
        assert all(row.due.reason for row in due)
        page.due.print_forms()
        self.wait()
        assert self.saves_the_preview("登记表.pdf") >= len(due)
        page.due.print_stairs()
        self.wait()
        assert self.saves_the_preview("走访单.pdf") >= 1
        return len(due)

    def types_forms(self, codes: list[str]) -> None:
        page = self.goes_to("visits")
        assert isinstance(page, Visits)
        page.tabs.setCurrentWidget(page.entry)
        self.window.activateWindow()
        page.entry.code.setFocus()
        self.wait()
        for number, code in enumerate(codes):
            QTest.keyClicks(QApplication.focusWidget(), code)
            for key in (Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_Tab):
                QTest.keyClick(QApplication.focusWidget(), key)
            self.wait()
            page.entry.form.needs.setPlainText(f"修楼道灯{number}")
            QTest.keyClick(
                page.entry.form.needs, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
            )
            self.wait()

    def imports_the_colleagues_visits(self, path: Path) -> None:
        page = self.goes_to("visits")
        assert isinstance(page, Visits)
        page.tabs.setCurrentWidget(page.log)
        self.answers.will(open_files=[path])
        page.log.import_book()
        self.wait()
        dialog = page.log.findChild(VisitBookDialog)
        assert dialog is not None
        dialog.yes.click()
        self.wait()

    def closes_the_first_need(self) -> None:
        page = self.goes_to("items")
        assert isinstance(page, Items)
        page.view.opened.emit(page.view.rows()[0])
        self.wait()
        dialog = page.findChild(ItemDialog)
        assert dialog is not None
        for step, result in (("accepted", ""), ("solved_on_site", "换好了")):
            dialog.choose(step)
            assert dialog.form is not None
            dialog.form.set_values({**dialog.form.values(), "result": result})
            dialog.save()
            self.wait()
        assert dialog.item is not None
        assert dialog.item.state == "solved_on_site"
        dialog.reject()

    def appoints_a_chief(self) -> None:
        page = self.goes_to("posts", "vacancies")
        assert isinstance(page, Posts)
        page.view.selectRow(0)
        page.change_holder()
        dialog = page.findChild(PostDialog)
        assert dialog is not None
        dialog.form.set_values({**dialog.form.values(), "holder": "陈楼长"})
        dialog.accept()
        self.wait()
        page.print_chiefs()
        self.wait()
        assert self.saves_the_preview("花名册.pdf") >= 1

    def closes_the_month(self) -> None:
        page = self.goes_to("reports")
        assert isinstance(page, Reports)
        page.tabs.setCurrentWidget(page.brief)
        self.wait()
        page.brief.items[2][1].setPlainText("下月重点：把楼道灯全部换好。")
        page.brief.print_brief()
        self.wait()
        assert self.saves_the_preview("简报.pdf") >= 1
        page.tabs.setCurrentWidget(page.month)
        self.answers.will(
            choose="单位留存：含数据表和名单", save_file=self.out / "月报.xlsx", confirm=True
        )
        page.month.save_book()
        self.wait()
        assert (self.out / "月报.xlsx").exists()
        page.month.seal()
        self.wait()
        page.month.print_report()
        self.wait()
        assert self.saves_the_preview("月报.pdf") >= 1

    def enrols(self, card: Path) -> None:
        page = self.goes_to("exchange", "packages")
        assert isinstance(page, Exchange)
        self.answers.will(open_files=[card])
        page.packages.machines.enrol()
        self.wait()
        dialog = page.packages.findChild(EnrolDialog)
        assert dialog is not None
        dialog.same.setChecked(True)
        dialog.yes.click()
        self.wait()

    def exports_to(self, stick: Path) -> None:
        page = self.goes_to("exchange", "packages")
        assert isinstance(page, Exchange)
        self.answers.will(folder=stick)
        page.packages.sending.export_button.click()
        self.wait()
        assert "没有差错。请把文件交给对方导入。" in self.answers.told[-1]

    def takes_in(self, files: list[Path], code: str) -> None:
        page = self.goes_to("exchange", "packages")
        assert isinstance(page, Exchange)
        self.answers.will(open_files=files, text=code)
        page.packages.receiving.import_packages()
        self.wait()
        preview = page.packages.findChild(PackagePreview)
        assert preview is not None
        preview.yes.click()
        self.wait()


@pytest.fixture
def colleague(tmp_path: Path) -> Iterator[Store]:
    joined = profile.join_profile(
        tmp_path / "colleague", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    yield joined
    joined.close()


def test_the_whole_month_in_the_window(
    store: Store,
    colleague: Store,
    open_window: Callable[[Store], MainWindow],
    settle: Callable[[], None],
    answers: Answers,
    tmp_path: Path,
) -> None:
    files = write_sample(tmp_path / "inputs", households=HOUSEHOLDS, seed=7)
    rosters = [path for path in files if "走访" not in path.name]
    [book] = [path for path in files if "走访" in path.name]
    out, stick = tmp_path / "out", tmp_path / "stick"
    out.mkdir()
    stick.mkdir()
    lin = Secretary(open_window(store), answers, settle, out)

    lin.imports_rosters(rosters)
    homes = residents.households(store)
    assert len(homes) >= HOUSEHOLDS - 1
    due = lin.prints_who_is_due()
    assert due > 0

    doors = [home.code for home in homes[:6]]
    lin.types_forms(doors)
    assert all(visits.visits_of(store, home.uid)[0].outcome == "met" for home in homes[:6])
    assert len(items.items(store, kind="need")) == 6
    lin.imports_the_colleagues_visits(book)
    assert len(visits.last_valid(store)) > 6

    lin.closes_the_first_need()
    lin.appoints_a_chief()
    lin.closes_the_month()
    report = month_report(store, "2026-06")
    assert report.sealed
    assert report.counts["visited_households"] >= 6
    assert report.balance_ok

    cards.write_card(colleague, stick / "2号机.jlcard")
    lin.enrols(stick / "2号机.jlcard")
    lin.exports_to(stick)
    chen = Secretary(open_window(colleague), answers, settle, out)
    chen.takes_in(list(stick.glob("*.jlpkg")), cards.own_fingerprint(store))
    assert len(residents.households(colleague)) == len(homes)
    assert month_report(colleague, "2026-06") == report

    assert list(canonical_lines(colleague)) == list(canonical_lines(store))
    assert check(store) == []
    assert check(colleague) == []
