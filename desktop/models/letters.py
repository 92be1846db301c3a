"""Keeps what other offices wrote beside their reports, and what was decided about it here.

Nothing that arrives changes a record. A proposal changes one only when a person of this office
accepts it, and an answer closes an item only when a person here takes that step: both are
ordinary edits of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop.errors import BadValue, NoSuchRecord, UserError
from desktop.models import items
from desktop.models.changes import Change
from desktop.models.draft import ChangeDraft
from desktop.models.items import Item, NewItem
from desktop.models.store import Store
from desktop.models.streams import sent_letters
from desktop.models.words import LABELS, only

# what another office may propose, and only about an item that was escalated to it
PROPOSABLE = frozenset({"category", "level", "time_class", "due_on"})
PROPOSED_WORDS = {
    "category": "类别", "level": "层级", "time_class": "办理时限", "due_on": "办理期限",
}  # fmt: skip
ACCEPTED, DECLINED, DONE = "accepted", "declined", "done"
# where a letter stands; empty = nothing is to be done about it
OPEN, ANSWERED = "open", "answered"
STATE_WORDS = {
    "": "", OPEN: "待办", ANSWERED: "已答复", ACCEPTED: "已采纳", DECLINED: "不采纳", DONE: "已办",
}  # fmt: skip
_READ_WORDS = {OPEN: "未阅", DONE: "已阅"}  # of a notice that asks for nothing
KIND_WORDS = {
    "report": "月报", "escalation": "上报", "decision": "处理结果", "notice": "通知",
    "answer": "答复", "proposal": "建议", "receipt": "回执",
}  # fmt: skip
_MAX_CATEGORY = 40


class AlreadyDecided(UserError):
    def __init__(self) -> None:
        super().__init__("这条建议已经答复过，没有改动。")


class AlreadyTakenOn(UserError):
    def __init__(self) -> None:
        super().__init__("这件上报的事已经登记在本级的清单里，没有再登记。")


class NeverEscalated(UserError):
    def __init__(self) -> None:
        super().__init__("这条来文说的事项本单位没有上报过，不能据此修改。请与对方核对。")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of another office; `decided` is empty, accepted, declined or done.

    `order` is the Lamport number of its arrival: what was done later here has a higher one.
    """

    uid: str
    partner: str
    office: str
    office_name: str
    stream: str
    seq: int
    made: str
    kind: str
    body: dict[str, Any]
    decided: str
    order: int


@dataclass(frozen=True, slots=True)
class LetterState:
    """A letter and where it stands."""

    letter: Letter
    state: str


def letters(store: Store, kind: str = "") -> list[Letter]:
    """Escalations, decisions, notices, answers, proposals and receipts, newest first."""
    rows = store.rows(
        "SELECT r.uid, r.partner, r.office, r.office_name, r.stream, r.seq, r.made, r.body,"
        " coalesce(s.value, ''), c.lamport FROM live_reports_in r"
        " JOIN changes c ON c.id = r.born"
        " LEFT JOIN live_settings s ON s.key = 'letter:' || r.uid"
        " WHERE r.month IS NULL ORDER BY r.made DESC, r.stream, r.seq DESC"
    )
    found = []
    for uid, partner, office, name, stream, seq, made, body, decided, order in rows:
        fields = json.loads(body)
        kind_of = fields.pop("type")
        found.append(
            Letter(
                uid, partner, office, name, stream, seq, made, kind_of, fields, decided, order
            )
        )  # fmt: skip
    return [letter for letter in found if not kind or letter.kind == kind]


def is_task(letter: Letter) -> bool:
    """Whether something has to be done by a day; any other notice is only read."""
    return letter.kind == "notice" and bool(letter.body["due_on"])


def state_words(letter: Letter, state: str) -> str:
    """Where a letter stands, as people read it."""
    if letter.kind == "notice" and not is_task(letter):
        return _READ_WORDS[state]
    return STATE_WORDS[state]


