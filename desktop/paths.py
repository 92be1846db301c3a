"""Says where things lie on this PC: the program's own resources and a person's profile."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs


def resources() -> Path:
    """The folder of fonts, texts and templates, in a checkout and in a frozen bundle alike."""
    bundle = getattr(sys, "_MEIPASS", None)
    base = Path(bundle) if bundle else Path(__file__).resolve().parent.parent
    return base / "resources"


def resource(*parts: str) -> Path:
    return resources().joinpath(*parts)


def program() -> list[str]:
    """The words that start this program once more, from a checkout and from a bundle."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "desktop"]


def default_profile() -> Path:
    return Path(platformdirs.user_data_dir("jinlin", appauthor=False))
