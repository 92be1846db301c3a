"""The card on paper: what a scanner reads off it enrols the PC, once the code was compared."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image

from desktop.exchange.packages.cards import card_text, enrol, own_card
from desktop.exchange.print.office_card import CardFacts, print_card
from desktop.exchange.print.raster import page_image
from tests.exchange.pcs import Pc


def test_the_scanned_card_enrols_the_pc(first: Pc, newcomer: Pc, tmp_path: Path) -> None:
    card, text = own_card(newcomer.store), card_text(newcomer.store)
    page = tmp_path / "card.pdf"
    facts = CardFacts(card.office_name, card.name, card.fingerprint, text.decode("utf-8"))
    assert print_card(page, facts).pages == 1
    shot = page_image(page, 0, 200)
    size = (shot.width, shot.height)
    image = Image.frombytes("RGB", size, shot.bytes, "raw", "BGRX", shot.stride)
    (code,) = zxingcpp.read_barcodes(image.convert("L"))
    scanned = tmp_path / "scanned.jlcard"
    scanned.write_bytes(code.bytes)
    added = enrol(first.store, scanned, role="peer", fingerprint=card.fingerprint)
    assert added.name == "3号机"
