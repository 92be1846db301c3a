"""A PC is stopped: up to a number it is still believed, beyond it nothing comes in any more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.errors import BadValue
from desktop.exchange.packages.cards import enrol
from desktop.models.exchange_log import vector
from desktop.models.partners import partner, reports, revoke_partner
from desktop.models.sites import revoke_site, site
from desktop.models.stopped import late_changes, late_letters
from tests.exchange.offices import an_office, knows
from tests.exchange.pcs import Pc, carry, converge, introduce


@pytest.fixture
def third(first: Pc, second: Pc, newcomer: Pc, stick: Path) -> Pc:
    """A third PC of the office that everybody has heard of."""
    converge(first, second)
    introduce(first, newcomer, stick / "3.jlcard")
    carry(first, second, "2号机")
    carry(newcomer, first, "1号机")
    carry(newcomer, second, "2号机")
    return newcomer


def last(pc: Pc) -> int:
    """The number of this PC's latest change."""
    return vector(pc.store).get(pc.store.site, 0)


def test_late_packages_come_in_up_to_the_number_and_no_further(
    first: Pc, second: Pc, third: Pc
) -> None:
    home = third.household("501", "王小明")
    in_the_drawer = third.export_to("1号机", "a.jlpkg").path
    number = last(third)
    third.household("666", "假人")
    from_the_thief = third.export_to("1号机", "b.jlpkg").path
    revoke_site(first.store, third.store.site, number)
    (refused,) = first.take(from_the_thief).refused
    assert refused.status == 4
    assert f"只收它到第{number}号为止写的" in refused.why
    assert f"已写到第{last(third)}号" in refused.why
    assert first.take(in_the_drawer).refused == []
    assert first.shown("households", home, "room") == "501"
    # the others hear of the number and keep to it as well
    carry(first, second, "2号机")
    (refused,) = second.take(third.export_to("2号机").path).refused
    assert f"第{number}号" in refused.why
    assert second.dump() == first.dump()


def test_without_a_number_nothing_comes_in_any_more(first: Pc, third: Pc) -> None:
    third.household("501", "王小明")
    sent = third.export_to("1号机").path
    revoke_site(first.store, third.store.site)
    (refused,) = first.take(sent).refused
    assert refused.why == "“3号机”已停用，它的名片和数据包都不再接受。"
    known = site(first.store, third.store.site)
    assert known is not None
    assert (known.revoked, known.revoked_after) == (True, 0)


def test_a_package_that_waited_is_judged_again_when_its_turn_comes(
    first: Pc, second: Pc, third: Pc
) -> None:
    before = third.export_to("1号机", "a.jlpkg").path
    first.take(before)
    second.household("502", "李红")
    carry(second, third, "3号机")
    third.household("666", "假人")
    # the receiver lacks what the second PC wrote
    with third.store.local() as conn:
        conn.execute("UPDATE peer_state SET acked = ?", (json.dumps(vector(second.store)),))
    early = third.export_to("1号机", "b.jlpkg").path
    assert first.take(early).waiting != []
    revoke_site(first.store, third.store.site)
    result = first.take(second.export_to("1号机").path)
    assert [r.why for r in result.refused] == ["“3号机”已停用，它的名片和数据包都不再接受。"]
    assert first.kept_files() == []
    assert first.store.value("SELECT count(*) FROM live_households WHERE room = '666'") == 0


def test_what_a_trusted_colleague_had_merged_stays_and_is_listed(
    first: Pc, second: Pc, third: Pc
) -> None:
    number = last(third)
    home = third.household("666", "假人")
    carry(third, second, "2号机")
    revoke_site(first.store, third.store.site, number)
    assert late_changes(first.store, third.store.site, number) == []
    converge(first, second)
    assert first.dump() == second.dump()
    assert first.shown("households", home, "room") == "666"
    late = late_changes(first.store, third.store.site, number)
    assert [each.number for each in late] == [*range(number + 1, last(third) + 1)]
    assert all(each.batch.startswith(third.store.site[:6]) for each in late)


def test_a_forged_small_number_brings_nothing_in_another_name(
    first: Pc, second: Pc, third: Pc
) -> None:
    """A stopped PC relays a change that nobody else has brought yet: it waits for its maker."""
    second.household("502", "李红")
    carry(second, third, "3号机")
    sent = third.export_to("1号机").path
    revoke_site(first.store, third.store.site, 10_000)
    result = first.take(sent)
    assert result.applied == 0
    assert "别的机器的更改" in result.waiting[0].missing
    assert carry(second, first, "1号机").waiting == []
    assert first.kept_files() == []


def test_of_two_colleagues_words_the_stricter_holds(first: Pc, second: Pc, third: Pc) -> None:
    third.household("401", "李红")
    number = last(third)
    third.household("501", "王小明")
    sent = third.export_to("1号机", "a.jlpkg").path
    revoke_site(first.store, third.store.site, number + 5)
    revoke_site(second.store, third.store.site, number)
    converge(first, second)
    for pc in (first, second):
        known = site(pc.store, third.store.site)
        assert known is not None
        assert known.revoked_after == number
    assert first.take(sent).refused != []
    # somebody who has seen both decides
    revoke_site(first.store, third.store.site, number + 5)
    assert first.take(sent).refused == []


def test_enrolling_a_stopped_pc_elsewhere_at_the_same_time_does_not_let_it_in(
    first: Pc, second: Pc, newcomer: Pc, stick: Path
) -> None:
    converge(first, second)
    introduce(first, newcomer, stick / "3.jlcard")
    revoke_site(first.store, newcomer.store.site)
    for _ in range(5):
        second.household("502", "李红")  # so that the second PC's word would win a tie
    enrol(second.store, stick / "3.jlcard", role="peer", fingerprint=newcomer.fingerprint)
    converge(first, second)
    for pc in (first, second):
        known = site(pc.store, newcomer.store.site)
        assert known is not None
        assert known.revoked


def test_another_office_is_stopped_at_a_number_of_its_stream(
    tmp_path: Path, stick: Path, first: Pc
) -> None:
    street = an_office(tmp_path, stick, "湖滨街道")
    knows(first, street)
    knows(street, first)
    sent = [first.export_to("湖滨街道", kind="report", month=f"2026-0{m}").path for m in (3, 4, 5)]
    street.take(sent[2])
    revoke_partner(street.store, first.store.site, 2)
    assert street.take(sent[0], sent[1]).refused == []
    late = first.export_to("湖滨街道", kind="report", month="2026-05").path
    (refused,) = street.take(late).refused
    assert "第2号为止" in refused.why
    assert len(reports(street.store)) == 3
    (listed,) = late_letters(street.store, first.store.site, 2)
    assert (listed.number, listed.what) == (3, "2026-05月报")
    known = partner(street.store, first.store.site)
    assert known is not None
    assert known.revoked_after == 2
    street.store.close()


def test_a_number_below_nothing_is_refused(first: Pc, second: Pc) -> None:
    converge(first, second)
    with pytest.raises(BadValue, match="号数"):
        revoke_site(first.store, second.store.site, -1)
