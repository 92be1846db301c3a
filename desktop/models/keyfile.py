"""Keeps the database key safe at rest: wrapped by a passphrase, with a printed second way in.

The random 32-byte key opens the database; the keyfile holds it once per local user, sealed with
ChaCha20-Poly1305 under Argon2id (RFC 9106) of the passphrase. The recovery key is the same 32
bytes as 13 groups of four Crockford base32 symbols, each with a check symbol of its own.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from desktop import clock
from desktop.errors import UserError
from desktop.files import whole_file
from desktop.models import hand_code

KEYFILE = "key.json"
FORMAT = "jinlin-key/1"
KEY_BYTES = 32
LEAST_MEMORY_KIB = 8 * 1024  # a keyfile that asks for less was tampered with


class WrongPassphrase(UserError):
    def __init__(self) -> None:
        super().__init__("口令不对。请检查大小写和输入法后再试；忘记口令可用恢复单打开。")


class KeyfileDamaged(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"钥匙文件“{path.name}”已损坏。请用恢复单打开，或从备份恢复。")


class BadRecoveryKey(UserError):
    def __init__(self, why: str) -> None:
        super().__init__(f"恢复码不对：{why}。请对照恢复单重新输入。")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one passphrase trial costs: memory in KiB, passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int = 1


def calibrate() -> Cost:
    """Choose a cost of about half a second on this PC (never less than 64 MiB, 3 passes)."""
    memory, passes = 64 * 1024, 3
    started = time.perf_counter()
    _stretch("calibration", bytes(16), Cost(memory, passes))
    spent = time.perf_counter() - started
    return Cost(memory, max(3, min(24, round(passes * 0.5 / max(spent, 0.01)))))


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    kdf = Argon2id(
        salt=salt,
        length=32,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive(passphrase.encode("utf-8"))


def write(path: Path, key: bytes, passphrase: str) -> None:
    """Seal the key under the passphrase; the old file stays until the new one is whole."""
    cost = calibrate()
    salt, nonce = clock.random_bytes(16), clock.random_bytes(12)
    box = ChaCha20Poly1305(_stretch(passphrase, salt, cost)).encrypt(nonce, key, FORMAT.encode())
    body = {
        "fmt": FORMAT,
        "kdf": "argon2id",
        "memory_kib": cost.memory_kib,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "box": box.hex(),
    }
    with whole_file(path, private=True) as file:
        file.write(json.dumps(body).encode("ascii"))


def read(path: Path, passphrase: str) -> bytes:
    """The database key; `WrongPassphrase` or `KeyfileDamaged` otherwise."""
    try:
        body = json.loads(path.read_text("ascii"))
        if body["fmt"] != FORMAT:
            raise KeyfileDamaged(path)
        cost = Cost(int(body["memory_kib"]), int(body["passes"]), int(body["lanes"]))
        if not (
            LEAST_MEMORY_KIB <= cost.memory_kib <= 2**21
            and 1 <= cost.passes <= 100
            and 1 <= cost.lanes <= 16
        ):
            raise KeyfileDamaged(path)
        salt, nonce, box = (bytes.fromhex(body[name]) for name in ("salt", "nonce", "box"))
        if (len(salt), len(nonce)) != (16, 12):
            raise KeyfileDamaged(path)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise KeyfileDamaged(path) from error
    try:
        return ChaCha20Poly1305(_stretch(passphrase, salt, cost)).decrypt(
            nonce, box, FORMAT.encode()
        )
    except InvalidTag as error:
        raise WrongPassphrase from error


def copy(source: Path, target: Path) -> None:
    """Put the same keyfile beside a copy of the database."""
    with whole_file(target, private=True) as file:
        file.write(source.read_bytes())


def recovery_text(key: bytes) -> str:
    """The key for paper: 13 groups of five symbols, the fifth checks its group and its place."""
    symbols = hand_code.digits(int.from_bytes(key, "big"), 52)
    groups = [symbols[i : i + 4] for i in range(0, 52, 4)]
    return "-".join(g + hand_code.check_symbol(g, place) for place, g in enumerate(groups))


def key_from_recovery(text: str) -> bytes:
    """Back from paper; `BadRecoveryKey` names the group that was mistyped."""
    plain = hand_code.plain(text)
    if len(plain) != 65:
        raise BadRecoveryKey(f"应有65个字符，现有{len(plain)}个")
    symbols = ""
    for place in range(13):
        group, check = plain[place * 5 : place * 5 + 4], plain[place * 5 + 4]
        if not hand_code.is_code(group) or hand_code.check_symbol(group, place) != check:
            raise BadRecoveryKey(f"第{place + 1}组有误")
        symbols += group
    number = hand_code.number(symbols)
    if number >= 1 << 256:
        raise BadRecoveryKey("第1组有误")
    return number.to_bytes(KEY_BYTES, "big")
