"""The visit form and the stair sheet: whose names, which fields, what a scanner reads back."""

from __future__ import annotations

import re
import time
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from desktop.errors import Cancelled
from desktop.exchange.print.documents import print_forms, print_stairs
from desktop.exchange.print.fonts import MissingGlyphs
from desktop.exchange.print.page import Paper, Sheet, print_pages
from desktop.exchange.print.raster import page_size
from desktop.models import privacy, promises, residents, visits
from desktop.models.store import Store
from desktop.models.visits import NewPromise, NewVisit
from tests.build import a_household, first_resident
from tests.exchange import pdf
from tests.exchange.pdf import page_texts, text_of

A4 = (595.3, 841.9)
RARE = ["王㛃", "李𬭎", "龚䶮", "陈𠀀", "林頔"]


def a_family(store: Store, room: str = "501", people: int = 5) -> str:
    return a_household(
        store, room=room, phone="13900000009",
        people=[
            {
                "name": RARE[n % 5], "relation": "SON" if n else "HEAD", "sex": "男",
                "birth": f"19{40 + n}-07-13", "phone": "13900000001",
                "id_number": "350299194007130011",
            }
            for n in range(people)
        ],
        tags=["elder_alone", "minimum_living"],
    )  # fmt: skip


def inside(path: Path, size: tuple[float, float] = A4, edge: float = 14.0) -> None:
    """Nothing nearer to the edge than 5 mm, nothing printed over something else."""
    for number in range(len(page_texts(path))):
        found = pdf.glyphs(path, number)
        assert found
        for glyph in found:
            assert edge <= glyph.left <= glyph.right <= size[0] - edge, glyph
            assert edge <= glyph.bottom <= glyph.top <= size[1] - edge, glyph
        assert pdf.overlapping(found) == []


def test_the_form_carries_door_and_names_with_the_same_code_points(
    store: Store, tmp_path: Path
) -> None:
    home = a_family(store)
    for variant in ("street", "office"):
        target = tmp_path / f"{variant}.pdf"
        assert print_forms(store, target, [home], variant=variant).pages == 1
        words = text_of(target)
        assert "瑞景公园3栋2单元501" in words
        assert all(name in words for name in RARE)
        assert "1940" in words
        inside(target)


def test_the_street_form_leaks_no_phone_no_id_no_tag_and_no_full_birth_date(
    store: Store, tmp_path: Path
) -> None:
    home = a_family(store)
    visits.record(
        store,
        NewVisit(
            household=home, outcome="met", happened_on=date(2026, 5, 1), met_whom="女儿13900000007",
            changed="新增低保", answered="残疾补贴已答复", note="独居", needs=("低保申请",),
        ),
    )  # fmt: skip
    target = tmp_path / "street.pdf"
    print_forms(store, target, [home], variant="street")
    words = re.sub(r"\s", "", text_of(target))
    for secret in ("139", "0009", "3502", "0011", "独居", "低保", "残疾", "07-13", "0713", "****"):
        assert secret not in words


def test_the_office_copy_shows_tags_a_masked_phone_and_no_id(store: Store, tmp_path: Path) -> None:
    home = a_family(store)
    target = tmp_path / "office.pdf"
    print_forms(store, target, [home], variant="office")
    words = text_of(target)
    assert "独居老人" in words
    assert "139****0009" in words
    assert "13900000001" not in words
    assert "350299" not in words
    assert "07-13" not in words


def test_the_last_visit_and_its_promises_come_back_to_the_door(
    store: Store, tmp_path: Path
) -> None:
    home = a_family(store)
    promised = (
        NewPromise("修好楼道灯", until=date(2026, 6, 30)),
        NewPromise("送适老化改造申请表"),
    )
    visits.record(
        store,
        NewVisit(
            household=home, outcome="met", happened_on=date(2026, 5, 12), walkers=("林书记",),
            promises=promised,
        ),
    )  # fmt: skip
    second = next(p for p in promises.promises_of(store, home) if "申请表" in p.text)
    promises.settle(store, second.uid, "not_kept", "街道表格未到")
    target = tmp_path / "form.pdf"
    print_forms(store, target, [home], variant="street")
    words = text_of(target)
    assert "2026-05-12" in words
    assert "上次答应您的：修好楼道灯（未办，2026-06-30前）" in words
    assert "上次答应您的：送适老化改造申请表（未能办成：街道表格未到）" in words


