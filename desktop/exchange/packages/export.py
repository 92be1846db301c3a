"""Writes packages for a colleague's PC: what it has not acknowledged yet, sealed and signed.

The package is finished inside the profile first and stays in the outbox until it is acknowledged,
so a lost stick costs one more copy and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.packages.format import (
    FMT,
    MAX_FORMER,
    PEER_KINDS,
    READER,
    STREAMS,
    SUITE,
    WORDS_SUITE,
    Header,
    Sender,
    check_payload,
    check_signature,
    read_outer,
    seal,
    sign_header,
)
from desktop.exchange.packages.keys import key_id, own_keys
from desktop.exchange.packages.letters import Written, directions, receipt
from desktop.exchange.packages.payload import (
    Manifest,
    OfficeName,
    change_lines,
    gzipped,
    lines_of,
)
from desktop.exchange.packages.reports import project, project_rollup
from desktop.exchange.packages.six_words import SixWords
from desktop.exchange.packages.sticks import SUFFIX, put_package
from desktop.exchange.packages.strict_json import sorted_line
from desktop.files import BLOCK, FolderGone, private_folder, whole_file, write_errors
from desktop.models import exchange_log, package_log, streams
from desktop.models.branches import branches
from desktop.models.changes import Vector, WireChange
from desktop.models.key_changes import KeyChange
from desktop.models.levels import reports_to
from desktop.models.month import month_report
from desktop.models.package_log import HANDED, SENT, Sent
from desktop.models.partners import Partner, find_partner
from desktop.models.profile import office
from desktop.models.rollup import rollup
from desktop.models.rotation import unheard
from desktop.models.site_names import site_name
from desktop.models.sites import find_site, own_site
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

OUTBOX = "outbox"
_STALE = timedelta(days=90)


class NotJoined(UserError):
    def __init__(self) -> None:
        super().__init__("这台机还没有加入单位，不能导出。请先导入同事给的第一个完整数据包。")


class NotToMyself(UserError):
    def __init__(self) -> None:
        super().__init__("不用写给自己。请选另一台机作为接收方。")


class WrongDirection(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(
            "报告只能报给上级单位（社区报街道，街道报区，不越级），通知只能发给下一级，"
            f"“{name}”不在这个方向上，没有写出。请改选单位。"
        )


class StaysInOutbox(UserError):
    """The number is given out and the package is kept; only the stick did not take it."""

    def __init__(self, error: UserError, seq: int) -> None:
        super().__init__(
            f"{error}这份来往已编为第{seq}号，留在“发文”里没有丢：换一个U盘，选中它再拷一份，不要重写。"
        )
        self.exit_status = error.exit_status


class KindNotOffered(UserError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            f"还不能导出“{kind}”类数据包，没有写出。"
            "本单位各台机之间请用 peer、full 或 ack，报上级用 report，发给下级用 notice。"
        )


class WordsOrReceiver(UserError):
    def __init__(self) -> None:
        super().__init__("用六个词交接，就不写接收方，没有写出。请二者选一。")


class OnlyWholeByWords(UserError):
    def __init__(self) -> None:
        super().__init__(
            "六个词只能交完整数据（full），没有写出。报告、通知、增量和回执要编号、要对方确认，"
            "必须写给登记过名片的单位或机器。"
        )


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """The receiver has to know this PC's changes up to this number already."""

    site: str
    name: str
    seq: int


@dataclass(frozen=True, slots=True)
class Exported:
    """A package that lies, verified, where it was asked for."""

    package: str
    kind: str
    changes: int
    bytes: int
    prerequisites: tuple[Prerequisite, ...]
    path: Path


