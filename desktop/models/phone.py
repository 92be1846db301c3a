"""Reads a phone cell: one or several numbers, whose they are, and what is wrong with them.

Mobile numbers have 11 digits from 13 to 19; landlines 7 or 8 digits, with an area code from 0.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phone:
    phones: tuple[str, ...] = ()
    contact: str | None = None
    relation: str | None = None
    problem: str | None = None
    note: str | None = None


_EMPTY = re.compile(r"^(?:无|没有|不详|未知|暂无|空|拒绝提供|[-—/\\×]*)$")
_RELATIONS = (
    "儿子|女儿|儿媳妇?|女婿|老伴|妻子|丈夫|老公|老婆|爱人|配偶|父亲|母亲|爸爸|妈妈|爸|妈|孙子|孙女"
    "|外孙女?|哥哥|弟弟|姐姐|妹妹|哥|弟|姐|妹|侄子|侄女|外甥女?|保姆|房东|租客|邻居|本人|监护人|亲属|子女"
)
_RELATION = re.compile(f"({_RELATIONS})")
_MOBILE = re.compile(r"(?:\+?86-?|0086-?)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"[(]?(0\d{2,3})[)]?-?(\d{7,8})(?:-\d{1,5})?|(?<!\d)([2-9]\d{6,7})(?!\d)")
_JOINED = re.compile(r"(?<=\d)[ \-](?=\d)")
_EXPONENT = re.compile(r"^\d(?:\.\d+)?E\+?\d+$", re.IGNORECASE)
_LOOK_ALIKE = re.compile(r"(?=.*\d)(?=.*[lIOo|])[\dlIOo|]{8,}")
_NAME = re.compile(r"^[(]?([\u3400-\u9fff\U00020000-\U000323af·A-Za-z]{1,12})[):：]?$")


def parse_phone(text: str) -> Phone:
    """Read one phone cell; never raises."""
    plain = unicodedata.normalize("NFKC", text[:120]).strip().lstrip("'")
    if _EMPTY.match(plain):
        return Phone()
    if _EXPONENT.match(plain):
        return Phone(problem=f"“{plain}”是被表格改成的科学计数，号码已丢失，请重新填写")
    if _LOOK_ALIKE.search(plain):
        return Phone(problem=f"“{plain}”里夹有字母，请改成数字")
    joined = plain
    while True:  # 139 0000 0001 and 0592-2012345 hold together; two numbers side by side do not
        shorter = _JOINED.sub("", joined, count=1)
        if shorter == joined or _too_long(shorter, joined):
            break
        joined = shorter
    phones: list[str] = []
    rest = _MOBILE.sub(lambda m: _take(phones, m[1]), _split_eleven(joined))
    rest = _LANDLINE.sub(lambda m: _take(phones, f"{m[1]}-{m[2]}" if m[1] else m[3]), rest)
    stray = re.findall(r"\d+", rest)
    if stray:
        digits = max(stray, key=len)
        return Phone(
            tuple(phones),
            problem=f"“{plain}”里有{len(digits)}位数字，手机应为11位，请核对",
        )
    relation, contact = _whose(rest)
    if not phones:
        return Phone(problem=f"没有认出号码“{plain[:20]}”")
    return Phone(tuple(dict.fromkeys(phones)), contact, relation)


def _take(phones: list[str], number: str) -> str:
    phones.append(number)
    return "|"


def _too_long(shorter: str, before: str) -> bool:
    """Whether joining would run two complete numbers together."""
    gap = next(i for i, (a, b) in enumerate(zip(shorter + " ", before, strict=False)) if a != b)
    left = re.search(r"\d+$", before[:gap])
    right = re.match(r"\d+", before[gap + 1 :])
    if not left or not right:
        return False
    return len(left.group()) >= 7 and len(right.group()) >= 7


def _split_eleven(text: str) -> str:
    """Two mobiles typed without a separator come apart."""
    return re.sub(r"(?<!\d)(1[3-9]\d{9})(?=1[3-9]\d{9}(?!\d))", r"\1|", text)


def _whose(rest: str) -> tuple[str | None, str | None]:
    relation = _RELATION.search(rest)
    words = [w for w in re.split(r"[|/、,，;；\s()]+", rest) if w]
    contact = None
    for word in words:
        name = _NAME.match(word)
        if name and not (relation and word.strip("():") == relation[1]):
            contact = name[1].removeprefix(relation[1]) if relation else name[1]
            break
    return (relation[1] if relation else None), (contact or None)
