"""The command line as scripts rely on it: names, JSON keys, exit statuses, and both streams."""

from __future__ import annotations

import io
import json
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.models import search, visits
from desktop.models.profile import open_profile
from tests.build import a_household
from tests.command import Office, run
from tests.conftest import PASSPHRASE
from tests.exchange.sheet_files import TIDY, xlsx

DOOR = "3栋2单元501"


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Office:
    """Two households, one of them with a care tag and a visit that brought up a need."""
    one = Office(tmp_path / "one")
    shutil.copytree(template, one.profile)
    store = open_profile(one.profile, PASSPHRASE)
    home = a_household(store, people=["王小明"], tags=["elder_alone"], since="2024-01-01")
    a_household(store, room="601", people=["李红"])
    visit = visits.NewVisit(
        household=home, outcome="met", happened_on=date(2026, 4, 1), needs=("修灯",),
        promises=(visits.NewPromise("周五前回话"),),
    )  # fmt: skip
    visits.record(store, visit)
    store.close()
    return one


def lacks(document: Any, shape: Any, at: str = "") -> list[str]:
    """Where a document differs from the documented shape; further keys are free."""
    if isinstance(shape, dict):
        if not isinstance(document, dict):
            return [f"{at}: no object"]
        missing = [f"{at}.{key}" for key in shape if key not in document]
        return missing + [
            fault
            for key, inner in shape.items()
            if key in document
            for fault in lacks(document[key], inner, f"{at}.{key}")
        ]
    if isinstance(shape, list):
        if not isinstance(document, list) or not document:
            return [f"{at}: no list with something in it"]
        return [
            fault for n, one in enumerate(document) for fault in lacks(one, shape[0], f"{at}[{n}]")
        ]
    return [] if shape is Any or isinstance(document, shape) else [f"{at}: {document!r}"]


