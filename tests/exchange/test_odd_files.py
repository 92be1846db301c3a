"""Each odd file ends with status 0 or 3, soon and without eating memory, as scripts see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.models import keyfile
from desktop.models.profile import create_profile
from tests.conftest import PASSPHRASE
from tests.exchange.odd_files import MIB, odd_files, special_paths, tree_memory

SECONDS, MEMORY = 10.0, 500 * MIB
ROOT = Path(__file__).resolve().parents[2]


def _end(profile: Path, secret: Path, path: Path) -> str:
    """What is wrong with how the preview of this file ends; empty when nothing is."""
    started = time.monotonic()
    with (secret.parent / "out").open("wb") as out, (secret.parent / "err").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "desktop", "--profile", profile, "--passphrase-file", secret,
             "roster", "import", "--preview", "--json", "--", path],
            cwd=ROOT, stdout=out, stderr=err, env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip
        memory = 0
        while process.poll() is None:
            memory = max(memory, tree_memory(process.pid))
            if time.monotonic() - started > 6 * SECONDS:
                process.kill()
            time.sleep(0.02)
    seconds = time.monotonic() - started
    said = (secret.parent / "err").read_text("utf-8", "replace").strip()
    told = (secret.parent / "out").read_text("utf-8", "replace")
    figures = f"{path.name!r}: {process.returncode}, {seconds:.1f} s, {memory // MIB} MiB, {said}"
    print(figures, flush=True)
    reader = said.startswith(("“", "表格“", "在“", "文件“")) or process.returncode != 3
    good = reader and process.returncode in (0, 3) and seconds <= SECONDS and memory <= MEMORY
    if process.returncode == 3:
        good = good and told == "" and len(said.splitlines()) == 1
    elif good:
        json.loads(told)
    return "" if good else figures


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile at the real cost of a passphrase, as the commands below are run for real."""
    secret = tmp_path / "secret"
    secret.write_text(PASSPHRASE, "utf-8")
    subprocess.run(
        [sys.executable, "-m", "desktop", "--profile", tmp_path / "real", "--passphrase-file",
         secret, "init", "--office", "莲心社区", "--level", "community", "--user", "林书记"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path / "real"


@pytest.mark.long
def test_every_odd_file_ends_soon_with_a_plan_or_one_sentence(
    profile: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    wrong = []
    for path in odd_files(folder):
        wrong.append(_end(profile, tmp_path / "secret", path))
    assert [line for line in wrong if line] == []


def test_paths_that_are_no_files_and_names_nobody_expects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(PASSPHRASE, "utf-8")
    # the least that a real command opens: each of these would pay half a second more
    monkeypatch.setattr(keyfile, "calibrate", lambda: keyfile.Cost(8 * 1024, 1))
    create_profile(
        tmp_path / "quick", passphrase=PASSPHRASE, office="莲心社区", level="community",
        user="林书记",
    ).close()  # fmt: skip
    folder = tmp_path / "files"
    folder.mkdir()
    ends = [_end(tmp_path / "quick", tmp_path / "secret", path) for path in special_paths(folder)]
    assert [line for line in ends if line] == []
