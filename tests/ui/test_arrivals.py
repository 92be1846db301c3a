"""What has come on a stick or in the shared folder is said in a bar, taken in, and then no more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.exchange.packages import cards, export, inbox
from desktop.exchange.packages.drives import Drive
from desktop.models import profile, sites
from desktop.models.exchange_folder import exchange_folder, set_exchange_folder
from desktop.models.partners import partners
from desktop.models.store import Store
from desktop.ui.common import lookout
from desktop.ui.common.desk import Place
from desktop.ui.exchange.package_dialogs import EnrolDialog
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.page import Page
from desktop.ui.main_window import MainWindow
from desktop.ui.today.offices_page import Page as OfficesPage
from desktop.ui.today.page import Page as TodayPage
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "KINGSTON"
    folder.mkdir()
    return folder


@pytest.fixture
def in_place(stick: Path, plugged: list[Drive]) -> Path:
    """The stick is in."""
    plugged.append(Drive(stick, "KINGSTON", 7_800_000_000, 8_000_000_000, read_only=False))
    return stick


def introduce(store: Store, joined: Store, folder: Path) -> None:
    """Both PCs know each other; the folder is empty again."""
    card = cards.write_card(joined, folder / "2.jlcard")
    cards.enrol(store, folder / "2.jlcard", role="peer", fingerprint=card.fingerprint)
    first = export.export(store, "2号机", folder, kind="full")
    take_in(joined, first.path, cards.own_fingerprint(store))
    back = export.export(joined, sites.own_site(store).name, folder)
    take_in(store, back.path)
    for old in folder.iterdir():
        old.unlink()


def take_in(store: Store, path: Path, code: str = "") -> None:
    assert inbox.take_in(store, [path], fingerprint=code).refused == []


def exchange_of(window: MainWindow, settle: Settle) -> Page:
    window.go(Place("exchange", "packages"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    return page


def look(window: MainWindow, settle: Settle) -> None:
    """The timer's next round."""
    window.desk.lookout.look()
    settle()