def find_letter(store: Store, text: str) -> Letter:
    """By the beginning of its number."""
    found = [each for each in letters(store) if each.uid.startswith(text.strip().lower() or "-")]
    if len(found) != 1:
        raise NoSuchRecord("这条来文", text)
    return found[0]


def letter_states(store: Store) -> list[LetterState]:
    """Every letter with where it stands, newest first."""
    answered = _answered(store)
    moved = _last_steps(store)
    return [LetterState(each, _state(each, answered, moved)) for each in letters(store)]


def _state(
    letter: Letter, answered: Mapping[tuple[str, str], int], moved: Mapping[str, int]
) -> str:
    if letter.decided:
        return letter.decided
    if letter.kind in ("proposal", "notice"):
        return OPEN
    if letter.kind == "escalation":
        late = answered.get((letter.office, letter.body["item"]), 0)
        return ANSWERED if late > letter.order else OPEN
    if letter.kind == "answer":
        return DONE if moved.get(letter.body["item"], 0) > letter.order else OPEN
    return ""


def _answered(store: Store) -> dict[tuple[str, str], int]:
    """When each escalated item was last answered: (office, item) → Lamport number."""
    found: dict[tuple[str, str], int] = {}
    for office, body, order in store.rows(
        "SELECT r.office, r.body, c.lamport FROM live_reports_out r"
        " JOIN changes c ON c.id = r.born WHERE r.month IS NULL ORDER BY c.lamport"
    ):
        fields = json.loads(body)
        if fields["type"] == "answer":
            found[office, fields["item"]] = order
    return found


def _last_steps(store: Store) -> dict[str, int]:
    """When each item took its last step: item → Lamport number."""
    return dict(
        store.rows(
            "SELECT e.item, max(c.lamport) FROM live_item_events e"
            " JOIN changes c ON c.id = e.born GROUP BY e.item"
        )
    )


def about_item(store: Store, uid: str) -> list[LetterState]:
    """What other offices wrote about one item, newest first."""
    return [each for each in letter_states(store) if each.letter.body.get("item") == uid]


def subject(store: Store, letter: Letter) -> str:
    """What an answer, a proposal or a decision is about, in the words in which it went up."""
    item = letter.body.get("item")
    if not item or letter.kind == "escalation":
        return ""
    came = [(each.office, each.body) for each in letters(store, "escalation")]
    went = [(each.office, json.loads(each.body)) for each in sent_letters(store)]
    for office, body in [*came, *(each for each in went if each[1]["type"] == "escalation")]:
        if office == letter.office and body["item"] == item:
            return str(body["text"])
    return ""


def tasks(store: Store) -> list[LetterState]:
    """What has to be done by a day and nobody has marked as done, the earliest due first."""
    found = [each for each in letter_states(store) if is_task(each.letter) and each.state == OPEN]
    return sorted(found, key=lambda each: str(each.letter.body["due_on"]))


def to_do(store: Store) -> list[LetterState]:
    """Letters that wait for somebody here, newest first."""
    return [each for each in letter_states(store) if each.state == OPEN]


def settle(store: Store, uid: str, *, done: bool = True) -> Change | None:
    """Mark a letter as done with, or take that back."""
    letter = find_letter(store, uid)
    if letter.kind in ("proposal", "receipt", "decision"):
        raise BadValue("来文", uid, "建议要采纳或不采纳，回执和处理结果不用办")
    words = state_words(letter, DONE if done else OPEN)
    with store.change(f"{letter.office_name}的来文：{words}") as change:
        _note(change, store, letter, DONE if done else "")
    return change.done


def _note(change: ChangeDraft, store: Store, letter: Letter, value: str) -> None:
    """What was decided; the row's uid follows from the letter, so two PCs meet in it."""
    uid = hashlib.sha256(f"letter:{letter.uid}".encode()).hexdigest()[:20]
    if store.value("SELECT 1 FROM settings WHERE uid = ?", (uid,)):
        change.set("settings", uid, value=value)
    else:
        change.create("settings", uid=uid, key=f"letter:{letter.uid}", value=value)


