"""Tells which keys a PC signs with now, which ones before, and whether its own word bears that out.

A PC that takes new keys signs them with the keys it had; each such step is one row, on every PC of
the office. The keys a PC was enrolled with never change in its own row, so an old card that turns
up late can take nothing back: the steps always lead on to the newest keys.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desktop import clock
from desktop.errors import Refused
from desktop.models.changes import canonical
from desktop.models.draft import ChangeDraft
from desktop.models.store import Store

_DOMAIN = b"jinlin-rotation/1\n"
_KEY, _SIGNATURE, _UID = (re.compile(rf"[0-9a-f]{{{n}}}") for n in (64, 128, 20))
_MAX_NUMBER = 2**53


class OtherKeys(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”已登记过，但钥匙与这张名片不同，没有登记。请当面核对是谁的名片。"
        )


class OldCard(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"这是“{name}”换钥匙以前的旧名片，没有登记。请用它现在的名片，旧名片请作废。"
        )


class SiteStopped(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”已停用，它的名片和数据包都不再接受。")


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One step of a PC from its former pair of keys to the next; keys and signature are hex.

    `after` is the PC's last change under the former pair, `streams` the last number it had written
    to each office (by the office's uid).
    """

    site: str
    former_sign: str
    former_seal: str
    sign: str
    seal: str
    after: int
    streams: Mapping[str, int] = field(default_factory=dict)
    signature: str = ""

    def fields(self) -> dict[str, Any]:
        """How the step is written in cards and package headers, which name the PC themselves."""
        return {
            "after": self.after, "former_seal": self.former_seal, "former_sign": self.former_sign,
            "seal": self.seal, "sign": self.sign, "signature": self.signature,
            "streams": dict(sorted(self.streams.items())),
        }  # fmt: skip

    def message(self) -> bytes:
        """What the former key signs."""
        said = {**self.fields(), "site": self.site}
        del said["signature"]
        return _DOMAIN + canonical(dict(sorted(said.items())))

    def holds(self) -> bool:
        """Whether the former key has signed this step."""
        return is_signed(self.former_sign, bytes.fromhex(self.signature), self.message())


class Enrolled(Protocol):
    """What a colleague's PC and another office's have in common."""

    @property
    def name(self) -> str: ...
    @property
    def sign(self) -> str: ...
    @property
    def seal(self) -> str: ...
    @property
    def revoked(self) -> bool: ...
    @property
    def steps(self) -> tuple[KeyChange, ...]: ...


