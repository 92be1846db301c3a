"""Keys by command: a street certifies, a PC takes new keys, a stolen one is stopped at a number."""

from __future__ import annotations

from pathlib import Path

from tests.command import Office
from tests.flows.test_packages_cli import start


def office(folder: Path, name: str, level: str) -> tuple[Office, Path, str]:
    """An office with one PC, its card and its code."""
    there = Office(folder / name)
    made = there.ask("init", "--office", name, "--level", level, "--user", "赵主任")
    card = folder / f"{name}.jlcard"
    there.do("package", "card", "-o", card)
    return there, card, made["fingerprint"]


def test_a_street_hands_out_cards_that_need_no_code(tmp_path: Path) -> None:
    street, street_card, street_code = office(tmp_path, "湖滨街道", "subdistrict")
    lotus, lotus_card, lotus_code = office(tmp_path, "莲心社区", "community")
    pond, _, _ = office(tmp_path, "荷塘社区", "community")
    street.do("package", "enrol", lotus_card, "--as", "office", "--fingerprint", lotus_code)
    pond.do("package", "enrol", street_card, "--as", "office", "--fingerprint", street_code)

    refused = pond.run("package", "enrol", lotus_card, "--as", "office")
    assert refused.status == 4
    assert "25位指纹码" in refused.err
    certified = tmp_path / "c.jlcard"
    done = street.ask("package", "certify", "莲心社区", "-o", certified)
    assert [each["name"] for each in done["certified"]] == ["莲心社区"]
    seen = pond.ask("package", "inspect", certified)
    assert (seen["office"], seen["known"], seen["certificate"]) == ("莲心社区", False, "")
    assert "签发：湖滨街道" in pond.do("package", "inspect", certified).out
    added = pond.ask("package", "enrol", certified, "--as", "office")
    assert added == {"fingerprint": lotus_code, "name": "莲心社区"}
    assert pond.run("package", "enrol", certified, "--as", "peer").status == 4

    folder = tmp_path / "all"
    folder.mkdir()
    assert len(street.ask("package", "certify", "--all", "-o", folder)["certified"]) == 1
    assert street.run("package", "certify", "-o", folder).status == 2

    # new keys: known here, so the new card needs no code either
    turned = lotus.ask("package", "rotate")
    assert turned["fingerprint"] != lotus_code
    lotus.do("package", "card", "-o", lotus_card)
    enrolled = street.ask("package", "enrol", lotus_card, "--as", "office")
    assert enrolled["fingerprint"] == turned["fingerprint"]
    assert pond.run("package", "enrol", certified, "--as", "office").status == 0  # not heard yet
    pond.do("package", "enrol", lotus_card, "--as", "office")
    old = pond.run("package", "enrol", certified, "--as", "office")
    assert old.status == 4
    assert "旧名片" in old.err


def test_new_keys_and_a_stopped_pc_inside_an_office(tmp_path: Path) -> None:
    one, two, code = start(tmp_path)
    full = tmp_path / "F.jlpkg"
    one.do("package", "export", "--to", "2号机", "--kind", "full", "-o", full)
    two.do("package", "import", full, "--yes", "--fingerprint", code)
    assert two.ask("package", "rotate")["waiting"] == ["1号机"]
    sent = two.ask("package", "export", "--to", "1号机", "-o", tmp_path)
    seen = one.ask("package", "inspect", sent["path"])
    assert (seen["key"], seen["believed_upto"], seen["known_sender"]) == ("next", None, True)
    assert one.ask("package", "import", sent["path"], "--yes")["refused"] == []

    number = one.ask("package", "stop", "2号机", "--show")["late"][-1]["number"]
    two.do("package", "rotate")
    late = two.ask("package", "export", "--to", "1号机", "-o", tmp_path)
    stopped = one.ask("package", "stop", "2号机", "--after", number)
    assert stopped == {"stopped": "2号机", "after": number, "late": 0}
    refused = one.run("package", "import", late["path"], "--yes")
    assert refused.status == 4
    assert one.ask("package", "stop", "2号机", "--show")["late"] == []
    assert one.ask("package", "stop", "2号机", "--show", "--after", 0)["late"] != []
    assert one.run("package", "stop", "2号机", "--after", -1).status == 2
    assert one.ask("check")["ok"]
