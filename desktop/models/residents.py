"""Households and the people in them, as screens, papers and exports read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.errors import NoSuchRecord, UserError
from desktop.models import hand_code
from desktop.models.door import parse_door
from desktop.models.door_text import building_label, door_label, natural, whole_door
from desktop.models.store import Store

# the order in which a household is listed: head, spouse, children …
RELATION_ORDER = (
    "HEAD", "SPOUSE", "PARENT", "PARENT_IN_LAW", "GRANDPARENT", "SON", "DAUGHTER", "CHILD_IN_LAW",
    "GRANDCHILD", "SIBLING", "OTHER_RELATIVE", "NON_RELATIVE", "UNKNOWN",
)  # fmt: skip


class AmbiguousDoor(UserError):
    def __init__(self, text: str, doors: Sequence[str]) -> None:
        super().__init__(f"“{text}”对应多户：{'、'.join(doors[:5])}。请写明小区和楼栋。")


@dataclass(frozen=True, slots=True)
class Resident:
    uid: str
    household: str
    name: str
    relation: str | None
    relation_word: str | None
    sex: str | None
    birth: str | None  # YYYY, YYYY-MM or YYYY-MM-DD
    id_number: str | None
    phone: str | None
    phone_note: str | None
    status: str
    tags: tuple[str, ...]  # codes of the care tags in force


@dataclass(frozen=True, slots=True)
class Household:
    """One door with its living residents, head first."""

    uid: str
    building: str
    building_label: str
    estate_name: str
    unit: str | None
    floor: int | None
    room: str | None
    place: str | None
    door: str  # 「瑞景公园3栋2单元501」
    short_door: str  # 「2单元501」
    type_of_use: str | None
    residency_state: str | None
    phone: str | None
    mute_until: str | None
    mute_reason: str | None
    quiet_hours: str | None
    note: str | None
    code: str  # what its paper form carries
    residents: tuple[Resident, ...]

    @property
    def head(self) -> Resident | None:
        return next((r for r in self.residents if r.relation == "HEAD"), None)

    @property
    def head_name(self) -> str:
        """The head's name, else the first resident's, else empty."""
        person = self.head or (self.residents[0] if self.residents else None)
        return person.name if person else ""

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tag for r in self.residents for tag in r.tags))


def route_key(
    estate: str, lane: str, building: str, unit: str | None, floor: int | None, room: str | None
) -> tuple[object, ...]:
    """The order of a walk: estate, building, stair, then top floor downwards, room by room."""
    return (
        natural(estate), natural(lane), natural(building), natural(unit),
        -(floor if floor is not None else -100), natural(room),
    )  # fmt: skip


_HOUSEHOLDS = (
    "SELECT h.uid, h.building, coalesce(b.name, ''), b.word, coalesce(e.name, ''),"
    " coalesce(l.name, ''), h.unit, h.floor, h.room, h.place, h.type_of_use, h.residency_state,"
    " h.phone, h.mute_until, h.mute_reason, h.quiet_hours, h.note, h.door_raw"
    " FROM live_households h LEFT JOIN buildings b ON b.uid = h.building"
    " LEFT JOIN estates e ON e.uid = b.estate LEFT JOIN lanes l ON l.uid = b.lane"
)
_RESIDENTS = (
    "SELECT r.uid, r.household, r.name, r.relation, r.relation_word, r.sex, r.birth, r.id_number,"
    " r.phone, r.phone_note, coalesce(r.status, 'living') FROM live_residents r"
)


def any_household(store: Store) -> bool:
    """Whether there is a roster at all."""
    return bool(store.value("SELECT EXISTS (SELECT 1 FROM live_households)"))


def households(
    store: Store, uids: Sequence[str] | None = None, *, building: str | None = None
) -> list[Household]:
    """Households (all, these, or one building's) in route order, with their living residents."""
    if uids is not None:
        rows = store.rows_in(_HOUSEHOLDS + " WHERE h.uid IN ({})", uids)
        people = store.rows_in(_RESIDENTS + " WHERE r.household IN ({})", uids)
    elif building is not None:
        rows = store.rows(_HOUSEHOLDS + " WHERE h.building = ?", (building,))
        people = store.rows(
            _RESIDENTS + " WHERE r.household IN (SELECT uid FROM households WHERE building = ?)",
            (building,),
        )
    else:
        rows, people = store.rows(_HOUSEHOLDS), store.rows(_RESIDENTS)
    members = _members(people, tags_by_resident(store))
    rows.sort(key=lambda r: (route_key(r[4], r[5], r[2], r[6], r[7], r[8]), r[0]))
    return [_household(row, members.get(row[0], ())) for row in rows]


def household(store: Store, uid: str) -> Household:
    found = households(store, [uid])
    if not found:
        raise NoSuchRecord("户", uid)
    return found[0]


def resident(store: Store, uid: str) -> Resident:
    """One resident, whatever their status."""
    rows = store.rows(_RESIDENTS + " WHERE r.uid = ?", (uid,))
    if not rows:
        raise NoSuchRecord("居民", uid)
    return Resident(*(*rows[0], tuple(tags_by_resident(store).get(uid, ()))))


def tags_by_resident(store: Store) -> dict[str, list[str]]:
    """Codes of the care tags in force (not ended) per resident."""
    found: dict[str, list[str]] = defaultdict(list)
    for person, tag in store.rows(
        "SELECT resident, tag FROM live_care_tags WHERE until IS NULL ORDER BY tag, uid"
    ):
        if tag not in found[person]:
            found[person].append(tag)
    return found


def _members(
    rows: Iterable[tuple[Any, ...]], tags: dict[str, list[str]]
) -> dict[str, tuple[Resident, ...]]:
    found: dict[str, list[Resident]] = defaultdict(list)
    for row in rows:
        if row[10] == "living" and row[1]:
            found[row[1]].append(Resident(*(*row, tuple(tags.get(row[0], ())))))
    rank = {relation: place for place, relation in enumerate(RELATION_ORDER)}
    return {
        uid: tuple(
            sorted(
                people,
                key=lambda r: (rank.get(r.relation or "", 99), r.birth or "9", r.name, r.uid),
            )
        )
        for uid, people in found.items()
    }


def _household(row: tuple[Any, ...], members: tuple[Resident, ...]) -> Household:
    uid, building, name, word, estate, lane, unit, floor, room, place, *rest = row
    own = building_label(name, word) if name else ""
    short = door_label(unit, floor, room, place) or str(row[17] or "")
    front = (uid, building or "", own, estate, unit, floor, room, place)
    whole = whole_door(estate, lane, name, word, short)
    return Household(*(*front, whole, short, *rest[:7], form_code(uid), members))


def form_code(uid: str) -> str:
    """The household's code on paper: 8 Crockford base32 symbols of its uid and a check symbol."""
    symbols = hand_code.digits(int(uid[:10], 16), 8)
    return f"{symbols[:4]}-{symbols[4:]}-{hand_code.check_symbol(symbols)}"


def parse_form_code(text: str) -> str | None:
    """The first 10 hex digits of the uid behind a typed or scanned code; None if it is not one."""
    # the QR code on a form says its layout first: 「JL1:4F7K-…」
    plain = hand_code.plain(text.replace("：", ":").rpartition(":")[2])
    if len(plain) != 9 or not hand_code.is_code(plain):
        return None
    if hand_code.check_symbol(plain[:8]) != plain[8]:
        return None
    return f"{hand_code.number(plain[:8]):010x}"


def find_household(store: Store, text: str) -> str:
    """The household meant by a uid, a form code or a door as people write it.

    A form printed before two records were merged means the one that stays.
    """
    text = text.strip()
    if found := _staying(store, text, text):
        return found
    prefix = parse_form_code(text)
    if prefix and (found := _staying(store, prefix, prefix + "g")):
        return found
    return _by_door(store, text)


def _staying(store: Store, first: str, last: str) -> str | None:
    """The one live household that these uids stand for, merged ones followed to the end."""
    found = store.rows(
        "WITH RECURSIVE meant (uid, same_as) AS ("
        " SELECT uid, same_as FROM households WHERE uid BETWEEN ? AND ? UNION"
        " SELECT t.uid, t.same_as FROM meant m JOIN households t ON t.uid = m.same_as)"
        " SELECT DISTINCT uid FROM live_households WHERE uid IN"
        " (SELECT uid FROM meant WHERE same_as IS NULL)",
        (first, last),
    )
    return str(found[0][0]) if len(found) == 1 else None


def _by_door(store: Store, text: str) -> str:
    door = parse_door(text)
    name = door.building or door.number
    rows = store.rows(
        _HOUSEHOLDS
        + " WHERE h.room IS ?1 AND (?2 IS NULL OR h.unit IS ?2) AND (?3 IS NULL OR b.name = ?3)"
        " AND (?4 IS NULL OR h.floor IS ?4)",
        (door.room, door.unit, name, door.floor),
    ) if door.room else []  # fmt: skip
    for wanted, column in ((door.estate, 4), (door.lane, 5)):
        if wanted:
            rows = [row for row in rows if row[column] == wanted]
    if len(rows) != 1:  # a door copied from a screen or a paper, which may read otherwise
        same = [row for row in store.rows(_HOUSEHOLDS) if _household(row, ()).door == text]
        rows = same if same else rows
    if not rows:
        raise NoSuchRecord("户", text)
    if len(rows) > 1:
        raise AmbiguousDoor(text, [_household(row, ()).door for row in rows])
    return str(rows[0][0])
