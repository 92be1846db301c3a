"""What goes out comes back: exports, templates, marked copies, samples and visit books."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from desktop.errors import Cancelled
from desktop.exchange.sheets.faults import PlanOutdated, ReasonNeeded
from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.marked import REASON, write_marked
from desktop.exchange.sheets.read import read_book
from desktop.exchange.sheets.roster_book import write_roster
from desktop.exchange.sheets.sample import write_sample
from desktop.exchange.sheets.template import write_template
from desktop.exchange.sheets.visit_book import NoVisitSheet, apply_visits, plan_visits
from desktop.exchange.sheets.write import new_book, table_sheet
from desktop.models import privacy
from desktop.models.check import check
from desktop.models.dump import canonical_lines
from desktop.models.store import Store
from desktop.models.visits import visits_of
from tests.build import a_household
from tests.exchange.sheet_files import HEAD, TIDY, WANG, doors, people, take, xlsx

VISIT_HEAD = (
    "小区",
    "楼栋",
    "单元",
    "房号",
    "走访日期",
    "走访人",
    "走访方式",
    "走访结果",
    "见面人",
    "需求",
    "备注",
)
VISIT = (
    "瑞景公园",
    "3栋",
    "2",
    "501",
    "2026-06-01",
    "林书记、陈小样",
    "入户",
    "见面",
    "王小明",
    "楼道灯不亮",
    "",
)


def _cells(path: Path) -> list[tuple[object, ...]]:
    book = load_workbook(path)
    return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_an_exported_roster_read_in_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    a_household(
        store,
        room="501",
        tags=["elder_alone", "age_80"],
        type_of_use="owner_occupied",
        residency_state="separated",
        phone="0592-2012345",
        note="有狗",
        quiet_hours="12:00-14:00",
        people=[
            {"name": "王小明", "birth": "1958-03", "sex": "男", "phone": "13900000001/13900000002"},
            {
                "name": "欧阳𠀀",
                "relation": "CHILD_IN_LAW",
                "relation_word": "儿媳妇",
                "skill": "会修家电",
            },
            {
                "name": "买买提·艾力",
                "relation": "NON_RELATIVE",
                "phone": "13900000003",
                "phone_note": "房东",
                "emergency": "张三13900000004",
                "note": "=1+1",
                "hukou_addr": "外地",
            },
        ],
    )
    a_household(store, room="502", type_of_use="vacant")
    a_household(store, building="A", unit="", room="西户", floor=6, people=["陈示例"])
    a_household(store, room="2080", place="attic", people=["林示例"])
    before = list(canonical_lines(store))
    done = write_roster(store, tmp_path / "花名册.xlsx", reason="换电脑")
    assert (done.households, done.residents) == (4, 5)
    plan = plan_import(store, [tmp_path / "花名册.xlsx"])
    assert plan.changes == []
    assert plan.work.is_empty, plan.work
    assert (plan.households.unchanged, plan.residents.unchanged) == (4, 5)
    assert plan.refused == []
    assert list(canonical_lines(store)) == before


def test_a_full_copy_needs_a_reason_and_every_copy_is_recorded(
    store: Store, tmp_path: Path
) -> None:
    a_household(store, people=["王小明"])
    with pytest.raises(ReasonNeeded):
        write_roster(store, tmp_path / "a.xlsx")
    write_roster(store, tmp_path / "b.xlsx", reason="上门核对")
    line = privacy.audit_lines(store)[0]
    assert (line.what, line.reason, line.detail["residents"]) == ("导出花名册", "上门核对", 1)


def test_a_chief_sees_names_and_doors_and_the_street_only_doors(
    store: Store, tmp_path: Path
) -> None:
    a_household(store, people=[{"name": "王小明", "phone": "13900000001"}], tags=["elder_alone"])
    write_roster(store, tmp_path / "chief.xlsx", profile="chief")
    text = repr(_cells(tmp_path / "chief.xlsx"))
    assert "王小明" in text
    assert "13900000001" not in text
    assert "独居" not in text
    write_roster(store, tmp_path / "street.xlsx", profile="street")
    assert "王小明" not in repr(_cells(tmp_path / "street.xlsx"))
    assert "501" in repr(_cells(tmp_path / "street.xlsx"))


def test_texts_that_look_like_formulas_stay_texts(store: Store, tmp_path: Path) -> None:
    a_household(store, people=[{"name": "王小明", "note": "=1+1"}])
    write_roster(store, tmp_path / "a.xlsx", reason="测试")
    book = load_workbook(tmp_path / "a.xlsx")
    cell = next(c for row in book.worksheets[0].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s"


def test_the_template_has_lists_notes_and_an_example_that_import_skips(
    store: Store, tmp_path: Path
) -> None:
    write_template(tmp_path / "模板.xlsx")
    book = load_workbook(tmp_path / "模板.xlsx")
    sheet = book["花名册"]
    assert len(sheet.data_validations.dataValidation) >= 5
    assert all(
        len(rule.formula1) <= 257 or "!" in rule.formula1
        for rule in sheet.data_validations.dataValidation
    )
    columns = {cell.value: cell.column for cell in sheet[1]}
    for header, value in zip(HEAD, WANG, strict=True):
        sheet.cell(3, columns[header], value)
    book.save(tmp_path / "填好.xlsx")
    plan = take(store, tmp_path / "填好.xlsx")
    assert [row[4] for row in people(store)] == ["王小明"]
    assert "示例行" in {row.why for row in plan.skipped_rows}


def test_the_marked_copy_carries_the_reasons_and_can_be_imported_again(
    store: Store, tmp_path: Path
) -> None:
    rows = ((*HEAD, "民族"), (*WANG, "汉族示例"), (*WANG[:4], "张三、李四", *WANG[5:], "汉族示例"))
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", rows)])
    write_marked(plan, tmp_path / "改.xlsx")
    cells = _cells(tmp_path / "改.xlsx")
    assert cells[0][-1] == REASON
    assert "一格多人" in str(cells[2][-1])
    assert cells[1][-1] is None or cells[1][-1] == ""
    assert "汉族示例" not in repr(cells)
    again = plan_import(store, [tmp_path / "改.xlsx"])
    assert (again.residents.new, len(again.refused)) == (1, 1)


def test_a_sample_gives_the_households_asked_for_and_obviously_fake_people(
    store: Store, tmp_path: Path
) -> None:
    files = write_sample(tmp_path / "样例", households=60, seed=7)
    assert [file.name for file in files][-1] == "走访记录.xlsx"
    for file in files:
        plan = take(store, file)
        assert plan.refused == []
    assert len(doors(store)) == 60
    assert {kind for (kind,) in store.rows("SELECT kind FROM live_estates")} == {
        "high_end", "resettlement", "old_lane", "staff_dorm",
    }  # fmt: skip
    assert store.value("SELECT count(*) FROM live_care_tags") > 5
    phones = [row[0] for row in store.rows("SELECT phone FROM live_residents WHERE phone > ''")]
    assert all(phone.startswith("1390000") for phone in phones)
    before = list(canonical_lines(store))
    for file in files:
        assert take(store, file).work.is_empty
    assert list(canonical_lines(store)) == before
    visits = plan_visits(store, files[-1])
    assert visits.refused == []
    assert visits.visits.new > 5
    apply_visits(store, visits)
    assert plan_visits(store, files[-1]).new == []
    assert check(store) == []


def test_the_same_seed_writes_the_same_people(tmp_path: Path) -> None:
    first = write_sample(tmp_path / "a", households=40, seed=3)
    second = write_sample(tmp_path / "b", households=40, seed=3)
    assert [_cells(f) for f in first if f.suffix == ".xlsx"] == [
        _cells(f) for f in second if f.suffix == ".xlsx"
    ]


def test_a_visit_book_is_recorded_once_and_a_changed_row_becomes_a_correction(
    store: Store, tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"])
    file = xlsx(tmp_path / "走访.xlsx", (("走访记录",), VISIT_HEAD, VISIT))
    plan = plan_visits(store, file)
    assert (plan.visits.new, plan.refused) == (1, [])
    apply_visits(store, plan)
    visit = visits_of(store, home)[0]
    assert (visit.happened_on, visit.walkers, visit.met_whom) == (
        date(2026, 6, 1).isoformat(), ("林书记", "陈小样"), "王小明",
    )  # fmt: skip
    assert apply_visits(store, plan_visits(store, file)) is None
    changed = xlsx(tmp_path / "b.xlsx", (VISIT_HEAD, (*VISIT[:7], "代答", *VISIT[8:])))
    plan = plan_visits(store, changed)
    assert (plan.visits.new, plan.visits.changed) == (0, 1)
    apply_visits(store, plan)
    assert [v.outcome for v in visits_of(store, home)] == ["proxy"]
    assert store.value("SELECT count(*) FROM live_items") == 1
    assert plan_visits(store, changed).new == []


def test_visit_rows_that_cannot_be_are_refused_one_by_one(store: Store, tmp_path: Path) -> None:
    a_household(store, people=["王小明"])
    rows = (
        VISIT_HEAD, VISIT, (*VISIT[:3], "999", *VISIT[4:]), (*VISIT[:4], "2030-01-01", *VISIT[5:]),
        (*VISIT[:7], "不知道", *VISIT[8:]), (*VISIT[:4], "", *VISIT[5:]),
    )  # fmt: skip
    plan = plan_visits(store, xlsx(tmp_path / "a.xlsx", rows))
    assert [remark.row for remark in plan.refused] == [3, 4, 5, 6]
    assert plan.visits.new == 1
    a_household(store, room="601")
    with pytest.raises(PlanOutdated):
        apply_visits(store, plan)
    with pytest.raises(NoVisitSheet):
        plan_visits(store, xlsx(tmp_path / "b.xlsx", TIDY))


def test_a_roster_import_recognises_a_visit_book_and_leaves_it_alone(
    store: Store, tmp_path: Path
) -> None:
    plan = plan_import(store, [xlsx(tmp_path / "走访.xlsx", (VISIT_HEAD, VISIT))])
    assert "走访记录" in plan.skipped_rows[0].why
    assert apply_plan(store, plan) is None


def test_a_copy_under_way_leaves_nothing_in_the_temp_folder(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, xlsx(tmp_path / "a.xlsx"))
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    seen: list[list[Path]] = []

    def look(*_: object) -> None:
        seen.append(list(temp.iterdir()))
        raise Cancelled

    with pytest.raises(Cancelled):
        write_roster(store, tmp_path / "out.xlsx", reason="核对", progress=look)
    assert seen == [[]]
    assert list(temp.iterdir()) == []
    assert not list(tmp_path.glob("*out.xlsx*"))
    write_roster(store, tmp_path / "out.xlsx", reason="核对")
    assert list(temp.iterdir()) == []


def test_headers_of_foreign_sheets_and_error_words_stay_text(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.xlsx") as book:
        table_sheet(book, "一", ["=1+1", "#N/A"], [["@x", "_x0041_"], ["#REF!", "\ud800坏"]])
    read = read_book(tmp_path / "a.xlsx").sheets[0].rows
    assert read == [["=1+1", "#N/A"], ["@x", "_x0041_"], ["#REF!", "\ufffd坏"]]
