"""A process killed at any step of an export or import leaves before or after, never between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.exchange.packages.reading import inspect
from desktop.exchange.packages.six_words import new_words
from desktop.models import check
from desktop.models.profile import open_profile
from tests.conftest import PASSPHRASE
from tests.exchange.kill import DIED, STEPS
from tests.exchange.pcs import Pc, carry, converge

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]


def die(pc: Pc, step: str, path: Path, typed: str = "") -> None:
    """Run the step on this PC in a process that dies there, then switch the PC on again."""
    folder = pc.store.folder
    pc.store.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.exchange.kill", folder, PASSPHRASE, step, path, typed],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == DIED, done.stderr
    pc.store = open_profile(folder, PASSPHRASE)


@pytest.mark.parametrize(
    "step", [name for name in STEPS if name.startswith("import") and "six words" not in name]
)
def test_an_import_killed_there_is_before_or_after(first: Pc, second: Pc, step: str) -> None:
    converge(first, second)
    first.household("501", "王小明", "李红")
    first.household("502", "张三")
    sent = first.export_to("2号机")
    before = second.dump()
    die(second, step, sent.path)
    after = second.dump()
    assert after == (first.dump() if "committed, sealed" in step else before)
    assert check.check(second.store) == []
    result = second.take(sent.path)
    assert result.refused == []
    assert result.waiting == []
    assert second.dump() == first.dump()
    first.household("503", "赵六")
    carry(first, second, "2号机")  # sweeps what the dead process left behind
    assert second.dump() == first.dump()
    assert second.kept_files() == []
    second.store.close()


@pytest.mark.parametrize("step", [name for name in STEPS if name.startswith("export")])
def test_the_stick_holds_a_whole_package_or_none(
    first: Pc, second: Pc, stick: Path, step: str
) -> None:
    converge(first, second)
    for old in stick.iterdir():
        old.unlink()
    first.household("501", "王小明")
    die(first, step, stick / "p.jlpkg")
    there = [path for path in stick.iterdir() if not path.name.endswith(".part")]
    for path in there:
        seen = inspect(second.store, path)
        assert seen.intact
        assert seen.signature_ok
    assert carry(first, second, "2号机").refused == []
    assert second.dump() == first.dump()
    left = [path.suffix for path in (first.store.folder / "outbox").iterdir()]
    assert set(left) == {".jlpkg"}
    first.store.close()


@pytest.mark.parametrize("step", [name for name in STEPS if name.startswith("import")])
def test_a_package_by_six_words_killed_there_is_before_or_after(
    first: Pc, second: Pc, step: str
) -> None:
    converge(first, second)
    first.household("501", "王小明", "李红")
    words = new_words()
    sent = first.hand_over(words)
    before = second.dump()
    die(second, step, sent.path, words.canonical)
    after = second.dump()
    assert after == (first.dump() if "committed, sealed" in step else before)
    assert check.check(second.store) == []
    result = second.take(sent.path, words=words)
    assert (result.refused, result.waiting) == ([], [])
    assert second.dump() == first.dump()
    first.household("503", "赵六")
    carry(first, second, "2号机")
    assert second.dump() == first.dump()
    assert second.kept_files() == []
    second.store.close()


@pytest.mark.parametrize("step", [name for name in STEPS if name.startswith("export")])
def test_the_stick_holds_a_whole_package_by_six_words_or_none(
    first: Pc, second: Pc, stick: Path, step: str
) -> None:
    converge(first, second)
    for old in stick.iterdir():
        old.unlink()
    first.household("501", "王小明")
    words = new_words()
    die(first, step, stick / "p.jlpkg", words.canonical)
    for path in stick.iterdir():
        if not path.name.endswith(".part"):
            seen = inspect(second.store, path, words)
            assert (seen.intact, seen.signature_ok, seen.office) == (True, True, "莲心社区")
    again = first.hand_over(words)
    assert second.take(again.path, words=words).refused == []
    assert second.dump() == first.dump()
    left = [path.suffix for path in (first.store.folder / "outbox").iterdir()]
    assert set(left) == {".jlpkg"}
    first.store.close()
