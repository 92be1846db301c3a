"""Decides who may hold which paper and what of a person stands on it (domain §6).

Each paper has one definition here. The papers take their columns, the words at their foot and the
line in the local record from it; a test holds each definition against the rule of its audience.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop.errors import Refused
from desktop.models import privacy, users
from desktop.models.store import Store

LEAST_CANDIDATES = 100  # identity numbers that must fit what anybody outside the office reads


class TooMuchShown(Refused):
    def __init__(self, paper: str, why: str) -> None:
        super().__init__(f"“{paper}”不能这样打印：{why}。请改用单位留存的版本。")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page prints about one person."""

    name: str = ""  # "", masked or full
    address: str = ""  # "", building or door
    birth: str = ""  # "", year, month or day
    sex: bool = False
    id_digits: int = 0  # last digits of the identity number
    phone: str = ""  # "", masked or full
    tags: bool = False
    words: bool = False  # free text about the person or what they asked for

    def fields(self) -> list[str]:
        """The same as words, for the local record of print-outs."""
        given = (
            ("姓名（掩码）" if self.name == "masked" else "姓名", self.name),
            ("楼栋" if self.address == "building" else "门牌", self.address),
            ({"year": "出生年", "month": "出生年月"}.get(self.birth, "出生日期"), self.birth),
            ("性别", self.sex),
            (f"证件号末{self.id_digits}位", self.id_digits),
            ("电话（掩码）" if self.phone == "masked" else "电话", self.phone),
            ("关爱标签", self.tags),
            ("内容", self.words),
        )
        return [word for word, there in given if there]


@dataclass(frozen=True, slots=True)
class Page:
    """One paper: who may hold it, what the foot says, what it shows."""

    # office, chief, street, public; self = the person it is about, holder = a sign of who serves
    audience: str
    foot: str
    shown: Shown


_INSIDE = "单位内部：不得外传"
PAGES = {
    "form-office": Page(
        "office", "单位留存：内部资料，不得带出",
        Shown("full", "door", "year", sex=True, phone="masked", tags=True, words=True),
    ),
    "form-street": Page(
        "street", "上门用：不含电话、证件号和标签", Shown("full", "door", "year", sex=True)
    ),
    "stairs": Page("street", "上门用：不含电话、证件号和标签", Shown("full", "door")),
    "missed": Page("self", "沿线裁开，放在门口", Shown(address="door")),
    "chief-copy": Page("chief", "楼栋长用：用后交回，不得拍照外传", Shown("full", "door")),
    "chiefs": Page(
        "office", "单位内部：含手机号码，不得外传", Shown("full", phone="full", sex=True)
    ),
    "ledger": Page(
        "office", "单位内部：敏感信息，不得外传",
        Shown("masked", "door", "year", sex=True, tags=True),
    ),
    "elevation": Page("office", "单位内部：含关爱标记，不得张贴", Shown("full", "door", tags=True)),
    "list": Page("office", _INSIDE, Shown(address="door", words=True)),
    "log": Page("office", _INSIDE, Shown(address="door", words=True)),
    "slip": Page("office", "办理用：办完交回", Shown(address="door", words=True)),
    "retention": Page("office", _INSIDE, Shown("masked", "door")),
    "conflicts": Page("office", _INSIDE, Shown("full", "door", phone="full", words=True)),
    "notice": Page("public", "", Shown("masked", "building")),
    # about people who serve, not about residents
    "door-sign": Page("holder", "", Shown("full", "building", phone="full")),
    "held": Page(
        "self", "交给本人：请妥善保管",
        Shown("full", "door", "day", sex=True, phone="full", tags=True, words=True),
    ),
}  # fmt: skip


def candidates(shown: Shown) -> int:
    """How many identity numbers of a known region fit what the page shows, in the worst case."""
    return privacy.id_candidates(shown.birth, knows_sex=shown.sex, digits=shown.id_digits)


def check(paper: str, page: Page) -> None:
    """Refuse a definition that shows its audience more than the rule allows."""
    shown = page.shown
    if page.audience == "office":
        if shown.birth in ("month", "day") and shown.id_digits:
            raise TooMuchShown(paper, "有出生年月的页面不能印证件号的任何一位")
        return
    if candidates(shown) < LEAST_CANDIDATES:
        raise TooMuchShown(paper, "出生日期和证件号合在一起能推出本人的证件号")
    if page.audience in ("self", "holder"):
        return
    if shown.id_digits or shown.phone or shown.tags or shown.words:
        raise TooMuchShown(paper, "出单位的纸不能有证件号、电话、标签和事由")
    if page.audience == "chief" and (shown.birth or shown.sex):
        raise TooMuchShown(paper, "楼栋长只看门牌和姓名")
    if page.audience == "public" and (
        shown.name == "full" or shown.address == "door" or shown.birth or shown.sex
    ):
        raise TooMuchShown(paper, "公示只能有姓氏和楼栋")


def held_by(store: Store, paper: str, recipient: str = "") -> str:
    """「单位内部　领用人：林书记」; without a recipient the person at the desk took it."""
    check(paper, PAGES[paper])
    words = PAGES[paper].foot
    name = recipient.strip() or users.current(store).name
    return f"{words}　领用人：{name}" if name else words


def note(store: Store, title: str, paper: str, **counts: int) -> None:
    """Leave a line in the local record: which paper, how many, which fields; no names."""
    detail: dict[str, Any] = {"fields": PAGES[paper].shown.fields(), **counts}
    privacy.note(store, f"打印{title}", **detail)
