"""A PC takes new keys: colleagues and other offices go on, whoever has the old keys does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.exchange.packages.cards import enrol, inspect_card, read_card
from desktop.exchange.packages.format import Sender, unseal
from desktop.exchange.packages.inbox import undo_package
from desktop.exchange.packages.keys import own_keys
from desktop.exchange.packages.payload import (
    Payload,
    change_lines,
    gzipped,
    lines_of,
    plain_lines,
)
from desktop.exchange.packages.reading import inspect
from desktop.models import check, exchange_log, package_log, rotation
from desktop.models.exchange_log import vector
from desktop.models.key_changes import (
    KeyChange,
    OldCard,
    OtherKeys,
    SiteStopped,
    add_key_change,
    fresh_keys,
)
from desktop.models.partners import partner, reports, revoke_partner
from desktop.models.profile import meta
from desktop.models.rotation import NothingToRotate, former_secrets, rotate
from desktop.models.sites import own_site, revoke_site, site
from tests.exchange.offices import Thief, an_office, card_of, knows
from tests.exchange.pcs import (
    Pc,
    carry,
    converge,
    forged_inside,
    introduce,
    parts,
    resigned,
)


@pytest.fixture
def third(first: Pc, second: Pc, newcomer: Pc, stick: Path) -> Pc:
    """A third PC of the office that everybody has heard of."""
    converge(first, second)
    introduce(first, newcomer, stick / "3.jlcard")
    carry(first, second, "2号机")
    carry(newcomer, first, "1号机")
    return newcomer


@pytest.fixture
def street(tmp_path: Path, stick: Path, first: Pc) -> Iterator[Pc]:
    pc = an_office(tmp_path, stick, "湖滨街道")
    knows(first, pc)
    knows(pc, first)
    yield pc
    pc.store.close()


def only_refusal(pc: Pc, path: Path) -> str:
    result = pc.take(path)
    assert result.applied == 0
    (refused,) = result.refused
    assert refused.status == 4
    return refused.why


def report(pc: Pc, month: str = "2026-05") -> Path:
    return pc.export_to("湖滨街道", kind="report", month=month).path


def test_colleagues_go_on_as_before(first: Pc, second: Pc) -> None:
    converge(first, second)
    before = own_site(first.store)
    rotate(first.store)
    after = own_site(first.store)
    assert (after.uid, after.name) == (before.uid, before.name)
    assert after.sign != before.sign
    assert after.seal != before.seal
    first.household("501", "王小明")
    second.household("502", "李红")
    converge(first, second)
    assert second.dump() == first.dump()
    known = site(second.store, first.store.site)
    assert known == after
    assert check.check(first.store) == check.check(second.store) == []


def test_the_old_signing_key_is_gone_at_once_and_the_old_seal_once_nobody_needs_it(
    first: Pc, second: Pc, third: Pc
) -> None:
    old = meta(first.store, "sign_key"), meta(first.store, "seal_key")
    step = rotate(first.store)
    kept = {str(row[0]) for row in first.store.rows("SELECT value FROM meta")}
    assert old[0] not in kept
    assert former_secrets(first.store) == [old[1]]
    assert [s.name for s in rotation.unaware(first.store, step)] == ["2号机", "3号机"]
    for colleague, name in ((second, "2号机"), (third, "3号机")):
        assert former_secrets(first.store) == [old[1]]
        carry(first, colleague, name)
        carry(colleague, first, "1号机")
    assert former_secrets(first.store) == []


def test_what_a_colleague_sealed_before_hearing_of_it_is_opened(first: Pc, second: Pc) -> None:
    converge(first, second)
    second.household("502", "李红")
    early = second.export_to("1号机", "early.jlpkg").path
    rotate(first.store)
    assert first.take(early).refused == []
    home = second.household("503", "赵六")
    assert carry(second, first, "1号机").refused == []  # still sealed to the old key
    assert first.shown("households", home, "room") == "503"


def test_what_was_sealed_to_an_erased_key_says_so_and_comes_again(first: Pc, second: Pc) -> None:
    converge(first, second)
    second.household("502", "李红")
    early = second.export_to("1号机", "early.jlpkg").path
    rotate(first.store)
    carry(first, second, "2号机")
    carry(second, first, "1号机")
    assert "换掉的旧钥匙" in only_refusal(first, early)
    converge(first, second)
    assert first.dump() == second.dump()


def test_a_package_from_before_arrives_late_and_is_taken(first: Pc, second: Pc) -> None:
    converge(first, second)
    first.household("501", "王小明")
    late = first.export_to("2号机", "late.jlpkg").path
    rotate(first.store)
    carry(first, second, "2号机")
    assert inspect(second.store, late).key == "former"
    result = second.take(late)
    assert (result.refused, result.waiting) == ([], [])
    assert result.already > 0


def test_whoever_has_the_old_key_is_refused_with_the_number(first: Pc, second: Pc) -> None:
    converge(first, second)
    thief = Thief(first)
    step = rotate(first.store)
    carry(first, second, "2号机")
    first.household("666", "假人")
    stolen = thief.signs(first.export_to("2号机", "x.jlpkg").path)
    before = second.dump()
    why = only_refusal(second, stolen)
    assert f"第{step.after}号以后换了钥匙" in why
    assert second.dump() == before
    assert inspect(second.store, stolen).believed_upto == step.after


def test_the_old_key_vouches_for_no_other_new_key_once_the_real_one_is_known(
    first: Pc, second: Pc, newcomer: Pc
) -> None:
    converge(first, second)
    thief = Thief(first)
    real = rotate(first.store)
    carry(first, second, "2号机")
    his = own_site(newcomer.store)
    false = KeyChange(
        real.site, thief.sender.sign, thief.sender.seal, his.sign, his.seal, real.after, {}
    )
    signature = thief.keys.signer.sign(false.message()).hex()
    false = replace(false, signature=signature)
    sent = first.export_to("2号机", "x.jlpkg").path
    sender = Sender(real.site, his.sign, his.seal, (false,))
    resigned(newcomer, sent, lambda fields: fields.update(sender=sender))
    assert "没有登记过" in only_refusal(second, sent)


def test_a_step_that_the_old_key_did_not_sign_is_no_step(
    first: Pc, second: Pc, newcomer: Pc
) -> None:
    converge(first, second)
    here, his = own_site(first.store), own_site(newcomer.store)
    step = KeyChange(here.uid, here.sign, here.seal, his.sign, his.seal, 3, {})
    signature = own_keys(newcomer.store).signer.sign(step.message()).hex()
    step = replace(step, signature=signature)
    sent = first.export_to("2号机", "x.jlpkg").path
    sender = Sender(here.uid, his.sign, his.seal, (step,))
    resigned(newcomer, sent, lambda fields: fields.update(sender=sender))
    (refused,) = second.take(sent).refused
    assert "换钥匙的记录不对" in refused.why


def test_one_who_hears_of_it_from_a_third_pc_takes_the_next_package(
    first: Pc, second: Pc, third: Pc
) -> None:
    rotate(first.store)
    first.household("501", "王小明")
    direct = first.export_to("3号机", "direct.jlpkg").path
    carry(first, second, "2号机")
    assert carry(second, third, "3号机").refused == []
    assert third.take(direct).refused == []
    assert third.dump() == first.dump()


def test_keys_changed_twice_before_anybody_heard(first: Pc, second: Pc) -> None:
    converge(first, second)
    second.household("502", "李红")
    early = second.export_to("1号机", "early.jlpkg").path
    oldest = Thief(first)
    rotate(first.store)
    middle = Thief(first)
    rotate(first.store)
    assert carry(first, second, "2号机").refused == []
    assert first.take(early).applied > 0
    for thief in (oldest, middle):
        stolen = thief.signs(first.export_to("2号机", f"{id(thief)}.jlpkg").path)
        assert "换了钥匙" in only_refusal(second, stolen)
    converge(first, second)
    assert second.dump() == first.dump()
    assert former_secrets(first.store) == []


def test_a_former_key_brings_nothing_in_anybody_elses_name(
    first: Pc, second: Pc, third: Pc
) -> None:
    """Whoever has it claims to have written early and relays what no trusted PC has brought yet."""
    thief = Thief(first)
    step = rotate(first.store)
    carry(first, second, "2号机")
    carry(second, first, "1号机")
    home = third.household("503", "赵六")
    carry(third, first, "1号机")
    sent = first.export_to("2号机", "x.jlpkg").path
    outer, _ = parts(sent)
    blocks = unseal(sent, outer, own_keys(first.store), sent.name)
    inside = Payload(plain_lines(blocks, sent.name), outer.header, sent.name)
    relayed, early = list(inside.changes()), {first.store.site: step.after}
    assert {change.header.site for change in relayed} == {third.store.site}
    claim = replace(
        inside.manifest,
        vector=inside.manifest.vector | early,
        tips=inside.manifest.tips | exchange_log.tips(first.store, early),
        base=inside.manifest.base | early,
    )
    lines = gzipped(lines_of(claim, change_lines(relayed)))
    forged_inside(first, sent, list(lines), [own_site(pc.store).seal for pc in (first, second)])
    result = second.take(thief.signs(sent))
    assert (result.applied, result.refused) == (0, [])
    assert "别的机器的更改" in result.waiting[0].missing
    assert second.shown("households", home, "room") is None
    assert carry(third, second, "2号机").waiting == []
    assert second.kept_files() == []
    assert second.shown("households", home, "room") == "503"


def test_steps_count_only_where_their_pc_wrote_them(first: Pc, second: Pc, third: Pc) -> None:
    """A copy of the disk takes new keys; they are not those of the PC it was copied from."""
    before = own_site(first.store)
    other = fresh_keys()
    false = KeyChange(
        before.uid, before.sign, before.seal, other["sign_public"], other["seal_public"],
        vector(first.store)[before.uid],
    )  # fmt: skip
    secret = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(meta(first.store, "sign_key")))
    false = replace(false, signature=secret.sign(false.message()).hex())
    assert false.holds()
    with third.store.change("假的") as change:
        add_key_change(change, false)
    carry(third, first, "1号机")
    carry(third, second, "2号机")
    assert own_site(first.store) == site(second.store, before.uid) == before
    assert carry(first, second, "2号机").refused == []


def test_a_former_key_says_nothing_about_what_its_pc_knows(first: Pc, second: Pc) -> None:
    converge(first, second)
    second.household("502", "李红")
    carry(second, first, "1号机")
    late = first.export_to("2号机", "late.jlpkg").path
    rotate(first.store)
    carry(first, second, "2号机")
    before = package_log.acknowledged(second.store, first.store.site)
    with second.store.local() as conn:
        conn.execute("UPDATE peer_state SET acked = '{}'")
    assert second.take(late).refused == []
    after = package_log.acknowledged(second.store, first.store.site)
    assert before is not None
    assert after is not None
    assert after.vector == {}


def test_an_old_card_enrolled_by_somebody_out_of_date_takes_nothing_back(
    first: Pc, second: Pc, third: Pc
) -> None:
    old = card_of(third, "old.jlcard")
    code = third.fingerprint
    thief = Thief(third)
    rotate(third.store)
    carry(third, first, "1号机")
    with pytest.raises(OldCard, match="旧名片"):
        enrol(first.store, old, role="peer", fingerprint=code)
    enrol(second.store, old, role="peer", fingerprint=code, name="另起的名")
    converge(first, second)
    known = site(first.store, third.store.site)
    assert known is not None
    assert known.sign == own_site(third.store).sign
    third.household("666", "假人")
    stolen = thief.signs(third.export_to("1号机", "x.jlpkg").path)
    assert "换了钥匙" in only_refusal(first, stolen)
    assert first.store.value("SELECT count(*) FROM versions WHERE field = 'sign'") == 0


def test_a_new_card_of_a_colleague_is_taken_with_its_code(first: Pc, second: Pc) -> None:
    converge(first, second)
    rotate(first.store)
    enrol(second.store, card_of(first), role="peer", fingerprint=first.fingerprint)
    carry(first, second, "2号机")
    carry(second, first, "1号机")
    assert site(second.store, first.store.site) == own_site(first.store)
    assert second.dump() == first.dump()
    assert first.store.value("SELECT count(*) FROM key_changes") == 1


def test_another_office_goes_on_without_a_word(first: Pc, street: Pc) -> None:
    street.take(report(first, "2026-04"))
    rotate(first.store)
    assert street.take(report(first)).refused == []
    known = partner(street.store, first.store.site)
    assert known is not None
    assert known.sign == own_site(first.store).sign
    assert [r.seq for r in reports(street.store)] == [1, 2]


def test_the_new_card_alone_replaces_the_keys_of_another_office(first: Pc, street: Pc) -> None:
    rotate(first.store)
    card = card_of(first)
    assert inspect_card(street.store, card).known
    enrol(street.store, card, role="office")
    known = partner(street.store, first.store.site)
    assert known is not None
    assert (known.sign, known.seal) == (own_site(first.store).sign, own_site(first.store).seal)
    assert len(known.steps) == 1


def test_the_former_key_is_believed_up_to_the_last_number_of_that_stream(
    first: Pc, street: Pc
) -> None:
    lost = report(first, "2026-04")
    thief = Thief(first)
    rotate(first.store)
    enrol(street.store, card_of(first), role="office")
    later = report(first)
    stolen = thief.signs(later)
    assert "第1号以后换了钥匙" in only_refusal(street, stolen)
    assert street.take(lost).applied == 1
    assert street.take(later).applied == 1


def test_an_old_card_does_not_bring_the_old_key_back_at_another_office(
    first: Pc, street: Pc
) -> None:
    old, code = card_of(first, "old.jlcard"), first.fingerprint
    rotate(first.store)
    enrol(street.store, card_of(first), role="office")
    for given in ("", code):
        with pytest.raises(OldCard):
            enrol(street.store, old, role="office", fingerprint=given)
    known = partner(street.store, first.store.site)
    assert known is not None
    assert known.sign == own_site(first.store).sign


def test_a_card_with_other_keys_that_nobody_vouches_for_is_refused(
    first: Pc, street: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(first.store)
    monkeypatch.setattr("desktop.exchange.packages.cards._MOST_IN_CODE", 0)  # no room for steps
    card = card_of(first)
    assert read_card(card).former == ()
    with pytest.raises(OtherKeys):
        enrol(street.store, card, role="office", fingerprint=first.fingerprint)


def test_a_stopped_pcs_key_vouches_for_nothing(first: Pc, second: Pc, street: Pc) -> None:
    converge(first, second)
    revoke_site(second.store, first.store.site, 10_000)
    revoke_partner(street.store, first.store.site, 10_000)
    rotate(first.store)
    first.household("501", "王小明")
    assert "已停用" in only_refusal(second, first.export_to("2号机").path)
    assert "已停用" in only_refusal(street, report(first))
    with pytest.raises(SiteStopped):
        enrol(street.store, card_of(first), role="office")
    with pytest.raises(SiteStopped):
        enrol(second.store, card_of(first), role="peer", fingerprint=first.fingerprint)


def test_undoing_a_package_brings_no_key_and_no_stopped_pc_back(
    first: Pc, second: Pc, third: Pc
) -> None:
    rotate(first.store)
    revoke_site(first.store, third.store.site)
    result = carry(first, second, "2号机")
    undone = undo_package(second.store, result.packages[0])
    assert {"key_changes", "sites"} <= {kept.table for kept in undone.kept}
    known, gone = site(second.store, first.store.site), site(second.store, third.store.site)
    assert known is not None
    assert known.sign == own_site(first.store).sign
    assert gone is not None
    assert gone.revoked


def test_new_keys_come_whole_or_not_at_all(
    first: Pc, second: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    converge(first, second)
    before, known = own_site(first.store), vector(first.store)

    def no_power(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "set_meta", no_power)
        with pytest.raises(KeyboardInterrupt):
            rotate(first.store)
    assert (own_site(first.store), vector(first.store)) == (before, known)
    assert carry(first, second, "2号机").refused == []


def test_a_pc_that_has_not_joined_needs_no_new_keys(newcomer: Pc) -> None:
    with pytest.raises(NothingToRotate):
        rotate(newcomer.store)


def test_a_pc_that_joins_after_the_change_takes_late_packages_too(
    first: Pc, second: Pc, newcomer: Pc, stick: Path
) -> None:
    converge(first, second)
    rotate(first.store)
    introduce(first, newcomer, stick / "3.jlcard")
    assert site(newcomer.store, first.store.site) == own_site(first.store)
    converge(first, second)
    assert carry(second, newcomer, "3号机").refused == []
    assert newcomer.dump() == second.dump()
