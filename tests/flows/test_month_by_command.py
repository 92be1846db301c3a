"""The month through the command line: numbers, workbook, paper, seal."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from desktop.models import visits
from desktop.models.profile import open_profile
from tests.build import a_household
from tests.command import Office
from tests.conftest import PASSPHRASE


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Office:
    """Two households, one visited in May and one in June."""
    office = Office(tmp_path / "one")
    shutil.copytree(template, office.profile)
    store = open_profile(office.profile, PASSPHRASE)
    homes = [a_household(store, room=room, people=["王小明"]) for room in ("501", "502")]
    for home, day in zip(homes, (date(2026, 5, 7), date(2026, 6, 3)), strict=True):
        visits.record(
            store, visits.NewVisit(household=home, outcome="met", happened_on=day, needs=("修灯",))
        )
    store.close()
    return office


def test_the_month_as_json_workbook_and_paper(office: Office, tmp_path: Path) -> None:
    book, paper = tmp_path / "月报.xlsx", tmp_path / "月报.pdf"
    month = office.ask("month", "2026-06", "--xlsx", book, "--pdf", paper)
    assert {"month", "sealed", "indicators", "counts", "balance_ok"} <= set(month)
    assert month["indicators"]["visit_rate"] == {
        "numerator": 1,
        "denominator": 2,
        "rate": "50.00%",
    }
    assert (month["counts"]["carried_over"], month["counts"]["open"]) == (1, 2)
    assert month["balance_ok"] is True
    assert month["sealed"] is False
    assert book.stat().st_size > 4000
    assert paper.read_bytes().startswith(b"%PDF")


def test_the_copy_for_the_street_has_no_details(office: Office, tmp_path: Path) -> None:
    office.do("month", "2026-06", "--street", "--xlsx", tmp_path / "m.xlsx")
    assert openpyxl.load_workbook(tmp_path / "m.xlsx").sheetnames == ["汇总", "口径说明"]


def test_people_read_the_parts_of_the_report(office: Office) -> None:
    out = office.do("month", "2026-06").out
    assert "二、走访" in out
    assert "走访率：50.00%（1/2）" in out


def test_words_are_written_into_the_report(office: Office) -> None:
    office.do("month", "2026-06", "--meeting", "议定加装路灯。", "--problem", "人手不足。")
    out = office.do("month", "2026-06", "--meeting", "议定修围墙。").out
    assert "议事1：议定修围墙。" in out
    assert "议定加装路灯" not in out
    assert "问题1：人手不足。" in out
    office.do("month", "2026-06", "--seal")
    refused = office.run("month", "2026-06", "--problem", "别的")
    assert refused.status == 3
    assert "已经封账" in refused.err


def test_a_sealed_month_says_the_same_for_ever(office: Office) -> None:
    sealed = office.ask("month", "2026-05", "--seal")
    assert sealed["sealed"] is True
    office.do("visit", "record", "3栋2单元502", "--outcome", "met", "--date", "2026-05-20")
    assert office.ask("month", "2026-05") == sealed
    assert office.ask("month", "2026-06")["counts"]["late_visits"] == 1


def test_no_report_of_a_month_to_come(office: Office, tmp_path: Path) -> None:
    answer = office.run("month", "2026-08", "--xlsx", tmp_path / "m.xlsx", "--json")
    assert answer.status == 3
    assert "还没有开始" in answer.err
    assert not (tmp_path / "m.xlsx").exists()
