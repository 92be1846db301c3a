"""Other offices' PCs, their cards, and a thief with somebody's old keys, as tests speak of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.exchange.packages.cards import Card, enrol, write_card
from desktop.exchange.packages.format import Header, Sender, sign_header
from desktop.exchange.packages.keys import OwnKeys
from desktop.models.profile import create_profile, meta
from desktop.models.sites import own_site
from tests.conftest import PASSPHRASE
from tests.exchange.pcs import Pc, parts

LEVELS = {"社区": "community", "街道": "subdistrict", "区": "district"}


def an_office(folder: Path, stick: Path, name: str) -> Pc:
    """The first PC of an office; the end of its name tells the level."""
    level = next(level for end, level in LEVELS.items() if name.endswith(end))
    store = create_profile(
        folder / name, passphrase=PASSPHRASE, office=name, level=level, user="赵主任"
    )
    return Pc(store, stick)


def card_of(pc: Pc, file: str = "") -> Path:
    """This PC's card on the stick."""
    path = pc.stick / (file or f"{pc.store.site[:8]}.jlcard")
    write_card(pc.store, path)
    return path


def knows(here: Pc, there: Pc) -> Card:
    """One office enrols another after comparing the code by voice."""
    return enrol(here.store, card_of(there), role="office", fingerprint=there.fingerprint)


class Thief:
    """Has copied a PC's keys as they are now, and what is publicly known of how it got them."""

    def __init__(self, pc: Pc) -> None:
        here = own_site(pc.store)
        self.sender = Sender(here.uid, here.sign, here.seal, here.steps)
        secret = bytes.fromhex(meta(pc.store, "sign_key"))
        self.keys = OwnKeys(Ed25519PrivateKey.from_private_bytes(secret), (), frozenset())

    def signs(self, path: Path, change: Callable[[dict[str, Any]], None] | None = None) -> Path:
        """Rewrite a package's outside as if the robbed PC had written it with these keys."""
        outer, payload = parts(path)
        fields = {name: getattr(outer.header, name) for name in Header.__slots__}
        fields["sender"] = self.sender
        if change:
            change(fields)
        stolen = path.with_name(f"stolen-{path.name}")
        stolen.write_bytes(sign_header(Header(**fields), self.keys) + payload)
        return stolen
