"""A disk was copied and both machines went on: nothing is read wrongly, and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.errors import UserError
from desktop.exchange.packages import copied_disk
from desktop.exchange.packages.cards import enrol, write_card
from desktop.exchange.packages.copied_disk import NothingForked, Parted, part_machines
from desktop.models import check, exchange_log, package_log
from desktop.models.conflicts import conflicts
from desktop.models.profile import meta
from desktop.models.store import Store
from tests.exchange.pcs import Pc, carry, converge


@pytest.fixture
def copied(second: Pc, tmp_path: Path, opened: Callable[[Path], Store]) -> Callable[[], Pc]:
    """Copies the second PC's folder while it is closed, as a disk image does."""

    def copy() -> Pc:
        second.store.close()
        shutil.copytree(second.store.folder, tmp_path / "copy")
        second.store = opened(second.store.folder)
        return Pc(opened(tmp_path / "copy"), second.stick)

    return copy


def introduce_again(office: Pc, new: Pc, stick: Path) -> str:
    """The office's PC enrols what has become a new PC."""
    card = write_card(new.store, stick / "new.jlcard")
    enrol(office.store, stick / "new.jlcard", role="peer", fingerprint=card.fingerprint)
    return card.name


def all_know_all(*pcs: tuple[Pc, str]) -> None:
    """Everybody writes to everybody, twice."""
    for _ in range(2):
        for sender, _ in pcs:
            for receiver, name in pcs:
                if receiver is not sender:
                    assert carry(sender, receiver, name).refused == []


def test_both_machines_work_is_merged(
    first: Pc, second: Pc, copied: Callable[[], Pc], stick: Path
) -> None:
    home = second.household("601", "王小明")
    converge(first, second)
    copy = copied()
    second.set("households", home, note="原机")
    kept = second.household("602", "李红")
    copy.set("households", home, note="复制机")
    other = copy.household("603", "张三")
    copy.set("households", other, note="要记得")
    carry(second, first, "1号机")
    assert "已隔离" in carry(copy, first, "1号机").refused[0].why

    told = first.export_to("2号机", kind="full")
    assert "本机的编号在另一台机上也在用" in copy.take(told.path).refused[0].why
    done = part_machines(copy.store, "3号机")
    assert (done.new_name, done.result.refused) == ("3号机", [])
    assert copy.store.site != second.store.site
    assert copy.kept_files() == []
    assert copied_disk.forked_packages(copy.store) == []
    assert not copy.store.rows("SELECT 1 FROM meta WHERE key LIKE 'former_seal:%'")
    assert check.check(copy.store) == []

    assert introduce_again(first, copy, stick) == "3号机"
    carry(first, second, "2号机")
    all_know_all((first, "1号机"), (second, "2号机"), (copy, "3号机"))
    assert first.dump() == second.dump() == copy.dump()
    assert first.shown("households", kept, "room") == "602"
    assert first.shown("households", other, "note") == "要记得"
    (asked,) = conflicts(first.store)
    assert {c.value for c in asked.candidates} == {"原机", "复制机"}
    # what the first PC had set aside has come another way
    assert first.kept_files() == []
    assert {got.state for got in package_log.inbox(first.store)} == {"applied"}
    for pc in (first, second, copy):
        assert check.check(pc.store) == []


def test_a_package_that_only_builds_upon_the_copys_changes_is_not_read_wrongly(
    first: Pc, second: Pc, newcomer: Pc, copied: Callable[[], Pc], stick: Path
) -> None:
    card = write_card(newcomer.store, stick / "3.jlcard")
    enrol(first.store, stick / "3.jlcard", role="peer", fingerprint=card.fingerprint)
    home = first.household("501", "王小明")
    converge(first, second)
    newcomer.take(first.export_to("3号机", kind="full").path, fingerprint=first.fingerprint)
    all_know_all((first, "1号机"), (second, "2号机"), (newcomer, "3号机"))
    copy = copied()
    second.set("households", home, note="原机")
    copy.set("households", home, note="复制机")
    carry(second, first, "1号机")
    carry(copy, newcomer, "3号机")
    newcomer.set("households", home, note="三号机改了复制机的")
    before = first.dump()
    # numbered as known, but the third PC overwrote the copy's value, not the second PC's
    with newcomer.store.local() as conn:
        package_log.note_knowledge(conn, first.store.site, exchange_log.vector(first.store))
    sent = newcomer.export_to("1号机", "built.jlpkg")
    assert sent.changes == 1  # its own edit alone, none of the second PC's
    result = first.take(sent.path)
    assert (result.applied, len(result.refused)) == (0, 1)
    assert "已隔离" in result.refused[0].why
    assert first.dump() == before

    done = part_machines_after(newcomer, first)
    assert done.result.refused == []
    all_know_all((first, "1号机"), (second, "2号机"), (newcomer, "3号机"))
    assert first.dump() == second.dump() == newcomer.dump()
    (asked,) = conflicts(first.store)
    assert {c.value for c in asked.candidates} == {"原机", "三号机改了复制机的"}
    assert check.check(first.store) == []


def part_machines_after(pc: Pc, other: Pc) -> Parted:
    """The other PC hands over everything, which meets the fork, and the fork is parted here."""
    told = other.export_to("3号机", kind="full")
    assert "已隔离" in pc.take(told.path).refused[0].why
    return part_machines(pc.store)


