"""Every paper with ordinary, extreme, rare and empty data keeps its text where it belongs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desktop.exchange.print.brief import AREA
from desktop.exchange.print.gallery import PICTURES, Hung, draw_gallery
from desktop.exchange.print.gallery_office import FLAVOURS
from desktop.exchange.print.page import MM
from desktop.models import keyfile
from tests.command import run
from tests.exchange import pdf, pdf_ink

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]")
NUMBERED = re.compile(r"第(\d+)页共(\d+)页")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Hung]:
    patch = pytest.MonkeyPatch()
    patch.setattr(keyfile, "calibrate", lambda: keyfile.Cost(64, 1))
    patch.setattr(keyfile, "LEAST_MEMORY_KIB", 8)
    hung = draw_gallery(tmp_path_factory.mktemp("gallery"))
    patch.undo()
    return {one.path.stem: one for one in hung}


def of(gallery: dict[str, Hung], picture: str) -> list[Hung]:
    names = [f"{picture}-{flavour.name}" for flavour in FLAVOURS]
    return [gallery[name] for name in names if name in gallery]


@pytest.mark.parametrize("picture", [picture.name for picture in PICTURES])
def test_no_text_leaves_its_cell_or_lies_over_other_text_and_pages_are_numbered(
    gallery: dict[str, Hung], picture: str
) -> None:
    drawn = of(gallery, picture)
    assert len(drawn) >= 3
    for one in drawn:
        numbers: list[str] = []
        for number, page in enumerate(pdf_ink.pages(one.path), 1):
            assert pdf_ink.faults(page) == [], f"{one.path.name}, page {number}"
            numbers += [n for n, _ in NUMBERED.findall(re.sub(r"\s", "", page.text))]
        sides = len(numbers) if picture == "form-a5" else one.pages
        assert numbers == [str(n) for n in range(1, sides + 1)]
        names, embedded = pdf.fonts(one.path)
        assert embedded == len(set(names))
        assert all(name[6] == "+" for name in names)


@pytest.mark.parametrize("turn", [0, 3, -3, 180])
@pytest.mark.parametrize("picture", ["form-street", "form-office", "form-a5", "missed"])
def test_every_code_of_a_page_is_read_from_a_150_dpi_picture(
    gallery: dict[str, Hung], picture: str, turn: float
) -> None:
    for one in of(gallery, picture):
        first = next(pdf_ink.pages(one.path))
        printed = sorted(set(CODE.findall(first.text)))
        assert printed, one.path.name
        read = sorted(set(pdf.read_codes(one.path, turn=turn)))
        assert read == [f"JL1:{code}" for code in printed], one.path.name


def test_the_brief_keeps_to_the_type_area_of_the_standard(gallery: dict[str, Hung]) -> None:
    for one in of(gallery, "brief"):
        for page in pdf_ink.pages(one.path):
            for ink in page.strings:
                if ink.bottom > 12 * MM:  # the foot stands below the type area
                    assert AREA.x - 0.5 <= ink.left <= ink.right <= AREA.right + 0.5, ink
                    assert page.height - AREA.bottom <= ink.bottom, ink
                    assert ink.top <= page.height - AREA.y, ink


def test_the_measure_itself_sees_text_that_leaves_its_cell() -> None:
    cell = [
        pdf_ink.Rule(100, 100, 200, 100), pdf_ink.Rule(200, 100, 200, 120),
        pdf_ink.Rule(200, 120, 100, 120), pdf_ink.Rule(100, 120, 100, 100),
    ]  # fmt: skip
    good = pdf_ink.Ink("王小明", 105, 104, 195, 116)
    wide = pdf_ink.Ink("很长的姓名", 105, 104, 203, 116)
    high = pdf_ink.Ink("两行", 105, 95, 195, 116)
    over = pdf_ink.Ink("重叠", 150, 104, 170, 116)
    page = pdf_ink.Page(595, 842, [good], cell)
    assert pdf_ink.faults(page) == []
    for bad in (wide, high, over):
        assert pdf_ink.faults(pdf_ink.Page(595, 842, [good, bad], cell)), bad.text


def test_the_command_draws_the_gallery_without_any_office(tmp_path: Path) -> None:
    answer = run(
        "--profile", tmp_path / "nobody", "print", "gallery", "-o", tmp_path / "g", "--json"
    )
    assert answer.status == 0, answer.err
    files = answer.json["files"]
    assert len(files) == len(list((tmp_path / "g").iterdir()))
    assert not (tmp_path / "nobody").exists()
