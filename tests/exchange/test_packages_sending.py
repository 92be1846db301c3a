"""One button writes to everybody what he lacks, and to nobody what he has."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.exchange.packages import sending
from desktop.exchange.packages.drives import Drive, NoStick, SeveralSticks
from desktop.exchange.packages.export import NotJoined
from desktop.exchange.packages.sending import (
    Delivery,
    NoColleagues,
    Place,
    default_folder,
    places,
    send_all,
)
from desktop.models.exchange_folder import (
    InsideProfile,
    NotAFolder,
    exchange_folder,
    set_exchange_folder,
)
from tests.exchange.pcs import Pc, converge, introduce


def written(done: Delivery) -> list[tuple[str, str]]:
    return [(name, made.kind) for name, made in done.written]


@pytest.fixture
def office(first: Pc, second: Pc, newcomer: Pc, stick: Path) -> tuple[Pc, Pc, Pc]:
    introduce(first, newcomer, stick / "3.jlcard")
    converge(first, second)
    return first, second, newcomer


def test_everybody_gets_what_he_lacks(office: tuple[Pc, Pc, Pc], stick: Path) -> None:
    first, second, third = office
    home = first.household("501", "王小明")
    done = send_all(first.store, stick)
    assert [name for name, _ in done.written] == ["2号机", "3号机"]
    for pc, (_, made) in zip((second, third), done.written, strict=True):
        pc.take(made.path)
        assert pc.shown("households", home, "room") == "501"


def test_only_those_named_are_written_to(office: tuple[Pc, Pc, Pc], stick: Path) -> None:
    first, _, _ = office
    first.household("501", "王小明")
    assert [name for name, _ in send_all(first.store, stick, ["3号机"]).written] == ["3号机"]


def test_who_lacks_nothing_gets_a_receipt_once_and_then_nothing(
    first: Pc, second: Pc, stick: Path
) -> None:
    converge(first, second)
    second.household("501", "王小明")
    first.take(send_all(second.store, stick).written[0][1].path)
    receipt = send_all(first.store, stick)
    assert written(receipt) == [("2号机", "ack")]
    again = send_all(first.store, stick)
    assert again.written == ()
    assert [each.why for each in again.skipped] == ["什么都不缺"]
    second.take(receipt.written[0][1].path)
    assert send_all(second.store, stick).written == ()


def test_pressing_twice_writes_once_but_another_stick_gets_its_own(
    first: Pc, second: Pc, stick: Path, tmp_path: Path
) -> None:
    converge(first, second)
    first.household("501", "王小明")
    assert len(send_all(first.store, stick).written) == 1
    assert [each.why for each in send_all(first.store, stick).skipped] == [
        "上次写的还在那里，内容一样"
    ]
    other = tmp_path / "other stick"
    other.mkdir()
    assert len(send_all(first.store, other).written) == 1


def test_own_packages_that_have_arrived_are_cleared_away_and_no_others(
    first: Pc, second: Pc, stick: Path
) -> None:
    converge(first, second)
    first.household("501", "王小明")
    mine = send_all(first.store, stick).written[0][1].path
    second.take(mine)
    theirs = send_all(second.store, stick).written[0][1].path
    first.take(theirs)
    send_all(first.store, stick)
    assert not mine.exists()
    assert theirs.exists()


def test_without_colleagues_or_an_office_a_sentence_says_so(
    first: Pc, newcomer: Pc, stick: Path
) -> None:
    with pytest.raises(NotJoined):
        send_all(newcomer.store, stick)
    first.set("sites", first.store.value("SELECT uid FROM sites WHERE name = '2号机'"), revoked=1)
    with pytest.raises(NoColleagues, match="还没有登记同事的机器"):
        send_all(first.store, stick)


def a_drive(path: Path, *, read_only: bool = False) -> Drive:
    return Drive(path, path.name, 10, 20, read_only)


def test_the_only_stick_comes_before_the_exchange_folder_and_several_after_it(
    tmp_path: Path,
) -> None:
    one, two, shut = a_drive(tmp_path / "A"), a_drive(tmp_path / "B"), a_drive(
        tmp_path / "C", read_only=True
    )  # fmt: skip
    shared = tmp_path / "share"
    assert places([shut, one], shared) == [
        Place(one.path, one), Place(shared), Place(shut.path, shut)
    ]  # fmt: skip
    assert [place.folder for place in places([one, two], shared)] == [shared, one.path, two.path]
    assert places([], None) == []


def test_a_folder_is_found_without_being_named(
    first: Pc, tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged: list[Drive] = []
    monkeypatch.setattr(sending, "drives", lambda: plugged)
    with pytest.raises(NoStick):
        default_folder(first.store)
    plugged += [a_drive(tmp_path / "A"), a_drive(tmp_path / "B")]
    with pytest.raises(SeveralSticks):
        default_folder(first.store)
    set_exchange_folder(first.store, stick)
    assert default_folder(first.store) == stick
    plugged.pop()
    assert default_folder(first.store) == tmp_path / "A"


def test_the_exchange_folder_is_this_pcs_own_and_must_be_there_when_chosen(
    first: Pc, stick: Path
) -> None:
    assert exchange_folder(first.store) is None
    before = first.dump()
    assert set_exchange_folder(first.store, stick) == stick
    assert exchange_folder(first.store) == stick
    assert first.dump() == before
    with pytest.raises(NotAFolder, match="打不开"):
        set_exchange_folder(first.store, stick / "nowhere")
    with pytest.raises(InsideProfile):
        set_exchange_folder(first.store, first.store.folder / "outbox")
    assert exchange_folder(first.store) == stick
    set_exchange_folder(first.store, None)
    assert exchange_folder(first.store) is None
