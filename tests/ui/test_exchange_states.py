"""Where each package and each colleague stands, in the words the window uses for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.exchange.packages import cards, export, inbox
from desktop.models import exchange_log, package_log, profile, roster
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.package_words import got_state, sent_state, site_state
from desktop.ui.exchange.page import Page
from desktop.ui.main_window import MainWindow
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def second(store: Store, tmp_path: Path) -> Iterator[Store]:
    """A colleague's PC whose card is enrolled."""
    joined = profile.join_profile(
        tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    card = tmp_path / "2.jlcard"
    cards.enrol(store, card, role="peer", fingerprint=cards.write_card(joined, card).fingerprint)
    yield joined
    joined.close()


def packages_of(window: MainWindow, settle: Settle) -> Page:
    window.go(Place("exchange", "packages"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    page.packages.load()
    settle()
    return page


def stands(page: Page) -> str:
    """What the list of PCs says about the one colleague."""
    [row] = page.packages.machines.sites.rows()
    return site_state(row)


def test_a_colleague_goes_from_lacking_over_exported_to_confirmed(
    store: Store, second: Store, open_window: OpenWindow, settle: Settle, tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"])
    window = open_window(store)
    page = packages_of(window, settle)
    lacking = sum(exchange_log.vector(store).values())
    assert stands(page) == f"还差 {lacking} 条，导出给他"

    first = export.export(store, "2号机", tmp_path / "1.jlpkg")
    page = packages_of(window, settle)
    assert stands(page) == "已导出·等回执"
    assert [sent_state(row) for row in page.packages.sending.view.rows()] == ["已导出·等回执"]

    inbox.take_in(second, [first.path], fingerprint=cards.own_fingerprint(store))
    inbox.take_in(store, [export.export(second, "1号机", tmp_path / "back.jlpkg").path])
    page = packages_of(window, settle)
    assert stands(page) == "已全部确认"
    assert [sent_state(row) for row in page.packages.sending.view.rows()] == ["已全部确认"]

    roster.set_field(store, home, "note", "按铃没响")
    page = packages_of(window, settle)
    assert stands(page) == "还差 1 条，导出给他"
    page.packages.machines.sites.selectRow(0)
    assert page.packages.machines.details.text() == (
        f"2号机：已确认 {sum(exchange_log.vector(store).values()) - 1} 条，还没有导出 1 条。"
    )


def test_choosing_a_colleague_in_the_list_writes_a_package_for_him(
    store: Store, second: Store, open_window: OpenWindow, settle: Settle, answers: Answers,
    tmp_path: Path,
) -> None:  # fmt: skip
    page = packages_of(open_window(store), settle)
    stick = tmp_path / "stick"
    stick.mkdir()
    answers.will(folder=stick)
    machines = page.packages.machines
    machines.sites.opened.emit(machines.sites.rows()[0])
    settle()
    [row] = page.packages.sending.view.rows()
    assert row.sent.to_site == second.site
    assert len(list(stick.iterdir())) == 1


def test_a_waiting_package_names_machine_and_numbers_and_says_what_to_do(
    store: Store, second: Store, open_window: OpenWindow, settle: Settle, answers: Answers,
    tmp_path: Path,
) -> None:  # fmt: skip
    home = a_household(store)
    first = export.export(store, "2号机", tmp_path / "1.jlpkg")
    inbox.take_in(second, [first.path], fingerprint=cards.own_fingerprint(store))
    for text in ("一", "二"):
        roster.set_field(store, home, "note", text)
    known = exchange_log.vector(store)
    with store.local() as conn:  # as if a third PC had told that 2号机 knows them
        package_log.note_knowledge(conn, second.site, known)
    roster.set_field(store, home, "note", "三")
    ahead = export.export(store, "2号机", tmp_path / "ahead.jlpkg")
    window = open_window(second)
    page = packages_of(window, settle)
    inbox.take_in(second, [ahead.path])
    page = packages_of(window, settle)
    view = page.packages.receiving.view
    [row] = [row for row in view.rows() if row.got.state == "waiting"]
    last = known[store.site]
    assert got_state(row) == f"缺 1号机 {last - 1}–{last}"
    view.opened.emit(row)
    assert "导出完整数据" in answers.told[-1]
