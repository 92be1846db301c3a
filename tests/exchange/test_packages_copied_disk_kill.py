"""A PC that dies while a copied disk is dealt with is before or after, and goes on from there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.exchange.packages.cards import enrol, write_card
from desktop.exchange.packages.copied_disk import forked_packages, part_machines
from desktop.models import check
from desktop.models.sites import own_site
from desktop.models.store import Store
from tests.exchange.kill import STEPS
from tests.exchange.pcs import Pc, carry, converge
from tests.exchange.test_packages_kill import die

pytestmark = pytest.mark.long


@pytest.mark.parametrize("step", [name for name in STEPS if name.startswith("split")])
def test_a_split_killed_there_is_before_or_after(
    first: Pc, second: Pc, opened: Callable[[Path], Store], tmp_path: Path, stick: Path, step: str
) -> None:
    second.household("601", "王小明")
    converge(first, second)
    second.store.close()
    shutil.copytree(second.store.folder, tmp_path / "copy")
    second.store = opened(second.store.folder)
    copy = Pc(opened(tmp_path / "copy"), stick)
    second.household("602", "李红")
    copy.household("603", "张三")
    carry(second, first, "1号机")
    copy.take(first.export_to("2号机", kind="full").path)
    before, number = copy.dump(), copy.store.site

    die(copy, step, stick)
    assert check.check(copy.store) == []
    parted, brought_in = "parted" in step or "introduced" in step, "introduced" in step
    assert (copy.store.site != number) == parted
    assert (copy.dump() != before) == brought_in
    if forked_packages(copy.store):
        assert part_machines(copy.store, "3号机").result.refused == []
    assert copy.store.site != number
    assert own_site(copy.store).name == "3号机"

    card = write_card(copy.store, stick / "3.jlcard")
    enrol(first.store, stick / "3.jlcard", role="peer", fingerprint=card.fingerprint)
    for _ in range(2):
        for sender, receiver, name in (
            (copy, first, "1号机"), (first, second, "2号机"), (second, first, "1号机"),
            (first, copy, "3号机"),
        ):  # fmt: skip
            assert carry(sender, receiver, name).refused == []
    assert first.dump() == second.dump() == copy.dump()
    assert check.check(copy.store) == []
    copy.store.close()
