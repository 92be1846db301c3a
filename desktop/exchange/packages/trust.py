"""Decides whose word a package is, and up to which number that word still counts.

A key that was left behind, or whose PC was stopped, is only believed about what its PC wrote before
that. Who has got hold of such a key can claim a small number; so such a package brings nothing in
anybody else's name, and tells nothing about what its PC knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.errors import Refused
from desktop.exchange.packages.format import STREAMS, Outer
from desktop.exchange.packages.keys import fingerprint, key_id, same_fingerprint
from desktop.exchange.packages.payload import Manifest, Payload
from desktop.models import exchange_log
from desktop.models.changes import WireChange, verified_ops
from desktop.models.exchange_log import Gap
from desktop.models.key_changes import SiteStopped, former, way_to
from desktop.models.partners import Partner, adopt_keys, partner
from desktop.models.profile import office
from desktop.models.rotation import note_sealed
from desktop.models.site_names import site_name
from desktop.models.sites import Site, own_site, site
from desktop.models.stopped import speaks_of_trust
from desktop.models.store import Store


class Untrusted(Refused):
    """Nobody at this PC has compared the signer's fingerprint yet."""


class UnknownSigner(Untrusted):
    def __init__(self, name: str, code: str) -> None:
        super().__init__(
            f"“{name}”来自没有登记过的机器（指纹码 {code}），没有导入。请先登记它的名片。"
        )


class FingerprintNeeded(Untrusted):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"这台机还没有加入单位，“{name}”没有导入。请打电话问清单位那台机的指纹码，导入时一并给出。"
        )


class FingerprintDiffers(Untrusted):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”的指纹码与给出的不同，没有导入。请打电话逐组核对25位数字。")


class WrittenAfterStop(Refused):
    def __init__(self, name: str, sender: str, last: int, number: int) -> None:
        super().__init__(
            f"“{sender}”已停用，只收它到第{last}号为止写的；“{name}”已写到第{number}号，没有导入。"
            "请核对这个文件是从哪里来的。"
        )


class FormerKeyUsed(Refused):
    def __init__(self, name: str, sender: str, last: int, number: int) -> None:
        super().__init__(
            f"“{sender}”在第{last}号以后换了钥匙，“{name}”却用旧钥匙签到第{number}号，没有导入。"
            "可能有人冒用旧钥匙，请与对方核对。"
        )


class StoppedSpeaksOfTrust(Refused):
    def __init__(self, name: str, sender: str, number: int) -> None:
        super().__init__(
            f"“{sender}”已停用，“{name}”里它的第{number}号却要改动登记的机器、单位或它自己的停用，"
            "没有导入。可能有人拿着它的钥匙，请与对方核对。"
        )


@dataclass(frozen=True, slots=True)
class Belief:
    """How far a signer is believed; None means without a limit.

    `key` says which of its keys signed: `current`, `former`, or `next` (new, and vouched for by the
    one known here).
    """

    sender: str
    key: str
    stopped_after: int | None
    rotated_after: int | None

    @property
    def upto(self) -> int | None:
        limits = [n for n in (self.stopped_after, self.rotated_after) if n is not None]
        return min(limits, default=None)

    def check(self, name: str, number: int) -> None:
        """Refuse what the signer wrote later than it is believed."""
        if self.stopped_after is not None and number > self.stopped_after:
            raise WrittenAfterStop(name, self.sender, self.stopped_after, number)
        if self.rotated_after is not None and number > self.rotated_after:
            raise FormerKeyUsed(name, self.sender, self.rotated_after, number)


def known_signer(store: Store, outer: Outer) -> Site | Partner | None:
    """A colleague's PC for the office's own log, another office's PC for its streams only."""
    uid = outer.header.sender.site
    if uid == store.site:
        return own_site(store)
    return partner(store, uid) if outer.header.kind in STREAMS else site(store, uid)


def check_trust(store: Store, outer: Outer, name: str, given: str) -> Belief | None:
    """Step six: the signer is known here, or (None) its fingerprint was typed in."""
    sender = outer.header.sender
    code = fingerprint(sender.site, sender.sign, sender.seal)
    if given and not same_fingerprint(code, given):
        raise FingerprintDiffers(name)
    known = known_signer(store, outer)
    if known is not None:
        return belief(store, known, outer, name)
    if office(store).uid or outer.header.kind in STREAMS:
        raise UnknownSigner(name, code)
    if not given:
        raise FingerprintNeeded(name)
    return None


def belief(store: Store, known: Site | Partner, outer: Outer, name: str) -> Belief:
    """How far this enrolled PC is believed here; refuses keys it never vouched for."""
    header, sender, key = outer.header, outer.header.sender, "current"
    rotated: int | None = None
    if step := former(known, sender.sign, sender.seal):
        key, rotated = "former", step.after
        if header.kind in STREAMS:
            rotated = step.streams.get(office(store).uid, 0)
    elif (sender.sign, sender.seal) != (known.sign, known.seal):
        key = "next"
        if way_to(known, sender.former, sender.sign, sender.seal) is None:
            raise UnknownSigner(name, fingerprint(sender.site, sender.sign, sender.seal))
    if known.revoked and (key == "next" or not known.revoked_after):
        raise SiteStopped(known.name)
    return Belief(known.name, key, known.revoked_after if known.revoked else None, rotated)


def number(outer: Outer, manifest: Manifest) -> int:
    """How far its writer had come: in the stream, or in the writer's own changes."""
    if outer.header.kind in STREAMS:
        return outer.header.stream_seq
    return manifest.vector.get(outer.header.sender.site, 0)


def is_limited(store: Store, outer: Outer) -> bool:
    """Whether the signer has been stopped, or has left this key behind."""
    known, sender = known_signer(store, outer), outer.header.sender
    return known is not None and (
        known.revoked or former(known, sender.sign, sender.seal) is not None
    )


def believed(store: Store, outer: Outer, name: str, payload: Payload) -> Iterator[WireChange]:
    """The changes of a package that was let in, judged once more: word of a stop may have come.

    With a limit on its signer they are the signer's own up to the limit; those of others have to
    be here already, else the package waits until their own PC or a trusted one brings them.
    """
    known = known_signer(store, outer)
    if known is None and not office(store).uid:
        yield from payload.changes()  # a joined PC's first package, compared by voice
        return
    sender = outer.header.sender
    if known is None:
        raise UnknownSigner(name, fingerprint(sender.site, sender.sign, sender.seal))
    judged = belief(store, known, outer, name)
    judged.check(name, number(outer, payload.manifest))
    if judged.upto is None:
        yield from payload.changes()
        return
    here = exchange_log.vector(store)
    for change in payload.changes():
        maker, seq = change.dot
        if maker == sender.site:
            judged.check(name, seq)
            if seq > here.get(maker, 0) and speaks_of_trust(store, verified_ops(change)):
                raise StoppedSpeaksOfTrust(name, known.name, seq)
        elif seq > here.get(maker, 0):
            raise Gap(site_name(store.db.conn, maker), here.get(maker, 0) + 1, seq)
        yield change


def learn_keys(store: Store, outer: Outer) -> None:
    """What a package of another office that was kept teaches: its new keys, and which of ours."""
    sender = outer.header.sender
    known = partner(store, sender.site)
    if known is None or is_limited(store, outer):
        return
    if way := way_to(known, sender.former, sender.sign, sender.seal):
        adopt_keys(store, known, way)
    here = own_site(store)
    for seal in (*(step.former_seal for step in here.steps), here.seal):
        if key_id(seal) in outer.header.to:
            note_sealed(store, sender.site, seal)
