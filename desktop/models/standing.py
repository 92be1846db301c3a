"""Says how far a colleague's PC has come: what it confirmed, what is on its way, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.models import exchange_log, package_log
from desktop.models.changes import Vector
from desktop.models.package_log import SENT
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of changes of the whole log, seen from this PC."""

    confirmed: int  # the other PC has told that it knows them
    on_the_way: int  # in a package that waits for its receipt
    unsent: int  # in no package yet
    heard: str  # when it last told what it knows; "" if never

    @property
    def lacks(self) -> int:
        return self.on_the_way + self.unsent


def standings(store: Store) -> dict[str, Standing]:
    """The standing of every other PC that this one has heard of or written to, by its number."""
    mine = exchange_log.vector(store)
    sent: dict[str, Vector] = {}
    for one in package_log.outbox(store):
        if one.state == SENT and one.changes:
            sent[one.to_site] = _higher(sent.get(one.to_site, {}), one.vector)
    known = {row[0] for row in store.rows("SELECT site FROM peer_state")}
    return {site: _standing(store, site, mine, sent.get(site, {})) for site in known | sent.keys()}


def untold(store: Store) -> Standing:
    """The standing of a PC that this one has never written to nor heard of."""
    return Standing(0, 0, sum(exchange_log.vector(store).values()), "")


def _standing(store: Store, site: str, mine: Vector, sent: Vector) -> Standing:
    told = package_log.acknowledged(store, site)
    # whatever a PC has made itself it knows, through whomever it came here
    known = _higher(told.vector if told else {}, {site: mine.get(site, 0)})
    unsent = exchange_log.count_between(_higher(known, sent), mine)
    lacks = exchange_log.count_between(known, mine)
    return Standing(sum(mine.values()) - lacks, lacks - unsent, unsent, told.at if told else "")


def _higher(first: Vector, second: Vector) -> Vector:
    return {s: max(first.get(s, 0), second.get(s, 0)) for s in first.keys() | second.keys()}
