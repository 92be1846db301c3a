"""Takes packages in: check, keep in the inbox, preview, apply in one transaction, undo.

A package stays sealed on this PC's disk; what it says is only ever decrypted in memory. One whose
prerequisites are missing waits and is applied by itself as soon as they arrive.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.errors import NoSuchRecord, Refused, UserError
from desktop.exchange.packages.format import STREAMS, read_outer
from desktop.exchange.packages.letters import checked_letter
from desktop.exchange.packages.payload import Payload
from desktop.exchange.packages.reading import (
    Sealed,
    admit,
    inbox_folder,
    missing,
    opened,
    private_copy,
    read_through,
)
from desktop.exchange.packages.reports import checked_report
from desktop.exchange.packages.six_words import SixWords
from desktop.exchange.packages.sticks import SUFFIX
from desktop.exchange.packages.strict_json import sorted_line
from desktop.exchange.packages.trust import Untrusted, believed, is_limited, learn_keys
from desktop.files import sync_folder
from desktop.models import exchange_log, package_log, streams
from desktop.models.differences import HouseholdCounts, HouseholdDifference, differences
from desktop.models.exchange_log import Gap, Parcel, Received
from desktop.models.fork import ForkedSite
from desktop.models.package_log import APPLIED, QUARANTINED, UNDONE, WAITING, Got
from desktop.models.partners import Report, is_known
from desktop.models.rotation import forget_former
from desktop.models.site_names import site_name
from desktop.models.store import Store
from desktop.models.undo import UndoResult, undo_changes
from desktop.progress import Progress, no_progress

_OTHERS_FIRST = "其中有别的机器的更改，要等那台机自己的数据包"


class WasQuarantined(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”先前因编号冲突已隔离，没有导入，也没有丢失。请按“硬盘被复制过”办理。"
        )


class NothingToUndo(UserError):
    def __init__(self) -> None:
        super().__init__("这个数据包没有带来更改，或已经撤销过，没有可撤销的内容。")


class FirstPackageStays(UserError):
    def __init__(self) -> None:
        super().__init__("这是本机加入单位时的第一个数据包，不能撤销。要退出请另建数据文件夹。")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A package that waits in the inbox, and for what."""

    package: str
    sender: str
    missing: str


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that did not come in, why, and the exit status that goes with it."""

    file: str
    why: str
    status: int
    forked: bool = False  # a disk was copied: taking it in would set it aside
    forked_here: bool = False  # and it was this PC's, so that it can be mended here


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report or letter of another office; `month` is empty for a letter, `kind` is its type."""

    office: str
    seq: int
    kind: str
    month: str


@dataclass(slots=True)
class ImportResult:
    """What an import (or its preview) came to, over all files."""

    applied: int = 0
    already: int = 0
    conflicts: int = 0
    duplicates: int = 0
    waiting: list[Waiting] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    created: dict[str, int] = field(default_factory=dict)
    edited: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    packages: list[str] = field(default_factory=list)
    # a preview also says what each household would be like, conflicts ahead, the first ones only
    households: list[HouseholdDifference] = field(default_factory=list)
    household_counts: HouseholdCounts = field(default_factory=HouseholdCounts)
    arrivals: list[Arrival] = field(default_factory=list)  # each counts as one applied
    receipts: list[str] = field(default_factory=list)  # whose packages bring nothing but one

    def arrive(self, report: Report) -> None:
        self.applied += 1
        kind = json.loads(report.body)["type"]
        self.arrivals.append(Arrival(report.office_name, report.seq, kind, report.month))

    def add(self, received: Received) -> None:
        self.applied += received.applied
        self.already += received.already
        self.conflicts += received.new_conflicts
        self.duplicates += received.new_duplicates
        for mine, theirs in (
            (self.created, received.created),
            (self.edited, received.edited),
            (self.deleted, received.deleted),
        ):
            for table, count in theirs.items():
                mine[table] = mine.get(table, 0) + count

    def refuse(self, name: str, error: UserError) -> None:
        fork = error if isinstance(error, ForkedSite) else None
        here = fork is not None and fork.here
        self.refused.append(
            RefusedFile(name, str(error), error.exit_status, fork is not None, here)
        )


