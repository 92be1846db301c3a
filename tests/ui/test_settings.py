"""The settings screen: office, intervals, privacy, passphrase, backups, check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.exchange import backup
from desktop.exchange.packages.drives import Drive
from desktop.models import privacy, profile, settings, templates, workdays
from desktop.models.care_tags import tag_kinds
from desktop.models.store import Store
from desktop.ui.common.desk import Place
from desktop.ui.common.form import FormDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview
from desktop.ui.settings.page import Page
from desktop.ui.settings.safety_tab import PassphraseDialog
from desktop.ui.unlock.recovery_sheet import RecoverySheetDialog
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

Settle = Callable[[], None]
Open = Callable[[Store], MainWindow]


@pytest.fixture
def page(store: Store, open_window: Open, settle: Settle) -> Page:
    window = open_window(store)
    window.go(Place("settings"))
    settle()
    found = window.pages["settings"]
    assert isinstance(found, Page)
    return found


def test_the_office_and_its_user_can_be_renamed(store: Store, page: Page, settle: Settle) -> None:
    page.office.office.set_values({"name": "荷塘社区", "street": "中山街道", "user": "陈小妹"})
    page.office.save_office()
    settle()
    assert profile.office(store).name == "荷塘社区"
    assert "陈小妹" in page.office.users.text()
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.office.text() == "荷塘社区"


def test_work_habits_are_checked_before_they_are_kept(
    store: Store, page: Page, settle: Settle, answers: Answers
) -> None:
    form = page.office.work
    form.set_values({**form.values(), "doors_per_evening": "很多"})
    page.office.save_work()
    settle()
    assert "“每晚可走户数”的值“很多”不能用：应为1到200的整数" in answers.told[0]
    form.set_values({**form.values(), "doors_per_evening": "12"})
    page.office.save_work()
    settle()
    assert settings.get(store, "doors_per_evening") == 12


def test_time_limits_are_edited_and_a_holiday_table_is_taken_in(
    store: Store, page: Page, settle: Settle, answers: Answers, tmp_path: Path
) -> None:
    page.visits.times.set_values({**page.visits.times.values(), "workdays_ordinary": "0"})
    page.visits.save_others()
    settle()
    assert "应为1到250的整数" in answers.told[-1]
    page.visits.times.set_values({**page.visits.times.values(), "workdays_ordinary": "5"})
    page.visits.save_others()
    settle()
    assert settings.get(store, "workdays_ordinary") == 5
    table = tmp_path / "假日.txt"
    for text in ("2031年放假\n", "2031 春节 休 2031-01-22~2031-01-28\n"):
        table.write_text(text, "utf-8")
        answers.will(open_files=[table])
        page.visits.import_holidays()
        settle()
    assert "第1行“2031年放假”看不懂" in answers.told[-1]
    assert workdays.is_known_year(2031, workdays.calendar_of(store))
    assert "2031年的放假安排" in page.visits.years.text()


def test_the_interval_of_a_tag_is_edited_and_a_new_tag_added(
    store: Store, page: Page, settle: Settle
) -> None:
    kind = next(k for k in page.visits.kinds.rows() if k.code == "elder_alone")
    page.visits.edit_kind(kind)
    dialog = page.visits.findChild(FormDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "interval_days": "14", "window": "month"})
    dialog.yes.click()
    settle()
    changed = next(k for k in tag_kinds(store) if k.code == "elder_alone")
    assert (changed.interval_days, changed.window) == (14, "month")
    page.visits.add_kind()
    dialog = page.visits.findChild(FormDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "name": "留守老人", "interval_days": "45"})
    dialog.yes.click()
    settle()
    assert "留守老人" in [k.name for k in page.visits.kinds.rows()]


def test_collecting_id_numbers_needs_a_reason_that_is_kept(
    store: Store, page: Page, settle: Settle, answers: Answers
) -> None:
    answers.will(reason=None)
    page.privacy.collect.click()
    settle()
    assert not settings.get(store, "collect_id_numbers")
    assert not page.privacy.collect.isChecked()
    answers.will(reason="区里统一要求")
    page.privacy.collect.click()
    settle()
    assert settings.get(store, "collect_id_numbers")
    assert page.privacy.lines.rows()[0].reason == "区里统一要求"


def test_the_passphrase_is_changed_with_the_old_one(
    store: Store, page: Page, settle: Settle
) -> None:
    page.safety.change_passphrase()
    dialog = page.safety.findChild(PassphraseDialog)
    assert dialog is not None
    fresh = {"first": "荷塘边上新的口令", "second": "荷塘边上新的口令"}
    dialog.fresh.form.set_values(fresh)
    dialog.old.set_values({"old": "wrong passphrase"})
    dialog.yes.click()
    settle()
    assert "口令不对" in dialog.problem.text()
    dialog.old.set_values({"old": PASSPHRASE})
    dialog.yes.click()
    settle()
    profile.change_passphrase(store, "荷塘边上新的口令", PASSPHRASE)


def test_a_backup_is_made_listed_and_verified(
    page: Page, settle: Settle, answers: Answers, tmp_path: Path, plugged: list[Drive]
) -> None:
    noted: list[str] = []
    page.safety.desk = replace(page.safety.desk, note=noted.append)
    page.safety.back_up()
    settle()
    assert len(page.safety.backups.rows()) == 1
    page.safety.backups.selectRow(0)
    page.safety.verify()
    settle()
    assert "备份完好" in answers.told[0]
    stick = tmp_path / "stick"
    stick.mkdir()
    plugged.append(Drive(stick, "KINGSTON", 10**9, 2 * 10**9, read_only=False))
    (tmp_path / "disk").mkdir()
    for folder in (tmp_path / "disk", stick):
        answers.will(folder=folder)
        page.safety.back_up_elsewhere()
        settle()
        assert len(backup.backups(folder)) == 1
    assert ["可以拔出U盘" in words for words in noted] == [False, False, True]


def test_the_check_says_that_the_data_is_sound(page: Page, settle: Settle) -> None:
    page.safety.check()
    settle()
    assert page.safety.verdict.text() == "检查完成，数据完好。"


def test_the_recovery_sheet_is_shown_and_its_safekeeping_confirmed(
    store: Store, page: Page, settle: Settle
) -> None:
    page.safety.show_sheet()
    dialog = page.safety.findChild(RecoverySheetDialog)
    assert dialog is not None
    assert not dialog.done_button.isEnabled()
    dialog.print_button.click()
    settle()
    preview = dialog.findChild(PrintPreview)
    assert preview is not None
    assert preview.total == 1
    preview.close()
    dialog.confirmed.click()
    dialog.done_button.click()
    assert page.desk.preferences.recovery_kept
    assert privacy.audit_lines(store)[0].what == "打开恢复单"


def test_larger_text_is_used_at_once_and_remembered(page: Page, settle: Settle) -> None:
    before = page.fontMetrics().height()
    page.office.set_size(150)
    settle()
    assert page.fontMetrics().height() > before
    assert page.desk.preferences.text_scale == 150
    page.office.set_size(100)


def test_the_form_is_relabelled_previewed_saved_as_a_new_layout_and_put_back(
    store: Store, page: Page, settle: Settle
) -> None:
    page.show_key("papers")
    tab = page.papers
    settle()
    tab.draw()
    settle()
    before = tab.picture.pixmap().toImage()
    assert not before.isNull()
    place = next(n for n, part in enumerate(tab.parts.rows()) if part.key == "need")
    tab.parts.selectRow(place)
    tab.edit()
    dialog = tab.findChild(FormDialog)
    assert dialog is not None
    dialog.form.set_values({**dialog.form.values(), "label": "居民所盼", "share": "三"})
    dialog.accept()
    settle()
    assert "占的份额" in dialog.problem.text()
    dialog.form.set_values({**dialog.form.values(), "share": "2"})
    dialog.accept()
    settle()
    tab.parts.selectRow(place)
    tab.move_part(-1)
    tab.words.set_values({**tab.words.values(), "title": "千户访登记表"})
    tab.draw()
    settle()
    assert tab.picture.pixmap().toImage() != before
    assert templates.versions(store, "form") == [1]  # nothing is kept before it is saved
    tab.save()
    settle()
    kept = templates.template(store, "form")
    assert (kept.version, kept.title) == (2, "千户访登记表")
    assert kept.parts[place - 1].label == "居民所盼"
    assert tab.state.text() == "样式2"
    tab.reset()
    settle()
    assert templates.template(store, "form").version == 1
    assert templates.versions(store, "form") == [1, 2]
