"""How fast are visit forms? Against bare reportlab canvas calls and against platypus tables.

All three draw pages with the same number of strings and boxes, in one run on one machine:
    .venv/bin/python benchmarks/print_forms.py [FORMS]
Prints forms a second, the ratios, bytes and peak memory. Goal: at least half the bare canvas and
five times platypus, with flat memory.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from desktop import paths
from desktop.exchange.print import audience, forms
from desktop.exchange.print.form_members import Members
from desktop.exchange.print.page import A4, MM, Paper, Sheet, print_pages
from desktop.models.residents import Household, Resident, form_code
from desktop.models.templates import bundled

FONT = "NotoSansSC_400Regular"


class NoPromises:
    """Stands where the store is asked for promises: the drawing is measured, not the database."""

    def rows(self, _sql: str, _params: object = ()) -> list[tuple[object, ...]]:
        return []


def a_household(number: int) -> Household:
    uid = f"{number:020x}"
    people = tuple(
        Resident(
            f"{number}-{n}", uid, f"王{'小明红刚丽'[n]}{number % 10}", "SON" if n else "HEAD", None,
            "男", f"19{50 + n}", None, "13900000001", None, "living", (),
        )
        for n in range(1 + number % 5)
    )  # fmt: skip
    floor = 1 + number % 30
    return Household(
        uid, "b", "3栋", "瑞景公园", "2", floor, f"{floor}01", None, f"瑞景公园3栋2单元{floor}01",
        f"2单元{floor}01", "owner_occupied", "matches", None, None, None, None, None,
        form_code(uid), people,
    )  # fmt: skip


def ours(target: Path, count: int) -> tuple[int, int]:
    """Real forms; returns strings and boxes drawn on an average page."""
    sheet = Sheet("入户走访登记表", margin=12 * MM)
    members = Members({}, audience.PAGES["form-office"].shown, sheet.area.width)
    facts = forms.Facts(NoPromises(), "莲心社区", "office", members, {}, bundled("form"))  # type: ignore[arg-type]
    pages = Pages(count)
    print_pages(target, sheet, pages, lambda paper, page: forms.draw_form(paper, page, facts))
    counted = Counting(sheet, BytesIO())
    for number in range(5):
        forms.draw_form(counted, pages[number], facts)
    return counted.strings // 5, counted.boxes // 5


class Pages(Sequence[forms.FormPage]):
    """Makes each household when its page is asked for: the memory measured is the drawing's."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> forms.FormPage:  # type: ignore[override]
        if not 0 <= number < self.count:
            raise IndexError(number)
        home = a_household(number)
        return forms.FormPage(home, (0, len(home.residents)))


class Counting(Paper):
    """Counts what a page consists of (a stamped part counts in full on every page)."""

    def __init__(self, sheet: Sheet, file: BytesIO) -> None:
        super().__init__(sheet, file)
        self.strings = self.boxes = 0

    def text(self, *args: object, **kwargs: object) -> float:
        self.strings += 1
        return super().text(*args, **kwargs)  # type: ignore[arg-type]

    def line(self, *args: object) -> None:
        self.boxes += 1
        super().line(*args)  # type: ignore[arg-type]

    def box(self, *args: object) -> None:
        self.boxes += 1
        super().box(*args)  # type: ignore[arg-type]

    def stamp(self, _name: str, draw: Callable[[], None]) -> None:
        draw()


def bare_canvas(target: Path, count: int, strings: int, boxes: int) -> None:
    """The same number of drawString and rect calls a page, one font, no fall-back, no fitting."""
    canvas = Canvas(str(target), pagesize=A4, pageCompression=1)
    for number in range(count):
        canvas.setFont(FONT, 10)
        for place in range(strings):
            x, y = 40 + place % 6 * 85, 790 - place // 6 * 22
            canvas.drawString(x, y, f"王小明{(number + place) % 97}")
        for place in range(boxes):
            canvas.rect(38 + place % 6 * 85, 786 - place // 6 * 22, 85, 22)
        canvas.showPage()
    canvas.save()


def platypus(target: Path, count: int, strings: int, boxes: int) -> None:
    """The same page as platypus tables: cells are paragraphs, because names have to wrap."""
    del boxes  # the grid draws them
    story: list[object] = []
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    words = ParagraphStyle("cell", fontName=FONT, fontSize=10, leading=12, wordWrap="CJK")
    for number in range(count):
        texts = [f"王小明{(number + place) % 97}" for place in range(strings // 6 * 6)]
        cells = [Paragraph(text, words) for text in texts]
        rows = [cells[start : start + 6] for start in range(0, len(cells), 6)]
        story += [
            Table(rows, colWidths=[85] * 6, rowHeights=[22] * len(rows), style=style),
            PageBreak(),
        ]
    SimpleDocTemplate(str(target), pagesize=A4).build(story)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    pdfmetrics.registerFont(TTFont(FONT, str(paths.resource("fonts", f"{FONT}.ttf"))))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.pdf"
        timed(lambda: ours(target, 50))  # fonts parsed, caches warm, as for the rivals below
        small = peak()
        mine, counted = timed(lambda: ours(target, count))
        strings, boxes = counted  # type: ignore[misc]
        size, large = target.stat().st_size, peak()
        bare, _ = timed(lambda: bare_canvas(target, count, strings, boxes))
        some = max(50, count // 10)
        tables, _ = timed(lambda: platypus(target, some, strings, boxes))
    print(f"a page: {strings} strings, {boxes} lines and boxes")
    print(f"forms            {count / mine:7.0f} a second, {size / count:.0f} bytes each")
    print(f"bare canvas      {count / bare:7.0f} a second")
    print(f"platypus tables  {some / tables:7.0f} a second")
    print(f"ratio to bare canvas {bare / mine:.2f} (goal 0.50)")
    print(f"ratio to platypus {tables / some * count / mine:.1f} (goal 5)")
    print(f"peak memory {small} MB after 50 forms, {large} MB after {count}")


if __name__ == "__main__":
    main()
