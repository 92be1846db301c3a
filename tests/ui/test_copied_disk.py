"""The window brings in what was set aside because the disk had been copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from desktop.exchange.packages.export import export
from desktop.models import profile
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.page import Page
from desktop.ui.main_window import MainWindow
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.exchange.pcs import Pc, carry, introduce
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


def test_a_copied_disk_is_dealt_with_from_the_list_of_packages(
    store: Store, open_window: OpenWindow, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    second = Pc(
        profile.join_profile(
            tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
        ),
        stick,
    )
    introduce(Pc(store, stick), second, stick / "2.jlcard")
    shutil.copytree(store.folder, tmp_path / "copy")
    copy = Pc(profile.open_profile(tmp_path / "copy", PASSPHRASE), stick)
    copy.household("601", "王小明")
    carry(copy, second, "2号机")
    a_household(store, room="602", people=["李红"])
    told = export(second.store, "1号机", stick, kind="full")

    window = open_window(store)
    window.go(Place("exchange"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    page.show_key("packages")
    settle()
    box = page.packages.receiving
    assert box.part_button.isHidden()
    answers.will(open_files=[told.path], confirm=False)
    box.import_packages()
    settle()
    assert "本机的编号在另一台机上也在用" in answers.told[-1]
    assert not box.part_button.isHidden()

    answers.will(confirm=True)
    box.part_button.click()
    settle()
    assert "是新的一台机：请点“保存名片…”" in answers.told[-1]
    assert box.part_button.isHidden()
    rooms = {room for (room,) in store.rows("SELECT room FROM live_households")}
    assert rooms == {"601", "602"}
    second.store.close()
    copy.store.close()
