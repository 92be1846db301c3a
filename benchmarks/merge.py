"""How fast do edits travel by stick? Against geodiff and SQLite's session extension, in one run.

    .venv/bin/python benchmarks/merge.py [--edits N] [--per-change N] [--large N]

One roster of 100,000 residents stands on two enrolled PCs, and as one plain table in an ordinary
SQLite file. The same edits (one field of each resident) are carried three ways:
  - ours: a signed, sealed package that keeps history and conflicts, taken in through the inbox;
  - geodiff: its diff of the two plain files and the application of that to a third;
  - the session extension: a changeset recorded while editing, applied to a third file.
Seconds are those the process worked (all its threads); wall seconds stand beside them. Goals:
at least half of geodiff's changes per second when applying, a package of at most 1.5 times the
gzip'd geodiff changeset, memory that does not grow with ten times the edits, time that grows with
them in a straight line (`--large`, 0 leaves that out).

These residents live behind no door: the search index, which the peers do not keep, stays out of it.

`--per-change` says how many edits one action of a person makes: an import or a correction of a
list changes many at once (default 10,000), an evening at the desk one each (1).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import apsw
import pygeodiff

from desktop.exchange.packages import inbox
from desktop.exchange.packages.cards import enrol, own_fingerprint, write_card
from desktop.exchange.packages.export import export
from desktop.models import keyfile
from desktop.models.profile import create_profile, join_profile, open_profile
from desktop.models.schema import REPLICATED
from desktop.models.store import Store

PASSPHRASE = "benchmark-only"
RESIDENTS = 100_000
FIELDS = REPLICATED["residents"]
RUNS = 3


@dataclass(frozen=True)
class Edit:
    """One resident gets another phone number."""

    uid: str
    phone: str


@dataclass(frozen=True)
class Taken:
    """Seconds of one piece of work: what the process worked, and what the wall clock says."""

    cpu: float
    wall: float


def timed(work: Callable[[], object]) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Taken(time.process_time() - cpu, time.perf_counter() - wall)


def middle(runs: list[Taken]) -> Taken:
    return Taken(
        statistics.median(run.cpu for run in runs), statistics.median(run.wall for run in runs)
    )


class Roster:
    """The same residents on two PCs of an office and in a plain file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.draw = folder, Random(1)
        self.first = create_profile(
            folder / "one", passphrase=PASSPHRASE, office="莲心社区", level="community",
            user="林书记",
        )  # fmt: skip
        self.second = join_profile(
            folder / "two", passphrase=PASSPHRASE, site_name="2号机", user="小陈"
        )
        card = write_card(self.second, folder / "2.jlcard")
        enrol(self.first, folder / "2.jlcard", role="peer", fingerprint=card.fingerprint)
        self.people = [self._person(number) for number in range(RESIDENTS)]
        with self.first.change("导入花名册", kind="import") as change:
            change.create_many("residents", self.people)
        full = export(self.first, "2号机", folder, kind="full").path
        inbox.take_in(self.second, [full], fingerprint=own_fingerprint(self.first))
        inbox.take_in(self.first, [export(self.second, "1号机", folder, kind="ack").path])
        self._write_plain(folder / "plain.db")

    def _person(self, number: int) -> dict[str, Any]:
        draw = self.draw
        return {
            "uid": f"{draw.getrandbits(80):020x}", "name": f"王小明{number % 999}",
            "relation": "HEAD", "birth": f"{1935 + draw.randrange(85)}-07-11",
            "phone": self.phone(), "status": "living",
        }  # fmt: skip

    def phone(self) -> str:
        return f"1390000{self.draw.randrange(10_000):04d}"

    def _write_plain(self, path: Path) -> None:
        names = ("uid", *FIELDS)
        with sqlite3.connect(path) as plain:
            columns = ", ".join(f'"{name}"' for name in FIELDS)
            plain.execute(f"CREATE TABLE residents (uid TEXT PRIMARY KEY, {columns})")
            marks = ", ".join("?" * len(names))
            plain.executemany(
                f"INSERT INTO residents VALUES ({marks})",
                [tuple(person.get(name) for name in names) for person in self.people],
            )
        plain.close()

    def edits(self, count: int) -> list[Edit]:
        """Each resident once; ten times as many edits go round ten times."""
        return [Edit(self.people[n % RESIDENTS]["uid"], self.phone()) for n in range(count)]


def edit_store(store: Store, edits: list[Edit], per_change: int) -> None:
    for start in range(0, len(edits), per_change):
        with store.change("更正电话") as change:
            for edit in edits[start : start + per_change]:
                change.set("residents", edit.uid, phone=edit.phone)


def edit_plain(connection: Any, edits: list[Edit]) -> None:
    connection.executemany(
        "UPDATE residents SET phone = ? WHERE uid = ?", [(e.phone, e.uid) for e in edits]
    )


def take_in(profile: Path, package: Path) -> None:
    """The receiving side in a process of its own, so that its memory can be seen."""
    store = open_profile(profile, PASSPHRASE)
    taken = timed(lambda: inbox.take_in(store, [package]))
    store.close()
    print(json.dumps([taken.cpu, taken.wall, peak_mib()]))


