"""Settles what a header alone cannot tell: 户号, 层数, 楼号 and 业主 mean two things each.

The plan carries the question and the answer assumed; the person's choice overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from desktop.exchange.sheets.header import Column, normal
from desktop.exchange.sheets.plan import Question

_DIGITS = re.compile(r"^\d{1,4}[A-Za-z]?(?:室|号)?$")
_OWNER = frozenset(("业主", "业主姓名", "房主", "产权人"))


def settle(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], chosen: Mapping[str, str]
) -> tuple[list[Column], list[Question]]:
    """Columns with the ambiguous ones decided, and a question for each that nobody has answered."""
    fields = {column.field for column in columns}
    settled: list[Column] = []
    questions: list[Question] = []
    for column in columns:
        word = normal(column.header)
        question = None
        if column.how in ("exact", "similar", "repeated") and word not in chosen:
            question = _question(column, word, fields, rows)
        if question is None:
            settled.append(column)
            continue
        questions.append(question)
        settled.append(replace(column, field=question.answer))
    return settled, questions


def _question(
    column: Column, word: str, fields: set[str], rows: Sequence[Sequence[str]]
) -> Question | None:
    if word == "户号":
        others = fields & {"address"} or column.how == "repeated"
        looks_like_rooms = all(_DIGITS.match(text) for text in column.samples)
        answer = "" if others or not looks_like_rooms else "room"
        options = (("room", "门牌房号"), ("", "户口簿户号（不导入）"))
        return Question(column.header, "“户号”是房号还是户口簿上的户号？", options, answer)
    if word == "层数":
        answer = "building_floors" if _same_everywhere(column, rows) else "floor"
        options = (("floor", "住在几层"), ("building_floors", "整栋楼有几层"))
        return Question(column.header, "“层数”是住的楼层还是整栋楼的层数？", options, answer)
    if word == "楼号" and "building" in fields and "floor" not in fields:
        options = (("building", "楼栋号"), ("floor", "楼层"))
        return Question(column.header, "“楼号”是楼栋号还是楼层？", options, "building")
    if word in _OWNER and (column.field == "head" or column.how == "repeated"):
        answer = "" if "name" in fields or column.how == "repeated" else "head"
        options = (("head", "当作户主"), ("", "只是业主（不导入）"))
        return Question(
            column.header, f"“{column.header}”是户主，还是不住在这里的业主？", options, answer
        )
    return None


def _same_everywhere(column: Column, rows: Sequence[Sequence[str]]) -> bool:
    seen = {row[column.index] for row in rows if column.index < len(row) and row[column.index]}
    return len(seen) <= 1 and len(rows) > 3
