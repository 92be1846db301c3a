"""A further PC joins its office: the way is shown where the window opens, and ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from desktop.exchange.packages import cards, export
from desktop.models import residents
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.page import Page
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.today.page import Page as Today
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def page(joined: Store, open_window: OpenWindow, settle: Settle) -> Page:
    """What the secretary sees first: she has not clicked anything."""
    window = open_window(joined)
    settle()
    assert window.current == "exchange"
    found = window.pages["exchange"]
    assert isinstance(found, Page)
    assert found.tabs.currentWidget() is found.packages
    return found


def test_the_window_of_a_waiting_pc_opens_at_the_steps_and_offers_nothing_else(
    page: Page, settle: Settle
) -> None:
    assert page.packages.joining.isVisible()
    assert not page.packages.sending.isVisible()
    assert not page.packages.machines.enrol_button.isEnabled()
    assert "还没有加入单位" in page.packages.machines.name.text()
    assert "“给2号机”" in page.packages.joining.enrol_step.text()  # as the other PC calls it
    usable = [page.tabs.tabText(n) for n in range(page.tabs.count()) if page.tabs.isTabVisible(n)]
    assert usable == ["数据包"]
    page.show_key("import")
    page.load()
    settle()
    assert page.tabs.currentWidget() is page.packages


def test_the_first_screen_of_a_waiting_pc_leads_to_the_steps(
    joined: Store, open_window: OpenWindow, settle: Settle
) -> None:
    window = open_window(joined)
    window.go(Place("today"))
    settle()
    today = window.pages["today"]
    assert isinstance(today, Today)
    assert "交换 → 数据包" in today.tree.empty
    assert "花名册" not in today.tree.empty


def test_a_mistyped_code_is_offered_again(
    page: Page, store: Store, joined: Store, settle: Settle, answers: Answers, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    a_household(store, people=["王小明"])
    card = tmp_path / "2.jlcard"
    cards.enrol(store, card, role="peer", fingerprint=cards.write_card(joined, card).fingerprint)
    first = export.export(store, "2号机", tmp_path / "first.jlpkg")
    offered: list[str] = []

    def wrong(question: str, default: str = "") -> str:
        del question
        offered.append(default)
        return "11111 22222 33333 44444 55555"

    monkeypatch.setattr(answers, "text", wrong)
    for _ in range(2):
        page.packages.receiving.preview_files([first.path])
        settle()
    assert "指纹码" in answers.told[-1]
    assert offered == ["", "11111 22222 33333 44444 55555"]


def test_the_card_is_saved_copied_and_printed_before_the_pc_has_joined(
    page: Page, joined: Store, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    machines = page.packages.machines
    answers.will(save_file=tmp_path / "2号机.jlcard")
    machines.save_card()
    settle()
    assert cards.read_card(tmp_path / "2号机.jlcard").site == joined.site
    machines.copy_code()
    assert QGuiApplication.clipboard().text() == cards.own_fingerprint(joined)
    machines.print_card()
    settle()
    paper = machines.findChild(PrintPreview)
    assert paper is not None
    assert paper.total == 1
    paper.close()
    settle()


def test_the_steps_give_way_to_the_usual_screen_with_the_first_package(
    page: Page, joined: Store, store: Store, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    a_household(store, people=["王小明"])
    card = tmp_path / "2.jlcard"
    cards.enrol(store, card, role="peer", fingerprint=cards.write_card(joined, card).fingerprint)
    first = export.export(store, "2号机", tmp_path / "first.jlpkg")
    answers.will(open_files=[first.path], text=cards.own_fingerprint(store))
    page.packages.receiving.import_packages()
    settle()
    preview = page.packages.findChild(PackagePreview)
    assert preview is not None
    words = "".join(label.text() for label in preview.findChildren(QLabel))
    assert "撤销" not in words  # the first package cannot be taken back
    assert [(line.door, line.words) for line in preview.view.rows()][:2] == [
        ("瑞景公园3栋2单元501", "整户新增"), ("", "居民 王小明"),
    ]  # fmt: skip
    preview.yes.click()
    settle()
    assert [home.head_name for home in residents.households(joined)] == ["王小明"]
    assert not page.packages.joining.isVisible()
    assert page.packages.sending.isVisible()
    assert all(page.tabs.isTabVisible(place) for place in range(page.tabs.count()))
    [row] = page.packages.machines.sites.rows()
    assert row.site.name == "1号机"
