"""A copied disk from the first word about it to the same roster on three PCs, by command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.command import Office
from tests.flows.test_packages_cli import start


def hand_over(sender: Office, receiver: Office, to: str, folder: Path, *options: str) -> None:
    sent = sender.ask("package", "export", "--to", to, "-o", folder, *options)
    assert receiver.ask("package", "import", sent["path"], "--yes")["refused"] == []


def test_two_machines_that_shared_a_number_come_together(tmp_path: Path) -> None:
    one, two, code = start(tmp_path)
    full = one.ask("package", "export", "--to", "2号机", "--kind", "full", "-o", tmp_path)
    two.ask("package", "import", full["path"], "--yes", "--fingerprint", code)
    assert "没有因编号冲突而隔离的数据包" in two.run("package", "split", "--yes").err

    shutil.copytree(tmp_path / "2", tmp_path / "3")
    copy = Office(tmp_path / "3")
    lines = two.do("dump", "--canonical").out.splitlines()
    first, second = [json.loads(line)["uid"] for line in lines if '"tag_kinds"' in line][:2]
    two.ask("roster", "set", first, "interval_days", "41")
    copy.ask("roster", "set", first, "interval_days", "42")
    copy.ask("roster", "set", second, "interval_days", "43")
    hand_over(two, one, "1号机", tmp_path)
    whole = one.ask("package", "export", "--to", "2号机", "--kind", "full", "-o", tmp_path)
    refused = copy.run("package", "import", whole["path"], "--yes", "--json")
    assert refused.status == 4
    assert "硬盘被复制过" in refused.err
    assert "jinlin package split" in refused.err  # here, and not in the sentence windows show
    before = copy.do("dump", "--canonical").out

    done = copy.ask("package", "split", "--name", "3号机", "--yes")
    assert (done["new_name"], done["refused"], done["waiting"]) == ("3号机", [], [])
    assert copy.do("dump", "--canonical").out != before
    assert copy.ask("check")["ok"]
    card = copy.ask("package", "card", "-o", tmp_path / "3.jlcard")
    one.ask(
        "package", "enrol", tmp_path / "3.jlcard", "--as", "peer", "--fingerprint",
        card["fingerprint"],
    )  # fmt: skip
    hand_over(copy, one, "1号机", tmp_path)
    hand_over(one, two, "2号机", tmp_path)
    hand_over(one, copy, "3号机", tmp_path)
    dumps = {pc.do("dump", "--canonical").out for pc in (one, two, copy)}
    assert len(dumps) == 1
    assert '"interval_days":43' in dumps.pop()
    (conflict,) = one.ask("conflict", "list")
    assert {c["value"] for c in conflict["candidates"]} == {41, 42}
    assert one.ask("check")["ok"]
