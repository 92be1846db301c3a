"""Every way a package can be wrong is refused with its sentence, and nothing is written."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop import clock
from desktop.exchange.packages import format as fmt
from desktop.exchange.packages import payload as inside
from desktop.exchange.packages import strict_json
from desktop.exchange.packages.cards import (
    FingerprintMissing,
    NotACard,
    OwnCard,
    WrongFingerprint,
    enrol,
    read_card,
    write_card,
)
from desktop.exchange.packages.export import KindNotOffered, NotJoined, NotToMyself
from desktop.exchange.packages.inbox import ImportResult
from desktop.exchange.packages.keys import own_keys
from desktop.exchange.packages.payload import change_lines, gzipped, lines_of
from desktop.models import exchange_log, package_log
from desktop.models.sites import own_site, revoke_site
from tests.exchange.pcs import (
    Pc,
    carry,
    converge,
    forged_inside,
    parts,
    raw_header,
    resigned,
)


@pytest.fixture
def sent(first: Pc, second: Pc) -> Path:
    """A good package for the second PC that it has not seen."""
    converge(first, second)
    first.household("501", "王小明")
    return first.export_to("2号机", "p.jlpkg").path


class Untouched:
    """What must be as before on the receiving PC after a refusal."""

    def __init__(self, pc: Pc) -> None:
        self.pc = pc
        self.before = self._state()

    def _state(self) -> tuple[object, ...]:
        store = self.pc.store
        return (
            self.pc.dump(),
            exchange_log.vector(store),
            package_log.inbox(store),
            self.pc.kept_files(),
        )

    def after(self, result: ImportResult, *words: str, status: int | None = None) -> None:
        assert result.applied == 0
        (refused,) = result.refused
        assert any(word in refused.why for word in words), refused.why
        assert status is None or refused.status == status
        assert self._state() == self.before


def test_every_flipped_byte_is_refused(second: Pc, sent: Path) -> None:
    good = sent.read_bytes()
    calm = Untouched(second)
    outer, _ = parts(sent)
    # each byte of the three lines, and a scatter of the payload (its hash covers every one)
    places = [*range(outer.payload_at), *range(outer.payload_at, len(good), 97), len(good) - 1]
    for place in places:
        broken = bytearray(good)
        broken[place] ^= 1
        sent.write_bytes(broken)
        calm.after(
            second.preview(sent), "不是近邻", "更新版本", "文件头", "没有登记过", "签名", "损坏"
        )


def test_every_truncation_is_refused(second: Pc, sent: Path) -> None:
    good = sent.read_bytes()
    calm = Untouched(second)
    for length in [*range(0, min(len(good), 4096), 7), len(good) - 1]:
        sent.write_bytes(good[:length])
        calm.after(second.preview(sent), "不是近邻", "文件头", "损坏")


def test_a_damaged_payload_is_called_damaged(second: Pc, sent: Path) -> None:
    calm = Untouched(second)
    sent.write_bytes(sent.read_bytes()[:-1])
    calm.after(second.take(sent), "已损坏或不完整", status=3)


def test_appended_and_spliced_bytes_are_refused(first: Pc, second: Pc, sent: Path) -> None:
    calm = Untouched(second)
    good = sent.read_bytes()
    sent.write_bytes(good + b"x")
    calm.after(second.take(sent), "已损坏")
    first.household("502", "李红")
    other = first.export_to("2号机", "q.jlpkg").path
    outer, _ = parts(sent.parent / "q.jlpkg")
    sent.write_bytes(good)
    _, payload = parts(sent)
    other.write_bytes(other.read_bytes()[: outer.payload_at] + payload)
    calm.after(second.take(other), "已损坏")


def test_a_changed_header_is_an_altered_file(second: Pc, sent: Path) -> None:
    calm = Untouched(second)
    sent.write_bytes(raw_header(sent, lambda h: h.replace('"kind":"peer"', '"kind":"full"')))
    calm.after(second.take(sent), "签名不对", status=4)


@pytest.mark.parametrize(
    "edit",
    [
        lambda h: h.replace('"fmt":1', '"fmt":1,"fmt":1'),
        lambda h: h.replace('"fmt":1', '"fmt":NaN'),
        lambda h: h.replace('"fmt":1', '"fmt":1.0'),
        lambda h: h.replace('"fmt":1', '"fmt":1' + "0" * 5000),
        lambda h: h.replace('"fmt":1', '"fmt":' + "[" * 20000 + "]" * 20000),
        lambda h: h.replace('"stream":""', '"stream":"\\ud800"'),
        lambda h: h.replace('"fmt":1', '"fmt": 1'),
        lambda h: h.replace('"fmt":1', '"extra":1,"fmt":1'),
        lambda h: h.replace('"kind":"peer"', '"kind":"other"'),
        lambda h: h.replace('"payload_length":', '"payload_length":-'),
        lambda h: h.replace('"stream_seq":0', '"stream_seq":false'),
        lambda h: re.sub('"from":[{][^}]*[}]', '"from":"x"', h),
        lambda h: re.sub('"from":[{][^}]*[}]', '"from":[]', h),
        lambda h: h.replace('"from":{', '"from":{"former":[],'),
        lambda h: h.replace('"from":{', '"from":{"former":{},'),
        lambda h: h.replace('"from":{', '"from":{"former":[{}],'),
        lambda _: "[]",
        lambda h: h[:-1],
        lambda h: h.replace('"stream":""', '"stream":"' + "x" * 70000 + '"'),
        lambda h: h.replace('"stream":""', '"stream":"' + '\\"' * 30000),
    ],
    ids=["twice", "nan", "float", "huge", "deep", "surrogate", "space", "unknown", "kind",
         "negative", "bool", "text", "array", "none", "object", "step", "list", "cut", "long",
         "quotes"],
)  # fmt: skip
def test_a_header_off_the_one_spelling_is_refused(
    second: Pc, sent: Path, edit: Callable[[str], str]
) -> None:
    calm = Untouched(second)
    sent.write_bytes(raw_header(sent, edit))
    calm.after(second.take(sent), "文件头不合规格", status=3)


def test_a_newer_format_asks_for_an_upgrade(first: Pc, second: Pc, sent: Path) -> None:
    calm = Untouched(second)
    good = sent.read_bytes()
    sent.write_bytes(good.replace(b"JINLIN/1\n", b"JINLIN/2\n", 1))
    calm.after(second.take(sent), "先升级", status=3)
    sent.write_bytes(good)
    resigned(first, sent, lambda fields: fields.update(min_reader=2))
    calm.after(second.take(sent), "先升级", status=3)


def test_some_other_file_is_not_a_package(second: Pc, sent: Path) -> None:
    calm = Untouched(second)
    for content in (b"", b"PK\x03\x04 not ours", "花名册".encode("gbk")):
        sent.write_bytes(content)
        calm.after(second.take(sent), "不是近邻数据包", status=3)
    sent.unlink()
    calm.after(second.take(sent), "读不出来", status=3)


def test_a_stranger_is_refused_even_with_a_good_signature(
    second: Pc, newcomer: Pc, sent: Path
) -> None:
    calm = Untouched(second)
    here = own_site(newcomer.store)
    sender = fmt.Sender(here.uid, here.sign, here.seal)
    resigned(newcomer, sent, lambda fields: fields.update(sender=sender))
    calm.after(second.take(sent), "没有登记过", status=4)


def test_a_stranger_using_a_colleagues_number_is_refused(
    second: Pc, newcomer: Pc, sent: Path
) -> None:
    calm = Untouched(second)
    resigned(newcomer, sent, lambda _: None)
    calm.after(second.take(sent), "签名不对", status=4)


def test_a_stopped_pc_is_refused(first: Pc, second: Pc, sent: Path) -> None:
    revoke_site(second.store, first.store.site)
    calm = Untouched(second)
    calm.after(second.take(sent), "已停用", status=4)


def test_a_package_for_somebody_else_is_refused(
    first: Pc, second: Pc, newcomer: Pc, stick: Path
) -> None:
    card = write_card(newcomer.store, stick / "3.jlcard")
    enrol(first.store, stick / "3.jlcard", role="peer", fingerprint=card.fingerprint)
    other = first.export_to("3号机").path
    calm = Untouched(second)
    calm.after(second.take(other), "不是写给这台机", status=4)


def test_a_package_addressed_to_me_but_sealed_to_another_is_refused(
    first: Pc, second: Pc, newcomer: Pc, sent: Path
) -> None:
    calm = Untouched(second)
    forged_inside(first, sent, [b"x"], [own_site(newcomer.store).seal])
    calm.after(second.take(sent), "不是写给这台机", status=4)


def test_a_joined_pc_trusts_nobody_without_the_fingerprint(
    first: Pc, newcomer: Pc, stick: Path
) -> None:
    card = write_card(newcomer.store, stick / "3.jlcard")
    enrol(first.store, stick / "3.jlcard", role="peer", fingerprint=card.fingerprint)
    full = first.export_to("3号机", "f.jlpkg", kind="full").path
    part = first.export_to("3号机", "p.jlpkg", kind="peer").path
    calm = Untouched(newcomer)
    calm.after(newcomer.take(full), "指纹码", status=4)
    calm.after(newcomer.take(full, fingerprint="1" * 25), "指纹码与给出的不同", status=4)
    calm.after(newcomer.take(part, fingerprint=first.fingerprint), "完整数据包", status=3)
    spoken = first.fingerprint.replace(" ", "-")
    assert newcomer.take(full, fingerprint=spoken).applied > 0


def test_another_offices_log_is_never_merged(first: Pc, second: Pc, sent: Path) -> None:
    calm = Untouched(second)
    manifest = _manifest(first, sent)
    theirs = {"uid": "x", "name": "他社区", "level": "community"}
    forged_inside(first, sent, _lines(manifest, office=theirs), _seals(first, second))
    calm.after(second.take(sent), "属于另一个单位", status=4)


def _seals(*pcs: Pc) -> list[str]:
    return [own_site(pc.store).seal for pc in pcs]


def _manifest(sender: Pc, path: Path) -> inside.Manifest:
    outer, _ = parts(path)
    return _payload(sender, path, outer).manifest


def _payload(pc: Pc, path: Path, outer: fmt.Outer) -> inside.Payload:
    blocks = fmt.unseal(path, outer, own_keys(pc.store), path.name)
    return inside.Payload(inside.plain_lines(blocks, path.name), outer.header, path.name)


def _lines(manifest: inside.Manifest, **changed: Any) -> list[bytes]:
    fields = json.loads(manifest.line()) | changed
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return [gzip.compress(text.encode("utf-8") + b"\n")]


def test_an_inside_that_contradicts_the_outside_is_refused(
    first: Pc, second: Pc, sent: Path
) -> None:
    calm = Untouched(second)
    manifest = _manifest(first, sent)
    for changed in ({"package": "0" * 32}, {"kind": "full"}, {"site": "1" * 32}, {"to": []}):
        forged_inside(first, sent, _lines(manifest, **changed), _seals(first, second))
        calm.after(second.take(sent), "里外说的不一样", status=4)


def test_an_inside_off_its_shape_is_damaged(first: Pc, second: Pc, sent: Path) -> None:
    """The sender itself signed nonsense: still nothing is written."""
    calm = Untouched(second)
    manifest = _manifest(first, sent)
    log = list(exchange_log.changes_between(first.store, manifest.base, manifest.vector))
    whole = b"".join(lines_of(manifest, change_lines(log)))
    head, *lines = whole.split(b"\n")[:-1]
    end = lines[-1]
    bad: list[bytes] = [
        head + b"\n",  # no trailer
        whole[:-1],  # no line break at the end
        whole + b"{}\n",  # something after the trailer
        head + b"\n" + end + b"\n",  # trailer counts other lines
        b"\n".join([head, *reversed(lines[:-1]), end, b""]),
        whole.replace(b'"lamport":', b'"lamport":-'),
        whole.replace(b'"lamport":', b'"lamport": '),
        whole.replace(b'"type":"ops"', b'"type":"opt"'),
        whole.replace("王小明".encode(), "王大明".encode()),
        head + b"\n" + b"[" * 200_000 + b"]" * 200_000 + b"\n",
        head + b"\n\n",
        b"",
    ]
    for text in bad:
        forged_inside(first, sent, [gzip.compress(text)], _seals(first, second))
        calm.after(second.take(sent), "损坏")
    for packed in (b"", b"not gzip", gzip.compress(whole)[:-4], gzip.compress(whole) * 2):
        forged_inside(first, sent, [packed], _seals(first, second))
        calm.after(second.take(sent), "损坏")


def _resummed(whole: bytes) -> bytes:
    """The same lines with a trailer that is right again."""
    *lines, _ = whole.split(b"\n")[:-1]
    body = b"".join(line + b"\n" for line in lines)
    digest = hashlib.sha256(body).hexdigest()
    return body + strict_json.sorted_line(
        {"type": "end", "lines": len(lines), "sha256": digest}
    ) + b"\n"  # fmt: skip


def test_ops_that_do_not_add_up_to_their_hash_are_refused(
    first: Pc, second: Pc, sent: Path
) -> None:
    calm = Untouched(second)
    manifest = _manifest(first, sent)
    log = list(exchange_log.changes_between(first.store, manifest.base, manifest.vector))
    whole = b"".join(lines_of(manifest, change_lines(log)))
    for old, new in (
        ("王小明".encode(), "王大明".encode()),
        (b'"reason":"', b'"reason":"x'),
        (b'"schema":', b'"schema":1'),
    ):
        assert old in whole
        forged = _resummed(whole.replace(old, new))
        forged_inside(first, sent, [gzip.compress(forged)], _seals(first, second))
        calm.after(second.take(sent), "已损坏，未导入", status=3)


def test_impossible_numbers_cannot_exhaust_the_log(
    first: Pc, second: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = exchange_log.changes.Header
    with monkeypatch.context() as patch:
        patch.setattr("desktop.models.store.Header", lambda **f: header(**{**f, "lamport": 2**60}))
        first.household("703", "赵六")
    bad = first.export_to("2号机").path
    calm = Untouched(second)
    calm.after(second.take(bad), "不合常理", status=4)


def _zeros(megabytes: int) -> Iterator[bytes]:
    for _ in range(megabytes):
        yield bytes(1024 * 1024)


def test_a_gigabyte_of_zeros_is_refused_within_bounded_memory(
    first: Pc, second: Pc, sent: Path
) -> None:
    calm = Untouched(second)
    forged_inside(first, sent, list(gzipped(_zeros(1024))), _seals(first, second))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    calm.after(second.take(sent), "大得不合常理", status=4)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 300 * 1024  # KiB


def test_replaying_an_old_package_over_newer_edits_changes_nothing(
    first: Pc, second: Pc, sent: Path
) -> None:
    old = sent.with_name("old.jlpkg")
    shutil.copy(sent, old)
    second.take(sent)
    home = first.store.value("SELECT uid FROM live_households WHERE room = '501'")
    first.set("households", home, note="新内容")
    carry(first, second, "2号机")
    resigned(first, old, lambda _: None)
    before = second.dump()
    assert second.take(old).applied == 0
    assert second.dump() == before


def test_kinds_that_are_not_for_colleagues_are_refused_in_words(
    first: Pc, second: Pc, sent: Path
) -> None:
    calm = Untouched(second)
    manifest = _manifest(first, sent)
    for kind, words, status in (("card", "还不能导入", 3), ("notice", "没有登记过", 4)):
        forged_inside(first, sent, _lines(manifest, kind=kind), _seals(first, second))
        resigned(first, sent, lambda fields, kind=kind: fields.update(kind=kind))
        calm.after(second.take(sent), words, status=status)
    with pytest.raises(KindNotOffered, match="没有写出"):
        first.export_to("2号机", kind="card")


def test_an_export_needs_an_office_and_another_pc(first: Pc, newcomer: Pc) -> None:
    with pytest.raises(NotJoined, match="还没有加入单位"):
        newcomer.export_to("1号机")
    with pytest.raises(NotToMyself):
        first.export_to("1号机")


def test_a_card_is_refused_when_altered_foreign_or_not_compared(
    first: Pc, newcomer: Pc, stick: Path
) -> None:
    path = stick / "3.jlcard"
    write_card(newcomer.store, path)
    with pytest.raises(WrongFingerprint):
        enrol(first.store, path, role="peer", fingerprint="12345 " * 5)
    with pytest.raises(FingerprintMissing):
        enrol(first.store, path, role="peer", fingerprint="")
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(NotACard):
            read_card(path)
    path.write_bytes(good + b"\n")
    with pytest.raises(NotACard):
        read_card(path)
    write_card(first.store, path)
    with pytest.raises(OwnCard):
        enrol(first.store, path, role="peer", fingerprint=first.fingerprint)


@pytest.mark.long
def test_every_single_byte_and_every_cut_counts(first: Pc, second: Pc, sent: Path) -> None:
    """Each byte of a small package flipped; each cut of the first 4 KiB and at 64 KiB steps."""
    calm = Untouched(second)
    good = sent.read_bytes()
    for place in range(len(good)):
        broken = bytearray(good)
        broken[place] ^= 1 << place % 8
        sent.write_bytes(broken)
        assert len(second.preview(sent).refused) == 1, place
    calm.after(second.preview(sent), "损坏")
    with first.store.change("登记") as change:
        change.create_many("estates", [{"name": clock.new_uid()} for _ in range(20_000)])
    large = first.export_to("2号机", "large.jlpkg").path
    good = large.read_bytes()
    assert len(good) > 4 * 65536
    for length in [*range(4096), *range(65536, len(good), 65536), len(good) - 1]:
        large.write_bytes(good[:length])
        assert len(second.take(large).refused) == 1, length
    calm.after(second.take(large), "损坏")
    large.write_bytes(good)
    assert second.take(large).refused == []
    assert second.dump() == first.dump()
