"""The log keeps one seed for the salts of many ops, and nothing of an erased one."""

from __future__ import annotations

import pytest

from desktop.models import changes, check
from desktop.models.changes import SALT_BYTES
from desktop.models.store import Store


def _salts(store: Store) -> list[bytes]:
    last = store.value("SELECT max(change) FROM op_chunks")
    return [bytes(salts) for salts, _ in changes.chunks_of(store.db.conn, last)]


def test_many_ops_share_one_seed_and_each_has_another_salt(store: Store) -> None:
    with store.change("登记") as change:
        change.create_many("residents", [{"name": "王小明"}] * 50)
    (seed,) = _salts(store)
    assert len(seed) == SALT_BYTES
    salts = changes.unfolded_salts(seed, 50)
    assert len({salts[i : i + SALT_BYTES] for i in range(0, len(salts), SALT_BYTES)}) == 50
    with pytest.raises(ValueError, match="salt"):
        changes.unfolded_salts(seed + seed, 50)


def test_after_an_erasure_the_seed_is_gone_and_the_chain_still_holds(store: Store) -> None:
    with store.change("登记") as change:
        first, second = change.create_many("residents", [{"name": "王小明"}, {"name": "李红"}])
    ((number, seed),) = store.rows(
        "SELECT change, salts FROM op_chunks ORDER BY change DESC LIMIT 1"
    )
    with store.change("删除个人信息") as change:
        change.erase(first)
    ((salts, _),) = changes.chunks_of(store.db.conn, number)
    assert salts != seed
    assert salts[:SALT_BYTES] == bytes(SALT_BYTES)
    assert store.value("SELECT name FROM residents WHERE uid = ?", (second,)) == "李红"
    assert check.check(store) == []
