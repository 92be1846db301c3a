"""Numbers of streams: given out with the package, acknowledged by whatever comes back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.errors import UserError
from desktop.exchange.packages import letters as writing
from desktop.exchange.packages.export import StaysInOutbox, WrongDirection, copy_again
from desktop.models import items, letters
from desktop.models.partners import missing_reports, revoke_partner
from desktop.models.profile import join_profile
from desktop.models.streams import correspondents, sent_letters
from desktop.models.undo import last_own, undo_change
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.exchange.offices import an_office, knows
from tests.exchange.pcs import Pc, introduce


@pytest.fixture
def offices(tmp_path: Path, stick: Path) -> Iterator[tuple[Pc, Pc, Pc]]:
    """A community, its street office and the district, each knowing the next (and the last)."""
    community, street, district = (
        an_office(tmp_path, stick, name) for name in ("莲心社区", "湖滨街道", "思明区")
    )
    for one, other in ((community, street), (street, district), (community, district)):
        knows(one, other)
        knows(other, one)
    yield community, street, district
    for pc in (community, street, district):
        pc.store.close()


def notice(street: Pc, title: str) -> Path:
    return street.export_to("莲心社区", letter=writing.notice(title, "")).path


def test_whatever_comes_back_acknowledges_what_went(offices: tuple[Pc, Pc, Pc]) -> None:
    community, street, _ = offices
    community.take(notice(street, "一"))
    community.take(notice(street, "二"))
    assert [each.state for each in sent_letters(street.store)] == ["sent", "sent"]
    street.take(community.export_to("湖滨街道", kind="report", month="2026-05").path)
    assert {each.state for each in sent_letters(street.store)} == {"acknowledged"}
    (there,) = [each for each in correspondents(street.store) if each.last]
    assert (there.last, there.acked, there.unconfirmed, there.missing) == (1, 2, 0, ())


def test_a_receipt_alone_goes_upward_too(offices: tuple[Pc, Pc, Pc]) -> None:
    community, street, _ = offices
    community.take(notice(street, "一"))
    (above,) = [
        each.partner for each in correspondents(community.store) if each.partner.level != "district"
    ]
    made = community.export_to("湖滨街道", letter=writing.receipt(community.store, above))
    assert made.kind == "report"
    street.take(made.path)
    assert [each.state for each in sent_letters(street.store)] == ["acknowledged"]


def test_a_gap_acknowledges_only_what_stands_before_it(offices: tuple[Pc, Pc, Pc]) -> None:
    community, street, _ = offices
    paths = [notice(street, word) for word in "一二三"]
    community.take(paths[0], paths[2])
    street.take(community.export_to("湖滨街道", kind="report", month="2026-05").path)
    assert [each.state for each in sent_letters(street.store)] == ["sent", "sent", "acknowledged"]
    lost = sent_letters(street.store)[1]
    paths[1].unlink()
    assert copy_again(street.store, lost.package, street.stick) == paths[1]
    community.take(paths[1])
    assert missing_reports(community.store) == []


def test_a_stopped_pc_is_not_waited_for(offices: tuple[Pc, Pc, Pc]) -> None:
    community, street, _ = offices
    notice(street, "丢了")
    community.take(notice(street, "二"))
    assert missing_reports(community.store) == ["缺 湖滨街道 第1号"]
    revoke_partner(community.store, street.store.site)
    assert missing_reports(community.store) == []


def test_no_office_reports_past_the_one_above_it(offices: tuple[Pc, Pc, Pc]) -> None:
    community, _, district = offices
    item = items.register(community.store, "need", "漏水")
    letter = writing.escalation(community.store, item, purpose="协调", text="漏水")
    with pytest.raises(WrongDirection, match="不越级"):
        community.export_to("思明区", kind="report")
    with pytest.raises(WrongDirection, match="不越级"):
        community.export_to("思明区", letter=letter)
    with pytest.raises(WrongDirection, match="不越级"):
        district.export_to("莲心社区", letter=writing.notice("越级", ""))
    assert items.item(community.store, item).state == "registered"
    assert sent_letters(community.store) == []


def test_a_folder_that_is_gone_costs_no_number(offices: tuple[Pc, Pc, Pc]) -> None:
    community, _, _ = offices
    item = items.register(community.store, "need", "漏水")
    letter = writing.escalation(community.store, item, purpose="协调", text="漏水")
    shutil.rmtree(community.stick)
    with pytest.raises(UserError, match="找不到"):
        community.export_to("湖滨街道", "x/y.jlpkg", letter=letter)
    assert sent_letters(community.store) == []
    assert items.item(community.store, item).state == "registered"


def test_a_stick_that_refuses_leaves_the_numbered_package_in_the_outbox(
    offices: tuple[Pc, Pc, Pc], monkeypatch: pytest.MonkeyPatch
) -> None:
    community, street, _ = offices
    usage = shutil.disk_usage(community.stick)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
        patch.setattr(os, "statvfs", lambda _: (_ for _ in ()).throw(OSError), raising=False)
        with pytest.raises(StaysInOutbox, match=r"第1号.*不要重写"):
            community.export_to("湖滨街道", kind="report", month="2026-05")
    (kept,) = sent_letters(community.store)
    assert (kept.seq, kept.state) == (1, "sent")
    copy_again(community.store, kept.package, community.stick / "later.jlpkg")
    assert street.take(community.stick / "later.jlpkg").refused == []


def test_what_went_out_is_never_undone(offices: tuple[Pc, Pc, Pc]) -> None:
    community, street, _ = offices
    a_household(community.store, people=["王小明"])
    street.take(community.export_to("湖滨街道", kind="report", month="2026-05").path)
    for pc, table in ((community, "reports_out"), (street, "reports_in")):
        last = last_own(pc.store)
        assert last is not None
        result = undo_change(pc.store, last.id)
        assert [kept.why for kept in result.kept] == ["单位、机器、使用人名单和单位间来往不撤销"]
        assert pc.store.value(f"SELECT count(*) FROM live_{table}") == 1


def test_a_colleague_of_the_office_sees_what_was_sent_and_answered(
    offices: tuple[Pc, Pc, Pc], tmp_path: Path, stick: Path
) -> None:
    community, street, _ = offices
    newcomer = Pc(
        join_profile(tmp_path / "two", passphrase=PASSPHRASE, site_name="2号机", user="小陈"), stick
    )
    introduce(street, newcomer, stick / "2.jlcard")
    item = items.register(community.store, "need", "漏水")
    letter = writing.escalation(community.store, item, purpose="协调", text="漏水")
    street.take(community.export_to("湖滨街道", letter=letter).path)
    street.export_to(
        "莲心社区", letter=writing.answer(letters.letters(street.store)[0], "周五来修")
    )
    newcomer.take(street.export_to("2号机").path)
    (seen,) = letters.letter_states(newcomer.store)
    assert (seen.letter.kind, seen.state) == ("escalation", "answered")
    assert [each.state for each in sent_letters(newcomer.store)] == [""]  # not in its own outbox
    newcomer.store.close()


def test_a_street_passes_an_item_on_to_the_district_and_the_answer_back(
    offices: tuple[Pc, Pc, Pc],
) -> None:
    community, street, district = offices
    item = items.register(community.store, "hazard", "围墙开裂")
    letter = writing.escalation(community.store, item, purpose="请鉴定", text="围墙开裂")
    street.take(community.export_to("湖滨街道", letter=letter).path)
    (got,) = letters.letters(street.store)
    own = letters.take_on(street.store, got.uid)
    with pytest.raises(letters.AlreadyTakenOn):
        letters.take_on(street.store, got.uid)
    taken = items.item(street.store, own)
    assert (taken.kind, taken.text, taken.level) == ("hazard", "围墙开裂", "subdistrict")
    further = writing.escalation(street.store, own, purpose="请区里鉴定", text="社区围墙开裂")
    district.take(street.export_to("思明区", letter=further).path)
    (there,) = letters.letters(district.store)
    street.take(district.export_to("湖滨街道", letter=writing.answer(there, "下周鉴定")).path)
    (back,) = letters.letters(street.store, "answer")
    assert letters.follow_answer(street.store, back.uid, told=True).state == "fed_back"
    down = writing.answer(letters.letters(street.store, "escalation")[0], "区里下周鉴定")
    community.take(street.export_to("莲心社区", letter=down).path)
    (last,) = letters.letters(community.store, "answer")
    assert letters.follow_answer(community.store, last.uid, told=True).state == "fed_back"
