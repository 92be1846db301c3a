"""A community reports its month to the street office, which can never reach a roster."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.exchange.packages import format as fmt
from desktop.exchange.packages.cards import NoOffice, SameOffice, enrol, write_card
from desktop.exchange.packages.export import WrongDirection
from desktop.exchange.packages.payload import (
    Manifest,
    OfficeName,
    change_lines,
    gzipped,
    lines_of,
)
from desktop.exchange.packages.reports import COUNTS, RATES, SMALL, checked_report, project
from desktop.models import check, draft, exchange_log
from desktop.models.month import month_report
from desktop.models.partners import missing_reports, reports
from desktop.models.profile import create_profile
from desktop.models.sites import own_site
from tests.build import a_household
from tests.conftest import PASSPHRASE, SteadyClock
from tests.exchange.pcs import Pc, converge, forged_inside, parts, resigned
from tests.exchange.test_packages_format import read_package, seal_secret


@pytest.fixture
def street(tmp_path: Path, stick: Path, first: Pc) -> Iterator[Pc]:
    """The street office's PC; it and the community's first PC know each other's cards."""
    store = create_profile(
        tmp_path / "street", passphrase=PASSPHRASE, office="湖滨街道", level="subdistrict",
        user="赵主任",
    )  # fmt: skip
    pc = Pc(store, stick)
    for here, there, name in ((first, pc, "s.jlcard"), (pc, first, "c.jlcard")):
        card = write_card(there.store, stick / name)
        enrol(here.store, stick / name, role="office", fingerprint=card.fingerprint)
    yield pc
    store.close()


