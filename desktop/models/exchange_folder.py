"""Remembers this PC's exchange folder: a share, or what a sync tool carries; it never travels."""

from __future__ import annotations

from pathlib import Path

from desktop.errors import UserError
from desktop.models.profile import meta, set_meta
from desktop.models.store import Store

_KEY = "exchange_folder"


class NotAFolder(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"“{path}”打不开，没有设成共享文件夹。请先在文件管理器里确认能打开它。")


class InsideProfile(UserError):
    def __init__(self) -> None:
        super().__init__("不能用近邻自己的数据文件夹来交换。请另选一个文件夹。")


def exchange_folder(store: Store) -> Path | None:
    """Where packages are exchanged besides sticks; it may be out of reach just now."""
    text = meta(store, _KEY)
    return Path(text) if text else None


def set_exchange_folder(store: Store, folder: Path | None) -> Path | None:
    """Choose the folder, or none; returns it as it is kept."""
    if folder is not None:
        folder = folder.absolute()
        if not folder.is_dir():
            raise NotAFolder(folder)
        if folder.resolve().is_relative_to(store.folder.resolve()):
            raise InsideProfile
    with store.local() as conn:
        set_meta(conn, {_KEY: str(folder or "")})
    return folder