def export(
    store: Store,
    to: str,
    target: Path,
    *,
    kind: str = "",
    month: str = "",
    letter: Written | None = None,
    words: SixWords | None = None,
    progress: Progress = no_progress,
) -> Exported:
    """Write what the PC named `to` lacks; `target` is a file, or a folder for a made-up name.

    A `report` goes to another office and carries the month's figures and nothing else; a `letter`
    (see letters.py) goes up as a `report` or down as a `notice`. A `notice` without one is the
    receipt for what that office sent. With `words` (six_words.new_words) everything is sealed for
    whoever knows them, `to` stays empty; they are kept nowhere.
    """
    if kind and kind not in (*PEER_KINDS, *STREAMS):
        raise KindNotOffered(kind)
    if not office(store).uid:
        raise NotJoined
    if words is not None and (letter is not None or kind not in ("", "full")):
        raise OnlyWholeByWords
    if letter is not None or kind in STREAMS:
        return _to_office(store, find_partner(store, to), target, kind, month, letter)
    if words is not None:
        draft = _for_whoever_knows(store, to, words, progress)
    else:
        draft = _for_colleague(store, to, kind, progress)
    manifest = draft.manifest
    finished = _finish(store, draft)
    target = _file(target, manifest)
    put_package(finished, target, store.site, progress)
    size = finished.stat().st_size
    sent = Sent(
        manifest.package, draft.receiver, manifest.kind, manifest.made, str(target),
        manifest.vector, manifest.changes, size, HANDED if draft.phrase else SENT,
    )  # fmt: skip
    package_log.note_sent(store, sent)
    clear_outbox(store)
    prerequisites = tuple(
        Prerequisite(site, site_name(store.db.conn, site), seq)
        for site, seq in manifest.base.items()
    )
    return Exported(manifest.package, manifest.kind, manifest.changes, size, prerequisites, target)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A package about to be written: its manifest, content lines, receiver and keys to seal to.

    Without a receiver and keys it has a phrase.
    """

    manifest: Manifest
    content: Iterator[bytes]
    receiver: str
    seals: tuple[str, ...]
    former: tuple[KeyChange, ...] = ()
    stream: str = ""
    stream_seq: int = 0
    phrase: str = ""


def copy_again(store: Store, package: str, target: Path) -> Path:
    """Put a package that the outbox still holds somewhere else; a folder: under its usual name."""
    kept = _outbox(store) / f"{package}{SUFFIX}"
    if target.is_dir():
        [kind] = [sent.kind for sent in package_log.outbox(store) if sent.package == package]
        target /= _name(kind, package)
    put_package(kept, target, store.site)
    return target


def _for_colleague(store: Store, to: str, kind: str, progress: Progress) -> _Draft:
    receiver = find_site(store, to)
    if receiver.uid == store.site:
        raise NotToMyself
    vector = exchange_log.vector(store)
    known = package_log.acknowledged(store, receiver.uid)
    if not kind:
        kind = "peer" if known and not _is_stale(known.at) else "full"
    base: Vector = {}
    if kind == "peer" and known:
        base = {
            site: min(seq, vector[site]) for site, seq in known.vector.items() if site in vector
        }
    count = 0 if kind == "ack" else exchange_log.count_between(base, vector)
    manifest = _manifest(store, kind, (key_id(receiver.seal),), vector, base, count)
    log = exchange_log.changes_between(store, base, vector) if count else iter(())
    content = change_lines(_told(log, count, progress))
    seals = (receiver.seal, own_site(store).seal)
    return _Draft(manifest, content, receiver.uid, seals, unheard(store, receiver)[-MAX_FORMER:])


def _for_whoever_knows(store: Store, to: str, words: SixWords, progress: Progress) -> _Draft:
    """Everything, for a PC whose card has not come or a colleague who is not chosen beforehand."""
    if to:
        raise WordsOrReceiver
    vector = exchange_log.vector(store)
    count = exchange_log.count_between({}, vector)
    log = exchange_log.changes_between(store, {}, vector)
    manifest = _manifest(store, "full", (), vector, {}, count)
    content = change_lines(_told(log, count, progress))
    return _Draft(manifest, content, "", (), phrase=words.canonical)


def _to_office(
    store: Store, to: Partner, target: Path, kind: str, month: str, letter: Written | None
) -> Exported:
    """The next number of this PC's stream to another office.

    It is kept in the outbox before it goes to the stick, so a bad stick costs another copy.
    """
    kind = _direction(store, to, kind, letter)
    if letter is None:
        letter = receipt(store, to) if kind == "notice" else Written(_figures(store, month))
    if not (target if target.is_dir() else target.parent).is_dir():
        raise FolderGone(target)
    line = sorted_line(letter.fields)
    have = streams.have_from(store, to.office)
    vector = {stream.partition("/")[0]: seq for stream, seq in have.items()}
    manifest = _manifest(store, kind, (key_id(to.seal),), vector, {}, 0)
    place = _file(target, manifest)
    finished = _outbox(store) / f"{manifest.package}{SUFFIX}"

    def make(stream: str, seq: int) -> Sent:
        seals = (to.seal, own_site(store).seal)
        former = unheard(store, to)[-MAX_FORMER:]
        _finish(store, _Draft(manifest, iter((line,)), to.uid, seals, former, stream, seq))
        return Sent(
            manifest.package, to.uid, kind, manifest.made, str(place), {stream: seq}, 0,
            finished.stat().st_size, SENT,
        )  # fmt: skip

    sent = streams.send(
        store, to, month=str(letter.fields.get("month", "")), body=line.decode("utf-8"),
        make=make, also=letter.also,
    )  # fmt: skip
    try:
        put_package(finished, place, store.site)
    except UserError as error:
        raise StaysInOutbox(error, next(iter(sent.vector.values()))) from error
    clear_outbox(store)
    return Exported(manifest.package, kind, 0, sent.bytes, (), place)


def _direction(store: Store, to: Partner, kind: str, letter: Written | None) -> str:
    """`report` to the office directly above, `notice` to one directly below, nothing else."""
    here = office(store).level
    way = "report" if reports_to(here, to.level) else "notice" if reports_to(to.level, here) else ""
    if way not in (directions(letter.fields) if letter else (kind,)):
        raise WrongDirection(to.office_name)
    return way


def _figures(store: Store, month: str) -> dict[str, Any]:
    """The figures of a month for the office above; last month unless another is named."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    month = month or f"{last:%Y-%m}"
    if office(store).level == "community":
        return project(month_report(store, month))
    return project_rollup(rollup(store, month))


