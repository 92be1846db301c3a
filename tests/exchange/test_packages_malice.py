"""An enrolled PC that lies, by mistake or on purpose, cannot spoil what others hand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.exchange.packages.format import Sender, read_outer
from desktop.exchange.packages.keys import key_id
from desktop.exchange.packages.letters import notice
from desktop.exchange.packages.payload import (
    Manifest,
    change_lines,
    gzipped,
    lines_of,
)
from desktop.exchange.packages.reading import opened
from desktop.exchange.packages.strict_json import sorted_line
from desktop.models import changes, check
from desktop.models.branches import Branch, branch_name
from desktop.models.changes import WireChange
from desktop.models.key_changes import KeyChange, fresh_keys
from desktop.models.letters import letter_states
from desktop.models.partners import reports
from desktop.models.rotation import rotate
from desktop.models.sites import own_site, revoke_site, sites
from tests.exchange.offices import Thief, an_office, knows
from tests.exchange.pcs import Pc, converge, forged_inside, introduce, resigned

OFFICE = "c0" * 10


def inside(pc: Pc, path: Path) -> tuple[Manifest, list[WireChange]]:
    with opened(pc.store, path, path.name, read_outer(path)) as payload:
        return payload.manifest, list(payload.changes())


def letter_inside(pc: Pc, path: Path) -> tuple[Manifest, bytes]:
    with opened(pc.store, path, path.name, read_outer(path)) as payload:
        return payload.manifest, sorted_line(payload.report())


def forge(sender: Pc, receiver: Pc, path: Path, manifest: Manifest, lines: Sequence[bytes]) -> Path:
    seals = (own_site(receiver.store).seal, own_site(sender.store).seal)
    forged_inside(sender, path, list(gzipped(lines_of(manifest, lines))), seals)
    return path


def with_changes(sender: Pc, receiver: Pc, name: str, more: Sequence[WireChange]) -> Path:
    """The sender's honest package with some changes of its own making behind."""
    path = sender.export_to(name, "forged.jlpkg").path
    manifest, log = inside(sender, path)
    log += more
    vector, tips = dict(manifest.vector), dict(manifest.tips)
    for change in more:
        if change.header.site == sender.store.site:
            vector[change.header.site], tips[change.header.site] = change.header.seq, change.hash
    manifest = replace(manifest, vector=vector, tips=tips, changes=len(log))
    return forge(sender, receiver, path, manifest, list(change_lines(log)))


def a_change(pc: Pc, ops: list[Any], site: str = "") -> WireChange:
    """What this PC (or a site it made up) might write next."""
    chunks, leaves = changes.encode(ops)
    seq, before = changes.tip(pc.store.db.conn, site or pc.store.site)
    header = changes.Header(
        site=site or pc.store.site, seq=seq + 1, prev_hash=before, schema=1, user="",
        lamport=pc.store.value("SELECT count(*) FROM changes") + 1, wall="2026-06-15T09:30:00",
        kind="edit", reason="修改", ops=len(ops),
    )  # fmt: skip
    return WireChange(header, header.hash(leaves), chunks)


@pytest.mark.parametrize("site", ["怪" * 32, "x", "A1" * 16, "a1" * 17])
def test_a_made_up_site_does_not_make_the_receivers_own_packages_unreadable(
    first: Pc, second: Pc, site: str
) -> None:
    converge(first, second)
    odd = a_change(second, [["c", "estates", "0" * 20, {"name": "甲"}]], site)
    result = first.take(with_changes(second, first, "1号机", [odd]))
    assert "已损坏" in result.refused[0].why
    first.household("502", "李红")
    assert second.take(first.export_to("2号机").path).refused == []


@pytest.mark.parametrize("name", [True, 5, None, ["湖滨"], "长" * 201])
def test_an_offices_name_is_a_short_text(first: Pc, tmp_path: Path, name: Any) -> None:
    street = an_office(tmp_path, first.stick, "湖滨街道")
    knows(first, street)
    knows(street, first)
    path = street.export_to("莲心社区", kind="notice", letter=notice("通知", "内容")).path
    manifest, line = letter_inside(street, path)
    manifest = replace(manifest, office=replace(manifest.office, name=name))
    result = first.take(forge(street, first, path, manifest, [line]))
    street.store.close()
    assert "已损坏" in result.refused[0].why
    assert letter_states(first.store) == []


def test_thousands_of_branches_are_refused_before_they_cost_time(first: Pc, second: Pc) -> None:
    converge(first, second)
    site, path = "ee" * 16, second.export_to("1号机", "forged.jlpkg").path
    manifest, log = inside(second, path)
    vector, tips, told = dict(manifest.vector), dict(manifest.tips), []
    for number in range(1001):
        made = number.to_bytes(32, "big")
        told.append(Branch(branch_name(site, made), site, 1, bytes(32), made, site))
        vector[told[-1].name], tips[told[-1].name] = 1, made
    manifest = replace(manifest, vector=vector, tips=tips, branches=tuple(told))
    result = first.take(forge(second, first, path, manifest, list(change_lines(log))))
    assert "已损坏" in result.refused[0].why


