"""Two PCs of one office exchange packages by stick and always agree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.errors import Cancelled
from desktop.exchange.packages import export as exporting
from desktop.exchange.packages import inbox
from desktop.exchange.packages.reading import inspect
from desktop.models import changes, check, package_log
from desktop.models.conflicts import conflicts, take_candidate, take_value
from desktop.models.duplicates import duplicates, merge
from desktop.models.residents import find_household, form_code
from desktop.models.store import Store
from tests.conftest import SteadyClock
from tests.exchange.pcs import Pc, carry, converge, introduce


def test_a_new_household_reaches_the_other_computer(first: Pc, second: Pc) -> None:
    home = first.household("501", "王小明")
    result = carry(first, second, "2号机")
    assert result.applied > 0
    assert second.shown("households", home, "room") == "501"


def test_edits_on_both_sides_meet_and_both_profiles_are_the_same_and_sound(
    first: Pc, second: Pc
) -> None:
    home = first.household("501", "王小明")
    converge(first, second)
    first.set("residents", first.person(home), phone="13900000001")
    second.set("households", home, note="门口有台阶")
    second.household("602", "李红")
    converge(first, second)
    assert first.dump() == second.dump()
    assert check.check(first.store) == [] == check.check(second.store)
    assert conflicts(first.store) == []


def test_the_joined_pc_names_its_user_in_the_history_everybody_has(first: Pc, second: Pc) -> None:
    second.household("602", "李红")
    carry(second, first, "1号机")
    names = {row[0] for row in first.store.rows("SELECT name FROM live_users")}
    assert names == {"林书记", "小陈"}


def test_importing_a_package_again_changes_nothing(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    second.take(sent.path)
    before = second.dump()
    again = second.take(sent.path)
    assert (again.applied, again.already, again.refused) == (0, sent.changes, [])
    assert second.dump() == before


def test_importing_my_own_export_changes_nothing(first: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("2号机", kind="full")
    before = first.dump()
    result = first.take(sent.path)
    assert (result.applied, result.refused) == (0, [])
    assert first.dump() == before


def test_a_package_after_an_answer_carries_only_what_is_new(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    converge(first, second)
    first.household("502", "李红")
    sent = first.export_to("2号机")
    assert (sent.kind, sent.changes) == ("peer", 1)
    assert {p.name for p in sent.prerequisites} >= {"1号机"}


def test_a_lost_stick_heals_by_itself(first: Pc, second: Pc) -> None:
    converge(first, second)
    home = first.household("501", "王小明")
    first.export_to("2号机").path.unlink()
    other = first.household("502", "李红")
    carry(first, second, "2号机")
    assert second.shown("households", home, "room") == "501"
    assert second.shown("households", other, "room") == "502"


def test_a_receipt_alone_acknowledges(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    second.take(sent.path)
    assert carry_kind(second, first, "ack").applied == 0
    states = {s.package: s.state for s in package_log.outbox(first.store)}
    assert states[sent.package] == package_log.ACKNOWLEDGED
    assert first.export_to("2号机").changes == 0


def carry_kind(sender: Pc, receiver: Pc, kind: str) -> inbox.ImportResult:
    return receiver.take(sender.export_to("1号机", kind=kind).path)


def test_the_sent_copy_stays_in_the_outbox_until_acknowledged(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    kept = first.store.folder / "outbox" / f"{sent.package}.jlpkg"
    assert kept.read_bytes() == sent.path.read_bytes()
    second.take(sent.path)
    carry(second, first, "1号机")
    first.export_to("2号机")
    assert not kept.exists()


def test_after_ninety_silent_days_a_whole_copy_goes_out(
    first: Pc, second: Pc, steady_clock: SteadyClock
) -> None:
    converge(first, second)
    assert first.export_to("2号机").kind == "peer"
    steady_clock.at = steady_clock.at.replace(year=2027)
    assert first.export_to("2号机").kind == "full"
    steady_clock.at = steady_clock.at.replace(year=1970)
    assert first.export_to("2号机").kind == "full"


def test_a_preview_counts_and_keeps_nothing(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    before = second.dump()
    seen = second.preview(sent.path)
    assert seen.applied + seen.already == sent.changes
    assert seen.created["residents"] == 1
    assert second.dump() == before
    assert second.kept_files() == []
    assert package_log.received(second.store, sent.package, first.store.site) is None
    assert second.take(sent.path).applied == seen.applied


def test_pressing_stop_while_importing_leaves_everything_as_it_was(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    before = second.dump()

    def stop(done: int, total: int, words: str) -> None:
        if words == "接收更改记录" and done == total:
            raise Cancelled

    with pytest.raises(Cancelled):
        inbox.take_in(second.store, [sent.path], progress=stop)
    assert second.dump() == before
    assert second.kept_files() == []
    assert second.take(sent.path).applied > 0


def test_two_answers_to_one_question_become_a_conflict_on_both_and_one_decision_ends_it(
    first: Pc, second: Pc
) -> None:
    home = first.household("501", "王小明")
    converge(first, second)
    person = first.person(home)
    first.set("residents", person, phone="13900000001")
    second.set("residents", person, phone="13900000002")
    assert carry(first, second, "2号机").conflicts == 1
    converge(first, second)
    assert conflicts(first.store) == conflicts(second.store)
    assert {c.value for c in conflicts(first.store)[0].candidates} == {
        "13900000001",
        "13900000002",
    }
    take_value(first.store, conflicts(first.store)[0].id, "13900000003")
    converge(first, second)
    assert conflicts(first.store) == [] == conflicts(second.store)
    assert second.shown("residents", person, "phone") == "13900000003"
    assert first.dump() == second.dump()


def test_the_same_answer_on_both_is_no_conflict(first: Pc, second: Pc) -> None:
    home = first.household("501", "王小明")
    converge(first, second)
    first.set("households", home, note="二楼有狗")
    second.set("households", home, note="二楼有狗")
    converge(first, second)
    assert conflicts(first.store) == []
    assert first.dump() == second.dump()


def test_deleted_here_and_edited_there_stays_visible_until_somebody_decides(
    first: Pc, second: Pc
) -> None:
    home = first.household("501", "王小明")
    converge(first, second)
    person = first.person(home)
    with first.store.change("删除") as change:
        change.delete("residents", person)
    second.set("residents", person, phone="13900000002")
    converge(first, second)
    assert first.shown("residents", person, "phone") == "13900000002"
    (found,) = conflicts(first.store)
    edit = next(i for i, c in enumerate(found.candidates, 1) if c.field == "phone")
    take_candidate(second.store, found.id, edit)
    converge(first, second)
    assert conflicts(first.store) == []
    assert first.shown("residents", person, "phone") == "13900000002"


def test_the_same_door_made_on_both_is_a_possible_duplicate_and_merging_can_be_taken_back(
    first: Pc, second: Pc
) -> None:
    first.household("401", "王小明")
    converge(first, second)
    mine = first.household("501", "张三")
    theirs = second.household("501", "张三丰")
    assert carry(first, second, "2号机").duplicates == 1
    converge(first, second)
    (found,) = duplicates(first.store)
    assert (found.why, set(found.uids)) == ("door", {mine, theirs})
    done = merge(first.store, "households", theirs, into=mine)
    converge(first, second)
    assert duplicates(second.store) == []
    living = second.store.rows("SELECT name FROM live_residents WHERE household = ?", (mine,))
    assert {row[0] for row in living} == {"张三", "张三丰"}
    assert done is not None
    inbox.undo_changes(first.store, [done.id])
    converge(first, second)
    assert len(duplicates(second.store)) == 1
    assert first.dump() == second.dump()


def test_what_a_colleague_adds_to_a_merged_door_asks_to_be_gathered(first: Pc, second: Pc) -> None:
    mine, theirs = first.household("501", "张三"), first.household("501", "李四")
    converge(first, second)
    merge(first.store, "households", theirs, into=mine)
    with second.store.change("新增居民") as change:  # does not know of the merge yet
        change.create("residents", household=theirs, name="王五", relation="SON", status="living")
    assert carry(second, first, "1号机").duplicates == 1
    carry(first, second, "2号机")
    for pc in (first, second):
        (found,) = duplicates(pc.store)
        assert (found.why, found.uids) == ("late", (mine, theirs))
        assert found.choices == (mine,)
    merge(second.store, "households", theirs, into=mine)
    converge(first, second)
    assert duplicates(first.store) == []
    living = first.store.rows("SELECT name FROM live_residents WHERE household = ?", (mine,))
    assert {row[0] for row in living} == {"张三", "李四", "王五"}
    assert first.dump() == second.dump()


def test_a_form_printed_before_a_merge_still_finds_the_door(first: Pc) -> None:
    one, two, three = (first.household("501", name) for name in ("张三", "李四", "王五"))
    merge(first.store, "households", one, into=two)
    merge(first.store, "households", two, into=three)
    for uid in (one, two, three):
        assert find_household(first.store, uid) == three
        assert find_household(first.store, form_code(uid)) == three


def test_an_erased_person_leaves_no_trace_on_the_other_pc_either(first: Pc, second: Pc) -> None:
    home = first.household("501", "无名氏甲")
    person = first.person(home)
    converge(first, second)
    second.set("residents", person, phone="13900000002")
    with first.store.change("抹除") as change:
        change.erase(person)
    converge(first, second)
    assert first.dump() == second.dump()
    assert not any("无名氏甲" in line or "13900000002" in line for line in first.dump())
    for pc in (first, second):
        ops = [op for (c,) in pc.store.rows("SELECT id FROM changes") for op in _ops(pc.store, c)]
        assert not any("无名氏甲" in op or "13900000002" in op for op in ops)
        assert check.check(pc.store) == []


def _ops(store: Store, change: int) -> list[str]:
    return [
        json.dumps(op, ensure_ascii=False)
        for op in changes.decode(changes.chunks_of(store.db.conn, change))
    ]


def test_a_third_pc_learns_everybody_through_one_colleague(
    first: Pc, second: Pc, newcomer: Pc, stick: Path
) -> None:
    home = second.household("602", "李红")
    converge(first, second)
    introduce(second, newcomer, stick / "3.jlcard")
    assert newcomer.shown("households", home, "room") == "602"
    made = newcomer.household("703", "赵六")
    carry(newcomer, second, "2号机")
    carry(second, first, "1号机")
    assert first.shown("households", made, "room") == "703"
    carry(first, newcomer, "3号机")  # and knows the first PC's key without having met it
    assert newcomer.dump() == first.dump()


def test_inspecting_tells_outside_and_inside_and_changes_nothing(first: Pc, second: Pc) -> None:
    first.household("501", "王小明")
    sent = first.export_to("2号机")
    before = second.dump()
    seen = inspect(second.store, sent.path)
    assert (seen.sender, seen.known_sender, seen.for_me, seen.intact) == ("1号机", True, True, True)
    assert (seen.office, seen.changes, seen.missing) == ("莲心社区", sent.changes, [])
    assert second.dump() == before


def test_an_export_cut_short_leaves_nothing_behind(
    first: Pc, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.household("501", "王小明")

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    before = package_log.outbox(first.store)
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "put_package", broken)
        with pytest.raises(KeyboardInterrupt):
            first.export_to("2号机")
    assert list(stick.iterdir()) == []
    assert package_log.outbox(first.store) == before
    first.export_to("2号机")
    kept = {path.stem for path in (first.store.folder / "outbox").iterdir()}
    assert kept == {sent.package for sent in package_log.outbox(first.store)}


def test_nothing_on_the_stick_or_in_the_profile_names_a_resident(
    first: Pc, second: Pc, tmp_path: Path
) -> None:
    first.household("501", "无名氏乙")
    sent = first.export_to("2号机")
    second.take(sent.path)
    words = [text.encode(code) for text in ("无名氏乙",) for code in ("utf-8", "utf-16-le", "gbk")]
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        content = path.read_bytes()
        assert not any(word in content for word in words), path
