"""An import killed by kill -9 at any moment is there whole or not at all, and can be done again."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.sample_people import invent
from desktop.models.check import check
from desktop.models.dump import canonical_lines
from desktop.models.profile import open_profile
from desktop.models.store import Store
from tests.conftest import PASSPHRASE
from tests.exchange.sheet_files import HEAD, csv_text

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
KILLS, HOUSEHOLDS = 10, 6_000
_IMPORT = """
import sys
from pathlib import Path
from desktop.models import keyfile
keyfile.LEAST_MEMORY_KIB = 8
from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.models.profile import open_profile
store = open_profile(Path(sys.argv[1]), sys.argv[2])
plan = plan_import(store, [Path(sys.argv[3])])
print("apply", flush=True)
apply_plan(store, plan)
print("done", flush=True)
sys.stdin.read()
"""


def _roster(path: Path) -> Path:
    rows = [
        (h.estate, h.lane + h.building, h.unit, h.room, p.name, p.relation, p.sex, p.birth, p.phone)
        for homes in invent(HOUSEHOLDS, seed=5).values()
        for h in homes
        for p in h.people
    ]
    path.write_text(csv_text([HEAD, *rows]), "utf-8")
    return path


def _start(profile: Path, file: Path) -> subprocess.Popen[str]:
    """A process that has planned the import and begins to apply it now."""
    process = subprocess.Popen(
        [sys.executable, "-c", _IMPORT, str(profile), PASSPHRASE, str(file)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "apply\n"
    return process


def _how_long(profile: Path, file: Path) -> float:
    process = _start(profile, file)
    assert process.stdout
    started = time.monotonic()
    assert process.stdout.readline() == "done\n"
    seconds = time.monotonic() - started
    process.communicate()
    return seconds


def _facts(store: Store) -> list[str]:
    """What the roster says, without the random names of its records."""
    return sorted(
        repr(row)
        for row in store.rows(
            "SELECT b.name, h.unit, h.room, r.name, r.birth, r.phone, r.relation"
            " FROM live_residents r JOIN live_households h ON h.uid = r.household"
            " JOIN live_buildings b ON b.uid = h.building"
        )
    )


def test_ten_kills_at_random_moments_of_writing(template: Path, tmp_path: Path) -> None:
    file = _roster(tmp_path / "花名册.csv")
    shutil.copytree(template, tmp_path / "whole")
    seconds = _how_long(tmp_path / "whole", file)
    whole_store = open_profile(tmp_path / "whole", PASSPHRASE)
    whole = _facts(whole_store)
    whole_store.close()
    moments = random.Random(11)
    ends = {"before": 0, "after": 0}
    for number in range(KILLS):
        profile = tmp_path / f"p{number}"
        shutil.copytree(template, profile)
        process = _start(profile, file)
        # one kill in each tenth of the writing, the last ones around the commit
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds * 1.1 * (number + moments.random()) / KILLS)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        store = open_profile(profile, PASSPHRASE)
        facts = _facts(store)
        assert facts in ([], whole)
        ends["after" if facts else "before"] += 1
        assert check(store) == []
        again = plan_import(store, [file])
        assert again.work.is_empty == bool(facts)
        apply_plan(store, again)
        assert _facts(store) == whole
        assert check(store) == []
        before = list(canonical_lines(store))
        assert apply_plan(store, plan_import(store, [file])) is None
        assert list(canonical_lines(store)) == before
        store.close()
    assert ends["before"] >= 3, ends
