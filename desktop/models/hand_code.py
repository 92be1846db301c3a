"""Writes codes that people copy by hand: Crockford base32 symbols with a check symbol.

The check is a sum over GF(32) in which each place has its own factor, so one wrong symbol and any
two swapped ones are always caught (the alphabet is Crockford's: no I, L, O, U).
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


def plain(text: str) -> str:
    """What somebody typed or scanned, as bare symbols: upper case, look-alikes folded."""
    return "".join(c for c in text.upper().translate(_LOOK_ALIKE) if c.isalnum())


def is_code(symbols: str) -> bool:
    return all(symbol in ALPHABET for symbol in symbols)


def check_symbol(symbols: str, offset: int = 0) -> str:
    """The symbol to print behind these; `offset` (below 32) tells equal groups at other places."""
    total = offset
    for symbol in reversed(symbols):
        total = _double(total ^ ALPHABET.index(symbol))
    return ALPHABET[total]


def _double(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value


def digits(number: int, count: int) -> str:
    """A whole number as `count` symbols, most significant first."""
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(count)))


def number(symbols: str) -> int:
    value = 0
    for symbol in symbols:
        value = value * 32 + ALPHABET.index(symbol)
    return value
