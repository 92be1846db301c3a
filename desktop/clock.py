"""The one place where time and random identifiers come from, so that tests can replace them."""

from __future__ import annotations

import os
from datetime import date, datetime

BUILT = 2026  # the year of this program; no honest clock is earlier


class Clock:
    """Reads the PC's clock; no decision in the store depends on it being right."""

    def now(self) -> datetime:
        return datetime.now()

    def today(self) -> date:
        return self.now().date()

    def random_bytes(self, count: int) -> bytes:
        return os.urandom(count)


clock = Clock()


def now() -> datetime:
    return clock.now()


def today() -> date:
    return clock.today()


def random_bytes(count: int) -> bytes:
    return clock.random_bytes(count)


def new_uid() -> str:
    """A random record identifier: 20 hex digits (80 bits)."""
    return random_bytes(10).hex()


def new_uids(count: int) -> list[str]:
    raw = random_bytes(10 * count).hex()
    return [raw[i : i + 20] for i in range(0, 20 * count, 20)]
