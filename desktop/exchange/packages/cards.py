"""Introduces one PC to another: a signed card file and a code that people compare by voice.

A card holds public keys and names of offices and PCs, nothing secret and no resident. Nobody is
trusted on first sight: enrolling asks for the 25 digits the colleague reads out.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import Refused, UserError
from desktop.exchange.packages import strict_json
from desktop.exchange.packages.keys import (
    fingerprint,
    is_signed,
    own_keys,
    recipient,
    same_fingerprint,
)
from desktop.files import FileUnreadable, whole_file
from desktop.models.partners import Partner, enrol_partner
from desktop.models.profile import office
from desktop.models.sites import Site, enrol_site, own_site
from desktop.models.store import Store

MAGIC = b"JINLIN-CARD/1\n"
_DOMAIN = b"jinlin-card/1\n"
_MAX_CARD = 8 * 1024


class NotACard(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path.name}”不是近邻名片或已损坏，没有登记。请让对方重新导出名片。")


class WrongFingerprint(Refused):
    def __init__(self) -> None:
        super().__init__(
            "指纹码对不上，没有登记。请打电话逐组核对25位数字；仍不同就不要使用这张名片。"
        )


class OtherOffice(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"这是“{name}”的名片，不是本单位的机器，没有登记。请改为登记成外单位。")


class SameOffice(Refused):
    def __init__(self) -> None:
        super().__init__("这是本单位一台机的名片，没有登记。请改为登记成本单位的机器。")


class NoOffice(UserError):
    def __init__(self) -> None:
        super().__init__("这张名片的机器还没有加入任何单位，没有登记。请等它加入单位后重新写名片。")


class OwnCard(UserError):
    def __init__(self) -> None:
        super().__init__("这是本机自己的名片，不用登记。请选另一台机的名片。")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; `office` is empty on the card of a PC that has not joined yet."""

    site: str
    name: str
    sign: str
    seal: str
    added_on: str
    office: str
    office_name: str
    level: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.site, self.sign, self.seal)


def own_card(store: Store) -> Card:
    here, there = own_site(store), office(store)
    return Card(
        here.uid, here.name, here.sign, here.seal, here.added_on, there.uid, there.name, there.level
    )


def own_fingerprint(store: Store) -> str:
    """This PC's code, as the colleague should read it."""
    return own_card(store).fingerprint


def write_card(store: Store, target: Path) -> Card:
    """Write this PC's card to a file, signed by itself."""
    with whole_file(target) as file:
        file.write(card_text(store))
    return own_card(store)


def card_text(store: Store) -> bytes:
    """What stands in this PC's card file, and in its QR code."""
    card = own_card(store)
    fields = {name: getattr(card, name) for name in Card.__slots__}
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
    if len(text) > _MAX_CARD or len(lines) != 4 or lines[3] or lines[0] + b"\n" != MAGIC:
        raise NotACard(path)
    try:
        card = _card(strict_json.parse(lines[1], sort_keys=True))
        signature = base64.b64decode(lines[2].removeprefix(b"ed25519:"), validate=True)
        recipient(card.seal)
    except (ValueError, KeyError, TypeError, UserError) as error:
        raise NotACard(path) from error
    if not is_signed(card.sign, signature, _DOMAIN + MAGIC + lines[1] + b"\n"):
        raise NotACard(path)
    return card


def _card(fields: Any) -> Card:
    card = Card(**fields)
    if not all(isinstance(getattr(card, name), str) for name in Card.__slots__):
        raise TypeError("not text")
    if [len(bytes.fromhex(key)) for key in (card.site, card.sign, card.seal)] != [16, 32, 32]:
        raise ValueError("keys do not have their length")
    if not card.name.strip() or len(card.name) > 40 or len(card.office_name) > 100:
        raise ValueError("no name")
    return card


def enrol(store: Store, path: Path, *, role: str, fingerprint: str, name: str = "") -> Card:
    """Accept a PC of this office (`peer`) or another office after comparing its code."""
    card = read_card(path)
    if not same_fingerprint(card.fingerprint, fingerprint):
        raise WrongFingerprint
    if card.site == store.site:
        raise OwnCard
    here = office(store)
    if role == "peer":
        if card.office and here.uid and card.office != here.uid:
            raise OtherOffice(card.office_name)
        added = Site(
            card.site, name.strip() or card.name, card.sign, card.seal, False, card.added_on
        )
        enrol_site(store, added)
        return card
    if not card.office:
        raise NoOffice
    if card.office == here.uid:
        raise SameOffice
    known_as = name.strip() or card.office_name
    enrol_partner(
        store,
        Partner(
            card.site, card.office, card.office_name, card.level, known_as, card.sign, card.seal,
            False, card.added_on,
        ),
    )  # fmt: skip
    return card
