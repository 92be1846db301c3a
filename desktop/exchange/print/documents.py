"""The index of papers: one function a document, each writes one PDF and says what it came to."""

from __future__ import annotations

from desktop.exchange.print.fonts import MissingGlyphs
from desktop.exchange.print.forms import print_forms
from desktop.exchange.print.page import Printed
from desktop.exchange.print.stairs import print_stairs

__all__ = ["MissingGlyphs", "Printed", "print_forms", "print_stairs"]
