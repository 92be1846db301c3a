"""Reads single cells of a roster: yes and no, names, relations, sex, house use, tags.

Each reader is pure and never guesses: what is not certain comes back with a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from desktop import paths
from desktop.models.words import LABELS

CACHE = 1 << 16


@lru_cache(1)
def _word_table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for line in paths.resource("cell_words.tsv").read_text("utf-8").splitlines()[1:]:
        group, code, words = line.split("\t")
        table.setdefault(group, {}).update(dict.fromkeys(words.split(" | "), code))
    return table


def cell_words(group: str) -> dict[str, str]:
    """Words seen in cells and the code each means: our own labels and `cell_words.tsv`."""
    own = {word: code for code, word in LABELS.get(group, {}).items()}
    return own | _word_table()[group]


def plain(text: str) -> str:
    """The cell for comparing: compatibility forms folded, no spaces (never stored as a name)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


_YES = frozenset(
    ["√", "✓", "✔", "是", "有", "Y", "YES", "1", "1.0", "TRUE", "☑", "■", "●", "对", "T", "已", "V"]
)
_NO = frozenset(
    [
        "×",
        "✗",
        "✘",
        "X",
        "否",
        "无",
        "N",
        "NO",
        "0",
        "0.0",
        "☐",
        "□",
        "FALSE",
        "F",
        "没有",
        "不是",
        "未",
    ]
)
_UNSURE = frozenset(["○", "△", "?", "▲", "◎"])
_BLANK = frozenset(("", "—", "-", "/", "\\", "–", "--", "——", "不详", "未知"))


@lru_cache(CACHE)
def yes_no(text: str) -> tuple[bool | None, str | None]:
    """(True, False or None for unknown, a warning)."""
    word = plain(text).upper()
    if word in _BLANK:
        return None, None
    if word in _YES:
        return True, None
    if word in _NO:
        return False, None
    if word in _UNSURE:
        return None, f"“{text}”看不出是还是否，请核对"
    return None, f"“{text[:20]}”不是“是”或“否”，请核对"


@dataclass(frozen=True, slots=True)
class Name:
    """What a name cell says: a person, or the state of an empty house, or why it is left out."""

    value: str | None = None
    is_head: bool = False
    relation_word: str | None = None
    house_use: str | None = None  # the cell describes the flat, nobody lives there
    left_out: str | None = None  # listed, not imported
    problem: str | None = None
    warning: str | None = None


_HOUSE_WORDS = cell_words("empty_house")
_SEVERAL = re.compile(r"[、,，;；/|\n＋+&]|\s和\s|和(?=..)")
_IN_BRACKETS = re.compile(r"^(.*?)[(（\[【]\s*([^)）\]】]*)\s*[)）\]】]?\s*$", re.DOTALL)
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●．.﹒˙", "·"))
_SIMPLE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]{2,4}")
_LETTERS = re.compile(r"[A-Za-z]")
_DEAD = frozenset(("已故", "去世", "已去世", "亡", "死亡", "已死亡", "故"))
_GONE = frozenset(("已搬走", "搬走", "已搬离", "搬离", "已迁出", "迁出"))
_NO_NAME = frozenset(("无", "不详", "未知", "—", "-", "/", "\\", "——", "--", "暂无", "姓名不详"))
_BROKEN = re.compile("[?\ufffd\ue000-\uf8ff]")
MAX_NAME = 20


@lru_cache(CACHE)
def read_name(text: str) -> Name:
    """Read a name cell; rare characters are kept byte for byte."""
    if _SIMPLE.fullmatch(text) and text not in _HOUSE_WORDS and text not in _NO_NAME:
        return Name(text)
    name, remark = text.strip(), ""
    found = _IN_BRACKETS.match(name)
    if found and found[1].strip():
        name, remark = found[1].strip(), plain(found[2])
    word = plain(name)
    if word in _HOUSE_WORDS:
        return Name(house_use=_HOUSE_WORDS[word])
    if not word or word in _NO_NAME:
        return Name()
    if _BROKEN.search(name) or _BROKEN.search(unicodedata.normalize("NFKC", name)):
        return Name(problem="姓名含无法识别的字，请核对")
    if remark in _DEAD:
        return Name(name, left_out="已故，未导入")
    if remark in _GONE:
        return Name(name, left_out="表里写已搬离，未导入")
    if _SEVERAL.search(name) and not _LETTERS.search(name):
        return Name(problem="一格多人，请分行")
    return _finish(_clean_name(name), remark)


def _clean_name(name: str) -> str:
    """张 三 → 张三; dots of transliterated names become one kind; Latin names keep their spaces."""
    name = name.strip("'‘’\"“”*＊")
    if _LETTERS.search(unicodedata.normalize("NFKC", name)):
        return " ".join(name.split())
    return "".join(name.split()).translate(_DOTS).strip("·")


