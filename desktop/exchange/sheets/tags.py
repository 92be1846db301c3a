"""Reads care tags out of cells and headers, and keeps what must never be collected out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.exchange.sheets.values import cell_words, plain, yes_no

_WORDS = cell_words("care_tag")
_NOTHING = frozenset(
    [
        "无",
        "普通",
        "一般",
        "正常",
        "常住",
        "居民",
        "普通居民",
        "群众",
        "普通群众",
        "普通户",
        "其他",
        "—",
        "-",
        "/",
        "否",
        "一般居民",
        "一般户",
        "常住人口",
        "非重点",
    ]
)
_LEVEL = re.compile(r"[(]?(?:[一二三四1-4ⅠⅡⅢⅣ]|I{1,3}V?)级[)]?|[(].*[)]$")
_SPLIT = re.compile(r"[,，;；、/|\s&]+")
_NEVER = re.compile(
    "精神|吸毒|戒毒|信访|上访|涉稳|矫正|刑满|刑释|艾滋|邪教|宗教|涉黑|重点管控|肝炎|结核|癌|肿瘤|HIV",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one cell: (code, original word) each; unknown words; were some dropped."""

    found: tuple[tuple[str, str], ...] = ()
    denied: tuple[str, ...] = ()  # codes a yes/no column says no to
    unknown: tuple[str, ...] = ()
    dropped: bool = False
    warning: str | None = None


def is_never_collected(text: str) -> bool:
    """Whether a text speaks of what the program must not keep (domain §6)."""
    return bool(_NEVER.search(text))


class TagReader:
    """Reads tag cells with the office's own words; answers are remembered, texts repeat a lot."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._words = {**_WORDS, **{plain(name): code for code, name in names.items()}}
        self._seen: dict[tuple[str, str], Tags] = {}

    def code_of(self, word: str) -> str | None:
        """The tag a word means; a level behind it (残疾二级) is left away."""
        word = plain(word)
        return self._words.get(word) or self._words.get(_LEVEL.sub("", word))

    def header_code(self, header: str) -> str | None:
        """The tag a whole column is about: 是否低保, 独居 …; None for a column of words."""
        word = plain(header).removeprefix("是否").removeprefix("为")
        return self.code_of(word)

    def read(self, text: str, header: str = "") -> Tags:
        key = (text, header)
        if key not in self._seen:
            self._seen[key] = self._read(text, header)
        return self._seen[key]

    def _read(self, text: str, header: str) -> Tags:
        about = self.header_code(header)
        if about:
            answer, warning = yes_no(text)
            if answer is True:
                return Tags(((about, header),))
            if answer is False:
                return Tags(denied=(about,))
            if warning is None or len(plain(text)) == 1:
                return Tags(warning=warning)
            if self.code_of(text) == about or _LEVEL.fullmatch(plain(text)):
                return Tags(((about, header),))
        found: dict[str, str] = {}
        unknown: list[str] = []
        dropped = False
        for part in _SPLIT.split(text):
            word = plain(part)
            if not word or word in _NOTHING:
                continue
            code = self.code_of(word)
            if code:
                found.setdefault(code, part)
            elif _NEVER.search(word):
                dropped = True
            else:
                unknown.append(part[:12])
        return Tags(tuple(found.items()), (), tuple(unknown), dropped)