def test_a_copy_that_lies_in_a_drawer_troubles_nobody(
    first: Pc, second: Pc, copied: Callable[[], Pc]
) -> None:
    second.household("601", "王小明")
    converge(first, second)
    copied()
    second.household("602", "李红")
    first.household("501", "张三")
    converge(first, second)
    assert first.dump() == second.dump()
    with pytest.raises(NothingForked):
        part_machines(first.store)


def test_what_an_idle_copy_knows_is_not_taken_for_the_originals_knowledge(
    first: Pc, second: Pc, copied: Callable[[], Pc]
) -> None:
    second.household("601", "王小明")
    converge(first, second)
    copy = copied()
    home = first.household("501", "张三")
    carry(first, copy, "2号机")
    carry(copy, first, "1号机")  # "the second PC knows 501", says its copy
    second.household("602", "李红")
    carry(second, first, "1号机")
    result = carry(first, second, "2号机")
    assert (result.waiting, result.refused) == ([], [])
    assert second.shown("households", home, "room") == "501"


def test_a_sent_package_waits_for_its_changes_under_their_new_name(
    first: Pc, second: Pc, copied: Callable[[], Pc], stick: Path
) -> None:
    second.household("601", "王小明")
    converge(first, second)
    copy = copied()
    second.household("602", "李红")
    copy.household("603", "张三")
    carry(second, first, "1号机")
    assert carry(copy, first, "1号机").refused
    copy.take(first.export_to("2号机", kind="full").path)
    part_machines(copy.store, "3号机")
    introduce_again(first, copy, stick)
    carry(first, copy, "3号机")
    assert "sent" in [sent.state for sent in package_log.outbox(copy.store)]
    carry(copy, first, "1号机")
    carry(first, copy, "3号机")
    assert {sent.state for sent in package_log.outbox(copy.store)} == {"acknowledged"}


def test_a_pc_that_hears_of_changes_it_never_made_becomes_a_new_one(
    first: Pc, second: Pc, copied: Callable[[], Pc], stick: Path
) -> None:
    second.household("601", "王小明")
    converge(first, second)
    old = copied()  # later put back by hand in place of the disk that broke
    home = second.household("602", "李红")
    carry(second, first, "1号机")
    first.household("501", "张三")
    told = first.export_to("2号机")
    result = old.take(told.path)
    assert "本机的编号在另一台机上也在用" in result.refused[0].why
    done = part_machines(old.store)
    assert done.new_name.startswith("2号机-分出")
    assert done.result.waiting[0].missing.startswith("缺 2号机 ")
    mine = old.household("603", "赵六")
    name = introduce_again(first, old, stick)
    all_know_all((first, "1号机"), (old, name))
    assert first.dump() == old.dump()
    assert old.shown("households", home, "room") == "602"
    assert first.shown("households", mine, "room") == "603"
    assert old.kept_files() == []


def test_the_copys_own_package_is_noticed_by_the_pc_it_was_copied_from(
    second: Pc, copied: Callable[[], Pc]
) -> None:
    second.household("601", "王小明")
    copy = copied()
    copy.household("602", "李红")
    sent = copy.export_to("1号机")
    before = second.dump()
    assert "本机的编号在另一台机上也在用" in second.take(sent.path).refused[0].why
    assert second.dump() == before


def test_a_point_that_does_not_show_is_asked_for(
    first: Pc, second: Pc, copied: Callable[[], Pc]
) -> None:
    second.household("601", "王小明")
    converge(first, second)
    copy = copied()
    second.household("602", "李红")
    converge(first, second)
    copy.household("603", "张三")
    before = copy.dump()
    told = first.export_to("2号机")  # starts after the point: the second PC knows it
    assert copy.take(told.path).refused
    done = part_machines(copy.store)
    assert "请让1号机导出一个“完整数据”" in done.result.refused[0].why
    assert (copy.dump(), done.new_name) == (before, "")
    whole = first.export_to("2号机", kind="full")
    copy.take(whole.path)
    assert part_machines(copy.store).new_name
    assert copy.kept_files() == []


def test_an_erased_person_stays_erased_on_both_branches(
    first: Pc, second: Pc, copied: Callable[[], Pc], stick: Path
) -> None:
    converge(first, second)
    copy = copied()
    second.household("601", "王小明")
    home = copy.household("602", "李红", "张三")
    person = copy.person(home)
    copy.set("residents", person, phone="13900000001")
    with copy.store.change("抹除", kind="erase") as change:
        change.erase(person)
    carry(second, first, "1号机")
    copy.take(first.export_to("2号机", kind="full").path)
    part_machines(copy.store, "3号机")
    introduce_again(first, copy, stick)
    carry(first, second, "2号机")
    all_know_all((first, "1号机"), (second, "2号机"), (copy, "3号机"))
    assert first.dump() == second.dump() == copy.dump()
    assert not first.store.rows("SELECT 1 FROM residents WHERE uid = ?", (person,))
    assert check.check(first.store) == []
    assert meta(copy.store, "site") != meta(second.store, "site")


def test_a_package_refused_for_another_reason_is_not_parted(first: Pc) -> None:
    with pytest.raises(UserError):
        part_machines(first.store)
