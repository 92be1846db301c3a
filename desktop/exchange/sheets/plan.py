"""What an import would do, in full, before anything is written: the preview is this and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.exchange.sheets.header import Column


@dataclass(slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one cell (or row, then `column` is empty) that a person should see."""

    file: str
    sheet: str
    row: int  # 1-based, as the spreadsheet shows it
    column: str  # the column's header
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row (0 = the whole sheet) that is not data, and why."""

    file: str
    sheet: str
    row: int
    why: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one stored record that the sheet gives another value."""

    table: str
    uid: str
    who: str  # door, and the person's name
    field: str
    old: Any
    new: Any
    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a header can mean; `answer` is what is assumed until the person decides."""

    key: str  # the header as written
    text: str
    options: tuple[tuple[str, str], ...]  # field, Chinese words
    answer: str


@dataclass(slots=True)
class SheetPlan:
    """One sheet: what it was taken for, its columns, and how much was read from it."""

    file: str
    sheet: str
    kind: str  # roster, visits, skipped
    why: str = ""
    header_row: int = 0  # 1-based first header row; 0 = none
    header_rows: int = 0
    signature: str = ""
    columns: list[Column] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    households: int = 0
    residents: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided in the wizard: header → field ("" = do not import that column)."""

    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Work:
    """The writes of a plan: rows to create per table, fields to set, where each row came from."""

    creates: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sets: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    sources: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.sets and not any(self.creates.values())


@dataclass(slots=True)
class Plan:
    """The whole preview; `work` is what `apply_plan` writes, nothing else is ever written."""

    files: list[str]
    households: Counts = field(default_factory=Counts)
    residents: Counts = field(default_factory=Counts)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    dropped_columns: list[str] = field(default_factory=list)
    skipped_rows: list[SkippedRow] = field(default_factory=list)
    duplicates: list[Remark] = field(default_factory=list)
    maybe_moved: list[Remark] = field(default_factory=list)
    sheets: list[SheetPlan] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)
    new_households: list[Remark] = field(default_factory=list)
    work: Work = field(default_factory=Work)
    vector: dict[str, int] = field(default_factory=dict)
    paths: list[Path] = field(default_factory=list)
    sender: str = ""
