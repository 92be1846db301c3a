"""Reads one person out of one row: name, relation, birth, numbers, tags, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from desktop import clock
from desktop.exchange.sheets.header import Column
from desktop.exchange.sheets.tags import TagReader, is_never_collected
from desktop.exchange.sheets.values import (
    CACHE,
    Name,
    plain,
    read_sex,
    relation_code,
    sex_legend,
    yes_no,
)
from desktop.models.identity import Id, parse_id
from desktop.models.partial_date import PartialDate, parse_date
from desktop.models.phone import Phone, parse_phone

cached_phone = lru_cache(CACHE)(parse_phone)


@lru_cache(CACHE)
def cached_date(text: str, sheet_year: int) -> PartialDate:
    return parse_date(text, sheet_year=sheet_year)


# says (1-based row, field, value, reason, whether the value is refused)
Say = Callable[[int, Column | None, str, str, bool], None]


@dataclass(slots=True)
class Person:
    """One person as the sheet gives them."""

    row: int  # 1-based
    name: str
    relation: str | None = None
    relation_word: str | None = None
    sex: str | None = None
    birth: str | None = None
    id_number: str | None = None
    phone: str | None = None
    phone_note: str | None = None
    hukou_addr: str | None = None
    hukou_kind: str | None = None
    emergency: str | None = None
    skill: str | None = None
    note: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    denied: tuple[str, ...] = ()


@dataclass(slots=True)
class Layout:
    """The columns of a sheet by field."""

    columns: Sequence[Column]
    one: dict[str, Column] = field(default_factory=dict)
    many: dict[str, list[Column]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.columns:
            if column.field:
                self.one.setdefault(column.field, column)
                self.many.setdefault(column.field, []).append(column)

    def index(self, field_name: str) -> int:
        """The 0-based column of a field, -1 (always a spare empty cell) when it has none."""
        column = self.one.get(field_name)
        return column.index if column else -1


class PersonReader:
    """Reads the person cells of one sheet's rows; `say` receives what a person should see."""

    def __init__(self, layout: Layout, tags: TagReader, say: Say) -> None:
        self._layout = layout
        self._tags = tags
        self._say = say
        self._year = clock.today().year
        self._i = {name: layout.index(name) for name in (
            "relation", "sex", "birth", "id", "hukou_addr", "hukou_kind", "skill", "age",
            "phone_note",
        )}  # fmt: skip
        self._sex_column = layout.one.get("sex")
        self._legend = sex_legend(self._sex_column.header) if self._sex_column else ()
        self._phones = layout.many.get("phone", [])
        self._care = layout.many.get("care_tag", [])
        self._joined = {name: layout.many.get(name, []) for name in ("remark", "emergency")}
        self._left = layout.many.get("moved_or_dead", [])
        self._ticked: list[Column] = []

    def learn(self, texts: Sequence[Sequence[str]]) -> list[Column]:
        """Find tag columns that hold only ticks: an empty cell there means no."""
        for column in self._care:
            if self._tags.header_code(column.header):
                filled = {row[column.index] for row in texts} - {""}
                if filled and all(yes_no(text)[0] for text in filled):
                    self._ticked.append(column)
        return self._ticked

    def departed(self, row: int, cells: Sequence[str]) -> bool:
        """Whether a column says the person moved away or died; that row is listed, not imported."""
        for column in self._left:
            text = cells[column.index]
            if not text:
                continue
            answer, _ = yes_no(text)
            if answer is False or plain(text) in ("在住", "健在"):
                continue
            if answer is True or len(text) > 1:
                words = "表里写已迁出或去世，未导入；已登记的请在居民页办理迁出或注销"
                self._say(row, column, text, words, False)
                return True
        return False

    def read(self, row: int, cells: Sequence[str], raw: Sequence[Any], name: Name) -> Person:
        """The person of one row (1-based) whose name has been read already."""
        i = self._i
        person = Person(row, name.value or "")
        self._relation(person, cells[i["relation"]], name)
        if cells[i["sex"]]:
            person.sex, problem = read_sex(cells[i["sex"]], self._legend)
            if problem:
                self._say(row, self._sex_column, cells[i["sex"]], problem, True)
        if cells[i["birth"]]:
            self._birth(person, cells[i["birth"]])
        if cells[i["id"]]:
            self._id(person, cells[i["id"]], raw[i["id"]])
        for column in self._phones:
            if cells[column.index]:
                self._phone(person, column, cells[column.index])
        if cells[i["phone_note"]]:
            person.phone_note = cells[i["phone_note"]]
        for column in self._care:
            if cells[column.index]:
                self._tag(person, column, cells[column.index])
        for column in self._ticked:
            code = self._tags.header_code(column.header)
            if code and not cells[column.index]:
                person.denied += (code,)
        person.hukou_addr = cells[i["hukou_addr"]] or None
        person.hukou_kind = cells[i["hukou_kind"]] or None
        person.skill = cells[i["skill"]] or None
        person.note = self._text("remark", row, cells)
        person.emergency = self._text("emergency", row, cells)
        if person.birth and cells[i["age"]]:
            self._age(person, cells[i["age"]])
        return person

    def _relation(self, person: Person, text: str, name: Name) -> None:
        if text:
            code, warning = relation_code(text)
            person.relation, person.relation_word = code or "UNKNOWN", text
            if warning:
                self._say(person.row, self._layout.one.get("relation"), text, warning, False)
            if name.is_head and code not in ("HEAD", None):
                self._say(person.row, self._layout.one.get("relation"), text,
                          "姓名后写着户主，与户主关系却不是户主，请核对", False)  # fmt: skip
        elif name.is_head:
            person.relation, person.relation_word = "HEAD", "户主"
        elif name.relation_word:
            person.relation = relation_code(name.relation_word)[0]
            person.relation_word = name.relation_word

    def _birth(self, person: Person, text: str) -> None:
        date = cached_date(text, self._year)
        person.birth = date.value
        if date.problem or date.warning:
            words = date.problem or date.warning or ""
            self._say(person.row, self._layout.one["birth"], text, words, bool(date.problem))

    def _id(self, person: Person, text: str, raw: Any) -> None:
        column = self._layout.one["id"]
        if isinstance(raw, (int, float)) and not isinstance(raw, bool) and len(text) > 15:
            words = "身份证号按数字保存，末三位已丢失，请改成文本格式重新填写"
            self._say(person.row, column, text, words, True)
            return
        number: Id = parse_id(text)
        if number.problem or number.note:
            words = number.problem or number.note or ""
            self._say(person.row, column, text, words, bool(number.problem))
        if not number.value:
            return
        person.id_number = number.value
        person.birth = self._agree(person, "birth", person.birth, number.birth)
        person.sex = self._agree(person, "sex", person.sex, number.sex)

    def _agree(self, person: Person, what: str, own: str | None, told: str | None) -> str | None:
        """The value both sources allow; when they disagree neither is chosen."""
        if own is None or told is None or told.startswith(own):
            return told or own
        word = "出生日期" if what == "birth" else "性别"
        words = f"{word}与身份证号不一致，两者都未采用，请核对"
        self._say(person.row, self._layout.one.get(what), own, words, False)
        return None

    def _phone(self, person: Person, column: Column, text: str) -> None:
        phone: Phone = cached_phone(text)
        if phone.problem or phone.note:
            self._say(person.row, column, text, phone.problem or phone.note or "",
                      bool(phone.problem))  # fmt: skip
        if phone.problem:
            return
        known = person.phone.split("/") if person.phone else []
        person.phone = "/".join(dict.fromkeys([*known, *phone.phones])) or None
        note = " ".join(part for part in (phone.relation, phone.contact) if part)
        if note and note != person.name:
            person.phone_note = note

    def _tag(self, person: Person, column: Column, text: str) -> None:
        tags = self._tags.read(text, column.header)
        if tags.found:
            known = dict(person.tags)
            person.tags = tuple({**dict(tags.found), **known}.items())
        if tags.denied:
            person.denied += tags.denied
        if tags.warning:
            self._say(person.row, column, text, tags.warning, False)
        for word in tags.unknown:
            self._say(
                person.row, column, word, f"没有认出人员类别“{word}”，请选择对应的标签", False
            )
        if tags.dropped:
            self._say(person.row, column, "", "含有不得收集的类别，已忽略，未保存", False)

    def _text(self, field_name: str, row: int, cells: Sequence[str]) -> str | None:
        columns = self._joined[field_name]
        if not columns:
            return None
        parts = [cells[column.index] for column in columns if cells[column.index]]
        if not parts:
            return None
        text = "；".join(parts)
        if is_never_collected(text):
            self._say(row, columns[0], "", "含有不得收集的内容，已忽略，未保存", False)
            return None
        return text

    def _age(self, person: Person, text: str) -> None:
        digits = plain(text).removesuffix("岁")
        if digits.isascii() and digits.isdigit() and person.birth:
            age = self._year - int(person.birth[:4])
            if abs(age - int(digits[:9])) > 2:
                words = f"年龄{digits[:9]}与出生日期差得多，请核对"
                self._say(person.row, self._layout.one["age"], text, words, False)
