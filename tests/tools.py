"""Finds a program of the operating system that a long test needs, or fails naming its package."""

from __future__ import annotations

import shutil

import pytest

PACKAGES = {
    "pdftotext": "poppler-utils",
    "pdffonts": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "gs": "ghostscript",
    "cupsd": "cups",
    "lpadmin": "cups-client",
    "lpstat": "cups-client",
}


def tool(name: str) -> str:
    """The program's path; `make test-long` installs what is missing."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install {PACKAGES[name]} (make test-long does it)")
    return found
