"""Gives stored fields and their values Chinese words, for histories, conflicts and previews."""

from __future__ import annotations

from typing import Any

from desktop.models.words import label

# fields whose value is a code, and the group of words it comes from
CODED: dict[tuple[str, str], str] = {
    ("estates", "kind"): "estate_kind",
    ("households", "type_of_use"): "type_of_use",
    ("households", "residency_state"): "residency_state",
    ("households", "place"): "place",
    ("residents", "relation"): "relation",
    ("residents", "sex"): "sex",
    ("residents", "status"): "resident_status",
    ("care_tags", "tag"): "care_tag",
}

TABLE_WORDS: dict[str, str] = {
    "office": "单位", "sites": "电脑", "users": "使用人", "settings": "设置",
    "tag_kinds": "标签种类", "grids": "网格", "estates": "小区", "lanes": "街巷",
    "buildings": "楼栋", "households": "住户", "residents": "居民", "care_tags": "关爱标签",
    "visits": "走访", "promises": "承诺", "items": "事项", "item_events": "事项进展",
    "posts": "职务", "population_events": "人口变动",
    "campaigns": "走访行动", "allocations": "走访分工", "patrols": "巡查", "seals": "封账",
    "partners": "外单位", "reports_in": "外单位来件", "reports_out": "发文",
    "key_changes": "换钥匙",
}  # fmt: skip

_COMMON: dict[str, str] = {
    "name": "名称", "kind": "类型", "note": "备注", "household": "住户", "building": "楼栋",
    "resident": "居民", "phone": "电话", "unit": "单元", "text": "内容", "until": "截止",
    "state": "状态", "happened_on": "发生日期", "recorded_on": "登记日期", "by": "经办人",
    "result": "办理结果", "rating": "评价", "closing": "办结方式", "due_on": "办理期限",
    "step": "环节", "sex": "性别", "gone": "删除",
}  # fmt: skip

_FIELDS: dict[str, dict[str, str]] = {
    "office": {"level": "层级", "street": "街道", "district": "区"},
    "sites": {"revoked": "停用", "added_on": "加入日期", "revoked_after": "停用前收到第几号"},
    "partners": {"revoked": "停用", "revoked_after": "停用前收到第几号", "card": "名片"},
    "settings": {"key": "设置项", "value": "值"},
    "tag_kinds": {
        "code": "代码", "interval_days": "走访间隔（天）", "window": "计算方式",
        "phone_ok": "可用电话", "active": "使用中", "order_no": "次序",
    },
    "buildings": {
        "estate": "小区", "lane": "街巷", "grid": "网格", "name": "楼号", "word": "称呼",
        "floors": "层数", "units": "单元数",
    },
    "households": {
        "floor": "楼层", "room": "房号", "place": "位置", "door_raw": "门牌原文",
        "type_of_use": "房屋性质", "residency_state": "户籍状态", "phone": "住户电话",
        "mute_until": "暂不上门至", "mute_reason": "暂不上门原因", "quiet_hours": "不上门时段",
    },
    "residents": {
        "name": "姓名", "relation": "与户主关系", "relation_word": "关系原文", "birth": "出生日期",
        "id_number": "身份证号", "phone_note": "电话说明", "hukou_addr": "户籍地址",
        "hukou_kind": "户口性质", "emergency": "紧急联系人", "skill": "特长", "status": "在住情况",
        "status_on": "变动日期",
    },
    "care_tags": {"tag": "标签", "since": "起始", "purpose": "用途", "source_word": "原文"},
    "promises": {"visit": "走访", "state_reason": "原因", "closed_on": "办结日期", "by": "承诺人"},
    "items": {
        "visit": "走访", "category": "类别", "level": "层级", "time_class": "时限",
        "registered_on": "登记日期",
    },
    "posts": {
        "kind": "职务", "place_kind": "范围类型", "place": "所在", "scope": "管辖范围",
        "holder": "姓名", "is_party": "是否党员", "term_from": "任期起", "term_to": "任期止",
        "chosen": "产生方式", "end_reason": "离任原因",
    },
    "visits": {
        "started": "开始时间", "ended": "结束时间", "walkers": "走访人", "mode": "走访方式",
        "outcome": "走访结果", "met_whom": "见到了谁", "changed": "家庭变化",
        "answered": "当场答复", "next_on": "下次走访", "corrects": "更正哪一次",
        "campaign": "走访行动", "happened_on": "走访日期",
    },
    "item_events": {"item": "事项"},
    "population_events": {"kind": "变动", "learned_on": "得知日期"},
    "patrols": {
        "solved_same_day": "当日解决", "reported_up": "已上报", "worker": "巡查人",
        "happened_on": "巡查日期",
    },
    "campaigns": {"start_on": "开始", "end_on": "结束", "scope": "范围", "target": "目标户数"},
    "allocations": {"campaign": "走访行动", "walker": "走访人"},
}  # fmt: skip

_CODES: dict[tuple[str, str], str] = CODED | {
    ("tag_kinds", "window"): "due_window",
    ("promises", "state"): "promise_state",
    ("items", "kind"): "item_kind",
    ("items", "level"): "item_level",
    ("items", "time_class"): "time_class",
    ("posts", "kind"): "post_kind",
    ("posts", "place_kind"): "place_kind",
    ("posts", "chosen"): "chosen",
    ("office", "level"): "level",
    ("visits", "mode"): "mode",
    ("visits", "outcome"): "outcome",
    ("item_events", "step"): "item_step",
    ("item_events", "rating"): "rating",
    ("item_events", "closing"): "closing",
    ("population_events", "kind"): "population_event",
    ("patrols", "kind"): "patrol_kind",
}
_YES_NO = frozenset(
    {"phone_ok", "active", "is_party", "revoked", "gone", "solved_same_day", "reported_up"}
)


def field_word(table: str, field: str) -> str:
    """「房屋性质」 for ("households", "type_of_use"); an unknown field shows as itself."""
    return _FIELDS.get(table, {}).get(field) or _COMMON.get(field, field)


def is_coded(table: str, field: str) -> bool:
    """Whether a field holds codes that only `value_word` turns into words."""
    return (table, field) in _CODES


def value_word(table: str, field: str, value: Any) -> str:
    """A stored value as people read it: codes become words, nothing becomes 「（空）」."""
    if value is None or value == "":
        return "（空）"
    group = _CODES.get((table, field))
    if group:
        return label(group, str(value))
    if field in _YES_NO:
        return "是" if value else "否"
    return str(value)
