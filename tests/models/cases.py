"""Reads the shared case tables and compares a parser's answer with the expected part."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "cases"


def load(name: str) -> list[tuple[str, dict[str, Any]]]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()[1:]
    return [
        (json.loads(text), json.loads(wanted))
        for text, _, wanted in (line.partition("\t") for line in lines if line.strip())
    ]


def differences(answer: Any, wanted: dict[str, Any]) -> list[str]:
    """What of the expected part the answer does not hold (see cases/README.md)."""
    found = asdict(answer)
    wrong = []
    for field, value in wanted.items():
        got = found[field]
        if isinstance(got, tuple):
            got = list(got)
        if value is True and field in ("problem", "warning", "note"):
            fits = bool(got)
        elif field == "problem" and isinstance(value, str):
            fits = value in (got or "")
        else:
            fits = got == value
        if not fits:
            wrong.append(f"{field}: {got!r}, expected {value!r}")
    return wrong
