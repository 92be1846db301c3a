"""Wraps the key of an age file in six words or for a PC, and opens it again with the words.

An age file is a head that wraps the file's key, and a body under that key. pyrage reads and writes
both; but a head for words costs with it whatever this PC can do in a second (1 GiB of memory on a
fast one), and a slow PC refuses what a fast one made. So the head for words is made here at a fixed
cost, and the body stays pyrage's. The result is an ordinary age file: `age -d` opens it.
https://age-encryption.org/v1
"""

from __future__ import annotations

import base64
import hmac
import re
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from desktop import clock

WORK = 17  # 2^17 rounds: 128 MiB and less than a second on an old PC
MOST_WORK = 18  # 256 MiB; more is asked of nobody
LONGEST = 256  # bytes of a head for words
_VERSION = b"age-encryption.org/v1\n"
_WORDS_HEAD = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n"
    rb"([A-Za-z0-9+/]{43})\n---( [A-Za-z0-9+/]{43}\n)"
)
_KEY_HEAD = re.compile(
    rb"age-encryption\.org/v1\n(?s:.*?)-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n"
    rb"(?s:.*?)--- [A-Za-z0-9+/]{43}\n"
)
_NONCE = bytes(12)  # each wrapping key wraps one file key and nothing else


class NoWordsHead(ValueError):
    """The payload does not begin with the head of an age file sealed with words."""


class TooMuchWork(ValueError):
    """The head asks for more memory and time than any honest sender does."""


class OtherWords(ValueError):
    """The words are not those that the file was sealed with."""


class Writer(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


def key_by_words(start: bytes, phrase: str) -> tuple[bytes, int]:
    """The file key, and the length of the head, from the first bytes of a payload."""
    head = _WORDS_HEAD.match(start)
    if head is None:
        raise NoWordsHead
    work = int(head[2])
    if work > MOST_WORK:
        raise TooMuchWork
    wrapping = _wrapping_key(phrase, _bytes(head[1]), work)
    try:
        file_key = ChaCha20Poly1305(wrapping).decrypt(_NONCE, _bytes(head[3]), None)
    except InvalidTag as error:
        raise OtherWords from error
    if not hmac.compare_digest(_closed(start[: head.start(4)], file_key), head[0]):
        raise NoWordsHead
    return file_key, head.end()


def head_for_words(file_key: bytes, phrase: str) -> bytes:
    salt = clock.random_bytes(16)
    sealed = ChaCha20Poly1305(_wrapping_key(phrase, salt, WORK)).encrypt(_NONCE, file_key, None)
    stanza = b"-> scrypt %b %d\n%b\n---" % (_text(salt), WORK, _text(sealed))
    return _closed(_VERSION + stanza, file_key)


def head_for_key(file_key: bytes, seal: str) -> bytes:
    """A head that the owner of this X25519 public key (hex) opens."""
    receiver = bytes.fromhex(seal)
    once = X25519PrivateKey.from_private_bytes(clock.random_bytes(32))
    share = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(receiver))
    sealed = ChaCha20Poly1305(_x25519_key(shared, share, receiver)).encrypt(_NONCE, file_key, None)
    stanza = b"-> X25519 %b\n%b\n---" % (_text(share), _text(sealed))
    return _closed(_VERSION + stanza, file_key)


class ForWords:
    """Passes on what pyrage seals for `seal`, with a head for the words in place of its own."""

    def __init__(self, target: Writer, phrase: str) -> None:
        self._target = target
        self._phrase = phrase
        self._once = X25519PrivateKey.from_private_bytes(clock.random_bytes(32))
        self._held: bytes | None = b""
        self.seal = self._once.public_key().public_bytes_raw().hex()

    def write(self, data: bytes) -> int:
        if self._held is None:
            self._target.write(data)
            return len(data)
        self._held += data
        head = _KEY_HEAD.match(self._held)
        if head:
            self._target.write(head_for_words(self._file_key(head), self._phrase))
            self._target.write(self._held[head.end() :])
            self._held = None
        return len(data)

    def flush(self) -> None:
        self._target.flush()

    def _file_key(self, head: re.Match[bytes]) -> bytes:
        share, sealed = _bytes(head[1]), _bytes(head[2])
        shared = self._once.exchange(X25519PublicKey.from_public_bytes(share))
        wrapping = _x25519_key(shared, share, bytes.fromhex(self.seal))
        return ChaCha20Poly1305(wrapping).decrypt(_NONCE, sealed, None)


def _wrapping_key(phrase: str, salt: bytes, work: int) -> bytes:
    salted = b"age-encryption.org/v1/scrypt" + salt
    return Scrypt(salt=salted, length=32, n=2**work, r=8, p=1).derive(phrase.encode("ascii"))


def _x25519_key(shared: bytes, share: bytes, receiver: bytes) -> bytes:
    return _derived(shared, share + receiver, b"age-encryption.org/v1/X25519")


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def _closed(head: bytes, file_key: bytes) -> bytes:
    """The head up to its `---`, and the line's end that proves it whole."""
    mac = hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")
    return head + b" " + _text(mac) + b"\n"


def _text(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4))
