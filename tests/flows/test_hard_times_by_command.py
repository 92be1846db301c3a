"""What the command line says to broken input and a broken clock: a sentence, never a crash."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.command import Office
from tests.conftest import SteadyClock


@pytest.fixture
def office(tmp_path: Path) -> Office:
    one = Office(tmp_path)
    one.do("init", "--office", "莲心社区", "--level", "community", "--user", "林书记")
    return one


def test_half_a_character_is_answered_with_a_sentence(office: Office) -> None:
    for words in (("roster", "show", "坏\udcff"), ("roster", "set", "坏\udcff", "name", "x")):
        answer = office.run(*words)
        assert answer.status == 3, words
        assert "残缺字符" in answer.err


def test_numbers_beyond_reason_are_wrong_usage(office: Office) -> None:
    assert office.run("roster", "search", "王", "--limit", 10**20).status == 2
    assert office.run("visit", "due", "--within", 10**12).status == 2


def test_a_dead_clock_battery_is_pointed_out_beside_the_result(
    office: Office, steady_clock: SteadyClock
) -> None:
    assert office.do("check").err == ""
    steady_clock.at = datetime(1970, 1, 1)
    answer = office.do("check", "--json")
    assert answer.json == {"ok": True, "problems": []}
    assert "1970年01月01日" in answer.err


def test_rare_characters_pass_through_a_pipe_of_an_old_encoding() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "roster", "parse", "door", "𠀀", "--json"],
        cwd=Path(__file__).resolve().parents[2], env={**os.environ, "PYTHONIOENCODING": "gbk"},
        check=True, capture_output=True,
    )  # fmt: skip
    assert "𠀀" in json.loads(done.stdout.decode("utf-8"))["problem"]


def test_a_dying_program_leaves_no_core_file(office: Office) -> None:
    office.do("check")
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
