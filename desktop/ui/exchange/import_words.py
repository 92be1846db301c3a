"""Names the columns a roster can have, and turns a plan into rows a person can look through."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.exchange.sheets.plan import FieldChange, Plan, Remark
from desktop.models.field_words import field_word, value_word
from desktop.ui.common.rows_table import Column

# what a column of a sheet can be taken for; "" = not imported
FIELDS: dict[str, str] = {
    "": "（不导入）", "community": "小区", "estate_kind": "小区类型", "lane": "街巷",
    "building": "楼栋", "unit": "单元", "floor": "楼层", "building_floors": "楼栋总层数",
    "room": "房号", "place": "附属位置（阁楼等）", "address": "完整门牌地址", "head": "户主姓名",
    "name": "姓名", "relation": "与户主关系", "sex": "性别", "birth": "出生日期", "age": "年龄",
    "id": "身份证号", "phone": "电话", "phone_note": "电话说明", "house_phone": "住户电话",
    "house_note": "住户备注", "quiet_hours": "不上门时段", "hukou_addr": "户籍地址",
    "hukou_kind": "户籍类别",
    "separated": "人户分离", "house_use": "房屋性质", "count": "人口数（只核对）",
    "care_tag": "关爱标签", "emergency": "紧急联系人", "grid": "网格", "remark": "备注",
    "moved_or_dead": "迁出、去世", "skill": "特长", "visited": "走访情况（不导入）",
    "seq": "序号（不导入）", "party": "政治面貌（不导入）", "dropped": "敏感列（不导入）",
}  # fmt: skip
HOW = {
    "exact": "列名认识",
    "similar": "列名相近，请核对",
    "remembered": "上次这样定的",
    "chosen": "您定的",
    "unknown": "不认识，请选",
    "repeated": "重复的列",
}
NEW, CHANGED, REFUSED, WARNED, OTHER = "新增", "更新", "拒绝", "警告", "其他"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One thing the import would do or has to say."""

    where: str
    row: int
    what: str
    value: str
    reason: str


COLUMNS: tuple[Column[PreviewRow], ...] = (
    Column("表", lambda r: r.where, width=130),
    Column("行", lambda r: str(r.row) if r.row else "", width=56, number=True,
           sort=lambda r: r.row),
    Column("列", lambda r: r.what, width=120),
    Column("内容", lambda r: r.value, width=190),
    Column("说明", lambda r: r.reason),
)  # fmt: skip


_LONG_NUMBER = re.compile(r"(?<![\dA-Za-z])(\d{6})[\dXx*]{9,12}(?![\dA-Za-z])")

_MOBILE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


def masked(text: str) -> str:
    """A cell's text without the digits of ID numbers and the middle of mobiles (domain §6)."""
    plain = _LONG_NUMBER.sub(lambda found: f"{found[1]}{'*' * 12}", text)
    return _MOBILE.sub(r"\1****\2", plain)


def _where(file: str, sheet: str, files: int) -> str:
    return f"{file} {sheet}" if files > 1 else sheet or file


def preview_rows(plan: Plan, kind: str) -> list[PreviewRow]:
    """The rows behind one of the counters."""
    many = len(plan.files)

    def remarks(found: list[Remark], reason: str = "") -> list[PreviewRow]:
        return [
            PreviewRow(
                _where(r.file, r.sheet, many), r.row, r.column, masked(r.value), r.reason or reason
            )
            for r in found
        ]

    if kind == NEW:
        return remarks(plan.new_households, "新增的住户")
    if kind == CHANGED:
        return [_changed(each, many) for each in plan.changes]
    if kind == REFUSED:
        return remarks(plan.refused)
    if kind == WARNED:
        return remarks(plan.warnings)
    rows = remarks(plan.duplicates, "疑似重复") + remarks(plan.maybe_moved, "可能已搬离")
    rows += [PreviewRow("", 0, name, "", "敏感列，未导入、未保存") for name in plan.dropped_columns]
    return rows + [
        PreviewRow(_where(s.file, s.sheet, many), s.row, "", "", s.why) for s in plan.skipped_rows
    ]


def _changed(change: FieldChange, files: int) -> PreviewRow:
    old = value_word(change.table, change.field, change.old)
    new = value_word(change.table, change.field, change.new)
    return PreviewRow(
        _where(change.file, change.sheet, files), change.row,
        field_word(change.table, change.field), change.who, f"{old} → {new}",
    )  # fmt: skip


def counters(plan: Plan) -> dict[str, int]:
    """How many rows stand behind each counter."""
    return {kind: len(preview_rows(plan, kind)) for kind in (NEW, CHANGED, REFUSED, WARNED, OTHER)}


def sum_words(plan: Plan) -> str:
    """«住户：新增 128、更新 3、不变 20；居民：…»."""
    homes, people = plan.households, plan.residents
    return (
        f"住户：新增 {homes.new}、更新 {homes.changed}、不变 {homes.unchanged}；"
        f"居民：新增 {people.new}、更新 {people.changed}、不变 {people.unchanged}。"
    )
