"""Reads the numerals people write in Chinese: 五, 十二, 二十三, 一百零三, 八〇一."""

from __future__ import annotations

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
DIGITS |= {"零": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6}
DIGITS |= {"柒": 7, "捌": 8, "玖": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100}
NUMERALS = "".join(DIGITS) + "".join(_UNITS) + "廿卅"


def read_number(text: str) -> int | None:
    """The number, or None when the text is not a numeral; 八〇一 is read digit by digit."""
    if not text or any(c not in NUMERALS for c in text):
        return None
    text = text.replace("廿", "二十").replace("卅", "三十")
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[c]
            digit = None
        else:
            digit = DIGITS[c] or None
    return total + (digit or 0)