def is_signed(sign: str, signature: bytes, message: bytes) -> bool:
    """Whether the owner of this Ed25519 public key (hex) signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sign)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fresh_keys() -> dict[str, str]:
    """A new pair of keys (hex), under the names by which a PC remembers its own."""
    seal = X25519PrivateKey.from_private_bytes(clock.random_bytes(32))
    sign = Ed25519PrivateKey.from_private_bytes(clock.random_bytes(32))
    return {
        "sign_key": sign.private_bytes_raw().hex(),
        "seal_key": seal.private_bytes_raw().hex(),
        "sign_public": sign.public_key().public_bytes_raw().hex(),
        "seal_public": seal.public_key().public_bytes_raw().hex(),
    }


def read_key_change(site: str, fields: Any) -> KeyChange:
    """A step as a card or header spells it; a ValueError if it is none or is not signed."""
    if not isinstance(fields, dict) or set(fields) != set(_SHAPES):
        raise ValueError("not a change of keys")
    if not all(fits(fields[name]) for name, fits in _SHAPES.items()):
        raise ValueError("not a change of keys")
    step = KeyChange(site=site, **fields)
    if not step.holds():
        raise ValueError("not signed by the former key")
    return step


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MAX_NUMBER


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def _is_signature(value: Any) -> bool:
    return isinstance(value, str) and _SIGNATURE.fullmatch(value) is not None


def _is_streams(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _UID.fullmatch(office) and _is_number(last) for office, last in value.items()
    )


_SHAPES = {
    "after": _is_number, "former_seal": _is_key, "former_sign": _is_key, "seal": _is_key,
    "sign": _is_key, "signature": _is_signature, "streams": _is_streams,
}  # fmt: skip


def add_key_change(change: ChangeDraft, step: KeyChange) -> None:
    """Write a step down; two PCs that hear of it from two sides write the same row."""
    change.create(
        "key_changes",
        uid=hashlib.sha256(step.message() + step.signature.encode()).hexdigest()[:20],
        **{**step.fields(), "streams": canonical(step.fields()["streams"]).decode()},
        site=step.site,
    )


def key_changes(store: Store) -> dict[str, list[KeyChange]]:
    """The steps of every PC that its own former keys have signed.

    Of a colleague's PC only what it wrote itself, at the place in its log that it names: a copied
    disk that took new keys took them for itself. Of another office's the first to arrive here comes
    first: whoever steals a key that was left behind can sign a second step from it, to a colleague
    who has not heard of the true one, but cannot make this PC take back what it has heard.
    """
    found: dict[str, list[KeyChange]] = {}
    for site, former_sign, former_seal, sign, seal, after, streams, signature in store.rows(
        "SELECT k.site, k.former_sign, k.former_seal, k.sign, k.seal, k.after, k.streams,"
        " k.signature FROM live_key_changes k JOIN changes c ON c.id = k.born"
        " JOIN site_numbers n ON n.n = c.site"
        " WHERE (n.site = k.site AND c.seq = k.after + 1)"
        " OR NOT EXISTS (SELECT 1 FROM sites s WHERE s.uid = k.site)"
        " ORDER BY k.born"
    ):
        step = KeyChange(
            site, former_sign, former_seal, sign, seal, after, json.loads(streams), signature
        )
        if step.holds():
            found.setdefault(step.site, []).append(step)
    return found


@dataclass(frozen=True, slots=True)
class Keys:
    """The pair a PC uses now, and the steps that led to it, oldest first."""

    sign: str
    seal: str
    steps: tuple[KeyChange, ...]


def keys_now(steps: Sequence[KeyChange], sign: str, seal: str) -> Keys:
    """Follow a PC's steps from the keys it was enrolled with; the first of a pair counts."""
    onward: dict[tuple[str, str], KeyChange] = {}
    back: dict[tuple[str, str], KeyChange] = {}
    for step in steps:
        onward.setdefault((step.former_sign, step.former_seal), step)
        back.setdefault((step.sign, step.seal), step)
    now = (sign, seal)
    seen = {now}
    while (next_ := onward.get(now)) and (next_.sign, next_.seal) not in seen:
        now = (next_.sign, next_.seal)
        seen.add(now)
    way: list[KeyChange] = []
    before = now
    while (last := back.get(before)) and last not in way:
        way.insert(0, last)
        before = (last.former_sign, last.former_seal)
    return Keys(*now, tuple(way))


def way_to(
    known: Enrolled, steps: Iterable[KeyChange], sign: str, seal: str
) -> tuple[KeyChange, ...] | None:
    """The steps by which the known keys vouch for these; None when they do not."""
    now = (known.sign, known.seal)
    way: list[KeyChange] = []
    for step in steps:
        if now != (sign, seal) and (step.former_sign, step.former_seal) == now:
            way.append(step)
            now = (step.sign, step.seal)
    return tuple(way) if now == (sign, seal) else None


def former(known: Enrolled, sign: str, seal: str) -> KeyChange | None:
    """The step by which a PC left this pair of keys behind."""
    for step in known.steps:
        if (step.former_sign, step.former_seal) == (sign, seal):
            return step
    return None


def check_card(
    known: Enrolled, sign: str, seal: str, steps: Iterable[KeyChange]
) -> tuple[KeyChange, ...]:
    """What a known PC's card adds to its keys: nothing, or the steps its known key vouches for."""
    if former(known, sign, seal):
        raise OldCard(known.name)
    way = way_to(known, steps, sign, seal)
    if way is None:
        raise OtherKeys(known.name)
    if known.revoked:
        raise SiteStopped(known.name)
    return way
