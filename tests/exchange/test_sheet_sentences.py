"""Sentences of `tests/cases/README.md` that need a whole sheet, and a list of the test of each."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from desktop.exchange.sheets.faults import NeedsPassword, ProtectedOds, WrongPassword
from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.marked import write_marked
from desktop.exchange.sheets.plan import Choices
from desktop.exchange.sheets.read import read_book
from desktop.exchange.sheets.roster_book import write_roster
from desktop.models.dump import canonical_lines
from desktop.models.imports import past_imports, undo_import
from desktop.models.store import Store
from tests.build import a_household
from tests.exchange.odd_files import SHEET, with_part
from tests.exchange.sheet_files import (
    HEAD,
    LIU,
    TIDY,
    WANG,
    csv_text,
    ods,
    people,
    take,
    xls,
    xlsb,
    xlsx,
)
from tests.models.cases import FOLDER

FILES = Path(__file__).parent / "files"
BOTH = [
    ("瑞景公园", "3", "2", "501", "刘桂花", "SPOUSE"),
    ("瑞景公园", "3", "2", "501", "王小明", "HEAD"),
]


def test_every_sentence_of_the_cases_has_its_test() -> None:
    lines = (FOLDER / "sentences.tsv").read_text("utf-8").splitlines()[1:]
    left = "".join((FOLDER / "README.md").read_text("utf-8").split())
    left = left[left.index("Shapestoread") :]
    for line in lines:
        words, _, where = line.partition("\t")
        file, _, name = where.partition("::")
        text = (FOLDER.parent / file).read_text("utf-8")
        assert f"def {name}(" in text or f'"{name}"' in text, where
        packed = "".join(words.split())
        assert packed in left, words
        left = left.replace(packed, "|", 1)
    assert re.sub(r"[|\s;,.:`]|Shapestoread", "", left) == ""


def test_a_second_sheet_of_instructions_is_skipped_and_named(store: Store, tmp_path: Path) -> None:
    sheets = {"花名册": TIDY, "填表说明": (("姓名", "房号", "楼栋"), ("写全名", "如501", "如3栋"))}
    plan = take(store, xlsx(tmp_path / "a.xlsx", sheets=sheets))
    assert people(store) == BOTH
    assert [(row.sheet, row.row) for row in plan.skipped_rows] == [("填表说明", 0)]


def test_a_merged_head_cell_belongs_to_all_rows_of_the_household(
    store: Store, tmp_path: Path
) -> None:
    rows = (
        ("小区", "楼栋", "单元", "户主", "房号", "姓名"),
        ("瑞景公园", "3栋", "2", "王小明", "501", "王小明"),
        (None, None, None, None, None, "刘桂花"),
        (None, None, None, "陈示例", "502", "陈示例"),
    )
    merge = ("A2:A4", "B2:B4", "C2:C4", "D2:D3", "E2:E3")
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows, merge=merge))
    assert plan.warnings == []  # nothing had to be assumed
    assert [(row[3], row[4], row[5]) for row in people(store)] == [
        ("501", "刘桂花", "UNKNOWN"), ("501", "王小明", "HEAD"), ("502", "陈示例", "HEAD"),
    ]  # fmt: skip


def test_formulas_count_by_their_cached_value(store: Store, tmp_path: Path) -> None:
    rows = (HEAD, (*WANG[:3], "房号在此", *WANG[4:]), LIU)
    file = with_part(
        xlsx(tmp_path / "a.xlsx", rows), tmp_path / "b.xlsx", SHEET,
        lambda data: re.sub(
            rb'<c r="D2"[^>]*>.*?</c>', b'<c r="D2"><f>500+1</f><v>501</v></c>', data
        ),
    )  # fmt: skip
    take(store, file)
    assert people(store) == BOTH


def test_a_binary_workbook_is_read(store: Store, tmp_path: Path) -> None:
    file = xlsb(tmp_path / "花名册.xls")
    assert read_book(file).kind == "xlsb"
    take(store, file)
    assert people(store) == BOTH


def test_a_protected_file_of_excel_97_asks_for_its_password(store: Store) -> None:
    with pytest.raises(NeedsPassword):
        read_book(FILES / "protected.xls")
    with pytest.raises(WrongPassword):
        read_book(FILES / "protected.xls", "falsch")
    take(store, FILES / "protected.xls", password="lianxin")
    assert people(store) == BOTH


def test_a_protected_ods_says_that_it_has_to_be_saved_without() -> None:
    with pytest.raises(ProtectedOds):
        read_book(FILES / "protected.ods", "lianxin")


def test_a_door_that_a_spreadsheet_stored_as_a_date_is_asked_about(
    store: Store, tmp_path: Path
) -> None:
    rows = (("小区", "栋-单元", "房号", "姓名"), ("瑞景公园", datetime(2026, 3, 2), 501, "王小明"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert "3栋2单元" in plan.warnings[-1].reason
    assert people(store) == []


def test_signs_that_are_neither_yes_nor_no_stay_unknown_with_a_warning(
    store: Store, tmp_path: Path
) -> None:
    rows = ((*HEAD, "是否低保"), (*WANG, "○"), (*LIU, "/"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert [w.value for w in plan.warnings if w.column == "是否低保"] == ["○"]
    assert store.value("SELECT count(*) FROM live_care_tags") == 0


def test_the_deceased_are_listed_and_not_imported(store: Store, tmp_path: Path) -> None:
    rows = (*TIDY, (*WANG[:4], "王示例（已故）", "父亲", "男", "", ""))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert people(store) == BOTH
    assert [(w.row, w.value, w.reason) for w in plan.warnings] == [(4, "王示例", "已故，未导入")]


def test_names_broken_by_an_encoding_are_refused_in_the_sheet(store: Store, tmp_path: Path) -> None:
    plan = take(
        store, xlsx(tmp_path / "a.xlsx", (*TIDY, (*WANG[:4], "李?明", "儿子", "男", "", "")))
    )
    assert [(r.row, r.reason) for r in plan.refused] == [(4, "姓名含无法识别的字，请核对")]
    assert people(store) == BOTH


def test_an_odd_name_and_a_lone_word_of_relation_are_imported_with_a_warning(
    store: Store, tmp_path: Path
) -> None:
    rows = (HEAD, (*WANG[:4], "王", *WANG[5:]), (*LIU[:5], "媳妇", *LIU[6:]))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert [(w.row, w.column) for w in plan.warnings] == [(2, "姓名"), (3, "与户主关系")]
    assert [(row[4], row[5]) for row in people(store)] == [("刘桂花", "UNKNOWN"), ("王", "HEAD")]


def test_an_unknown_word_among_the_tags_is_asked_about(store: Store, tmp_path: Path) -> None:
    rows = ((*HEAD, "人员类别"), (*WANG, "低保,残疾二级;独居"), (*LIU, "困难"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert [(w.row, w.value) for w in plan.warnings] == [(3, "困难")]
    tags = store.rows("SELECT tag FROM live_care_tags ORDER BY tag")
    assert tags == [("disability",), ("elder_alone",), ("minimum_living",)]


def test_people_mend_the_marked_copy_and_import_it_again(store: Store, tmp_path: Path) -> None:
    rows = (HEAD, WANG, (*LIU[:4], "刘桂花、刘示例", *LIU[5:]))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    write_marked(plan, tmp_path / "改.xlsx")
    book = load_workbook(tmp_path / "改.xlsx")
    sheet = book.worksheets[0]
    assert (sheet.cell(1, 10).value, sheet.max_column) == ("导入原因", 10)
    assert "一格多人" in sheet.cell(3, 10).value
    sheet.cell(3, 5, "刘桂花")
    book.save(tmp_path / "改.xlsx")
    again = take(store, tmp_path / "改.xlsx")
    assert (again.residents.new, again.residents.unchanged, again.refused) == (1, 1, [])
    assert people(store) == BOTH


def test_nothing_is_written_before_the_preview_is_confirmed(store: Store, tmp_path: Path) -> None:
    before = list(canonical_lines(store))
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx")], choices=Choices({"姓名": "name"}))
    assert list(canonical_lines(store)) == before
    assert past_imports(store) == []
    change = apply_plan(store, plan)
    assert change is not None
    undo_import(store, past_imports(store)[0].batch)
    assert list(canonical_lines(store)) == before


def test_what_a_header_means_is_asked_once_per_file(store: Store, tmp_path: Path) -> None:
    head = (*HEAD, "户号", "层数", "业主")
    rows = (head, (*WANG, "0012345", "6", "林业主"), (*LIU, "0012345", "6", "林业主"))
    other = (head, *((*row[:3], "602", *row[4:]) for row in rows[1:]))
    file = xlsx(tmp_path / "a.xlsx", sheets={"甲": rows, "乙": other})
    plan = plan_import(store, [file])
    asked = [w.column for w in plan.warnings if "现按" in w.reason]
    assert sorted(asked) == ["业主", "层数", "户号"]
    rows = (("小区", "楼号", "房号", "姓名"), ("瑞景公园", "3", "501", "王小明"))
    plan = plan_import(store, [xlsx(tmp_path / "b.xlsx", rows)])
    assert [q.key for sheet in plan.sheets for q in sheet.questions] == ["楼号"]
    told = Choices({"楼号": "building"})
    plan = plan_import(store, [tmp_path / "b.xlsx"], choices=told)
    assert [q.key for sheet in plan.sheets for q in sheet.questions] == []


def test_headers_are_remembered_apart_for_each_sender(store: Store, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "a.xlsx", ((*HEAD[:8], "怎么找到他"), WANG))

    def meaning(sender: str) -> str:
        return plan_import(store, [file], sender=sender).sheets[0].columns[-1].field

    apply_plan(
        store, plan_import(store, [file], sender="小陈", choices=Choices({"怎么找到他": "remark"}))
    )
    assert (meaning("小陈"), meaning("小吴"), meaning("")) == ("remark", "", "")
    apply_plan(store, plan_import(store, [file], choices=Choices({"怎么找到他": "phone"})))
    assert (meaning("小陈"), meaning("小吴"), meaning("")) == ("remark", "phone", "phone")


def _community(store: Store) -> None:
    for number in range(12):
        room = f"{number // 2 + 1}0{number % 2 + 1}"
        a_household(
            store, str(number % 3 + 1), str(number % 2 + 1), room,
            people=[
                {"name": f"王示例{'甲乙丙丁'[number % 4]}", "birth": "1958-03", "sex": "男",
                 "phone": f"139000000{number:02d}", "relation_word": "户主"},
                {"name": "刘桂花", "relation": "SPOUSE", "relation_word": "妻子"},
            ],
            tags=["elder_alone"] if number % 5 == 0 else [], type_of_use="owner_occupied",
        )  # fmt: skip


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def test_an_exported_roster_in_any_format_and_order_changes_nothing(
    store: Store, tmp_path: Path
) -> None:
    _community(store)
    write_roster(store, tmp_path / "花名册.xlsx", reason="测试")
    sheet = load_workbook(tmp_path / "花名册.xlsx").worksheets[0]
    rows = [tuple(map(_as_text, row)) for row in sheet.iter_rows(values_only=True)]
    shuffled = [rows[0], *sorted(rows[1:], key=lambda row: hash(row) % 97)]
    assert shuffled != rows
    title = [("莲心社区住户花名册", *[""] * (len(rows[0]) - 1)), *rows]
    (tmp_path / "c.csv").write_text(csv_text(rows), "utf-8-sig")
    (tmp_path / "g.csv").write_bytes(csv_text(rows).encode("gb18030"))
    files = [
        xlsx(tmp_path / "s.xlsx", shuffled), xlsx(tmp_path / "t.xlsx", title),
        xls(tmp_path / "x.xls", rows), ods(tmp_path / "o.ods", rows),
        xlsb(tmp_path / "b.xlsb", rows), tmp_path / "c.csv", tmp_path / "g.csv",
    ]  # fmt: skip
    for file in files:
        plan = plan_import(store, [file])
        assert plan.work.is_empty, file.name
        assert (plan.households.unchanged, plan.residents.unchanged) == (12, 24)
        assert (plan.refused, plan.changes, plan.maybe_moved) == ([], [], []), file.name


def test_an_id_kept_as_a_number_is_refused_even_when_its_digits_look_right(
    store: Store, tmp_path: Path
) -> None:
    rows = ((*HEAD, "身份证号"), (*WANG, 350299195803120192))  # its check digit fits by chance
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", rows)])
    assert [(r.column, "末三位已丢失" in r.reason) for r in plan.refused] == [("身份证号", True)]
