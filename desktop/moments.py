"""Writes a moment that is kept as text («2026-06-15T09:30:12») the way a person reads it."""

from __future__ import annotations


def moment(text: str) -> str:
    """«2026-06-15 09:30»."""
    return to_the_second(text)[:16]


def short_moment(text: str) -> str:
    """«06-15 09:30», for narrow columns and what is a matter of weeks."""
    return moment(text)[5:]


def short_day(text: str) -> str:
    """«06-15», where no column has room for more."""
    return text[5:10]


def to_the_second(text: str) -> str:
    """«2026-06-15 09:30:12», for paper that is signed."""
    return text.replace("T", " ")
