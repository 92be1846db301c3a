"""Work beside the UI thread: results, progress, Stop, messages and bugs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.errors import BadValue
from desktop.progress import Progress
from desktop.ui.common.jobs import Jobs, ProgressDialog
from tests.ui.answers import Answers

Settle = Callable[[], None]


def test_a_result_arrives_on_the_thread_of_the_window(jobs: Jobs, settle: Settle) -> None:
    seen: list[tuple[str, bool]] = []
    here = threading.current_thread()

    def work() -> str:
        return threading.current_thread().name

    jobs.load(work, lambda name: seen.append((name, threading.current_thread() is here)))
    settle()
    assert len(seen) == 1
    assert seen[0][0].startswith("read")
    assert seen[0][1]


def test_stop_ends_a_job_at_its_next_step_and_says_so(
    jobs: Jobs, settle: Settle, answers: Answers, qtbot: QtBot
) -> None:
    running, steps = threading.Event(), []

    def work(progress: Progress) -> None:
        while True:
            progress(len(steps), 100, "正在数户数")
            steps.append(1)
            running.set()

    jobs.run("数户数", work, lambda _: None)
    running.wait(5)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ProgressDialog))
    qtbot.waitUntil(dialog.isVisible)
    assert "正在数户数" in dialog.words.text()
    dialog.stop.click()
    settle()
    assert answers.told == ["已停止，没有改动。"]
    assert not jobs.busy


def test_a_known_error_is_told_and_a_bug_goes_to_the_crash_window(
    jobs: Jobs, settle: Settle, answers: Answers, bugs: list[BaseException]
) -> None:
    def refuse() -> None:
        raise BadValue("楼层", "七", "应为整数")

    def stumble() -> None:
        raise ZeroDivisionError

    jobs.load(refuse, lambda _: None)
    jobs.load(stumble, lambda _: None)
    settle()
    assert answers.told == ["“楼层”的值“七”不能用：应为整数。"]
    assert [type(bug) for bug in bugs] == [ZeroDivisionError]
    bugs.clear()


def test_a_result_for_a_closed_window_is_dropped(jobs: Jobs, settle: Settle) -> None:
    gone, seen = QWidget(), []
    jobs.load(lambda: 1, lambda value: seen.append(value), owner=gone)
    gone.deleteLater()
    settle()
    assert seen in ([], [1])  # whichever came first, nothing crashed


def test_nobody_waits_for_a_disk_that_does_not_answer(
    answers: Answers, bugs: list[BaseException], settle: Settle
) -> None:
    answered, left = threading.Event(), threading.Event()
    own = Jobs(answers, bugs.append)

    def hang() -> None:
        answered.wait(20)
        left.set()

    own.look(hang, lambda _: None)
    seen: list[int] = []
    own.load(lambda: 1, seen.append)
    own.look(lambda: 2, seen.append)
    while len(seen) < 2:
        QApplication.processEvents()
    own.close()  # the program ends while the share still hangs
    assert not left.is_set()
    answered.set()
    assert left.wait(20)
    settle()
    assert bugs == []


def test_a_short_job_shows_no_progress_window(jobs: Jobs, settle: Settle) -> None:
    seen: list[int] = []
    jobs.run("很快", lambda _: 7, seen.append)
    settle()
    assert seen == [7]
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, ProgressDialog)]
