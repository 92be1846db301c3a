"""Introduces one PC to another: a signed card file and a code that people compare by voice.

A card holds public keys and names of offices and PCs, nothing secret and no resident. Nobody is
trusted on first sight: enrolling asks for the 25 digits the colleague reads out, unless an office
above vouches for the card (certificates.py) or keys known here vouch for newer ones.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop.errors import Refused, UserError
from desktop.exchange.packages import strict_json
from desktop.exchange.packages.certificates import (
    Certificate,
    NeedsFingerprint,
    certifier_name,
    check_certificate,
    read_certificate,
)
from desktop.exchange.packages.format import MAX_FORMER
from desktop.exchange.packages.keys import fingerprint, own_keys, recipient, same_fingerprint
from desktop.files import FileUnreadable, whole_file
from desktop.models.key_changes import KeyChange, is_signed, read_key_change, way_to
from desktop.models.partners import Partner, enrol_partner, partner
from desktop.models.profile import office
from desktop.models.sites import Site, enrol_site, own_site, site
from desktop.models.store import Store

MAGIC = b"JINLIN-CARD/1\n"
_DOMAIN = b"jinlin-card/1\n"
_MAX_CARD = 8 * 1024
_FIELDS = ("site", "name", "sign", "seal", "added_on", "office", "office_name", "level")
_MOST_IN_CODE = 2300  # bytes, what the QR code of the printed page can hold


class NotACard(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path.name}”不是近邻名片或已损坏，没有登记。请让对方重新导出名片。")


class WrongFingerprint(Refused):
    def __init__(self) -> None:
        super().__init__(
            "指纹码对不上，没有登记。请打电话逐组核对25位数字；仍不同就不要使用这张名片。"
        )


class FingerprintMissing(Refused):
    def __init__(self) -> None:
        super().__init__(
            "登记本单位的机器要核对指纹码，没有登记。请打电话问清对方的25位指纹码，登记时一并给出。"
        )


class OtherOffice(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"这是“{name}”的名片，不是本单位的机器，没有登记。请到“交换 → 上下级”里登记成外单位。"
        )


class SameOffice(Refused):
    def __init__(self) -> None:
        super().__init__(
            "这是本单位一台机的名片，没有登记。请到“交换 → 数据包”里登记成本单位的机器。"
        )


class NoOffice(UserError):
    def __init__(self) -> None:
        super().__init__("这张名片的机器还没有加入任何单位，没有登记。请等它加入单位后重新写名片。")


class OwnCard(UserError):
    def __init__(self) -> None:
        super().__init__("这是本机自己的名片，不用登记。请选另一台机的名片。")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; `office` is empty on the card of a PC that has not joined yet.

    `former` are the PC's steps to these keys, `text` the card's three lines as they stand in the
    file, and `certificate` what an office above has written under them.
    """

    site: str
    name: str
    sign: str
    seal: str
    added_on: str
    office: str
    office_name: str
    level: str
    former: tuple[KeyChange, ...] = ()
    text: bytes = b""
    certificate: Certificate | None = None

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.site, self.sign, self.seal)


def own_card(store: Store) -> Card:
    here, there = own_site(store), office(store)
    return Card(
        here.uid, here.name, here.sign, here.seal, here.added_on, there.uid, there.name,
        there.level, here.steps[-MAX_FORMER:],
    )  # fmt: skip


def own_fingerprint(store: Store) -> str:
    """This PC's code, as the colleague should read it."""
    return own_card(store).fingerprint


def write_card(store: Store, target: Path) -> Card:
    """Write this PC's card to a file, signed by itself."""
    with whole_file(target) as file:
        file.write(card_text(store))
    return own_card(store)


def card_text(store: Store) -> bytes:
    """What stands in this PC's card file, and in its QR code: the last steps that find room."""
    card = own_card(store)
    for dropped in range(len(card.former) + 1):
        text = _signed(store, replace(card, former=card.former[dropped:]))
        if len(text) <= _MOST_IN_CODE:
            break
    return text


def _signed(store: Store, card: Card) -> bytes:
    fields: dict[str, Any] = {name: getattr(card, name) for name in _FIELDS}
    if card.former:
        fields["former"] = [step.fields() for step in card.former]
    signed = MAGIC + strict_json.sorted_line(fields) + b"\n"
    signature = base64.b64encode(own_keys(store).signer.sign(_DOMAIN + signed))
    return signed + b"ed25519:" + signature + b"\n"


