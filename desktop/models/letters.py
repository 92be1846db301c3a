"""Keeps what other offices wrote beside their reports, and what was decided about it here.

Nothing that arrives changes a record. A proposal changes one only when a person of this office
accepts it, as an ordinary edit of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.errors import BadValue, NoSuchRecord, UserError
from desktop.models.changes import Change
from desktop.models.store import Store

# what another office may propose, and only about an item that was escalated to it
PROPOSABLE = frozenset({"category", "level", "time_class", "due_on"})
ACCEPTED, DECLINED = "accepted", "declined"


class AlreadyDecided(UserError):
    def __init__(self) -> None:
        super().__init__("这条建议已经答复过，没有改动。")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of another office; `decided` is empty, accepted or declined."""

    uid: str
    office: str
    office_name: str
    stream: str
    seq: int
    made: str
    kind: str
    body: dict[str, Any]
    decided: str


def letters(store: Store, kind: str = "") -> list[Letter]:
    """Escalations, decisions, notices, answers, proposals and receipts, newest first."""
    rows = store.rows(
        "SELECT r.uid, r.office, r.office_name, r.stream, r.seq, r.made, r.body,"
        " coalesce(s.value, '') FROM live_reports_in r"
        " LEFT JOIN live_settings s ON s.key = 'letter:' || r.uid"
        " WHERE r.month IS NULL ORDER BY r.made DESC, r.stream, r.seq DESC"
    )
    found = []
    for uid, office, office_name, stream, seq, made, body, decided in rows:
        fields = json.loads(body)
        kind_of = fields.pop("type")
        found.append(Letter(uid, office, office_name, stream, seq, made, kind_of, fields, decided))
    return [letter for letter in found if not kind or letter.kind == kind]


def find_letter(store: Store, text: str) -> Letter:
    """By the beginning of its number."""
    found = [each for each in letters(store) if each.uid.startswith(text.strip().lower() or "-")]
    if len(found) != 1:
        raise NoSuchRecord("这条来文", text)
    return found[0]


def decide(store: Store, uid: str, *, accept: bool) -> Change | None:
    """Accept a proposal (then it becomes this office's own edit) or decline it."""
    letter = find_letter(store, uid)
    if letter.kind != "proposal":
        raise BadValue("答复", uid, "只有建议可以采纳或不采纳")
    if letter.decided:
        raise AlreadyDecided
    item, field, value = (letter.body[key] for key in ("item", "field", "value"))
    if field not in PROPOSABLE:
        raise BadValue("建议", field, "这一项不能由外单位建议")
    word = "采纳" if accept else "不采纳"
    with store.change(f"{word}{letter.office_name}的建议") as change:
        if accept:
            change.set("items", item, **{field: value})
        change.create(
            "settings", uid=hashlib.sha256(f"letter:{letter.uid}".encode()).hexdigest()[:20],
            key=f"letter:{letter.uid}", value=ACCEPTED if accept else DECLINED,
        )  # fmt: skip
    return change.done


def have_from(store: Store, office: str) -> Mapping[str, int]:
    """Up to which number each stream of an office is here without a gap."""
    have: dict[str, int] = {}
    for stream, seq in store.rows(
        "SELECT stream, seq FROM live_reports_in WHERE office = ? ORDER BY stream, seq", (office,)
    ):
        if seq == have.get(stream, 0) + 1:
            have[stream] = seq
    return have
