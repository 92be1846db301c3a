"""Tells rows of data from titles, totals, notes, examples and repeated headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from desktop.exchange.sheets.text_tables import Span
from desktop.exchange.sheets.values import CACHE, plain
from desktop.models.door import parse_door

DITTO = frozenset(("同上", "〃", "″", "''", '"', "“", "”", "同前", "同上行", "~", "↑"))
_TOTAL = re.compile(r"^(?:本页|本栋|本表|楼栋|全部|以上)?(?:小计|合计|总计|共计|累计|总共|共有)")
_STATED = re.compile(r"(?<!\d)(\d{1,9})(户|人|口)")
_NOTE = re.compile(
    r"^(?:制表|填表|审核|填报|统计|负责|经办|复核|审批|登记|调查|制作|录入|联络|联系|汇总|更新|填写|打印)"
    r"(?:人|单位|日期|时间|员|电话|人员)?(?:签字|签名|签章)?[:(]"
    r"|^(?:注|备注|说明|注意|注意事项|提示|填表说明|填写说明|填报说明|说明事项)(?:[:\d(、]|$)"
    r"|^(?:填表|填写|填报|制表|审核)(?:说明|人|须知|单位|日期)"
    r"|^第?\d+页|^共\d+页|^-\d+-$|^单位[:]|^日期[:]|^(?:社区|居委会)?\(?盖章\)?"
)
_EXPLAIN = re.compile(r"必填|选填|可不填|填写|例如|格式|请选择|下拉|^如[::]|可填|单选|多选|例[:：]")
_EMPTY_SHEET = re.compile(r"汇总|统计|说明|封面|目录|字典|选项|数据源|须知|模板说明|参数")
_BUILDING_WORD = re.compile(r"栋|幢|座|号楼|#|楼$|号$|号之\d+$")


def is_skipped_by_name(sheet: str) -> bool:
    """Whether a sheet's name says it holds totals or instructions."""
    return bool(_EMPTY_SHEET.search(sheet))


@lru_cache(CACHE)
def _special_word(first: str) -> str | None:
    word = plain(first)
    if _TOTAL.match(word):
        return "合计行"
    if _NOTE.match(word):
        return "说明行"
    return "示例行" if word.startswith(("示例", "样例", "(示例", "例:")) else None


def special(first: str, cells: Sequence[str]) -> str | None:
    """Why a row is no data, told by its first words; None for everything else."""
    why = _special_word(first)
    if why == "说明行" and len(first) <= 2 and len(cells) - cells.count("") > 3:
        why = None
    return "示例行" if why is None and ("示例" in cells or "例" in cells) else why


def is_explanation(cells: Sequence[str]) -> bool:
    """Whether a row right under the header explains how to fill the columns."""
    return sum(1 for cell in cells if _EXPLAIN.search(cell)) >= 1


@dataclass(frozen=True, slots=True)
class Total:
    """What a totals row claims: households, people (None = not said)."""

    households: int | None
    people: int | None


def stated_total(cells: Sequence[str], count_column: int | None) -> Total:
    """「合计：128户 356人」, or the figure under the people-count column."""
    text = plain(" ".join(cells))
    found = {unit: int(number) for number, unit in _STATED.findall(text)}
    people = found.get("人", found.get("口"))
    if people is None and count_column is not None and count_column < len(cells):
        figure = plain(cells[count_column])
        people = int(figure[:9]) if figure.isascii() and figure.isdigit() else None
    return Total(found.get("户"), people)


def section_building(text: str) -> str | None:
    """The building a lone cell (or a sheet's name) announces, as text to be read; None if none."""
    word = plain(text)
    if not word or len(word) > 24 or not _BUILDING_WORD.search(word):
        return None
    if re.search(r"表|册|名单|台账|户|人", word):
        return None
    door = parse_door(word)
    if door.problem or door.room or not (door.building or door.number):
        return None
    return word


def fill_merged(
    rows: list[list[str]], merged: Sequence[Span], columns: frozenset[int], below: int
) -> None:
    """Repeat merged cells of these columns over their rows, in place."""
    left_over = (
        4 * len(rows) * len(columns)
    )  # merged areas cannot overlap, unless somebody means harm
    for top, left, bottom, _ in merged:
        if bottom <= top or left not in columns or top < below or top >= len(rows):
            continue
        value = rows[top][left] if left < len(rows[top]) else ""
        left_over -= min(bottom, len(rows)) - top
        if not value or left_over < 0:
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and not row[left]:
                row[left] = value


_TITLE_BUILDING = re.compile(
    r"(?<![\d-])([A-Z]?\d{1,3})(号楼|栋|幢|座)(?!数)"
    r"(?:[^\d]{0,6}(\d{1,2})单元)?(?![\d至到、,-])"
)


def building_in_title(text: str) -> str:
    """The building (and stair) a title speaks of: 「楼栋：3栋 单元：2单元」 → 3栋2单元, or ""."""
    found = _TITLE_BUILDING.findall(plain(text))
    if len(found) != 1:
        return ""
    name, word, unit = found[0]
    return f"{name}{word}{unit}单元" if unit else f"{name}{word}"


_ADMIN = re.compile(r"^.*(?:街道办事处|街道|镇|社区居委会|居委会|社区|村委会)")
_LIST_WORD = re.compile(
    r"花名册|登记表|信息表|登记册|一览表|统计表|名册|名单|台账|摸底|情况表|信息|住户|居民|业主"
)
_ABOUT = re.compile(
    r"(?:小区)?(?:\d{2,4}年(?:度)?(?:\d{1,2}月)?)?(?:住户|居民|业主|人员|人口|入户|家庭|常住|户籍|房屋"
    r"|楼栋|走访|基本|基础|信息|情况|实有|流动|出租|重点|花名册|登记|一览表|统计|名册|名单|台账|摸底).*$"
)
# what estates are called; a title without such an ending is not taken for an estate's name
_ESTATE_END = re.compile(
    r"(?:公园|花园|家园|新村|新城|苑|园|城|府|里|村|湾|庭|居|阁|轩|公寓|大厦|宿舍|广场|老街|街|巷|院"
    r"|期|郡|岸|墅|楼|坊|洲|山庄|邸|庄|都|景|台|组团|小区|片区)$"
)


def estate_in_title(text: str, known: Iterable[str] = ()) -> str:
    """The estate a title or file name speaks of: 「××社区瑞景公园小区住户花名册」 → 瑞景公园."""
    word = plain(re.sub(r"[《》“”\"'()_—\s]+", " ", text))
    for name in sorted(known, key=len, reverse=True):
        if len(name) >= 2 and name in word:
            return name
    if not _LIST_WORD.search(word):
        return ""
    for part in re.split(r"[-_ ]+", word):
        bare = _ABOUT.sub("", re.sub(r"^\d{4}年(?:度)?(?:\d{1,2}月)?", "", _ADMIN.sub("", part)))
        named = "小区" in part[len(bare) - 2 :]
        bare = re.sub(r"(?:第?\d+(?:号楼|栋|幢|座|号)楼?)+$", "", bare).removesuffix("小区")
        if 2 <= len(bare) <= 15 and (named or _ESTATE_END.search(bare)):
            return bare
    return ""
