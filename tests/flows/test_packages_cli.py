"""Two offices' PCs exchange packages through the command line, as scripts and checks do."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import Office


def start(tmp_path: Path) -> tuple[Office, Office, str]:
    """A first PC and a second one that has joined it; also the first one's fingerprint."""
    one, two = Office(tmp_path / "1"), Office(tmp_path / "2")
    made = one.ask("init", "--office", "莲心社区", "--level", "community", "--user", "林书记")
    two.ask("init", "--join", "--site-name", "2号机", "--user", "小陈")
    card = two.ask("package", "card", "-o", tmp_path / "2.jlcard")
    assert card["name"] == "2号机"
    for _ in range(2):  # again is harmless
        added = one.ask("package", "enrol", tmp_path / "2.jlcard", "--as", "peer",
                        "--fingerprint", card["fingerprint"])  # fmt: skip
        assert added == card
    return one, two, made["fingerprint"]


def test_two_pcs_converge_and_decide_a_conflict(tmp_path: Path) -> None:
    one, two, code = start(tmp_path)
    full = tmp_path / "F.jlpkg"
    sent = one.ask("package", "export", "--to", "2号机", "--kind", "full", "-o", full)
    assert (sent["kind"], sent["prerequisites"]) == ("full", [])
    assert sent["bytes"] == full.stat().st_size

    refused = two.run("package", "import", full, "--yes", "--json")
    assert refused.status == 4
    assert refused.json["refused"][0]["file"] == "F.jlpkg"
    assert "指纹码" in refused.err
    seen = two.ask("package", "import", full, "--preview", "--fingerprint", code)
    taken = two.ask("package", "import", full, "--yes", "--fingerprint", code)
    assert seen["applied"] == taken["applied"] == sent["changes"]

    tag = json.loads(
        next(line for line in one.do("dump", "--canonical").out.splitlines() if "tag_kinds" in line)
    )
    one.do("roster", "set", tag["uid"], "interval_days", "41", "--json")
    two.do("roster", "set", tag["uid"], "interval_days", "42", "--json")
    for sender, receiver, to in ((one, two, "2号机"), (two, one, "1号机"), (one, two, "2号机")):
        sent = sender.ask("package", "export", "--to", to, "-o", tmp_path)
        taken = receiver.ask("package", "import", sent["path"], "--yes")
        assert taken["refused"] == []
    (conflict,) = one.ask("conflict", "list")
    assert two.ask("conflict", "list") == [conflict]
    assert {c["value"] for c in conflict["candidates"]} == {41, 42}
    one.ask("conflict", "resolve", conflict["id"], "--candidate", "2")
    sent = one.ask("package", "export", "--to", "2号机", "-o", tmp_path)
    two.ask("package", "import", sent["path"], "--yes")
    assert two.ask("conflict", "list") == []
    assert one.do("dump", "--canonical").out == two.do("dump", "--canonical").out
    assert one.ask("check")["ok"]
    assert two.ask("check")["ok"]

    two.ask("roster", "set", tag["uid"], "name", "改名")
    sent = two.ask("package", "export", "--to", "1号机", "-o", tmp_path)
    before = one.do("dump", "--canonical").out
    one.ask("package", "import", sent["path"], "--yes")
    undone = one.ask("package", "undo", sent["package"])
    assert (undone["undone"], undone["kept"]) == (1, [])
    assert one.do("dump", "--canonical").out == before

    two.ask("roster", "set", tag["uid"], "name", "再改名")
    sent = two.ask("package", "export", "--to", "1号机", "-o", tmp_path)
    one.ask("package", "import", sent["path"], "--yes")
    one.ask("roster", "set", tag["uid"], "name", "本机改名")
    told = one.do("package", "undo", sent["package"]).out
    assert "已撤销 0 处，1 处保留未动：" in told
    assert "标签种类：本机改名　名称——之后有人改过，保留" in told


def test_inspecting_needs_no_trust_and_refusals_have_their_status(tmp_path: Path) -> None:
    one, two, _ = start(tmp_path)
    sent = one.ask("package", "export", "--to", "2号机", "-o", tmp_path)
    seen = two.ask("package", "inspect", sent["path"])
    assert (seen["for_me"], seen["known_sender"], seen["changes"]) == (True, False, sent["changes"])
    stranger = one.run("package", "enrol", tmp_path / "2.jlcard", "--as", "peer",
                       "--fingerprint", "0" * 25)  # fmt: skip
    assert stranger.status == 4
    assert "指纹码" in stranger.err
    assert one.run("package", "export", "--to", "9号机", "-o", tmp_path).status == 3
    broken = Path(sent["path"])
    broken.write_bytes(broken.read_bytes()[:-1])
    damaged = one.run("package", "import", broken, "--yes")
    assert damaged.status == 3
    assert "损坏" in damaged.err


