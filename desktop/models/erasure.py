"""Forgets one resident for good, history included, when they ask for it or nobody needs the record.

What others need stays: visits and items of the household, and the count of who came and went; the
person is no longer named in them. A backup made earlier still holds the record until it is thinned
out; bringing it back erases the person again.
"""

from __future__ import annotations

from desktop.errors import NoSuchRecord
from desktop.models import privacy
from desktop.models.changes import Change
from desktop.models.store import Store

KIND = "erase"  # cannot be taken back


def erase_resident(store: Store, resident: str, reason: str) -> Change | None:
    """Erase a resident with every care tag they ever had; the reason stays on this PC only."""
    if not store.value("SELECT 1 FROM residents WHERE uid = ?", (resident,)):
        raise NoSuchRecord("居民", resident)
    tags = store.rows("SELECT uid FROM care_tags WHERE resident = ?", (resident,))
    asked = store.rows("SELECT uid FROM live_items WHERE resident = ?", (resident,))
    with store.change("抹除一位居民的资料", kind=KIND) as change:
        for (item,) in asked:
            change.set("items", item, resident=None)
        for (tag,) in tags:
            change.erase(tag)
        change.erase(resident)
    privacy.note(store, "抹除居民资料", reason, residents=1)
    return change.done