def preview(
    store: Store,
    paths: Sequence[Path],
    *,
    fingerprint: str = "",
    words: SixWords | None = None,
    progress: Progress = no_progress,
) -> ImportResult:
    """What `take_in` would do with these files; nothing is kept anywhere."""
    result = ImportResult()
    with ExitStack() as stack:
        sealed: list[Sealed] = []
        for path in paths:
            try:
                copy = stack.enter_context(private_copy(store, path, progress))
                found = admit(store, copy, path.name, fingerprint, words, progress)
                letter = _read_report(store, found) if found.manifest.kind in STREAMS else None
                known = letter is not None and is_known(store, letter)
            except UserError as error:
                result.refuse(path.name, error)
                continue
            if _is_done(store, found) or known:
                result.already += found.manifest.changes or known
            elif letter is not None:
                result.arrive(letter)
            else:
                sealed.append(found)
        sealed.sort(key=lambda s: sum(s.manifest.base.values()))
        parcels = [
            parcel_of(store, s, stack.enter_context(opened(store, s.path, s.name, s.outer)))
            for s in sealed
        ]
        erased = len(exchange_log.erased_uids(store))

        def look(first: int) -> None:
            found = differences(store, first, erased, progress=progress)
            result.households, result.household_counts = found.households, found.counts

        answers = exchange_log.preview_receive(store, parcels, look=look, progress=progress)
        for one, answer in zip(sealed, answers, strict=True):
            if isinstance(answer, Received):
                result.add(answer)
                _note_receipt(store, one, result)
            elif isinstance(answer, Gap):
                result.waiting.append(_waiting(store, one, answer.short))
            else:
                result.refuse(one.name, answer)
    return result


def _is_done(store: Store, sealed: Sealed) -> bool:
    got = package_log.received(store, sealed.outer.header.package, sealed.manifest.site)
    return got is not None and got.state in (APPLIED, UNDONE)


def parcel_of(store: Store, sealed: Sealed, payload: Payload) -> Parcel:
    m = sealed.manifest
    told = believed(store, sealed.outer, sealed.name, payload)
    if is_limited(store, sealed.outer):
        # whoever has got hold of the key must not say what its PC knows
        return Parcel(m.package, store.site, m.vector, m.base, told, m.changes, m.tips, ())
    return Parcel(m.package, m.site, m.vector, m.base, told, m.changes, m.tips, m.branches)


def _waiting(store: Store, sealed: Sealed, text: str) -> Waiting:
    sender = site_name(store.db.conn, sealed.manifest.site)
    return Waiting(sealed.manifest.package, sender, text)


def _note_receipt(store: Store, sealed: Sealed, result: ImportResult) -> None:
    """A package without changes still says what its sender has."""
    if not sealed.manifest.changes:
        result.receipts.append(site_name(store.db.conn, sealed.manifest.site))


def take_in(
    store: Store,
    paths: Sequence[Path],
    *,
    fingerprint: str = "",
    words: SixWords | None = None,
    progress: Progress = no_progress,
) -> ImportResult:
    """Import these files and whatever waited for them; each package whole or not at all.

    `words` (six_words.read_words) open those files that need them; see reading.needs_words.
    """
    _sweep(store)
    result = ImportResult()
    later: list[Path] = []
    for path in paths:
        try:
            _take_file(store, path, fingerprint, words, result, progress)
        except Untrusted:
            later.append(path)  # another of the files may introduce its signer
        except UserError as error:
            result.refuse(path.name, error)
    for path in later:
        try:
            _take_file(store, path, fingerprint, words, result, progress)
        except UserError as error:
            result.refuse(path.name, error)
    list_waiting(store, result)
    forget_former(store)
    return result


def list_waiting(store: Store, result: ImportResult) -> None:
    """What lies in the inbox and waits; what has come another way meanwhile lies no longer."""
    for got in package_log.inbox(store):
        if got.state not in (WAITING, QUARANTINED):
            continue
        sealed = lying_package(store, got)
        if sealed is None:
            continue
        if exchange_log.is_known(store, sealed.manifest.vector, sealed.manifest.tips):
            package_log.set_state(store, got.package, APPLIED)
            sealed.path.unlink(missing_ok=True)
        elif got.state == WAITING:
            lacks = "；".join(missing(store, sealed.manifest)) or _OTHERS_FIRST
            result.waiting.insert(0, _waiting(store, sealed, lacks))


def _take_file(
    store: Store,
    path: Path,
    code: str,
    words: SixWords | None,
    result: ImportResult,
    progress: Progress,
) -> None:
    with private_copy(store, path, progress) as copy:
        sealed = admit(store, copy, path.name, code, words, progress)
        m = sealed.manifest
        got = package_log.received(store, sealed.outer.header.package, m.site)
        if got and got.state in (APPLIED, UNDONE):
            result.already += m.changes
            return
        if got and got.state == QUARANTINED:
            raise WasQuarantined(path.name)
        if m.kind in STREAMS:
            _take_report(store, sealed, result)
            return
        if missing(store, m):
            read_through(store, sealed, progress)
        lasting = inbox_folder(store) / f"{m.package}{SUFFIX}"
        os.replace(copy, lasting)
        sync_folder(lasting.parent)
        package_log.note_received(store, m.package, m.site, m.kind, m.vector)
    apply_lying(store, m.package, result, progress)


