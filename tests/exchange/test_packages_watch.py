"""What lies on a stick or in the shared folder is told apart by its first lines, cheaply."""

from __future__ import annotations

import builtins
import os
from pathlib import Path
from typing import Any

import pytest

from desktop.exchange.packages import watch
from desktop.exchange.packages.cards import write_card
from desktop.exchange.packages.six_words import new_words
from desktop.exchange.packages.watch import Found, Seen, look
from desktop.models.rotation import rotate
from tests.exchange.pcs import Pc, converge, found_in, introduce, raw_header


def states(pc: Pc, *folders: Path) -> dict[str, str]:
    return {found.path.name: found.state for found in found_in(pc.store, folders or (pc.stick,))}


@pytest.fixture
def exchanging(first: Pc, second: Pc, stick: Path) -> tuple[Pc, Pc]:
    """Both know each other; the stick is empty again."""
    converge(first, second)
    for old in stick.iterdir():
        old.unlink()
    second.household("501", "王小明")
    return first, second


def test_a_new_package_is_named_until_it_has_been_taken_in(exchanging: tuple[Pc, Pc]) -> None:
    first, second = exchanging
    made = second.export_to("1号机")
    [found] = found_in(first.store, [first.stick])
    assert found == Found(
        made.path, "peer", "2号机", found.made, made.bytes, "new"
    )  # fmt: skip
    assert len(found.made) == len("2026-06-15T09:30")
    assert states(second) == {made.path.name: "own"}
    first.take(made.path)
    assert states(first) == {made.path.name: "known"}


def test_a_waiting_package_counts_as_had(exchanging: tuple[Pc, Pc], first: Pc) -> None:
    _, second = exchanging
    early = second.export_to("1号机", file="early.jlpkg")
    first.take(early.path)
    assert states(first) == {"early.jlpkg": "known"}


def test_packages_for_others_from_strangers_and_from_stopped_pcs_are_told_apart(
    exchanging: tuple[Pc, Pc], newcomer: Pc, stick: Path
) -> None:
    first, second = exchanging
    introduce(first, newcomer, stick / "3.jlcard")
    (stick / "3.jlcard").unlink()
    for old in stick.iterdir():
        old.unlink()
    newcomer.household("601", "李红")
    newcomer.export_to("1号机", file="known.jlpkg")
    newcomer.export_to("2号机", file="stranger.jlpkg")
    assert states(first) == {"known.jlpkg": "new", "stranger.jlpkg": "others"}
    assert states(second) == {"known.jlpkg": "others", "stranger.jlpkg": "stranger"}
    first.set("sites", newcomer.store.site, revoked=1)
    assert states(first)["known.jlpkg"] == "stopped"


def test_what_six_words_open_is_for_whoever_is_told_them(
    exchanging: tuple[Pc, Pc], newcomer: Pc
) -> None:
    first, second = exchanging
    made = second.export_to("", words=new_words())
    assert states(first) == {made.path.name: "words"}
    assert states(second) == {made.path.name: "own"}
    assert states(newcomer) == {made.path.name: "words"}


def test_what_was_sealed_before_this_pc_changed_its_keys_is_still_for_it(
    exchanging: tuple[Pc, Pc],
) -> None:
    first, second = exchanging
    made = second.export_to("1号机")
    rotate(first.store)
    assert states(first) == {made.path.name: "new"}


def test_a_pc_that_joins_finds_its_first_package_and_the_offices_card(
    first: Pc, newcomer: Pc, stick: Path
) -> None:
    write_card(newcomer.store, stick / "3.jlcard")
    assert states(first) == {"3.jlcard": "new"}
    assert states(newcomer) == {"3.jlcard": "own"}
    introduce(first, newcomer, stick / "3.jlcard")
    assert states(first)["3.jlcard"] == "known"
    full = first.export_to("3号机", kind="full", file="full.jlpkg")
    assert full.kind == "full"
    assert states(newcomer)["full.jlpkg"] == "new"


def test_a_half_copied_file_is_still_arriving_and_not_damaged(exchanging: tuple[Pc, Pc]) -> None:
    first, second = exchanging
    whole = second.export_to("1号机").path.read_bytes()
    target = first.stick / "p.jlpkg"
    for old in first.stick.iterdir():
        old.unlink()
    middle = len(whole) // 2
    begun = (b"", whole[:4], whole[:40], whole[:middle], whole[:-1])
    # copying programs that give the file its length first
    lengthened = (whole[:40] + bytes(99_000), whole[:middle].ljust(len(whole), b"\0"), bytes(3000))
    for partly in (*begun, *lengthened):
        target.write_bytes(partly)
        assert states(first) == {"p.jlpkg": "arriving"}
    target.write_bytes(whole)
    assert states(first) == {"p.jlpkg": "new"}


