"""Says which care tags the office uses and how often each asks for a visit (domain §2 and §3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.models.store import Store
from desktop.models.words import LABELS

# days between visits, domain §3; None = the tag alone asks for no visit of its own
_DEFAULT_INTERVALS: dict[str, int | None] = {
    "elder_alone": 30,
    "empty_nest": 30,
    "age_80": None,
    "disabled_elder": 30,
    "disability": 90,
    "minimum_living": 30,
    "destitute_support": 30,
    "child_in_need": 30,
    "bereaved_family": 30,
    "serious_illness": 90,
    "veteran": 90,
    "entitled_family": 90,
    "maternity": None,
    "newcomer": 90,
}


@dataclass(frozen=True, slots=True)
class TagKind:
    """One kind of care tag: its word, its visit interval in days and the window that counts."""

    uid: str
    code: str
    name: str
    interval_days: int | None
    window: str  # rolling, week, month, quarter, year
    phone_ok: bool
    active: bool
    order_no: int


def kind_uid(code: str) -> str:
    """A tag kind's uid follows from its code, so that two PCs adding the same kind meet."""
    return hashlib.sha256(b"tag:" + code.encode()).hexdigest()[:20]


DEFAULT_TAG_KINDS: list[dict[str, object]] = [
    {
        "uid": kind_uid(code),
        "code": code,
        "name": LABELS["care_tag"][code],
        "interval_days": days,
        "window": "rolling",
        "phone_ok": 1,
        "active": 1,
        "order_no": number,
    }
    for number, (code, days) in enumerate(_DEFAULT_INTERVALS.items(), 1)
]


def tag_kinds(store: Store) -> list[TagKind]:
    """The office's care tags in their own order."""
    rows = store.rows(
        "SELECT uid, code, name, interval_days, coalesce(window, 'rolling'), phone_ok, active,"
        " coalesce(order_no, 99) FROM live_tag_kinds ORDER BY order_no, code"
    )
    return [
        TagKind(uid, code, name, days, window, bool(phone), bool(active), order)
        for uid, code, name, days, window, phone, active, order in rows
    ]


def tag_names(store: Store) -> Mapping[str, str]:
    """The office's word for each tag code."""
    return {**LABELS["care_tag"], **{kind.code: kind.name for kind in tag_kinds(store)}}