def test_a_package_on_a_stick_is_announced_looked_at_taken_in_and_no_more_spoken_of(
    store: Store, joined: Store, in_place: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    introduce(store, joined, in_place)
    window = open_window(store)
    page = exchange_of(window, settle)
    assert not page.arrivals.isVisible()
    a_household(joined, people=["王小明"])
    export.export(joined, "1号机", in_place)
    look(window, settle)
    assert page.arrivals.isVisible()
    assert page.arrivals.words.text() == "U盘“KINGSTON”里有1个新数据包（2号机）。"
    assert not page.arrivals.enrol_button.isVisible()
    page.show_key("import")
    page.arrivals.take_button.click()
    settle()
    assert page.tabs.currentWidget() is page.packages
    preview = page.window().findChild(PackagePreview)
    assert preview is not None
    preview.yes.click()
    settle()
    assert store.value("SELECT name FROM live_residents") == "王小明"
    assert answers.told[-1].startswith("已并入。")
    assert not page.arrivals.isVisible()


def test_what_is_put_off_is_not_spoken_of_again_but_the_next_one_is(
    store: Store, joined: Store, in_place: Path, open_window: OpenWindow, settle: Settle
) -> None:
    introduce(store, joined, in_place)
    a_household(joined, people=["王小明"])
    export.export(joined, "1号机", in_place)
    window = open_window(store)
    page = exchange_of(window, settle)
    page.arrivals.later_button.click()
    look(window, settle)
    assert not page.arrivals.isVisible()
    a_household(joined, room="502", people=["李红"])
    export.export(joined, "1号机", in_place)
    look(window, settle)
    assert page.arrivals.words.text() == "U盘“KINGSTON”里有1个新数据包（2号机）。"


def test_the_morning_screen_opens_what_has_come(
    store: Store, joined: Store, in_place: Path, open_window: OpenWindow, settle: Settle
) -> None:
    introduce(store, joined, in_place)
    a_household(joined, people=["王小明"])
    export.export(joined, "1号机", in_place)
    window = open_window(store)
    today = window.pages["today"]
    assert isinstance(today, TodayPage)
    assert today.arrivals.isVisible()
    today.arrivals.take_button.click()
    settle()
    assert window.current == "exchange"
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    assert page.tabs.currentWidget() is page.packages
    preview = window.findChild(PackagePreview)
    assert preview is not None  # one click is enough
    preview.reject()
    settle()
    assert page.arrivals.isVisible()
    page.arrivals.later_button.click()
    window.go(Place("today"))
    settle()
    assert not today.arrivals.isVisible()


def test_a_street_office_hears_of_a_communitys_report(
    store: Store, in_place: Path, tmp_path: Path, open_window: OpenWindow, settle: Settle
) -> None:
    street = profile.create_profile(
        tmp_path / "street", passphrase=PASSPHRASE, office="湖滨街道", level="subdistrict",
        user="赵主任",
    )  # fmt: skip
    for here, there in ((store, street), (street, store)):
        card = cards.write_card(there, tmp_path / "x.jlcard")
        cards.enrol(here, tmp_path / "x.jlcard", role="office", fingerprint=card.fingerprint)
    export.export(store, "湖滨街道", in_place, kind="report", month="2026-05")
    window = open_window(street)
    today = window.pages["today"]
    assert isinstance(today, OfficesPage)
    assert today.arrivals.isVisible()
    assert today.arrivals.words.text() == "U盘“KINGSTON”里有1个新数据包（莲心社区）。"
    today.arrivals.take_button.click()
    settle()
    page = exchange_of(window, settle)
    preview = page.window().findChild(PackagePreview)
    assert preview is not None
    preview.yes.click()
    settle()
    assert not page.arrivals.isVisible()
    window.close()
    settle()
    street.close()


def test_a_colleagues_card_on_a_stick_is_offered_for_enrolment(
    store: Store, joined: Store, in_place: Path, open_window: OpenWindow, settle: Settle
) -> None:
    cards.write_card(joined, in_place / "2.jlcard")
    window = open_window(store)
    page = exchange_of(window, settle)
    assert page.arrivals.words.text() == "U盘“KINGSTON”里有1张没登记的名片（2号机）。"
    assert not page.arrivals.take_button.isVisible()
    page.arrivals.enrol_button.click()
    settle()
    dialog = page.window().findChild(EnrolDialog)
    assert dialog is not None
    dialog.same.setChecked(True)
    dialog.yes.click()
    settle()
    look(window, settle)
    assert [site.name for site in sites.sites(store)] == ["1号机", "2号机"]
    assert not page.arrivals.isVisible()


def test_another_offices_card_on_a_stick_is_offered_where_offices_are_enrolled(
    store: Store, in_place: Path, open_window: OpenWindow, settle: Settle, tmp_path: Path
) -> None:
    street = profile.create_profile(
        tmp_path / "street", passphrase=PASSPHRASE, office="湖滨街道", level="subdistrict",
        user="赵主任",
    )  # fmt: skip
    cards.write_card(street, in_place / "s.jlcard")
    street.close()
    window = open_window(store)
    page = exchange_of(window, settle)
    assert page.arrivals.words.text() == "U盘“KINGSTON”里有1张没登记的外单位名片（湖滨街道）。"
    page.arrivals.enrol_button.click()
    settle()
    assert page.tabs.currentWidget() is page.offices
    dialog = page.window().findChild(EnrolDialog)
    assert dialog is not None
    dialog.same.setChecked(True)
    dialog.yes.click()
    settle()
    look(window, settle)
    assert [each.office_name for each in partners(store)] == ["湖滨街道"]
    assert not page.arrivals.isVisible()


def test_a_pc_that_waits_to_join_is_not_offered_the_offices_card(
    store: Store, joined: Store, in_place: Path, open_window: OpenWindow, settle: Settle
) -> None:
    cards.write_card(store, in_place / "1.jlcard")
    page = exchange_of(open_window(joined), settle)
    assert not page.arrivals.isVisible()


def test_the_shared_folder_is_chosen_watched_and_missed_without_a_fuss(
    store: Store, joined: Store, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers, qtbot: QtBot,
) -> None:  # fmt: skip
    introduce(store, joined, stick)
    window = open_window(store)
    page = exchange_of(window, settle)
    line = page.packages.sending.shared
    assert line.words.text().startswith("共享文件夹：没有设。")
    answers.will(folder=stick)
    line.choose_button.click()
    settle()
    assert exchange_folder(store) == stick
    assert line.words.text().startswith("共享文件夹：")
    assert line.words.toolTip() == str(stick)
    a_household(joined, people=["王小明"])
    made = export.export(joined, "1号机", stick)
    qtbot.waitUntil(page.arrivals.isVisible)  # the folder itself gives the hint
    assert page.arrivals.words.text() == "共享文件夹里有1个新数据包（2号机）。"
    stick.rename(stick.with_name("offline"))
    look(window, settle)
    assert "现在打不开" in line.words.text()
    assert not page.arrivals.isVisible()
    assert answers.told == []
    stick.with_name("offline").rename(stick)
    look(window, settle)
    assert "现在打不开" not in line.words.text()
    assert page.arrivals.isVisible()
    answers.will(choose="不用共享文件夹")
    line.choose_button.click()
    settle()
    assert exchange_folder(store) is None
    assert not page.arrivals.isVisible()
    assert made.path.exists()


def test_a_share_that_hangs_holds_up_neither_the_sticks_nor_the_window(
    store: Store, joined: Store, in_place: Path, tmp_path: Path, open_window: OpenWindow,
    settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    introduce(store, joined, in_place)
    share = tmp_path / "share"
    share.mkdir()
    set_exchange_folder(store, share)
    window = open_window(store)
    page = exchange_of(window, settle)
    answered, real = threading.Event(), lookout.look

    def hanging(folders: list[Path], seen: lookout.Seen) -> lookout.Sight:
        if share in folders:
            answered.wait(20)
        return real(folders, seen)

    monkeypatch.setattr(lookout, "look", hanging)
    a_household(joined, people=["王小明"])
    export.export(joined, "1号机", in_place)
    try:
        for _ in range(5):
            window.desk.lookout.look()
        qtbot.waitUntil(page.arrivals.isVisible)
        assert "现在打不开" in page.packages.sending.shared.words.text()
        assert threading.active_count() < 12
    finally:
        answered.set()
    settle()
    look(window, settle)
    assert "现在打不开" not in page.packages.sending.shared.words.text()


def test_one_button_writes_to_all_onto_the_stick_that_is_in(
    store: Store, joined: Store, in_place: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    introduce(store, joined, in_place)
    a_household(store, people=["王小明"])
    page = exchange_of(open_window(store), settle)
    answers.will(choose=f"U盘“KINGSTON”（{in_place}，还剩7.3 GB）")
    page.packages.sending.all_button.click()
    settle()
    [made] = in_place.iterdir()
    assert "给2号机：" in answers.told[-1]
    assert answers.told[-1].endswith("已重新读过一遍，没有差错。可以拔出U盘，交给对方导入。")
    take_in(joined, made)
    assert joined.value("SELECT name FROM live_residents") == "王小明"
    answers.will(choose=f"U盘“KINGSTON”（{in_place}，还剩7.3 GB）")
    page.packages.sending.all_button.click()
    settle()
    assert answers.told[-1] == "2号机：上次写的还在那里，内容一样，没有再写。"


def test_a_pulled_stick_is_a_sentence_and_another_folder_can_be_chosen(
    store: Store, joined: Store, in_place: Path, tmp_path: Path, open_window: OpenWindow,
    settle: Settle, answers: Answers,
) -> None:  # fmt: skip
    introduce(store, joined, in_place)
    a_household(store, people=["王小明"])
    page = exchange_of(open_window(store), settle)
    in_place.rename(tmp_path / "pulled out")
    answers.will(choose=f"U盘“KINGSTON”（{in_place}，还剩7.3 GB）")
    page.packages.sending.all_button.click()
    settle()
    assert "找不到或中途断开，没有写出" in answers.told[-1]
    (tmp_path / "other").mkdir()
    answers.will(choose="别的文件夹…", folder=tmp_path / "other")
    page.packages.sending.export_button.click()
    settle()
    assert answers.told[-1].startswith("已写好：")
    assert answers.told[-1].endswith("没有差错。请把文件交给对方导入。")
    assert len(list((tmp_path / "other").iterdir())) == 1
