"""Says what offices may write to each other beside reports, and refuses everything else.

Up go escalations (one item, with a purpose and words written for the outside) and decisions about
proposals; down go notices, answers, proposals and receipts. One letter is one number of the
sender's stream.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.errors import BadValue
from desktop.exchange.packages.format import PackageDamaged
from desktop.models import items, outside_text
from desktop.models.draft import ChangeDraft
from desktop.models.items import Item
from desktop.models.letters import (
    ACCEPTED,
    DECLINED,
    PROPOSABLE,
    AlreadyDecided,
    Letter,
    check_day,
    check_proposed,
    decide_in,
)
from desktop.models.outside_text import NOTHING_CONFIRMED, Confirmed
from desktop.models.partners import Partner
from desktop.models.store import Store
from desktop.models.streams import have_from

_MAX_TEXT = 4000
_UID = re.compile(r"[0-9a-f]{20}")
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A letter ready to go: exactly what leaves, and what is kept here in the same moment."""

    fields: Fields
    also: Callable[[ChangeDraft], None] | None = None


def escalation(
    store: Store, uid: str, *, purpose: str, text: str, confirmed: Confirmed = NOTHING_CONFIRMED
) -> Written:
    """One item for the office above: no door, no name, only words written for this purpose."""
    if not purpose.strip():
        raise BadValue("用途", purpose, "上报要写明用途")
    if not text.strip():
        raise BadValue("上报内容", text, "请写明情况，不写门牌和姓名")
    item = items.item(store, uid)
    _check_length("用途", purpose)
    _check_length("上报内容", text)
    kept = outside_text.check_upward(store, (purpose, text), confirmed)

    def also(change: ChangeDraft) -> None:
        outside_text.note_confirmed(store, kept, confirmed.reason)
        if item.state != "escalated":
            items.steps_in(change, store, item.uid, ("escalated",), note=purpose)

    return Written(escalation_fields(item, purpose, text, clean_category(store, item)), also)


def clean_category(store: Store, item: Item) -> str:
    """The item's category, unless somebody wrote a person or a door into it."""
    return "" if outside_text.find(store, (item.category or "",)) else item.category or ""


def escalation_fields(item: Item, purpose: str, text: str, category: str) -> Fields:
    """Exactly what of an item leaves the office."""
    return {
        "type": "escalation", "item": item.uid, "kind": item.kind, "purpose": purpose.strip(),
        "text": text.strip(), "category": category,
        "time_class": item.time_class or "", "registered_on": item.registered_on,
        "due_on": item.due_on or "",
    }  # fmt: skip


def notice(title: str, text: str, due_on: str = "") -> Written:
    """A notice, or with a day a task, for an office below."""
    if not title.strip():
        raise BadValue("标题", title, "通知要有标题")
    if due_on:
        check_day("办理期限", due_on)
    _check_length("标题", title)
    _check_length("内容", text)
    outside_text.check_downward((title, text))
    return Written(
        {"type": "notice", "title": title.strip(), "text": text.strip(), "due_on": due_on}
    )


def answer(letter: Letter, result: str) -> Written:
    """What came of an escalated item."""
    if letter.kind != "escalation" or not result.strip():
        raise BadValue("答复", result, "请选一件上报的事，写明办理结果")
    _check_length("答复", result)
    outside_text.check_downward((result,))
    return Written({"type": "answer", "item": letter.body["item"], "result": result.strip()})


def proposal(letter: Letter, field: str, value: str, reason: str) -> Written:
    """A change the office above would like to an item that was escalated to it."""
    if letter.kind != "escalation" or field not in PROPOSABLE:
        raise BadValue("建议", field, f"只能建议上报事项的{'、'.join(sorted(PROPOSABLE))}")
    check_proposed(field, value.strip())
    _check_length("理由", reason)
    outside_text.check_downward((value, reason))
    return Written(
        {
            "type": "proposal", "item": letter.body["item"], "field": field,
            "value": value.strip(), "reason": reason.strip(),
        }
    )  # fmt: skip


def decision(
    store: Store,
    letter: Letter,
    *,
    accept: bool,
    why: str,
    confirmed: Confirmed = NOTHING_CONFIRMED,
) -> Written:
    """What this office decides about a proposal: told to the other side and done in one moment."""
    decided = ACCEPTED if accept else DECLINED
    if letter.kind != "proposal":
        raise BadValue("答复", letter.kind, "只有建议可以采纳或不采纳")
    if letter.decided not in ("", decided):
        raise AlreadyDecided
    _check_length("说明", why)
    kept = outside_text.check_upward(store, (why,), confirmed)
    fields = {
        "type": "decision", "item": letter.body["item"], "field": letter.body["field"],
        "decided": decided, "why": why.strip(),
    }  # fmt: skip

    def also(change: ChangeDraft) -> None:
        outside_text.note_confirmed(store, kept, confirmed.reason)
        if not letter.decided:
            decide_in(change, store, letter, accept=accept)

    return Written(fields, also)


def receipt(store: Store, partner: Partner) -> Written:
    """Up to which number that office's streams are here."""
    return Written({"type": "receipt", "have": dict(have_from(store, partner.office))})


def _check_length(word: str, text: str) -> None:
    if len(text.strip()) > _MAX_TEXT:
        raise BadValue(word, text[:20] + "…", f"最多{_MAX_TEXT}字")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_TEXT


def _is_uid(value: Any) -> bool:
    return isinstance(value, str) and _UID.fullmatch(value) is not None


def _is_have(value: Any) -> bool:
    return isinstance(value, dict) and all(type(n) is int and n > 0 for n in value.values())


_SHAPES: Mapping[str, Mapping[str, Mapping[str, Callable[[Any], bool]]]] = {
    "report": {
        "escalation": {
            "item": _is_uid, "kind": _is_text, "purpose": _is_text, "text": _is_text,
            "category": _is_text, "time_class": _is_text, "registered_on": _is_text,
            "due_on": _is_text,
        },
        "decision": {
            "item": _is_uid, "field": PROPOSABLE.__contains__,
            "decided": (ACCEPTED, DECLINED).__contains__, "why": _is_text,
        },
        "receipt": {"have": _is_have},
    },
    "notice": {
        "notice": {"title": _is_text, "text": _is_text, "due_on": _is_text},
        "answer": {"item": _is_uid, "result": _is_text},
        "proposal": {
            "item": _is_uid, "field": PROPOSABLE.__contains__, "value": _is_text,
            "reason": _is_text,
        },
        "receipt": {"have": _is_have},
    },
}  # fmt: skip


def directions(fields: Fields) -> tuple[str, ...]:
    """The kinds of package a letter may travel in: `report` upward, `notice` downward."""
    return tuple(kind for kind, shapes in _SHAPES.items() if fields["type"] in shapes)


def checked_letter(fields: Fields, kind: str, name: str) -> Fields:
    """A received letter of exactly one of the shapes that may travel in this direction."""
    shape = _SHAPES[kind].get(str(fields.get("type")))
    if shape is None or set(fields) != {"type", *shape}:
        raise PackageDamaged(name)
    try:
        sound = all(fits(fields[key]) for key, fits in shape.items())
    except TypeError as error:
        raise PackageDamaged(name) from error
    if not sound:
        raise PackageDamaged(name)
    return fields
