"""Writes what every colleague's PC lacks in one go, onto the stick or into the exchange folder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import UserError
from desktop.exchange.packages.drives import Drive, drives, the_one
from desktop.exchange.packages.export import Exported, NotJoined, NotToMyself, export
from desktop.exchange.packages.format import PEER_KINDS, read_outer
from desktop.files import FolderGone
from desktop.models import exchange_log, package_log
from desktop.models.exchange_folder import exchange_folder
from desktop.models.package_log import ACKNOWLEDGED, SENT, Sent
from desktop.models.profile import office
from desktop.models.sites import Site, find_site, sites
from desktop.models.store import Store
from desktop.progress import Progress, no_progress


class NoColleagues(UserError):
    def __init__(self) -> None:
        super().__init__(
            "还没有登记同事的机器，没有可以写给的人。请先在“交换 → 数据包”登记同事的名片。"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere packages can be put; `drive` is None for the exchange folder."""

    folder: Path
    drive: Drive | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A colleague for whom nothing was written, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was written for whom."""

    folder: Path
    written: tuple[tuple[str, Exported], ...]  # the colleague's name, the package
    skipped: tuple[Skipped, ...]


def places(found: Sequence[Drive], shared: Path | None) -> list[Place]:
    """Where to write, the likeliest first: a stick somebody has just plugged in, then the folder.

    With several sticks nobody can tell which is meant, so the folder comes first.
    """
    sticks = [Place(drive.path, drive) for drive in found if not drive.read_only]
    closed = [Place(drive.path, drive) for drive in found if drive.read_only]
    folder = [Place(shared)] if shared else []
    return [*sticks, *folder, *closed] if len(sticks) == 1 else [*folder, *sticks, *closed]


def default_folder(store: Store) -> Path:
    """Where packages go when nobody said: the only stick, else the exchange folder."""
    shared = exchange_folder(store)
    try:
        return the_one(drives()).path
    except UserError:
        if shared is None:
            raise
        return shared


def send_all(
    store: Store, folder: Path, to: Sequence[str] = (), *, progress: Progress = no_progress
) -> Delivery:
    """Write one package for each colleague (or those named) who lacks something.

    One who lacks nothing but a receipt gets the receipt. This PC's own packages that have been
    acknowledged meanwhile are cleared from the folder.
    """
    if not office(store).uid:
        raise NotJoined
    chosen = [find_site(store, name) for name in to] or [
        site for site in sites(store) if not site.revoked and site.uid != store.site
    ]
    if not chosen:
        raise NoColleagues
    if any(site.uid == store.site for site in chosen):
        raise NotToMyself
    written: list[tuple[str, Exported]] = []
    skipped: list[Skipped] = []
    for site in chosen:
        kind, why_not = _needed(store, site, folder)
        if why_not:
            skipped.append(Skipped(site.name, why_not))
        else:
            if not folder.is_dir():  # export would take the name for that of a file
                raise FolderGone(folder)
            made = export(store, site.uid, folder, kind=kind, progress=progress)
            written.append((site.name, made))
    _clear_acknowledged(store, folder)
    return Delivery(folder, tuple(written), tuple(skipped))


def _needed(store: Store, site: Site, folder: Path) -> tuple[str, str]:
    """The kind of package this colleague needs ("" for the usual one), or why none."""
    vector = exchange_log.vector(store)
    known = package_log.acknowledged(store, site.uid)
    same = [
        sent
        for sent in package_log.outbox(store)
        if sent.to_site == site.uid and sent.kind in PEER_KINDS and sent.vector == vector
    ]
    lying = [sent for sent in same if _lies(sent, folder)]
    if known is not None and not exchange_log.count_between(known.vector, vector):
        told = lying or any(sent.state == ACKNOWLEDGED for sent in same)
        return "ack", "什么都不缺" if told else ""
    if any(sent.kind != "ack" for sent in lying):
        return "", "上次写的还在那里，内容一样"
    return "", ""


def _lies(sent: Sent, folder: Path) -> bool:
    """Whether a sent package still lies, whole, in this folder."""
    path = Path(sent.path)
    if sent.state != SENT or path.parent != folder:
        return False
    with suppress(UserError, OSError):
        return path.stat().st_size == sent.bytes and _number(path) == sent.package
    return False


def _clear_acknowledged(store: Store, folder: Path) -> None:
    for sent in package_log.outbox(store):
        path = Path(sent.path)
        if sent.state == ACKNOWLEDGED and path.parent == folder:
            with suppress(UserError, OSError):
                if _number(path) == sent.package:
                    path.unlink()


def _number(path: Path) -> str:
    return read_outer(path).header.package
