"""Knows who serves where: lane, building and stair chiefs, grid workers, branch secretaries.

History stays: a new holder ends the old term. A vacancy is derived, never stored.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord
from desktop.models import places
from desktop.models.changes import Change
from desktop.models.door_text import natural
from desktop.models.phone import parse_phone
from desktop.models.post_places import PLACE_KINDS, post_kind, read_place
from desktop.models.store import Store
from desktop.models.words import LABELS, label

_KIND_ORDER = {kind: number for number, kind in enumerate(LABELS["post_kind"])}


@dataclass(frozen=True, slots=True)
class Post:
    """One term of one holder."""

    uid: str
    kind: str
    place_kind: str
    place: str
    unit: str
    scope: str
    holder: str
    sex: str | None
    is_party: bool | None
    phone: str | None
    term_from: str | None
    term_to: str | None
    chosen: str | None
    note: str | None
    place_name: str  # 「瑞景公园3栋2单元」
    households: int  # doors in the place


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A place that should have a holder and has none."""

    kind: str
    place_kind: str
    place: str
    place_name: str
    households: int  # doors in the place
    unit: str = ""


@dataclass(frozen=True, slots=True)
class _Map:
    """Names and household counts of every place, read once."""

    names: dict[tuple[str, str], str]
    counts: Counter[tuple[str, str, str]]
    units: set[tuple[str, str]]

    def name(self, kind: str, place: str, unit: str) -> str:
        name = self.names.get(("building" if kind == "unit" else kind, place), "")
        return f"{name}{unit}单元" if unit else name


_FIELDS = (
    "uid, kind, place_kind, place, coalesce(unit, ''), coalesce(scope, ''), holder, sex, is_party,"
    " phone, term_from, term_to, chosen, note"
)


def posts(
    store: Store, *, on: date | None = None, kind: str | None = None, ended: bool = False
) -> list[Post]:
    """Who serves on that day (default today); `ended` adds past and coming terms."""
    day = (on or clock.today()).isoformat()
    where = "" if ended else (
        " AND (term_from IS NULL OR term_from <= ?1) AND (term_to IS NULL OR term_to >= ?1)"
    )  # fmt: skip
    rows = store.rows(
        f"SELECT {_FIELDS} FROM live_posts WHERE holder IS NOT NULL"
        f" AND (?2 IS NULL OR kind = ?2){where}",
        (day, kind),
    )
    where_is = _map(store)
    return sorted((_post(row, where_is) for row in rows), key=_order)


def _post(row: tuple[Any, ...], where_is: _Map) -> Post:
    place_kind, place, unit = row[2] or "", row[3] or "", row[4]
    party = None if row[8] is None else bool(row[8])
    name, count = where_is.name(place_kind, place, unit), where_is.counts[place_kind, place, unit]
    front = (*row[:2], place_kind, place, *row[4:8], party)
    return Post(*(*front, *row[9:14], name, count))


def _order(post: Post) -> tuple[object, ...]:
    return (
        _KIND_ORDER.get(post.kind, 99),
        natural(post.place_name),
        post.term_from or "",
        post.uid,
    )


def _map(store: Store) -> _Map:
    names = {("lane", lane.uid): lane.name for lane in places.lanes(store)}
    names |= {("grid", grid.uid): grid.name for grid in places.grids(store)}
    names |= {("estate", estate.uid): estate.name for estate in places.estates(store)}
    counts: Counter[tuple[str, str, str]] = Counter()
    units: set[tuple[str, str]] = set()
    buildings = {building.uid: building for building in places.buildings(store)}
    for building in buildings.values():
        names["building", building.uid] = building.place
    for uid, unit, count in store.rows(
        "SELECT building, coalesce(unit, ''), count(*) FROM live_households"
        " WHERE building IS NOT NULL GROUP BY building, coalesce(unit, '')"
    ):
        home = buildings.get(uid)
        if home is None:
            continue
        counts["building", uid, ""] += count
        if unit:
            units.add((uid, unit))
            counts["unit", uid, unit] += count
        for kind, above in (("lane", home.lane), ("grid", home.grid), ("estate", home.estate)):
            if above:
                counts[kind, above, ""] += count
    return _Map(names, counts, units)


def vacancies(
    store: Store, *, on: date | None = None, kind: str = "building_chief"
) -> list[Vacancy]:
    """The places without a serving holder of this kind, in natural order."""
    place_kind = PLACE_KINDS[post_kind(kind)][0]
    where_is = _map(store)
    wanted = (
        where_is.units
        if place_kind == "unit"
        else {(uid, "") for found, uid in where_is.names if found == place_kind}
    )
    served = {(post.place, post.unit) for post in posts(store, on=on, kind=kind)}
    empty = [
        Vacancy(
            kind,
            place_kind,
            uid,
            where_is.name(place_kind, uid, unit),
            where_is.counts[place_kind, uid, unit],
            unit,
        )
        for uid, unit in wanted - served
    ]
    return sorted(empty, key=lambda v: (natural(v.place_name), v.place, v.unit))


