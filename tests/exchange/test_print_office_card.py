"""The card on paper: what a scanner reads off it enrols the PC, once the code was compared."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image

from desktop.exchange.packages.cards import card_text, enrol, own_card
from desktop.exchange.print.office_card import CardFacts, print_card
from desktop.exchange.print.raster import page_image
from desktop.models.partners import partner
from desktop.models.rotation import rotate
from tests.exchange.offices import an_office, knows
from tests.exchange.pcs import Pc


def scanned(pc: Pc, folder: Path) -> Path:
    """The PC's card as a scanner reads it off the printed page."""
    card, text = own_card(pc.store), card_text(pc.store)
    page = folder / "card.pdf"
    facts = CardFacts(card.office_name, card.name, card.fingerprint, text.decode("utf-8"))
    assert print_card(page, facts).pages == 1
    shot = page_image(page, 0, 200)
    size = (shot.width, shot.height)
    image = Image.frombytes("RGB", size, shot.bytes, "raw", "BGRX", shot.stride)
    (code,) = zxingcpp.read_barcodes(image.convert("L"))
    read = folder / "scanned.jlcard"
    read.write_bytes(code.bytes)
    return read


def test_the_scanned_card_enrols_the_pc(first: Pc, newcomer: Pc, tmp_path: Path) -> None:
    card = own_card(newcomer.store)
    file = scanned(newcomer, tmp_path)
    added = enrol(first.store, file, role="peer", fingerprint=card.fingerprint)
    assert added.name == "3号机"


def test_the_code_of_a_pc_that_changed_its_keys_often_still_fits_and_vouches(
    first: Pc, tmp_path: Path, stick: Path
) -> None:
    street = an_office(tmp_path, stick, "湖滨街道")
    knows(street, first)
    for _ in range(2):
        rotate(first.store)
    enrol(street.store, scanned(first, tmp_path), role="office")
    for _ in range(5):
        rotate(first.store)
    assert len(card_text(first.store)) <= 2300
    known = partner(street.store, first.store.site)
    assert known is not None
    assert len(known.steps) == 2
    street.store.close()
