"""Invents an obviously fake community: ID area 350299 does not exist, phones are 1390000xxxx."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from desktop import clock
from desktop.models.identity import check_symbol

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
    "叶蒋杜苏魏程吕丁"
)
_GIVEN = (
    "明华建国秀英志强丽芳伟军玉兰海燕文杰晓红永福美珍宏达雪梅俊峰桂花佳琪子涵思远雨桐"
    "浩然欣怡家豪诗涵天宇梦瑶国庆爱民"
)
_RARE_NAMES = ("张㛃", "林𬭎", "陈䶮", "欧阳𠀀", "王頔")
_PLAIN_TAGS = (
    ("低保", 0.2),
    ("残疾", 0.3),
    ("退役军人", 0.2),
    ("大病", 0.12),
    ("优抚", 0.1),
    ("特困", 0.08),
)


@dataclass(frozen=True, slots=True)
class FakePerson:
    name: str
    relation: str
    sex: str
    birth: str
    id_number: str
    phone: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FakeHome:
    """One invented household; `building` is 「3栋」 or 「56号之3」."""

    estate: str
    kind: str
    lane: str
    building: str
    unit: str
    floor: int
    room: str
    use: str  # 自住, 出租, 空置
    state: str
    people: tuple[FakePerson, ...] = field(default=())

    @property
    def head(self) -> str:
        return self.people[0].name if self.people else ""

    @property
    def door(self) -> str:
        if self.lane:
            return f"{self.lane}{self.building}{self.room}"
        return f"{self.building}{self.unit}单元{self.room}"


@dataclass(frozen=True, slots=True)
class EstateKind:
    """How an invented estate is built."""

    name: str
    kind: str
    lane: str
    share: float
    floors: int
    units: int
    rooms: int


ESTATES = (
    EstateKind("瑞景公园", "高端住宅", "", 0.40, 18, 2, 2),
    EstateKind("莲福新村", "拆迁安置", "", 0.30, 6, 3, 2),
    EstateKind("老城片区", "老城街巷", "中山路", 0.15, 3, 1, 2),
    EstateKind("邮电宿舍", "职工宿舍", "", 0.15, 7, 2, 2),
)


def invent(households: int, seed: int) -> dict[str, list[FakeHome]]:
    """Exactly this many households, by estate; the same for the same seed (and year)."""
    random = Random(seed)
    rare = list(_RARE_NAMES)
    found: dict[str, list[FakeHome]] = {}
    left = households
    for number, estate in enumerate(ESTATES):
        last = number == len(ESTATES) - 1
        count = left if last else max(1, round(households * estate.share))
        left -= count
        found[estate.name] = [_home(random, estate, place, rare) for place in range(count)]
    return found


def _home(random: Random, estate: EstateKind, place: int, rare: list[str]) -> FakeHome:
    room_no = place % estate.rooms + 1
    floor = place // estate.rooms % estate.floors + 1
    unit = place // (estate.rooms * estate.floors) % estate.units + 1
    building = place // (estate.rooms * estate.floors * estate.units) + 1
    name = f"{building}栋"
    if estate.lane:
        name = f"{50 + building // 3}号" + (f"之{'〇一二'[building % 3]}" if building % 3 else "")
    chance = random.random()
    use = "空置" if chance < 0.06 else "出租" if chance < 0.18 else "自住"
    state = "流动" if use == "出租" else "人户分离" if random.random() < 0.1 else "人户一致"
    people = () if use == "空置" else _family(random, use, rare)
    return FakeHome(estate.name, estate.kind, estate.lane, name, "" if estate.lane else str(unit),
                    floor, f"{floor}{room_no:02d}", use, "" if use == "空置" else state,
                    people)  # fmt: skip


def _family(random: Random, use: str, rare: list[str]) -> tuple[FakePerson, ...]:
    year = clock.today().year
    head_age = random.choice((31, 36, 42, 48, 55, 63, 70, 76, 83, 88))
    alone = random.random() < 0.2
    surname = random.choice(_SURNAMES)
    name = rare.pop(0) if rare and random.random() < 0.3 else _name(random, surname)
    head = _person(random, name, "租客" if use == "出租" else "户主", head_age, year)
    if use == "出租":
        head = _person(random, name, "户主", min(head_age, 48), year, tags=("新市民",))
    elif head_age >= 80:
        head = _with_tags(head, ("独居老人", "高龄") if alone else ("高龄",))
    elif head_age >= 60 and alone:
        head = _with_tags(head, ("独居老人",))
    people = [head]
    if not alone:
        spouse_sex = "女" if head.sex == "男" else "男"
        people.append(_person(random, _name(random), "配偶", head_age - 2, year, sex=spouse_sex))
        for _ in range(random.choice((0, 0, 1, 1, 2)) if head_age < 75 else 0):
            age = max(1, head_age - random.randint(25, 32))
            child = _person(random, _name(random, surname), "", age, year)
            relation = "儿子" if child.sex == "男" else "女儿"
            people.append(_person(random, child.name, relation, age, year, sex=child.sex))
    for tag, share in _PLAIN_TAGS:
        if random.random() < 0.1 * share:
            people[0] = _with_tags(people[0], (*people[0].tags, tag))
    return tuple(people)


def _name(random: Random, surname: str = "") -> str:
    given = "".join(random.choice(_GIVEN) for _ in range(random.choice((1, 2, 2, 2))))
    return (surname or random.choice(_SURNAMES)) + given


def _with_tags(person: FakePerson, tags: tuple[str, ...]) -> FakePerson:
    return FakePerson(person.name, person.relation, person.sex, person.birth, person.id_number,
                      person.phone, tags)  # fmt: skip


def _person(
    random: Random, name: str, relation: str, age: int, year: int, *, sex: str = "",
    tags: tuple[str, ...] = (),
) -> FakePerson:  # fmt: skip
    sex = sex or random.choice("男女")
    month, day = random.randint(1, 12), random.randint(1, 28)
    birth = f"{max(year - age, 1900):04d}-{month:02d}-{day:02d}"
    order = random.randrange(500) * 2 + (1 if sex == "男" else 0)
    first17 = f"350299{birth.replace('-', '')}{order:03d}"
    phone = f"1390000{random.randrange(10_000):04d}" if age >= 12 else ""
    return FakePerson(name, relation, sex, birth, first17 + check_symbol(first17), phone, tags)
