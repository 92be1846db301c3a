"""Keeps the office's settings: the same on every PC, JSON values by key."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from desktop.models.draft import ChangeDraft
from desktop.models.store import Store

DEFAULTS: dict[str, Any] = {
    "collect_id_numbers": False,  # optional and off: domain §6
    "doors_per_evening": 15,
    "office_phone": "",
    "brief_number": 0,
    "brief_masthead": "",
    "in_person_counts_proxy": False,
    # days between visits of households that no care tag covers: domain §3
    "interval_frail_alone": 7,  # 独居80+/失能独居
    "interval_ordinary": 365,
    "interval_rented": 90,
    "interval_registered_only": 365,
    "interval_vacant": 365,
    "window_ordinary": "rolling",  # rolling, week, month, quarter or year
    "refusal_mute_days": 30,
    # days after which the record of somebody who left is to be reviewed (no law names a figure)
    "keep_moved_out_days": 365,
    "keep_deceased_days": 365,
    # workdays until an item is due, by time class
    "workdays_ordinary": 3,
    "workdays_harder": 7,
    "workdays_difficult": 15,
    # edited layouts of papers, see templates.py
    "template_form": {},
    "template_list": {},
    "template_brief": {},
    "month_text": {},  # words of a month's report, see month_text.py; key «month_text:2026-06»
    "holidays": "",  # further years' holiday table, see workdays.import_table
}


def get(store: Store, key: str) -> Any:
    """The office's value, or the default; a key may end in a part of its own: «word:part»."""
    stored = store.value("SELECT value FROM live_settings WHERE uid = ?", (_uid(key),))
    return DEFAULTS[key.partition(":")[0]] if stored is None else json.loads(stored)


def put(change: ChangeDraft, store: Store, key: str, value: Any) -> None:
    """Set one setting; its row's uid follows from the key, so first writes on two PCs meet."""
    if key.partition(":")[0] not in DEFAULTS:
        raise KeyError(key)
    text = json.dumps(value, ensure_ascii=False)
    if store.value("SELECT 1 FROM settings WHERE uid = ?", (_uid(key),)):
        change.set("settings", _uid(key), value=text)
    else:
        change.create("settings", uid=_uid(key), key=key, value=text)


def _uid(key: str) -> str:
    return hashlib.sha256(b"setting:" + key.encode()).hexdigest()[:20]
