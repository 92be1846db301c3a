"""Brings in what was set aside because a disk had been copied: both machines' work is merged.

Done on one of the two machines (or, when neither is left, on a PC that has the work of one). This
PC's branch of the forked numbers gets a name of its own; if the numbers were its own, it becomes a
new PC, whose card the colleagues then enrol.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.packages.inbox import (
    ImportResult,
    apply_lying,
    list_waiting,
    lying_package,
    parcel_of,
)
from desktop.exchange.packages.reading import Sealed, opened
from desktop.models import package_log, parting
from desktop.models.changes import Dot
from desktop.models.fork import ForkedSite
from desktop.models.package_log import QUARANTINED, WAITING, Got
from desktop.models.sites import own_site
from desktop.models.store import Store
from desktop.progress import Progress, no_progress

_MOST_FORKS = 20  # that one package can meet, one after the other


class NothingForked(UserError):
    def __init__(self) -> None:
        super().__init__("“收到的”里没有因编号冲突而隔离的数据包，不用办理。")


@dataclass(frozen=True, slots=True)
class Parted:
    """What came of it: the set-aside packages, and this PC's new name if it became a new one."""

    result: ImportResult
    new_name: str


def forked_packages(store: Store) -> list[Got]:
    """The packages that were set aside, oldest first."""
    return [got for got in reversed(package_log.inbox(store)) if got.state == QUARANTINED]


def part_machines(store: Store, name: str = "", *, progress: Progress = no_progress) -> Parted:
    """Take in every package that was set aside; this PC is called `name` if it becomes a new one.

    Each step is a transaction of its own and leaves a whole profile; what is still set aside after
    a crash is taken up again by doing this again.
    """
    lying = forked_packages(store)
    if not lying:
        raise NothingForked
    before, result = store.site, ImportResult()
    name = name.strip() or f"{own_site(store).name}-分出{clock.now():%m%d%H%M}"
    for got in lying:
        sealed = lying_package(store, got)
        if sealed is None:
            continue
        try:
            _bring_in(store, sealed, name, result, progress)
        except UserError as error:
            result.refuse(sealed.name, error)
    parting.introduce(store)
    list_waiting(store, result)
    is_new = store.site != before
    if not any(got.state in (WAITING, QUARANTINED) for got in package_log.inbox(store)):
        parting.forget_former_key(store)
    return Parted(result, own_site(store).name if is_new else "")


def _bring_in(
    store: Store, sealed: Sealed, name: str, result: ImportResult, progress: Progress
) -> None:
    package = sealed.manifest.package
    for _ in range(_MOST_FORKS):
        package_log.set_state(store, package, WAITING)
        try:
            apply_lying(store, package, result, progress)
            return
        except ForkedSite as met:
            _part(store, sealed, met.dot, name)
    package_log.set_state(store, package, QUARANTINED)


def _part(store: Store, sealed: Sealed, met: Dot, name: str) -> None:
    with opened(store, sealed.path, sealed.name, sealed.outer) as payload:
        parting.part(store, parcel_of(store, sealed, payload), met.site, name)
