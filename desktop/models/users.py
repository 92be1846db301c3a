"""Who works with this office's records, so that history can name them."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.models.profile import meta
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class User:
    uid: str
    name: str


def users(store: Store) -> list[User]:
    return [User(*row) for row in store.rows("SELECT uid, name FROM live_users ORDER BY name, uid")]


def current(store: Store) -> User:
    """The person at this desk (their name may still be waiting to enter the office's list)."""
    name = store.value("SELECT name FROM users WHERE uid = ?", (store.user,))
    if name is None:
        name = meta(store, "new_user")
    return User(store.user, str(name or ""))
