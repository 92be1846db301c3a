"""Packages that come in the wrong order wait, forked ones are set aside, imports can be undone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.errors import NoSuchRecord
from desktop.exchange.packages import inbox
from desktop.exchange.packages.cards import enrol, write_card
from desktop.exchange.packages.inbox import FirstPackageStays, NothingToUndo, undo_package
from desktop.models import check, package_log
from desktop.models.conflicts import conflicts
from desktop.models.store import Store
from tests.exchange.pcs import Pc, carry, converge


@pytest.fixture
def rolled_back(second: Pc, tmp_path: Path, opened: Callable[[Path], Store]) -> Callable[[], Pc]:
    """The second PC as an image of its disk had it earlier."""

    def go_back() -> Pc:
        folder = tmp_path / "image"
        return Pc(opened(folder), second.stick)

    second.store.close()
    shutil.copytree(second.store.folder, tmp_path / "image")
    second.store = opened(second.store.folder)
    return go_back


def test_a_package_whose_predecessor_is_missing_waits_and_follows_by_itself(
    first: Pc, second: Pc, rolled_back: Callable[[], Pc]
) -> None:
    home = first.household("501", "王小明")
    lost = first.export_to("2号机", "lost.jlpkg")
    second.take(lost.path)
    carry(second, first, "1号机")  # acknowledged by a PC that then loses its disk
    other = first.household("502", "李红")
    later = first.export_to("2号机", "later.jlpkg")

    old = rolled_back()
    before = old.dump()
    assert old.preview(later.path).waiting[0].missing.startswith("缺 1号机 ")
    result = old.take(later.path)
    assert (result.applied, result.refused) == (0, [])
    assert result.waiting[0].sender == "1号机"
    assert result.waiting[0].missing.startswith("缺 1号机 3–")
    assert old.dump() == before
    assert old.kept_files() == [f"{later.package}.jlpkg"]

    result = old.take(lost.path)
    assert (result.waiting, result.refused) == ([], [])
    assert result.packages == [lost.package, later.package]
    assert old.shown("households", home, "room") == "501"
    assert old.shown("households", other, "room") == "502"
    assert old.kept_files() == []
    assert check.check(old.store) == []


def test_a_waiting_package_stays_sealed_on_the_disk(
    first: Pc, second: Pc, rolled_back: Callable[[], Pc]
) -> None:
    first.household("501", "无名氏丙")
    carry(first, second, "2号机")
    carry(second, first, "1号机")
    first.household("502", "无名氏丙")
    later = first.export_to("2号机")
    old = rolled_back()
    old.take(later.path)
    for path in (p for p in old.store.folder.rglob("*") if p.is_file()):
        assert "无名氏丙".encode() not in path.read_bytes()


def test_a_waiting_package_whose_file_was_lost_has_to_come_again(
    first: Pc, second: Pc, rolled_back: Callable[[], Pc]
) -> None:
    first.household("501", "王小明")
    carry(first, second, "2号机")
    carry(second, first, "1号机")
    first.household("502", "李红")
    later = first.export_to("2号机")
    old = rolled_back()
    old.take(later.path)
    (old.store.folder / "inbox" / f"{later.package}.jlpkg").unlink()
    first.household("503", "张三")
    again = first.export_to("2号机")
    assert [w.package for w in old.take(again.path).waiting] == [again.package]
    assert package_log.received(old.store, later.package, first.store.site) is None


def test_files_may_be_given_in_any_order(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    one = first.export_to("2号机", "1.jlpkg")
    first.household("502", "李红")
    two = first.export_to("2号机", "2.jlpkg")
    result = second.take(two.path, one.path)
    assert (result.waiting, result.refused) == ([], [])
    assert result.already > 0
    converge(first, second)
    assert first.dump() == second.dump()


def test_a_cloned_disk_is_noticed_and_its_package_is_kept_aside(
    first: Pc, second: Pc, rolled_back: Callable[[], Pc]
) -> None:
    second.household("601", "王小明")
    carry(second, first, "1号机")
    clone = rolled_back()
    clone.household("602", "李红")
    forked = clone.export_to("1号机", "fork.jlpkg")
    before = first.dump()
    result = first.take(forked.path)
    assert result.applied == 0
    assert "已隔离" in result.refused[0].why
    assert result.refused[0].status == 4
    assert first.dump() == before
    assert first.kept_files() == [f"{forked.package}.jlpkg"]
    assert first.store.value("SELECT count(*) FROM quarantine") == 1
    assert "先前因编号冲突已隔离" in first.take(forked.path).refused[0].why
    second.household("603", "赵六")
    assert carry(second, first, "1号机").applied == 1  # the true second PC goes on


def test_undo_brings_back_what_was_before_the_import(first: Pc, second: Pc) -> None:
    home = first.household("501", "王小明", "李红")
    second.household("601")  # whoever works for the first time is added to the list of users
    converge(first, second)
    person = first.person(home)
    before = second.dump()
    first.set("residents", person, phone="13900000001")
    first.set("residents", person, phone="13900000002", name="王大明")
    with first.store.change("删除") as change:
        change.delete("households", home)
    first.household("502", "张三")
    sent = first.export_to("2号机")
    second.take(sent.path)
    assert second.dump() != before
    result = undo_package(second.store, sent.package[:8])
    assert result.kept == []
    assert second.dump() == before
    converge(first, second)
    assert first.dump() == second.dump() == before
    with pytest.raises(NothingToUndo):
        undo_package(second.store, sent.package)


def test_undo_keeps_and_lists_what_somebody_edited_since(first: Pc, second: Pc) -> None:
    home = first.household("501", "王小明")
    converge(first, second)
    person = first.person(home)
    first.set("residents", person, phone="13900000001", note="甲")
    new = first.household("502", "张三")
    sent = first.export_to("2号机")
    second.take(sent.path)
    second.set("residents", person, phone="13900000009")
    second.set("households", new, note="电梯房")
    result = undo_package(second.store, sent.package)
    assert {(k.table, k.field) for k in result.kept} == {
        ("residents", "phone"),
        ("households", None),
    }
    assert second.shown("residents", person, "phone") == "13900000009"
    assert second.shown("residents", person, "note") is None
    assert second.shown("households", new, "note") == "电梯房"


def test_undoing_a_package_that_brought_a_conflict_leaves_my_own_value(
    first: Pc, second: Pc
) -> None:
    home = first.household("501", "王小明")
    converge(first, second)
    first.set("households", home, note="甲")
    second.set("households", home, note="乙")
    sent = first.export_to("2号机")
    assert second.take(sent.path).conflicts == 1
    undo_package(second.store, sent.package)
    assert second.shown("households", home, "note") == "乙"
    assert conflicts(second.store) == []


def test_a_colleagues_enrolment_outlives_an_undo(
    first: Pc, second: Pc, newcomer: Pc, stick: Path
) -> None:
    card = write_card(newcomer.store, stick / "3.jlcard")
    enrol(first.store, stick / "3.jlcard", role="peer", fingerprint=card.fingerprint)
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    second.take(sent.path)
    result = undo_package(second.store, sent.package)
    assert [kept.table for kept in result.kept] == ["sites"]
    assert second.shown("sites", newcomer.store.site, "name") == "3号机"


def test_the_first_package_of_a_joined_pc_cannot_be_undone(second: Pc) -> None:
    (got,) = package_log.inbox(second.store)
    before = second.dump()
    with pytest.raises(FirstPackageStays, match="不能撤销"):
        undo_package(second.store, got.package)
    with pytest.raises(NoSuchRecord):
        undo_package(second.store, "nonesuch")
    assert second.dump() == before


def test_a_crash_before_the_transaction_leaves_a_package_that_is_applied_next_time(
    first: Pc, second: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = first.household("501", "王小明")
    sent = first.export_to("2号机")
    before = second.dump()

    def power_cut(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "apply_lying", power_cut)
        with pytest.raises(SystemExit):
            second.take(sent.path)
    assert second.dump() == before
    first.household("502", "李红")
    carry(first, second, "2号机")
    assert second.shown("households", home, "room") == "501"
    assert second.kept_files() == []
