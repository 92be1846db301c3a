"""Writes and strictly reads the outside of a package file (docs/package-format.md).

Three lines and a sealed payload. The header holds keys and numbers, never names of people. Each
step of reading can only refuse, in the order of the page, and nothing is believed before the
signature of an enrolled signer has been checked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import shutil
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any, BinaryIO

import pyrage

from desktop.errors import Refused, UserError
from desktop.exchange.packages import age_head, strict_json
from desktop.exchange.packages.age_head import ForWords
from desktop.exchange.packages.keys import OwnKeys, key_id, recipient
from desktop.files import whole_file
from desktop.models.key_changes import KeyChange, is_signed, read_key_change
from desktop.progress import Progress, no_progress

MAGIC = b"JINLIN/1\n"
FMT = 1
READER = 1  # what this program can read; a package that needs more says so in min_reader
SUITE = "ed25519+age-x25519+gzip-jsonl"
WORDS_SUITE = "ed25519+age-scrypt+gzip-jsonl"  # sealed with six words, for a one-off hand-over
PEER_KINDS = ("peer", "full", "ack")  # between the PCs of one office
STREAMS = ("report", "notice")  # for other offices: numbered, never written a second time
KINDS = (*PEER_KINDS, *STREAMS, "card")
MAX_HEADER = 64 * 1024
MAX_FORMER = 50  # steps of keys that a header or card tells
MAX_FILE = 2 * 1024**3
_MAX_SIGNATURE_LINE = 256
_DOMAIN = b"jinlin-package/1\n"
_BLOCK = 1024 * 1024
_HEX32, _HEX64 = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")


class NotAPackage(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”不是近邻数据包，没有导入。请选扩展名为 jlpkg 的文件。")


class PackageTooLarge(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”大得不合常理，没有导入。请让对方重新导出。")


class PackageTooNew(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”由更新版本的近邻写成，没有导入。请先升级本机的近邻。")


class PackageDamaged(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”已损坏或不完整，没有导入。请让对方重新导出，并等“可以拔出U盘”再拔。"
        )


class BadHeader(UserError):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"“{name}”的文件头不合规格（{why}），没有导入。请让对方重新导出。")


class BadSignature(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”的签名不对，文件被改动过或已损坏，没有导入。请让对方重新导出。")


class NotForMe(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”不是写给这台机的，打不开，也没有导入。请让对方选对接收的机器。")


class WordsNeeded(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”是用六个词加密的，没有导入。请问交出的人六个词，导入时一并给出。"
        )


class WrongWords(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"六个词不对，打不开“{name}”，没有导入。请与交出的人逐个核对六个词。")


class WordsTooCostly(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”要花的内存和时间大得不合常理，没有打开，也没有导入。请让对方重新导出。"
        )


@dataclass(frozen=True, slots=True)
class Sender:
    """The PC a package says it comes from: site number and its two public keys, in hex.

    `former` holds the steps to these keys that its receiver may not have heard of, oldest first.
    """

    site: str
    sign: str
    seal: str
    former: tuple[KeyChange, ...] = ()

    def fields(self) -> dict[str, Any]:
        told = {"site": self.site, "sign": self.sign, "seal": self.seal}
        former = {"former": [step.fields() for step in self.former]} if self.former else {}
        return told | former


@dataclass(frozen=True, slots=True)
class Header:
    """Line 2 of a package; `to` lists the key ids of the receivers."""

    fmt: int
    suite: str
    kind: str
    package: str
    sender: Sender
    to: tuple[str, ...]
    stream: str
    stream_seq: int
    min_reader: int
    payload_length: int
    payload_sha256: str

    @property
    def by_words(self) -> bool:
        """Whether six words open it, and no PC's key."""
        return self.suite == WORDS_SUITE

    def line(self) -> bytes:
        fields = asdict(replace(self, sender=Sender("", "", "")))
        del fields["sender"]
        return strict_json.sorted_line(fields | {"from": self.sender.fields()})


@dataclass(frozen=True, slots=True)
class Outer:
    """The outside of a package file: what it claims, and where the sealed payload starts."""

    header: Header
    signed: bytes  # lines 1 and 2
    signature: bytes
    signer_id: str
    payload_at: int


