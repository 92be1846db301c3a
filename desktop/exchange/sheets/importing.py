"""Imports rosters: read the files, plan every change, show it, then write it as one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.collector import paused_collector
from desktop.exchange.sheets import shape
from desktop.exchange.sheets.asking import settle
from desktop.exchange.sheets.cells import sheet_texts
from desktop.exchange.sheets.faults import NoRoster, PlanOutdated
from desktop.exchange.sheets.header import (
    DROPPED,
    LOOK_AT,
    Column,
    Header,
    find_header,
    map_columns,
    normal,
    signature,
)
from desktop.exchange.sheets.homes import HOUSE_FIELDS, Context, HomeReader, Reading
from desktop.exchange.sheets.matching import Matcher
from desktop.exchange.sheets.people import Layout
from desktop.exchange.sheets.plan import Choices, Plan, Remark, SheetPlan, SkippedRow
from desktop.exchange.sheets.read import Book, Sheet, file_name, read_book
from desktop.exchange.sheets.remarks import list_evidence, list_totals
from desktop.exchange.sheets.tags import TagReader
from desktop.models import roster_snapshot, settings
from desktop.models.care_tags import tag_names
from desktop.models.changes import Change
from desktop.models.exchange_log import vector
from desktop.models.imports import recall_columns, remember_columns
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

# parents first, so that a reader of the log meets a place before its doors
_ORDER = ("estates", "lanes", "grids", "buildings", "households", "residents", "care_tags")
IS_VISITS = "这是走访记录，请用走访导入（visit import）"


def plan_import(
    store: Store,
    files: Sequence[Path],
    *,
    estate: str = "",
    password: str = "",
    sender: str = "",
    choices: Choices | None = None,
    progress: Progress = no_progress,
) -> Plan:
    """What importing these roster files would do; writes nothing.

    `sender` is whose sheets these are: what a header means is remembered for each of them.
    """
    plan = Plan(
        [file_name(path) for path in files], paths=list(files), vector=vector(store), sender=sender
    )
    snapshot = roster_snapshot.load(store)
    matcher = Matcher(snapshot, plan, keep_ids=bool(settings.get(store, "collect_id_numbers")))
    known = [row.name for row in snapshot.estates]
    planner = _Planner(store, plan, matcher, choices or Choices(), estate, progress, known)
    with paused_collector():
        for number, path in enumerate(files):
            progress(number, len(files), f"读取{file_name(path)}")
            planner.book(read_book(path, password, progress))
        matcher.finish()
    return plan


def apply_plan(store: Store, plan: Plan, *, progress: Progress = no_progress) -> Change | None:
    """Write a plan as one batch; None when nothing would change. Refused if anything moved on."""
    for sheet in plan.sheets:
        chosen = {
            normal(c.header): c.field
            for c in sheet.columns
            if c.how == "chosen" and c.field != DROPPED
        }
        if chosen:
            remember_columns(store, sheet.signature, chosen, plan.sender)
    if plan.work.is_empty:
        return None
    work = plan.work
    reason = "、".join(plan.files)[:200]
    with paused_collector(), store.change(reason, kind="import") as change:
        if vector(store) != plan.vector:
            raise PlanOutdated
        for number, table in enumerate(_ORDER):
            progress(number, len(_ORDER) + 1, "写入花名册")
            # taken out of the plan: a big roster need not be in memory twice
            change.create_many(table, work.creates.pop(table, []))
        for table, uid, values in work.sets:
            change.set(table, uid, **values)
        change.source(work.sources)
        progress(len(_ORDER), len(_ORDER) + 1, "写入花名册")
    return change.done


@dataclass(slots=True)
class _Planner:
    """Goes through books and sheets, and gathers into one plan."""

    store: Store
    plan: Plan
    matcher: Matcher
    choices: Choices
    estate: str
    progress: Progress
    estates: list[str]

    def book(self, book: Book) -> None:
        useful = False
        tags = TagReader(tag_names(self.store))
        for sheet in book.sheets:
            about = self._sheet(book, sheet, tags)
            self.plan.sheets.append(about)
            useful = useful or about.kind != "skipped"
            if about.kind != "roster":
                skipped = SkippedRow(book.file, sheet.name, 0, about.why)
                self.plan.skipped_rows.append(skipped)
        if not useful:
            raise NoRoster(book.file)

    def _sheet(self, book: Book, sheet: Sheet, tags: TagReader) -> SheetPlan:
        about = SheetPlan(book.file, sheet.name, "skipped")
        texts = sheet_texts(sheet.rows[: 2 * LOOK_AT])
        if not any(any(row) for row in sheet.rows):
            about.why = "空表"
        elif shape.is_skipped_by_name(sheet.name):
            about.why = "汇总或说明表，不是花名册"
        else:
            header = find_header(texts, sheet.merged)
            if header is None:
                about.why = "没有找到表头"
            elif _is_visits(header):
                about.kind, about.why = "visits", IS_VISITS
            else:
                self._roster(about, book, sheet, sheet_texts(sheet.rows), header, tags)
        return about

    def _roster(
        self, about: SheetPlan, book: Book, sheet: Sheet, texts: list[list[str]],
        header: Header, tags: TagReader,
    ) -> None:  # fmt: skip
        columns = self._columns(about, header, texts)
        layout = Layout([c for c in columns if c.field not in ("", DROPPED, "party")])
        house = frozenset(c.index for name in HOUSE_FIELDS for c in layout.many.get(name, ()))
        shape.fill_merged(texts, sheet.merged, house, header.below)
        file, name = book.file, sheet.name

        def say(row: int, column: Column | None, value: str, reason: str, refused: bool) -> None:
            remark = Remark(file, name, row, column.header if column else "", value, reason)
            (self.plan.refused if refused else self.plan.warnings).append(remark)

        context = self._context(about, book, sheet, texts, header, layout)
        reading = HomeReader(layout, header, context, tags, say).walk(
            texts, sheet.rows, self.progress
        )
        self.plan.skipped_rows += [SkippedRow(file, name, row, why) for row, why in reading.skipped]
        self._report_columns(about, columns)
        list_totals(self.plan, about, reading)
        list_evidence(self.plan, about, sheet, header, columns)
        sheet.rows = []
        about.kind = "roster"
        about.households = len(reading.homes)
        about.residents = sum(len(home.people) for home in reading.homes)
        self._match(about, reading, layout)

    def _match(self, about: SheetPlan, reading: Reading, layout: Layout) -> None:
        column = layout.one.get("name") or layout.one.get("head")
        name = (column.header, column.letter) if column else ("", "A")
        self.matcher.take(reading.homes, about.file, about.sheet, name, self.progress)

    def _columns(self, about: SheetPlan, header: Header, texts: list[list[str]]) -> list[Column]:
        about.header_row, about.header_rows = header.top + 1, header.height
        about.signature = signature(header.names)
        remembered = recall_columns(self.store, about.signature, self.plan.sender)
        chosen = {normal(name): field for name, field in self.choices.columns.items()}
        columns = map_columns(header, texts, chosen, remembered)
        # a grid's worker is a post with a holder, not a place
        columns = [
            replace(c, field="") if c.field == "grid" and c.how == "exact"
            and ("员" in c.header or "人" in c.header) else c
            for c in columns
        ]  # fmt: skip
        columns, about.questions = settle(columns, texts[header.below :], {**chosen, **remembered})
        about.columns = columns
        return columns

    def _report_columns(self, about: SheetPlan, columns: list[Column]) -> None:
        for column in columns:
            if column.field in (DROPPED, "party"):
                if column.header not in self.plan.dropped_columns:
                    self.plan.dropped_columns.append(column.header)
            elif column.how == "similar" and column.field:
                self._head_remark(about, column, "列名不在词表里，按相近的词读，请核对这一列")
            elif column.field == "id" and not settings.get(self.store, "collect_id_numbers"):
                self._head_remark(about, column, "身份证号：未开启收集，只用于核对，未保存")
        asked = {(p.file, q.key) for p in self.plan.sheets for q in p.questions}
        for question in about.questions:
            if (about.file, question.key) in asked:
                continue
            words = dict(question.options)[question.answer]
            self.plan.warnings.append(Remark(
                about.file, about.sheet, about.header_row, question.key, "",
                f"{question.text}现按“{words}”处理",
            ))  # fmt: skip

    def _head_remark(self, about: SheetPlan, column: Column, reason: str) -> None:
        self.plan.warnings.append(
            Remark(about.file, about.sheet, about.header_row, column.header, "", reason)
        )

    def _context(
        self, about: SheetPlan, book: Book, sheet: Sheet, texts: list[list[str]],
        header: Header, layout: Layout,
    ) -> Context:  # fmt: skip
        """The estate and the building that the surroundings of the rows tell."""
        building = ""
        if "building" not in layout.one:
            building = shape.section_building(sheet.name) or ""
        titles = [cell for row in texts[: header.top] for cell in row if cell][:6]
        if not building and not {"building", "address"} & set(layout.one):
            building = self._building_in(titles, about)
        if self.estate:
            return Context(self.estate, building)
        for title in [*titles, sheet.name, book.path.stem]:
            estate = shape.estate_in_title(title, self.estates)
            if estate:
                self._assume_estate(about, layout, f"按标题“{title[:30]}”读作“{estate}”")
                return Context(estate, building)
        if len(self.estates) == 1 and "community" not in layout.one:
            self._assume_estate(about, layout, f"按本社区唯一的小区“{self.estates[0]}”读")
            return Context(self.estates[0], building)
        return Context("", building)

    def _building_in(self, titles: list[str], about: SheetPlan) -> str:
        for title in titles:
            building = shape.building_in_title(title)
            if building:
                words = f"表里没有楼栋这一列，按标题“{title[:30]}”读作{building}"
                remark = Remark(about.file, about.sheet, about.header_row, "", "", words)
                self.plan.warnings.append(remark)
                return building
        return ""

    def _assume_estate(self, about: SheetPlan, layout: Layout, words: str) -> None:
        if "community" not in layout.one:
            self.plan.warnings.append(Remark(
                about.file, about.sheet, about.header_row, "", "", f"表里没有小区这一列，{words}"
            ))  # fmt: skip


def _is_visits(header: Header) -> bool:
    words = {normal(name) for name in header.names}
    return "走访结果" in words and bool(words & {"走访日期", "走访时间", "日期"})
