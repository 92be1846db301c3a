"""Edits of the roster by hand, and the history of each field."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord, Refused, UserError
from desktop.models import settings
from desktop.models.changes import Change, Op
from desktop.models.field_words import CODED, field_word
from desktop.models.identity import parse_id
from desktop.models.partial_date import parse_date
from desktop.models.past import ops_about
from desktop.models.phone import parse_phone
from desktop.models.schema import APPEND_ONLY, REPLICATED
from desktop.models.store import Store
from desktop.models.versions import GONE
from desktop.models.words import code_of, only

EDITABLE = (
    "estates", "lanes", "grids", "buildings", "households", "residents", "care_tags", "posts",
    "promises", "items", "campaigns", "tag_kinds", "patrols",
)  # fmt: skip

# whole numbers and what they can sensibly be
_WHOLE: dict[str, tuple[int, int]] = {
    "floor": (-20, 300), "floors": (0, 300), "units": (0, 300), "target": (0, 10_000_000),
    "interval_days": (1, 36_500), "order_no": (0, 1_000_000),
}  # fmt: skip
_NEEDED = frozenset(
    {
        ("estates", "name"), ("lanes", "name"), ("grids", "name"), ("buildings", "name"),
        ("households", "building"), ("residents", "name"), ("residents", "household"),
        ("posts", "holder"), ("promises", "text"), ("items", "text"), ("campaigns", "name"),
        ("tag_kinds", "name"), ("tag_kinds", "code"),
    }
)  # fmt: skip
# fields that hold another record's uid, and the table it must be in
_LINKS: dict[str, str] = {
    "estate": "estates", "lane": "lanes", "grid": "grids", "building": "buildings",
    "household": "households", "resident": "residents", "visit": "visits",
}  # fmt: skip
_LONG = frozenset({"note", "text", "state_reason", "scope", "purpose"})
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
# they turn the reading order around or show nothing, so a name could look like another one
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DATES = frozenset({"since", "until", "mute_until", "status_on", "term_from", "term_to"})


class StillInUse(UserError):
    def __init__(self, what: str, count: int) -> None:
        super().__init__(f"还有{count}条记录属于这条{what}，没有删除。请先处理它们。")


class IdNumbersOff(Refused):
    def __init__(self) -> None:
        super().__init__("本单位没有开启身份证号登记，没有保存。确有需要时先在“设置”里开启。")


def clean(table: str, field: str, value: Any) -> Any:
    """A value as the store keeps it; Chinese words become codes, dates and phones are checked."""
    word = field_word(table, field)
    text = _tidy(field, value) if isinstance(value, str) else value
    if text is None or text == "":
        if (table, field) in _NEEDED:
            raise BadValue(word, "", "不能为空")
        return None
    group = CODED.get((table, field))
    if group:
        code = code_of(group, str(text))
        if code is None:
            raise BadValue(word, text, only(group))
        return code
    if field in _WHOLE:
        return _whole(field, word, text)
    if field == "birth" or field in _DATES:
        parsed = parse_date(str(text), sheet_year=clock.today().year)
        if parsed.value is None or (field in _DATES and parsed.precision != "day"):
            raise BadValue(word, text, parsed.problem or "请写成年-月-日")
        return parsed.value
    if field == "phone":
        phone = parse_phone(str(text))
        if phone.problem or not phone.phones:
            raise BadValue(word, text, phone.problem or "没有认出号码")
        return "/".join(phone.phones)
    if field == "id_number":
        number = parse_id(str(text))
        if number.problem or not number.value:
            raise BadValue(word, "****", number.problem or "没有认出号码")
        return number.value
    return text


def _tidy(field: str, text: str) -> str:
    """Short fields stay on one line and show all they hold."""
    if field not in _LONG:
        text = _UNSEEN.sub("", _BREAKS.sub(" ", text))
    return text.strip()


def _whole(field: str, word: str, text: Any) -> int:
    least, most = _WHOLE[field]
    try:
        number = int(text)
    except ValueError:
        raise BadValue(word, text, "应为整数") from None
    if not least <= number <= most:
        raise BadValue(word, text, f"应在{least}到{most}之间")
    return number


def clean_all(table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Check every value; an unknown field is refused by name."""
    for field in values:
        if field not in REPLICATED[table]:
            raise BadValue(field, values[field], "没有这个字段")
    return {field: clean(table, field, value) for field, value in values.items()}


