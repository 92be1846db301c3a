"""A second reader and writer, made from docs/package-format.md alone, agrees with ours.

It uses age, gzip, json and hashes and nothing of the program but the keys of the PC.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.exchange.packages.certificates import certify
from desktop.exchange.packages.six_words import new_words, read_words
from desktop.models.profile import meta
from desktop.models.rotation import rotate
from tests.exchange.offices import an_office, knows
from tests.exchange.pcs import Pc, converge

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def canonical(value: Any, *, sort: bool = True) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=sort, separators=(",", ":")).encode()


def key_id(public: str) -> str:
    return hashlib.sha256(b"jinlin-key/1\n" + bytes.fromhex(public)).hexdigest()[:32]


def bech32(prefix: str, key: bytes) -> str:
    """BIP-173, written bit by bit."""
    bits = "".join(f"{byte:08b}" for byte in key)
    bits += "0" * (-len(bits) % 5)
    data = [int(bits[i : i + 5], 2) for i in range(0, len(bits), 5)]

    def polymod(values: list[int]) -> int:
        check = 1
        for value in values:
            top = check >> 25
            check = ((check & 0x1FFFFFF) << 5) ^ value
            for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
                check ^= g if (top >> i) & 1 else 0
        return check

    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    tail = polymod([*head, *data] + [0] * 6) ^ 1
    data += [(tail >> 5 * (5 - i)) & 31 for i in range(6)]
    return prefix + "1" + "".join(_LETTERS[d] for d in data)


def derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def sealed_with_words(plain: bytes, phrase: str) -> bytes:
    """An age file with a scrypt stanza, as age-encryption.org/v1 spells it; at most one chunk."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    salted = b"age-encryption.org/v1/scrypt" + salt
    wrapping = hashlib.scrypt(phrase.encode(), salt=salted, n=1 << 10, r=8, p=1, dklen=32)
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    head = b"age-encryption.org/v1\n-> scrypt %b 10\n%b\n---" % (
        base64.b64encode(salt).rstrip(b"="), base64.b64encode(wrapped).rstrip(b"="),
    )  # fmt: skip
    mac = hmac.digest(derived(file_key, b"", b"header"), head, "sha256")
    assert len(plain) <= 65536
    chunk = ChaCha20Poly1305(derived(file_key, nonce, b"payload")).encrypt(
        bytes(11) + b"\x01", plain, None
    )
    return head + b" " + base64.b64encode(mac).rstrip(b"=") + b"\n" + nonce + chunk