def decide(store: Store, uid: str, *, accept: bool) -> Change | None:
    """Accept a proposal (then it becomes this office's own edit) or decline it."""
    letter = find_letter(store, uid)
    word = "采纳" if accept else "不采纳"
    with store.change(f"{word}{letter.office_name}的建议") as change:
        decide_in(change, store, letter, accept=accept)
    return change.done


def decide_in(change: ChangeDraft, store: Store, letter: Letter, *, accept: bool) -> None:
    """The same as part of a change that is open already."""
    if letter.kind != "proposal":
        raise BadValue("答复", letter.uid, "只有建议可以采纳或不采纳")
    if letter.decided:
        raise AlreadyDecided
    item, field, value = (letter.body[key] for key in ("item", "field", "value"))
    if accept:
        escalated_item(store, item)
        check_proposed(field, value)
        change.set("items", item, **{field: value})
    _note(change, store, letter, ACCEPTED if accept else DECLINED)


def check_proposed(field: str, value: str) -> None:
    """A proposed value has to be one that the field can take."""
    if field not in PROPOSABLE:
        raise BadValue("建议", field, "这一项不能由外单位建议")
    groups = {"level": "item_level", "time_class": "time_class"}
    if field in groups and value not in LABELS[groups[field]]:
        raise BadValue(PROPOSED_WORDS[field], value, only(groups[field]))
    if field == "category" and not 0 < len(value.strip()) <= _MAX_CATEGORY:
        raise BadValue("类别", value, f"应为1到{_MAX_CATEGORY}个字")
    if field == "due_on":
        check_day("办理期限", value)


def check_day(word: str, value: str) -> None:
    """A whole day as YYYY-MM-DD."""
    try:
        fits = date.fromisoformat(value).isoformat() == value
    except ValueError:
        fits = False
    if not fits:
        raise BadValue(word, value, "应写成2026-06-30的样子")


def escalated_item(store: Store, uid: str) -> Item:
    """An item that this office did escalate; letters about any other are not followed."""
    try:
        found = items.item(store, uid)
    except NoSuchRecord as error:
        raise NeverEscalated from error
    if not any(event.step == "escalated" for event in items.events(store, uid)):
        raise NeverEscalated
    return found


def follow_answer(store: Store, uid: str, *, told: bool) -> Item:
    """Take the steps an answer allows: 待反馈, and 已反馈 once the resident has been told."""
    letter = find_letter(store, uid)
    if letter.kind != "answer":
        raise BadValue("来文", uid, "这不是对上报事项的答复")
    item = escalated_item(store, letter.body["item"])
    steps = ("awaiting_feedback", "fed_back") if told else ("awaiting_feedback",)
    with store.change(f"按{letter.office_name}的答复办理") as change:
        items.steps_in(
            change, store, item.uid, steps, result=letter.body["result"],
            note=f"{letter.office_name}答复",
        )  # fmt: skip
    return items.item(store, item.uid)


def take_on(store: Store, uid: str) -> str:
    """Put an escalated item on this office's own list, to be worked on or escalated further."""
    letter = find_letter(store, uid)
    if letter.kind != "escalation":
        raise BadValue("来文", uid, "只有上报的事可以登记到清单")
    note = f"{letter.office_name}上报第{letter.seq}号（{letter.uid[:6]}）"
    if any(each.note == note for each in items.items(store)):
        raise AlreadyTakenOn
    new = NewItem(
        kind=letter.body["kind"], text=letter.body["text"], category=letter.body["category"],
        time_class=letter.body["time_class"], level="subdistrict", note=note,
    )  # fmt: skip
    with store.change(f"登记{letter.office_name}上报的事", kind="item") as change:
        return items.register_in(change, store, [new])[0]
