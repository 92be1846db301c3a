"""The fields of households, residents and places as forms ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop.models.places import Building, Estate, Lane
from desktop.models.privacy import mask_phone
from desktop.models.words import LABELS
from desktop.ui.common.form import CHOICE, NOTE, Field


def _words(group: str, none: str = "（未填）") -> dict[str, str]:
    return {"": none, **LABELS[group]}


_DATE_HINT = "可以只填年，如 1948；或 1948-5、1948-05-06"


def resident_fields(*, with_id: bool) -> tuple[Field, ...]:
    """A resident's fields; the ID number only where the office collects it."""
    id_number = Field("id_number", "身份证号", hint="其他界面和纸面上一律不显示")
    return (
        Field("name", "姓名", required=True),
        Field("relation", "与户主关系", CHOICE, LABELS["relation"]),
        Field("sex", "性别", CHOICE, _words("sex")),
        Field("birth", "出生日期", hint=_DATE_HINT),
        Field("phone", "电话", hint="几个号码用“/”分开"),
        Field("phone_note", "电话说明", hint="如：女儿的电话"),
        *((id_number,) if with_id else ()),
        Field("emergency", "紧急联系人"),
        Field("skill", "特长", hint="愿意帮邻里做的事"),
        Field("note", "备注", NOTE, hint="不要写疾病名称、宗教、收入等内容"),
    )


HOUSEHOLD_FIELDS = (
    Field("type_of_use", "房屋性质", CHOICE, _words("type_of_use")),
    Field("residency_state", "户籍状态", CHOICE, _words("residency_state")),
    Field("phone", "住户电话"),
    Field("quiet_hours", "不上门时段", hint="如：中午12点到2点"),
    Field("mute_until", "暂不上门至", hint="写成年-月-日；到期后自动恢复"),
    Field("mute_reason", "暂不上门原因"),
    Field("note", "备注", NOTE, hint="不要写疾病名称、宗教、收入等内容"),
)
DOOR_FIELDS = (
    Field("unit", "单元", hint="只填数字或字母，如 2"),
    Field("floor", "楼层", hint="地下一层写 -1"),
    Field("room", "房号", hint="如 501"),
    Field("place", "位置", CHOICE, _words("place", "（普通）")),
)


def new_household_fields(buildings: Sequence[Building]) -> tuple[Field, ...]:
    """A door is added into a building that exists."""
    options = {building.uid: building.place for building in buildings}
    unit, floor, room, place = DOOR_FIELDS
    wanted = Field(room.name, room.label, hint=room.hint, required=True)
    where = Field("building", "楼栋", CHOICE, options, required=True)
    return (where, unit, floor, wanted, place, *HOUSEHOLD_FIELDS[:3])


ESTATE_FIELDS = (
    Field("name", "小区名称", required=True),
    Field("kind", "小区类型", CHOICE, _words("estate_kind")),
    Field("note", "备注"),
)
LANE_FIELDS = (Field("name", "街巷名称", required=True), Field("note", "备注"))


def building_fields(estates: Sequence[Estate], lanes: Sequence[Lane]) -> tuple[Field, ...]:
    """A building stands in an estate or on a lane."""
    return (
        Field("estate", "小区", CHOICE, {"": "（无）", **{e.uid: e.name for e in estates}}),
        Field("lane", "街巷", CHOICE, {"": "（无）", **{lane.uid: lane.name for lane in lanes}}),
        Field("name", "楼号", required=True, hint="只填号，如 3；老门牌如 56之3"),
        Field("word", "称呼", CHOICE, {w: w for w in ("栋", "号楼", "号", "座", "幢")}),
        Field("floors", "层数"),
        Field("units", "单元数"),
        Field("note", "备注"),
    )


_SECRET = ("phone", "emergency", "id_number")
CLEAR = "清除"


def masked(
    fields: Sequence[Field], values: Mapping[str, Any]
) -> tuple[tuple[Field, ...], dict[str, Any]]:
    """A form that can change numbers without showing those that are stored."""
    shown = dict(values)
    hinted = []
    for field in fields:
        stored = str(shown.pop(field.name) or "") if field.name in _SECRET else ""
        if stored:
            now = mask_phone(stored) if field.name == "phone" else "已登记"
            hint = f"现为{now}；不改就留空，要删去写“{CLEAR}”"
            field = replace(field, hint=hint)
        hinted.append(field)
    return tuple(hinted), shown


def unmasked(edited: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What such a form changes: an empty secret stays as it was, 「清除」 empties it."""
    kept = [name for name in _SECRET if stored.get(name) and not edited.get(name)]
    return {
        name: "" if name in _SECRET and value == CLEAR else value
        for name, value in edited.items()
        if name not in kept
    }
