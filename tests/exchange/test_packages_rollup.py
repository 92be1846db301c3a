"""A street office adds its communities' months up, and a district its streets'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from desktop.exchange.packages.cards import enrol, write_card
from desktop.exchange.packages.format import PackageDamaged
from desktop.exchange.packages.reports import checked_report, project_rollup
from desktop.models.partners import reports
from desktop.models.profile import create_profile
from desktop.models.rollup import NothingReported, rollup
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.exchange.pcs import Pc

MONTH = "2026-05"
MakeOffice = Callable[[str, str], Pc]


@pytest.fixture
def an_office(tmp_path: Path, stick: Path) -> Iterator[MakeOffice]:
    with ExitStack() as stack:

        def make(name: str, level: str) -> Pc:
            store = create_profile(
                tmp_path / name, passphrase=PASSPHRASE, office=name, level=level, user="某某"
            )
            stack.callback(store.close)
            return Pc(store, stick)

        yield make


def know_each_other(one: Pc, other: Pc) -> None:
    for here, there in ((one, other), (other, one)):
        path = here.stick / "x.jlcard"
        card = write_card(there.store, path)
        enrol(here.store, path, role="office", fingerprint=card.fingerprint)


@pytest.fixture
def street(an_office: MakeOffice) -> tuple[Pc, Pc, Pc]:
    """A street office and two of its communities, of two and of six households."""
    office = an_office("湖滨街道", "subdistrict")
    small, large = an_office("莲心社区", "community"), an_office("荷塘社区", "community")
    for community, doors in ((small, 2), (large, 6)):
        know_each_other(office, community)
        for door in range(doors):
            a_household(community.store, room=f"50{door}", people=["王小明"], tags=["elder_alone"])
    return office, small, large


def test_the_street_sums_its_communities_and_names_who_is_missing(
    street: tuple[Pc, Pc, Pc],
) -> None:
    office, small, large = street
    with pytest.raises(NothingReported, match="还没有收到"):
        rollup(office.store, MONTH)
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    first = rollup(office.store, MONTH)
    assert (first.missing, first.sealed) == (("荷塘社区",), False)
    office.take(large.export_to("湖滨街道", kind="report", month=MONTH).path)
    total = rollup(office.store, MONTH)
    assert total.missing == ()
    assert total.counts["households"] == 8
    assert total.rates["visit_rate"].denominator == 8
    assert [part.office_name for part in total.parts] == ["荷塘社区", "莲心社区"]


def test_a_withheld_cell_is_counted_and_never_guessed(street: tuple[Pc, Pc, Pc]) -> None:
    office, small, large = street
    for community in (small, large):
        office.take(community.export_to("湖滨街道", kind="report", month=MONTH).path)
    total = rollup(office.store, MONTH)
    assert total.counts["tagged_residents"] == 6
    assert total.withheld["tagged_residents"] == 1


def test_a_month_reported_again_counts_once(street: tuple[Pc, Pc, Pc]) -> None:
    office, small, _ = street
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    a_household(small.store, room="509", people=["李红"])
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    assert rollup(office.store, MONTH).counts["households"] == 3
    assert len(reports(office.store)) == 2


def test_the_district_sums_its_streets(street: tuple[Pc, Pc, Pc], an_office: MakeOffice) -> None:
    office, small, large = street
    district = an_office("思明区", "district")
    know_each_other(district, office)
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    sent = office.export_to("思明区", kind="report", month=MONTH)
    assert district.take(sent.path).refused == []
    total = rollup(district.store, MONTH)
    assert total.counts["households"] == 2
    assert total.missing == ("湖滨街道／荷塘社区",)
    office.take(large.export_to("湖滨街道", kind="report", month=MONTH).path)
    district.take(office.export_to("思明区", kind="report", month=MONTH).path)
    total = rollup(district.store, MONTH)
    assert (total.counts["households"], total.missing) == (8, ())
    assert total.withheld["tagged_residents"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"offices": ["x" * 500]}, {"missing": "莲心社区"}, {"withheld": {"names": 1}},
        {"withheld": {"households": 0}}, {"rates": {"visit_rate": [3, 2]}},
        {"rates": {"visit_rate": ["<5", 2]}}, {"format": "jinlin-month/1"}, {"more": 1},
    ],
)  # fmt: skip
def test_a_rollup_off_its_shape_is_refused(
    street: tuple[Pc, Pc, Pc], wrong: dict[str, object]
) -> None:
    office, small, _ = street
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    told = project_rollup(rollup(office.store, MONTH))
    assert checked_report(told, "x") == told
    assert "王小明" not in json.dumps(told, ensure_ascii=False)
    with pytest.raises(PackageDamaged):
        checked_report(told | wrong, "x")
