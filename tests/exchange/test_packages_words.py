"""Everything handed over with six words: to a PC without a card, or to whoever is told them."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
import re
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest

from desktop.exchange.packages import age_head, inbox
from desktop.exchange.packages.cards import enrol, write_card
from desktop.exchange.packages.export import OnlyWholeByWords, WordsOrReceiver, copy_again
from desktop.exchange.packages.format import Header, Sender, read_outer, sign_header
from desktop.exchange.packages.keys import own_keys
from desktop.exchange.packages.lost import advice, on_the_way
from desktop.exchange.packages.reading import inspect, needs_words
from desktop.exchange.packages.six_words import SixWords, new_words, word_list
from desktop.exchange.print.handover import receipt_of
from desktop.models import check, exchange_log, package_log
from desktop.models.sites import own_site, revoke_site
from desktop.models.store import Store
from tests.conftest import SteadyClock
from tests.exchange.pcs import Pc, carry, converge, forged_inside, parts, raw_header, resigned


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost of the words is a third of a second and 128 MiB; every test pays it twice."""
    monkeypatch.setattr(age_head, "WORK", 10)


@pytest.fixture
def words() -> SixWords:
    return new_words()


def other(words: SixWords) -> SixWords:
    """Five of the words are right."""
    last = next(word for word in word_list() if word != words.words[-1])
    return dataclasses.replace(words, words=(*words.words[:-1], last))


def why(result: inbox.ImportResult) -> tuple[str, int]:
    (refused,) = result.refused
    assert result.applied == 0
    return refused.why, refused.status


# joining and handing over


def test_a_new_pc_joins_by_words_and_fingerprint_before_its_card_has_come(
    first: Pc, newcomer: Pc, words: SixWords, stick: Path
) -> None:
    first.household("501", "王小明")
    sent = first.hand_over(words)
    code = first.fingerprint
    assert "指纹码" in why(newcomer.take(sent.path, words=words))[0]
    assert "六个词" in why(newcomer.take(sent.path, fingerprint=code))[0]
    seen = newcomer.preview(sent.path, fingerprint=code, words=words)
    taken = newcomer.take(sent.path, fingerprint=code, words=words)
    assert seen.applied == taken.applied == sent.changes
    assert check.check(newcomer.store) == []
    assert newcomer.kept_files() == []
    # from here on it is a PC like any other, once the office has enrolled its card
    newcomer.household("602", "李红")
    back = newcomer.export_to("1号机")
    assert "没有登记过" in why(first.take(back.path))[0]
    card = write_card(newcomer.store, stick / "3.jlcard")
    enrol(first.store, stick / "3.jlcard", role="peer", fingerprint=card.fingerprint)
    assert first.take(back.path).refused == []
    assert carry(first, newcomer, "3号机").refused == []
    assert first.dump() == newcomer.dump()


def test_a_wrong_fingerprint_is_refused_whatever_the_words(
    first: Pc, newcomer: Pc, words: SixWords
) -> None:
    sent = first.hand_over(words)
    text, status = why(newcomer.take(sent.path, fingerprint="1" * 25, words=words))
    assert "指纹码与给出的不同" in text
    assert status == 4


def test_any_colleague_who_is_told_the_words_opens_it(
    first: Pc, second: Pc, words: SixWords
) -> None:
    converge(first, second)
    second.household("602", "李红")
    first.household("501", "王小明")
    result = second.take(first.hand_over(words).path, words=words)
    assert (result.refused, result.waiting) == ([], [])
    converge(first, second)
    assert first.dump() == second.dump()


