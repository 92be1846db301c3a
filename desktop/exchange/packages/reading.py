"""Decides whether a package file may come in at all, and says what it is; changes nothing.

The order of refusals is that of docs/package-format.md. The file is copied off the stick first,
so that what was checked is what is read later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from desktop import clock
from desktop.errors import Refused, UserError
from desktop.exchange.packages.format import (
    PEER_KINDS,
    STREAMS,
    NotForMe,
    Outer,
    WordsNeeded,
    check_payload,
    check_signature,
    open_with_words,
    read_outer,
    unseal,
)
from desktop.exchange.packages.keys import fingerprint, key_id, own_keys
from desktop.exchange.packages.payload import Manifest, Payload, plain_lines
from desktop.exchange.packages.six_words import SixWords
from desktop.exchange.packages.sticks import fetch
from desktop.exchange.packages.trust import (
    Belief,
    belief,
    check_trust,
    known_signer,
    number,
)
from desktop.files import FileUnreadable, private_folder
from desktop.models import exchange_log, package_log
from desktop.models.levels import reports_to
from desktop.models.partners import partner
from desktop.models.profile import office
from desktop.models.sites import own_site
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

INBOX = "inbox"


class SealedToFormerKey(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”是写给本机换掉的旧钥匙的，已经打不开，没有导入。请让对方重新导出一份。"
        )


class FirstMustBeFull(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”不是完整数据包，没有导入。新加入的机器要先导入一个完整数据包（full）。"
        )


class ForeignOffice(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”属于另一个单位，不能并入本单位的数据，没有导入。")


class OtherStream(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”不是登记的那个单位的报告，没有导入。请与对方核对。")


class NotTheirs(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”的方向不对：报告只能来自下级单位，通知只能来自上级单位，没有导入。请与对方核对。"
        )


class KindNotTaken(UserError):
    def __init__(self, name: str, kind: str) -> None:
        super().__init__(f"“{name}”是“{kind}”类数据包，这一版还不能导入，数据没有变。")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A checked package: its sealed file on this PC's disk, its outside and its manifest.

    The manifest's number is the one under which the package is remembered here.
    """

    path: Path
    name: str
    outer: Outer
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a package says outside and, when this PC can open it, inside (else None)."""

    package: str
    kind: str
    bytes: int
    fingerprint: str
    sender: str
    known_sender: bool
    key: str  # current, former or next (new and vouched for); "" when it is not believed
    believed_upto: int | None  # the last number its signer is believed, None without a limit
    signature_ok: bool
    intact: bool
    for_me: bool
    by_words: bool
    state: str
    office: str | None
    made: str | None
    changes: int | None
    missing: list[str] | None


def inbox_folder(store: Store) -> Path:
    return private_folder(store.folder / INBOX)


@contextmanager
def private_copy(store: Store, path: Path, progress: Progress = no_progress) -> Iterator[Path]:
    """The file, copied into the profile for as long as the block lasts."""
    try:
        read_outer(path)  # do not copy a film that somebody picked by mistake
    except OSError as error:
        raise FileUnreadable(path) from error
    part = inbox_folder(store) / f"{clock.new_uid()}.part"
    try:
        fetch(path, part, progress)
        yield part
    finally:
        part.unlink(missing_ok=True)


def admit(
    store: Store,
    copy: Path,
    name: str,
    code: str = "",
    words: SixWords | None = None,
    progress: Progress = no_progress,
) -> Sealed:
    """Every check of the outside and of the manifest, in the documented order.

    A copy that six words open is sealed to this PC by them, and is read like any other afterwards.
    """
    outer = read_outer(copy, name)
    judged = check_trust(store, outer, name, code)
    check_signature(outer, outer.header.sender.sign, name)
    check_payload(copy, outer, name, progress)
    _check_receiver(store, outer, name)
    if outer.header.by_words:
        if words is None:
            raise WordsNeeded(name)
        open_with_words(copy, outer, words.canonical, own_site(store).seal, name)
    with opened(store, copy, name, outer) as payload:
        manifest = payload.manifest
        here = package_log.number_here(store, manifest.package, manifest.site)
        manifest = replace(manifest, package=here)
    if judged is not None:
        judged.check(name, number(outer, manifest))
    if outer.header.kind in STREAMS:
        sender = partner(store, manifest.site)
        stream = f"{manifest.site}/{office(store).uid}"
        if sender is None or manifest.office.uid != sender.office:
            raise OtherStream(name)
        if outer.header.stream != stream or outer.header.stream_seq < 1:
            raise OtherStream(name)
        levels = (sender.level, office(store).level)
        if not reports_to(*(levels if outer.header.kind == "report" else reversed(levels))):
            raise NotTheirs(name)
        return Sealed(copy, name, outer, manifest)
    if outer.header.kind not in PEER_KINDS:
        raise KindNotTaken(name, outer.header.kind)
    own = office(store)
    if own.uid and manifest.office.uid != own.uid:
        raise ForeignOffice(name)
    if not own.uid and outer.header.kind != "full":
        raise FirstMustBeFull(name)
    return Sealed(copy, name, outer, manifest)


def _check_receiver(store: Store, outer: Outer, name: str) -> None:
    """Step nine; what was sealed to a former key opens as long as that is kept."""
    if not _is_for_me(store, outer):
        if any(key_id(step.former_seal) in outer.header.to for step in own_site(store).steps):
            raise SealedToFormerKey(name)
        raise NotForMe(name)


def _is_for_me(store: Store, outer: Outer) -> bool:
    """Addressed to this PC or to nobody, or its own copy of what it sent (sealed to itself too)."""
    header = outer.header
    addressed = header.by_words or _opens(store, outer)
    return addressed or header.sender.site == store.site


def needs_words(path: Path) -> bool:
    """Whether this file has to be opened with six words; False too for what is no package."""
    try:
        return read_outer(path).header.by_words
    except (UserError, OSError):
        return False


def _opens(store: Store, outer: Outer) -> bool:
    return not own_keys(store).opens.isdisjoint(outer.header.to)


@contextmanager
def opened(store: Store, path: Path, name: str, outer: Outer) -> Iterator[Payload]:
    """The inside of a checked package, decrypted in memory as it is read."""
    with closing(unseal(path, outer, own_keys(store), name)) as blocks:
        yield Payload(plain_lines(blocks, name), outer.header, name)


def read_through(store: Store, sealed: Sealed, progress: Progress = no_progress) -> None:
    """Prove that the inside is whole to its trailer (before it is left waiting)."""
    with opened(store, sealed.path, sealed.name, sealed.outer) as payload:
        for done, _ in enumerate(payload.changes(), 1):
            progress(done, sealed.manifest.changes, "核对数据包")


def missing(store: Store, manifest: Manifest) -> list[str]:
    """What has to arrive first, e.g. «缺 2号机 118–131»."""
    return [gap.short for gap in exchange_log.missing(store, manifest.base)]


def inspect(store: Store, path: Path, words: SixWords | None = None) -> Inspection:
    """Look at a package without believing or changing anything.

    The inside of one that six words open is only shown with them.
    """
    with private_copy(store, path) as copy:
        outer = read_outer(copy, path.name)
        sender = outer.header.sender
        known = known_signer(store, outer)
        judged: Belief | None = None
        if known is not None:
            with suppress(UserError):
                judged = belief(store, known, outer, path.name)
        signature_ok = _holds(lambda: check_signature(outer, sender.sign, path.name))
        intact = _holds(lambda: check_payload(copy, outer, path.name))
        for_me, by_words = _is_for_me(store, outer), outer.header.by_words
        size = copy.stat().st_size
        manifest: Manifest | None = None
        if signature_ok and intact and for_me and (words or not by_words):
            if words and by_words:
                own_seal = own_site(store).seal
                open_with_words(copy, outer, words.canonical, own_seal, path.name)
            with opened(store, copy, path.name, outer) as payload:
                manifest = payload.manifest
        got = package_log.received(store, outer.header.package, sender.site)
        return Inspection(
            package=outer.header.package,
            kind=outer.header.kind,
            bytes=size,
            fingerprint=fingerprint(sender.site, sender.sign, sender.seal),
            sender=known.name if known else "",
            known_sender=judged is not None,
            key=judged.key if judged else "",
            believed_upto=judged.upto if judged else None,
            signature_ok=signature_ok,
            intact=intact,
            for_me=for_me,
            by_words=by_words,
            state=got.state if got else "",
            office=manifest.office.name if manifest else None,
            made=manifest.made if manifest else None,
            changes=manifest.changes if manifest else None,
            missing=missing(store, manifest) if manifest else None,
        )


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except UserError:
        return False
    return True
