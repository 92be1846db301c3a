"""Takes in a workbook of visits, one row a visit; repeating the import changes nothing.

A visit's identity is door + person met + day. A row that differs from what is stored appends a
correction; nothing is ever overwritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.sheets import shape
from desktop.exchange.sheets.cells import sheet_texts
from desktop.exchange.sheets.doors import DoorCells, compose
from desktop.exchange.sheets.faults import PlanOutdated
from desktop.exchange.sheets.header import DROPPED, exact_field, normal
from desktop.exchange.sheets.people import cached_date
from desktop.exchange.sheets.plan import Counts, Remark, SkippedRow
from desktop.exchange.sheets.read import Sheet, file_name, read_book
from desktop.exchange.sheets.roster_state import Roster
from desktop.models import roster_snapshot, visits
from desktop.models.changes import Change
from desktop.models.exchange_log import vector
from desktop.models.store import Store
from desktop.models.visits import NewPromise, NewVisit, Visit
from desktop.models.words import code_of
from desktop.progress import Progress, no_progress

_WORDS: dict[str, str] = {}
for _field, _words in {
    "community": "小区 小区名称", "lane": "街巷 路名", "building": "楼栋 栋 幢 楼号 楼栋号",
    "unit": "单元 单元号 梯", "floor": "楼层", "room": "房号 室号 房间号", "place": "附属位置",
    "address": "门牌 住址 地址 家庭住址 详细地址", "day": "走访日期 走访时间 日期",
    "started": "开始时间", "ended": "结束时间", "walkers": "走访人 走访人员 走访人姓名",
    "mode": "走访方式 方式", "outcome": "走访结果 结果", "met_whom": "见面人 受访人 被访人 见到谁",
    "changed": "家庭变化 变化情况", "answered": "现场答复 当场答复",
    "next_on": "下次走访日期 下次走访", "note": "备注 走访备注", "needs": "需求 居民需求 需求清单",
    "resources": "资源 资源清单", "situations": "民情 意见建议 民情清单 社情民意",
    "promise": "承诺 承诺事项", "until": "承诺期限", "head": "户主 户主姓名",
}.items():  # fmt: skip
    _WORDS |= dict.fromkeys(_words.split(), _field)
_DOOR = ("community", "lane", "building", "unit", "floor", "room", "place", "address")
_PLAIN = ("started", "ended", "met_whom", "changed", "answered", "note")
_OUTCOMES = {"无人": "not_home", "未遇": "not_home", "不在家": "not_home", "已见面": "met",
             "搬离": "moved", "拒绝": "refused"}  # fmt: skip
_MODES = {"上门": "door", "打电话": "phone", "微信视频": "video", "偶遇": "stair"}


class NoVisitSheet(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(f"“{file}”里没有找到走访记录：要有门牌、“走访日期”和“走访结果”几列。")


@dataclass(slots=True)
class VisitPlan:
    """What importing a visit workbook would do."""

    file: str
    visits: Counts = field(default_factory=Counts)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    dropped_columns: list[str] = field(default_factory=list)
    skipped_rows: list[SkippedRow] = field(default_factory=list)
    new: list[NewVisit] = field(default_factory=list)
    vector: dict[str, int] = field(default_factory=dict)


def plan_visits(
    store: Store, file: Path, *, password: str = "", progress: Progress = no_progress
) -> VisitPlan:
    """Read a visit workbook and compare it with what is stored; writes nothing."""
    plan = VisitPlan(file_name(file), vector=vector(store))
    planner = _VisitPlanner(store, plan)
    found = False
    for sheet in read_book(file, password, progress).sheets:
        texts = sheet_texts(sheet.rows)
        top = _header_row(texts)
        if top is None:
            plan.skipped_rows.append(SkippedRow(file_name(file), sheet.name, 0, "不是走访记录"))
            continue
        found = True
        planner.sheet(sheet, texts, top, progress)
    if not found:
        raise NoVisitSheet(file_name(file))
    return plan


def apply_visits(store: Store, plan: VisitPlan) -> Change | None:
    """Keep the planned visits as one batch; None when there is nothing new."""
    if vector(store) != plan.vector:
        raise PlanOutdated
    return visits.record_many(store, plan.new, plan.file, kind="import") if plan.new else None


def _header_row(texts: Sequence[Sequence[str]]) -> int | None:
    for row, cells in enumerate(texts[:40]):
        fields = {_WORDS.get(normal(cell)) for cell in cells}
        if {"day", "outcome"} <= fields and fields & {"room", "address"}:
            return row
    return None


class _VisitPlanner:
    """Matches rows to doors and to stored visits; several of one identity count by order."""

    def __init__(self, store: Store, plan: VisitPlan) -> None:
        self._plan = plan
        self._roster = Roster(roster_snapshot.load(store))
        stored: dict[tuple[str, str, str], list[Visit]] = defaultdict(list)
        for visit in visits.visits_between(store, date(2000, 1, 1), clock.today()):
            stored[visit.household, visit.happened_on, visit.met_whom or ""].append(visit)
        self._stored = dict(stored)
        self._seen: dict[tuple[str, str, str], int] = defaultdict(int)

    def sheet(self, sheet: Sheet, texts: list[list[str]], top: int, progress: Progress) -> None:
        at: dict[str, int] = {}
        for index, name in enumerate(texts[top]):
            known = _WORDS.get(normal(name))
            if known:
                at.setdefault(known, index)
            elif exact_field(name) == DROPPED:
                self._plan.dropped_columns.append(name)
        shape.fill_merged(texts, sheet.merged, frozenset(at[d] for d in _DOOR if d in at), top + 1)
        for row in range(top + 1, len(texts)):
            if row % 500 == 0:
                progress(row, len(texts), "读取走访记录")
            cells = {name: texts[row][index] for name, index in at.items()}
            filled = [cell for cell in texts[row] if cell]
            if not filled:
                continue
            why = shape.special(filled[0], texts[row]) or (
                "重复的表头" if texts[row] == texts[top] else None
            )
            if why:
                self._plan.skipped_rows.append(
                    SkippedRow(self._plan.file, sheet.name, row + 1, why)
                )
                continue
            self._row(sheet.name, row + 1, cells)

    def _refuse(self, sheet: str, row: int, column: str, value: str, reason: str) -> None:
        self._plan.refused.append(Remark(self._plan.file, sheet, row, column, value, reason))

    def _row(self, sheet: str, row: int, cells: dict[str, str]) -> None:
        door = DoorCells(*(cells.get(name, "") for name in _DOOR))
        spot = compose(door)
        if spot.problem:
            self._refuse(sheet, row, "门牌", door.raw, spot.problem)
            return
        household = self._roster.find(spot)
        if household is None:
            self._refuse(
                sheet, row, "门牌", door.raw, "花名册里没有这一户，请先导入花名册或核对门牌"
            )
            return
        try:
            visit = _read_visit(household, cells)
            visits.check(visit)
        except UserError as error:
            self._refuse(sheet, row, "", "", str(error))
            return
        self._match(visit, cells)

    def _match(self, visit: NewVisit, cells: dict[str, str]) -> None:
        key = (visit.household, visit.happened_on.isoformat(), visit.met_whom)
        known = self._stored.get(key, [])
        number = self._seen[key]
        self._seen[key] += 1
        if number >= len(known):
            self._plan.visits.new += 1
            self._plan.new.append(visit)
        elif _differs(visit, known[number], cells):
            self._plan.visits.changed += 1
            self._plan.new.append(_correction(visit, known[number]))
        else:
            self._plan.visits.unchanged += 1


def _read_visit(household: str, cells: dict[str, str]) -> NewVisit:
    get = cells.get
    outcome, mode = get("outcome", ""), get("mode", "")
    promise = get("promise", "")
    walkers = tuple(
        filter(None, get("walkers", "").replace("，", "、").replace(",", "、").split("、"))
    )
    day = _day("走访日期", get("day", ""))
    if day is None:
        raise _NoDay
    about: dict[str, Any] = {
        name: get(name, "") for name in ("met_whom", "changed", "answered", "note")
    }
    return NewVisit(
        household=household,
        outcome=code_of("outcome", outcome) or _OUTCOMES.get(outcome, outcome),
        happened_on=day,
        mode=(code_of("mode", mode) or _MODES.get(mode, mode)) if mode else "door",
        walkers=walkers,
        started=_hour(get("started", "")),
        ended=_hour(get("ended", "")),
        next_on=_day("下次走访日期", get("next_on", "")),
        needs=_listed(get("needs", "")),
        resources=_listed(get("resources", "")),
        situations=_listed(get("situations", "")),
        promises=(NewPromise(promise, until=_day("承诺期限", get("until", ""))),)
        if promise
        else (),
        **about,
    )


class _BadDay(UserError):
    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"“{name}”写的“{text}”不是完整的日期，请写成2026-05-01的样子")


class _NoDay(UserError):
    def __init__(self) -> None:
        super().__init__("没有走访日期，请补上")


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    parsed = cached_date(text.split(" ")[0], clock.today().year + 5)
    if parsed.value is None or parsed.precision != "day":
        raise _BadDay(name, text)
    return date.fromisoformat(parsed.value)


def _hour(text: str) -> str | None:
    """9:00, 09:00:00 and 9：00 → 09:00."""
    parts = text.replace("：", ":").split(":")
    if len(parts) >= 2 and parts[0].isdigit() and parts[1].isdigit():
        return f"{int(parts[0]):02d}:{int(parts[1]):02d}"
    return text or None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(";", "；").split("；") if part.strip())


def _differs(visit: NewVisit, stored: Visit, cells: dict[str, str]) -> bool:
    """Whether a filled cell says something else than what is stored; empty cells say nothing."""
    if visit.outcome != stored.outcome or (cells.get("mode") and visit.mode != stored.mode):
        return True
    if visit.walkers and visit.walkers != stored.walkers:
        return True
    if visit.next_on and visit.next_on.isoformat() != stored.next_on:
        return True
    return any(getattr(visit, f) and getattr(visit, f) != getattr(stored, f) for f in _PLAIN)


def _correction(visit: NewVisit, stored: Visit) -> NewVisit:
    """The row as a correction; what it asked for was registered with the first version."""
    return NewVisit(
        household=visit.household, outcome=visit.outcome, happened_on=visit.happened_on,
        mode=visit.mode, walkers=visit.walkers or stored.walkers,
        started=visit.started or stored.started, ended=visit.ended or stored.ended,
        met_whom=visit.met_whom, changed=visit.changed or stored.changed or "",
        answered=visit.answered or stored.answered or "",
        next_on=visit.next_on or (date.fromisoformat(stored.next_on) if stored.next_on else None),
        note=visit.note or stored.note or "", campaign=stored.campaign, corrects=stored.uid,
    )  # fmt: skip
