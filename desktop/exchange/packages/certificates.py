"""Lets an office vouch for the PCs of the offices below it, so that nobody has to compare codes.

A certificate is one more line under a card: the signature of an enrolled PC of a higher office over
the whole card. It opens the door for streams only; who joins an office is still compared by voice.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import Refused, UserError
from desktop.exchange.packages.keys import key_id, own_keys
from desktop.files import FolderGone, whole_file
from desktop.models.key_changes import is_signed
from desktop.models.levels import stands_above
from desktop.models.partners import Partner, partner, partners
from desktop.models.profile import office
from desktop.models.sites import Site, own_site, site
from desktop.models.store import Store

_DOMAIN = b"jinlin-certificate/1\n"
_WORD = b"certificate:"


class NoCardKept(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”是以前登记的，没有存下名片，不能签发。请让对方再给一次名片，登记后再签发。"
        )


class NotBelow(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”不是本单位的下级，不能给它的名片签发。请由它的上级单位签发。")


class CertifyStopped(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”已停用，不能给它的名片签发。请选使用中的机器。")


class NothingToCertify(UserError):
    def __init__(self) -> None:
        super().__init__("还没有登记过存有名片的下级单位，没有可签发的。请先登记它们的名片。")


class NeedsFingerprint(Refused):
    """The card alone does not do; each subclass says what is wrong with its certificate."""

    def __init__(self, why: str) -> None:
        self.why = f"{why}。"
        super().__init__(f"{why}，没有登记。请打电话核对对方的25位指纹码，登记时一并给出。")


class NotCertified(NeedsFingerprint):
    def __init__(self) -> None:
        super().__init__("这张名片没有上级单位的签发")


class UnknownCertifier(NeedsFingerprint):
    def __init__(self) -> None:
        super().__init__("给这张名片签发的机器没有在本单位登记过")


class CertifierStopped(NeedsFingerprint):
    def __init__(self, name: str) -> None:
        super().__init__(f"给这张名片签发的“{name}”已停用，它的签发不再算数")


class CertifierNotAbove(NeedsFingerprint):
    def __init__(self, name: str) -> None:
        super().__init__(f"给这张名片签发的“{name}”不是它的上级单位，这个签发不算数")


class CertifierChangedKeys(NeedsFingerprint):
    def __init__(self, name: str) -> None:
        super().__init__(f"这张名片是“{name}”换钥匙以前签发的，要由它重新签发")


class FalseCertificate(NeedsFingerprint):
    def __init__(self) -> None:
        super().__init__("这张名片上的签发与名片对不上，可能被改动过")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Which PC has signed a card, the id of the key it used, and its signature."""

    site: str
    key: str
    signature: bytes

    def line(self) -> bytes:
        signature = base64.b64encode(self.signature)
        return b"%s%s:%s:%s" % (_WORD, self.site.encode(), self.key.encode(), signature)


def read_certificate(line: bytes) -> Certificate:
    """The fourth line of a card; a ValueError if it has not its shape."""
    site_, key, signature = line.removeprefix(_WORD).decode("ascii").split(":")
    found = Certificate(site_, key, base64.b64decode(signature, validate=True))
    if (len(bytes.fromhex(site_)), len(bytes.fromhex(key)), len(found.signature)) != (16, 16, 64):
        raise ValueError("not a certificate")
    if found.line() != line:
        raise ValueError("another spelling")
    return found


def _message(site_: str, card: bytes) -> bytes:
    return _DOMAIN + site_.encode("ascii") + b"\n" + card


def certify(store: Store, uid: str, target: Path) -> Partner:
    """Write an enrolled PC's card with this office's certificate under it.

    `target` is a file, or a folder for a name made of the office's and the PC's number.
    """
    known = partner(store, uid)
    if known is None or not stands_above(office(store).level, known.level):
        raise NotBelow(known.office_name if known else uid[:6])
    if known.revoked:
        raise CertifyStopped(known.office_name)
    if not known.card:
        raise NoCardKept(known.office_name)
    card, here = known.card.encode("utf-8"), own_site(store)
    signature = own_keys(store).signer.sign(_message(here.uid, card))
    certificate = Certificate(here.uid, key_id(here.sign), signature)
    if target.is_dir():
        plain = "".join(c for c in known.office_name if c.isalnum())
        target = target / f"{plain}-{known.uid[:6]}.jlcard"
    if not target.parent.is_dir():
        raise FolderGone(target.parent)
    with whole_file(target) as file:
        file.write(card + certificate.line() + b"\n")
    return known


def certifiable(store: Store) -> list[Partner]:
    """The PCs of offices below whose cards this PC can certify."""
    level = office(store).level
    return [
        each
        for each in partners(store)
        if each.card and not each.revoked and stands_above(level, each.level)
    ]


def certify_all(store: Store, folder: Path) -> list[Partner]:
    """One certified card a PC of the offices below, into a folder."""
    if not folder.is_dir():
        raise FolderGone(folder)
    found = certifiable(store)
    if not found:
        raise NothingToCertify
    return [certify(store, each.uid, folder) for each in found]


def certifier(store: Store, certificate: Certificate) -> tuple[Site | Partner | None, str]:
    """Who signed, if known here, and the level of their office."""
    colleague = site(store, certificate.site)
    if colleague is not None:
        return colleague, office(store).level
    known = partner(store, certificate.site)
    return known, known.level if known else ""


def certifier_name(store: Store, certificate: Certificate) -> str:
    """The office (and PC) that signed, "" when it is not known here."""
    known, _ = certifier(store, certificate)
    return f"{known.office_name}{known.name}" if isinstance(known, Partner) else _own(store, known)


def _own(store: Store, known: Site | None) -> str:
    return f"{office(store).name}{known.name}" if known else ""


def check_certificate(
    store: Store, certificate: Certificate | None, card: bytes, level: str
) -> None:
    """Refuse a card (its first three lines) that no enrolled PC of a higher office vouches for."""
    if certificate is None:
        raise NotCertified
    known, above = certifier(store, certificate)
    if known is None:
        raise UnknownCertifier
    name = known.office_name if isinstance(known, Partner) else known.name
    if known.revoked:
        raise CertifierStopped(name)
    if not stands_above(above, level):
        raise CertifierNotAbove(name)
    if any(certificate.key == key_id(step.former_sign) for step in known.steps):
        raise CertifierChangedKeys(name)
    if certificate.key != key_id(known.sign) or not is_signed(
        known.sign, certificate.signature, _message(certificate.site, card)
    ):
        raise FalseCertificate
