"""How far a colleague's PC has come, as this PC can know it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.exchange.packages import cards, export, inbox
from desktop.exchange.packages.gaps import gaps
from desktop.models import exchange_log, package_log, profile, roster
from desktop.models.standing import standings, untold
from desktop.models.store import Store
from tests.build import a_household
from tests.conftest import PASSPHRASE


@pytest.fixture
def second(store: Store, tmp_path: Path) -> Iterator[Store]:
    """A colleague's PC whose card is enrolled."""
    joined = profile.join_profile(
        tmp_path / "second", passphrase=PASSPHRASE, site_name="2号机", user="陈小红"
    )
    card = tmp_path / "2.jlcard"
    code = cards.write_card(joined, card).fingerprint
    cards.enrol(store, card, role="peer", fingerprint=code)
    yield joined
    joined.close()


def test_a_colleague_who_was_never_written_to_lacks_everything(store: Store, second: Store) -> None:
    assert second.site not in standings(store)
    assert untold(store).unsent == untold(store).lacks > 0


def test_what_was_exported_is_on_the_way_until_the_receipt_comes(
    store: Store, second: Store, tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"])
    package = export.export(store, "2号机", tmp_path / "1.jlpkg")
    there = standings(store)[second.site]
    assert (there.on_the_way, there.unsent, there.heard) == (package.changes, 0, "")

    roster.set_field(store, home, "note", "按铃没响")
    there = standings(store)[second.site]
    assert (there.on_the_way, there.unsent) == (package.changes, 1)

    inbox.take_in(second, [package.path], fingerprint=cards.own_fingerprint(store))
    inbox.take_in(store, [export.export(second, "1号机", tmp_path / "back.jlpkg").path])
    there = standings(store)[second.site]
    assert (there.on_the_way, there.unsent) == (0, 1)
    assert there.heard.startswith("2026-06-15")


def test_what_a_colleague_made_himself_counts_as_known_to_him(
    store: Store, second: Store, tmp_path: Path
) -> None:
    home = a_household(store)
    first = export.export(store, "2号机", tmp_path / "1.jlpkg")
    inbox.take_in(second, [first.path], fingerprint=cards.own_fingerprint(store))
    roster.set_field(second, home, "note", "按铃没响")
    inbox.take_in(store, [export.export(second, "1号机", tmp_path / "back.jlpkg").path])
    assert standings(store)[second.site].lacks == 0


def test_a_waiting_package_says_whose_changes_are_missing(
    store: Store, second: Store, tmp_path: Path
) -> None:
    home = a_household(store)
    first = export.export(store, "2号机", tmp_path / "1.jlpkg")
    inbox.take_in(second, [first.path], fingerprint=cards.own_fingerprint(store))
    for text in ("一", "二"):
        roster.set_field(store, home, "note", text)
    known = export.export(store, "2号机", tmp_path / "lost.jlpkg")
    # a third PC has told this one that 2号机 knows the lost package already
    with store.local() as conn:
        package_log.note_knowledge(conn, second.site, exchange_log.vector(store))
    roster.set_field(store, home, "note", "三")
    ahead = export.export(store, "2号机", tmp_path / "ahead.jlpkg")
    inbox.take_in(second, [ahead.path])
    [(package, words)] = gaps(second).items()
    assert package == ahead.package
    assert words.startswith("缺 1号机 ")
    inbox.take_in(second, [known.path])
    assert gaps(second) == {}
