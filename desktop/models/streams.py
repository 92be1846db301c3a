"""Numbers what this office sends to others: a number, its record and its outbox entry, or nothing.

A number is given out in the transaction that keeps the finished package in the outbox. So a crash
before it leaves the number free, and after it the package can be put on a stick again: no number
is skipped for ever, and none is used twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop.errors import NoSuchRecord
from desktop.models import package_log
from desktop.models.draft import ChangeDraft
from desktop.models.package_log import Sent
from desktop.models.partners import KIND, Partner, Report, is_known, partners
from desktop.models.profile import meta
from desktop.models.site_names import site_name
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class SentLetter:
    """Number `seq` of this office's stream to another one; `state` is empty on a colleague's PC."""

    uid: str
    package: str
    partner: str
    office: str
    office_name: str
    stream: str
    seq: int
    month: str
    made: str
    body: str
    state: str


def send(
    store: Store,
    to: Partner,
    *,
    month: str,
    body: str,
    make: Callable[[str, int], Sent],
    also: Callable[[ChangeDraft], None] | None = None,
) -> Sent:
    """Give out the next number of this PC's stream, let `make` finish the package, keep both.

    `also` is what else belongs to it, e.g. the step of the item that goes up.
    """
    stream = f"{store.site}/{to.office}"
    with store.change(f"发给{to.office_name}", kind=KIND) as change:
        seq = _next(store, stream, to.office)
        if also is not None:
            also(change)
        sent = make(stream, seq)
        change.create(
            "reports_out", uid=_uid(stream, seq), partner=to.uid, stream=stream, seq=seq,
            office=to.office, office_name=to.office_name, month=month, made=sent.made, body=body,
            package=sent.package,
        )  # fmt: skip
        package_log.note_sent_in(store.db.conn, sent)
    return sent


def _uid(stream: str, seq: int) -> str:
    return hashlib.sha256(f"sent:{stream}:{seq}".encode()).hexdigest()[:20]


def _next(store: Store, stream: str, office: str) -> int:
    """One more than the highest number given out, by an earlier version's counter too."""
    counted = meta(store, f"stream:{store.site}:{office}")
    kept = store.value("SELECT max(seq) FROM reports_out WHERE stream = ?", (stream,))
    return max(int(counted or 0), int(kept or 0)) + 1


def last_numbers(store: Store) -> dict[str, int]:
    """The last number this PC has given out to each office (by its uid)."""
    prefix = f"stream:{store.site}:"
    counted = {
        key.removeprefix(prefix): int(value)
        for key, value in store.rows(
            "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ?", (len(prefix), prefix)
        )
    }
    for office, seq in store.rows(
        "SELECT office, max(seq) FROM reports_out WHERE stream = ? || '/' || office"
        " GROUP BY office",
        (store.site,),
    ):
        counted[office] = max(seq, counted.get(office, 0))
    return dict(sorted(counted.items()))


def sent_letters(store: Store) -> list[SentLetter]:
    """Everything this office has sent to others, newest first."""
    rows = store.rows(
        "SELECT r.uid, r.package, r.partner, r.office, r.office_name, r.stream, r.seq,"
        " coalesce(r.month, ''), r.made, r.body, coalesce(o.state, '') FROM live_reports_out r"
        " LEFT JOIN outbox o ON o.package = r.package"
        " JOIN changes c ON c.id = r.born ORDER BY c.lamport DESC, r.seq DESC"
    )
    return [SentLetter(*row) for row in rows]


def arrived_kinds(store: Store) -> dict[tuple[str, int], tuple[str, str]]:
    """What each number of other offices is: (stream, number) → (kind, month or empty)."""
    return {
        (stream, seq): (str(json.loads(body)["type"]), month or "")
        for stream, seq, body, month in store.rows(
            "SELECT stream, seq, body, month FROM live_reports_in"
        )
    }


def usual_writer(store: Store, office: str) -> str:
    """The PC that has written to this office so far, if this one never has; else empty.

    Another office lets single PCs in and refuses one whose card it has not enrolled.
    """
    rows = store.rows("SELECT DISTINCT stream FROM live_reports_out WHERE office = ?", (office,))
    writers = sorted(stream.partition("/")[0] for (stream,) in rows)
    if not writers or store.site in writers:
        return ""
    return site_name(store.db.conn, writers[0])


def have_from(store: Store, office: str) -> Mapping[str, int]:
    """Up to which number each stream of an office is here without a gap."""
    have: dict[str, int] = {}
    for stream, seq in store.rows(
        "SELECT stream, seq FROM live_reports_in WHERE office = ? ORDER BY stream, seq", (office,)
    ):
        if seq == have.get(stream, 0) + 1:
            have[stream] = seq
    return have


def writer_of(store: Store, uid: str, office: str) -> Partner:
    """The PC that wrote, or another one of its office if that PC was stopped."""
    there = [p for p in partners(store) if p.office == office and not p.revoked]
    if not there:
        raise NoSuchRecord("这个单位在用的机器", uid[:6])
    return next((p for p in there if p.uid == uid), there[0])


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A PC of another office: when it was last heard, the last number, and what is missing.

    `acked` is the last of our numbers it has, `unconfirmed` how many it has not acknowledged.
    """

    partner: Partner
    heard: str
    last: int
    missing: tuple[int, ...]
    acked: int
    unconfirmed: int


def correspondents(store: Store) -> list[Correspondent]:
    """Every enrolled PC of other offices."""
    numbers: dict[str, set[int]] = {}
    heard: dict[str, str] = {}
    for partner, seq, made in store.rows("SELECT partner, seq, made FROM live_reports_in"):
        numbers.setdefault(partner, set()).add(seq)
        heard[partner] = max(heard.get(partner, ""), made)
    waiting: dict[str, int] = {}
    acked: dict[str, int] = {}
    for sent in sent_letters(store):
        waiting[sent.partner] = waiting.get(sent.partner, 0) + (sent.state == package_log.SENT)
        if sent.state == package_log.ACKNOWLEDGED:
            acked[sent.partner] = max(sent.seq, acked.get(sent.partner, 0))
    found = []
    for each in partners(store):
        here = numbers.get(each.uid, set())
        last = max(here, default=0)
        gaps = tuple(seq for seq in range(1, last) if seq not in here)
        found.append(
            Correspondent(
                each, heard.get(each.uid, ""), last, () if each.revoked else gaps,
                acked.get(each.uid, 0), waiting.get(each.uid, 0),
            )
        )  # fmt: skip
    return found


def keep(
    store: Store, report: Report, *, package: str, kind: str, acked: Mapping[str, int]
) -> bool:
    """Store what another office sent, with the note that it came and what it acknowledges.

    All in one transaction; False when it was here already. A number with other content is refused.
    """
    known = is_known(store, report)
    with store.change(f"收到{report.office_name}的来件", kind=KIND) as change:
        if not known:
            change.create(
                "reports_in", uid=report.uid, partner=report.partner, stream=report.stream,
                seq=report.seq, office=report.office, office_name=report.office_name,
                month=report.month, made=report.made, body=report.body,
            )  # fmt: skip
        conn = store.db.conn
        number = {report.stream: report.seq}
        package_log.note_taken_in(conn, package, report.partner, kind, number)
        theirs = [each.uid for each in partners(store) if each.office == report.office]
        for site in theirs if acked else ():
            package_log.note_knowledge(conn, site, acked)
    return not known
