"""Where each package and each colleague stands, in the words the window uses for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel

from desktop.exchange.packages import cards, export, inbox
from desktop.models import exchange_log, package_log, profile, roster
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.exchange.package_dialogs import EnrolDialog
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.package_words import got_state, sent_state, site_state
from desktop.ui.exchange.page import Page
from desktop.ui.main_window import MainWindow
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


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


def test_a_package_that_brings_only_a_receipt_can_be_taken_in(
    store: Store, second: Store, open_window: OpenWindow, settle: Settle, answers: Answers,
    tmp_path: Path,
) -> None:  # fmt: skip
    a_household(store, people=["王小明"])
    first = export.export(store, "2号机", tmp_path / "1.jlpkg")
    inbox.take_in(second, [first.path], fingerprint=cards.own_fingerprint(store))
    back = export.export(second, "1号机", tmp_path / "back.jlpkg", kind="ack")
    page = packages_of(open_window(store), settle)
    receiving = page.packages.receiving
    receiving.preview_files([back.path])
    settle()
    preview = page.packages.findChild(PackagePreview)
    assert preview is not None
    words = "".join(label.text() for label in preview.findChildren(QLabel))
    assert "2号机的回执" in words
    assert preview.yes.text() == "收下"
    preview.yes.click()
    settle()
    assert answers.told[-1].startswith("已收下。")
    assert stands(page) == "已全部确认"
    [row] = receiving.view.rows()
    assert got_state(row) == "已收下"
    receiving.view.selectRow(0)
    receiving.undo_package()  # nobody is asked: there is nothing to take back


def test_two_machines_of_one_name_are_not_enrolled(
    store: Store, second: Store, open_window: OpenWindow, settle: Settle, answers: Answers,
    tmp_path: Path,
) -> None:  # fmt: skip
    third = profile.join_profile(
        tmp_path / "third", passphrase=PASSPHRASE, site_name="2号机", user="吴小兰"
    )
    for number, each in enumerate((second, third)):
        cards.write_card(each, tmp_path / f"{number}.jlcard")
    third.close()
    page = packages_of(open_window(store), settle)

    def asked(number: int) -> EnrolDialog:
        answers.will(open_files=[tmp_path / f"{number}.jlcard"])
        page.packages.machines.enrol()
        settle()
        dialog = page.packages.findChild(EnrolDialog)
        assert dialog is not None
        dialog.same.setChecked(True)
        return dialog

    dialog = asked(1)
    assert not dialog.yes.isEnabled()
    assert "如“3号机”" in dialog.problem.text()
    dialog.name.setText("3号机")
    dialog.yes.click()
    settle()
    named = [row.site.name for row in page.packages.machines.sites.rows()]
    assert sorted(named) == ["2号机", "3号机"]
    known = asked(0)  # the same machine once more keeps its name
    assert known.yes.isEnabled()
    known.close()


def test_a_card_in_the_wrong_place_is_sent_to_the_right_one_before_anybody_telephones(
    store: Store, open_window: OpenWindow, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    street = profile.create_profile(
        tmp_path / "street", passphrase=PASSPHRASE, office="湖滨街道", level="subdistrict",
        user="赵主任",
    )  # fmt: skip
    cards.write_card(street, tmp_path / "street.jlcard")
    street.close()
    page = packages_of(open_window(store), settle)
    answers.will(open_files=[tmp_path / "street.jlcard"])
    page.packages.machines.enrol()
    settle()
    assert page.packages.findChild(EnrolDialog) is None
    assert "请到“交换 → 上下级”里登记" in answers.told[-1]
