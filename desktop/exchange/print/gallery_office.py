"""Fills throw-away offices for the gallery of papers: ordinary, extreme, rare characters, empty.

Everybody in them is obviously fake: phones 1390000xxxx, identity numbers of the area 350299.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from desktop import clock
from desktop.models import items, posts, visits
from desktop.models.store import Store
from desktop.models.visits import NewPromise, NewVisit
from desktop.models.words import LABELS

_WORRY = "电梯经常停在三楼不动，老人上下楼很不方便，希望物业“尽快检修”（已报修3次）；"
_LONG_NAME = "买买提·艾力·阿卜杜热合曼·伊布拉音·麦麦提敏·吐尔逊·努尔麦麦提·阿布都"
_LONG_PLACE = "筼筜湖畔滨海国际花园城二期扩建安置房东区及配套商业综合体临时过渡住宅小区壹号苑"


@dataclass(frozen=True, slots=True)
class Flavour:
    """What one office of the gallery is made of."""

    name: str  # part of the file names
    office: str
    user: str
    estate: str
    people: tuple[str, ...]  # everybody of one household
    text: str
    tags: tuple[str, ...]
    floors: int  # of the building
    rooms: int  # doors on a floor of each stair
    entries: int  # on each list
    forms: int  # households that get a form


FLAVOURS = (
    Flavour(
        "ordinary", "莲心社区", "林书记", "瑞景公园", ("王小明", "李红", "王晓"), _WORRY,
        ("elder_alone",), 6, 2, 4, 3,
    ),
    Flavour(
        "extreme", f"{_LONG_PLACE}社区", "欧阳" + _LONG_NAME[:18], _LONG_PLACE,
        tuple(f"{_LONG_NAME}{n:02d}" for n in range(12)), _WORRY * 14,
        tuple(LABELS["care_tag"]), 60, 3, 8, 5,
    ),
    Flavour(
        "rare", "筼筜𫠊湖社区", "林㛃", "𬭎基㙟花园",
        ("王㛃", "李𬭎", "龚䶮", "陈𠀀", "林頔𪚥𫝀𫠠𬺰"),
        "住户㛃、𬭎、䶮、𠀀、𪚥、𫝀、𫠠、𬺰的名字请照户口簿登记。",
        ("veteran", "newcomer"), 7, 2, 4, 3,
    ),
    Flavour("empty", "空白社区", "无", "空白小区", (), "", (), 0, 0, 0, 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """What the papers of one filled office are about; uids ("" where there is none)."""

    flavour: Flavour
    building: str
    homes: tuple[str, ...]
    resident: str
    entry: str
    dispute: str


def fill(store: Store, flavour: Flavour) -> Sample:
    """Fill a new office; an empty one gets a bare building with one bare door."""
    building, homes, resident = _places(store, flavour)
    if not flavour.people:
        return Sample(flavour, building, tuple(homes), resident, "", "")
    _people_in_charge(store, flavour, building)
    _visited(store, flavour, homes)
    entry = dispute = ""
    for kind in LABELS["item_kind"]:
        for number in range(flavour.entries):
            uid = items.register(
                store, kind, flavour.text * (2 if number else 1), household=homes[0],
                category=flavour.text[:4], time_class="harder",
            )  # fmt: skip
            entry = uid if kind == "need" and not number else entry
            dispute = uid if kind == "dispute" and not number else dispute
    items.step(store, entry, "accepted")
    items.step(store, entry, "assigned", by=flavour.people[-1])
    items.step(store, entry, "in_progress")
    items.step(store, entry, "awaiting_feedback", result=flavour.text)
    return Sample(flavour, building, tuple(homes), resident, entry, dispute)


def _places(store: Store, flavour: Flavour) -> tuple[str, list[str], str]:
    """One building and its households; everybody lives behind the first doors."""
    homes: list[str] = []
    resident = ""
    with store.change("图样：楼栋和住户") as change:
        estate = change.create("estates", name=flavour.estate, kind="high_end")
        building = change.create(
            "buildings", estate=estate, name="3", word="栋", floors=flavour.floors, units=2
        )
        doors: list[tuple[str, int | None, str]] = [
            (unit, floor, f"{floor}0{room}")
            for floor in range(flavour.floors, 0, -1)
            for unit in ("1", "2")
            for room in range(1, flavour.rooms + 1)
        ]
        for unit, floor, room in doors or [("1", None, "")]:
            homes.append(
                change.create(
                    "households", building=building, unit=unit, floor=floor, room=room,
                    door_raw=room, type_of_use="owner_occupied", residency_state="separated",
                    phone="13900000001" if flavour.people else None,
                    quiet_hours=flavour.text[:16],
                )
            )  # fmt: skip
            names = flavour.people if len(homes) <= flavour.forms else flavour.people[:1]
            for number, name in enumerate(names):
                uid = change.create(
                    "residents", household=homes[-1], name=name, status="living",
                    relation="OTHER_RELATIVE" if number else "HEAD",
                    sex="女" if number % 2 else "男", birth=f"{1938 + number}-07-13",
                    id_number="350299193807130011", phone="13900000001/13900000002",
                )  # fmt: skip
                resident = resident or uid
                for tag in flavour.tags if len(homes) <= flavour.forms else ():
                    change.create("care_tags", resident=uid, tag=tag, since="2025-01-01")
            if flavour.people and len(homes) <= flavour.forms * 4:
                change.create(
                    "residents", household=homes[-1], name=flavour.people[-1],
                    status="moved_out", status_on=f"{2019 + len(homes) % 4}-03-01",
                )  # fmt: skip
        if not resident:
            resident = change.create("residents", household=homes[0], name="无名", status="living")
    return building, homes, resident


def _people_in_charge(store: Store, flavour: Flavour, building: str) -> None:
    names = (flavour.people * 4)[:4]
    today = clock.today()
    posts.set_post(
        store, "building_chief", "building", building, names[0], phone="13900000003", sex="男",
        is_party=True, chosen="elected", scope=flavour.text[:60], term_from=today,
        note=flavour.text[:40],
    )  # fmt: skip
    for unit, name in (("1", names[1]), ("2", names[2])):
        posts.set_post(
            store, "stair_chief", "unit", building, name, unit=unit, phone="13900000004",
            term_from=today,
        )  # fmt: skip
    with store.change("图样：巡查") as change:
        for kind in LABELS["patrol_kind"]:
            change.create(
                "patrols", happened_on=today.isoformat(), kind=kind, text=flavour.text,
                solved_same_day=1, reported_up=0, worker=flavour.user, building=building,
            )  # fmt: skip


def _visited(store: Store, flavour: Flavour, homes: list[str]) -> None:
    """Some doors seen today with promises, some knocked at in vain, the others never."""
    today = clock.today()
    for number, home in enumerate(homes[: flavour.forms * 3]):
        started = f"{9 + number // 3:02d}:{number % 3 * 20:02d}"
        visits.record(
            store,
            NewVisit(
                household=home, outcome="not_home" if number % 5 == 4 else "met",
                happened_on=today - timedelta(days=0 if number < flavour.forms else 40 * number),
                started=started, ended=f"{started[:3]}{number % 3 * 20 + 15:02d}",
                walkers=(flavour.user, *flavour.people[:2]), met_whom=flavour.people[-1],
                promises=(NewPromise(flavour.text[:200], until=today), NewPromise("送申请表")),
            ),
        )  # fmt: skip