def test_a_month_reaches_the_street_office_and_is_kept_read_only(first: Pc, street: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("湖滨街道", kind="report", month="2026-05")
    result = street.take(sent.path)
    assert (result.applied, result.refused) == (1, [])
    (report,) = reports(street.store)
    assert (report.office_name, report.seq, report.month) == ("莲心社区", 1, "2026-05")
    assert json.loads(report.body)["counts"].keys() <= COUNTS
    assert street.store.value("SELECT count(*) FROM households") == 0
    again = street.take(sent.path)
    assert (again.applied, again.refused) == (0, [])
    assert len(reports(street.store)) == 1
    assert check.check(street.store) == []


def test_last_month_is_reported_unless_another_is_named(
    first: Pc, street: Pc, steady_clock: SteadyClock
) -> None:
    street.take(first.export_to("湖滨街道", kind="report").path)
    assert [report.month for report in reports(street.store)] == ["2026-05"]
    assert steady_clock.now().month == 6


def test_a_number_that_was_skipped_is_named_and_order_does_not_matter(
    first: Pc, street: Pc
) -> None:
    sent = [first.export_to("湖滨街道", kind="report", month=f"2026-0{m}") for m in (3, 4, 5)]
    street.take(sent[2].path)
    assert missing_reports(street.store) == ["缺 莲心社区 第1号", "缺 莲心社区 第2号"]
    street.take(sent[1].path, sent[0].path)
    assert missing_reports(street.store) == []
    assert [report.seq for report in reports(street.store)] == [1, 2, 3]


def test_two_pcs_of_the_street_office_agree_on_what_was_reported(
    first: Pc, street: Pc, newcomer: Pc, stick: Path
) -> None:
    card = write_card(newcomer.store, stick / "n.jlcard")
    enrol(street.store, stick / "n.jlcard", role="peer", fingerprint=card.fingerprint)
    street.take(first.export_to("湖滨街道", kind="report").path)
    full = street.export_to(card.name, kind="full")
    assert newcomer.take(full.path, fingerprint=street.fingerprint).refused == []
    assert reports(newcomer.store) == reports(street.store)
    assert newcomer.dump() == street.dump()


def test_no_name_door_phone_or_id_stands_in_an_upward_package(first: Pc, street: Pc) -> None:
    a_household(
        first.store, room="4321", note="金丝雀甲", phone="13900009999", tags=["elder_alone"],
        people=[{"name": "金丝雀乙", "id_number": "350299195001010013", "phone": "13900008888"}],
    )  # fmt: skip
    with first.store.change("登记") as change:
        change.create("items", kind="need", text="金丝雀丙", registered_on="2026-05-02")
    sent = first.export_to("湖滨街道", kind="report", month="2026-05")
    _, lines = read_package(sent.path, seal_secret(street))
    text = re.sub("[0-9a-f]{16,}", "", json.dumps(lines, ensure_ascii=False))  # keys, numbers
    for word in ("金丝雀", "1390000", "350299", "4321", "林书记", "瑞景", first_tag(first)):
        assert word not in text


def first_tag(pc: Pc) -> str:
    return str(pc.store.value("SELECT uid FROM care_tags LIMIT 1"))


def test_small_cells_of_sensitive_figures_are_withheld(first: Pc) -> None:
    a_household(first.store, people=["王小明"], tags=["elder_alone"])
    report = month_report(first.store, "2026-05")
    assert report.counts["tagged_residents"] == 1
    told = project(report)
    assert told["counts"]["tagged_residents"] == SMALL
    assert told["rates"]["contact_rate"] == [SMALL, SMALL]
    assert set(told["rates"]) <= RATES
    checked_report(told, "x")


def told_of(first: Pc, **counts: int) -> dict[str, Any]:
    report = month_report(first.store, "2026-05")
    named = {key.replace("dispute_", "dispute."): number for key, number in counts.items()}
    return project(replace(report, counts={**report.counts, **named}))


def test_a_small_cell_does_not_follow_from_those_that_are_told(first: Pc) -> None:
    """Carried over 10, registered 2, closed 6, open 6: three of them tell the fourth."""
    told = told_of(
        first, dispute_carried_over=10, dispute_registered=2, dispute_closed=6, dispute_open=6,
        born=2, died=12,
    )  # fmt: skip
    counts = told["counts"]
    assert (counts["dispute.registered"], counts["dispute.closed"]) == (SMALL, SMALL)
    assert (counts["born"], counts["died"]) == (SMALL, SMALL)
    assert (counts["dispute.carried_over"], counts["dispute.open"]) == (10, 6)
    for key, cells in told["rates"].items():
        assert cells == [SMALL, SMALL] or not key.startswith(("dispute.", "mediation"))
    checked_report(told, "x")


def test_large_cells_are_told(first: Pc) -> None:
    told = told_of(
        first, dispute_carried_over=10, dispute_registered=0, dispute_closed=5, dispute_open=5,
        born=0, died=7,
    )  # fmt: skip
    assert SMALL not in told["counts"].values()


def test_only_upwards(street: Pc) -> None:
    with pytest.raises(WrongDirection, match="上级"):
        street.export_to("莲心社区", kind="report")


def test_a_stranger_a_colleagues_role_and_another_stream_are_refused(
    first: Pc, second: Pc, street: Pc
) -> None:
    sent = first.export_to("湖滨街道", kind="report")
    before = street.dump()
    good = sent.path.read_bytes()
    here = own_site(second.store)
    sender = fmt.Sender(here.uid, here.sign, here.seal)
    resigned(second, sent.path, lambda fields: fields.update(sender=sender))
    assert "没有登记过" in street.take(sent.path).refused[0].why
    for stream in ("", f"{'0' * 32}/x", f"{first.store.site}/other"):
        sent.path.write_bytes(good)
        resigned(first, sent.path, lambda fields, s=stream: fields.update(stream=s))
        assert "不是登记的那个单位的报告" in street.take(sent.path).refused[0].why
    assert street.dump() == before


def test_a_correctly_signed_package_that_sets_a_roster_field_changes_nothing(
    first: Pc, second: Pc, street: Pc, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The street office, enrolled for streams, tries the office's own door, and the report's."""
    monkeypatch.setattr(draft, "ROSTER", frozenset())  # its program has been tampered with
    home = first.household("501", "王小明")
    converge(first, second)
    template = second.export_to("1号机", "forged.jlpkg").path
    outer, _ = parts(template)
    with street.store.change("越权") as change:
        change.create("households", uid=home, note="街道改的")
    log = list(exchange_log.changes_between(street.store, {}, exchange_log.vector(street.store)))
    here = own_site(street.store)
    for kind in ("peer", "full", "report", "notice"):
        fields = {"kind": kind, "sender": fmt.Sender(here.uid, here.sign, here.seal)}
        if kind in ("report", "notice"):
            office = first.store.value("SELECT uid FROM office")
            fields |= {"stream": f"{here.uid}/{office}", "stream_seq": 1}
        shutil.copy(template, stick / "f.jlpkg")
        resigned(street, stick / "f.jlpkg", lambda f, new=fields: f.update(new))
        manifest = _manifest_for(street, outer.header.package, kind, outer.header.to, len(log))
        inner = list(gzipped(lines_of(manifest, change_lines(log))))
        forged_inside(street, stick / "f.jlpkg", inner, [own_site(first.store).seal])
        before = first.dump()
        result = first.take(stick / "f.jlpkg")
        assert result.applied == 0
        assert len(result.refused) == 1
        assert first.dump() == before
        assert first.shown("households", home, "note") is None


def _manifest_for(pc: Pc, package: str, kind: str, to: tuple[str, ...], count: int) -> Manifest:
    office = OfficeName(*pc.store.rows("SELECT uid, name, level FROM office")[0])
    vector = exchange_log.vector(pc.store)
    return Manifest(package, kind, pc.store.site, to, office, "2026", vector, {}, count)


def test_a_card_enrols_in_its_own_role_only(
    first: Pc, second: Pc, newcomer: Pc, stick: Path
) -> None:
    card = write_card(newcomer.store, stick / "n.jlcard")
    with pytest.raises(NoOffice):
        enrol(first.store, stick / "n.jlcard", role="office", fingerprint=card.fingerprint)
    card = write_card(second.store, stick / "n.jlcard")
    with pytest.raises(SameOffice):
        enrol(first.store, stick / "n.jlcard", role="office", fingerprint=card.fingerprint)
