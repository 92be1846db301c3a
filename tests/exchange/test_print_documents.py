"""Rosters, ledgers, lists, logs, posters, brief, report and recovery sheet say what they should."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from desktop.errors import BadValue
from desktop.exchange.print import documents
from desktop.exchange.print.raster import CannotShow, page_count, page_image
from desktop.files import FolderGone
from desktop.models import items, posts, privacy, visits
from desktop.models.brief import draft_brief
from desktop.models.keyfile import key_from_recovery
from desktop.models.month import month_report, seal_month
from desktop.models.profile import recovery_key
from desktop.models.store import Store
from desktop.models.visits import NewVisit
from tests.build import a_building, a_household, first_resident
from tests.conftest import SteadyClock
from tests.exchange import pdf
from tests.exchange.pdf import page_texts, text_of

A4 = (595.3, 841.9)
LANDSCAPE = (841.9, 595.3)
LONG = "电梯经常停在三楼不动，老人上下楼很不方便，希望物业“尽快检修”（已报修三次）；"


def inside(path: Path, size: tuple[float, float], edge: float = 14.0) -> None:
    """Nothing nearer to the edge than 5 mm, nothing over something else, each page numbered."""
    pages = page_texts(path)
    for number, words in enumerate(pages):
        assert f"第 {number + 1} 页 共 {len(pages)} 页" in words
        found = pdf.glyphs(path, number)
        for glyph in found:
            assert edge <= glyph.left <= glyph.right <= size[0] - edge, glyph
            assert edge <= glyph.bottom <= glyph.top <= size[1] - edge, glyph
        assert pdf.overlapping(found) == []
    names, embedded = pdf.fonts(path)
    assert embedded == len(set(names))


def flat(path: Path) -> str:
    """The text without line breaks and spaces, as cells may wrap anywhere."""
    return re.sub(r"\s", "", text_of(path))


def test_the_chiefs_roster_shows_holders_terms_and_vacancies(store: Store, tmp_path: Path) -> None:
    led = a_building(store, "3")
    for number in range(4, 40):
        a_building(store, str(number))
    a_household(store, "3", people=["王一"])
    posts.set_post(
        store, "building_chief", "building", led, "欧阳䶮", phone="13900000011", sex="女",
        is_party=True, chosen="elected", scope="3栋全部", term_from=date(2025, 3, 1),
    )  # fmt: skip
    target = tmp_path / "chiefs.pdf"
    printed = documents.print_chiefs(store, target)
    assert printed.pages > 1
    words = flat(target)
    assert "莲心社区街巷长、楼栋长花名册" in words
    assert "欧阳䶮女是楼栋长139000000112025.03—至今推选" in words
    assert words.count("空缺") == 36 + printed.pages  # each vacant building, and each heading
    for column in ("序号", "管辖范围", "户数", "是否党员", "任职起止", "产生方式", "备注"):
        assert words.count(column) == printed.pages
    inside(target, LANDSCAPE)


def test_a_chiefs_own_copy_knows_names_and_doors_of_one_building_only(
    store: Store, tmp_path: Path
) -> None:
    own = a_building(store, "3")
    a_household(
        store, people=[{"name": "欧阳㛃", "birth": "1940-07-13", "phone": "13900000001"}, "王小明"],
        tags=["elder_alone"],
    )  # fmt: skip
    a_household(store, unit="1", people=["陈一"])
    a_household(store, "4", people=["别楼人"])
    posts.set_post(store, "building_chief", "building", own, "蔡建国")
    target = tmp_path / "copy.pdf"
    assert documents.print_chief_copy(store, target, own).pages == 2
    words = flat(target)
    for part in ("瑞景公园3栋住户名册", "欧阳㛃、王小明", "陈一", "501", "领用人：蔡建国"):
        assert part in words
    for secret in ("别楼人", "1390", "1940", "独居"):
        assert secret not in words
    inside(target, A4)


def test_a_sensitive_copy_says_who_took_it(store: Store, tmp_path: Path) -> None:
    a_household(store, people=["王小明"], tags=["veteran"])
    target = tmp_path / "ledger.pdf"
    documents.print_ledger(store, target)
    assert "不得外传　领用人：林书记" in text_of(target)
    documents.print_ledger(store, target, recipient="小区党支部陈书记")
    assert "领用人：小区党支部陈书记" in text_of(target)
    assert "打印日期 2026-06-15" in text_of(target)


def test_the_ledger_masks_names_and_carries_no_number(store: Store, tmp_path: Path) -> None:
    a_household(
        store,
        people=[
            {"name": "欧阳㛃", "birth": "1940-07-13", "id_number": "350299194007130011",
             "phone": "13900000001"},
            "王小明",
        ],
        tags=["elder_alone"],
    )  # fmt: skip
    a_household(store, room="502", people=["李红"], tags=["veteran"])
    target = tmp_path / "ledger.pdf"
    documents.print_ledger(store, target, "独居老人")
    words = flat(target)
    assert "欧**" in words
    assert "1940" in words
    assert "独居老人台账" in words
    for secret in ("欧阳", "㛃", "13900000001", "0011", "350299", "0713", "07-13", "王小明", "李"):
        assert secret not in words
    inside(target, LANDSCAPE)
    with pytest.raises(BadValue, match="信访"):
        documents.print_ledger(store, target, "信访")


def test_lists_continue_over_pages_and_opinions_lose_their_door(
    store: Store, tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"])
    for number in range(30):
        items.register(store, "need", f"{number}号：{LONG * (1 + number % 4)}", household=home)
    items.register(store, "need", LONG * 60, household=home)  # higher than a page
    items.register(store, "situation", "楼下油烟大", household=home)
    target = tmp_path / "needs.pdf"
    printed = documents.print_items(store, target, "need")
    assert printed.pages >= 4
    words = flat(target)
    assert "需求清单" in words
    assert "共31件，其中在办31件" in words
    assert all(f"{number}号：" in words for number in range(30))
    assert words.count("梯") == sum(1 + n % 4 for n in range(30)) + 60  # once in each sentence
    inside(target, LANDSCAPE)
    documents.print_items(store, target, "situation")
    assert "瑞景公园3栋" in flat(target)
    assert "501" not in flat(target)


def test_an_empty_list_says_so(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "projects.pdf"
    assert documents.print_items(store, target, "project").pages == 1
    assert "（无记录）" in text_of(target)


def test_the_daily_log_adds_the_rounds_up_and_counts_what_was_heard(
    store: Store, tmp_path: Path
) -> None:
    day = date(2026, 6, 15)
    for number, (start, end) in enumerate(
        [("09:00", "09:20"), ("09:30", "10:05"), ("19:00", "19:40"), ("21:30", "21:45")]
    ):
        home = a_household(store, room=f"{number + 1}01", people=["王小明"])
        visits.record(
            store,
            NewVisit(
                household=home, outcome="met", happened_on=day, started=start, ended=end,
                walkers=("林书记", "陈志明"), needs=(LONG,), situations=("小区停车难",),
            ),
        )  # fmt: skip
    with store.change("巡查") as change:
        change.create(
            "patrols", happened_on=day.isoformat(), kind="fire", text="灭火器过期",
            solved_same_day=0, reported_up=1, worker="林书记", building=None,
        )  # fmt: skip
    target = tmp_path / "log.pdf"
    documents.print_log(store, target, day, "林书记")
    words = flat(target)
    for part in (
        "2026年6月15日星期一", "09:00—10:05", "19:00—21:45", "3小时50分", "同行人陈志明",
        "矛盾纠纷0件群众诉求4件意见建议4件其他0件", "走访4户", "灭火器过期", "上报1件",
    ):  # fmt: skip
        assert part in words, part
    inside(target, A4)
    documents.print_log(store, target, date(2026, 6, 14))
    assert "走访0户" in flat(target)


def test_a_long_day_continues_on_the_next_page(store: Store, tmp_path: Path) -> None:
    home = a_household(store, people=["王小明"])
    for _ in range(40):
        items.register(store, "need", LONG * 2, household=home, on=date(2026, 6, 15))
    target = tmp_path / "log.pdf"
    printed = documents.print_log(store, target, date(2026, 6, 15))
    assert printed.pages >= 2
    assert flat(target).count("报修三次") == 80
    inside(target, A4)


@pytest.mark.parametrize(("floors", "size"), [(6, LANDSCAPE), (60, (1190.6, 841.9))])
def test_the_elevation_shows_each_door_on_its_floor(
    store: Store, tmp_path: Path, floors: int, size: tuple[float, float]
) -> None:
    building = a_building(store, floors=floors)
    for floor in (1, 2, floors):
        for unit in "12":
            a_household(store, unit=unit, room=f"{floor}01", people=[f"王{floor}㛃"])
    a_household(store, unit="2", room="西户", floor=None, people=["赵六"])
    target = tmp_path / "elevation.pdf"
    documents.print_elevation(store, target, building)
    words = flat(target)
    assert "瑞景公园3栋立面图" in words
    assert words.count(f"王{floors}㛃") == 2
    assert words.count(f"{floors}层") == 1
    assert "楼层或房号不详" in words
    assert "赵六" in words
    inside(target, size)


def test_the_brief_has_all_its_parts_within_the_type_area(store: Store, tmp_path: Path) -> None:
    home = a_household(store, people=["王小明"])
    items.register(store, "need", LONG, household=home)
    draft = draft_brief(store, "2026-06")
    target = tmp_path / "brief.pdf"
    documents.print_brief(store, target, draft)
    words = flat(target)
    for part in (
        draft.masthead, draft.number, draft.issuer, draft.date, draft.title, "报：", "送：", "发：",
        "编发：", "审核：", "签发：", *(value for _, value in draft.boxes),
        *(title for title, _ in draft.items), *draft.table[0],
    ):  # fmt: skip
        assert re.sub(r"\s", "", part) in words, part
    inside(target, A4, edge=24)
    long = replace(draft, items=tuple((title, LONG * 12) for title, _ in draft.items))
    assert documents.print_brief(store, target, long).pages >= 2
    inside(target, A4, edge=24)
    assert flat(target).count("报修三次") == 36


def test_the_report_prints_numerator_and_denominator_and_a_sealed_one_never_changes(
    store: Store, tmp_path: Path, steady_clock: SteadyClock
) -> None:
    home = a_household(store, people=["王小明"])
    a_household(store, room="502", people=["李红"])
    visits.record(store, NewVisit(household=home, outcome="met", happened_on=date(2026, 6, 2)))
    target = tmp_path / "month.pdf"
    documents.print_month(store, target, month_report(store, "2026-06"))
    words = flat(target)
    assert "走访率50.00%（1/2）" in words
    assert "未封账" in words
    assert "核对无误" in words
    assert "口径说明" in words
    inside(target, A4)
    steady_clock.at = datetime(2026, 7, 2, 9, 0)
    documents.print_month(store, target, seal_month(store, "2026-06"))
    first = target.read_bytes()
    steady_clock.at = datetime(2026, 9, 9, 9, 0)
    visits.record(store, NewVisit(household=home, outcome="met", happened_on=date(2026, 6, 3)))
    documents.print_month(store, target, month_report(store, "2026-06"))
    assert target.read_bytes() == first


def test_the_recovery_sheet_can_be_typed_back_and_scanned(store: Store, tmp_path: Path) -> None:
    key = recovery_key(store)
    target = tmp_path / "recovery.pdf"
    documents.print_recovery(target, "莲心社区", "林书记", key)
    typed = re.findall(r"\b[0-9A-HJKMNP-TV-Z]{5}\b", text_of(target))
    assert key_from_recovery("".join(typed)) == store.key
    assert pdf.read_codes(target) == [key]
    inside(target, A4)


def test_a_resident_gets_all_that_is_held_and_nothing_about_others(
    store: Store, tmp_path: Path
) -> None:
    home = a_household(
        store,
        people=[
            {"name": "欧阳㛃", "birth": "1940-07-13", "id_number": "350299194007130011",
             "phone": "13900000001"},
            {"name": "王小明", "phone": "13900000002"},
        ],
        tags=["elder_alone"],
    )  # fmt: skip
    for day in range(1, 15):
        visits.record(
            store,
            NewVisit(
                household=home, outcome="met", happened_on=date(2026, 6, day), needs=(LONG * 3,)
            ),
        )
    target = tmp_path / "held.pdf"
    documents.print_held(store, target, first_resident(store, home))
    words = flat(target)
    for part in ("欧阳㛃", "1940-07-13", "13900000001", "独居老人", "已登记", "2026-06-14", "更正"):
        assert part in words, part
    assert words.count("梯") == 14 * 3
    for other in ("王小明", "13900000002", "350299"):
        assert other not in words
    inside(target, A4)


def test_the_note_for_a_closed_door_knows_no_family(store: Store, tmp_path: Path) -> None:
    homes = [
        a_household(
            store, room=f"{floor}01", people=[{"name": "王小明", "phone": "13900000001"}],
            tags=["elder_alone"],
        )
        for floor in range(1, 6)
    ]  # fmt: skip
    target = tmp_path / "missed.pdf"
    assert documents.print_missed(store, target, homes).pages == 2
    words = flat(target)
    assert words.count("未遇联系单") == 5
    assert "瑞景公园3栋2单元501的住户" in words
    for secret in ("王", "小明", "139", "独居"):
        assert secret not in words
    assert len(pdf.read_codes(target)) == 4
    inside(target, A4)


def test_slips_carry_the_item_and_continue_when_it_is_long(store: Store, tmp_path: Path) -> None:
    home = a_household(store, people=["王小明"])
    need = items.register(store, "need", LONG, household=home, time_class="harder")
    items.step(store, need, "accepted")
    items.step(store, need, "assigned", by="王师傅")
    target = tmp_path / "order.pdf"
    assert documents.print_order(store, target, need).pages == 1
    words = flat(target)
    for part in ("任务移交单", "王师傅", LONG, "移交人：", "接收人：", "回访人："):
        assert part in words, part
    inside(target, A4)
    quarrel = items.register(store, "dispute", LONG * 90, household=home)
    assert documents.print_intake(store, target, quarrel).pages >= 3
    words = flat(target)
    assert "矛盾纠纷受理登记表" in words
    assert "纠纷经过（续）" in words
    assert words.count("梯") == 90
    inside(target, A4)


def test_pages_become_pictures_and_a_broken_file_is_named(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "chiefs.pdf"
    documents.print_chiefs(store, target)
    assert page_count(target) == 1
    picture = page_image(target, 0, 72)
    assert (picture.width, picture.height) == (842, 596)
    assert len(picture.bytes) == picture.stride * picture.height
    target.write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(CannotShow, match="chiefs"):
        page_count(target)


def test_each_list_of_people_is_recorded_without_names(store: Store, tmp_path: Path) -> None:
    building = a_building(store)
    a_household(store, people=["王小明"], tags=["veteran"])
    target = tmp_path / "out.pdf"
    documents.print_ledger(store, target)
    documents.print_chiefs(store, target)
    documents.print_items(store, target, "need")
    documents.print_elevation(store, target, building)
    documents.print_log(store, target, date(2026, 6, 15))
    said = privacy.audit_lines(store)
    assert len(said) == 5
    assert "王小明" not in str(said)


def test_nothing_chosen_is_said_instead_of_a_blank_page(store: Store, tmp_path: Path) -> None:
    for make in (documents.print_forms, documents.print_stairs, documents.print_missed):
        with pytest.raises(documents.NothingToPrint):
            make(store, tmp_path / "out.pdf", [])
    assert not (tmp_path / "out.pdf").exists()


def test_a_folder_that_cannot_be_written_is_said_in_words(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FolderGone, match="没有写出"):
        documents.print_chiefs(store, tmp_path / "no such folder" / "chiefs.pdf")
