"""Changes what the office says about itself: name, street, users, settings, kinds of care tags."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from desktop.errors import BadValue
from desktop.models import profile, settings
from desktop.models.care_tags import kind_uid
from desktop.models.changes import Change
from desktop.models.store import Store
from desktop.models.words import LABELS

# settings that are whole numbers: least, most, and the word of the field
_NUMBERS: dict[str, tuple[int, int, str]] = {
    "doors_per_evening": (1, 200, "每晚可走户数"),
    "interval_frail_alone": (1, 3650, "独居80岁以上、失能独居"),
    "interval_ordinary": (1, 3650, "普通住户"),
    "interval_rented": (1, 3650, "出租户"),
    "interval_registered_only": (1, 3650, "空挂户"),
    "interval_vacant": (1, 3650, "空置房"),
    "keep_moved_out_days": (1, 3650, "迁出后保留天数"),
    "keep_deceased_days": (1, 3650, "去世后保留天数"),
    "refusal_mute_days": (0, 365, "拒访后暂不上门"),
    "workdays_ordinary": (1, 250, "一般事项"),
    "workdays_harder": (1, 250, "较难事项"),
    "workdays_difficult": (1, 250, "疑难事项"),
}
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """The office as its settings page shows it."""

    name: str
    level: str
    street: str
    district: str


def office_facts(store: Store) -> OfficeFacts:
    rows = store.rows(
        "SELECT coalesce(name, ''), coalesce(level, ''), coalesce(street, ''),"
        " coalesce(district, '') FROM live_office ORDER BY uid LIMIT 1"
    )
    return OfficeFacts(*rows[0]) if rows else OfficeFacts("", "", "", "")


def set_office(store: Store, *, name: str, street: str, district: str, user: str) -> Change | None:
    """Correct the office's name and place and the name of the person at this desk."""
    if not name.strip() or not user.strip():
        raise profile.BadOffice
    found = profile.office(store)
    with store.change("修改单位信息") as change:
        if found.uid:
            change.set(
                "office", found.uid, name=name.strip(), street=street.strip(),
                district=district.strip(),
            )  # fmt: skip
        known = store.value("SELECT name FROM users WHERE uid = ?", (store.user,))
        # a joined PC's user enters the list with their first change, under the name they gave
        if known is not None and user.strip() != known:
            change.set("users", store.user, name=user.strip())
    return change.done


def put_settings(store: Store, values: dict[str, Any], reason: str = "修改设置") -> Change | None:
    """Set several settings in one change; whole numbers are checked and written as numbers."""
    clean = {key: _number(key, value) for key, value in values.items()}
    with store.change(reason) as change:
        for key, value in clean.items():
            if value != settings.get(store, key):
                settings.put(change, store, key, value)
    return change.done


def _number(key: str, value: Any) -> Any:
    if key not in _NUMBERS:
        return value
    least, most, word = _NUMBERS[key]
    return whole(word, value, least, most)


def whole(word: str, value: Any, least: int, most: int) -> int:
    """A typed whole number between bounds."""
    text = str(value).strip()
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadValue(word, value, f"应为{least}到{most}的整数")
    return int(text)


def save_tag_kind(
    store: Store, code: str, *, name: str, interval_days: str, window: str, phone_ok: bool,
    active: bool,
) -> Change | None:  # fmt: skip
    """Change a kind of care tag, or add one (`code` empty); no interval = no visits of its own."""
    if not name.strip():
        raise BadValue("标签名称", "", "不能为空")
    if window not in LABELS["due_window"]:
        raise BadValue("计算方式", window, "只能是" + "、".join(LABELS["due_window"].values()))
    code = code or "own_" + hashlib.sha256(name.strip().encode()).hexdigest()[:12]
    values: dict[str, Any] = {
        "name": name.strip(),
        "interval_days": whole("间隔", interval_days, 1, _MOST_DAYS) if interval_days else None,
        "window": window,
        "phone_ok": phone_ok,
        "active": active,
    }
    uid = kind_uid(code)
    with store.change("修改标签走访间隔") as change:
        if store.value("SELECT 1 FROM tag_kinds WHERE uid = ?", (uid,)):
            change.set("tag_kinds", uid, **values)
        else:
            change.create("tag_kinds", uid=uid, code=code, order_no=99, **values)
    return change.done
