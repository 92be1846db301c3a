"""New keys for this PC, and stopping a colleague's up to a number, in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.exchange.packages import cards, export, inbox
from desktop.models import exchange_log, roster, sites
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.package_words import site_state
from desktop.ui.exchange.page import Page
from desktop.ui.exchange.stop_dialog import StopDialog
from desktop.ui.main_window import MainWindow
from tests.build import a_household
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def colleague(store: Store, second: Store, tmp_path: Path) -> Store:
    """A colleague's PC with two changes of its own that have come here."""
    home = a_household(store)
    first = export.export(store, "2号机", tmp_path / "first.jlpkg")
    inbox.take_in(second, [first.path], fingerprint=cards.own_fingerprint(store))
    for note in ("养狗", "养猫"):
        roster.set_field(second, home, "note", note)
    inbox.take_in(store, [export.export(second, "1号机", tmp_path / "back.jlpkg").path])
    return second


@pytest.fixture
def page(store: Store, colleague: Store, open_window: OpenWindow, settle: Settle) -> Page:
    del colleague
    window = open_window(store)
    window.go(Place("exchange", "packages"))
    settle()
    found = window.pages["exchange"]
    assert isinstance(found, Page)
    return found


def asked_to_stop(page: Page, settle: Settle) -> StopDialog:
    page.packages.machines.sites.selectRow(0)
    page.packages.machines.stop_button.click()
    settle()
    dialog = page.packages.findChild(StopDialog)
    assert dialog is not None
    return dialog


def test_new_keys_change_the_fingerprint_and_say_who_has_to_hear_of_it(
    page: Page, store: Store, settle: Settle, answers: Answers
) -> None:
    before = cards.own_fingerprint(store)
    answers.will(confirm=True)
    page.packages.machines.keys_button.click()
    settle()
    after = page.packages.machines.code.text()
    assert after == cards.own_fingerprint(store) != before
    assert "2号机还不知道" in answers.told[-1]


def test_a_stopped_pc_is_believed_up_to_the_number_that_was_given(
    page: Page, store: Store, colleague: Store, settle: Settle
) -> None:
    last = exchange_log.vector(store)[colleague.site]
    dialog = asked_to_stop(page, settle)
    assert dialog.number.value() == last
    assert dialog.after is None
    assert dialog.known.text() == f"本机已收到它的第1–{last}号。"
    dialog.number.setValue(last - 1)
    assert dialog.some.isChecked()
    assert "其中1条在这一号以后" in dialog.known.text()
    dialog.yes.click()
    settle()
    there = sites.site(store, colleague.site)
    assert there is not None
    assert (there.revoked, there.revoked_after) == (True, last - 1)
    [row] = page.packages.machines.sites.rows()
    assert site_state(row) == "已停用"
    assert not page.packages.sending.export_button.isEnabled()


def test_a_hasty_enter_stops_nobody(
    page: Page, store: Store, colleague: Store, settle: Settle
) -> None:
    dialog = asked_to_stop(page, settle)
    assert not dialog.yes.autoDefault()
    dialog.reject()
    settle()
    there = sites.site(store, colleague.site)
    assert there is not None
    assert not there.revoked
