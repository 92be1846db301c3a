"""A process killed while it sends or takes a letter leaves before or after, and no lasting gap."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.exchange.packages.export import copy_again
from desktop.models import check, items
from desktop.models.partners import missing_reports
from desktop.models.profile import open_profile
from desktop.models.streams import sent_letters
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.exchange import kill_letters
from tests.exchange.kill import DIED
from tests.exchange.offices import an_office, knows
from tests.exchange.pcs import Pc

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def offices(tmp_path: Path, stick: Path) -> Iterator[tuple[Pc, Pc, str]]:
    community, street = (an_office(tmp_path, stick, name) for name in ("莲心社区", "湖滨街道"))
    knows(community, street)
    knows(street, community)
    for card in stick.iterdir():
        card.unlink()
    home = a_household(community.store, people=["王小明"])
    item = items.register(community.store, "need", "漏水", household=home)
    yield community, street, item
    community.store.close()
    street.store.close()


def die(pc: Pc, way: str, step: str, what: str, item: str, path: Path) -> None:
    """Do it on this PC in a process that dies there, then switch the PC on again."""
    folder = pc.store.folder
    pc.store.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.exchange.kill_letters", folder, PASSPHRASE, way, step, what,
         item, path],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == DIED, done.stderr
    pc.store = open_profile(folder, PASSPHRASE)


@pytest.mark.parametrize("what", kill_letters.WHAT)
@pytest.mark.parametrize("step", kill_letters.SEND)
def test_a_number_is_neither_lost_nor_used_twice(
    offices: tuple[Pc, Pc, str], stick: Path, step: str, what: str
) -> None:
    community, street, item = offices
    sender, receiver = (street, community) if what == "notice" else (community, street)
    before = sender.dump()
    die(sender, "send", step, what, item, stick / "p.jlpkg")
    there = sent_letters(sender.store)
    given_out = "committed, not" in step or "stick" in step
    assert [each.seq for each in there] == ([1] if given_out else [])
    if not given_out:
        assert sender.dump() == before
        assert not (stick / "p.jlpkg").exists()
    # the item says 上报 exactly when its letter has a number
    escalated = items.item(community.store, item).state == "escalated"
    assert escalated == (what == "escalation" and given_out)
    kill_letters.send(sender.store, what, item, stick / "next.jlpkg")
    assert [each.seq for each in sent_letters(sender.store)] == ([2, 1] if given_out else [1])
    assert receiver.take(stick / "next.jlpkg").refused == []
    if given_out:
        assert len(missing_reports(receiver.store)) == 1
        copy_again(sender.store, there[0].package, stick / "again.jlpkg")
        assert receiver.take(stick / "again.jlpkg").refused == []
        if (stick / "p.jlpkg").exists():
            assert receiver.take(stick / "p.jlpkg").refused == []
    assert missing_reports(receiver.store) == []
    left = {path.name for path in (sender.store.folder / "outbox").iterdir()}
    assert left == {f"{each.package}.jlpkg" for each in sent_letters(sender.store)}
    assert check.check(sender.store) == check.check(receiver.store) == []


@pytest.mark.parametrize("what", kill_letters.WHAT)
@pytest.mark.parametrize("step", kill_letters.TAKE)
def test_what_arrives_is_kept_whole_or_not_at_all(
    offices: tuple[Pc, Pc, str], stick: Path, step: str, what: str
) -> None:
    community, street, item = offices
    sender, receiver = (street, community) if what == "notice" else (community, street)
    kill_letters.send(sender.store, what, item, stick / "p.jlpkg")
    before = receiver.dump()
    die(receiver, "take", step, what, item, stick / "p.jlpkg")
    assert (receiver.dump() != before) == (step == "committed")
    after = receiver.dump()
    assert receiver.take(stick / "p.jlpkg").refused == []
    if step == "committed":
        assert receiver.dump() == after
    assert receiver.store.value("SELECT count(*) FROM live_reports_in") == 1
    receiver.take(stick / "p.jlpkg")
    assert receiver.store.value("SELECT count(*) FROM live_reports_in") == 1
    assert receiver.kept_files() == []
    assert check.check(receiver.store) == []
