"""Parts two machines that went on under one number, so that both machines' work can be merged.

It is done on the machine that met a package of the other branch: its own branch gets a name of its
own (fork.split), and if the number was this machine's, the machine becomes a new one. Everything
happens in one transaction; the package can be taken in afterwards, and whoever receives this PC's
next package learns of the new names with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.errors import UserError
from desktop.models import changes, fork
from desktop.models.branches import Branch, branches, hash_of, is_here, place_of
from desktop.models.changes import Dot, Touched, WireChange
from desktop.models.database import Connection
from desktop.models.exchange_log import Parcel
from desktop.models.profile import (
    FORMER_SEAL,
    become_another,
    introduce_site,
    meta,
    office,
    set_meta,
)
from desktop.models.rebuild import rebuild
from desktop.models.search_index import refresh
from desktop.models.site_names import site_name
from desktop.models.sites import own_site, site
from desktop.models.store import Store


class PointUnknown(UserError):
    """The package starts after the point where the two machines parted."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"从这个数据包看不出两台机从第几号起不同，数据没有变。请让{name}导出一个“完整数据”的"
            "数据包，在本机导入后再办理一次。"
        )


class AlreadyParted(UserError):
    """The sender has not heard yet that its branch goes by another name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"这边已经办理过，是{name}还不知道，数据没有变。请先把本机的数据包导给{name}，"
            "再让它重新导出。"
        )


def part(store: Store, parcel: Parcel, forked: str, name: str) -> Branch | None:
    """Let this PC's branch of a site `forked` go by another name; the new name of the branch.

    `parcel` brings the other branch. If the site is this PC, it goes on as a new PC called `name`.
    """
    with store.transaction() as conn:
        own = forked == fork.own_number(conn)
        log = [change for change in parcel.changes if change.header.site == forked]
        place = _named_elsewhere(conn, forked, parcel) or _point(conn, forked, parcel, log)
        last = changes.tip(conn, forked)[0]
        if place is None and own and parcel.vector.get(forked, 0) > last:
            # the other machine is ahead; where the two parted comes to light later
            place = Dot(forked, last + 1)
        if place is None:
            raise PointUnknown(site_name(conn, parcel.sender))
        branch = fork.split(conn, place)
        if own:
            become_another(conn, name)
        if branch:
            rebuild(conn)
            refresh(conn, None)
    store.read_identity()
    store.announce(Touched({"*": frozenset()}))
    return branch


def _named_elsewhere(conn: Connection, site: str, parcel: Parcel) -> Dot | None:
    """From where on the sender calls this PC's branch by another name."""
    for branch in parcel.branches:
        here = place_of(conn, branch.site, branch.seq, branch.hash)
        if here is not None and here.site == site and here.site != branch.name:
            return here
    return None


def _point(conn: Connection, site: str, parcel: Parcel, log: Sequence[WireChange]) -> Dot | None:
    """The first number of the site that this PC knows with another content than the package."""
    known = {branch.name: branch for branch in branches(conn)}
    tip = parcel.tips.get(site)
    if any(fork.is_renamed(conn, known, change) for change in log) or (
        tip and is_here(conn, site, parcel.vector[site], tip)
    ):
        raise AlreadyParted(site_name(conn, parcel.sender))
    for change in log:
        before = hash_of(conn, site, change.header.seq - 1) or changes.GENESIS
        if change.header.prev_hash != before:
            return None
        if hash_of(conn, site, change.header.seq) not in (None, change.hash):
            return change.dot
    return None


def introduce(store: Store) -> None:
    """Put a PC that became a new one into the office's list, unless it is there."""
    if office(store).uid and site(store, store.site) is None:
        with store.change("硬盘被复制过，成为新的一台机", kind="setup") as change:
            introduce_site(change, store, meta(store, "site_name"))


def forget_former_key(store: Store) -> None:
    """Erase the key of the number this PC shared; the caller knows that nothing is sealed to it."""
    kept = [f"{FORMER_SEAL}{step.former_seal}" for step in own_site(store).steps]
    for (key,) in store.rows("SELECT key FROM meta WHERE key LIKE ?", (f"{FORMER_SEAL}%",)):
        if key not in kept:
            with store.local() as conn:
                set_meta(conn, {key: ""})
