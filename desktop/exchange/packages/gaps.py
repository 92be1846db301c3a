"""Says what the packages that wait in the inbox are waiting for."""

from __future__ import annotations

from desktop.exchange.packages.format import read_outer
from desktop.exchange.packages.reading import inbox_folder, missing, opened
from desktop.exchange.packages.sticks import SUFFIX
from desktop.models import package_log
from desktop.models.package_log import WAITING
from desktop.models.store import Store


def gaps(store: Store) -> dict[str, str]:
    """«缺 2号机 118–131» for each waiting package, by its number; reads only.

    A package whose file is gone, or whose gap lies inside it, is left out.
    """
    found = {}
    for got in package_log.inbox(store):
        path = inbox_folder(store) / f"{got.package}{SUFFIX}"
        if got.state != WAITING or not path.exists():
            continue
        outer = read_outer(path)
        with opened(store, path, path.name, outer) as payload:
            lacking = "；".join(missing(store, payload.manifest))
        if lacking:
            found[got.package] = lacking
    return found
