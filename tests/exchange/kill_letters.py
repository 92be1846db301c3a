"""Sends or takes a letter or report in a process of its own that dies, as by kill -9, at a step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from desktop import files
from desktop.exchange.packages import export, inbox, letters, reading, sticks
from desktop.models import keyfile, package_log, streams
from desktop.models.profile import open_profile
from desktop.models.store import Store
from tests.exchange.kill import dying

# the step's name → where the function lives, its name, and whether death comes after it
SEND: dict[str, tuple[Any, str, bool]] = {
    "payload sealed": (export, "seal", True),
    "signed, under its temporary name": (files.os, "replace", False),
    "finished in the outbox, its number not yet given out": (export, "check_payload", True),
    "noted in the outbox, not yet committed": (package_log, "note_sent_in", True),
    "committed, not yet on the stick": (streams, "send", True),
    "on its way to the stick": (sticks, "_next_block", True),
    "on the stick": (export, "put_package", True),
}
TAKE: dict[str, tuple[Any, str, bool]] = {
    "copied off the stick": (reading, "fetch", True),
    "read and checked": (inbox, "_read_report", True),
    "written, not yet committed": (package_log, "note_taken_in", True),
    "committed": (streams, "keep", True),
}
WHAT = ("report", "escalation", "notice")


def send(store: Store, what: str, item: str, target: Path) -> None:
    """What an office sends: a month, an item with its step, or a notice downward."""
    if what == "report":
        export.export(store, "湖滨街道", target, kind="report", month="2026-05")
    elif what == "escalation":
        letter = letters.escalation(store, item, purpose="请协调", text="水管漏水")
        export.export(store, "湖滨街道", target, letter=letter)
    else:
        export.export(store, "莲心社区", target, letter=letters.notice("通知", "请巡查"))


def main(profile: str, passphrase: str, way: str, step: str, what: str, item: str, at: str) -> None:
    keyfile.calibrate = lambda: keyfile.Cost(64, 1)
    keyfile.LEAST_MEMORY_KIB = 8
    store = open_profile(Path(profile), passphrase)
    place, name, after = (SEND if way == "send" else TAKE)[step]
    setattr(place, name, dying(getattr(place, name), after))
    if way == "send":
        send(store, what, item, Path(at))
    else:
        inbox.take_in(store, [Path(at)])
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
