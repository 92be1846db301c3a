"""Says in plain words what offices write to each other: titles, contents, where each stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit

from desktop import clock
from desktop.models.field_words import value_word
from desktop.models.letters import (
    KIND_WORDS,
    PROPOSED_WORDS,
    STATE_WORDS,
    Letter,
    LetterState,
    letter_states,
)
from desktop.models.month_period import month_words
from desktop.models.partners import offices_above, offices_below
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.streams import Correspondent, SentLetter, correspondents, sent_letters
from desktop.models.words import label
from desktop.ui.common.rows_table import Column
from desktop.ui.style import scaled

_SENT = {"sent": "已导出·等回执", "acknowledged": "对方已收到", "": "由另一台机写出"}
_SHORT = 40


@dataclass(frozen=True, slots=True)
class OfficesState:
    """Everything the screen of offices shows."""

    level: str
    offices: list[Correspondent]
    received: list[LetterState]
    sent: list[SentLetter]
    above: dict[str, str]
    below: dict[str, str]


def read_offices(store: Store) -> OfficesState:
    return OfficesState(
        office(store).level, correspondents(store), letter_states(store), sent_letters(store),
        offices_above(store), offices_below(store),
    )  # fmt: skip


def numbers(missing: Sequence[int]) -> str:
    """«缺 第1、3–5号»; nothing when none is missing."""
    runs: list[list[int]] = []
    for number in missing:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return f"缺 第{'、'.join(words)}号" if words else ""


def office_state(row: Correspondent) -> str:
    """What of theirs is missing, what of ours has not been acknowledged."""
    if row.partner.revoked:
        return "已停用"
    parts = [numbers(row.missing)] if row.missing else []
    if row.acked:
        parts.append(f"已收到第{row.acked}号")
    if row.unconfirmed:
        parts.append(f"{row.unconfirmed}件等回执")
    return "；".join(parts)


def summary(kind: str, body: Mapping[str, Any], month: str = "") -> str:
    """One line: the kind and what it is about."""
    if month:
        return f"{month_words(month)}{'汇总' if 'offices' in body else '月报'}"
    line = " ".join(_about(kind, body).split())
    short = line if len(line) <= _SHORT else line[:_SHORT] + "…"
    return f"{KIND_WORDS[kind]}：{short}" if short else KIND_WORDS[kind]


def _about(kind: str, body: Mapping[str, Any]) -> str:
    if kind == "escalation":
        return str(body["text"])
    if kind == "notice":
        due = f"（{body['due_on']}前）" if body["due_on"] else ""
        return f"{body['title']}{due}"
    if kind == "answer":
        return str(body["result"])
    if kind == "proposal":
        return proposed(body)
    if kind == "decision":
        return f"{PROPOSED_WORDS[body['field']]}，{STATE_WORDS[body['decided']]}"
    return ""


def proposed(body: Mapping[str, Any]) -> str:
    """«类别改为“水电”»."""
    value = value_word("items", body["field"], body["value"])
    return f"{PROPOSED_WORDS[body['field']]}改为“{value}”"


def sent_summary(row: SentLetter) -> str:
    body = json.loads(row.body)
    return summary(body["type"], body, row.month)


def sent_state(row: SentLetter) -> str:
    return _SENT.get(row.state, row.state)


def sent_words(row: SentLetter) -> str:
    """The whole of what was written; of a month's figures which month."""
    body = json.loads(row.body)
    return sent_summary(row) if row.month else as_text(lines_of(body["type"], body))


def letter_title(letter: Letter) -> str:
    """«莲心社区　上报　第3号　2026-06-15»."""
    return "　".join(
        (letter.office_name, KIND_WORDS[letter.kind], f"第{letter.seq}号", letter.made[:10])
    )


def lines_of(kind: str, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything a letter says, as labelled lines; the same for what leaves and what came."""
    if kind == "escalation":
        lines = [
            ("清单", label("item_kind", body["kind"])), ("用途", body["purpose"]),
            ("情况", body["text"]), ("类别", body["category"]),
            ("办理时限", label("time_class", body["time_class"])),
            ("登记日期", body["registered_on"]), ("办理期限", body["due_on"]),
        ]  # fmt: skip
    elif kind == "notice":
        lines = [("标题", body["title"]), ("内容", body["text"]), ("办好期限", body["due_on"])]
    elif kind == "answer":
        lines = [("答复", body["result"])]
    elif kind == "proposal":
        lines = [("建议", proposed(body)), ("理由", body["reason"])]
    elif kind == "decision":
        lines = [
            ("建议", PROPOSED_WORDS[body["field"]]), ("决定", STATE_WORDS[body["decided"]]),
            ("说明", body["why"]),
        ]  # fmt: skip
    else:
        have = "、".join(f"第1–{seq}号" for seq in body["have"].values())
        lines = [("回执", f"我们发出的{have}都已收到" if have else "还没有收到我们发出的")]
    return [(name, words) for name, words in lines if words]


def reading_field(words: str = "", *, name: str) -> QPlainTextEdit:
    """Words of any length to read and copy; they scroll where there is no room."""
    field = QPlainTextEdit(words)
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setMinimumHeight(scaled(118))
    field.setAccessibleName(name)
    return field


def as_text(lines: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name}：{words}" for name, words in lines)


def _due(row: LetterState) -> str:
    return str(row.letter.body["due_on"])


TASKS: tuple[Column[LetterState], ...] = (
    Column(
        "期限", lambda r: _due(r)[5:], width=64,
        colour=lambda r: "late" if _due(r) < clock.today().isoformat() else "",
    ),
    Column("谁发的", lambda r: r.letter.office_name, width=100),
    Column("标题", lambda r: str(r.letter.body["title"])),
)  # fmt: skip