def table_of(store: Store, uid: str) -> str:
    """Which table a uid belongs to."""
    for table in REPLICATED:
        if store.value(f'SELECT 1 FROM "{table}" WHERE uid = ?', (uid,)):
            return table
    raise NoSuchRecord("记录", uid)


def values_of(store: Store, uid: str) -> dict[str, Any]:
    """Every field of one record as it stands now (what an edit form starts from)."""
    table = table_of(store, uid)
    row = store.query(f'SELECT * FROM "{table}" WHERE uid = ?', (uid,))[0]
    return {field: row[field] for field in REPLICATED[table]}


def set_field(store: Store, uid: str, field: str, value: Any) -> Change | None:
    """Give one field of any editable record another value; None when nothing differs."""
    return set_fields(store, uid, {field: value})


def set_fields(
    store: Store, uid: str, values: dict[str, Any], reason: str = "修改"
) -> Change | None:
    """Give several fields of one record other values in one change; None when nothing differs."""
    table = table_of(store, uid)
    if table not in EDITABLE or table in APPEND_ONLY:
        field, value = next(iter(values.items()))
        raise BadValue(field, value, "这类记录只能追加更正，不能改")
    _guard_id_numbers(store, values)
    checked = clean_all(table, values)
    _guard_links(store, table, checked)
    with store.change(reason) as change:
        change.set(table, uid, **checked)
    return change.done


def _guard_links(store: Store, table: str, values: dict[str, Any]) -> None:
    """A record is never moved to a place that is not there: it would vanish from every list."""
    for field, uid in values.items():
        parent = _LINKS.get(field)
        if parent and uid and not store.value(f"SELECT 1 FROM live_{parent} WHERE uid = ?", (uid,)):
            raise NoSuchRecord(field_word(table, field), str(uid))


def _guard_id_numbers(store: Store, values: dict[str, Any]) -> None:
    if values.get("id_number") and not settings.get(store, "collect_id_numbers"):
        raise IdNumbersOff


_PLACE_WORDS = {"estates": "小区", "lanes": "街巷", "grids": "网格", "buildings": "楼栋"}


def add_place(store: Store, table: str, **values: Any) -> str:
    """A new estate, lane, grid or building; the same name twice in one place is refused."""
    fields = clean_all(table, values)
    word = _PLACE_WORDS[table]
    if not fields.get("name"):
        raise BadValue(word, "", "名称不能为空")
    _guard_links(store, table, fields)
    if table == "buildings" and not (fields.get("estate") or fields.get("lane")):
        raise BadValue(word, fields["name"], "请选择它所在的小区或街巷")
    beside = "" if table != "buildings" else " AND estate IS ?2 AND lane IS ?3"
    if store.value(
        f"SELECT 1 FROM live_{table} WHERE name = ?1{beside}",
        (fields["name"], fields.get("estate"), fields.get("lane"))[: 3 if beside else 1],
    ):
        raise BadValue(word, fields["name"], "已经有了")
    with store.change(f"新增{word}") as change:
        return change.create(table, **fields)


def set_tags(store: Store, resident: str, tags: Sequence[str], purpose: str = "") -> Change | None:
    """Make these the care tags in force of a resident: others end today, new ones begin today."""
    today = clock.today().isoformat()
    current: dict[str, str] = dict(
        store.rows(
            "SELECT tag, uid FROM live_care_tags WHERE resident = ? AND until IS NULL", (resident,)
        )
    )
    with store.change("修改关爱标签") as change:
        for tag, uid in current.items():
            if tag not in tags:
                change.set("care_tags", uid, until=today)
        for tag in tags:
            if tag not in current:
                change.create(
                    "care_tags", resident=resident, tag=tag, since=today, purpose=purpose or None
                )
    return change.done


def add_household(store: Store, building: str, **values: Any) -> tuple[str, Change | None]:
    """A new door in a building; returns its uid and the change."""
    if not store.value("SELECT 1 FROM live_buildings WHERE uid = ?", (building,)):
        raise NoSuchRecord("楼栋", building)
    with store.change("新增住户") as change:
        uid = change.create("households", building=building, **clean_all("households", values))
    return uid, change.done


