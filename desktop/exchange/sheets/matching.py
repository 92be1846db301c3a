"""Compares what sheets say with what is stored and works out every write, before any is made."""

from __future__ import annotations

from typing import Any

from desktop import clock
from desktop.exchange.sheets.homes import Home
from desktop.exchange.sheets.people import Person
from desktop.exchange.sheets.plan import FieldChange, Plan, Remark, SkippedRow
from desktop.exchange.sheets.roster_state import HomeState, PersonState, Roster
from desktop.models.roster_snapshot import Snapshot
from desktop.models.words import code_of
from desktop.progress import Progress

PURPOSE = "走访关爱"
_PERSON_FIELDS = ("sex", "birth", "id_number", "phone", "phone_note", "hukou_addr", "hukou_kind",
                  "emergency", "skill", "note")  # fmt: skip
_HOME_FIELDS = ("type_of_use", "residency_state", "phone", "quiet_hours", "note")
_COVERED = 0.5  # share of a building's doors in the sheet from which the others count as missing


class Matcher:
    """Takes one home after the other; `finish` adds the lists that need everything."""

    def __init__(self, snapshot: Snapshot, plan: Plan, *, keep_ids: bool) -> None:
        self.roster = Roster(snapshot)
        self._plan, self._keep_ids = plan, keep_ids
        plan.work = self.roster.work
        self._today = clock.today().isoformat()
        self._stored_ids = {
            r.id_number: r for rows in snapshot.residents.values() for r in rows if r.id_number
        }
        self._born = {
            (r.name, r.birth): (home, r.uid)
            for home, rows in snapshot.residents.items()
            for r in rows
            if r.birth and len(r.birth) == 10
        }
        self._ids: dict[str, tuple[PersonState, HomeState, str]] = {}
        self._file = self._sheet = self._source = ""
        self._name_header, self._letter = "姓名", "A"

    def take(
        self, homes: list[Home], file: str, sheet: str, name: tuple[str, str], progress: Progress
    ) -> None:
        """Plan the homes of one sheet; `name` is the name column's (header, letter)."""
        self._file, self._sheet = file, sheet
        self._source = sheet if len(self._plan.files) == 1 else f"{file}｜{sheet}"
        self._name_header, self._letter = name
        self.roster.expect(sum(2 + len(home.people) for home in homes))
        for number, home in enumerate(homes):
            if number % 500 == 0:
                progress(number, len(homes), "与花名册比对")
            self._home(home)

    def _remark(self, row: int, column: str, value: str, reason: str) -> Remark:
        return Remark(self._file, self._sheet, row, column, value, reason)

    def _home(self, home: Home) -> None:
        spot = home.spot
        building = self.roster.building(spot, code_of("estate_kind", home.estate_kind))
        building.stated_floors = max(building.stated_floors, home.building_floors or 0)
        if home.grid and not building.values.get("grid"):
            building.values["grid"] = self.roster.grid(home.grid)
            if not building.is_new:
                grid = {"grid": building.values["grid"]}
                self.roster.work.sets.append(("buildings", building.uid, grid))
        state = self.roster.home(spot, building)
        if not state.seen:
            state.seen = True
            self._source_of(state.uid, home.row)
            if state.is_new:
                building.floors = max(building.floors, spot.floor or 0)
                if spot.unit:
                    building.units.add(spot.unit)
                door = self._remark(home.row, "", state.door, "新增住户")
                self._plan.new_households.append(door)
        about = {name: getattr(home, name) for name in _HOME_FIELDS}
        if about["phone"] and _adds_nothing(about["phone"], state.values.get("phone")):
            about["phone"] = None
        if state.values.get("floor") is None:
            about["floor"] = spot.floor
        self._set(state, "households", home.row, state.door, about)
        self._settle_heads(home)
        for person in home.people:
            self._person(person, state)
        if home.stated is not None and len(home.people) > 1 and home.stated != len(home.people):
            words = f"表里写{home.stated}人，读到{len(home.people)}人"
            self._plan.warnings.append(self._remark(home.row, "", str(home.stated), words))

    def _settle_heads(self, home: Home) -> None:
        """Use the head column; two heads behind one door are said."""
        heads = [p for p in home.people if p.relation == "HEAD"]
        named = [p for p in home.people if home.head and p.name == home.head]
        if home.head and named and not heads:
            named[0].relation, named[0].relation_word = "HEAD", "户主"
        elif home.head and not named and not heads and home.people:
            words = f"户主“{home.head}”没有自己的一行，已按户主登记"
            self._plan.warnings.append(self._remark(home.row, "户主", home.head, words))
            home.people.insert(0, Person(home.row, home.head, "HEAD", "户主"))
        elif home.head and heads and heads[0].name != home.head:
            words = f"户主栏写“{home.head}”，与户主关系栏的户主却是“{heads[0].name}”，请核对"
            self._plan.warnings.append(self._remark(heads[0].row, "户主", home.head, words))
        for extra in heads[1:]:
            words = f"同一门牌有两个户主（第{heads[0].row}、{extra.row}行），请核对"
            self._plan.warnings.append(self._remark(extra.row, "", extra.name, words))

    def _person(self, person: Person, home: HomeState) -> None:
        number = person.id_number
        state: PersonState | None = None
        if number and number in self._ids:
            known, known_home, source = self._ids[number]
            if known.values["name"] == person.name and known_home is home:
                state = known
            else:
                words = f"身份证号重复：第{known.row}、{person.row}行"
                if source != self._source:
                    words = f"身份证号重复：{source}第{known.row}行、本表第{person.row}行"
                self._plan.refused.append(self._remark(person.row, "身份证号", number, words))
                number = person.id_number = None
        if state is None and number and number in self._stored_ids:
            state = self._stored_by_id(number, person, home)
        if state is None:
            state = self._by_name(person, home)
        if state is None:
            state = self._new_person(person, home)
        elif self._read_here(state) and state.row != person.row:
            words = f"与第{state.row}行是同一人，已合并"
            self._plan.skipped_rows.append(SkippedRow(self._file, self._sheet, person.row, words))
        if number:
            self._ids.setdefault(number, (state, home, self._source))
        if not state.row:
            self._source_of(state.uid, person.row)
            state.row, state.source = person.row, self._source
        self._update(state, person, home)

    def _stored_by_id(self, number: str, person: Person, home: HomeState) -> PersonState | None:
        """The stored resident with this ID: here, or moving here from another door."""
        row = self._stored_ids[number]
        before = self.roster.home_of_uid(row.household or "")
        found = [p for p in (before.people if before else ()) if p.uid == row.uid]
        if not found or before is None:
            return None
        if before is home:
            return found[0]
        if row.name != person.name:
            words = f"身份证号与已登记的{row.name}（{before.door}）相同，请核对"
            self._plan.duplicates.append(self._remark(person.row, "身份证号", person.name, words))
            person.id_number = None
            return None
        before.people.remove(found[0])
        home.people.append(found[0])
        words = f"原登记在{before.door}，按身份证号改到{home.door}"
        self._plan.warnings.append(self._remark(person.row, self._name_header, person.name, words))
        self._set(found[0], "residents", person.row, person.name, {"household": home.uid})
        return found[0]

    def _by_name(self, person: Person, home: HomeState) -> PersonState | None:
        """The resident of this name behind the door; several are told apart by what else fits."""
        same = [s for s in home.people if s.values["name"] == person.name]
        if not same:
            return None
        same = [s for s in same if not _other_id(person, s)]
        fresh = [s for s in same if not self._read_here(s)]
        repeated = [s for s in same if self._read_here(s) and _likeness(person, s) >= 0]
        exact = [s for s in repeated if _likeness(person, s) > 0]
        if exact and all(_likeness(person, s) <= 0 for s in fresh):
            return exact[0]
        if fresh:
            return max(fresh, key=lambda s: _likeness(person, s))
        return repeated[0] if repeated else None

    def _read_here(self, state: PersonState) -> bool:
        """Whether an earlier row of this sheet has spoken of them already."""
        return bool(state.row) and state.source == self._source

    def _new_person(self, person: Person, home: HomeState) -> PersonState:
        values: dict[str, Any] = {
            "household": home.uid, "name": person.name, "relation": person.relation or "UNKNOWN",
            "relation_word": person.relation_word, "status": "living",
        }  # fmt: skip
        uid = self.roster.create("residents", values)
        for other in home.people:
            if other.values["name"] == person.name:
                words = "同一门牌有同名的人而电话或出生日期不同，可能是同一人，请核对后再合并"
                self._plan.duplicates.append(
                    self._remark(person.row, self._name_header, person.name, words)
                )
        state = PersonState(uid, values, set(), is_new=True)
        home.people.append(state)
        if person.birth and len(person.birth) == 10:
            known = self._born.setdefault((person.name, person.birth), (home.uid, uid))
            if known[0] != home.uid:
                words = "与另一户同名同生日，可能是同一人，请核对"
                self._plan.duplicates.append(
                    self._remark(person.row, self._name_header, person.name, words)
                )
        return state

    def _update(self, state: PersonState, person: Person, home: HomeState) -> None:
        who = f"{home.door} {person.name}"
        wanted: dict[str, Any] = {f: getattr(person, f) for f in _PERSON_FIELDS}
        if not self._keep_ids:
            wanted["id_number"] = None
        stored = state.values
        if wanted["birth"] and (stored.get("birth") or "").startswith(wanted["birth"]):
            wanted["birth"] = None
        if wanted["phone"] and _adds_nothing(wanted["phone"], stored.get("phone")):
            wanted["phone"] = None
        if person.relation and person.relation != "UNKNOWN":
            wanted["relation"] = person.relation
            if person.relation != stored.get("relation"):
                wanted["relation_word"] = person.relation_word
        if not state.is_new and stored.get("status") not in (None, "living"):
            words = "已登记为迁出或去世，表里仍有，请核对"
            self._plan.warnings.append(
                self._remark(person.row, self._name_header, person.name, words)
            )
        self._set(state, "residents", person.row, who, wanted)
        for code, word in person.tags:
            if code not in state.tags:
                self._new_tag(state, person, who, code, word)
        for code in person.denied:
            if code in state.tags and not state.is_new:
                words = "表里写“否”，已登记有这个标签，没有改动，请核对"
                self._plan.warnings.append(
                    self._remark(person.row, self._name_header, person.name, words)
                )

    def _new_tag(self, state: PersonState, person: Person, who: str, code: str, word: str) -> None:
        state.tags.add(code)
        self.roster.create("care_tags", {
            "resident": state.uid, "tag": code, "since": self._today, "purpose": PURPOSE,
            "source_word": word,
        })  # fmt: skip
        if not state.is_new:
            state.changed = True
            self._plan.changes.append(FieldChange("care_tags", state.uid, who, "tag", None, code,
                                                  self._file, self._sheet, person.row))  # fmt: skip

    def _set(
        self, state: PersonState | HomeState, table: str, row: int, who: str, wanted: dict[str, Any]
    ) -> None:
        """Take over what the sheet says; an empty cell never clears what is stored."""
        real = {f: v for f, v in wanted.items() if v is not None and state.values.get(f) != v}
        if not real:
            return
        if state.is_new:
            state.values.update(real)
            return
        for name, value in real.items():
            self._plan.changes.append(FieldChange(table, state.uid, who, name,
                                                  state.values.get(name), value, self._file,
                                                  self._sheet, row))  # fmt: skip
        state.values.update(real)
        state.changed = True
        self.roster.work.sets.append((table, state.uid, real))

    def _source_of(self, uid: str, row: int) -> None:
        self.roster.work.sources.append((uid, self._source, f"{self._letter}{row}"))

    def finish(self) -> None:
        """Count, list who may have moved away, and let buildings grow."""
        plan = self._plan
        for home in self.roster.homes.values():
            if home.seen:
                _count(plan.households, home)
            for person in home.people:
                if person.row:
                    _count(plan.residents, person)
                elif home.seen and person.values.get("status") in (None, "living"):
                    words = "表里没有这个人，可能已搬离（没有改动）"
                    plan.maybe_moved.append(
                        Remark("", "", 0, home.door, person.values["name"], words)
                    )
        self._missing_doors()
        self.roster.finish_buildings()
        touched = {change.uid for change in plan.changes}
        touched |= {home.uid for home in self.roster.homes.values() if home.is_new}
        touched |= {p.uid for home in self.roster.homes.values() for p in home.people if p.is_new}
        work = self.roster.work
        work.sources = [source for source in work.sources if source[0] in touched]

    def _missing_doors(self) -> None:
        """In a building the sheet covers mostly, the stored doors it does not name."""
        seen: dict[str, int] = {}
        for home in self.roster.homes.values():
            if home.seen:
                seen[home.building] = seen.get(home.building, 0) + 1
        for uid, count in seen.items():
            stored = self.roster.rows_of.get(uid, [])
            missing = [
                row for row in stored
                if row.uid not in self.roster.homes or not self.roster.homes[row.uid].seen
            ]  # fmt: skip
            if not missing or count < _COVERED * len(stored):
                continue
            for row in missing:
                for person in self.roster.unseen_people(row.uid):
                    if person.status in (None, "living"):
                        self._plan.maybe_moved.append(Remark(
                            "", "", 0, self._door(row), person.name,
                            "表里没有这一户，可能已搬离（没有改动）",
                        ))  # fmt: skip

    def _door(self, row: Any) -> str:
        state = self.roster.home_of_uid(row.uid)
        return state.door if state else ""


def _count(counts: Any, state: PersonState | HomeState) -> None:
    if state.is_new:
        counts.new += 1
    elif state.changed:
        counts.changed += 1
    else:
        counts.unchanged += 1


def _other_id(person: Person, state: PersonState) -> bool:
    stored = state.values.get("id_number")
    return bool(person.id_number and stored and person.id_number != stored)


def _likeness(person: Person, state: PersonState) -> int:
    """Facts that agree (birth, phone) minus facts that differ; what is not known counts nothing."""
    birth, phone = state.values.get("birth"), state.values.get("phone")
    score = 0
    if person.birth and birth:
        agrees = birth.startswith(person.birth) or person.birth.startswith(birth)
        score += 1 if agrees else -2
    if person.phone and phone:
        score += 1 if set(person.phone.split("/")) & set(phone.split("/")) else -2
    return score


def _adds_nothing(mine: str, stored: str | None) -> bool:
    """Whether every number of a phone cell is stored already."""
    return bool(stored) and set(mine.split("/")) <= set((stored or "").split("/"))
