"""The one door for writing: a change is kept whole or not at all, and says what it touched."""

from __future__ import annotations

import resource
import threading
from pathlib import Path

import pytest

from desktop.errors import NoSuchRecord
from desktop.models import check, dump, search
from desktop.models.changes import Touched, find_change
from desktop.models.database import DiskFull, DiskTrouble
from desktop.models.draft import NumberTooBig, UnreadableText
from desktop.models.store import Store
from tests.build import a_household, an_estate, first_resident


def test_a_change_is_kept_and_says_what_it_touched(store: Store) -> None:
    heard: list[Touched] = []
    stop = store.subscribe(heard.append)
    home = a_household(store, people=["王小明"])
    stop()
    assert "residents" in heard[-1]
    assert "posts" not in heard[-1]
    assert store.value("SELECT count(*) FROM live_households WHERE uid = ?", (home,)) == 1


def test_a_change_that_fails_leaves_nothing(store: Store) -> None:
    before = list(dump.canonical_lines(store))
    with pytest.raises(UnreadableText):
        _two_estates_of_which_one_is_unreadable(store)
    assert list(dump.canonical_lines(store)) == before


def test_writing_the_same_value_again_is_no_change(store: Store) -> None:
    home = a_household(store, people=["王小明"])
    person = first_resident(store, home)
    with store.change("修改") as change:
        change.set("residents", person, name="王小明")
    assert change.done is None


def test_check_finds_nothing_wrong_after_edits_and_deletes(store: Store) -> None:
    home = a_household(store, people=["王小明", "李小红"])
    person = first_resident(store, home)
    with store.change("修改") as change:
        change.set("residents", person, phone="13900000001")
    with store.change("删除") as change:
        change.delete("residents", person)
    assert check.check(store) == []


@pytest.mark.parametrize(
    "text", ["王小明", "小明", "wxm", "501", "3栋2单元501", "13900000001", "0001"]
)
def test_search_finds_by_name_initials_door_and_phone_tail(store: Store, text: str) -> None:
    a_household(store, people=[{"name": "王小明", "phone": "13900000001"}])
    a_household(store, room="602", people=["李红"])
    assert [hit.name for hit in search.find(store, text)] == ["王小明"]


def test_search_knows_the_other_reading_of_a_surname(store: Store) -> None:
    a_household(store, people=["单大伟"])
    assert [hit.name for hit in search.find(store, "sdw")] == ["单大伟"]


def _two_estates_of_which_one_is_unreadable(store: Store) -> None:
    with store.change("新增") as change:
        change.create("estates", name="半截小区")
        change.create("estates", name="坏\x00字")


def test_a_screen_that_fails_does_not_make_a_kept_change_look_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[str] = []
    told: list[object] = []
    monkeypatch.setattr(
        threading, "excepthook", lambda args: reported.append(args.exc_type.__name__)
    )

    def broken(_: object) -> None:
        raise RuntimeError

    store.subscribe(broken)
    store.subscribe(told.append)
    an_estate(store)
    assert reported == ["RuntimeError"]
    assert len(told) == 1
    assert store.value("SELECT count(*) FROM live_estates") == 1


def test_a_copy_that_finds_no_room_says_so(store: Store, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises((DiskFull, DiskTrouble)):
            store.copy_to(tmp_path / "copy.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_number_beyond_all_reason_is_refused(store: Store) -> None:
    with pytest.raises(NumberTooBig, match="太大"), store.change("行动") as change:
        change.create("campaigns", name="行动", start_on="2026-06-01", target=10**20)
    with pytest.raises(NoSuchRecord):
        find_change(store.db.conn, "aaaaaa-99999999999999999999999")
