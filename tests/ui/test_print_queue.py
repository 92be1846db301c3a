"""Paper really reaches the system's print queue: page count, order and size."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.exchange.print.page import A3_LANDSCAPE, A4, A4_LANDSCAPE, Paper, Sheet, print_pages
from desktop.exchange.print.raster import page_count, page_image, page_size
from tests.ui.print_queue import QUEUE, Printing, a_print_system

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def printing() -> Iterator[Printing]:
    with a_print_system() as system:
        yield system


def drawn(target: Path, size: tuple[float, float], pages: int) -> Path:
    def draw(paper: Paper, number: int) -> None:
        area = paper.sheet.area
        paper.box(area, 2)
        paper.text(area.x + 20, area.y + 90, f"第{number}张", 60)

    print_pages(target, Sheet("试印", size), list(range(1, pages + 1)), draw)
    return target


@pytest.mark.parametrize(
    ("size", "name"), [(A4, "A4"), (A4_LANDSCAPE, "A4"), (A3_LANDSCAPE, "A3")],
    ids=["A4 upright", "A4 across", "A3 across"],
)  # fmt: skip
def test_the_window_prints_to_a_queue_with_the_right_pages_on_the_right_paper(
    printing: Printing, tmp_path: Path, size: tuple[float, float], name: str
) -> None:
    source = drawn(tmp_path / "paper.pdf", size, 3)
    before = printing.pages.read_text() if printing.pages.exists() else ""
    printing.ask(sys.executable, "-m", "tests.ui.print_to_queue", QUEUE, str(source), "0", "2")
    printing.wait()
    assert page_count(printing.paper) == 2
    printed = sorted(page_size(printing.paper))
    assert printed == pytest.approx(sorted(size), abs=1.5)
    said = printing.pages.read_text().removeprefix(before)
    assert f" total 2 - localhost paper {name} " in said
    # nothing is cut off or shrunk: the frame lies where it was drawn
    assert _margins(printing.paper) == pytest.approx(_margins(source), abs=2)


def _margins(path: Path) -> list[int]:
    """The four white margins of the first page, by size: a printer may turn the sheet round."""
    picture = page_image(path, 0, 36)
    wide, high, data = picture.width, picture.height, picture.bytes
    inked = [
        (x, y)
        for y in range(high)
        for x in range(wide)
        if data[y * picture.stride + 4 * x + 1] < 140
    ]
    xs, ys = [x for x, _ in inked], [y for _, y in inked]
    return sorted((min(xs), min(ys), wide - 1 - max(xs), high - 1 - max(ys)))