@pytest.mark.parametrize("turn", [0, 3, -3, 180])
def test_a_scanner_reads_the_code_and_it_leads_back_to_the_household(
    store: Store, tmp_path: Path, turn: float
) -> None:
    home = a_family(store)
    target = tmp_path / "form.pdf"
    print_forms(store, target, [home])
    code = residents.household(store, home).code
    assert pdf.read_codes(target, turn=turn) == [f"JL1:{code}"]
    assert code in text_of(target)
    assert residents.find_household(store, code) == home


def test_big_households_long_names_and_long_estates_stay_in_their_cells(
    store: Store, tmp_path: Path
) -> None:
    long = "买买提·艾力·阿卜杜热合曼·吐尔逊江·库尔班"
    twelve = a_household(
        store, room="502",
        people=[{"name": long, "birth": "1950", "relation_word": "户主的外甥女婿的表弟"}] * 12,
        tags=["elder_alone", "age_80", "disability", "minimum_living", "veteran"],
    )  # fmt: skip
    many = a_family(store, "601", people=30)
    empty = a_household(store, room="701", type_of_use="vacant")
    with store.change("改名") as change:
        estate = store.value("SELECT uid FROM live_estates")
        change.set("estates", estate, name="翡翠" * 20)
    for variant in ("street", "office"):
        target = tmp_path / f"{variant}.pdf"
        printed = print_forms(store, target, [twelve, many, empty], variant=variant)
        assert printed.pages == 4
        inside(target)
        words = ["".join(page.split()) for page in page_texts(target)]
        # the walk goes from the top floor downwards
        assert all("翡翠" * 20 + "3栋2单元" in page for page in words)
        assert "共30人，其余13人见下页" in words[1]
        assert words[3].count("买买提") == 12


def test_two_a5_forms_share_one_sheet(store: Store, tmp_path: Path) -> None:
    homes = [a_family(store, f"{floor}01") for floor in range(1, 4)]
    target = tmp_path / "forms.pdf"
    assert print_forms(store, target, homes, variant="street", two_up=True).pages == 2
    first, second = page_texts(target)
    assert "301" in first
    assert "201" in first
    assert "第 2 页 共 3 页" in first
    assert "101" in second
    assert len(pdf.read_codes(target)) == 2
    assert page_size(target) == pytest.approx((841.9, 595.3), abs=0.1)
    inside(target, (841.9, 595.3))


def test_each_page_says_which_it_is(store: Store, tmp_path: Path) -> None:
    homes = [a_family(store, f"{floor}01") for floor in range(1, 6)]
    target = tmp_path / "forms.pdf"
    print_forms(store, target, homes)
    for number, words in enumerate(page_texts(target), 1):
        assert f"第 {number} 页 共 5 页" in words
        assert f"{6 - number}01" in words


def test_a_name_without_a_glyph_is_refused_by_name(store: Store, tmp_path: Path) -> None:
    home = a_household(store, people=["王\U000323b0"])
    target = tmp_path / "forms.pdf"
    target.write_bytes(b"an older print-out")
    with pytest.raises(MissingGlyphs, match="U\\+323B0"):
        print_forms(store, target, [home])
    assert target.read_bytes() == b"an older print-out"
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part"))


def test_stop_leaves_no_file(store: Store, tmp_path: Path) -> None:
    homes = [a_family(store, f"{floor}01") for floor in range(1, 6)]

    def stop(done: int, _total: int, _words: str) -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        print_forms(store, tmp_path / "forms.pdf", homes, progress=stop)
    assert not list(tmp_path.rglob("*.pdf*"))
    assert not privacy.audit_lines(store)