def _finish(name: str, remark: str) -> Name:
    warning = None
    if not name:
        return Name()
    if any(c.isdigit() for c in unicodedata.normalize("NFKC", name)):
        warning = "姓名里有数字，请核对"
    elif len(name) == 1:
        warning = "姓名只有一个字，请核对"
    elif len(name) > MAX_NAME:
        warning = f"姓名超过{MAX_NAME}个字，请核对"
    is_head = remark in ("户主", "本人", "户", "主")
    word = None
    if remark and not is_head:
        if relation_code(remark)[0]:
            word = remark
        else:
            warning = warning or f"姓名后的“{remark[:12]}”没有用上，请核对"
    return Name(name, is_head, word, warning=warning)


_RELATIONS = cell_words("relation")
_ORDINAL = re.compile(
    r"^(?:老?[大二三四五六七八小幺]|[长次幼]|第[一二三四五六]|[三四五]|养|继|独生)+"
)


@lru_cache(CACHE)
def relation_code(text: str) -> tuple[str | None, str | None]:
    """(code or None, a warning): 大儿子 → SON; 媳妇 alone could be wife or daughter-in-law."""
    word = plain(text)
    if not word:
        return None, None
    if word.upper() in LABELS["relation"]:
        return word.upper(), None
    code = _RELATIONS.get(word)
    if code:
        return code, None
    if word == "媳妇":
        return "UNKNOWN", "“媳妇”可能是妻子，也可能是儿媳，请写清楚"
    bare = word.removeprefix("户主的").removeprefix("之")
    for candidate in (bare, _ORDINAL.sub("", bare), re.sub(r"[(].*$", "", bare)):
        code = _RELATIONS.get(candidate)
        if code and candidate:
            return code, None
    return None, f"没有认出与户主关系“{text[:12]}”，先记为未知"


@lru_cache(256)
def read_sex(text: str, legend: tuple[tuple[str, str], ...] = ()) -> tuple[str | None, str | None]:
    """(男, 女 or None, a problem); bare codes need a legend in the header."""
    word = plain(text).upper().strip("性")
    if word in _BLANK or word in ("9", "未说明"):
        return None, None
    if word in ("男", "女"):
        return word, None
    if word in ("M", "MALE", "♂"):
        return "男", None
    if word in ("F", "FEMALE", "♀"):
        return "女", None
    code = word.removesuffix(".0")
    for digit, sex in legend:
        if code == digit:
            return sex, None
    if code in ("0", "1", "2"):
        return None, f"性别写的是代码“{text}”，表里没有说明代表男还是女，请改成男或女"
    return None, f"没有认出性别“{text[:8]}”，请改成男或女"


def sex_legend(header: str) -> tuple[tuple[str, str], ...]:
    """「性别（1男2女）」 → (("1", "男"), ("2", "女"))."""
    found = re.findall(r"(\d)[-—=:：、.是为]?(男|女)|(男|女)[-—=:：是为]?(\d)", plain(header))
    return tuple((a or d, b or c) for a, b, c, d in found)


_USES = cell_words("type_of_use")


@lru_cache(4096)
def house_use(text: str, header: str = "") -> tuple[str | None, str | None]:
    """(code of 房屋性质 or None, a warning); 是否出租 and 是否自有房 take yes or no."""
    word = plain(text)
    if word in _BLANK:
        return None, None
    if header.startswith("是否"):
        answer, warning = yes_no(text)
        if answer is None:
            return None, warning
        if "出租" in header:
            return ("rented", None) if answer else (None, None)
        return ("owner_occupied", None) if answer else (None, None)
    code = _USES.get(word) or (word if word in LABELS["type_of_use"] else None)
    if code:
        return code, None
    return None, f"没有认出房屋性质“{text[:12]}”，未导入此格"


_STATES = cell_words("residency_state")


@lru_cache(4096)
def residency_state(text: str, header: str = "") -> tuple[str | None, str | None]:
    """(code of 户籍状态 or None, a warning); a yes/no column means what its header says."""
    word = plain(text)
    if word in _BLANK:
        return None, None
    code = _STATES.get(word) or (word if word in LABELS["residency_state"] else None)
    if code:
        return code, None
    answer, warning = yes_no(text)
    if answer is None:
        return None, warning or f"没有认出人户状态“{text[:12]}”，未导入此格"
    if "一致" in header:
        return ("matches" if answer else "separated"), None
    if "空挂" in header or "户在人不在" in header:
        return ("registered_only" if answer else None), None
    if "分离" in header:
        return ("separated" if answer else "matches"), None
    return None, f"“{text[:12]}”没有说明是哪种人户状态，未导入此格"