def read_outer(path: Path, name: str = "") -> Outer:
    """The first five steps of reading: size, magic, header length, strict JSON, version."""
    name = name or path.name
    if path.exists() and not path.is_file():
        raise NotAPackage(name)  # a pipe would never end
    with open(path, "rb") as file:
        if path.stat().st_size > MAX_FILE:
            raise PackageTooLarge(name)
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            version = magic.removeprefix(b"JINLIN/").rstrip(b"\n")
            newer = magic.startswith(b"JINLIN/") and version.isdigit() and version != b"1"
            raise PackageTooNew(name) if newer else NotAPackage(name)
        line = file.readline(MAX_HEADER + 1)
        if not line.endswith(b"\n"):
            raise BadHeader(name, "太长或不完整")
        header = _header(line[:-1], name)
        signature_line = file.readline(_MAX_SIGNATURE_LINE)
        signer_id, signature = _signature(signature_line, name)
        return Outer(header, magic + line, signature, signer_id, file.tell())


def _header(line: bytes, name: str) -> Header:
    try:
        fields = strict_json.parse(line, sort_keys=True)
    except ValueError as error:
        raise BadHeader(name, "不是规定的写法") from error
    if not isinstance(fields, dict):
        raise BadHeader(name, "不是规定的写法")
    if type(fields.get("fmt")) is not int or type(fields.get("min_reader")) is not int:
        raise BadHeader(name, "缺少版本号")
    if fields["fmt"] > FMT or fields["min_reader"] > READER:
        raise PackageTooNew(name)
    try:
        sender = _sender(fields.pop("from"))
        header = Header(sender=sender, to=tuple(fields.pop("to")), **fields)
    except (KeyError, TypeError) as error:
        raise BadHeader(name, "字段不对") from error
    except ValueError as error:
        raise BadHeader(name, "换钥匙的记录不对") from error
    if isinstance(header.suite, str) and header.suite not in (SUITE, WORDS_SUITE):
        raise PackageTooNew(name)
    if not _is_sound(header):
        raise BadHeader(name, "字段的值不对")
    return header


def _sender(fields: Any) -> Sender:
    if not isinstance(fields, dict):
        raise TypeError("no sender")
    former = fields.pop("former", None)
    if former is None:
        return Sender(**fields)
    if not isinstance(former, list) or not 1 <= len(former) <= MAX_FORMER:
        raise ValueError("not a list of steps")
    steps = tuple(read_key_change(fields["site"], step) for step in former)
    return Sender(**fields, former=steps)


def _is_sound(header: Header) -> bool:
    sender = header.sender
    return (
        header.fmt == FMT
        and header.kind in KINDS
        and _fits(_HEX32, header.package, sender.site, *header.to)
        and _fits(_HEX64, sender.sign, sender.seal, header.payload_sha256)
        and _is_addressed(header)
        and isinstance(header.stream, str)
        and type(header.stream_seq) is int
        and type(header.payload_length) is int
        and header.stream_seq >= 0
        and 0 < header.payload_length <= MAX_FILE
    )


def _is_addressed(header: Header) -> bool:
    """Keys of receivers; with six words nobody is named, and everything is inside."""
    if header.suite == WORDS_SUITE:
        return (header.to, header.kind, header.stream) == ((), "full", "")
    return header.suite == SUITE and 1 <= len(header.to) <= 1000


def _fits(pattern: re.Pattern[str], *values: Any) -> bool:
    return all(isinstance(value, str) and pattern.fullmatch(value) for value in values)


