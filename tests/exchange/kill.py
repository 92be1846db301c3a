"""Runs one import or export in a process of its own that dies, as by kill -9, at a named step."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop import files
from desktop.exchange.packages import copied_disk, export, inbox, reading, sticks
from desktop.exchange.packages.six_words import read_words
from desktop.models import exchange_log, fork, keyfile, package_log, parting
from desktop.models.profile import open_profile

# the step's name → where the function lives, its name, and whether death comes after it
STEPS: dict[str, tuple[Any, str, bool]] = {
    "import: file copied off the stick": (reading, "fetch", True),
    "import: opened with six words": (reading, "open_with_words", True),
    "import: checked, not yet in the inbox": (inbox, "missing", True),
    "import: in the inbox, not yet noted": (package_log, "note_received", False),
    "import: noted, not yet applied": (package_log, "note_received", True),
    "import: changes in the log, tables not yet": (exchange_log, "apply", False),
    "import: tables written, not yet committed": (exchange_log, "refresh_touched", True),
    "import: committed, sealed file still there": (exchange_log, "receive", True),
    "split: branch renamed, tables not yet": (fork, "split", True),
    "split: tables made anew, not yet committed": (parting, "refresh", True),
    "split: parted, package not yet taken in": (parting, "part", True),
    "split: package taken in, new PC not introduced": (parting, "introduce", False),
    "export: payload sealed": (export, "seal", True),
    "export: signed, under its temporary name": (files.os, "replace", False),
    "export: finished in the outbox": (export, "check_payload", True),
    "export: on its way to the stick": (sticks, "_next_block", True),
    "export: on the stick, not yet noted": (package_log, "note_sent", False),
}
DIED = 9


def dying(real: Callable[..., Any], after: bool) -> Callable[..., Any]:
    def step(*args: Any, **named: Any) -> Any:
        if after:
            real(*args, **named)
        os._exit(DIED)

    return step


def main(profile: str, passphrase: str, step: str, path: str, typed: str = "") -> None:
    """Six words make it a package that is sealed with them."""
    words = read_words(typed) if typed else None
    keyfile.calibrate = lambda: keyfile.Cost(64, 1)
    keyfile.LEAST_MEMORY_KIB = 8
    store = open_profile(Path(profile), passphrase)
    place, name, after = STEPS[step]
    setattr(place, name, dying(getattr(place, name), after))
    if step.startswith("import"):
        inbox.take_in(store, [Path(path)], words=words)
    elif step.startswith("split"):
        copied_disk.part_machines(store, "3号机")
    else:
        export.export(store, "" if words else "2号机", Path(path), words=words)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