def read_card(path: Path) -> Card:
    """A card whose own signature holds; whether to trust it is for people to say."""
    try:
        with open(path, "rb") as file:
            text = file.read(_MAX_CARD + 1)
    except OSError as error:
        raise FileUnreadable(path) from error
    lines = text.split(b"\n")
    if len(text) > _MAX_CARD or len(lines) not in (4, 5) or lines[-1] or lines[0] + b"\n" != MAGIC:
        raise NotACard(path)
    try:
        card = _card(strict_json.parse(lines[1], sort_keys=True))
        signature = base64.b64decode(lines[2].removeprefix(b"ed25519:"), validate=True)
        certificate = read_certificate(lines[3]) if len(lines) == 5 else None
        recipient(card.seal)
    except (ValueError, KeyError, TypeError, UserError) as error:
        raise NotACard(path) from error
    if not is_signed(card.sign, signature, _DOMAIN + MAGIC + lines[1] + b"\n"):
        raise NotACard(path)
    return replace(card, text=b"\n".join(lines[:3]) + b"\n", certificate=certificate)


def _card(fields: Any) -> Card:
    if not isinstance(fields, dict):
        raise TypeError("not a card")
    steps = fields.pop("former", [])
    card = Card(**fields)
    if set(fields) != set(_FIELDS) or not all(isinstance(fields[name], str) for name in _FIELDS):
        raise TypeError("not text")
    if [len(bytes.fromhex(key)) for key in (card.site, card.sign, card.seal)] != [16, 32, 32]:
        raise ValueError("keys do not have their length")
    if not card.name.strip() or len(card.name) > 40 or len(card.office_name) > 100:
        raise ValueError("no name")
    if not isinstance(steps, list) or len(steps) > MAX_FORMER:
        raise ValueError("not a list of steps")
    return replace(card, former=tuple(read_key_change(card.site, step) for step in steps))


def enrol(store: Store, path: Path, *, role: str, fingerprint: str = "", name: str = "") -> Card:
    """Accept a PC of this office (`peer`) or another office (`office`).

    A colleague's PC always needs its code, read out by voice. Another office's needs none if an
    office above it, enrolled here, has certified the card, or if the PC is known here and only
    brings newer keys that its known ones vouch for.
    """
    card = read_card(path)
    if fingerprint.strip() and not same_fingerprint(card.fingerprint, fingerprint):
        raise WrongFingerprint
    if role == "peer" and not fingerprint.strip() and card.site != store.site:
        raise FingerprintMissing
    check_role(store, card, role)
    if role == "peer":
        _enrol_colleague(store, card, name.strip())
    else:
        _enrol_other(store, card, name.strip(), compared=bool(fingerprint.strip()))
    return card


def card_to_enrol(store: Store, path: Path, *, role: str) -> Card:
    """The card, refused before anybody compares 25 digits for nothing."""
    card = read_card(path)
    check_role(store, card, role)
    return card


def check_role(store: Store, card: Card, role: str) -> None:
    """Whether a card is of a PC that can be a colleague's (`peer`) or another office's."""
    here = office(store).uid
    if card.site == store.site:
        raise OwnCard
    if role == "peer":
        if card.office and here and card.office != here:
            raise OtherOffice(card.office_name)
    elif not card.office:
        raise NoOffice
    elif card.office == here:
        raise SameOffice


def _enrol_colleague(store: Store, card: Card, name: str) -> None:
    enrol_site(
        store,
        Site(
            card.site, name or card.name, card.sign, card.seal, False, card.added_on,
            steps=card.former,
        ),
    )  # fmt: skip


def _enrol_other(store: Store, card: Card, name: str, *, compared: bool) -> None:
    if not compared and partner(store, card.site) is None:
        check_certificate(store, card.certificate, card.text, card.level)
    new = Partner(
        card.site, card.office, card.office_name, card.level, name or card.office_name, card.sign,
        card.seal, False, card.added_on, steps=card.former, card=card.text.decode("utf-8"),
    )  # fmt: skip
    enrol_partner(store, new, rename=compared or bool(name))


def is_card(path: Path) -> bool:
    """Whether a file says of itself that it is a card."""
    try:
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class CardView:
    """What a card says, and what this PC makes of it."""

    name: str
    office: str
    level: str
    fingerprint: str
    known: bool  # enrolled here, under this key or one that vouches for it
    stopped: bool
    steps: int  # how often its keys were changed, as far as the card tells
    certified_by: str  # who signed it, as named here; "" when nobody known did
    certificate: str  # what is wrong with the certificate, "" when it would do


def inspect_card(store: Store, path: Path) -> CardView:
    """Look at a card without believing or changing anything."""
    card = read_card(path)
    known = site(store, card.site) or partner(store, card.site)
    by = certifier_name(store, card.certificate) if card.certificate else ""
    try:
        check_certificate(store, card.certificate, card.text, card.level)
        wrong = ""
    except NeedsFingerprint as error:
        wrong = error.why
    return CardView(
        name=card.name, office=card.office_name, level=card.level, fingerprint=card.fingerprint,
        known=known is not None and way_to(known, card.former, card.sign, card.seal) is not None,
        stopped=known is not None and known.revoked, steps=len(card.former), certified_by=by,
        certificate=wrong,
    )  # fmt: skip
