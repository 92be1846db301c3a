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
    assert "jinlin package" not in answers.told[-1]  # a window speaks of buttons only
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


def test_a_third_machine_says_where_to_deal_with_it_and_does_not_ask_to_do_it_here(
    store: Store, open_window: OpenWindow, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    joining = profile.join_profile(
        tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    first, second = Pc(store, stick), Pc(joining, stick)
    introduce(first, second, stick / "2.jlcard")
    shutil.copytree(joining.folder, tmp_path / "copy")
    copy = Pc(profile.open_profile(tmp_path / "copy", PASSPHRASE), stick)
    second.household("601", "王小明")
    copy.household("602", "李红")
    carry(second, first, "1号机")
    told = copy.export_to("1号机", "copy.jlpkg")

    window = open_window(store)
    window.go(Place("exchange", "packages"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    page.packages.preview_files([told.path])
    settle()
    assert "请把本机的完整数据导给两台“2号机”中的一台" in answers.told[-1]
    assert "jinlin package" not in answers.told[-1]
    assert "更改 0 条" not in answers.told[-1]
    assert answers.asked == []
    assert not page.packages.receiving.part_button.isHidden()  # whoever knows better can
    for each in (second, copy):
        each.store.close()
