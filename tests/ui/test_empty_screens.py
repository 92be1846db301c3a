"""Every screen opens where there is nothing yet: a new office, and a PC that has not joined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.models import profile
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.page import Page as Exchange
from desktop.ui.main_window import MainWindow
from desktop.ui.screens import COMMUNITY
from tests.conftest import PASSPHRASE

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


def visit_every_screen(window: MainWindow, settle: Settle) -> None:
    for screen in COMMUNITY:
        window.go(Place(screen.name))
        settle()
        assert window.pages[screen.name].isVisible()


def test_every_screen_opens_in_a_new_office(
    store: Store, open_window: OpenWindow, settle: Settle
) -> None:
    visit_every_screen(open_window(store), settle)


def test_every_screen_opens_on_a_pc_that_waits_for_its_office(
    tmp_path: Path, open_window: OpenWindow, settle: Settle
) -> None:
    joined = profile.join_profile(
        tmp_path / "joined", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    window = open_window(joined)
    visit_every_screen(window, settle)
    page = window.pages["exchange"]
    assert isinstance(page, Exchange)
    page.show_key("packages")
    settle()
    assert "还没有加入单位" in page.packages.machines.name.text()
    assert not page.packages.sending.export_button.isEnabled()
    window.close()
    joined.close()
