"""The check finds whatever is not as the log says, and nothing where all is well."""

from __future__ import annotations

import pytest

from desktop.models.check import check
from desktop.models.store import Store
from tests.build import a_household


@pytest.fixture
def filled(store: Store) -> Store:
    home = a_household(store, people=["王小明"])
    with store.change("修改") as change:
        change.set("households", home, note="换了门铃")
    return store


def test_nothing_is_wrong_with_a_sound_profile(filled: Store) -> None:
    said: list[str] = []
    assert check(filled, lambda _done, _total, words: said.append(words)) == []
    assert said[-1] == "检查完成"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE residents SET name = '张冠'", "“居民”表"),
        ("DELETE FROM versions", "字段的历史"),
        ("UPDATE changes SET prev_hash = x'00' WHERE seq = 3", "断开"),
        ("UPDATE changes SET reason = '别的' WHERE seq = 2", "与校验不符"),
        ("DELETE FROM op_chunks WHERE change = (SELECT max(id) FROM changes)", "与校验不符"),
        ("DELETE FROM search_rows", "检索有1条"),
    ],
)
def test_what_was_touched_behind_the_log_is_found(filled: Store, damage: str, words: str) -> None:
    with filled.local() as conn:
        conn.execute(damage)
    assert words in "".join(check(filled))
