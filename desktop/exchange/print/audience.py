"""Says at the foot of each sensitive copy who may hold it and who took it (domain §6)."""

from __future__ import annotations

from desktop.models import users
from desktop.models.store import Store


def held_by(store: Store, words: str, recipient: str = "") -> str:
    """「单位内部　领用人：林书记」; without a recipient the person at the desk took it."""
    name = recipient.strip() or users.current(store).name
    return f"{words}　领用人：{name}" if name else words
