"""Other people's PDF programs open every paper without a word: poppler, Ghostscript, pdfium."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from desktop.exchange.print.gallery import draw_gallery
from desktop.exchange.print.raster import page_count
from desktop.models import keyfile
from tests.exchange.pdf import text_of
from tests.tools import tool

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    patch = pytest.MonkeyPatch()
    patch.setattr(keyfile, "calibrate", lambda: keyfile.Cost(64, 1))
    patch.setattr(keyfile, "LEAST_MEMORY_KIB", 8)
    hung = draw_gallery(tmp_path_factory.mktemp("gallery"))
    patch.undo()
    return [one.path for one in hung]


def said(*words: str | Path) -> tuple[str, str]:
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


def test_poppler_shows_every_font_embedded_and_subset_with_its_characters_named(
    papers: list[Path],
) -> None:
    for path in papers:
        listing, complaint = said(tool("pdffonts"), path)
        assert complaint == "", path.name
        rows = listing.splitlines()[2:]
        assert rows, path.name
        for row in rows:
            assert row.split()[0][6] == "+", row
            assert row.split()[-5:-2] == ["yes", "yes", "yes"], row


def test_poppler_reads_the_same_text_without_a_warning(papers: list[Path]) -> None:
    for path in papers:
        text, complaint = said(tool("pdftotext"), path, "-")
        assert complaint == "", path.name
        rare = {c for c in text_of(path) if ord(c) > 0xFFFF}
        assert rare <= set(text), path.name
        if path.stem == "form-street-rare":
            assert rare >= set("𬭎𠀀𪚥𫝀𫠠𬺰")
        about, complaint = said(tool("pdfinfo"), path)
        assert complaint == "", path.name
        assert f"Pages:           {page_count(path)}" in about


def test_ghostscript_draws_every_paper_without_a_warning(papers: list[Path]) -> None:
    for path in papers:
        out, complaint = said(
            tool("gs"), "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pgmraw", "-r24",
            "-o", "/dev/null", path,
        )  # fmt: skip
        assert (out, complaint) == ("", ""), path.name