def test_the_words_are_kept_nowhere(
    first: Pc, second: Pc, words: SixWords, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first.household("501", "王小明")
    sent = first.hand_over(words)
    second.take(sent.path, words=words)
    said = [words.canonical, words.spoken, *(word.text for word in words.words)]
    for path in tmp_path.rglob("*"):
        assert not any(text in str(path.relative_to(tmp_path)) for text in said)
        if path.is_file():
            content = path.read_bytes()
            assert not any(text.encode() in content for text in said)
    for store in (first.store, second.store):
        for (table,) in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for row in store.rows(f'SELECT * FROM "{table}"'):
                assert not any(text in str(row) for text in said[:2])
    assert not any(text in caplog.text for text in said)


def test_only_everything_can_be_handed_over_and_to_nobody_by_name(
    first: Pc, words: SixWords, stick: Path
) -> None:
    for kind in ("peer", "ack", "report", "notice"):
        with pytest.raises(OnlyWholeByWords, match="没有写出"):
            first.hand_over(words, kind=kind)
    with pytest.raises(WordsOrReceiver, match="没有写出"):
        first.export_to("2号机", words=words)
    assert list(stick.iterdir()) == []


# what the sender knows afterwards


def test_nobody_counts_as_having_acknowledged_it(first: Pc, second: Pc, words: SixWords) -> None:
    converge(first, second)
    converge(first, second)
    knew = package_log.acknowledged(first.store, second.store.site)
    first.household("501", "王小明")
    sent = first.hand_over(words)
    assert package_log.acknowledged(first.store, second.store.site) == knew
    second.take(sent.path, words=words)
    carry(second, first, "1号机")
    (row,) = [each for each in package_log.outbox(first.store) if each.package == sent.package]
    assert (row.to_site, row.state) == ("", package_log.HANDED)
    assert first.store.rows("SELECT site FROM peer_state WHERE site = ''") == []
    told = package_log.acknowledged(first.store, second.store.site)
    assert told is not None
    assert told.vector == exchange_log.vector(second.store)


def test_a_lost_stick_with_it_is_opened_by_whoever_has_the_words(
    first: Pc, words: SixWords
) -> None:
    for sent in on_the_way(first.store):
        assert not sent.by_words
    handed = first.hand_over(words)
    (found,) = [each for each in on_the_way(first.store) if each.by_words]
    assert (found.package, found.receiver) == (handed.package, "知道六个词的人")
    text = "\n".join(advice([found]))
    assert "知道那六个词的人都能打开" in text
    assert "没有回执" in text
    assert "只有" not in text
    assert "确认" not in text
    mixed = "\n".join(advice(on_the_way(first.store)))
    assert "只有2号机和本机能打开" in mixed
    assert "其中1个是用六个词交出的" in mixed


def test_the_sealed_copy_can_be_copied_again_for_90_days(
    first: Pc, second: Pc, words: SixWords, stick: Path, steady_clock: SteadyClock
) -> None:
    sent = first.hand_over(words)
    sent.path.unlink()
    first.export_to("2号机")
    copy_again(first.store, sent.package, stick / "again.jlpkg")
    assert second.take(stick / "again.jlpkg", words=words).refused == []
    steady_clock.at += timedelta(days=91)
    first.export_to("2号机")
    assert f"{sent.package}.jlpkg" not in os.listdir(first.store.folder / "outbox")


def test_the_printed_slip_says_that_nobody_will_acknowledge_it(first: Pc, words: SixWords) -> None:
    slip = receipt_of(first.store, first.hand_over(words).package)
    assert (slip.taker, slip.state) == ("知道六个词的人", "已交出，不等回执")


# looking at it


def test_inspecting_says_that_it_needs_words_and_shows_the_inside_only_with_them(
    first: Pc, second: Pc, words: SixWords
) -> None:
    sent = first.hand_over(words)
    seen = inspect(second.store, sent.path)
    assert (seen.by_words, seen.signature_ok, seen.intact, seen.changes) == (True, True, True, None)
    opened = inspect(second.store, sent.path, words)
    assert (opened.changes, opened.office) == (sent.changes, "莲心社区")
    assert opened.bytes == sent.path.stat().st_size
    assert needs_words(sent.path)
    assert not needs_words(first.export_to("2号机").path)
    assert not needs_words(sent.path.with_name("none.jlpkg"))
    assert second.kept_files() == []


def test_standard_age_opens_the_payload(first: Pc, words: SixWords) -> None:
    sent = first.hand_over(words)
    outer, payload = parts(sent.path)
    plain = gzip.decompress(pyrage.passphrase.decrypt(payload, words.canonical))
    assert json.loads(plain.split(b"\n", 1)[0])["package"] == outer.header.package
    assert outer.header.to == ()


# refusals


class Untouched:
    """The receiving PC before a refusal, compared with it afterwards."""

    def __init__(self, pc: Pc) -> None:
        self.pc = pc
        self.before = self._state()

    def _state(self) -> tuple[Any, ...]:
        pc, store = self.pc, self.pc.store
        return pc.dump(), exchange_log.vector(store), package_log.inbox(store), pc.kept_files()

    def refuses(self, path: Path, words: SixWords, *sentences: str, status: int = 0) -> None:
        for answer in (
            self.pc.preview(path, words=words),
            self.pc.take(path, words=words),
        ):
            text, code = why(answer)
            assert any(sentence in text for sentence in sentences), text
            assert status in (0, code)
        assert self._state() == self.before


@pytest.fixture
def sent(first: Pc, second: Pc, words: SixWords) -> Path:
    converge(first, second)
    first.household("501", "王小明")
    return first.hand_over(words, "w.jlpkg").path


def test_wrong_words_are_refused(second: Pc, sent: Path, words: SixWords) -> None:
    calm = Untouched(second)
    calm.refuses(sent, other(words), "六个词不对", status=4)
    turned = dataclasses.replace(words, words=words.words[::-1])
    calm.refuses(sent, turned, "六个词不对", status=4)
    assert second.take(sent, words=words).refused == []


def test_without_words_it_is_not_opened(second: Pc, sent: Path) -> None:
    text, status = why(second.take(sent))
    assert "是用六个词加密的" in text
    assert status == 3


def test_flipped_and_missing_bytes_are_refused(second: Pc, sent: Path, words: SixWords) -> None:
    good, calm = sent.read_bytes(), Untouched(second)
    outer = read_outer(sent)
    head_end = outer.payload_at + 200
    sentences = ("不是近邻", "更新版本", "文件头", "没有登记过", "签名", "损坏")
    for place in [*range(0, head_end, 3), *range(head_end, len(good), 211), len(good) - 1]:
        broken = bytearray(good)
        broken[place] ^= 1
        sent.write_bytes(broken)
        assert any(word in why(second.preview(sent, words=words))[0] for word in sentences), place
    for length in [*range(0, len(good), 97), len(good) - 1]:
        sent.write_bytes(good[:length])
        assert any(word in why(second.preview(sent, words=words))[0] for word in sentences), length
    calm.refuses(sent, words, "损坏")
    sent.write_bytes(good + b"x")
    calm.refuses(sent, words, "损坏", status=3)


def _resealed(sender: Pc, path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the sealed payload and sign it again, as only its own sender could."""
    outer, payload = parts(path)
    payload = change(payload)
    fields = {name: getattr(outer.header, name) for name in Header.__slots__}
    fields |= {
        "payload_length": len(payload), "payload_sha256": hashlib.sha256(payload).hexdigest(),
    }  # fmt: skip
    path.write_bytes(sign_header(Header(**fields), own_keys(sender.store)) + payload)


def _for_a_key(_: bytes) -> bytes:
    return bytes(pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()]))


def _not_alone(payload: bytes) -> bytes:
    """A further stanza beside scrypt, which age forbids: it could open the file for somebody."""
    return payload.replace(b"\n---", b"\n-> grease\n\n---", 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p[:-1],
        lambda p: p[:200],
        lambda p: p[:-1] + bytes([p[-1] ^ 1]),
        lambda p: p[:150] + bytes([p[150] ^ 1]) + p[151:],
        lambda p: p.replace(b"-> scrypt", b"-> scrypu", 1),
        lambda p: re.sub(rb"--- .{4}", b"--- AAAA", p, count=1),
        lambda p: b"not age" + p,
        _not_alone,
        _for_a_key,
    ],
    ids=["short", "head only", "last byte", "nonce", "stanza", "mac", "before", "two", "for a key"],
)
def test_a_payload_broken_by_its_own_sender_is_refused(
    first: Pc, second: Pc, sent: Path, words: SixWords, change: Callable[[bytes], bytes]
) -> None:
    calm = Untouched(second)
    _resealed(first, sent, change)
    calm.refuses(sent, words, "损坏", status=3)


def test_nonsense_sealed_by_its_own_sender_is_damaged(
    first: Pc, second: Pc, sent: Path, words: SixWords
) -> None:
    calm = Untouched(second)
    forged_inside(first, sent, [b"not gzip"], [], words.canonical)
    calm.refuses(sent, words, "损坏", status=3)
    forged_inside(first, sent, [b"x"], [own_site(second.store).seal])
    calm.refuses(sent, words, "损坏", status=3)


def _asking(work: bytes) -> Callable[[bytes], bytes]:
    return lambda payload: re.sub(rb"(-> scrypt \S+) 10", rb"\1 " + work, payload, count=1)


def test_a_head_that_asks_for_huge_work_is_refused_at_once(
    first: Pc, second: Pc, sent: Path, words: SixWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, calm = sent.read_bytes(), Untouched(second)
    monkeypatch.setattr(age_head, "Scrypt", _no_work)
    began = time.monotonic()
    for work in (b"19", b"30", b"63", b"99"):
        sent.write_bytes(good)
        _resealed(first, sent, _asking(work))
        calm.refuses(sent, words, "大得不合常理", status=4)
    for work in (b"0", b"010", b"100", b"-1", b"1e9"):
        sent.write_bytes(good)
        _resealed(first, sent, _asking(work))
        calm.refuses(sent, words, "损坏", status=3)
    assert time.monotonic() - began < 20


def _no_work(**_: Any) -> Any:
    raise AssertionError("no words may be tried here")


def test_no_words_are_tried_on_a_file_whose_signer_is_not_believed(
    first: Pc,
    second: Pc,
    newcomer: Pc,
    sent: Path,
    words: SixWords,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good, calm = sent.read_bytes(), Untouched(second)
    monkeypatch.setattr(age_head, "Scrypt", _no_work)
    here = own_site(newcomer.store)
    resigned(
        newcomer, sent,
        lambda fields: fields.update(sender=Sender(here.uid, here.sign, here.seal)),
    )  # fmt: skip
    calm.refuses(sent, words, "没有登记过", status=4)
    sent.write_bytes(good)
    resigned(newcomer, sent, lambda _: None)
    calm.refuses(sent, words, "签名不对", status=4)
    sent.write_bytes(good[:-1])
    calm.refuses(sent, words, "损坏", status=3)
    sent.write_bytes(good)
    revoke_site(second.store, first.store.site)
    Untouched(second).refuses(sent, words, "已停用", status=4)


def _updating(edit: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    return lambda fields: fields.update(edit)


def test_a_header_that_does_not_fit_words_is_refused(
    first: Pc, second: Pc, sent: Path, words: SixWords
) -> None:
    good, calm = sent.read_bytes(), Untouched(second)
    edits: tuple[dict[str, Any], ...] = (
        {"kind": "peer"}, {"kind": "report"}, {"to": ("ab" * 16,)}, {"stream": "x/y"},
    )  # fmt: skip
    for edit in edits:
        sent.write_bytes(good)
        resigned(first, sent, _updating(edit))
        calm.refuses(sent, words, "文件头不合规格", status=3)
    sent.write_bytes(good)
    sent.write_bytes(raw_header(sent, lambda h: h.replace("age-scrypt", "age-sm4")))
    calm.refuses(sent, words, "先升级", status=3)
    sent.write_bytes(good)
    resigned(first, sent, lambda f: f.update(suite="ed25519+age-x25519+gzip-jsonl", to=("0" * 32,)))
    calm.refuses(sent, words, "不是写给这台机", status=4)


def _first_line(words: SixWords, path: Path, **changed: Any) -> list[bytes]:
    """The inside of a package as one block, with its manifest changed and its sum right again."""
    plain = gzip.decompress(pyrage.passphrase.decrypt(parts(path)[1], words.canonical))
    manifest, *lines = plain.split(b"\n")[:-2]
    fields = json.loads(manifest) | changed
    spelled = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body = b"".join(line + b"\n" for line in (spelled.encode(), *lines))
    end = {
        "lines": len(lines) + 1, "sha256": hashlib.sha256(body).hexdigest(), "type": "end",
    }  # fmt: skip
    return [gzip.compress(body + json.dumps(end, separators=(",", ":")).encode() + b"\n")]


def test_another_offices_log_is_not_smuggled_in_by_words(
    first: Pc, second: Pc, sent: Path, words: SixWords, store: Store
) -> None:
    calm = Untouched(second)
    theirs = {"uid": "x", "name": "他社区", "level": "community"}
    forged_inside(first, sent, _first_line(words, sent, office=theirs), [], words.canonical)
    calm.refuses(sent, words, "属于另一个单位", status=4)
    stranger = Pc(store, sent.parent)
    foreign = stranger.hand_over(words, "f.jlpkg").path
    calm.refuses(foreign, words, "没有登记过", status=4)


def test_an_inside_that_contradicts_the_outside_is_refused(
    first: Pc, second: Pc, sent: Path, words: SixWords
) -> None:
    good, calm = sent.read_bytes(), Untouched(second)
    for changed in ({"kind": "peer"}, {"to": ["ab" * 16]}, {"package": "0" * 32}):
        sent.write_bytes(good)
        forged_inside(first, sent, _first_line(words, sent, **changed), [], words.canonical)
        calm.refuses(sent, words, "里外说的不一样", status=4)


# waiting


def test_a_package_that_waits_needs_the_words_no_second_time(
    first: Pc, second: Pc, sent: Path, words: SixWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = second.dump()
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "missing", lambda *_: ["缺 9号机 1–2"])
        assert len(second.take(sent, words=words).waiting) == 1
        assert second.dump() == before
    # whatever comes next makes it fit
    assert second.take(first.export_to("2号机", kind="ack").path).refused == []
    assert second.dump() == first.dump()
    assert second.kept_files() == []


@pytest.mark.long
def test_every_single_byte_and_every_cut_counts(
    first: Pc, second: Pc, sent: Path, words: SixWords
) -> None:
    good, calm = sent.read_bytes(), Untouched(second)
    for place in range(len(good)):
        broken = bytearray(good)
        broken[place] ^= 1 << place % 8
        sent.write_bytes(broken)
        assert len(second.preview(sent, words=words).refused) == 1, place
    for length in [*range(min(len(good), 4096)), len(good) - 1]:
        sent.write_bytes(good[:length])
        assert len(second.take(sent, words=words).refused) == 1, length
    calm.refuses(sent, words, "损坏")
    sent.write_bytes(good)
    assert second.take(sent, words=words).refused == []
    assert second.dump() == first.dump()


@pytest.mark.long
def test_the_most_work_that_is_allowed_stays_within_bounded_memory(
    first: Pc, second: Pc, words: SixWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(age_head, "WORK", age_head.MOST_WORK)
    sent = first.hand_over(words)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    Untouched(second).refuses(sent.path, other(words), "六个词不对", status=4)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 300 * 1024  # KiB
    assert second.take(sent.path, words=words).refused == []
