"""Measures a page of a PDF: strings, rules, and strings that cross a rule or leave their area."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import addressof, byref, c_float, c_uint
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

LIGHT = 200  # strokes lighter than this are the grid behind a chart
NEAR = 0.35  # points: ink may touch a rule's edge by rounding


@dataclass(frozen=True)
class Ink:
    """One string as it stands on the page, in points from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Ink) -> bool:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return wide > 1.0 and high > 1.0


@dataclass(frozen=True)
class Rule:
    """A straight stroke."""

    x1: float
    y1: float
    x2: float
    y2: float

    def crosses(self, ink: Ink) -> bool:
        """Whether an upright or level rule runs through the string."""
        left, right = sorted((self.x1, self.x2))
        low, high = sorted((self.y1, self.y2))
        upright, level = right - left < 0.05, high - low < 0.05
        if not upright and not level:
            return False  # the stroke through an empty door, the mark in a tick box
        return (
            ink.left + NEAR < right + 0.05
            and left - 0.05 < ink.right - NEAR
            and ink.bottom + NEAR < high + 0.05
            and low - 0.05 < ink.top - NEAR
        )


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    strings: list[Ink]
    rules: list[Rule]

    @property
    def text(self) -> str:
        return "".join(ink.text for ink in self.strings)


def pages(path: Path) -> Iterator[Page]:
    with pypdfium2.PdfDocument(path) as document:
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            found = Page(*page.get_size(), list(_strings(words)), list(_rules(page, None, _ONE)))
            words.close()
            page.close()
            yield found


def _strings(words: pypdfium2.PdfTextPage) -> Iterator[Ink]:
    """Characters of one text object together; a string of several fonts is several objects."""
    boxes: dict[int, list[tuple[str, tuple[float, float, float, float]]]] = {}
    for place in range(words.count_chars()):
        char = words.get_text_range(place, 1)
        if not char.strip() or raw.FPDFText_IsGenerated(words, place) == 1:
            continue
        owner = raw.FPDFText_GetTextObject(words, place)
        boxes.setdefault(addressof(owner.contents), []).append((char, words.get_charbox(place)))
    for chars in boxes.values():
        lefts, bottoms, rights, tops = zip(*(box for _, box in chars), strict=True)
        yield Ink("".join(c for c, _ in chars), min(lefts), min(bottoms), max(rights), max(tops))


_Matrix = tuple[float, float, float, float, float, float]
_ONE: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _rules(page: pypdfium2.PdfPage, form: object, outer: _Matrix) -> Iterator[Rule]:
    """Strokes of the page and of the forms stamped on it."""
    count = raw.FPDFFormObj_CountObjects(form) if form else raw.FPDFPage_CountObjects(page)
    for place in range(count):
        thing = (
            raw.FPDFFormObj_GetObject(form, place) if form else raw.FPDFPage_GetObject(page, place)
        )
        kind = raw.FPDFPageObj_GetType(thing)
        if kind not in (raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_PATH):
            continue
        given = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(thing, byref(given))
        own = (given.a, given.b, given.c, given.d, given.e, given.f)
        whole = _times(own, outer)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _rules(page, thing, whole)
        elif _is_stroke(thing):
            yield from _segments(thing, whole)


def _is_stroke(path: object) -> bool:
    mode, stroke = raw.c_int(), raw.FPDF_BOOL()
    raw.FPDFPath_GetDrawMode(path, byref(mode), byref(stroke))
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    raw.FPDFPageObj_GetStrokeColor(path, byref(red), byref(green), byref(blue), byref(alpha))
    return bool(stroke.value) and red.value < LIGHT


def _segments(path: object, matrix: _Matrix) -> Iterator[Rule]:
    start = last = (0.0, 0.0)
    for place in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, place)
        x, y = c_float(), c_float()
        raw.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        point = _moved((x.value, y.value), matrix)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            yield Rule(*last, *point)
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield Rule(*last, *start)


def _moved(point: tuple[float, float], m: _Matrix) -> tuple[float, float]:
    x, y = point
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _times(a: _Matrix, b: _Matrix) -> _Matrix:
    """First a, then b."""
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def faults(page: Page, edge: float = 14.0) -> list[str]:
    """What is wrong on a page: ink outside the printable area, over a rule, over other ink."""
    found = []
    ordered = sorted(page.strings, key=lambda ink: ink.left)
    for place, ink in enumerate(ordered):
        if not (
            edge <= ink.left <= ink.right <= page.width - edge
            and edge <= ink.bottom <= ink.top <= page.height - edge
        ):
            found.append(f"“{ink.text}” leaves the printable area")
        if any(rule.crosses(ink) for rule in page.rules):
            found.append(f"“{ink.text}” crosses a rule")
        for other in ordered[place + 1 :]:
            if other.left > ink.right:
                break
            if ink.meets(other):
                found.append(f"“{ink.text}” lies over “{other.text}”")
    return found
