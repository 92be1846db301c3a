"""The ways in: passphrase, recovery sheet, first set-up, joining, restoring, second start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.exchange import backup
from desktop.models import profile
from desktop.models.profile import open_profile
from desktop.models.store import Store
from desktop.ui.common.jobs import Jobs
from desktop.ui.single import FirstWindow, raise_first
from desktop.ui.unlock.first_run import FirstRun
from desktop.ui.unlock.strength import strength
from desktop.ui.unlock.unlock_dialog import RecoveryDialog, UnlockDialog
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

Settle = Callable[[], None]


def test_a_wrong_passphrase_is_said_and_can_be_tried_again(
    store: Store, jobs: Jobs, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    folder = store.folder
    store.close()
    dialog = UnlockDialog(jobs, answers, folder)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.passphrase.setText("not the passphrase")
    dialog.open_button.click()
    settle()
    assert dialog.store is None
    assert dialog.isVisible()
    assert "口令不对" in dialog.problem.text()
    dialog.passphrase.setText(PASSPHRASE)
    dialog.open_button.click()
    settle()
    assert dialog.store is not None
    assert not dialog.isVisible()
    dialog.store.close()


def test_the_recovery_sheet_opens_the_profile_and_sets_a_new_passphrase(
    store: Store, jobs: Jobs, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    folder, code = store.folder, profile.recovery_key(store)
    store.close()
    dialog = UnlockDialog(jobs, answers, folder)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.use_recovery()
    recovery = dialog.findChild(RecoveryDialog)
    assert recovery is not None
    recovery.code.setPlainText(code.lower())
    recovery.fresh.form.set_values({"first": "荷塘边新的口令2026", "second": "荷塘边新的口令"})
    recovery.open_button.click()
    assert "不一样" in recovery.problem.text()
    recovery.fresh.form.set_values({"first": "荷塘边新的口令2026", "second": "荷塘边新的口令2026"})
    recovery.open_button.click()
    settle()
    assert dialog.store is not None
    dialog.store.close()
    open_profile(folder, "荷塘边新的口令2026").close()


def test_the_first_start_sets_an_office_up(
    tmp_path: Path, jobs: Jobs, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    dialog = FirstRun(jobs, answers, tmp_path / "fresh")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.next.click()
    dialog.next.click()
    assert dialog.store is None  # office and user are still empty
    dialog.form.set_values({"office": "莲心社区", "level": "community", "user": "林书记"})
    dialog.next.click()
    assert "至少8个字符" in dialog.problem.text()
    secret = "三月里莲塘边种了五棵树"
    dialog.passphrase.form.set_values({"first": secret, "second": secret})
    dialog.next.click()
    settle()
    assert dialog.store is not None
    assert profile.office(dialog.store).name == "莲心社区"
    dialog.store.close()
    open_profile(tmp_path / "fresh", secret).close()


def test_a_second_pc_joins_and_waits_for_its_first_package(
    tmp_path: Path, jobs: Jobs, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    dialog = FirstRun(jobs, answers, tmp_path / "second")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.choices.button(1).setChecked(True)
    dialog.next.click()
    dialog.form.set_values({"site_name": "2号机", "user": "陈小妹"})
    secret = "三月里莲塘边种了五棵树"
    dialog.passphrase.form.set_values({"first": secret, "second": secret})
    dialog.next.click()
    settle()
    assert dialog.store is not None
    assert profile.office(dialog.store).name == ""
    dialog.store.close()


def test_a_backup_comes_back_on_another_pc(
    store: Store, tmp_path: Path, jobs: Jobs, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    made = backup.back_up(store)
    store.close()
    dialog = FirstRun(jobs, answers, tmp_path / "restored")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.choices.button(2).setChecked(True)
    dialog.next.click()
    dialog.form.set_values({"passphrase": PASSPHRASE})
    dialog.next.click()
    assert dialog.problem.text() == "请先选择备份文件。"
    answers.will(open_files=[made.path])
    dialog.choose_backup()
    dialog.next.click()
    settle()
    assert dialog.store is not None
    assert profile.office(dialog.store).name == "莲心社区"
    dialog.store.close()


def test_a_backup_replaces_a_profile_that_no_longer_opens(
    store: Store, jobs: Jobs, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    folder, made = store.folder, backup.back_up(store)
    store.close()
    (folder / "jinlin.db").write_bytes(b"damaged" * 1000)
    dialog = UnlockDialog(jobs, answers, folder)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.passphrase.setText(PASSPHRASE)
    dialog.open_button.click()
    settle()
    assert "已损坏" in dialog.problem.text()
    dialog.use_backup()
    restore = dialog.findChild(FirstRun)
    assert restore is not None
    answers.will(open_files=[made.path])
    restore.choose_backup()
    restore.form.set_values({"passphrase": PASSPHRASE})
    restore.next.click()
    settle()
    assert dialog.store is not None
    assert profile.office(dialog.store).name == "莲心社区"
    dialog.store.close()


def test_the_hint_tells_weak_passphrases_from_good_ones() -> None:
    assert strength("").level == 0
    assert strength("abc123").words == "太短：还差2个字符。"
    assert strength("12345678").level == 1
    assert strength("aaaaaaaaaa").level == 1
    assert strength("hetang26").level == 2
    assert strength("三月里莲塘边种了五棵树").level == 3


def test_a_second_start_brings_the_first_window_forward(tmp_path: Path, qtbot: QtBot) -> None:
    assert not raise_first(tmp_path)
    first = FirstWindow(tmp_path)
    with qtbot.waitSignal(first.called):
        assert raise_first(tmp_path)
    assert not raise_first(tmp_path / "other")
    first.deleteLater()


def test_starting_the_program_twice_opens_no_second_window(
    store: Store, qtbot: QtBot, own_home: Path
) -> None:
    first = FirstWindow(store.folder)
    with qtbot.waitSignal(first.called):
        done = subprocess.run(
            [sys.executable, "-m", "desktop", "--profile", str(store.folder), "open"],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(own_home)},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            timeout=60,
        )
    assert done.returncode == 0
    first.deleteLater()
