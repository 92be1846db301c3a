"""Offices above and below in the window: escalate, answer, close; report and add up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.exchange.packages import cards
from desktop.exchange.packages.drives import Drive
from desktop.exchange.packages.export import export
from desktop.exchange.packages.inbox import take_in
from desktop.exchange.packages.letters import notice, receipt
from desktop.models import items, letters, profile
from desktop.models.exchange_folder import set_exchange_folder
from desktop.models.partners import partners
from desktop.models.privacy import audit_lines
from desktop.models.store import Store
from desktop.models.streams import sent_letters
from desktop.ui.common.desk import Place
from desktop.ui.exchange.escalate_dialog import EscalateDialog
from desktop.ui.exchange.letter_dialog import TOLD, LetterDialog, SentDialog
from desktop.ui.exchange.notice_dialog import NoticeDialog
from desktop.ui.exchange.offices_panel import OfficesPanel
from desktop.ui.exchange.package_dialogs import EnrolDialog
from desktop.ui.exchange.package_preview import PackagePreview
from desktop.ui.exchange.page import Page
from desktop.ui.exchange.proposal_dialog import ProposalDialog
from desktop.ui.items.item_dialog import ItemDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.page import RollupPage
from desktop.ui.today.offices_page import Page as OfficesToday
from desktop.ui.today.page import Page as Today
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def street(tmp_path: Path, store: Store, stick: Path) -> Iterator[Store]:
    """The street office, known to the community and knowing it."""
    made = profile.create_profile(
        tmp_path / "street", passphrase=PASSPHRASE, office="湖滨街道", level="subdistrict",
        user="赵主任",
    )  # fmt: skip
    for here, there in ((store, made), (made, store)):
        card = cards.write_card(there, stick / "x.jlcard")
        cards.enrol(here, stick / "x.jlcard", role="office", fingerprint=card.fingerprint)
    (stick / "x.jlcard").unlink()
    yield made
    made.close()


def offices_of(window: MainWindow, settle: Settle) -> OfficesPanel:
    window.go(Place("exchange", "offices"))
    settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    return page.offices


def newest(stick: Path) -> Path:
    """The package that has just been put on the stick."""
    return max(stick.glob("*.jlpkg"), key=lambda path: path.stat().st_mtime_ns)


def taken_in(window: MainWindow, settle: Settle, path: Path) -> str:
    """Drop a package on the window, read the preview, take it in; returns what it said."""
    window.go(Place("exchange"))
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    page.take_files([path])
    settle()
    preview = page.packages.findChild(PackagePreview)
    assert preview is not None
    words = " ".join(label.text() for label in preview.findChildren(type(window.office)))
    assert preview.yes.text() == "收下"
    preview.yes.click()
    settle()
    return words


@pytest.mark.usefixtures("street")
@pytest.mark.parametrize(("category", "leaves"), [("水电", "水电"), ("王小明家", "")])
def test_the_category_is_shown_as_it_leaves_and_not_at_all_if_it_names_somebody(
    store: Store, stick: Path, open_window: OpenWindow, settle: Settle, answers: Answers,
    category: str, leaves: str,
) -> None:  # fmt: skip
    home = a_household(store, people=["王小明"])
    item = items.register(store, "need", "漏水", household=home)
    with store.change("改类别") as change:
        change.set("items", item, category=category)
    panel = offices_of(open_window(store), settle)
    panel.escalate_first()
    settle()
    writing = panel.findChild(EscalateDialog)
    assert writing is not None
    writing.form.set_values({"purpose": "请街道协调", "text": "楼上漏水"})
    words = writing.leaves.toPlainText()
    assert ("类别：水电" in words, "类别" in words) == (bool(leaves), bool(leaves))
    answers.will(folder=stick)
    writing.save()
    settle()
    [sent] = sent_letters(store)
    assert json.loads(sent.body)["category"] == leaves


def test_a_community_escalates_the_street_answers_and_the_community_closes(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    home = a_household(store, people=["王小明", "高兴"])
    item = items.register(store, "need", "3栋2单元501王小明家漏水", household=home)
    community = open_window(store)
    community.go(Place("items", f"item:{item}"))
    settle()
    page = community.pages["items"]
    dialog = page.findChild(ItemDialog)
    assert dialog is not None
    dialog.up.click()
    settle()
    writing = dialog.findChild(EscalateDialog)
    assert writing is not None
    writing.form.set_values({"purpose": "请街道协调", "text": "王小明家漏水，修好就高兴了"})
    writing.save()
    settle()
    assert "姓名“王小明”" in writing.guard.problem.text()
    assert sent_letters(store) == []
    writing.form.set_values({"purpose": "请街道协调", "text": "楼上漏水，修好就高兴了"})
    assert "情况：楼上漏水，修好就高兴了" in writing.leaves.toPlainText()
    assert "501" not in writing.leaves.toPlainText()
    writing.save()
    settle()
    writing.guard.boxes["高兴"].setChecked(True)
    writing.guard.reason.setText("形容词")
    answers.will(folder=stick)
    writing.save()
    settle()
    assert answers.told[-1].endswith("没有差错。请把文件交给湖滨街道导入。")
    assert items.item(store, item).state == "escalated"
    assert audit_lines(store)[0].reason == "形容词"

    above = open_window(street)
    assert [screen.title for screen in above.screens] == ["今日", "清单", "报表", "交换", "设置"]
    assert "莲心社区 上报 1 件" in taken_in(above, settle, newest(stick))
    panel = offices_of(above, settle)
    [row] = panel.received.rows()
    assert row.state == "open"
    panel.received.opened.emit(row)
    reading = panel.findChild(LetterDialog)
    assert reading is not None
    reading.text.setPlainText("水务公司周五来换管")
    answers.will(folder=stick)
    reading.buttons["answer"].click()
    settle()
    assert [each.state for each in panel.received.rows()] == ["answered"]

    taken_in(community, settle, newest(stick))
    assert items.item(store, item).state == "escalated"  # arriving changes nothing
    dialog.load()
    settle()
    assert "湖滨街道答复（06-15）：水务公司周五来换管" in _texts(dialog)
    answers.will(choose=TOLD)
    dialog.outside.follow(letters.letters(store, "answer")[0].uid)
    settle()
    closed = items.item(store, item)
    assert (closed.state, closed.result) == ("fed_back", "水务公司周五来换管")
    assert offices_of(community, settle).received.rows()[0].state == "done"
    # the answer carried the receipt for the escalation
    assert [each.state for each in sent_letters(store)] == ["acknowledged"]
    dialog.reject()
    settle()


def _texts(dialog: ItemDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(type(dialog.text)))


def test_a_month_goes_up_and_stands_in_the_streets_sums(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    for room in range(6):
        a_household(store, room=f"{room + 1}01", people=["王小明"])
    panel = offices_of(open_window(store), settle)
    assert not panel.notice_button.isVisibleTo(panel)
    answers.will(choose="2026年5月", confirm=True, folder=stick)
    panel.month_button.click()
    settle()
    assert "还没有封账" in answers.asked[-2]
    assert [each.month for each in sent_letters(store)] == ["2026-05"]

    above = open_window(street)
    today = above.pages["today"]
    assert isinstance(today, OfficesToday)
    assert (today.reported_tile.number, today.missing_tile.number) == ("0", "1")
    assert [row.report for row in today.offices.rows()] == ["还没有报"]
    assert "莲心社区 2026年5月月报（第1号）" in taken_in(above, settle, newest(stick))
    above.go(Place("today"))
    settle()
    assert (today.reported_tile.number, today.missing_tile.number) == ("1", "0")
    assert today.figures.rows()[0].by_office == "莲心社区 6"
    today.offices.opened.emit(today.offices.rows()[0])
    settle()
    reports = above.pages["reports"]
    assert isinstance(reports, RollupPage)
    sums = reports.rollup
    assert sums.state.text() == "已报1个单位，已报齐"
    assert sums.table.horizontalHeaderItem(1).text() == "莲心社区"
    assert (sums.table.item(0, 0).text(), sums.table.item(0, 1).text()) == ("6", "6")
    sums.table.setCurrentCell(0, 1)
    assert [(row.office, row.text) for row in sums.offices.rows()] == [("莲心社区", "6")]
    target = stick / "汇总.xlsx"
    answers.will(save_file=target)
    sums.save_book()
    settle()
    assert target.exists()


def test_the_lists_of_packages_say_which_kind_of_letter_came_and_went(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle
) -> None:
    a_household(store, people=["王小明"])
    for number, made in enumerate((
        export(store, "湖滨街道", stick / "0.jlpkg", kind="report", month="2026-05"),
        export(store, "湖滨街道", stick / "1.jlpkg", letter=receipt(store, partners(store)[0])),
    )):  # fmt: skip
        take_in(street, [stick / f"{number}.jlpkg"])
        assert made.path.exists()
    above, below = open_window(street), open_window(store)
    for window, box in ((above, "receiving"), (below, "sending")):
        window.go(Place("exchange", "packages"))
        settle()
        page = window.pages["exchange"]
        assert isinstance(page, Page)
        rows = getattr(page.packages, box).view.rows()
        assert {row.contents for row in rows} == {"月报 2026-05", "回执"}


def test_a_task_stands_on_the_first_screen_until_it_is_done(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    panel = offices_of(open_window(street), settle)
    panel.notice_button.click()
    dialog = panel.findChild(NoticeDialog)
    assert dialog is not None
    dialog.form.set_values(
        {"to": dialog.form.values()["to"], "title": "防台风", "due_on": "6-20", "text": ""}
    )
    answers.will(folder=stick)
    dialog.save()
    settle()
    community = open_window(store)
    assert "湖滨街道 通知 1 件" in taken_in(community, settle, newest(stick))
    community.go(Place("today"))
    settle()
    today = community.pages["today"]
    assert isinstance(today, Today)
    [task] = today.tasks.rows()
    assert task.letter.body["due_on"] == "2026-06-20"
    assert today.side.tabText(today.side.indexOf(today.tasks)) == "任务 1"
    today.tasks.opened.emit(task)
    reading = today.findChild(LetterDialog)
    assert reading is not None
    reading.buttons["done"].click()
    settle()
    assert today.tasks.rows() == []


def _state(panel: OfficesPanel) -> str:
    """Where the newest letter stands, as the list says it."""
    view = panel.received
    return str(view.model().index(0, view.model().columnCount() - 1).data())


def test_a_notice_without_a_day_is_no_task_and_is_marked_as_read(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle
) -> None:
    export(street, "莲心社区", stick, letter=notice("高温提醒", "多喝水", ""))
    community = open_window(store)
    taken_in(community, settle, newest(stick))
    community.go(Place("today"))
    settle()
    today = community.pages["today"]
    assert isinstance(today, Today)
    assert today.tasks.rows() == []
    panel = offices_of(community, settle)
    assert _state(panel) == "未阅"
    panel.received.selectRow(0)
    panel.open_selected()
    reading = panel.findChild(LetterDialog)
    assert reading is not None
    assert reading.buttons["done"].text() == "已阅"
    reading.buttons["done"].click()
    settle()
    assert _state(panel) == "已阅"


def test_a_second_pc_is_told_that_the_street_may_not_know_it(
    store: Store, street: Store, stick: Path, tmp_path: Path, open_window: OpenWindow,
    settle: Settle, answers: Answers,
) -> None:  # fmt: skip
    second = profile.join_profile(
        tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="小陈"
    )
    code = cards.write_card(second, stick / "2.jlcard").fingerprint
    cards.enrol(store, stick / "2.jlcard", role="peer", fingerprint=code)
    export(store, street.site, stick, kind="report", month="2026-05")
    whole = export(store, "2号机", stick / "full.jlpkg").path
    take_in(second, [whole], fingerprint=cards.own_fingerprint(store))
    before = set(stick.iterdir())

    panel = offices_of(open_window(second), settle)
    answers.will(choose="2026年5月", confirm=True)
    answers.will(confirm=False)
    panel.send_month()
    settle()
    assert "以前都是1号机写给湖滨街道的" in answers.asked[-1]
    assert set(stick.iterdir()) == before

    answers.will(choose="2026年5月", confirm=True, folder=stick)
    answers.will(confirm=True)
    panel.send_month()
    settle()
    assert len(set(stick.iterdir()) - before) == 1
    second.close()


def test_a_proposal_is_accepted_or_declined_and_the_other_side_hears_it(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    item = items.register(store, "need", "漏水")
    community, above = open_window(store), open_window(street)
    panel = offices_of(community, settle)
    answers.will(choose="1. 需求　　漏水")
    panel.escalate_button.click()
    settle()
    writing = panel.findChild(EscalateDialog)
    assert writing is not None
    writing.form.set_values({"purpose": "协调", "text": "水管漏水"})
    answers.will(folder=stick)
    writing.save()
    settle()
    taken_in(above, settle, newest(stick))
    streets = offices_of(above, settle)
    streets.received.opened.emit(streets.received.rows()[0])
    reading = streets.findChild(LetterDialog)
    assert reading is not None
    reading.buttons["propose"].click()
    settle()
    proposing = reading.findChild(ProposalDialog)
    assert proposing is not None
    proposing.what.set_values({"field": "time_class"})
    proposing.values["time_class"].set_values({"time_class": "difficult"})
    answers.will(folder=stick)
    proposing.save()
    settle()
    reading.reject()
    taken_in(community, settle, newest(stick))
    assert items.item(store, item).time_class == "ordinary"
    panel = offices_of(community, settle)
    panel.received.opened.emit(panel.received.rows()[0])
    settle()
    asked = panel.findChild(LetterDialog)
    assert asked is not None
    assert asked.words.toPlainText().startswith("关于：水管漏水\n建议：办理时限改为")
    assert asked.buttons["item"].text() == "打开这件事"
    answers.will(folder=stick)
    asked.buttons["accept"].click()
    settle()
    assert items.item(store, item).time_class == "difficult"
    assert panel.received.rows()[0].state == "accepted"
    taken_in(above, settle, newest(stick))
    heard = letters.letters(street, "decision")[0]
    assert heard.body["decided"] == "accepted"
    assert letters.subject(street, heard) == "水管漏水"


def test_an_office_is_enrolled_by_its_card_and_stopped(
    store: Store, tmp_path: Path, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    other = profile.create_profile(
        tmp_path / "other", passphrase=PASSPHRASE, office="湖滨街道", level="subdistrict",
        user="赵主任",
    )  # fmt: skip
    cards.write_card(other, stick / "card.jlcard")
    other.close()
    panel = offices_of(open_window(store), settle)
    assert not panel.month_button.isEnabled()
    answers.will(open_files=[stick / "card.jlcard"])
    panel.offices.enrol()
    settle()
    dialog = panel.offices.findChild(EnrolDialog)
    assert dialog is not None
    assert not dialog.yes.isEnabled()
    dialog.same.setChecked(True)
    dialog.yes.click()
    settle()
    [row] = panel.offices.view.rows()
    assert row.partner.office_name == "湖滨街道"
    assert panel.month_button.isEnabled()
    panel.offices.view.selectRow(0)
    answers.will(confirm=True)
    panel.offices.stop()
    settle()
    assert panel.offices.view.rows()[0].partner.revoked
    assert not panel.month_button.isEnabled()


def test_a_card_that_the_office_above_vouches_for_needs_no_phone_call(
    store: Store, street: Store, tmp_path: Path, stick: Path, open_window: OpenWindow,
    settle: Settle, answers: Answers,
) -> None:  # fmt: skip
    district = profile.create_profile(
        tmp_path / "district", passphrase=PASSPHRASE, office="思明区", level="district", user="某某"
    )
    for here, there in ((district, street), (street, district), (store, district)):
        card = cards.write_card(there, stick / "x.jlcard")
        cards.enrol(here, stick / "x.jlcard", role="office", fingerprint=card.fingerprint)
    with store.change("忘了街道") as change:
        change.delete("partners", street.site)
    above = offices_of(open_window(district), settle)
    above.offices.view.selectRow(0)
    answers.will(save_file=stick / "certified.jlcard")
    above.offices.certify_button.click()
    settle()
    panel = offices_of(open_window(store), settle)
    answers.will(open_files=[stick / "certified.jlcard"], confirm=True)
    panel.offices.enrol()
    settle()
    assert "签发过，不用再打电话" in answers.asked[-1]
    names = {row.partner.office_name for row in panel.offices.view.rows()}
    assert names == {"思明区", "湖滨街道"}
    assert panel.month_button.isEnabled()
    district.close()


def test_lost_letters_are_named_and_copied_again_under_their_numbers(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    lost = export(street, "莲心社区", stick, letter=notice("一", ""))
    kept = export(street, "莲心社区", stick, letter=notice("二", ""))
    lost.path.unlink()
    take_in(store, [kept.path])
    panel = offices_of(open_window(store), settle)
    assert "湖滨街道前面有没收到的号" in panel.offices.gaps.text()
    above = offices_of(open_window(street), settle)
    answers.will(folder=stick)
    above.sent.selectRow(1)
    above.copy_again()
    settle()
    assert answers.told[-1].endswith("没有差错。请把文件交给对方导入。")
    assert lost.path.is_file()
    take_in(store, list(stick.glob("*.jlpkg")))
    panel.load()
    settle()
    assert {row.letter.body["title"] for row in panel.received.rows()} == {"一", "二"}
    assert panel.offices.gaps.isHidden()


def test_a_letter_is_offered_the_stick_but_not_the_folder_of_the_colleagues(
    street: Store, stick: Path, tmp_path: Path, plugged: list[Drive], open_window: OpenWindow,
    settle: Settle, answers: Answers,
) -> None:  # fmt: skip
    share = tmp_path / "share"
    share.mkdir()
    set_exchange_folder(street, share)
    export(street, "莲心社区", share, letter=notice("一", ""))
    panel = offices_of(open_window(street), settle)
    answers.will(folder=share)
    panel.copy_again()
    settle()
    assert "写到哪里？" not in answers.asked
    assert answers.told[-1].endswith("没有差错。请把文件交给对方导入。")
    plugged.append(Drive(stick, "KINGSTON", 10**9, 2 * 10**9, read_only=False))
    answers.will(choose=f"U盘“KINGSTON”（{stick}，还剩0.9 GB）")
    panel.copy_again()
    settle()
    assert answers.told[-1].endswith("没有差错。可以拔出U盘，交给对方导入。")


def test_no_screen_of_a_street_offers_or_takes_a_roster(
    street: Store, tmp_path: Path, open_window: OpenWindow, settle: Settle, answers: Answers
) -> None:
    window = open_window(street)
    assert not window.search.isVisibleTo(window)
    for screen in window.screens:
        window.go(Place(screen.name))
        settle()
    page = window.pages["exchange"]
    assert isinstance(page, Page)
    tabs = [page.tabs.tabText(place).split()[0] for place in range(page.tabs.count())]
    assert tabs == ["上下级", "数据包", "冲突"]
    page.take_files([tmp_path / "花名册.xlsx"])
    settle()
    assert "不导入花名册" in answers.told[-1]


def test_a_letter_that_was_written_is_read_again_by_a_double_click(
    store: Store, street: Store, stick: Path, open_window: OpenWindow, settle: Settle,
    answers: Answers,
) -> None:  # fmt: skip
    writer = partners(street)[0].uid
    export(street, writer, stick, letter=notice("查消防", "每栋都看一遍", "2026-06-30"))
    above = offices_of(open_window(street), settle)
    above.sent.opened.emit(above.sent.rows()[0])
    settle()
    reading = above.findChild(SentDialog)
    assert reading is not None
    assert reading.words.toPlainText() == ("标题：查消防\n内容：每栋都看一遍\n办好期限：2026-06-30")
    reading.close()
    community = open_window(store)
    taken_in(community, settle, newest(stick))
    assert answers.told[-1].endswith("来文在“上下级”的收文里双击打开。")
    panel = offices_of(community, settle)
    panel.received.clearSelection()
    panel.open_selected()
    settle()
    assert panel.findChild(LetterDialog) is None  # the foot says to choose one first