def peak_mib() -> float:
    """The most memory this process has held; getrusage would count its parent's as well."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@dataclass(frozen=True)
class Carried:
    """A way of carrying the edits: writing and applying them, bytes on the stick, peak MiB."""

    write: Taken
    apply: Taken
    size: int
    peak: float = 0.0


def carry_ours(roster: Roster, edits: list[Edit], per_change: int) -> Carried:
    one, two = roster.folder / "one.work", roster.folder / "two.work"
    for source, copy in ((roster.folder / "one", one), (roster.folder / "two", two)):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy)
    sender = open_profile(one, PASSPHRASE)
    edit_store(sender, edits, per_change)
    package = roster.folder / "edits.jlpkg"
    write = timed(lambda: export(sender, "2号机", package))
    sender.close()
    runs, peaks = [], []
    for _ in range(RUNS):
        copy = roster.folder / "two.run"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(two, copy)
        done = subprocess.run(
            [sys.executable, __file__, "--take", copy, package], check=True, capture_output=True,
            text=True,
        )  # fmt: skip
        cpu, wall, peak = json.loads(done.stdout)
        runs.append(Taken(cpu, wall))
        peaks.append(peak)
    return Carried(write, middle(runs), package.stat().st_size, max(peaks))


def carry_geodiff(roster: Roster, edits: list[Edit]) -> Carried:
    engine = pygeodiff.GeoDiff()
    base, edited, there = (roster.folder / f"{name}.db" for name in ("plain", "edited", "there"))
    shutil.copy(base, edited)
    with sqlite3.connect(edited) as connection:
        edit_plain(connection, edits)
    connection.close()
    changeset = roster.folder / "geodiff.changeset"
    changeset.unlink(missing_ok=True)
    write = timed(lambda: engine.create_changeset(str(base), str(edited), str(changeset)))
    runs = []
    for _ in range(RUNS):
        shutil.copy(base, there)
        runs.append(timed(lambda: engine.apply_changeset(str(there), str(changeset))))
    engine.shutdown()
    return Carried(write, middle(runs), len(gzip.compress(changeset.read_bytes(), 6)))


def carry_session(roster: Roster, edits: list[Edit]) -> Carried:
    base, edited, there = (roster.folder / f"{name}.db" for name in ("plain", "edited", "there"))
    shutil.copy(base, edited)
    connection = apsw.Connection(str(edited))
    session = apsw.Session(connection, "main")
    session.attach("residents")
    found: list[bytes] = []

    def record() -> None:
        with connection:
            edit_plain(connection, edits)
        found.append(session.changeset())

    write = timed(record)
    session.close()
    connection.close()
    runs = []
    for _ in range(RUNS):
        shutil.copy(base, there)
        target = apsw.Connection(str(there))

        def put(target: Any = target) -> None:
            with target:
                apsw.Changeset.apply(found[0], target)

        runs.append(timed(put))
        target.close()
    return Carried(write, middle(runs), len(gzip.compress(found[0], 6)))


def tell(name: str, carried: Carried, edits: int) -> None:
    peak = f", peak {carried.peak:.0f} MiB" if carried.peak else ""
    print(
        f"{name:14} written in {carried.write.cpu:6.2f} s (wall {carried.write.wall:6.2f}),"
        f" applied in {carried.apply.cpu:6.2f} s (wall {carried.apply.wall:6.2f}):"
        f" {edits / carried.apply.cpu:9,.0f} changes/s,"
        f" {carried.size / edits:5.1f} bytes an edit{peak}"
    )


def measure(folder: Path, count: int, per_change: int, large: int) -> None:
    roster = Roster(folder)
    roster.first.close()
    roster.second.close()
    edits = roster.edits(count)
    print(f"{count:,} edits, {per_change:,} in one action, on {RESIDENTS:,} residents")
    ours = carry_ours(roster, edits, per_change)
    tell("ours", ours, count)
    geodiff = carry_geodiff(roster, edits)
    tell("geodiff", geodiff, count)
    session = carry_session(roster, edits)
    tell("session", session, count)
    speed = geodiff.apply.cpu / ours.apply.cpu
    print(
        f"of geodiff's changes per second {speed:.0%} (goal 50 %),"
        f" by the wall {geodiff.apply.wall / ours.apply.wall:.0%};"
        f" of the session extension's {session.apply.cpu / ours.apply.cpu:.0%}"
    )
    print(f"package to gzip'd geodiff changeset {ours.size / geodiff.size:.2f} (goal 1.5)")
    if large:
        more = carry_ours(roster, roster.edits(large), per_change)
        tell(f"ours {large:,}", more, large)
        print(
            f"{large / count:.0f} times the edits take {more.apply.cpu / ours.apply.cpu:.1f} times"
            f" as long and {more.peak / ours.peak:.2f} times the memory"
        )


def main() -> None:
    keyfile.calibrate = lambda: keyfile.Cost(64, 1)
    keyfile.LEAST_MEMORY_KIB = 8
    if sys.argv[1:2] == ["--take"]:
        take_in(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    options = argparse.ArgumentParser()
    options.add_argument("--edits", type=int, default=100_000)
    options.add_argument("--per-change", type=int, default=10_000)
    options.add_argument("--large", type=int, default=0)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.edits, given.per_change, given.large)


if __name__ == "__main__":
    main()