def test_backups_from_the_command_line(tmp_path: Path) -> None:
    one, _, code = start(tmp_path)
    made = one.ask("backup", "now")
    assert one.ask("backup", "list") == [made]
    assert one.ask("backup", "verify", made["path"])["office"] == "莲心社区"
    back = one.ask("backup", "restore", made["path"])
    assert back["fingerprint"] != code
    assert Path(back["aside"]).is_dir()
    assert one.ask("check")["ok"]
    bad = tmp_path / "bad.jlbak"
    bad.write_bytes(b"PK")
    assert one.run("backup", "verify", bad).status == 3


def test_a_community_reports_to_its_street_office(tmp_path: Path) -> None:
    one, _, code = start(tmp_path)
    street = Office(tmp_path / "street")
    above = street.ask("init", "--office", "湖滨街道", "--level", "subdistrict", "--user", "赵主任")
    for here, there, fingerprint, name in (
        (one, street, above["fingerprint"], "湖滨街道"),
        (street, one, code, "莲心社区"),
    ):
        there.do("package", "card", "-o", tmp_path / "card.jlcard")
        added = here.ask("package", "enrol", tmp_path / "card.jlcard", "--as", "office",
                         "--fingerprint", fingerprint)  # fmt: skip
        assert added["name"] == name
    sent = one.ask("package", "export", "--to", "湖滨街道", "--kind", "report", "-o", tmp_path)
    assert sent["kind"] == "report"
    taken = street.ask("package", "import", sent["path"], "--yes")
    assert (taken["applied"], taken["refused"]) == (1, [])
    told = street.ask("package", "reports")
    assert [r["office_name"] for r in told["reports"]] == ["莲心社区"]
    assert told["missing"] == []
    assert street.run("package", "export", "--to", "莲心社区", "--kind", "report",
                      "-o", tmp_path).status == 3  # fmt: skip
    assert len(one.ask("package", "lost")["packages"]) == 1
    receipt = street.ask("package", "export", "--to", "莲心社区", "--kind", "notice",
                         "-o", tmp_path)  # fmt: skip
    one.do("package", "import", receipt["path"], "--yes")
    assert one.ask("package", "lost")["packages"] == []
    total = street.ask("package", "rollup", told["reports"][0]["month"])
    assert (total["offices"][0]["name"], total["missing"]) == ("莲心社区", [])
    notice = street.ask("package", "letter", "notify", "--to", "莲心社区", "--title", "防台通知",
                        "-o", tmp_path)  # fmt: skip
    one.do("package", "import", notice["path"], "--yes")
    letters = one.ask("package", "letter", "list")
    assert [letter["kind"] for letter in letters] == ["notice", "receipt"]
    assert one.ask("package", "stop", "湖滨街道")["stopped"] == "湖滨街道"
    more = street.ask("package", "letter", "notify", "--to", "莲心社区", "--title", "再通知",
                      "-o", tmp_path)  # fmt: skip
    assert one.run("package", "import", more["path"], "--yes").status == 4


def test_a_preview_names_the_households_and_many_conflicts_are_settled_by_rule(
    tmp_path: Path,
) -> None:
    one, two, code = start(tmp_path)
    made = one.ask("sample", tmp_path / "in", "--households", "10")["files"]
    one.ask("roster", "import", next(f for f in made if "凌乱" not in f and "花名册" in f), "--yes")
    assert one.ask("package", "colleagues")[0]["confirmed"] == 0
    sent = one.ask("package", "export", "--to", "2号机", "-o", tmp_path)
    seen = two.ask("package", "import", sent["path"], "--preview", "--fingerprint", code)
    assert seen["household_counts"]["new"] == len(seen["households"]) > 0
    assert {home["kind"] for home in seen["households"]} == {"new"}
    two.ask("package", "import", sent["path"], "--yes", "--fingerprint", code)

    homes = [home["household"] for home in seen["households"]]
    for number, home in enumerate(homes):
        one.ask("roster", "set", home, "phone", f"139000010{number:02}")
        two.ask("roster", "set", home, "phone", f"139000020{number:02}")
    back = two.ask("package", "export", "--to", "1号机", "-o", tmp_path)
    seen = one.ask("package", "import", back["path"], "--preview")
    assert seen["household_counts"]["disputed"] == len(homes)
    assert [home["differences"][0]["kind"] for home in seen["households"]] == ["conflict"] * len(
        homes
    )
    one.ask("package", "import", back["path"], "--yes")
    [colleague] = one.ask("package", "colleagues")
    assert (colleague["name"], colleague["unsent"]) == ("2号机", len(homes))

    assert all(c["doubt"] == "" for c in one.ask("conflict", "list")[0]["candidates"])
    shown = one.ask("conflict", "settle", "--take-from", "2号机", "--show")
    assert (shown["settled"], shown["change"]) == (len(homes), None)
    done = one.ask("conflict", "settle", "--take-from", "2号机", "--field", "households.phone")
    assert one.ask("conflict", "list") == []
    one.ask("roster", "undo", done["change"])
    assert len(one.ask("conflict", "list")) == len(homes)