def _read_report(store: Store, sealed: Sealed) -> Report:
    """What another office sent, whole to its trailer and of exactly the expected shape."""
    header, m = sealed.outer.header, sealed.manifest
    with opened(store, sealed.path, sealed.name, sealed.outer) as payload:
        fields = payload.report()
    if m.kind == "report" and fields.get("type") == "report":
        fields = checked_report(fields, sealed.name)
    else:
        fields = checked_letter(fields, m.kind, sealed.name)
    return Report(
        partner=m.site, stream=header.stream, seq=header.stream_seq, office=m.office.uid,
        office_name=m.office.name, month=fields.get("month", ""), made=m.made,
        body=sorted_line(fields).decode("utf-8"),
    )  # fmt: skip


def _take_report(store: Store, sealed: Sealed, result: ImportResult) -> None:
    """Keep another office's report beside our data; nothing of the roster is in reach."""
    m = sealed.manifest
    report = _read_report(store, sealed)
    fields = json.loads(report.body)
    # up to which numbers they have what we sent: their manifest says so, a receipt once more
    acked = {f"{site}/{m.office.uid}": seq for site, seq in m.vector.items()}
    if fields["type"] == "receipt":
        acked |= fields["have"]
    if is_limited(store, sealed.outer):
        acked = {}  # the key may be in other hands
    if streams.keep(store, report, package=m.package, kind=m.kind, acked=acked):
        result.arrive(report)
    else:
        result.already += 1
    learn_keys(store, sealed.outer)
    result.packages.append(m.package)


def apply_lying(store: Store, newest: str, result: ImportResult, progress: Progress) -> None:
    """Apply whatever in the inbox fits now; each one may make the next one fit."""
    moved = True
    while moved:
        moved = False
        for got in _lying(store):
            sealed = lying_package(store, got)
            if sealed is None or not _fits(store, sealed):
                continue
            try:
                result.add(_apply(store, sealed, progress))
            except Gap:
                continue  # a gap inside: it goes on waiting
            except UserError as error:
                if got.package == newest:
                    raise
                result.refuse(sealed.name, error)
            else:
                result.packages.append(got.package)
                _note_receipt(store, sealed, result)
                moved = True


def _fits(store: Store, sealed: Sealed) -> bool:
    """Whether to try it now: nothing is missing, or it tells of this PC's double."""
    m = sealed.manifest
    return not missing(store, m) or exchange_log.is_ahead_of_us(store, m.vector)


def _apply(store: Store, sealed: Sealed, progress: Progress) -> Received:
    """One package in one transaction; if it cannot be applied it leaves the inbox again."""
    package = sealed.manifest.package
    try:
        with opened(store, sealed.path, sealed.name, sealed.outer) as payload:
            received = exchange_log.receive(
                store, parcel_of(store, sealed, payload), progress=progress
            )
    except Gap:
        raise
    except ForkedSite as fork:
        exchange_log.quarantine(store, fork.dot, fork.hash, package)
        package_log.set_state(store, package, QUARANTINED)
        raise
    except BaseException:
        package_log.forget_received(store, package)
        sealed.path.unlink(missing_ok=True)
        raise
    sealed.path.unlink(missing_ok=True)
    return received


def _sweep(store: Store) -> None:
    """Remove what a run that was cut short left in the inbox folder."""
    wanted = {g.package for g in package_log.inbox(store) if g.state in (WAITING, QUARANTINED)}
    for file in inbox_folder(store).iterdir():
        if file.suffix != SUFFIX or file.stem not in wanted:
            file.unlink(missing_ok=True)


def _lying(store: Store) -> list[Got]:
    """Waiting packages, oldest first."""
    return [got for got in reversed(package_log.inbox(store)) if got.state == WAITING]


def lying_package(store: Store, got: Got) -> Sealed | None:
    """A package in the inbox again; None when its file is gone (then it has to come again)."""
    path = inbox_folder(store) / f"{got.package}{SUFFIX}"
    if not path.exists():
        package_log.forget_received(store, got.package)
        return None
    outer = read_outer(path)
    with opened(store, path, path.name, outer) as payload:
        return Sealed(path, path.name, outer, replace(payload.manifest, package=got.package))


def undo_package(store: Store, package: str) -> UndoResult:
    """Take back what a package changed, except what somebody has edited since (that is listed)."""
    found = package_log.find_received(store, package) if package.strip() else []
    if len(found) != 1:
        raise NoSuchRecord("数据包", package)
    got = found[0]
    if got.state != APPLIED or got.change_first is None or got.change_last is None:
        raise NothingToUndo
    if exchange_log.brought_office(store, got.change_first, got.change_last):
        raise FirstPackageStays
    result = undo_changes(
        store, range(got.change_first, got.change_last + 1), reason=f"撤销数据包 {got.package[:8]}"
    )
    package_log.set_state(store, got.package, UNDONE)
    return result
