"""Lets long work say how far it is, and lets the person stop it."""

from __future__ import annotations

from collections.abc import Callable

# (done, total, Chinese words); raises errors.Cancelled when the person pressed Stop.
Progress = Callable[[int, int, str], None]


def no_progress(done: int, total: int, words: str) -> None:
    """For callers who watch nothing."""
