"""Knows the PCs of other offices, and keeps what they report: read-only, never merged.

Between offices nothing is shared: each office publishes numbered streams of its own, and the other
side stores them beside its data. No function here can reach a roster.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from desktop.errors import NoSuchRecord, Refused, UserError
from desktop.models import profile
from desktop.models.changes import Change
from desktop.models.key_changes import (
    KeyChange,
    add_key_change,
    check_card,
    key_changes,
    keys_now,
)
from desktop.models.levels import reports_to
from desktop.models.sites import STRICTEST, checked_number
from desktop.models.store import Store

KIND = "letter"  # the change that keeps what came from, or went to, another office


class SeveralPartners(UserError):
    def __init__(self, name: str, codes: list[str]) -> None:
        super().__init__(f"“{name}”登记了{len(codes)}台机。请改用编号：{'、'.join(codes)}。")


class StreamForked(Refused):
    def __init__(self, office: str, seq: int) -> None:
        super().__init__(f"“{office}”的第{seq}号报告与已收到的不同，没有导入。请问清哪一份是对的。")


class OtherFacts(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"这张名片写的单位或层级与已登记的“{name}”不同，没有登记。请打电话向对方问清。"
        )


@dataclass(frozen=True, slots=True)
class Partner:
    """One PC of another office; `uid` is its site number, keys are its public ones now, in hex.

    Once it is stopped, number `revoked_after` of its stream is the last that is believed. `card` is
    its card file as it came, without certificates.
    """

    uid: str
    office: str
    office_name: str
    level: str
    name: str
    sign: str
    seal: str
    revoked: bool
    added_on: str
    revoked_after: int = 0
    steps: tuple[KeyChange, ...] = ()
    card: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Number `seq` of a stream, as received; `body` is its JSON text, a letter has no month."""

    partner: str
    stream: str
    seq: int
    office: str
    office_name: str
    month: str
    made: str
    body: str

    @property
    def uid(self) -> str:
        """The same on every PC of this office that gets this number."""
        return hashlib.sha256(f"report:{self.stream}:{self.seq}".encode()).hexdigest()[:20]


_PARTNER = (
    "t.uid, t.office, t.office_name, t.level, t.name, t.sign, t.seal, t.added_on,"
    f" coalesce(t.card, ''), {STRICTEST}"
)
_REPORT = "partner, stream, seq, office, office_name, month, made, body"


def partners(store: Store) -> list[Partner]:
    steps = key_changes(store)
    found = []
    for row in store.rows(
        f"SELECT {_PARTNER} FROM live_partners t ORDER BY office_name, name, uid"
    ):
        uid, office, office_name, level, name, sign, seal, added_on, card, revoked, after = row
        now = keys_now(steps.get(uid, []), sign, seal)
        found.append(
            Partner(
                uid, office, office_name, level, name, now.sign, now.seal, bool(revoked), added_on,
                after, now.steps, card,
            )
        )  # fmt: skip
    return found


def partner(store: Store, uid: str) -> Partner | None:
    return next((p for p in partners(store) if p.uid == uid), None)


def find_partner(store: Store, text: str, *, stopped: bool = False) -> Partner:
    """By the office's name, the name it was given, or the beginning of its number."""
    text = text.strip()
    there = [p for p in partners(store) if stopped or not p.revoked]
    found = [p for p in there if text in (p.office_name, p.name)]
    if not found and len(text) >= 4:
        found = [p for p in there if p.uid.startswith(text.lower())]
    if not found:
        raise NoSuchRecord("这个单位", text)
    if len(found) > 1:
        raise SeveralPartners(text, [p.uid[:6] for p in found])
    return found[0]


def offices_below(store: Store) -> dict[str, str]:
    """The offices that report to this one: uid → name."""
    here = profile.office(store).level
    return {
        p.office: p.office_name
        for p in partners(store)
        if not p.revoked and reports_to(p.level, here)
    }


def offices_above(store: Store) -> dict[str, str]:
    """The offices to which this one reports: uid → name."""
    here = profile.office(store).level
    return {
        p.office: p.office_name
        for p in partners(store)
        if not p.revoked and reports_to(here, p.level)
    }


def enrol_partner(store: Store, new: Partner, *, rename: bool = True) -> Change | None:
    """Accept another office's PC; doing it again brings a new name (if wished) or new keys."""
    known = partner(store, new.uid)
    if known is None:
        with store.change(f"登记{new.office_name}", kind="setup") as change:
            change.create(
                "partners", uid=new.uid, office=new.office, office_name=new.office_name,
                level=new.level, name=new.name, sign=new.sign, seal=new.seal, revoked=0,
                added_on=new.added_on, card=new.card,
            )  # fmt: skip
            for step in new.steps:
                add_key_change(change, step)
        return change.done
    fresh = check_card(known, new.sign, new.seal, new.steps)
    if (known.office, known.level) != (new.office, new.level):
        raise OtherFacts(known.office_name)
    with store.change(f"更新{known.office_name}的名片", kind="setup") as change:
        change.set("partners", new.uid, card=new.card)
        if rename:
            change.set("partners", new.uid, name=new.name, office_name=new.office_name)
        for step in fresh:
            add_key_change(change, step)
    return change.done


def adopt_keys(store: Store, known: Partner, way: tuple[KeyChange, ...]) -> Change | None:
    """Another office's PC has taken new keys, and its known key vouches for them."""
    with store.change(f"{known.office_name}换钥匙", kind="setup") as change:
        for step in way:
            add_key_change(change, step)
    return change.done


def revoke_partner(store: Store, uid: str, after: int | None = None) -> Change | None:
    """Stop accepting another office's PC; its colleagues' PCs go on being accepted.

    Up to number `after` of its stream late packages are still taken; without a number none is.
    """
    with store.change("停用外单位的一台机", kind="setup") as change:
        change.set("partners", uid, revoked=1, revoked_after=checked_number(after))
    return change.done


def reports(store: Store) -> list[Report]:
    """Every month reported to this office, by office and number."""
    rows = store.rows(
        f"SELECT {_REPORT} FROM live_reports_in WHERE month IS NOT NULL"
        " ORDER BY office_name, stream, seq"
    )
    return [Report(*row) for row in rows]


def missing_reports(store: Store) -> list[str]:
    """Numbers that a stream has skipped, e.g. «缺 莲心社区 第2号»; a stopped PC's are given up."""
    have: dict[tuple[str, str], set[int]] = {}
    for office, stream, seq in store.rows(
        "SELECT r.office_name, r.stream, r.seq FROM live_reports_in r"
        " LEFT JOIN live_partners p ON p.uid = r.partner WHERE coalesce(p.revoked, 0) = 0"
        " ORDER BY r.office_name, r.stream"
    ):
        have.setdefault((office, stream), set()).add(seq)
    return [
        f"缺 {office} 第{seq}号"
        for (office, _), numbers in have.items()
        for seq in range(1, max(numbers))
        if seq not in numbers
    ]


def is_known(store: Store, report: Report) -> bool:
    """Whether this number is here already; one with other content is refused."""
    known = store.value("SELECT body FROM reports_in WHERE uid = ?", (report.uid,))
    if known is not None and known != report.body:
        raise StreamForked(report.office_name, report.seq)
    return known is not None