def _signature(line: bytes, name: str) -> tuple[str, bytes]:
    parts = line[:-1].split(b":")
    if not line.endswith(b"\n") or len(parts) != 3 or parts[0] != b"ed25519":
        raise BadHeader(name, "签名行不完整")
    try:
        signature = base64.b64decode(parts[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadHeader(name, "签名行不对") from error
    if len(signature) != 64 or base64.b64encode(signature) != parts[2]:
        raise BadHeader(name, "签名行不对")
    return parts[1].decode("ascii", "replace"), signature


def check_signature(outer: Outer, sign: str, name: str) -> None:
    """Step seven: the signature is that of this public key."""
    if outer.signer_id != key_id(sign) or outer.header.sender.sign != sign:
        raise BadSignature(name)
    if not is_signed(sign, outer.signature, _DOMAIN + outer.signed):
        raise BadSignature(name)


def check_payload(path: Path, outer: Outer, name: str, progress: Progress = no_progress) -> None:
    """Step eight: the payload has its length and hash, so a damaged file is called damaged."""
    length = path.stat().st_size - outer.payload_at
    if length != outer.header.payload_length:
        raise PackageDamaged(name)
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        file.seek(outer.payload_at)
        done = 0
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            progress(done, length, "核对数据包")
    if digest.hexdigest() != outer.header.payload_sha256:
        raise PackageDamaged(name)


class _Source:
    """Feeds age from an iterator of plain bytes and remembers what went wrong there."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = next(self._blocks)
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


class _Counted:
    """A file that counts and hashes what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.length = 0
        self.digest = hashlib.sha256()
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except OSError as error:
            self.error = error
            raise
        self.length += len(data)
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """age flushes at its end; the file is flushed when it is closed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A payload that has been encrypted to a file of its own."""

    length: int
    sha256: str


def seal(
    blocks: Iterator[bytes], target: BinaryIO, seals: Sequence[str], phrase: str = ""
) -> Sealed:
    """Encrypt plain bytes to these X25519 public keys, or else with words; memory stays bounded."""
    source, sink = _Source(blocks), _Counted(target)
    writer = ForWords(sink, phrase) if phrase else sink
    receivers = [writer.seal] if isinstance(writer, ForWords) else seals
    try:
        pyrage.encrypt_io(source, writer, [recipient(each) for each in receivers])
    except (pyrage.EncryptError, OSError) as error:
        cause = source.error or sink.error
        if cause is not None:
            raise cause from error
        raise
    return Sealed(sink.length, sink.digest.hexdigest())


def open_with_words(copy: Path, outer: Outer, phrase: str, own_seal: str, name: str) -> None:
    """Turn a checked private copy into one that this PC's own key opens.

    The words are not kept, so a package that has to wait in the inbox needs them no second time.
    """
    beside = copy.with_suffix(".opened")
    try:
        with open(copy, "rb") as file, whole_file(beside, private=True) as writing:
            lines = file.read(outer.payload_at)
            file_key, length = age_head.key_by_words(file.read(age_head.LONGEST), phrase)
            writing.write(lines + age_head.head_for_key(file_key, own_seal))
            file.seek(outer.payload_at + length)
            shutil.copyfileobj(file, writing, _BLOCK)
    except age_head.OtherWords as error:
        raise WrongWords(name) from error
    except age_head.TooMuchWork as error:
        raise WordsTooCostly(name) from error
    except age_head.NoWordsHead as error:
        raise PackageDamaged(name) from error
    os.replace(beside, copy)


def sign_header(header: Header, keys: OwnKeys) -> bytes:
    """Lines 1 to 3 of a package file."""
    signed = MAGIC + header.line() + b"\n"
    signature = base64.b64encode(keys.signer.sign(_DOMAIN + signed))
    return signed + b"ed25519:" + key_id(header.sender.sign).encode() + b":" + signature + b"\n"


class _Abandoned(Exception):
    """The reader went away; the decrypting thread ends."""


class _Pipe:
    """Where the decrypting thread puts plain bytes; bounded, so that memory is."""

    def __init__(self) -> None:
        self.blocks: Queue[bytes | BaseException | None] = Queue(maxsize=16)
        self.abandoned = False

    def write(self, data: bytes) -> int:
        self.put(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def put(self, item: bytes | BaseException | None) -> None:
        while not self.abandoned:
            try:
                self.blocks.put(item, timeout=0.2)
            except Full:
                continue
            return
        raise _Abandoned

    def abandon(self, thread: threading.Thread) -> None:
        self.abandoned = True
        try:
            while True:
                self.blocks.get_nowait()
        except Empty:
            thread.join()


def unseal(path: Path, outer: Outer, keys: OwnKeys, name: str) -> Generator[bytes, None, None]:
    """Decrypt a checked package piece by piece; the plain bytes only ever exist in memory.

    age pushes and our reader pulls, so the decryption runs in a thread of its own.
    """
    pipe = _Pipe()

    def work() -> None:
        try:
            with open(path, "rb") as file:
                file.seek(outer.payload_at)
                pyrage.decrypt_io(file, pipe, list(keys.identities))
            pipe.put(None)
        except _Abandoned:
            return
        except BaseException as error:
            try:
                pipe.put(error)
            except _Abandoned:
                return

    thread = threading.Thread(target=work, name="jinlin-unseal", daemon=True)
    thread.start()
    try:
        while (item := pipe.blocks.get()) is not None:
            if isinstance(item, pyrage.DecryptError):
                # the words have opened the head, so only the body can be wrong
                raise (PackageDamaged if outer.header.by_words else NotForMe)(name) from item
            if isinstance(item, OSError):
                raise PackageDamaged(name) from item
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        pipe.abandon(thread)