def test_a_print_out_is_recorded_by_counts_and_fields_without_names(
    store: Store, tmp_path: Path
) -> None:
    print_forms(store, tmp_path / "forms.pdf", [a_family(store)])
    line = privacy.audit_lines(store)[0]
    assert "入户走访登记表" in line.what
    assert line.detail["households"] == 1
    assert "关爱标签" in line.detail["fields"]
    assert not any(name in str(line) for name in RARE)


def test_a_thousand_forms_are_quick_and_small(store: Store, tmp_path: Path) -> None:
    homes = [a_family(store, f"{floor}0{n}", people=3) for floor in range(1, 26) for n in (1, 2)]
    target = tmp_path / "forms.pdf"
    started = time.perf_counter()
    print_forms(store, target, homes)
    first = target.stat().st_size
    assert time.perf_counter() - started < 5
    print_forms(store, tmp_path / "half.pdf", homes[:25])
    a_form = (first - (tmp_path / "half.pdf").stat().st_size) / 25
    assert first + 950 * a_form < 3_000_000


def test_pages_are_written_when_they_are_done_and_then_forgotten(tmp_path: Path) -> None:
    """Half a megabyte a hundred pages would be 100 MB for a district's forms."""

    def draw(paper: Paper, number: int) -> None:
        for line in range(60):
            paper.text(60, 60 + 11 * line, f"第{number}页第{line}行王小明{number * line}", 10)

    def peak(pages: int) -> int:
        tracemalloc.start()
        print_pages(tmp_path / "out.pdf", Sheet("试验"), list(range(pages)), draw, watch)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    written: list[int] = []

    def watch(_done: int, _total: int, _words: str) -> None:
        written.append(sum(part.stat().st_size for part in tmp_path.glob(".*.part")))

    peak(5)  # fonts are parsed, caches filled
    small = peak(100)
    written.clear()
    large = peak(400)
    assert large - small < 1_000_000  # bytes
    assert written[300] > 200_000


def test_the_stair_sheet_lists_doors_top_floor_first_and_no_secrets(
    store: Store, tmp_path: Path
) -> None:
    homes = [a_family(store, f"{floor}01") for floor in range(1, 40)]
    other = a_household(store, unit="1", room="101", people=["赵一"], quiet_hours="午休12点至14点")
    target = tmp_path / "stairs.pdf"
    printed = print_stairs(store, target, [*homes, other])
    assert printed.pages == 3  # one for unit 1, two for unit 2
    words = ["".join(page.split()) for page in page_texts(target)]
    assert "1单元" in words[0]
    assert "午休12点至14点" in words[0]
    assert words[1].index("3901") < words[1].index("3801")
    for page in words:
        assert "门牌" in page  # the titles repeat
        assert not any(secret in page for secret in ("13900", "3502", "独居", "低保"))
    inside(target)


def test_the_small_houses_of_a_lane_share_one_sheet(store: Store, tmp_path: Path) -> None:
    homes = []
    for number in ("50", "50之1", "52"):
        homes += [
            a_household(store, number, unit="", room=room, people=["王小明"])
            for room in ("201", "101")
        ]
    with store.change("街巷") as change:
        lane = change.create("lanes", name="中山路", note=None)
        for (building,) in store.rows("SELECT uid FROM live_buildings"):
            change.set("buildings", building, estate=None, lane=lane, word="号")
    target = tmp_path / "stairs.pdf"
    assert print_stairs(store, target, homes).pages == 1
    words = text_of(target)
    assert "中山路　共6户" in words
    for door in ("50号201", "50号之1-201", "52号101"):
        assert door in words


def test_a_form_names_the_household_even_when_the_first_resident_is_not_the_head(
    store: Store, tmp_path: Path
) -> None:
    home = a_household(store, people=["王大", "王小"])
    with store.change("改关系") as change:
        change.set("residents", first_resident(store, home), relation="SON")
    target = tmp_path / "stairs.pdf"
    print_stairs(store, target, [home])
    assert "王大" in text_of(target)


def test_what_a_scanner_gun_types_finds_the_household(store: Store) -> None:
    home = a_family(store)
    code = residents.household(store, home).code
    for typed in (f"JL1:{code}", f"jl1：{code.lower()}", code.replace("-", " ")):
        assert residents.find_household(store, typed) == home
