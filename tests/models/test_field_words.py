"""Whatever a history, a conflict or a check names has a Chinese word."""

from __future__ import annotations

import pytest

from desktop.models.field_words import CODED, TABLE_WORDS, field_word, value_word
from desktop.models.schema import REPLICATED
from desktop.models.store import Store
from desktop.models.subjects import subject
from desktop.models.words import LABELS, code_of, label, only
from tests.build import a_household, first_resident

# records nobody edits by hand: their fields are shown nowhere
INNER = {"sites", "partners", "reports_in", "reports_out", "seals", "users", "key_changes"}


def test_every_kind_of_record_has_a_word() -> None:
    assert set(TABLE_WORDS) == set(REPLICATED)
    assert all(not word.isascii() for word in TABLE_WORDS.values())


@pytest.mark.parametrize("table", sorted(set(REPLICATED) - INNER))
def test_every_field_a_person_sees_has_a_word(table: str) -> None:
    bare = [name for name in REPLICATED[table] if field_word(table, name).isascii()]
    assert bare == []


def test_codes_are_shown_as_words_and_found_again() -> None:
    for (table, name), group in CODED.items():
        assert name in REPLICATED[table]
        for code, word in LABELS[group].items():
            assert value_word(table, name, code) == word == label(group, code)
            assert code_of(group, word) == code_of(group, f" {code} ") == code
    assert value_word("households", "note", None) == "（空）"
    assert value_word("tag_kinds", "phone_ok", 0) == "否"
    assert value_word("posts", "is_party", 1) == "是"
    assert only("closing") == "只能是实质性、程序性"
    assert label("outcome", "from_a_newer_program") == "from_a_newer_program"


def test_a_record_is_named_with_where_it_belongs(store: Store) -> None:
    home = a_household(store, people=["王小明"], tags=["elder_alone"])
    person = first_resident(store, home)
    tag = store.value("SELECT uid FROM live_care_tags")
    assert subject(store, "households", home) == "瑞景公园3栋2单元501"
    assert subject(store, "residents", person) == "王小明（瑞景公园3栋2单元501）"
    assert subject(store, "care_tags", tag) == "独居老人（王小明（瑞景公园3栋2单元501））"
    with store.change("删除") as change:
        change.delete("residents", person)
    assert subject(store, "residents", person).startswith("王小明")
    assert subject(store, "visits", "nobody") == "走访"