def test_the_same_file_finished_later_is_noticed_even_with_the_same_size_and_time(
    exchanging: tuple[Pc, Pc],
) -> None:
    first, second = exchanging
    path = second.export_to("1号机").path
    whole, seen = path.read_bytes(), Seen()
    path.write_bytes(whole[:-200] + bytes(200))
    os.utime(path, (1_780_000_000, 1_780_000_000))
    assert [found.state for found in found_in(first.store, [first.stick], seen)] == ["arriving"]
    path.write_bytes(whole)
    os.utime(path, (1_780_000_000, 1_780_000_000))
    assert [found.state for found in found_in(first.store, [first.stick], seen)] == ["new"]


def test_what_cannot_be_read_says_why(exchanging: tuple[Pc, Pc]) -> None:
    first, second = exchanging
    path = second.export_to("1号机", file="p.jlpkg").path
    stick = first.stick
    (stick / "newer.jlpkg").write_bytes(
        raw_header(path, lambda h: h.replace('"min_reader":1', '"min_reader":2'))
    )
    (stick / "longer.jlpkg").write_bytes(path.read_bytes() + b"x")
    (stick / "film.jlpkg").write_bytes(b"RIFF" * 1000)
    (stick / "no.jlcard").write_bytes(b"BEGIN:VCARD\n")
    assert states(first) == {
        "p.jlpkg": "new", "newer.jlpkg": "too_new", "longer.jlpkg": "unreadable",
        "film.jlpkg": "unreadable", "no.jlcard": "unreadable",
    }  # fmt: skip


def test_only_packages_of_the_root_and_one_level_are_opened_and_each_once(
    exchanging: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = exchanging
    stick = first.stick
    path = second.export_to("1号机").path
    for inner in ("2号机", "2号机/deeper", ".hidden", "$RECYCLE.BIN"):
        (stick / inner).mkdir()
        (stick / inner / "p.jlpkg").write_bytes(path.read_bytes())
    for name in ("花名册.xlsx", "~p.jlpkg", ".p.jlpkg.part", "p.jlpkg.tmp"):
        (stick / name).write_bytes(b"private")
    (stick / "link.jlpkg").symlink_to(stick / "花名册.xlsx")
    opened: list[str] = []
    real = builtins.open

    def noting(file: Any, *args: Any, **named: Any) -> Any:
        opened.append(str(Path(file).relative_to(stick)))
        return real(file, *args, **named)

    monkeypatch.setattr(builtins, "open", noting)
    seen = Seen()
    assert len(found_in(first.store, [stick], seen)) == 2
    assert set(opened) == {path.name, "2号机/p.jlpkg"}
    opened.clear()
    assert len(found_in(first.store, [stick], seen)) == 2
    assert opened == []


def test_a_look_reads_little_of_a_large_package(
    exchanging: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second = exchanging
    path = second.export_to("1号机").path
    read: list[int] = []
    real = builtins.open

    class Counting:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Counting:
            return self

        def __exit__(self, *_: object) -> None:
            read.append(self.file.tell() - self.start)
            self.file.close()

        start = 0

        def seek(self, *where: int) -> int:
            self.start = self.file.seek(*where)
            return self.start

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    monkeypatch.setattr(builtins, "open", lambda *a, **k: Counting(real(*a, **k)))
    look([path.parent], {})
    assert sum(read) < 64 * 1024
    assert read[-1] == 16


def test_a_folder_that_is_gone_is_said_quietly_and_the_others_are_read(
    exchanging: tuple[Pc, Pc], tmp_path: Path
) -> None:
    first, second = exchanging
    made = second.export_to("1号机")
    sight = look([tmp_path / "share offline", first.stick], {})
    assert sight.gone == (tmp_path / "share offline",)
    assert [each.path for each in sight.glimpses] == [made.path]


def test_a_stick_full_of_files_is_looked_at_only_so_far(
    exchanging: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = exchanging
    monkeypatch.setattr(watch, "_MOST_FILES", 20)
    for number in range(50):
        (first.stick / f"{number}.jlpkg").write_bytes(b"?" * 500)
    assert len(states(first)) == 20


def test_an_impossible_file_time_is_left_out() -> None:
    assert watch._moment(2**100) == ""