def _manifest(
    store: Store, kind: str, to: tuple[str, ...], vector: Vector, base: Vector, count: int
) -> Manifest:
    there = office(store)
    inside = kind in PEER_KINDS  # a stream carries no changes that could be read wrongly
    return Manifest(
        package=clock.random_bytes(16).hex(), kind=kind, site=store.site, to=to,
        office=OfficeName(there.uid, there.name, there.level),
        made=clock.now().isoformat(timespec="seconds"), vector=vector, base=base, changes=count,
        tips=exchange_log.tips(store, vector) if inside else {},
        branches=tuple(branches(store.db.conn)) if inside else (),
    )  # fmt: skip


def _is_stale(at: str) -> bool:
    """Nothing heard for 90 days (or a clock that jumped): a whole copy is the safe choice."""
    heard = datetime.fromisoformat(at)
    return not timedelta(0) <= clock.now() - heard <= _STALE


def _finish(store: Store, draft: _Draft) -> Path:
    """The complete package in the outbox: payload sealed first, then the header that signs it."""
    manifest = draft.manifest
    finished = _outbox(store) / f"{manifest.package}{SUFFIX}"
    body = finished.with_suffix(".body")
    keys, here = own_keys(store), own_site(store)
    try:
        with write_errors(body), open(body, "wb") as file:
            inside = gzipped(lines_of(manifest, draft.content))
            sealed = seal(inside, file, draft.seals, draft.phrase)
        header = Header(
            fmt=FMT, suite=WORDS_SUITE if draft.phrase else SUITE, kind=manifest.kind,
            package=manifest.package,
            sender=Sender(here.uid, here.sign, here.seal, draft.former), to=manifest.to,
            stream=draft.stream, stream_seq=draft.stream_seq, min_reader=READER,
            payload_length=sealed.length, payload_sha256=sealed.sha256,
        )  # fmt: skip
        with whole_file(finished, private=True) as file, open(body, "rb") as payload:
            file.write(sign_header(header, keys))
            while block := payload.read(BLOCK):
                file.write(block)
    finally:
        with write_errors(body):
            body.unlink(missing_ok=True)
    outer = read_outer(finished)
    check_signature(outer, here.sign, finished.name)
    check_payload(finished, outer, finished.name)
    return finished


def _told(log: Iterator[WireChange], total: int, progress: Progress) -> Iterator[WireChange]:
    for done, change in enumerate(log, 1):
        progress(done, total, "写入数据包")
        yield change


def _file(target: Path, manifest: Manifest) -> Path:
    """The file to write: `target` itself, or one in that folder."""
    return target / _name(manifest.kind, manifest.package) if target.is_dir() else target


def _name(kind: str, package: str) -> str:
    """Kind and number and nothing about people."""
    return f"jinlin-{kind}-{package[:8]}{SUFFIX}"


def _outbox(store: Store) -> Path:
    return private_folder(store.folder / OUTBOX)


def clear_outbox(store: Store) -> None:
    """Drop copies that were acknowledged, and leftovers of an export that a crash cut short.

    Nobody acknowledges what was handed over with six words; it can be copied again for 90 days.
    """
    waiting = {
        sent.package
        for sent in package_log.outbox(store)
        if sent.state == SENT or (sent.state == HANDED and not _is_stale(sent.made))
    }
    for file in _outbox(store).iterdir():
        if file.stem not in waiting or file.suffix != SUFFIX:
            file.unlink(missing_ok=True)
