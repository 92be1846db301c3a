"""Rare names print with a real glyph, lines break as Chinese is broken, cells hold their text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import paths
from desktop.exchange.print import fonts, lines
from desktop.exchange.print.flow import draw_blocks, paragraph
from desktop.exchange.print.page import Box, Paper, Sheet, print_pages
from tests.exchange import pdf
from tests.exchange.pdf import text_of

RARE = "㛃𬭎䶮𠀀頔"


def test_each_rare_character_has_a_font_and_can_be_searched_in_the_pdf(tmp_path: Path) -> None:
    target = tmp_path / "rare.pdf"
    words = [RARE, "王㛃", "欧阳𬭎", "龑䶮𠀀", "买买提·艾力"]

    def draw(paper: Paper, page: list[str]) -> None:
        for place, word in enumerate(page):
            paper.text(60, 100 + 40 * place, word, 14)

    print_pages(target, Sheet("试验"), [words], draw)
    found = text_of(target)
    assert all(word in found for word in words)


def test_two_thousand_characters_of_all_blocks_come_back_as_the_same_code_points(
    tmp_path: Path,
) -> None:
    target = tmp_path / "many.pdf"
    blocks = [
        (0x4E00, 0x9FA6, 31), (0x3400, 0x4DB6, 23), (0x20000, 0x2A6D7, 67),
        (0x2A700, 0x2B735, 20), (0x2B740, 0x2B81E, 5), (0x2B820, 0x2CEA2, 25),
    ]  # fmt: skip
    chars = [chr(c) for first, end, step in blocks for c in range(first, end, step)]
    chars = [c for c in chars if not fonts.missing_in(c)]
    pages = [chars[start : start + 600] for start in range(0, len(chars), 600)]

    def draw(paper: Paper, page: list[str]) -> None:
        for place, char in enumerate(page):
            paper.text(40 + place % 25 * 20, 60 + place // 25 * 28, char, 12)

    print_pages(target, Sheet("试验"), pages, draw)
    assert len(chars) > 2000
    assert set("".join(text_of(target).split())) >= set(chars)


def test_at_most_forty_of_all_cjk_characters_lack_a_glyph() -> None:
    # the unified ideographs and extensions A to F, first and last assigned (Unicode 15)
    blocks = [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B739),
        (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0),
    ]  # fmt: skip
    chars = "".join(chr(c) for first, last in blocks for c in range(first, last + 1))
    assert len(chars) == 87_915
    missing = fonts.missing_in(chars)
    assert len(missing) <= 40
    said = str(fonts.MissingGlyphs(missing))
    assert f"有{len(missing)}个字" in said
    assert f"U+{ord(min(missing)):04X}" in said


def test_every_font_is_embedded_and_subset(tmp_path: Path) -> None:
    target = tmp_path / "fonts.pdf"

    def draw(paper: Paper, text: str) -> None:
        paper.text(60, 100, text, 14)
        paper.text(60, 140, text, 14, bold=True)

    print_pages(target, Sheet("试验"), [f"Abc123近邻{RARE}"], draw)
    names, embedded = pdf.fonts(target)
    assert names
    assert all(name[6] == "+" for name in names)
    assert embedded == len(set(names))


@pytest.mark.parametrize("character", ["\U000323b0", "\ue001"])
def test_a_character_without_a_glyph_is_named_and_nothing_is_written(
    tmp_path: Path, character: str
) -> None:
    target = tmp_path / "missing.pdf"
    with pytest.raises(fonts.MissingGlyphs, match=f"U\\+{ord(character):04X}") as caught:
        print_pages(
            target, Sheet("试验"), [f"王{character}"], lambda p, t: p.cell(Box(60, 60, 90, 20), t)
        )
    assert caught.value.characters == [character]
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


def test_invisible_marks_from_other_programs_do_not_stop_a_print_out(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    pasted = "王\u200b小\ufeff明\U000e0100\t\x0b"
    print_pages(target, Sheet("试验"), [pasted], lambda p, t: p.cell(Box(60, 60, 90, 20), t))
    assert "王小明" in text_of(target)
    assert fonts.width(pasted, 10) == fonts.width("王小明", 10)


LONG = (
    "电梯经常停在三楼不动（尤其是早晚高峰），老人上下楼很不方便；希望物业“尽快检修”，"
    "联系电话13900000001、13900000002，已报修3次……至今未修——请社区帮忙催办！"
)


@pytest.mark.parametrize("room", [25, 40, 61, 80, 123, 200, 301])
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(room: float) -> None:
    broken = lines.wrap(LONG, 10.5, room)
    assert "".join(broken) == LONG
    for line in broken:
        assert fonts.width(line, 10.5) <= room + 0.1
    if room >= 80:  # narrower than the longest unit, a unit is cut anywhere
        assert not [line for line in broken if line[0] in lines.NOT_AT_START]
        assert not [line for line in broken if line[-1] in lines.NOT_AT_END]


def test_numbers_words_dashes_and_ellipses_are_not_torn_apart() -> None:
    for room in range(80, 320, 7):
        text = "\n".join(lines.wrap(LONG, 10.5, room))
        assert "13900000001" in text
        assert "——" in text
        assert "……" in text


def test_the_lines_of_a_paragraph_end_at_one_edge(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    text = "老人上下楼很不方便，希望物业“尽快检修”（已报修三次）；请社区帮忙催办！" * 6
    blocks = paragraph(text, 300, 12)

    def draw(paper: Paper, _page: int) -> None:
        draw_blocks(paper, blocks, Box(60, 60, 300, 600))

    print_pages(target, Sheet("试验"), [1], draw)
    edges: dict[int, float] = {}
    for glyph in pdf.glyphs(target):
        if glyph.bottom > 60:
            line = int((842 - 60 - (glyph.bottom + glyph.top) / 2) / 18)
            edges[line] = max(edges.get(line, 0.0), glyph.right)
    *full, _last = [edges[line] for line in sorted(edges)]
    assert len(full) > 5
    assert max(full) <= 361
    # marks fill only part of their square
    assert min(full) > 360 - 9


def test_a_cell_shrinks_then_wraps_then_hands_back_the_rest() -> None:
    assert lines.fit("王小明", 10.5, 7, 60, 18).size == 10.5
    shrunk = lines.fit("欧阳娜娜的表姐夫", 10.5, 7, 72, 18)
    assert shrunk.size < 10.5
    assert len(shrunk.lines) == 1
    wrapped = lines.fit("买买提·艾力·阿卜杜热合曼", 10.5, 7, 60, 20)
    assert len(wrapped.lines) == 2
    assert not wrapped.rest
    over = lines.fit("很长的话" * 40, 10.5, 7, 60, 20)
    assert "".join(over.lines) + over.rest == "很长的话" * 40
    shown = lines.ellipsis(over, 60)
    assert shown.lines[-1].endswith("…")
    assert fonts.width(shown.lines[-1], shown.size) <= 60


def test_figures_are_as_wide_as_each_other() -> None:
    assert len({fonts.width(digit, 10) for digit in "0123456789"}) == 1


def test_the_same_input_gives_the_same_bytes_and_tells_nothing_in_its_metadata(
    tmp_path: Path,
) -> None:
    def draw(paper: Paper, text: str) -> None:
        paper.text(60, 100, text, 14)

    for name in ("a.pdf", "b.pdf"):
        print_pages(tmp_path / name, Sheet("入户走访登记表"), ["王小明"], draw)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert pdf.metadata(tmp_path / "a.pdf") == {"近邻", "入户走访登记表"}


@pytest.fixture
def system_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A PC whose font folder is ours."""
    folder = tmp_path / "system" / "fonts"
    folder.mkdir(parents=True)
    monkeypatch.setattr(fonts, "folders", lambda: [folder.parent])
    fonts.forget_installed()
    yield folder
    fonts.forget_installed()