def add_resident(store: Store, household: str, **values: Any) -> tuple[str, Change | None]:
    """A new person behind a door; returns their uid and the change."""
    fields = new_resident(store, household, values)
    with store.change("新增居民") as change:
        uid = change.create("residents", household=household, **fields)
    return uid, change.done


def new_resident(store: Store, household: str, values: dict[str, Any]) -> dict[str, Any]:
    """The checked fields of a person who is to be added behind this door."""
    if not store.value("SELECT 1 FROM live_households WHERE uid = ?", (household,)):
        raise NoSuchRecord("户", household)
    _guard_id_numbers(store, values)
    fields = clean_all("residents", values)
    if not fields.get("name"):
        raise BadValue("姓名", "", "不能为空")
    fields.setdefault("relation", "UNKNOWN")
    fields.setdefault("status", "living")
    return fields


_BELONGINGS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "estates": (("buildings", "estate", "小区"),),
    "lanes": (("buildings", "lane", "街巷"),),
    "buildings": (("households", "building", "楼栋"),),
}


def remove(store: Store, uid: str, reason: str) -> Change | None:
    """Delete a record; a household takes its people along, a place must be empty first."""
    table = table_of(store, uid)
    if table not in EDITABLE:
        raise BadValue("uid", uid, "这类记录不能删除")
    for child, field, word in _BELONGINGS.get(table, ()):
        count = store.value(f"SELECT count(*) FROM live_{child} WHERE {field} = ?", (uid,))
        if count:
            raise StillInUse(word, count)
    with store.change(f"删除：{reason}") as change:
        people = [uid] if table == "residents" else []
        if table == "households":
            people = [
                row[0]
                for row in store.rows("SELECT uid FROM live_residents WHERE household = ?", (uid,))
            ]
        for person in people:
            for (tag,) in store.rows(
                "SELECT uid FROM live_care_tags WHERE resident = ?", (person,)
            ):
                change.delete("care_tags", tag)
            if person != uid:
                change.delete("residents", person)
        change.delete(table, uid)
    return change.done


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step in the life of a field: the value, by whom, when by that PC's clock."""

    field: str
    value: Any
    user: str
    wall: str
    site: str
    seq: int
    reason: str
    live: bool


def history(store: Store, uid: str) -> list[HistoryLine]:
    """Every value each field of a record has had, oldest first."""
    table = table_of(store, uid)
    born = store.value(f'SELECT born FROM "{table}" WHERE uid = ?', (uid,))
    known = {*REPLICATED[table], "same_as", GONE}
    standing = set(store.rows("SELECT field, change FROM versions WHERE row = ?", (uid,)))
    changed = {field for field, _ in standing}
    lines: list[tuple[str, Any, bool, int]] = []
    for change, told in ops_about(store.db.conn, [uid]).items():
        for field, value in (pair for op in told.ops for pair in _given(op, changed)):
            live = (field, change) in standing if field in changed else change == born
            if field in known:
                lines.append((field, value, live, change))
    about = {
        row[0]: row[1:]
        for row in store.rows(
            "SELECT c.id, coalesce(u.name, ''), c.wall, s.site, c.seq, c.reason, c.lamport"
            " FROM changes c JOIN site_numbers s ON s.n = c.site"
            " LEFT JOIN users u ON u.uid = c.user"
            f" WHERE c.id IN ({', '.join('?' * len({row[3] for row in lines}))})",
            sorted({row[3] for row in lines}),
        )
    }
    lines.sort(key=lambda row: (about[row[3]][5], about[row[3]][2], row[0]))
    return [HistoryLine(*(f, v, *about[c][:5], live)) for f, v, live, c in lines]


def _given(op: Op, changed: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The fields an op gave a value to; a create also left those empty that were filled later."""
    if op[0] == "c":
        later = [name for name in changed if name not in op[3] and name != GONE]
        yield from op[3].items()
        yield from ((name, None) for name in later)
    elif op[0] == "s":
        yield op[3], op[4]
    elif op[0] == "d":
        yield GONE, 1
