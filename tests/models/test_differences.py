"""What a preview says about each household, and that it keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.errors import Cancelled
from desktop.exchange.packages import cards, export, inbox
from desktop.exchange.packages.inbox import ImportResult
from desktop.models import differences, erasure, profile, residents, roster
from desktop.models.differences import Difference
from desktop.models.dump import canonical_lines
from desktop.models.store import Store
from tests.build import a_household, first_resident
from tests.conftest import PASSPHRASE


@pytest.fixture
def second(store: Store, tmp_path: Path) -> Iterator[Store]:
    """A colleague's PC that has everything this one had when the test began to use it."""
    joined = profile.join_profile(
        tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    card = tmp_path / "2.jlcard"
    cards.enrol(store, card, role="peer", fingerprint=cards.write_card(joined, card).fingerprint)
    yield joined
    joined.close()


@pytest.fixture
def preview(store: Store, second: Store, tmp_path: Path) -> Callable[[], ImportResult]:
    """What the colleague's next package would do here."""

    def look() -> ImportResult:
        package = export.export(second, "1号机", tmp_path / "back.jlpkg", kind="full")
        return inbox.preview(store, [package.path])

    return look


def catch_up(store: Store, second: Store, folder: Path) -> None:
    package = export.export(store, "2号机", folder / "all.jlpkg", kind="full")
    inbox.take_in(second, [package.path], fingerprint=cards.own_fingerprint(store))


def test_a_changed_field_is_shown_with_its_old_and_new_value(
    store: Store, second: Store, preview: Callable[[], ImportResult], tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"], phone="13900000001")
    catch_up(store, second, tmp_path)
    roster.set_field(second, home, "phone", "13900000002")
    roster.set_field(second, first_resident(second, home), "relation", "SPOUSE")
    before = list(canonical_lines(store))
    [found] = preview().households
    assert (found.door, found.kind, found.more) == ("瑞景公园3栋2单元501", "changed", 0)
    assert found.differences == [
        Difference("changed", "", "住户电话", "139****0001", "139****0002"),
        Difference("changed", "居民 王小明", "与户主关系", "户主", "配偶"),
    ]
    assert list(canonical_lines(store)) == before


def test_new_households_people_and_deletions_are_named(
    store: Store, second: Store, preview: Callable[[], ImportResult], tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明", "李美"])
    empty = a_household(store, room="601")
    catch_up(store, second, tmp_path)
    a_household(second, room="502", people=["孙新来"])
    gone = second.value("SELECT uid FROM live_residents WHERE name = '李美'")
    roster.remove(second, gone, "已搬走")
    roster.remove(second, empty, "拆除")
    with second.change("新增居民") as change:
        change.create("residents", household=home, name="张三", relation="SON", status="living")
    result = preview()
    told = {one.door: (one.kind, one.differences) for one in result.households}
    assert told["瑞景公园3栋2单元501"] == (
        "changed",
        [
            Difference("deleted", "居民 李美", "", "", ""),
            Difference("new", "居民 张三", "", "", ""),
        ],
    )
    assert told["瑞景公园3栋2单元502"] == ("new", [Difference("new", "居民 孙新来", "", "", "")])
    assert next(kind for kind, _ in told.values()) == "deleted"
    counts = result.household_counts
    assert (counts.touched, counts.new, counts.changed, counts.deleted) == (3, 1, 1, 1)


def test_what_both_changed_is_shown_as_a_conflict_and_comes_first(
    store: Store, second: Store, preview: Callable[[], ImportResult], tmp_path: Path
) -> None:
    quiet, disputed = a_household(store, room="101"), a_household(store, room="601")
    person = a_household(store, room="502", people=["王小明"])
    catch_up(store, second, tmp_path)
    roster.set_field(second, quiet, "note", "养猫")
    roster.set_field(store, disputed, "note", "门口有狗")
    roster.set_field(second, disputed, "note", "按铃没响")
    resident = first_resident(store, person)
    roster.set_field(store, resident, "phone", "13900000001")
    roster.remove(second, resident, "已搬走")
    result = preview()
    assert result.household_counts.disputed == 2
    assert [one.household for one in result.households][2] == quiet
    told = {one.household: one.differences[0] for one in result.households}
    assert told[disputed] == Difference("conflict", "", "备注", "门口有狗", "按铃没响")
    assert told[person] == Difference("conflict", "居民 王小明", "删除", "保留", "删除")


def test_only_the_first_households_are_told_but_all_are_counted(
    store: Store,
    second: Store,
    preview: Callable[[], ImportResult],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    homes = [a_household(store, room=f"{floor}01") for floor in range(1, 7)]
    catch_up(store, second, tmp_path)
    for home in homes:
        roster.set_fields(second, home, {"note": "养猫", "phone": "13900000001", "unit": "3"})
    monkeypatch.setattr(differences, "HOUSEHOLDS", 4)
    monkeypatch.setattr(differences, "LINES", 2)
    result = preview()
    assert [(len(one.differences), one.more) for one in result.households] == [(2, 1)] * 4
    assert result.household_counts.touched == 6


def test_what_is_erased_for_good_is_counted(
    store: Store, second: Store, preview: Callable[[], ImportResult], tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"])
    catch_up(store, second, tmp_path)
    erasure.erase_resident(second, first_resident(second, home), "本人要求")
    assert preview().household_counts.erased >= 1
    assert residents.household(store, home).residents


def test_a_preview_that_is_stopped_while_it_looks_leaves_nothing_behind(
    store: Store, second: Store, tmp_path: Path
) -> None:
    home = a_household(store)
    catch_up(store, second, tmp_path)
    roster.set_field(second, home, "note", "养猫")
    package = export.export(second, "1号机", tmp_path / "back.jlpkg")

    def stop(done: int, total: int, words: str) -> None:
        del done, total
        if words == "整理每户的变化":
            raise Cancelled

    with pytest.raises(Cancelled):
        inbox.preview(store, [package.path], progress=stop)
    assert inbox.preview(store, [package.path]).household_counts.touched == 1
    assert residents.household(store, home).note is None