def read_package(
    path: Path, seal_secret: bytes, phrase: str = ""
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Header and inner lines of a package, every rule of the page asserted."""
    one, two, three, payload = path.read_bytes().split(b"\n", 3)
    assert one == b"JINLIN/1"
    header = json.loads(two)
    assert canonical(header) == two
    algorithm, signer, signature = three.split(b":")
    assert (algorithm, signer.decode()) == (b"ed25519", key_id(header["from"]["sign"]))
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(header["from"]["sign"])).verify(
        base64.b64decode(signature), b"jinlin-package/1\n" + one + b"\n" + two + b"\n"
    )
    assert len(payload) == header["payload_length"]
    assert hashlib.sha256(payload).hexdigest() == header["payload_sha256"]
    if phrase:
        assert (header["suite"], header["to"]) == ("ed25519+age-scrypt+gzip-jsonl", [])
        packed = pyrage.passphrase.decrypt(payload, phrase)
    else:
        assert header["suite"] == "ed25519+age-x25519+gzip-jsonl"
        identity = pyrage.x25519.Identity.from_str(bech32("age-secret-key-", seal_secret).upper())
        packed = pyrage.decrypt(payload, [identity])
    lines = gzip.decompress(packed).split(b"\n")
    assert lines.pop() == b""
    end = json.loads(lines[-1])
    before = b"".join(line + b"\n" for line in lines[:-1])
    assert end == {
        "type": "end", "lines": len(lines) - 1, "sha256": hashlib.sha256(before).hexdigest()
    }  # fmt: skip
    return header, [json.loads(line) for line in lines[:-1]]


def check_change(change: dict[str, Any], ops: list[dict[str, Any]]) -> None:
    """The hash of a change, from its lines."""
    leaves = b""
    for line in ops:
        salts, count = base64.b64decode(line["salts"]), len(line["ops"])
        if len(salts) < 16 * count:
            salts = hashlib.shake_128(b"jinlin-salts/1\n" + salts).digest(16 * count)
        for i, op in enumerate(line["ops"]):
            text = canonical(op, sort=False)
            leaves += (
                bytes.fromhex(op[1])
                if op[0] == "x"
                else hashlib.sha256(salts[16 * i : 16 * i + 16] + text).digest()
            )
    fields = [change[name] for name in ("site", "seq", "prev_hash", "lamport", "schema", "user",
                                        "wall", "kind", "reason", "ops")]  # fmt: skip
    fields.append(hashlib.sha256(leaves).hexdigest())
    assert hashlib.sha256(b"jinlin-change/1\n" + canonical(fields)).hexdigest() == change["hash"]


def seal_secret(pc: Pc) -> bytes:
    return bytes.fromhex(meta(pc.store, "seal_key"))


def test_an_independent_reader_understands_our_packages(first: Pc, second: Pc) -> None:
    converge(first, second)
    first.household("501", "王小明", "𠀀㛃")
    sent = first.export_to("2号机")
    header, (manifest, *lines) = read_package(sent.path, seal_secret(second))
    assert manifest["type"] == "manifest"
    assert [manifest[k] for k in ("package", "kind", "to")] == [
        header[k] for k in ("package", "kind", "to")
    ]
    assert manifest["site"] == header["from"]["site"]
    changes = [line for line in lines if line["type"] == "change"]
    assert set(manifest["tips"]) == set(manifest["vector"])
    assert manifest["branches"] == []
    last = {line["site"]: line["hash"] for line in changes}
    assert {site: manifest["tips"][site] for site in last} == last
    assert len(changes) == manifest["changes"] == sent.changes
    for change in changes:
        place = lines.index(change)
        count, ops = 0, []
        while count < change["ops"]:
            place += 1
            ops.append(lines[place])
            count += len(lines[place]["ops"])
        check_change(change, ops)
    names = [op[3]["name"] for line in lines if line["type"] == "ops" for op in line["ops"]
             if op[:2] == ["c", "residents"]]  # fmt: skip
    assert names == ["王小明", "𠀀㛃"]


def test_the_header_tells_nothing_about_people(first: Pc, second: Pc) -> None:
    # a door in words: three digits may stand in a random key by chance
    first.household("西厢房", "王小明")
    sent = first.export_to("2号机")
    header, _ = read_package(sent.path, seal_secret(second))
    text = json.dumps(header, ensure_ascii=False)
    assert not any(word in text for word in ("莲心", "林书记", "王小明", "2号机", "西厢房"))
    assert "王" not in sent.path.name


def test_an_independent_reader_opens_our_six_words(first: Pc) -> None:
    first.household("501", "王小明", "𠀀㛃")
    words = new_words()
    sent = first.hand_over(words)
    spelled = "-".join(word.pinyin for word in words.words)
    header, (manifest, *lines) = read_package(sent.path, b"", spelled)
    assert [header[k] for k in ("kind", "to", "stream", "stream_seq")] == ["full", [], "", 0]
    assert [manifest[k] for k in ("kind", "to", "base")] == ["full", [], {}]
    assert sum(line["type"] == "change" for line in lines) == manifest["changes"] == sent.changes


def write_package(
    sender: Pc, receiver: Pc, made: list[dict[str, Any]], known: int, phrase: str = ""
) -> bytes:
    """A package written by the second implementation: one change that creates these rows."""
    site, sign = sender.store.site, bytes.fromhex(meta(sender.store, "sign_key"))
    head = sender.store.rows(
        "SELECT hash, (SELECT max(lamport) FROM changes) FROM changes WHERE seq = ? AND site ="
        " (SELECT n FROM site_numbers WHERE site = ?)", (known, site)
    )[0]  # fmt: skip
    ops = [["c", "estates", f"{i:020x}", row] for i, row in enumerate(made)]
    salts = bytes(16 * len(ops))
    root = hashlib.sha256(
        b"".join(hashlib.sha256(bytes(16) + canonical(op, sort=False)).digest() for op in ops)
    ).hexdigest()
    fields = [site, known + 1, bytes(head[0]).hex(), head[1] + 1, 1, sender.store.user,
              "2026-06-15T10:00:00", "edit", "手工", len(ops)]  # fmt: skip
    names = ("site", "seq", "prev_hash", "lamport", "schema", "user", "wall", "kind", "reason",
             "ops")  # fmt: skip
    digest = hashlib.sha256(b"jinlin-change/1\n" + canonical([*fields, root])).hexdigest()
    change = dict(zip(names, fields, strict=True)) | {"type": "change", "hash": digest}
    seal = meta(receiver.store, "seal_public")
    common = {"package": "ab" * 16, "kind": "peer", "to": [key_id(seal)]}
    if phrase:
        common |= {"kind": "full", "to": []}
    office = sender.store.rows("SELECT uid, name, level FROM office")[0]
    manifest = common | {
        "type": "manifest", "fmt": 1, "site": site, "made": "2026-06-15T10:00:00", "changes": 1,
        "office": dict(zip(("uid", "name", "level"), office, strict=True)),
        "base": {site: known}, "vector": {site: known + 1}, "tips": {site: digest},
        "branches": [],
    }  # fmt: skip
    text = b"".join(
        line + b"\n"
        for line in (
            canonical(manifest),
            canonical(change),
            canonical(
                {"type": "ops", "salts": base64.b64encode(salts).decode(), "ops": ops}, sort=False
            ),
        )
    )
    end = {"type": "end", "lines": 3, "sha256": hashlib.sha256(text).hexdigest()}
    plain = gzip.compress(text + canonical(end) + b"\n")
    to = pyrage.x25519.Recipient.from_str(bech32("age", bytes.fromhex(seal)))
    payload = sealed_with_words(plain, phrase) if phrase else pyrage.encrypt(plain, [to])
    public = meta(sender.store, "sign_public")
    header = common | {
        "fmt": 1, "suite": f"ed25519+age-{'scrypt' if phrase else 'x25519'}+gzip-jsonl",
        "min_reader": 1, "stream": "",
        "stream_seq": 0, "payload_length": len(payload),
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "from": {"site": site, "sign": public, "seal": meta(sender.store, "seal_public")},
    }  # fmt: skip
    signed = b"JINLIN/1\n" + canonical(header) + b"\n"
    signature = Ed25519PrivateKey.from_private_bytes(sign).sign(b"jinlin-package/1\n" + signed)
    line = f"ed25519:{key_id(public)}:".encode() + base64.b64encode(signature) + b"\n"
    return signed + line + payload


@pytest.mark.parametrize(
    "phrase", ["", "pingguo-yueliang-taiyang-caomei-caoyuan-chabei"], ids=["key", "six words"]
)
def test_our_reader_understands_an_independent_writer(
    first: Pc, second: Pc, stick: Path, phrase: str
) -> None:
    converge(first, second)
    known = first.store.value(
        "SELECT max(c.seq) FROM changes c JOIN site_numbers s ON s.n = c.site WHERE s.site = ?",
        (first.store.site,),
    )
    path = stick / "other.jlpkg"
    estate = {"name": "外来小区", "kind": "other"}
    path.write_bytes(write_package(first, second, [estate], known, phrase))
    result = second.take(path, words=read_words("苹果月亮太阳草莓草原茶杯"))
    assert result.refused == []
    assert result.applied == 1
    assert second.shown("estates", f"{0:020x}", "name") == "外来小区"


def check_step(site: str, step: dict[str, Any]) -> None:
    """A step from one pair of keys to the next, from the page."""
    said = {**step, "site": site}
    signature = bytes.fromhex(said.pop("signature"))
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(step["former_sign"])).verify(
        signature, b"jinlin-rotation/1\n" + canonical(said)
    )


def test_an_independent_reader_follows_new_keys(first: Pc, second: Pc) -> None:
    converge(first, second)
    known = meta(first.store, "sign_public")
    for _ in range(2):
        rotate(first.store)
    header, _ = read_package(first.export_to("2号机").path, seal_secret(second))
    sender = header["from"]
    for step in sender["former"]:
        assert step["former_sign"] == known
        check_step(sender["site"], step)
        known = step["sign"]
    assert known == sender["sign"]
    converge(first, second)
    header, _ = read_package(first.export_to("2号机").path, seal_secret(second))
    assert "former" not in header["from"]


def test_an_independent_reader_checks_a_certified_card(
    first: Pc, tmp_path: Path, stick: Path
) -> None:
    street = an_office(tmp_path, stick, "湖滨街道")
    rotate(first.store)
    knows(street, first)
    certify(street.store, first.store.site, stick / "c.jlcard")
    one, two, three, four, rest = (stick / "c.jlcard").read_bytes().split(b"\n")
    assert (one, rest) == (b"JINLIN-CARD/1", b"")
    card = json.loads(two)
    assert canonical(card) == two
    check_step(card["site"], card["former"][0])
    own = three.removeprefix(b"ed25519:")
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(card["sign"])).verify(
        base64.b64decode(own), b"jinlin-card/1\n" + one + b"\n" + two + b"\n"
    )
    word, site, key, signature = four.split(b":")
    above = meta(street.store, "sign_public")
    assert (word, site.decode(), key.decode()) == (
        b"certificate", meta(street.store, "site"), key_id(above)
    )  # fmt: skip
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(above)).verify(
        base64.b64decode(signature),
        b"jinlin-certificate/1\n" + site + b"\n" + b"".join(x + b"\n" for x in (one, two, three)),
    )
    street.store.close()