def set_post(
    store: Store,
    kind: str,
    place_kind: str,
    place: str,
    holder: str,
    *,
    phone: str = "",
    term_from: date | None = None,
    unit: str = "",
    sex: str = "",
    is_party: bool | None = None,
    chosen: str = "",
    scope: str = "",
    note: str = "",
) -> str:
    """Let somebody serve from that day (default today); the previous holder's term ends.

    Naming the serving holder again, without a date or with the same one, corrects their phone
    and other details instead.
    """
    kind = post_kind(kind)
    _check_place(store, kind, place_kind, place, unit)
    values: dict[str, Any] = {
        "phone": _phone(phone),
        "sex": _coded("sex", "性别", sex),
        "chosen": _coded("chosen", "产生方式", chosen),
        "is_party": is_party,
        "scope": scope.strip() or None,
        "note": note.strip() or None,
    }
    if not holder.strip():
        raise BadValue("姓名", holder, "不能为空")
    first = (term_from or clock.today()).isoformat()
    terms = [
        post
        for post in posts(store, kind=kind, ended=True)
        if (post.place, post.unit) == (place, unit) and (post.term_to or first) >= first
    ]
    serving = [post for post in terms if (post.term_from or "") <= first]
    coming = [post.term_from for post in terms if post.term_from and post.term_from > first]
    same = next((post for post in serving if post.holder == holder.strip()), None)
    with store.change(f"{label('post_kind', kind)}任职") as change:
        if same and (term_from is None or same.term_from == first):
            given = {name: value for name, value in values.items() if value is not None}
            change.set("posts", same.uid, **given)
            return same.uid
        for post in serving:
            if post.term_from == first:
                change.delete("posts", post.uid)  # typed in wrongly a moment ago: never served
            else:
                change.set("posts", post.uid, term_to=_eve(first), end_reason="换届")
        return change.create(
            "posts", kind=kind, place_kind=place_kind, place=place, unit=unit,
            holder=holder.strip(), term_from=first,
            term_to=_eve(min(coming)) if coming else None, **values,
        )  # fmt: skip


def _eve(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _check_place(store: Store, kind: str, place_kind: str, place: str, unit: str) -> None:
    if place_kind not in PLACE_KINDS[kind]:
        words = "、".join(label("place_kind", name) for name in PLACE_KINDS[kind])
        raise BadValue("任职处所", label("place_kind", place_kind), f"这个职务只能设在{words}")
    if place_kind == "unit" and not unit:
        raise BadValue("单元", "", "单元长要写明是哪个单元")
    table = {"unit": "buildings"}.get(place_kind, f"{place_kind}s")
    if not store.value(f"SELECT 1 FROM live_{table} WHERE uid = ?", (place,)):
        raise NoSuchRecord(label("place_kind", place_kind), place)


def _coded(group: str, name: str, text: str) -> str | None:
    """A word or code of a group as its code; sex has its own labels."""
    if not text.strip():
        return None
    words = LABELS.get(group, {"男": "男", "女": "女"})
    for code, word in words.items():
        if text.strip() in (code, word):
            return code
    raise BadValue(name, text, f"只能是{'、'.join(words.values())}")


def _phone(text: str) -> str | None:
    if not text.strip():
        return None
    phone = parse_phone(text)
    if phone.problem or not phone.phones:
        raise BadValue("手机", text, phone.problem or "没有认出号码")
    return "/".join(phone.phones)


def end_post(store: Store, uid: str, *, on: date, reason: str = "") -> Change | None:
    """End a term; the place is vacant from the next day."""
    rows = store.rows("SELECT term_from FROM live_posts WHERE uid = ?", (uid,))
    if not rows:
        raise NoSuchRecord("职务", uid)
    if rows[0][0] and on.isoformat() < rows[0][0]:
        raise BadValue("卸任日期", on, f"早于任职日期{rows[0][0]}")
    with store.change("卸任") as change:
        change.set("posts", uid, term_to=on.isoformat(), end_reason=reason.strip() or None)
    return change.done


def find_place(store: Store, kind: str, text: str) -> tuple[str, str]:
    """(place kind, uid) of the place named; for a stair `post_places.read_place` has the unit."""
    place = read_place(store, kind, text)
    return place.kind, place.uid
