"""A street vouches for its communities' PCs, so that other offices need not compare 25 digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.exchange.packages.cards import (
    FingerprintMissing,
    NotACard,
    OtherOffice,
    enrol,
    inspect_card,
    read_card,
)
from desktop.exchange.packages.certificates import (
    CertifierChangedKeys,
    CertifierNotAbove,
    CertifierStopped,
    CertifyStopped,
    FalseCertificate,
    NoCardKept,
    NotBelow,
    NotCertified,
    NothingToCertify,
    UnknownCertifier,
    certify,
    certify_all,
)
from desktop.models.partners import partner, partners, revoke_partner
from desktop.models.rotation import rotate
from tests.exchange.offices import an_office, card_of, knows
from tests.exchange.pcs import Pc

OpenOffice = Callable[[str], Pc]


@pytest.fixture
def office(tmp_path: Path, stick: Path) -> Iterator[OpenOffice]:
    opened: list[Pc] = []

    def open_one(name: str) -> Pc:
        opened.append(an_office(tmp_path, stick, name))
        return opened[-1]

    yield open_one
    for pc in opened:
        pc.store.close()


@pytest.fixture
def street(office: OpenOffice, first: Pc) -> Pc:
    """The street office above 莲心社区, which has enrolled that community's PC."""
    pc = office("湖滨街道")
    knows(pc, first)
    return pc


@pytest.fixture
def neighbour(office: OpenOffice, street: Pc) -> Pc:
    """Another community, which has compared the street's code and nobody else's."""
    pc = office("荷塘社区")
    knows(pc, street)
    return pc


@pytest.fixture
def certified(street: Pc, first: Pc, stick: Path) -> Path:
    certify(street.store, first.store.site, stick / "certified.jlcard")
    return stick / "certified.jlcard"


def enrolled(pc: Pc, other: Pc) -> bool:
    return partner(pc.store, other.store.site) is not None


def test_a_certified_card_is_enrolled_without_the_code(
    first: Pc, neighbour: Pc, certified: Path
) -> None:
    enrol(neighbour.store, certified, role="office")
    known = partner(neighbour.store, first.store.site)
    assert known is not None
    assert (known.office_name, known.level) == ("莲心社区", "community")


def test_without_a_certificate_the_code_stays_necessary(first: Pc, neighbour: Pc) -> None:
    card = card_of(first)
    with pytest.raises(NotCertified, match="没有上级单位的签发"):
        enrol(neighbour.store, card, role="office")
    assert not enrolled(neighbour, first)
    enrol(neighbour.store, card, role="office", fingerprint=first.fingerprint)
    assert enrolled(neighbour, first)


def test_a_certificate_lets_nobody_into_the_office(
    first: Pc, neighbour: Pc, certified: Path
) -> None:
    with pytest.raises(FingerprintMissing, match="要核对指纹码"):
        enrol(neighbour.store, certified, role="peer")
    with pytest.raises(OtherOffice):
        enrol(neighbour.store, certified, role="peer", fingerprint=first.fingerprint)


def test_a_stranger_certifies_nothing(first: Pc, office: OpenOffice, certified: Path) -> None:
    other = office("海湾社区")
    with pytest.raises(UnknownCertifier, match="没有在本单位登记过"):
        enrol(other.store, certified, role="office")
    assert not enrolled(other, first)


def test_a_stopped_street_certifies_nothing(
    first: Pc, street: Pc, neighbour: Pc, certified: Path
) -> None:
    revoke_partner(neighbour.store, street.store.site, 7)
    with pytest.raises(CertifierStopped, match="湖滨街道”已停用"):
        enrol(neighbour.store, certified, role="office")
    assert not enrolled(neighbour, first)


