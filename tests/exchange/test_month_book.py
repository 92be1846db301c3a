"""The monthly workbook holds the report's numbers as numbers, and nothing typed can run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from desktop.exchange.sheets import workbook
from desktop.exchange.sheets.month_book import write_month
from desktop.exchange.sheets.workbook import Sheet, WrittenWrongly, write_book
from desktop.exchange.sheets.write import MAX_CELL
from desktop.files import FolderGone
from desktop.models import items, privacy, visits
from desktop.models.month import DEFINITIONS, MonthReport, month_report
from desktop.models.store import Store
from tests.build import a_household


@pytest.fixture
def report(store: Store) -> MonthReport:
    """Six households, one of them visited, a need that looks like a formula."""
    for room in ("101", "102", "103", "104", "105"):
        a_household(store, room=room, people=[{"name": "李红", "phone": "13900000001"}])
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    visits.record(
        store,
        visits.NewVisit(
            household=home, outcome="met", happened_on=date(2026, 6, 3), started="19:00",
            ended="19:20", needs=("=HYPERLINK(1)",), situations=("-1+2",), walkers=("林书记",),
        ),
    )  # fmt: skip
    for entry in items.items(store, kind="need"):
        items.step(store, entry.uid, "solved_on_site", result="已修好", by="陈小红")
    return month_report(store, "2026-06")


def read(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_reopened_workbook_shows_the_same_numbers(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    write_month(store, report, tmp_path / "月报.xlsx")
    rows = read(tmp_path / "月报.xlsx")["指标"]
    assert rows[0] == ("类别", "指标", "代码", "数值", "分子", "分母", "比率（%）")
    rates = {row[2]: row[4:] for row in rows if row[0] == "比率"}
    assert set(rates) == set(report.indicators)
    for key, ratio in report.indicators.items():
        shown = None if ratio.hundredths is None else ratio.hundredths / 100
        assert rates[key] == (ratio.numerator, ratio.denominator, shown), key
    assert {row[2]: row[3] for row in rows if row[0] == "数量"} == report.counts


def test_the_summary_has_title_office_parts_and_signatures(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    write_month(store, report, tmp_path / "m.xlsx")
    rows = read(tmp_path / "m.xlsx")["汇总"]
    assert rows[0][0] == "莲心社区2026年6月走访和服务工作月报"
    assert (rows[1][0], rows[1][3]) == ("填报单位：莲心社区", "填报日期：2026-06-15")
    assert ("走访率", 16.67, "%", 1, 6) in rows
    assert ("总户数", 6, "户", None, None) in rows
    assert ("独居老人月探访率", "不列（人数<5）", None, None, None) in rows
    assert (rows[-1][0], rows[-1][2]) == ("填表人：", "审核人：")
    parts = [row[0] for row in rows if row[0] and "、" in row[0][:3]]
    assert parts[:2] == ["一、基本盘", "二、走访"]


def test_the_meaning_of_each_number_and_the_cut_off_stand_beside(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    write_month(store, report, tmp_path / "m.xlsx")
    rows = read(tmp_path / "m.xlsx")["口径说明"]
    assert rows[1] == ("本表截止日", "2026-06-15")
    assert [row for row in rows if row in DEFINITIONS] == list(DEFINITIONS)


def test_data_sheets_have_one_header_row_and_no_merged_cells(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    write_month(store, report, tmp_path / "m.xlsx")
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    for name in ("指标", "走访明细", "事项明细", "口径说明"):
        assert not book[name].merged_cells.ranges
        assert all(book[name].cell(1, n).value for n in range(1, book[name].max_column + 1))
    assert [cell.value for cell in book["走访明细"][2]] == [
        "2026-06-03", "瑞景公园3栋2单元501", "入户", "见面", "是", "林书记", "19:00", "19:20", 20,
    ]  # fmt: skip


def test_text_that_looks_like_a_formula_stays_text(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    write_month(store, report, tmp_path / "m.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "m.xlsx")["事项明细"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    for text in ("=HYPERLINK(1)", "-1+2"):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix
    assert not any(cell.data_type == "f" for cell in cells.values())


def test_no_name_and_no_phone_is_in_it_and_the_copy_is_remembered(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    write_month(store, report, tmp_path / "m.xlsx")
    text = str(read(tmp_path / "m.xlsx"))
    for secret in ("王小明", "李红", "13900000001"):
        assert secret not in text
    line = privacy.audit_lines(store)[0]
    assert line.what == "导出月报工作簿"
    assert (line.detail["visits"], line.detail["items"]) == (1, 2)


def test_the_street_gets_the_summary_alone(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    write_month(store, report, tmp_path / "m.xlsx", for_street=True)
    assert list(read(tmp_path / "m.xlsx")) == ["汇总", "口径说明"]


def test_the_same_report_gives_the_same_bytes(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_month(store, report, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.xlsx*")) == ["a.xlsx", "b.xlsx"]


def test_a_folder_that_is_not_there_is_said_in_words(
    store: Store, report: MonthReport, tmp_path: Path
) -> None:
    with pytest.raises(FolderGone, match="没有写出"):
        write_month(store, report, tmp_path / "没有" / "m.xlsx")


def test_a_file_that_reads_back_differently_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_steady", lambda _: b"")
    monkeypatch.setattr(workbook, "_holds", lambda *_: False)
    old = tmp_path / "m.xlsx"
    old.write_text("old")
    with pytest.raises(WrittenWrongly):
        write_book([Sheet("一", [["a"]], [10])], old, made=date(2026, 6, 1))
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.glob("*.xlsx*")] == ["m.xlsx"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufffe坏字",
        "第一行\n第二行",
        "㛃𬭎䶮𠀀頔",
        " 前后空格 ",
        "x" * 40_000,
        "'单引号",
        "_x0041_",
    ],
)
def test_any_text_survives_the_round_trip(tmp_path: Path, text: str) -> None:
    write_book([Sheet("一", [["标题"], [text]], [10])], tmp_path / "m.xlsx", made=date(2026, 6, 1))
    book = CalamineWorkbook.from_path(str(tmp_path / "m.xlsx"))
    kept = book.get_sheet_by_name("一").to_python()[1][0]
    assert kept == text.replace("\ufffe", "\ufffd")[:MAX_CELL]
