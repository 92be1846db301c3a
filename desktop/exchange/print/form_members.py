"""The table of household members on the visit form: which columns a variant shows, how rows fit.

Rows get lower in a big household and higher where a name needs two lines; what finds no room on
the form continues on a further page, so that nobody is left out and no name is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.exchange.print import fonts, lines
from desktop.exchange.print.audience import Shown
from desktop.exchange.print.page import PAD, WU_HAO, Box, Paper
from desktop.models.privacy import mask_phone
from desktop.models.residents import Resident
from desktop.models.words import label

_TITLES = 18.0
_HIGH, _LOW = 19.0, 12.8  # row heights of a small and of a big household
_SMALL = 9  # members that still get high rows
_FIRST_ROOM = 222.0  # points for rows on the form itself
_BLANK_ROWS = 6
_LEAST = 6.5  # no smaller print than this
_STREET = (
    ("序号", 30.0), ("姓名", 120.0), ("与户主关系", 84.0), ("性别", 36.0), ("出生年", 54.0),
    ("变化（在家、外出、新来、搬走……）", 0.0),
)  # fmt: skip
_OFFICE = (
    ("序号", 30.0), ("姓名", 98.0), ("与户主关系", 68.0), ("性别", 32.0), ("出生年", 46.0),
    ("电话", 86.0), ("关爱标签", 0.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Members:
    """How one print-out lists people; the street's variant knows no phone and no tag."""

    tags: Mapping[str, str]
    shown: Shown
    width: float

    @property
    def _with_tags(self) -> bool:
        return self.shown.tags and self.shown.phone == "masked"

    def columns(self) -> list[tuple[str, float]]:
        given = _OFFICE if self._with_tags else _STREET
        rest = self.width - sum(wide for _, wide in given)
        return [(name, wide or rest) for name, wide in given]

    def values(self, person: Resident, number: int) -> list[str]:
        relation = person.relation_word or label("relation", person.relation)
        shown = [str(number), person.name, relation, person.sex or "", (person.birth or "")[:4]]
        if not self._with_tags:
            return [*shown, ""]
        tags = "、".join(self.tags.get(tag, tag) for tag in person.tags)
        return [*shown, mask_phone(person.phone), tags]

    def heights(self, people: Sequence[Resident]) -> list[float]:
        """The height of each person's row."""
        base = _HIGH if len(people) <= _SMALL else _LOW
        return [max(base, self._needed(person)) for person in people]

    def _needed(self, person: Resident) -> float:
        """The height without which a cell of this row would lose its end."""
        most = 1
        for (_, wide), text in zip(self.columns(), self.values(person, 0), strict=True):
            room = wide - 2 * PAD
            if fonts.width(text, _LEAST) > room:
                most = max(most, len(lines.wrap(text, _LEAST, room)))
        return 0.0 if most == 1 else _LEAST * (1 + (most - 1) * lines.PITCH) + 3

    def split(self, people: Sequence[Resident], next_room: float) -> list[tuple[int, int]]:
        """Which members stand on the form itself and on each further page (first, end)."""
        parts: list[tuple[int, int]] = []
        start, used, room = 0, 0.0, _FIRST_ROOM
        for place, high in enumerate(self.heights(people)):
            if used + high > room and place > start:
                parts.append((start, place))
                start, used, room = place, 0.0, next_room - _TITLES
            used += high
        return [*parts, (start, len(people))]

    def draw(
        self, paper: Paper, x: float, y: float, people: Sequence[Resident], part: tuple[int, int]
    ) -> float:
        """Draw the titles and the rows of one page; returns where they end."""
        first, end = part
        rows = self.heights(people)[first:end]
        if first == 0:
            rows += [_HIGH] * (_BLANK_ROWS - len(rows))
        bottom, right = y + _TITLES + sum(rows), x + self.width
        paper.fill(Box(x, y, self.width, _TITLES), 0.93)
        left = x
        for name, wide in self.columns():
            paper.cell(Box(left, y, wide, _TITLES), name, align="center")
            paper.line(left, y, left, bottom)
            left += wide
        paper.line(x, y, right, y)
        y += _TITLES
        for place, high in enumerate(rows, first):
            paper.line(x, y, right, y)
            if place < end:
                self._row(paper, Box(x, y, self.width, high), people[place], place + 1)
            y += high
        paper.line(x, y, right, y)
        return y

    def _row(self, paper: Paper, box: Box, person: Resident, number: int) -> None:
        left = box.x
        size = min(WU_HAO, box.height - 3)
        for (_, wide), text in zip(self.columns(), self.values(person, number), strict=True):
            own = Box(left, box.y, wide, box.height)
            paper.cell(own, text, size, align="center", least=_LEAST)
            left += wide
