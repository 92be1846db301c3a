"""Masks personal data for screens and papers, and remembers who looked or took copies (domain §6).

Joint masking: once the region is known, a birth date with the last four digits leaves exactly one
possible ID number and with the last two about nine, so a page that prints a birth date or month
prints no ID digits at all.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from desktop import clock
from desktop.models import users
from desktop.models.database import Connection
from desktop.models.identity import check_symbol
from desktop.models.store import Store


def mask_name(name: str) -> str:
    """王小明 → 王**; no more than two stars, so that a long name is not known by its length."""
    return name[:1] + "*" * min(2, max(1, len(name) - 1)) if name else ""


def mask_phone(phone: str | None) -> str:
    """13900000001 → 139****0001; several numbers each; anything short is hidden whole."""
    if not phone:
        return ""
    return "/".join(
        part[:3] + "****" + part[-4:] if len(part) >= 11 else "*" * len(part)
        for part in phone.split("/")
    )


def mask_id(number: str | None) -> str:
    """Only that a number is known: no digit of it, because birth dates stand beside it."""
    return "已登记" if number else ""


_DAYS = {"": 36_500, "year": 365, "month": 28, "day": 1}
_ANY_DAY = "35029919400713"  # the check symbol spreads the same over every day


def id_candidates(birth: str, *, knows_sex: bool, digits: int) -> int:
    """How many identity numbers of a known area fit, in the worst case.

    `birth` is what is known of it ("", year, month, day), `digits` how many of the last symbols.
    """
    orders = range(1, 1000, 2 if knows_sex else 1)  # odd = male, of which there are more
    tails = Counter(
        (number + check_symbol(number))[18 - digits :]
        for number in (f"{_ANY_DAY}{order:03d}" for order in orders)
    )
    return _DAYS[birth] * min(tails.values())


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Something a person did with personal data on this PC, and the reason they gave."""

    at: str
    user: str
    what: str
    reason: str
    detail: dict[str, Any]


def note(store: Store, what: str, reason: str = "", **detail: Any) -> None:
    """Record an export, a print-out or an unmasking; `detail` holds counts and fields, no names."""
    with store.local() as conn:
        note_in(conn, users.current(store).name, what, reason, **detail)


def note_in(conn: Connection, user: str, what: str, reason: str = "", **detail: Any) -> None:
    """The same inside a transaction that is open already."""
    conn.execute(
        "INSERT INTO audit (at, user, what, reason, detail) VALUES (?, ?, ?, ?, ?)",
        (
            clock.now().isoformat(timespec="seconds"),
            user,
            what,
            reason,
            json.dumps(detail, ensure_ascii=False),
        ),
    )


def audit_lines(store: Store, limit: int = 200) -> list[AuditLine]:
    """The latest first."""
    rows = store.rows(
        "SELECT at, coalesce(user, ''), what, coalesce(reason, ''), coalesce(detail, '{}')"
        " FROM audit ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [
        AuditLine(at, user, what, why, json.loads(detail)) for at, user, what, why, detail in rows
    ]
