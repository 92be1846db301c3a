"""Turns this PC's keys into what packages need: signatures, age keys, and codes to read aloud."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desktop.errors import UserError
from desktop.models.profile import meta
from desktop.models.rotation import former_secrets
from desktop.models.store import Store

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class BadKey(UserError):
    def __init__(self) -> None:
        super().__init__("名片里的钥匙不成形，没有使用。请让对方重新导出名片。")


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """This PC's secret keys, ready to sign and to open what was sealed to it.

    `opens` names (by key id) the keys that can be sealed to; a former one stays while somebody may
    not have heard of the next.
    """

    signer: Ed25519PrivateKey
    identities: tuple[pyrage.x25519.Identity, ...]
    opens: frozenset[str]


def own_keys(store: Store) -> OwnKeys:
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(meta(store, "sign_key")))
    secrets = [bytes.fromhex(each) for each in (meta(store, "seal_key"), *former_secrets(store))]
    return OwnKeys(
        signer,
        tuple(
            pyrage.x25519.Identity.from_str(bech32("age-secret-key-", each).upper())
            for each in secrets
        ),
        frozenset(key_id(_public(each)) for each in secrets),
    )


def _public(secret: bytes) -> str:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()


def recipient(seal: str) -> pyrage.x25519.Recipient:
    """An age receiver from an X25519 public key in hex."""
    try:
        return pyrage.x25519.Recipient.from_str(bech32("age", bytes.fromhex(seal)))
    except (ValueError, pyrage.RecipientError) as error:
        raise BadKey from error


def key_id(public: str) -> str:
    """The short name of a public key (hex): the first 16 bytes of its SHA-256."""
    return hashlib.sha256(b"jinlin-key/1\n" + bytes.fromhex(public)).hexdigest()[:32]


def fingerprint(site: str, sign: str, seal: str) -> str:
    """25 digits in groups of five (83 bits) that two people compare by voice."""
    text = f"jinlin-fingerprint/1\n{site}\n{sign}\n{seal}\n".encode("ascii")
    digits = f"{int.from_bytes(hashlib.sha256(text).digest(), 'big') % 10**25:025d}"
    return " ".join(digits[i : i + 5] for i in range(0, 25, 5))


def same_fingerprint(first: str, second: str) -> bool:
    """Compares digits only; spaces, dashes and full-width digits do not matter."""
    return _digits(first) == _digits(second) != ""


def _digits(text: str) -> str:
    return "".join(str(int(c)) for c in text if c.isdecimal())


def bech32(prefix: str, data: bytes) -> str:
    """BIP-173 text without its length limit, as the age format spells keys."""
    bits = int.from_bytes(data, "big")
    width = len(data) * 8
    pad = -width % 5
    bits <<= pad
    words = [(bits >> shift) & 31 for shift in range(width + pad - 5, -1, -5)]
    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*head, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [(check >> 5 * (5 - i)) & 31 for i in range(6)]
    return prefix + "1" + "".join(_BECH32[word] for word in words)


def _polymod(words: list[int]) -> int:
    check = 1
    for word in words:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ word
        for i, generator in enumerate(_GENERATORS):
            if top >> i & 1:
                check ^= generator
    return check
