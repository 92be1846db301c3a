"""A street office adds its communities' months up, and a district its streets'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from desktop.exchange.packages import letters
from desktop.exchange.packages.cards import enrol, write_card
from desktop.exchange.packages.format import PackageDamaged
from desktop.exchange.packages.reports import checked_report, project_rollup
from desktop.exchange.print.page import NothingToPrint
from desktop.exchange.print.rollup import print_rollup
from desktop.exchange.sheets.rollup_book import write_rollup
from desktop.models import items
from desktop.models.draft import NoRosterHere
from desktop.models.letters import letter_states
from desktop.models.partners import reports
from desktop.models.profile import create_profile
from desktop.models.rollup import NothingReported, read_rollup, rollup
from desktop.models.rollup_table import lines_of
from desktop.models.schema import REPLICATED, ROSTER
from tests.build import a_household
from tests.conftest import PASSPHRASE, SteadyClock
from tests.exchange.pcs import Pc
from tests.exchange.pdf import text_of

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


def test_a_clock_that_was_wrong_does_not_make_an_old_report_count(
    street: tuple[Pc, Pc, Pc], steady_clock: SteadyClock
) -> None:
    office, small, _ = street
    right = steady_clock.at
    steady_clock.at = right.replace(year=2099)
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    steady_clock.at = right
    a_household(small.store, room="509", people=["李红"])
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    assert rollup(office.store, MONTH).counts["households"] == 3


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


def test_the_table_has_a_column_for_each_office_and_adds_up(street: tuple[Pc, Pc, Pc]) -> None:
    office, small, large = street
    empty = read_rollup(office.store, MONTH)
    assert (lines_of(empty), empty.missing) == ([], ("荷塘社区", "莲心社区"))
    for community in (small, large):
        office.take(community.export_to("湖滨街道", kind="report", month=MONTH).path)
    total = rollup(office.store, MONTH)
    lines = {line.key: line for line in lines_of(total)}
    assert [part.office_name for part in total.parts] == ["荷塘社区", "莲心社区"]
    households = lines["households"]
    assert (households.label, households.total.text) == ("总户数", "8")
    assert [cell.text for cell in households.cells] == ["6", "2"]
    tagged = lines["tagged_residents"]
    assert [cell.text for cell in tagged.cells] == ["6", "<5"]
    assert tagged.note == "另有1个单位人数少，未列入合计"
    for line in lines.values():
        numbers = [cell.numerator for cell in line.cells if cell.numerator is not None]
        assert line.total.numerator in (sum(numbers), None)
    rate = lines["visit_rate"]
    assert (rate.total.text, rate.total.short, rate.total.percent) == ("0.00%（0/8）", "0.00%", 0.0)


def test_the_sums_are_saved_as_a_workbook_and_printed(
    street: tuple[Pc, Pc, Pc], tmp_path: Path
) -> None:
    office, small, large = street
    with pytest.raises(NothingToPrint):
        print_rollup(office.store, tmp_path / "x.pdf", read_rollup(office.store, MONTH))
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    total = rollup(office.store, MONTH)
    write_rollup(office.store, total, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["汇总", "各单位", "口径说明"]
    first = [[cell.value for cell in row] for row in book["汇总"].iter_rows(max_row=6)]
    assert first[0][0] == "湖滨街道2026年5月汇总表"
    assert first[3][0] == "未报：荷塘社区"
    assert first[5][:2] == ["总户数", 2]
    office.take(large.export_to("湖滨街道", kind="report", month=MONTH).path)
    printed = print_rollup(office.store, tmp_path / "x.pdf", rollup(office.store, MONTH))
    assert printed.missing_glyphs == []
    words = text_of(tmp_path / "x.pdf")
    for word in ("湖滨街道2026年5月汇总表", "下级单位已报齐", "荷塘社区", "莲心社区", "走访率"):
        assert word in words


def test_many_offices_go_on_over_further_pages(street: tuple[Pc, Pc, Pc], tmp_path: Path) -> None:
    office, small, _ = street
    office.take(small.export_to("湖滨街道", kind="report", month=MONTH).path)
    total = rollup(office.store, MONTH)
    part = total.parts[0]
    many = replace(
        total, parts=tuple(replace(part, office_name=f"第{n}社区居民委员会") for n in range(15))
    )
    one = print_rollup(office.store, tmp_path / "1.pdf", total).pages
    assert print_rollup(office.store, tmp_path / "15.pdf", many).pages >= 2 * one


def test_a_street_office_keeps_no_roster_whoever_asks(street: tuple[Pc, Pc, Pc]) -> None:
    office, _, _ = street
    for table in sorted(ROSTER):
        field = REPLICATED[table][0]
        with (
            pytest.raises(NoRosterHere, match="街道和区不保存花名册"),
            office.store.change("试") as c,
        ):
            c.create(table, **{field: "x"})
        assert office.store.value(f'SELECT count(*) FROM "{table}"') == 0
    with pytest.raises(NoRosterHere):
        a_household(office.store, people=["王小明"])
    assert items.register(office.store, "need", "本级的事")


def test_nothing_a_street_sends_changes_a_row_of_a_roster(street: tuple[Pc, Pc, Pc]) -> None:
    office, small, _ = street
    item = items.register(small.store, "need", "漏水")
    letter = letters.escalation(small.store, item, purpose="协调", text="漏水")
    office.take(small.export_to("湖滨街道", letter=letter).path)
    (got,) = letter_states(office.store)
    before = roster_of(small)
    for written in (
        letters.notice("通知", "请巡查", "2026-06-30"),
        letters.answer(got.letter, "已安排"),
        letters.proposal(got.letter, "category", "维修", ""),
        None,
    ):
        kind = "" if written else "notice"
        sent = office.export_to("莲心社区", letter=written, kind=kind)
        assert small.take(sent.path).refused == []
        assert roster_of(small) == before


def roster_of(pc: Pc) -> list[str]:
    """Every line of the dump but those of letters, which lie beside the data."""
    return [line for line in pc.dump() if '"reports_in"' not in line]
