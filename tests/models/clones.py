"""Machines of one office in memory, some of them copies of another's disk, with packages between.

What each change meant when it was made is written down by content, not by number: whatever the
machines call a change later, each op still has to name the very changes its author named.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import count

from desktop.models import changes, exchange_log
from desktop.models.branches import Reading, branches
from desktop.models.changes import Dot, WireChange
from desktop.models.exchange_log import Parcel
from desktop.models.fork import ForkedSite
from desktop.models.package_log import acknowledged
from desktop.models.parting import AlreadyParted, PointUnknown, part
from desktop.models.store import Store
from tests.models.sites import Carried, MemoryStore

_parcels = count(1)


def content(change: WireChange) -> str:
    """A name for a change that no renaming and no erasure alters."""
    return changes.leaves(change)[0].hex()


def by_dot(store: Store) -> dict[Dot, WireChange]:
    return {change.dot: change for _, change in changes.read_changes(store.db.conn)}


def dots_of(op: changes.Op) -> list[Dot]:
    parts = op[5:6] if op[0] == "s" else op[3:5] if op[0] == "d" else []
    return [Dot(*dot) for dots in parts for dot in dots]


def copy_of(store: MemoryStore) -> MemoryStore:
    """The disk of this machine in another machine."""
    other = MemoryStore("0" * 32)
    store.db.conn.backup(other.db.conn)
    other.read_identity()
    return other


@dataclass
class Machines:
    """Machines, the packages on their way to each, and those that met a fork."""

    stores: list[MemoryStore] = field(default_factory=list)
    sticks: list[deque[Carried]] = field(default_factory=list)
    aside: list[list[Carried]] = field(default_factory=list)
    # content of a change → for each of its ops, the contents it named
    meant: dict[str, list[list[str]]] = field(default_factory=dict)
    knew: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, number: int) -> Machines:
        world = cls()
        for place in range(number):
            world._add(MemoryStore(f"{place + 1:x}" * 32))
        return world

    def _add(self, store: MemoryStore) -> None:
        self.stores.append(store)
        self.sticks.append(deque())
        self.aside.append([])

    def clone(self, place: int) -> None:
        self._add(copy_of(self.stores[place]))

    def contents(self, place: int) -> set[str]:
        return {content(change) for change in by_dot(self.stores[place]).values()}

    def note_own(self, place: int, before: set[str]) -> None:
        """Remember what a machine's new changes mean and what it knew when making them."""
        known = by_dot(self.stores[place])
        for change in known.values():
            name = content(change)
            if name not in before and name not in self.meant:
                ops = list(changes.decode(change.chunks))
                self.meant[name] = [[content(known[dot]) for dot in dots_of(op)] for op in ops]
                self.knew[name] = before | {name}

    def export(self, sender: int, receiver: int, *, full: bool = False) -> Carried:
        store = self.stores[sender]
        vector = exchange_log.vector(store)
        known = acknowledged(store, self.stores[receiver].site)
        base = {
            site: min(seq, vector[site])
            for site, seq in (known.vector if known and not full else {}).items()
            if site in vector
        }
        return Carried(
            store.site, vector, base, tuple(exchange_log.changes_between(store, base, vector)),
            exchange_log.tips(store, vector), tuple(branches(store.db.conn)),
        )  # fmt: skip

    def deliver(self, receiver: int, carried: Carried) -> bool:
        try:
            exchange_log.receive(self.stores[receiver], _parcel(carried))
        except exchange_log.Gap:
            return False
        except ForkedSite:
            self.aside[receiver].append(carried)
            return False
        return True

    def part(self, place: int, *, only_own: bool = False) -> bool:
        """Act upon the packages that met a fork here; whether anything was done."""
        done = False
        lying, self.aside[place] = self.aside[place], []
        for carried in lying:
            for _ in range(6):  # it may meet several forks, one after the other
                try:
                    exchange_log.receive(self.stores[place], _parcel(carried))
                except exchange_log.Gap:
                    break
                except ForkedSite as met:
                    store = self.stores[place]
                    if only_own and met.dot.site != store.site:
                        break
                    try:
                        part(store, _parcel(carried), met.dot.site, "又一台机")
                    except (PointUnknown, AlreadyParted):
                        break
                    done = True
                    continue
                done = True
                break
        return done

    def settle(self, *, only_own: bool) -> None:
        """Everybody hears everything, and every fork is acted upon, until nothing is new."""
        places = range(len(self.stores))
        for _ in range(30):
            before = [self._state(place) for place in places]
            for sender in places:
                for receiver in places:
                    if sender != receiver:
                        self.deliver(receiver, self.export(sender, receiver, full=True))
                        self.part(receiver, only_own=only_own)
            if before == [self._state(place) for place in places]:
                if not only_own:
                    return
                only_own = False  # the machines that share a number may not be able to alone
        raise AssertionError("the machines do not come to rest")

    def _state(self, place: int) -> dict[str, bytes]:
        store = self.stores[place]
        return exchange_log.tips(store, exchange_log.vector(store))

    def check_meaning(self, place: int) -> None:
        """Each op known on this machine names the changes that its author named."""
        store = self.stores[place]
        meant, known = Reading.of(store.db.conn), by_dot(store)
        for dot, change in known.items():
            name = content(change)
            ops = meant(dot, list(changes.decode(change.chunks)))
            for op, targets in zip(ops, self.meant[name], strict=True):
                if op[0] != "x":
                    assert [content(known[named]) for named in dots_of(op)] == targets
                    assert set(targets) <= self.knew[name]

    def close(self) -> None:
        for store in self.stores:
            store.close()


def _parcel(carried: Carried) -> Parcel:
    return Parcel(
        f"p{next(_parcels)}", carried.sender, carried.vector, carried.base, carried.log,
        len(carried.log), carried.tips, carried.branches,
    )  # fmt: skip