def brief_fonts(target: Path) -> set[str]:
    def draw(paper: Paper, page: str) -> None:
        paper.text(60, 100, page, 14, bold="body")

    print_pages(target, Sheet("试验"), ["王小明𫝀"], draw)
    return {name[7:] for name in pdf.fonts(target)[0]}


def test_an_installed_official_face_is_used_and_embedded(
    system_fonts: Path, tmp_path: Path
) -> None:
    assert brief_fonts(tmp_path / "a.pdf") == {"NotoSansSC-Regular", "HanaMinB"}
    # another face stands in for 仿宋 here: its licence does not let us carry a copy
    shutil.copy(paths.resource("fonts", "HanaMinA.ttf"), system_fonts / "SIMFANG.TTF")
    fonts.forget_installed()
    # the page number keeps the plain face
    assert brief_fonts(tmp_path / "b.pdf") == {"HanaMinA", "NotoSansSC-Regular", "HanaMinB"}
    assert "王小明𫝀" in text_of(tmp_path / "b.pdf")
    assert fonts.installed("title") is None


@pytest.mark.parametrize("fault", ["not to be embedded", "no font"])
def test_a_face_that_may_not_be_embedded_or_read_is_left_alone(
    system_fonts: Path, tmp_path: Path, fault: str
) -> None:
    data = bytearray(paths.resource("fonts", "HanaMinA.ttf").read_bytes())
    if fault == "no font":
        data = bytearray(b"not a font at all")
    else:
        tables = {bytes(data[n : n + 4]): n for n in range(12, 12 + 16 * data[5], 16)}
        start = int.from_bytes(data[tables[b"OS/2"] + 8 : tables[b"OS/2"] + 12])
        data[start + 8 : start + 10] = b"\x00\x02"  # fsType: restricted licence embedding
    (system_fonts / "simfang.ttf").write_bytes(data)
    fonts.forget_installed()
    assert brief_fonts(tmp_path / "a.pdf") == {"NotoSansSC-Regular", "HanaMinB"}
