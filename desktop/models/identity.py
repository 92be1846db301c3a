"""Reads a resident identity number cell and what it says about birth and sex.

GB 11643-1999: six digits of area, eight of birth, three of order (odd = male), one check symbol
after ISO 7064 MOD 11-2. The area is not checked: test people use the non-existing 350299.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


@dataclass(frozen=True, slots=True)
class Id:
    value: str | None = None
    birth: str | None = None
    sex: str | None = None
    problem: str | None = None
    note: str | None = None


_PLAIN = re.compile(r"[0-9]{17}[0-9X]")
_EMPTY = re.compile(r"^(?:无|没有|不详|未知|未办理?|暂无|[-—/\\×]*)$")
_EXPONENT = re.compile(r"^\d(?:\.\d+)?E\+?\d+$")


def check_symbol(first17: str) -> str:
    """The eighteenth symbol for seventeen digits (GB 11643-1999, 4.5)."""
    return _CHECK[sum(map(mul, map(int, first17), _WEIGHTS)) % 11]


def parse_id(text: str) -> Id:
    """Read one cell; never raises. A `problem` rejects the number, a `note` informs."""
    if _PLAIN.fullmatch(text):
        return _whole(text)
    plain = unicodedata.normalize("NFKC", text[:60])
    plain = "".join(c for c in plain if not c.isspace()).strip("'`‘’,.，。").upper()
    if _EMPTY.match(plain):
        return Id()
    if "*" in plain:
        return Id(note="号码已打码，没有导入")
    if _EXPONENT.match(plain):
        return Id(problem="号码被表格改成了科学计数，后几位已丢失，请重新填写")
    plain = plain.replace("-", "")
    if not re.fullmatch(r"\d+X?", plain):
        return Id(problem="号码里有不该有的字符，请核对")
    if len(plain) == 15 and plain.isdigit():
        first17 = f"{plain[:6]}19{plain[6:]}"
        upgraded = _whole(first17 + check_symbol(first17))
        if upgraded.problem:
            return upgraded
        return Id(upgraded.value, upgraded.birth, upgraded.sex, note="15位老号码，已换算成18位")
    if len(plain) != 18:
        return Id(problem=f"应为18位，现有{len(plain)}位，请核对")
    return _whole(plain)


def _whole(value: str) -> Id:
    written = f"{value[6:10]}-{value[10:12]}-{value[12:14]}"
    if check_symbol(value[:17]) != value[17]:
        if value.endswith("000"):
            return Id(problem="末三位是000，像是被表格截断了，请重新填写")
        if _birth(value):
            return Id(problem="校验位不对，请核对")
    birth = _birth(value)
    if birth is None:
        return Id(problem=f"出生日期{written}不存在，请核对")
    return Id(value, birth, "男" if int(value[16]) % 2 else "女")


def _birth(value: str) -> str | None:
    try:
        return date(int(value[6:10]), int(value[10:12]), int(value[12:14])).isoformat()
    except ValueError:
        return None