def test_a_number_that_another_pc_used_up_does_not_hide_a_report(first: Pc, tmp_path: Path) -> None:
    street, other = (an_office(tmp_path, first.stick, name) for name in ("湖滨街道", "荷塘社区"))
    for here, there in ((first, street), (street, first), (other, street), (street, other)):
        knows(here, there)
    sent = first.export_to("湖滨街道", "true.jlpkg", kind="report", month="2026-05")
    path = other.export_to("湖滨街道", "false.jlpkg", kind="report", month="2026-05").path
    manifest, line = letter_inside(other, path)
    resigned(other, path, lambda fields: fields.update(package=sent.package))
    forge(other, street, path, replace(manifest, package=sent.package), [line])
    assert [street.take(path).applied, street.take(path).applied] == [1, 0]
    for paths in ((sent.path,), (sent.path, path)):
        assert street.preview(*paths).applied == 1
    assert [street.take(sent.path).applied, street.take(sent.path).applied] == [1, 0]
    assert [each.office_name for each in reports(street.store)] == ["荷塘社区", "莲心社区"]
    street.store.close()
    other.store.close()


def test_a_number_that_a_colleague_used_up_neither_hides_a_package_nor_pushes_it_out(
    first: Pc, second: Pc, newcomer: Pc
) -> None:
    introduce(first, newcomer, first.stick / "3.jlcard")
    converge(first, second)
    second.household("501", "王小明")
    first_part = second.export_to("3号机", "first.jlpkg")
    newcomer.take(first_part.path)
    second.household("502", "李红")
    sent = second.export_to("3号机", "true.jlpkg")
    path = first.export_to("3号机", "false.jlpkg").path
    manifest, log = inside(first, path)
    resigned(first, path, lambda fields: fields.update(package=sent.package))
    forge(first, newcomer, path, replace(manifest, package=sent.package), list(change_lines(log)))
    assert newcomer.take(path).refused == []
    assert newcomer.take(sent.path).refused == []
    assert newcomer.store.value("SELECT count(*) FROM live_residents") == 2


def test_a_change_that_would_fill_the_memory_is_refused_unread(
    first: Pc, second: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand ops weigh as many bytes as they like once they are packed."""
    converge(first, second)
    erasing = [["e", "a" * 20]] * 1000
    path = with_changes(second, first, "1号机", [a_change(second, erasing)])
    for limit in ("MAX_OPS", "MAX_OPS_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(changes, limit, 999)
            assert "大得不合常理" in first.take(path).refused[0].why
    assert first.take(path).refused == []


def test_nobody_writes_a_change_that_others_would_refuse(
    first: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.household("501", "王小明")
    before = first.dump()
    for limit in ("MAX_OPS", "MAX_OPS_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(changes, limit, 3)
            with pytest.raises(changes.ChangeTooLarge, match="分成几次"):
                first.household("502", "李红", "张三", "李四")
    assert first.dump() == before


@pytest.mark.parametrize("how", ["takes its stop back", "erases its row", "lets another in"])
def test_a_stopped_pc_has_no_word_about_who_is_trusted(first: Pc, second: Pc, how: str) -> None:
    """Whoever has its key may write up to the number; not that the number no longer counts."""
    converge(first, second)
    me, upto = second.store.site, changes.tip(second.store.db.conn, second.store.site)[0] + 5
    revoke_site(first.store, me, upto)
    stop = [[first.store.site, changes.tip(first.store.db.conn, first.store.site)[0]]]
    here = own_site(second.store)
    row = {"name": "4号机", "sign": here.sign, "seal": here.seal, "revoked": 0}
    ways: dict[str, list[Any]] = {
        "takes its stop back": [["s", "sites", me, "revoked", 0, stop]],
        "erases its row": [["e", me]],
        "lets another in": [["c", "sites", "ab" * 16, row]],
    }
    before = sites(first.store)
    path = with_changes(second, first, "1号机", [a_change(second, ways[how])])
    for result in (first.preview(path), first.take(path)):
        assert "可能有人拿着它的钥匙" in result.refused[0].why
    assert sites(first.store) == before
    second.household("501", "王小明")
    assert first.take(second.export_to("1号机").path).refused == []


def test_a_key_left_behind_takes_nothing_back_by_way_of_a_colleague(
    first: Pc, second: Pc, tmp_path: Path
) -> None:
    """A thief signs a second step from the street's old key, for a PC that knows no other yet."""
    street = an_office(tmp_path, first.stick, "湖滨街道")
    knows(first, street)
    knows(street, first)
    converge(first, second)
    here, old, fresh = own_site(street.store), Thief(street), fresh_keys()
    rotate(street.store)
    told = {"kind": "notice", "letter": notice("通知", "内容")}
    assert first.take(street.export_to("莲心社区", "1.jlpkg", **told).path).refused == []
    step = KeyChange(
        here.uid, here.sign, here.seal, fresh["sign_public"], fresh["seal_public"], after=0
    )
    step = replace(step, signature=old.keys.signer.sign(step.message()).hex())
    thief = Thief(street)
    thief.sender = Sender(here.uid, step.sign, step.seal, (step,))
    thief.keys = replace(
        thief.keys, signer=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(fresh["sign_key"]))
    )
    path = street.export_to("莲心社区", "2.jlpkg", **told).path
    manifest, line = letter_inside(street, path)
    to = (key_id(own_site(second.store).seal),)
    resigned(street, path, lambda fields: fields.update(to=to))
    forge(street, second, path, replace(manifest, to=to), [line])
    assert second.take(thief.signs(path)).refused == []  # nothing here tells it from the street
    converge(first, second)
    assert first.take(street.export_to("莲心社区", "3.jlpkg", **told).path).refused == []
    street.store.close()