TEXT = (str, type(None))
COUNTS = {"new": int, "changed": int, "unchanged": int}
REMARK = {
    "file": str, "sheet": str, "row": (int, type(None)), "column": str, "value": str, "reason": str,
}  # fmt: skip
PRINTED = {"pages": int, "missing_glyphs": list}
DUE = {
    "household": str, "door": str, "head": str, "due": str, "overdue_days": int, "reason": str,
}  # fmt: skip
ITEM = {"uid": str, "kind": str, "state": str, "text": str, "household": TEXT, "due_on": TEXT}
ASKING = [
    (("roster", "parse", "door", DOOR), dict.fromkeys(
        ("estate", "lane", "number", "building", "unit", "floor", "floor_derived", "room", "place",
         "problem", "warning"), Any)),
    (("roster", "parse", "id", "35029919580312001X"), dict.fromkeys(
        ("value", "birth", "sex", "problem", "note"), Any)),
    (("roster", "parse", "phone", "13900000001"), {
        "phones": [str], "contact": TEXT, "relation": TEXT, "problem": TEXT, "note": TEXT}),
    (("roster", "parse", "date", "1958.3"), dict.fromkeys(
        ("value", "precision", "problem", "warning"), TEXT)),
    (("roster", "search", "王"), {
        "hits": [{"resident": str, "household": str, "name": str, "door": str, "why": str}],
        "ms": float}),
    (("roster", "show", DOOR), {
        "uid": str, "door": str, "members": [{"name": "".__class__, "relation": TEXT}],
        "tags": [str], "visits": [{"happened_on": str, "outcome": str}], "items": [ITEM]}),
    (("visit", "due"), {"due": [DUE]}),
    (("visit", "due", "--on", "2026-06-01", "--within", "30", "--building", "3栋"), {"due": [DUE]}),
    (("visit", "record", DOOR, "--outcome", "met", "--mode", "phone", "--date", "2026-06-14",
      "--walker", "王网格", "--need", "a", "--resource", "b", "--situation", "c", "--promise", "d",
      "--note", "e"), {"visit": str}),
    (("item", "list", "--kind", "need", "--state", "registered"), [ITEM]),
    (("post", "list"), [{"kind": str, "place_name": str, "holder": str, "vacant": bool}]),
    (("post", "set", "building_chief", "3栋", "--holder", "陈楼长", "--phone", "13900000002",
      "--from", "2026-01-01"), [{"kind": str, "holder": str}]),
    (("month", "2026-06"), {
        "month": str, "sealed": bool,
        "indicators": {"visit_rate": {"numerator": int, "denominator": int, "rate": str}},
        "counts": {"households": int}, "balance_ok": bool}),
    (("conflict", "list"), list),
    (("backup", "now"), {"path": str, "made": str, "bytes": int}),
    (("check",), {"ok": bool, "problems": list}),
    *(
        (("print", *words, "-o", "out.pdf"), PRINTED)
        for words in (
            ("forms", "--due", "--variant", "street"), ("forms", "--household", DOOR),
            ("stairs", "--building", "3栋"), ("log",), ("chiefs",), ("ledger",), ("items",),
            ("elevation", "--building", "3栋"), ("brief",), ("recovery",),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "shape"), ASKING, ids=[" ".join(row[0]) for row in ASKING])
def test_a_command_answers_with_one_json_document_of_the_documented_shape(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...], shape: Any,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    answer = office.do(*words, "--json")
    assert lacks(answer.json, shape) == []
    assert answer.out.count("\n") == 1
    plain = office.run(*words)
    assert plain.status in (0, 3)  # the second telling of some is refused as already done
    assert not plain.out.startswith(("{", "["))


def test_an_import_is_planned_applied_and_taken_back(office: Office, tmp_path: Path) -> None:
    book = xlsx(tmp_path / "a.xlsx", (*TIDY, ("瑞景公园", "3栋", "2", "701", "张三、李四", "户主")))
    marked = tmp_path / "marked.xlsx"
    shape = {
        "batch": TEXT, "households": COUNTS, "residents": COUNTS, "refused": [REMARK],
        "warnings": list, "dropped_columns": list, "skipped_rows": list,
    }  # fmt: skip
    before = office.do("dump", "--canonical").out
    seen = office.ask("roster", "import", book, "--estate", "瑞景公园", "--preview")
    assert lacks(seen, shape) == []
    assert seen["batch"] is None
    assert office.do("dump", "--canonical").out == before
    done = office.ask("roster", "import", book, "--yes", "--marked", marked)
    assert lacks(done, {**shape, "batch": str}) == []
    assert marked.exists()
    assert lacks(office.ask("roster", "undo", done["batch"]), {"undone": int, "kept": list}) == []
    assert office.do("dump", "--canonical").out == before
    exported = office.ask("roster", "export", tmp_path / "o.xlsx", "--reason", "核对")
    assert lacks(exported, {"households": int, "residents": int, "fields": [str]}) == []


def test_one_record_is_added_changed_and_removed_by_hand(office: Office) -> None:
    home = office.ask("roster", "show", DOOR)
    added = office.ask("roster", "add", "resident", f"household={home['uid']}", "name=王小红")
    assert isinstance(added["change"], str)
    assert isinstance(office.ask("roster", "set", added["uid"], "sex", "女")["change"], str)
    lines = office.ask("roster", "history", added["uid"])
    assert lacks(lines, [{"field": str, "user": str, "wall": str}]) == []
    assert isinstance(office.ask("roster", "remove", added["uid"], "--reason", "错")["change"], str)
    door = office.ask("roster", "add", "household", f"building={home['building']}", "room=801")
    assert isinstance(door["change"], str)


def test_an_item_takes_a_step_and_a_term_ends(office: Office) -> None:
    (need,) = office.ask("item", "list")
    after = office.ask("item", "step", need["uid"], "accepted", "--by", "王网格")
    assert lacks(after, ITEM) == []
    assert after["state"] == "accepted"
    office.ask("post", "set", "building_chief", "3栋", "--holder", "陈楼长")
    left = office.ask("post", "end", "building_chief", "3栋", "--reason", "搬走")
    assert isinstance(left, list)


def test_samples_visits_and_a_sealed_month(office: Office, tmp_path: Path) -> None:
    made = office.ask("sample", tmp_path / "s", "--households", 20, "--seed", 3)
    assert lacks(made, {"files": [str]}) == []
    for file in made["files"]:
        office.do("roster", "import", file, "--yes")
    taken = office.ask("visit", "import", made["files"][-1], "--yes")
    assert lacks(taken, {"visits": COUNTS, "refused": list}) == []
    assert office.ask("visit", "import", made["files"][-1], "--yes")["visits"]["new"] == 0
    for month in ("2026-04", "2026-05"):
        sealed = office.ask("month", month, "--seal", "--xlsx", tmp_path / "m.xlsx",
                            "--pdf", tmp_path / "m.pdf")  # fmt: skip
        assert sealed["sealed"] is True
    assert (tmp_path / "m.xlsx").exists()
    assert (tmp_path / "m.pdf").exists()


def test_packages_between_two_pcs(office: Office, tmp_path: Path) -> None:
    two = Office(tmp_path / "two")
    joined = two.ask("init", "--join", "--site-name", "2号机", "--user", "小陈")
    assert lacks(joined, {"fingerprint": str}) == []
    assert two.ask("package", "card", "-o", tmp_path / "2.jlcard").keys() == {"fingerprint", "name"}
    enrolled = office.ask("package", "enrol", tmp_path / "2.jlcard", "--as", "peer",
                          "--name", "2号机", "--fingerprint", joined["fingerprint"])  # fmt: skip
    assert enrolled == {"fingerprint": joined["fingerprint"], "name": "2号机"}
    sent = office.ask("package", "export", "--to", "2号机", "--kind", "full", "-o", tmp_path)
    assert lacks(sent, {
        "package": str, "kind": str, "changes": int, "bytes": int, "prerequisites": list,
    }) == []  # fmt: skip
    path = tmp_path / f"jinlin-full-{sent['package'][:8]}.jlpkg"
    assert lacks(two.ask("package", "inspect", path), {"package": str, "kind": str}) == []
    mine = office.ask("package", "card", "-o", tmp_path / "1.jlcard")["fingerprint"]
    result = {
        "applied": int, "already": int, "waiting": list, "conflicts": int, "duplicates": int,
        "refused": list,
    }  # fmt: skip
    for last in ("--preview", "--yes"):
        taken = two.ask("package", "import", path, "--fingerprint", mine, last)
        assert lacks(taken, result) == []
    office.do("roster", "search", "王")
    home = office.ask("roster", "show", DOOR)
    office.do("roster", "set", home["uid"], "note", "换了门铃")
    peer = office.ask("package", "export", "--to", "2号机", "-o", tmp_path / "p.jlpkg")
    two.do("package", "import", tmp_path / "p.jlpkg", "--yes")
    undone = two.ask("package", "undo", peer["package"])
    assert lacks(undone, {"undone": int, "kept": list}) == []


def test_backups_are_listed_verified_and_restored(office: Office) -> None:
    made = office.ask("backup", "now")
    assert lacks(office.ask("backup", "list"), [{"path": str, "made": str, "bytes": int}]) == []
    assert office.ask("backup", "verify", made["path"])["ok"] is True
    back = office.ask("backup", "restore", made["path"])
    assert lacks(back, {"site": str, "fingerprint": str}) == []
    assert office.ask("check")["ok"]


def test_the_dump_is_sorted_json_lines_and_asks_for_a_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    lines = office.do("dump", "--reason", "移交").out.splitlines()
    assert json.loads(lines[0])["table"] == "buildings"
    silent = office.run("dump")
    assert (silent.status, silent.out) == (3, "")


WRONG_USAGE: tuple[tuple[str, ...], ...] = (
    ("no-such-command",), ("roster",), ("roster", "import"), ("roster", "search"),
    ("roster", "parse", "name", "x"), ("visit", "record", DOOR), ("visit", "due", "--nonsense"),
    ("print", "forms"), ("print", "forms", "--variant", "pink", "-o", "x.pdf"),
    ("init", "--user", "林书记"), ("init", "--office", "x", "--level", "planet", "--user", "林"),
    ("item", "step", "x"), ("post", "set", "building_chief", "3栋"), ("month",),
    ("package", "export", "-o", "x"), ("package", "enrol", "x", "--as", "friend"),
    ("conflict", "resolve", "x"), ("roster", "remove", "x"),
)  # fmt: skip


@pytest.mark.parametrize("words", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_ends_with_two(office: Office, words: tuple[str, ...]) -> None:
    answer = office.run(*words)
    assert answer.status == 2
    assert answer.err


AT_FAULT: tuple[tuple[str, ...], ...] = (
    ("roster", "import", "missing.xlsx", "--yes"), ("roster", "undo", "abcdef-99"),
    ("roster", "show", "9栋901"), ("roster", "set", "nobody", "name", "x"),
    ("roster", "add", "resident", "household=9栋901", "name=x"), ("roster", "history", "nobody"),
    ("roster", "remove", "nobody", "--reason", "x"), ("visit", "due", "--on", "昨天"),
    ("visit", "record", "9栋901", "--outcome", "met"), ("visit", "record", DOOR, "--outcome", "x"),
    ("visit", "record", DOOR, "--outcome", "met", "--date", "2030-01-01"),
    ("visit", "import", "missing.xlsx", "--yes"), ("item", "step", "nobody", "accepted"),
    ("item", "list", "--state", "办好"), ("item", "list", "--kind", "x"),
    ("item", "holidays", "missing.txt"), ("post", "set", "king", "3栋", "--holder", "x"),
    ("post", "end", "building_chief", "3栋"), ("print", "stairs", "-o", "out.pdf"),
    ("print", "log", "--date", "昨天", "-o", "out.pdf"),
    ("print", "chiefs", "-o", "no/such/folder/out.pdf"), ("month", "2026-13"), ("month", "2027-01"),
    ("package", "enrol", "missing.jlcard", "--as", "peer", "--fingerprint", "1"),
    ("package", "export", "--to", "9号机", "-o", "x.jlpkg"), ("package", "inspect", "missing"),
    ("package", "undo", "abcdef"), ("conflict", "resolve", "a.b", "--candidate", "1"),
    ("backup", "verify", "missing.jlbak"), ("backup", "restore", "missing.jlbak"),
    ("init", "--office", "又一个", "--level", "community", "--user", "林书记"),
    ("roster", "export", "no/such/folder/a.xlsx", "--reason", "核对"),
)  # fmt: skip


@pytest.mark.parametrize("words", AT_FAULT, ids=" ".join)
def test_input_at_fault_ends_with_three_and_one_chinese_sentence(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    for answer in (office.run(*words), office.run(*words, "--json")):
        assert answer.status == 3, answer
        assert answer.err.count("\n") == 1, answer.err
        assert answer.err.strip().endswith("。"), answer.err
        assert answer.out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_without_a_profile_or_its_passphrase_nothing_opens(office: Office, tmp_path: Path) -> None:
    none = Office(tmp_path / "none").run("check")
    assert (none.status, none.out) == (3, "")
    assert "首次设置" in none.err
    office.secret.write_text("another passphrase", "utf-8")
    assert (office.run("check").status, "口令不对" in office.run("check").err) == (3, True)
    office.secret.unlink()
    assert office.run("check").status == 3


def test_what_safety_refuses_ends_with_four(office: Office, tmp_path: Path) -> None:
    stranger = Office(tmp_path / "stranger")
    made = stranger.ask("init", "--office", "外社区", "--level", "community", "--user", "陈书记")
    assert made.keys() == {"office", "fingerprint"}
    stranger.do("package", "card", "-o", tmp_path / "s.jlcard")
    uid = office.ask("roster", "show", DOOR)["members"][0]["uid"]
    for words in (
        ("roster", "export", tmp_path / "all.xlsx"),
        ("roster", "set", uid, "id_number", "350299195803120017"),
        ("package", "enrol", tmp_path / "s.jlcard", "--as", "peer", "--fingerprint", "12345"),
        ("package", "enrol", tmp_path / "s.jlcard", "--as", "peer",
         "--fingerprint", made["fingerprint"]),
    ):  # fmt: skip
        answer = office.run(*words)
        assert (answer.status, answer.out) == (4, ""), answer
        assert answer.err.count("\n") == 1
    assert not (tmp_path / "all.xlsx").exists()


def test_a_bug_ends_with_one_and_a_report_without_what_was_typed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("王小明 13900000001")

    monkeypatch.setattr(search, "timed_find", broken)
    answer = office.run("roster", "search", "王小明", "--json")
    assert (answer.status, answer.out) == (1, "")
    report = Path(answer.err.strip().rpartition("：")[2])
    assert "RuntimeError" in report.read_text("utf-8")
    assert "王小明" not in report.read_text("utf-8") + answer.err


def test_damage_is_found_and_said(office: Office) -> None:
    store = open_profile(office.profile, PASSPHRASE)
    with store.local() as conn:
        conn.execute("UPDATE residents SET name = '张冠' WHERE name = '王小明'")
    store.close()
    answer = office.run("check", "--json")
    assert answer.status == 3
    assert answer.json["ok"] is False
    assert "“居民”表与更改记录重建的结果不一致。" in answer.json["problems"]
    assert "备份" in answer.err


def test_what_arrived_before_its_parent_is_listed_until_it_comes(office: Office) -> None:
    assert office.ask("conflict", "waiting") == []
    store = open_profile(office.profile, PASSPHRASE)
    with store.change("先到的成员") as change:
        change.create("residents", household="f" * 20, name="张早到", status="living")
    store.close()
    (waiting,) = office.ask("conflict", "waiting")
    assert (waiting["table"], waiting["parent_table"]) == ("residents", "households")
    assert "张早到" in office.do("conflict", "waiting").out


def test_the_window_is_the_default_command(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[tuple[object, ...]] = []

    class App:
        @staticmethod
        def run(*words: object) -> int:
            opened.append(words)
            return 0

    monkeypatch.setitem(sys.modules, "desktop.app", App)
    assert office.run().status == 0
    assert office.run("open", "--screenshot", tmp_path / "shots").status == 0
    assert [words[2] for words in opened] == [None, tmp_path / "shots"]
    assert run("--version").status == 0
