"""Tells in words how good a passphrase is while it is typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.models.profile import MIN_PASSPHRASE

_GOOD = 14  # characters' worth; one Chinese character counts as two
_EASY = re.compile(
    r"(.)\1{5,}|0?12345678?|87654321|abcdefg|qwerty|password|asdfgh|11223344|19\d{2}(0\d|1[0-2])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Strength:
    """`level` 0 refused, 1 weak, 2 fair, 3 good; `words` for beside the field."""

    level: int
    words: str


def strength(passphrase: str) -> Strength:
    """Length decides; runs, birthdays and keyboard rows count as weak whatever their length."""
    if not passphrase:
        return Strength(
            0, f"至少{MIN_PASSPHRASE}个字符。一句好记的话最好，如“三月里莲塘边种了五棵树”。"
        )
    if len(passphrase) < MIN_PASSPHRASE:
        return Strength(0, f"太短：还差{MIN_PASSPHRASE - len(passphrase)}个字符。")
    if _EASY.search(passphrase) or len(set(passphrase)) < 5:
        return Strength(1, "太容易猜到。请不要用连续数字、生日或重复的字符。")
    weight = sum(2 if ord(c) > 0x2E7F else 1 for c in passphrase)
    if weight < _GOOD:
        return Strength(2, "可以用；再长几个字会更稳妥。")
    return Strength(3, "很好。")