def test_nobody_edits_a_row_before_it_is_made(first: Pc, second: Pc) -> None:
    converge(first, second)
    early = a_change(first, [["s", "estates", OFFICE, "name", "乙", []]])
    before = second.dump()
    result = second.take(with_changes(first, second, "2号机", [early]))
    assert "还没有的记录" in result.refused[0].why
    assert second.dump() == before
    assert check.check(second.store) == []


def test_nobody_overwrites_a_change_of_their_own_or_of_the_future(first: Pc, second: Pc) -> None:
    converge(first, second)
    home = first.household("501", "王小明")
    seq = changes.tip(first.store.db.conn, first.store.site)[0]
    own = a_change(first, [["s", "households", home, "note", "乙", [[first.store.site, seq + 1]]]])
    before = second.dump()
    result = second.take(with_changes(first, second, "2号机", [own]))
    assert "以后的更改" in result.refused[0].why
    assert second.dump() == before


def test_a_relay_cannot_keep_the_content_of_a_colleagues_change_back(first: Pc, second: Pc) -> None:
    converge(first, second)
    first.household("501", "王小明")
    path = first.export_to("2号机", "forged.jlpkg").path
    manifest, log = inside(first, path)
    swallowed = [
        replace(change, chunks=changes.redact(change.chunks, uids_in(change)), unfolded=None)
        for change in log
    ]
    before = second.dump()
    result = second.take(forge(first, second, path, manifest, list(change_lines(swallowed))))
    assert "没有人抹除过什么" in result.refused[0].why
    assert second.dump() == before
    assert second.take(first.export_to("2号机").path).refused == []
    assert second.dump() == first.dump()


def uids_in(change: WireChange) -> frozenset[str]:
    return frozenset(op[2] for op in changes.decode(change.chunks) if op[0] in "csd")


def test_the_authors_own_full_package_brings_back_what_a_relay_kept_back(
    first: Pc, second: Pc
) -> None:
    gone = first.household("101", "张三")
    converge(first, second)
    with first.store.change("抹除") as change:
        change.erase(gone)
    home = first.household("501", "王小明")
    with first.store.change("修改") as change:
        change.set("households", home, note="按铃没响")
    path = first.export_to("2号机", "forged.jlpkg").path
    manifest, log = inside(first, path)
    swallowed = [
        replace(each, chunks=changes.redact(each.chunks, frozenset({home})), unfolded=None)
        for each in log
    ]
    result = second.take(forge(first, second, path, manifest, list(change_lines(swallowed))))
    assert result.refused == []
    assert second.dump() != first.dump()
    assert second.take(first.export_to("2号机", "full.jlpkg", kind="full").path).refused == []
    assert second.dump() == first.dump()
    assert check.check(second.store) == []


def test_nonsense_about_a_stopped_pc_stops_it_and_breaks_nothing(
    first: Pc, second: Pc, newcomer: Pc, tmp_path: Path
) -> None:
    converge(first, second)
    third = newcomer
    introduce(first, third, tmp_path / "3.jlcard")
    converge(first, second)
    born = second.store.rows(
        "SELECT s.site, c.seq FROM sites t JOIN changes c ON c.id = t.born"
        " JOIN site_numbers s ON s.n = c.site WHERE t.uid = ?", (third.store.site,)
    )  # fmt: skip
    dots = [list(dot) for dot in born]
    odd = a_change(second, [
        ["s", "sites", third.store.site, "revoked", "算了", dots],
        ["s", "sites", third.store.site, "revoked_after", "很多", dots],
    ])  # fmt: skip
    assert first.take(with_changes(second, first, "1号机", [odd])).refused == []
    (told,) = [each for each in sites(first.store) if each.uid == third.store.site]
    assert (told.revoked, told.revoked_after) == (True, 0)
