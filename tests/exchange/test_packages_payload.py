"""Edits inside a package are read as they were written, and in no other spelling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.exchange.packages.format import FMT, SUITE, Header, PackageDamaged, Sender
from desktop.exchange.packages.payload import (
    Manifest,
    OfficeName,
    Payload,
    change_lines,
    lines_of,
)
from desktop.models import changes
from desktop.models.changes import WireChange

SITE = "a1" * 16
HEADER = Header(
    fmt=FMT, suite=SUITE, kind="peer", package="0" * 32, sender=Sender(SITE, "", ""), to=(),
    stream="", stream_seq=0, min_reader=1, payload_length=1, payload_sha256="",
)  # fmt: skip
MANIFEST = Manifest(
    package="0" * 32, kind="peer", site=SITE, to=(), office=OfficeName("", "", ""), made="",
    vector={SITE: 2}, base={}, changes=1, tips={SITE: bytes(32)}, branches=(),
)  # fmt: skip

values = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.sampled_from([0, -1, 10**17, 10**18]),
    st.text(max_size=8), st.sampled_from(['"', "\\", "\n", "]],[", "𠀀", "\x7f", "\u2028"]),
)  # fmt: skip
dots = st.lists(st.tuples(st.sampled_from([SITE, "b2" * 16]), st.integers(1, 40)).map(list),
                max_size=2)  # fmt: skip
edits = st.lists(
    st.tuples(
        st.just("s"), st.sampled_from(["residents", "households"]),
        st.one_of(st.just("0123456789abcdef0123"), st.text(max_size=4)),
        st.sampled_from(["phone", "note"]), values, dots,
    ).map(list),
    min_size=1, max_size=5,
)  # fmt: skip


def wire(ops: list[list[Any]]) -> WireChange:
    chunks, leaves = changes.encode(ops)
    header = changes.Header(
        site=SITE, seq=1, prev_hash=bytes(32), lamport=1, schema=1, user="", wall="", kind="edit",
        reason="修改", ops=len(ops),
    )  # fmt: skip
    return WireChange(header, header.hash(leaves), chunks)


def read(lines: list[bytes]) -> list[WireChange]:
    whole = (line.removesuffix(b"\n") for line in lines)
    return list(Payload(whole, HEADER, "a.jlpkg").changes())


@given(edits)
def test_edits_come_out_as_they_went_in(ops: list[list[Any]]) -> None:
    (change,) = read(list(lines_of(MANIFEST, change_lines([wire(ops)]))))
    assert changes.verified_ops(change) == ops


EDIT = (
    b'["s","residents","0123456789abcdef0123","phone","13900000001",[["' + SITE.encode() + b'",1]]]'
)


def with_ops(text: bytes, count: int) -> list[bytes]:
    """A payload that is right in everything but, perhaps, the text of its ops."""
    facts, ops = change_lines([wire([["e", "x"]] * count)])
    return list(
        lines_of(MANIFEST, [facts, ops[: ops.index(b'"ops":[')] + b'"ops":[' + text + b"]}"])
    )


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b'"13900000001"', rb'"\u0031390000001"'),
        (b'"13900000001"', b'"1390000\x010001"'),
        (b'"13900000001"', b'"1390000\xff0001"'),
        (b'"13900000001"', b"-0"),
        (b'"13900000001"', b"01"),
        (b'"13900000001"', b"1.0"),
        (b'"13900000001"', b"1e3"),
        (b'"13900000001"', b"true"),
        (b'"13900000001"', b"9223372036854775808"),
        (b'"13900000001"', b"NaN"),
        (b'"13900000001"', b'["a"]'),
        (b'"phone",', b'"phone", '),
        (b",1]]]", b",01]]]"),
        (b",1]]]", b",0]]]"),
        (b",1]]]", b",-1]]]"),
        (b",1]]]", b",1],]]"),
        (b",1]]]", b",1]]],"),
        (b",1]]]", b",1]]]]"),
        (b'["s",', b'["s","s",'),
    ],
)
def test_another_spelling_of_an_edit_is_damaged(written: bytes, instead: bytes) -> None:
    other = EDIT.replace(written, instead)
    assert other != EDIT
    for ops in ([other], [EDIT, other], [other, EDIT]):
        with pytest.raises(PackageDamaged):
            read(with_ops(b",".join(ops), len(ops)))


def test_edits_without_their_comma_are_damaged() -> None:
    assert len(read(with_ops(EDIT + b"," + EDIT, 2))) == 1
    for between in (b"", b" ", b";", b",,"):
        with pytest.raises(PackageDamaged):
            read(with_ops(EDIT + between + EDIT, 2))