def test_a_community_certifies_nothing_by_any_means(
    first: Pc, neighbour: Pc, office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = office("海湾社区")
    knows(other, neighbour)
    knows(neighbour, first)
    with pytest.raises(NotBelow, match="不是本单位的下级"):
        certify(neighbour.store, first.store.site, neighbour.stick / "x.jlcard")
    # even a program that does not ask whether it may
    monkeypatch.setattr("desktop.exchange.packages.certificates.stands_above", lambda *_: True)
    certify(neighbour.store, first.store.site, neighbour.stick / "x.jlcard")
    monkeypatch.undo()
    with pytest.raises(CertifierNotAbove, match="荷塘社区”不是它的上级单位"):
        enrol(other.store, neighbour.stick / "x.jlcard", role="office")
    assert not enrolled(other, first)


def test_a_certificate_moved_to_another_card_is_false(
    neighbour: Pc, office: OpenOffice, certified: Path
) -> None:
    wrong = office("假冒社区")
    line = certified.read_bytes().split(b"\n")[3]
    card = card_of(wrong)
    card.write_bytes(card.read_bytes() + line + b"\n")
    with pytest.raises(FalseCertificate, match="对不上"):
        enrol(neighbour.store, card, role="office")
    assert not enrolled(neighbour, wrong)


def test_every_flipped_byte_of_a_certified_card_is_refused(
    first: Pc, neighbour: Pc, certified: Path
) -> None:
    good = certified.read_bytes()
    for place in range(len(good)):
        certified.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises((NotACard, FalseCertificate, UnknownCertifier)):
            enrol(neighbour.store, certified, role="office")
    certified.write_bytes(good + good.split(b"\n")[3] + b"\n")
    with pytest.raises(NotACard):
        read_card(certified)
    assert not enrolled(neighbour, first)


def test_a_certificate_from_before_the_street_changed_its_keys_has_to_be_renewed(
    first: Pc, street: Pc, neighbour: Pc, certified: Path
) -> None:
    rotate(street.store)
    enrol(neighbour.store, card_of(street), role="office")
    with pytest.raises(CertifierChangedKeys, match="换钥匙以前签发"):
        enrol(neighbour.store, certified, role="office")
    certify(street.store, first.store.site, certified)
    enrol(neighbour.store, certified, role="office")
    assert enrolled(neighbour, first)


def test_a_district_vouches_for_a_community_and_a_colleague_of_the_street_counts_too(
    first: Pc, second: Pc, office: OpenOffice
) -> None:
    district = office("思明区")
    knows(district, first)
    certify(district.store, first.store.site, first.stick / "d.jlcard")
    street = office("鹭江街道")
    knows(street, district)
    enrol(street.store, first.stick / "d.jlcard", role="office")
    assert enrolled(street, first)
    # a card that this office's own PC certified, before its log has told the others
    knows(street, second)
    certify(street.store, second.store.site, first.stick / "own.jlcard")
    with street.store.change("忘记") as change:
        change.delete("partners", second.store.site)
    enrol(street.store, first.stick / "own.jlcard", role="office")


def test_what_cannot_be_certified_says_why(first: Pc, street: Pc, office: OpenOffice) -> None:
    target = first.stick / "x.jlcard"
    district = office("思明区")
    knows(street, district)
    with pytest.raises(NotBelow, match="思明区"):
        certify(street.store, district.store.site, target)
    with street.store.change("以前的版本") as change:
        change.set("partners", first.store.site, card="")
    with pytest.raises(NoCardKept, match="再给一次名片"):
        certify(street.store, first.store.site, target)
    with pytest.raises(NothingToCertify):
        certify_all(street.store, first.stick)
    enrol(street.store, card_of(first), role="office")  # known here: no code needed
    certify(street.store, first.store.site, target)
    revoke_partner(street.store, first.store.site)
    with pytest.raises(CertifyStopped):
        certify(street.store, first.store.site, target)


def test_the_street_hands_out_all_its_communities_at_once(
    first: Pc, second: Pc, street: Pc, office: OpenOffice, tmp_path: Path
) -> None:
    knows(street, second)
    folder = tmp_path / "cards"
    folder.mkdir()
    assert len(certify_all(street.store, folder)) == 2
    other = office("海湾社区")
    knows(other, street)
    for file in sorted(folder.iterdir()):
        enrol(other.store, file, role="office")
    assert {p.uid for p in partners(other.store)} >= {first.store.site, second.store.site}


def test_an_uncompared_card_of_a_known_pc_renames_nothing(first: Pc, neighbour: Pc) -> None:
    enrol(
        neighbour.store, card_of(first), role="office", fingerprint=first.fingerprint, name="莲心"
    )
    first.set("office", str(first.store.value("SELECT uid FROM office")), name="湖滨街道")
    enrol(neighbour.store, card_of(first), role="office")
    known = partner(neighbour.store, first.store.site)
    assert known is not None
    assert (known.name, known.office_name) == ("莲心", "莲心社区")


def test_a_card_is_looked_at_without_believing_it(
    first: Pc, neighbour: Pc, certified: Path
) -> None:
    seen = inspect_card(neighbour.store, certified)
    assert (seen.office, seen.known, seen.steps, seen.certificate) == ("莲心社区", False, 0, "")
    assert seen.certified_by.startswith("湖滨街道")
    plain = inspect_card(neighbour.store, card_of(first))
    assert "没有上级单位的签发" in plain.certificate
    assert partner(neighbour.store, first.store.site) is None
