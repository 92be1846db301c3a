"""Everywhere the same word for who sent or gets a package."""

from __future__ import annotations

from desktop.models.package_log import other_end
from desktop.models.partners import Partner, enrol_partner
from desktop.models.store import Store

STREET, STRANGER, COPY = "5" * 32, "abcdef" + "0" * 26, "c" * 32


def test_a_site_is_called_as_people_know_it(store: Store) -> None:
    keys = ("1" * 64, "2" * 64)
    enrol_partner(
        store,
        Partner(STREET, "o" * 20, "海湾街道", "subdistrict", "前台", *keys, False, "2026-11-01"),
    )
    with store.local() as conn:
        conn.execute(
            "INSERT INTO branches (name, site, seq, prev_hash, hash, after)"
            " VALUES (?, ?, 1, x'', x'', ?)",
            (COPY, store.site, store.site),
        )
    assert other_end(store, store.site) == "1号机"
    assert other_end(store, STREET) == "海湾街道"
    assert other_end(store, COPY) == "1号机（复制）"
    assert other_end(store, STRANGER) == "abcdef号机"
    assert other_end(store, "") == "知道六个词的人"
