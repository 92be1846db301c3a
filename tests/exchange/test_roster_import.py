"""Rosters as colleagues make them: each shape of sheet gives the right households and people."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from desktop.errors import Cancelled
from desktop.exchange.sheets.faults import NoRoster, PlanOutdated
from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.plan import Choices
from desktop.models import settings
from desktop.models.conflicts import orphans
from desktop.models.dump import canonical_lines
from desktop.models.store import Store
from desktop.models.undo import undo_change
from desktop.models.visits import NewVisit, record
from tests.build import a_household
from tests.exchange.sheet_files import (
    HEAD,
    LIU,
    TIDY,
    WANG,
    csv_text,
    doors,
    ods,
    people,
    reasons,
    take,
    xls,
    xlsx,
)

BOTH = [
    ("瑞景公园", "3", "2", "501", "刘桂花", "SPOUSE"),
    ("瑞景公园", "3", "2", "501", "王小明", "HEAD"),
]


def test_a_tidy_sheet_gives_one_household_with_its_people(store: Store, tmp_path: Path) -> None:
    plan = take(store, xlsx(tmp_path / "花名册.xlsx"))
    assert people(store) == BOTH
    assert (plan.households.new, plan.residents.new) == (1, 2)
    assert plan.refused == []
    row = store.query("SELECT * FROM live_residents WHERE name = '刘桂花'")[0]
    assert (row["birth"], row["sex"], row["phone"], row["relation_word"]) == (
        "1960", "女", "13900000002", "妻子",
    )  # fmt: skip


def test_importing_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "花名册.xlsx")
    take(store, file)
    before = list(canonical_lines(store))
    plan = plan_import(store, [file])
    assert apply_plan(store, plan) is None
    assert (plan.households.unchanged, plan.residents.unchanged) == (1, 2)
    assert list(canonical_lines(store)) == before


def test_undo_brings_everything_back(store: Store, tmp_path: Path) -> None:
    a_household(store, people=[{"name": "王小明", "phone": "13900000009"}])
    before = list(canonical_lines(store))
    change = apply_plan(store, plan_import(store, [xlsx(tmp_path / "花名册.xlsx")]))
    assert change is not None
    assert list(canonical_lines(store)) != before
    assert undo_change(store, change.id).kept == []
    assert list(canonical_lines(store)) == before


def test_a_changed_cell_is_planned_as_one_change_from_old_to_new(
    store: Store, tmp_path: Path
) -> None:
    take(store, xlsx(tmp_path / "a.xlsx"))
    changed = (*WANG[:8], "13900000007")
    plan = take(store, xlsx(tmp_path / "b.xlsx", (HEAD, changed, LIU)))
    assert [(c.field, c.old, c.new) for c in plan.changes] == [
        ("phone", "13900000001", "13900000007")
    ]
    assert (plan.residents.changed, plan.residents.unchanged) == (1, 1)


def test_an_empty_cell_never_clears_what_is_stored(store: Store, tmp_path: Path) -> None:
    take(store, xlsx(tmp_path / "a.xlsx"))
    plan = plan_import(
        store, [xlsx(tmp_path / "b.xlsx", (HEAD, (*WANG[:6], None, None, None), LIU))]
    )
    assert plan.changes == []


def test_a_person_missing_from_the_sheet_is_listed_and_never_deleted(
    store: Store, tmp_path: Path
) -> None:
    take(store, xlsx(tmp_path / "a.xlsx"))
    plan = take(store, xlsx(tmp_path / "b.xlsx", (HEAD, WANG)))
    assert [remark.value for remark in plan.maybe_moved] == ["刘桂花"]
    assert "可能已搬离" in plan.maybe_moved[0].reason
    assert people(store) == BOTH


def test_a_plan_is_refused_when_the_roster_moved_on_after_the_preview(
    store: Store, tmp_path: Path
) -> None:
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx")])
    a_household(store, room="601")
    with pytest.raises(PlanOutdated):
        apply_plan(store, plan)


def test_a_batch_knows_file_sheet_and_cell_of_each_person(store: Store, tmp_path: Path) -> None:
    take(store, xlsx(tmp_path / "花名册.xlsx"))
    found = store.rows(
        "SELECT c.kind, c.reason, p.sheet, p.cell FROM provenance p"
        " JOIN changes c ON c.id = p.change"
        " JOIN live_residents r ON r.uid = p.row WHERE r.name = '刘桂花'"
    )
    assert found == [("import", "花名册.xlsx", "Sheet1", "E3")]


# the same people in other shapes and formats

TITLE: tuple[Any, ...] = ("莲心社区瑞景公园小区住户花名册",)
SHAPES: dict[str, Any] = {
    "title rows above the header": (TITLE, ("填报日期：2026年5月",), *TIDY),
    "an explanation row under the header": (
        HEAD,
        ("必填", "例如3栋", "选填", "必填", "必填", "下拉选择", "男/女", "格式：1958-03-12", ""),
        WANG,
        LIU,
    ),
    "a repeated header on each printed page": (HEAD, WANG, HEAD, LIU),
    "blank rows": (HEAD, (), WANG, (), (), LIU, ()),
    "totals and signatures": (
        HEAD,
        WANG,
        LIU,
        ("小计", "1户", "2人"),
        ("合计：1户 2人",),
        ("制表人：陈小样", None, "审核人：林书记"),
        ("填表说明：一人一行",),
    ),
    "an example row": (
        HEAD,
        ("示例", "1栋", "1", "101", "张样例", "户主", "男", "", ""),
        WANG,
        LIU,
    ),
    "ditto marks": (HEAD, WANG, ("同上", "〃", "〃", "〃", *LIU[4:])),
    "households by row order": (HEAD, WANG, (None, None, None, None, *LIU[4:])),
    "the address in one column": (
        ("家庭住址", *HEAD[4:]),
        ("瑞景公园3栋2单元501", *WANG[4:]),
        ("瑞景公园3-2-501", *LIU[4:]),
    ),
    "a whole door in the room column": (
        ("小区", "房号", *HEAD[4:]),
        ("瑞景公园", "3-2-501", *WANG[4:]),
        ("瑞景公园", "3栋2单元501", *LIU[4:]),
    ),
    "the head in a column of its own": (
        (*HEAD[:4], "户主", *HEAD[4:]),
        (*WANG[:4], "王小明", "王小明", None, *WANG[6:]),
        (*LIU[:4], "王小明", *LIU[4:]),
    ),
    "other words above the columns": (
        ("所属小区", "楼号", "梯位", "门牌号", "居民姓名", "称谓", "男/女", "出生年月", "手机号码"),
        WANG,
        LIU,
    ),
    "rows in another order": (HEAD, LIU, WANG),
    "a section row naming the building": (
        TITLE,
        (HEAD[0], *HEAD[2:]),
        ("3栋",),
        (WANG[0], *WANG[2:]),
        (LIU[0], *LIU[2:]),
    ),
    "marks behind the names": (
        (*HEAD[:5], *HEAD[6:]),
        (*WANG[:4], "王小明（户主）", *WANG[6:]),
        (*LIU[:4], "刘桂花（妻子）", *LIU[6:]),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_people(store: Store, tmp_path: Path, shape: str) -> None:
    plan = take(store, xlsx(tmp_path / "花名册.xlsx", SHAPES[shape]))
    assert people(store) == BOTH, reasons(plan)
    assert plan.refused == []


def test_a_header_of_two_merged_rows(store: Store, tmp_path: Path) -> None:
    rows = (
        ("序号", "住址", None, None, None, "家庭成员", None, None, None, "联系电话"),
        (None, "小区", "楼栋", "单元", "房号", "姓名", "关系", "性别", "出生日期", None),
        (1, *WANG), (2, *LIU),
    )  # fmt: skip
    merge = ("A1:A2", "B1:E1", "F1:I1", "J1:J2")
    take(store, xlsx(tmp_path / "花名册.xlsx", rows, merge=merge))
    assert people(store) == BOTH
    assert store.value("SELECT phone FROM live_residents WHERE name = '王小明'") == "13900000001"


def test_a_header_of_two_rows_without_merge_information(store: Store, tmp_path: Path) -> None:
    rows = (
        ("住址", None, None, None, "家庭成员", None, None, None, "联系电话"),
        ("小区", "楼栋", "单元", "房号", "姓名", "关系", "性别", "出生日期", None), WANG, LIU,
    )  # fmt: skip
    (tmp_path / "花名册.csv").write_bytes(csv_text(rows).encode("gbk"))
    take(store, tmp_path / "花名册.csv")
    assert people(store) == BOTH


def test_merged_cells_repeat_over_their_rows(store: Store, tmp_path: Path) -> None:
    rows = (HEAD, WANG, (None, None, None, None, *LIU[4:]),
            (None, None, None, "502", "陈示例", "户主", "男", None, None))  # fmt: skip
    take(store, xlsx(tmp_path / "花名册.xlsx", rows, merge=("A2:A4", "B2:B4", "C2:C4", "D2:D3")))
    assert people(store) == [*BOTH[:1], BOTH[1], ("瑞景公园", "3", "2", "502", "陈示例", "HEAD")]


def test_one_sheet_per_building_without_a_building_column(store: Store, tmp_path: Path) -> None:
    head, wang = (HEAD[0], *HEAD[2:]), (WANG[0], *WANG[2:])
    sheets = {"汇总": (("楼栋", "户数"), ("3栋", 1)), "3栋": (head, wang),
              "5栋": (head, (*wang[:3], "陈示例", *wang[4:])), "空": ()}  # fmt: skip
    plan = take(store, xlsx(tmp_path / "花名册.xlsx", sheets=sheets))
    assert [row[1] for row in people(store)] == ["3", "5"]
    skipped = {row.sheet: row.why for row in plan.skipped_rows}
    assert "汇总" in skipped["汇总"]
    assert skipped["空"] == "空表"


def test_formats_are_told_by_content_whatever_the_file_is_called(
    new_store: Any, tmp_path: Path
) -> None:
    text = csv_text(TIDY)
    html = "<html><body><table>" + "".join(
        "<tr>" + "".join(f"<td>{v}</td>" for v in row) + "</tr>" for row in TIDY
    ) + "</table></body></html>"  # fmt: skip
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Worksheet ss:Name="Sheet1"><Table>'
        + "".join(
            "<Row>"
            + "".join(f'<Cell><Data ss:Type="String">{v}</Data></Cell>' for v in row)
            + "</Row>"
            for row in TIDY
        )
        + "</Table></Worksheet></Workbook>"
    )
    contents = {
        "utf8.xls": text.encode(),
        "bom.csv": text.encode("utf-8-sig"),
        "gbk.xlsx": text.encode("gbk"),
        "gb18030.csv": text.encode("gb18030"),
        "utf16.csv": text.encode("utf-16"),
        "utf16le.txt": text.encode("utf-16-le"),
        "tab.xls": csv_text(TIDY, "\t").encode("gbk"),
        "semicolon.csv": csv_text(TIDY, ";").encode(),
        "html.xls": html.encode("gbk"),
        "xml.xls": xml.encode(),
        "really.xls": xlsx(tmp_path / "t").read_bytes(),
        "really.csv": xls(tmp_path / "u").read_bytes(),
        "wps.et": xls(tmp_path / "v").read_bytes(),
        "libre.xls": ods(tmp_path / "w").read_bytes(),
    }
    for name, data in contents.items():
        own = new_store(name)
        (tmp_path / name / "x").parent.mkdir(exist_ok=True)
        file = tmp_path / f"in-{name}"
        file.write_bytes(data)
        take(own, file)
        assert people(own) == BOTH, name


def test_rare_characters_survive_every_encoding(store: Store, tmp_path: Path) -> None:
    names = ("张㛃", "林𬭎", "陈䶮", "欧阳𠀀", "王頔")
    rows = (HEAD, *((*WANG[:3], f"50{i}", name, *WANG[5:]) for i, name in enumerate(names)))
    (tmp_path / "花名册.csv").write_bytes(csv_text(rows).encode("gb18030"))
    take(store, tmp_path / "花名册.csv")
    assert {row[4] for row in people(store)} == set(names)


def test_dates_of_the_1904_system_and_date_cells_are_read(store: Store, tmp_path: Path) -> None:

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(list(HEAD))
    book.active.append([*WANG[:7], date(1958, 3, 12), WANG[8]])
    book.save(tmp_path / "a.xlsx")
    take(store, tmp_path / "a.xlsx")
    assert store.value("SELECT birth FROM live_residents") == "1958-03-12"


# what is wrong in a sheet is said, never guessed


def test_a_door_that_became_a_date_is_asked_about(store: Store, tmp_path: Path) -> None:
    rows = (("小区", "栋-单元", "房号", "姓名"), ("瑞景公园", "3月2日", "501", "王小明"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert "3栋2单元" in plan.warnings[0].reason
    assert people(store) == []


def test_stated_totals_are_compared(store: Store, tmp_path: Path) -> None:
    rows = (*TIDY, ("合计", "128户", "2人"))
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", rows)])
    assert "表内合计 128 户，导入 1 户" in reasons(plan)


def test_sensitive_columns_are_dropped_by_name_and_stay_nowhere(
    store: Store, tmp_path: Path
) -> None:
    rows = ((*HEAD, "民族", "宗教信仰", "政治面貌"), (*WANG, "汉族示例", "某教", "党员"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert plan.dropped_columns == ["民族", "宗教信仰", "政治面貌"]
    assert "某教" not in "\n".join(canonical_lines(store))
    assert "某教" not in repr(plan)


def test_the_same_id_twice(store: Store, tmp_path: Path) -> None:
    rows = ((*HEAD, "身份证号"), (*WANG, "350299195803120010"), (*LIU, "350299195803120010"))
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", rows)])
    assert "身份证号重复：第2、3行" in reasons(plan)
    rows = ((*HEAD, "身份证号"), (*WANG, "350299195803120010"), (*WANG, "350299195803120010"))
    plan = plan_import(store, [xlsx(tmp_path / "b.xlsx", rows)])
    assert plan.residents.new == 1


def test_ids_are_checked_but_not_kept_unless_the_office_collects_them(
    store: Store, tmp_path: Path
) -> None:
    rows = ((*HEAD, "身份证号"), (*WANG, "350299195803120010"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert "未开启收集" in reasons(plan)
    assert store.value("SELECT id_number FROM live_residents") is None
    with store.change("设置") as change:
        settings.put(change, store, "collect_id_numbers", True)
    take(store, tmp_path / "a.xlsx")
    assert store.value("SELECT id_number FROM live_residents") == "350299195803120010"


def test_birth_and_sex_that_disagree_with_the_id_are_both_left_open(
    store: Store, tmp_path: Path
) -> None:
    odd = (*WANG[:6], "女", "1960-01-01", WANG[8], "350299195803120010")
    plan = take(store, xlsx(tmp_path / "a.xlsx", ((*HEAD, "身份证号"), odd)))
    assert "与身份证号不一致" in reasons(plan)
    assert store.rows("SELECT birth, sex FROM live_residents") == [(None, None)]


def test_an_id_kept_as_a_number_is_refused_never_rounded(store: Store, tmp_path: Path) -> None:
    rows = ((*HEAD, "身份证号"), (*WANG, 350299195803120010))
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", rows)])
    assert "末三位" in plan.refused[0].reason
    assert plan.residents.new == 1


def test_bare_sex_codes_are_refused(store: Store, tmp_path: Path) -> None:
    plan = take(store, xlsx(tmp_path / "a.xlsx", (HEAD, (*WANG[:6], 1, *WANG[7:]))))
    assert plan.refused[0].column == "性别"
    assert store.value("SELECT sex FROM live_residents") is None


def test_a_head_row_without_a_name_is_refused(store: Store, tmp_path: Path) -> None:
    plan = take(store, xlsx(tmp_path / "a.xlsx", (HEAD, (*WANG[:4], None, *WANG[5:]), LIU)))
    assert plan.refused[0].reason == "户主姓名为空"
    assert [row[4] for row in people(store)] == ["刘桂花"]


def test_empty_flats_become_households_without_people(store: Store, tmp_path: Path) -> None:
    rows = (HEAD, (*WANG[:3], "502", "空置"), (*WANG[:3], "503", "出租"), WANG)
    take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert doors(store) == [
        ("3", "2", "501", ""), ("3", "2", "502", "vacant"), ("3", "2", "503", "rented"),
    ]  # fmt: skip


def test_same_name_same_door_other_phone_is_a_suggestion_never_automatic(
    store: Store, tmp_path: Path
) -> None:
    rows = (HEAD, WANG, (*WANG[:5], "父亲", "男", None, "13900000008"))
    file = xlsx(tmp_path / "a.xlsx", rows)
    plan = take(store, file)
    assert plan.residents.new == 2
    assert "可能是同一人" in plan.duplicates[0].reason
    assert plan_import(store, [file]).work.is_empty


def test_several_people_in_a_cell_are_refused_and_the_rest_is_imported(
    store: Store, tmp_path: Path
) -> None:
    rows = (HEAD, (*WANG[:4], "张三、李四", *WANG[5:]), LIU)
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert plan.refused[0].reason == "一格多人，请分行"
    assert (plan.refused[0].row, plan.refused[0].column) == (2, "姓名")
    assert [row[4] for row in people(store)] == ["刘桂花"]


def test_tick_only_tag_columns_say_that_empty_means_no(store: Store, tmp_path: Path) -> None:
    rows = ((*HEAD, "是否低保", "独居"), (*WANG, "√", None), (*LIU, None, "是"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert "空格按“否”读" in reasons(plan)
    assert store.rows(
        "SELECT r.name, t.tag, t.purpose, t.since FROM live_care_tags t"
        " JOIN live_residents r ON r.uid = t.resident ORDER BY r.name DESC"
    ) == [("王小明", "minimum_living", "走访关爱", "2026-06-15"),
          ("刘桂花", "elder_alone", "走访关爱", "2026-06-15")]  # fmt: skip


def test_evidence_is_listed_and_not_applied(store: Store, tmp_path: Path) -> None:

    def touch(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["I"].hidden = True
        sheet["E2"].comment = Comment("已搬走", "陈小样")
        sheet["E4"].font = Font(strike=True)
        sheet["E5"].fill = PatternFill("solid", fgColor="FFFF00")

    rows = (*TIDY, *((*WANG[:3], f"60{i}", f"陈示例{'甲乙丙丁'[i]}", *WANG[5:8]) for i in range(4)))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows, touch=touch))
    text = reasons(plan)
    assert "1行是隐藏的，已导入：第3行" in text
    assert "1列是隐藏的，已导入：I列" in text
    assert "批注：已搬走" in text
    assert "有删除线" in text
    assert "标了底色" in text
    assert len(people(store)) == 6


def test_an_unknown_header_is_offered_and_the_choice_is_remembered(
    store: Store, tmp_path: Path
) -> None:
    rows = ((*HEAD[:8], "怎么找到他"), WANG)
    file = xlsx(tmp_path / "a.xlsx", rows)
    column = plan_import(store, [file]).sheets[0].columns[-1]
    assert (column.field, column.how, column.samples) == ("", "unknown", ("13900000001",))
    chosen = Choices({"怎么找到他": "phone"})
    apply_plan(store, plan_import(store, [file], choices=chosen))
    assert store.value("SELECT phone FROM live_residents") == "13900000001"
    again = plan_import(store, [file]).sheets[0].columns[-1]
    assert (again.field, again.how) == ("phone", "remembered")


def test_a_similar_header_is_used_and_said(store: Store, tmp_path: Path) -> None:
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", ((*HEAD[:8], "联系人电话"), WANG))])
    assert plan.sheets[0].columns[-1].how == "similar"
    assert "按相近的词读" in reasons(plan)


def test_ambiguous_headers_are_asked_about_once(store: Store, tmp_path: Path) -> None:
    rows = (
        (*HEAD, "户号", "层数", "业主"),
        (*WANG, "0012345", "6", "林业主"),
        (*LIU, "0012345", "6", "林业主"),
    )
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", rows)])
    assert {q.key for q in plan.sheets[0].questions} == {"户号", "层数", "业主"}
    assert plan.residents.new == 2


def test_a_file_without_a_roster_is_refused_in_one_sentence(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NoRoster):
        plan_import(store, [xlsx(tmp_path / "a.xlsx", (("品名", "单价"), ("纸", 5)))])


def test_the_estate_comes_from_the_option_the_title_or_the_only_estate(
    store: Store, tmp_path: Path
) -> None:
    bare = (HEAD[1:], WANG[1:])
    take(store, xlsx(tmp_path / "a.xlsx", bare), estate="莲福新村")
    assert people(store)[0][0] == "莲福新村"
    plan = take(store, xlsx(tmp_path / "b.xlsx", (TITLE, *bare)))
    assert {row[0] for row in people(store)} == {"莲福新村", "瑞景公园"}
    assert "按标题" in reasons(plan)


def test_somebody_with_a_known_id_behind_another_door_moves_there(
    store: Store, tmp_path: Path
) -> None:
    with store.change("设置") as change:
        settings.put(change, store, "collect_id_numbers", True)
    head = (*HEAD, "身份证号")
    take(store, xlsx(tmp_path / "a.xlsx", (head, (*WANG, "350299195803120010"))))
    moved = (*WANG[:3], "602", *WANG[4:], "350299195803120010")
    plan = take(store, xlsx(tmp_path / "b.xlsx", (head, moved)))
    assert "按身份证号改到" in reasons(plan)
    assert [row[3] for row in people(store)] == ["602"]


def test_buildings_learn_their_floors_and_stairs_from_the_doors(
    store: Store, tmp_path: Path
) -> None:
    rows = (HEAD, WANG, (*WANG[:2], "3", "1203", *WANG[4:]))
    take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert store.rows("SELECT name, word, floors, units FROM live_buildings") == [
        ("3", "栋", 12, 3)
    ]


def test_undo_keeps_the_building_of_a_household_that_was_visited_since(
    store: Store, tmp_path: Path
) -> None:
    change = apply_plan(store, plan_import(store, [xlsx(tmp_path / "花名册.xlsx")]))
    assert change is not None
    household = str(store.value("SELECT uid FROM live_households"))
    record(store, NewVisit(household=household, outcome="met", happened_on=date(2026, 6, 1)))
    kept = undo_change(store, change.id).kept
    assert {k.table for k in kept} == {"households", "buildings", "estates"}
    assert orphans(store) == []


def test_stair_and_room_in_the_room_column_beside_a_building_column(
    store: Store, tmp_path: Path
) -> None:
    rows = (("小区", "楼栋", "房号", "姓名"), ("瑞景公园", "1#", "1-101", "王小明"),
            ("瑞景公园", "1#", "2-101", "陈示例"))  # fmt: skip
    take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert doors(store) == [("1", "1", "101", ""), ("1", "2", "101", "")]


def test_a_range_of_house_numbers_is_refused(store: Store, tmp_path: Path) -> None:
    rows = (("地址", "姓名"), ("中山路31-39号", "王小明"), ("中山路56号之三", "陈示例"))
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert "一段门牌号" in plan.refused[0].reason
    assert [row[1] for row in people(store)] == ["56之3"]


def test_a_door_cell_that_contradicts_the_building_column_is_said(
    store: Store, tmp_path: Path
) -> None:
    rows = (("小区", "楼栋", "房号", "姓名"), ("瑞景公园", "1栋", "3栋501", "王小明"))
    plan = plan_import(store, [xlsx(tmp_path / "a.xlsx", rows)])
    assert "门牌写的是3，楼栋一列写的是1" in reasons(plan)


def test_several_files_are_one_batch(store: Store, tmp_path: Path) -> None:
    other = (HEAD, (*WANG[:3], "602", "陈示例", *WANG[5:]))
    files = [xlsx(tmp_path / "a.xlsx"), xlsx(tmp_path / "b.xlsx", other)]
    change = apply_plan(store, plan_import(store, files))
    assert change is not None
    assert len(people(store)) == 3
    undo_change(store, change.id)
    assert people(store) == []


@pytest.mark.long
def test_more_rows_than_an_old_sheet_could_hold(store: Store, tmp_path: Path) -> None:
    rows = [HEAD, *((*WANG[:1], f"{n // 400 + 1}栋", "1", f"{n % 400 // 10 + 1}{n % 10:02d}",
                     "王小明", *WANG[5:]) for n in range(70_000))]  # fmt: skip
    file = tmp_path / "a.csv"
    file.write_bytes(csv_text(rows).encode("utf-8"))
    assert take(store, file).households.new == 70_000


def test_building_and_stair_may_stand_in_the_title_only(store: Store, tmp_path: Path) -> None:
    rows = (("瑞景公园住户登记表",), ("楼栋：3栋　单元：2单元",), ("房号", *HEAD[4:]),
            (WANG[3], *WANG[4:]), (None, *LIU[4:]))  # fmt: skip
    plan = take(store, xlsx(tmp_path / "a.xlsx", rows))
    assert people(store) == BOTH
    assert "读作3栋2单元" in reasons(plan)


def test_doors_counted_anew_on_each_floor_stay_apart(store: Store, tmp_path: Path) -> None:
    rows = (("小区", "楼栋", "楼层", "房号", "姓名"), ("瑞景公园", "3栋", 5, "01", "王小明"),
            ("瑞景公园", "3栋", 6, "01", "陈示例"), ("瑞景公园", "3栋", 5, "2", "林示例"),
            ("瑞景公园", "3栋", 6, "2", "李示例"))  # fmt: skip
    file = xlsx(tmp_path / "a.xlsx", rows)
    plan = take(store, file)
    assert plan.households.new == 4
    assert {row[2] for row in doors(store)} == {"501", "601", "2"}
    assert plan_import(store, [file]).work.is_empty


def test_stop_ends_the_reading_at_once_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    before = list(canonical_lines(store))

    def stop(_done: int, _total: int, _words: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        plan_import(store, [xlsx(tmp_path / "a.xlsx")], progress=stop)
    plan = plan_import(store, [tmp_path / "a.xlsx"])
    with pytest.raises(Cancelled):
        apply_plan(store, plan, progress=stop)
    assert list(canonical_lines(store)) == before
