"""How fast are the due list and the monthly report? Against bare SQL over the same tables.

    .venv/bin/python benchmarks/due_and_month.py [--households N] [--visits N] [--days N]
One community is built once, then measured in the same run on the same connection:
  - the due list of all doors (three visits each over the last 400 days), against one bare scan of
    the same four tables, every row handed to Python;
  - the whole monthly report, against one GROUP BY over the same visits; and the report over a
    quarter of the visits, because it has to grow with them in a straight line.
Seconds are those this process worked; others on the machine do not count.
Goals: 5 times the scan, 4 times the GROUP BY. Acceptance sizes: 100,000 households, 1,000,000
visits. `--days 31` (default) puts every visit into the reported month, `--days 365` spreads them.

The tables are a cache of the change log; here they are filled directly, without a log behind them.
Only a benchmark may do that: it measures reading.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from desktop.models import due, keyfile, month
from desktop.models.profile import create_profile
from desktop.models.store import Store

LAST = date(2026, 5, 31)
TAGS = ("elder_alone", "empty_nest", "disability", "minimum_living", "veteran", "newcomer")
OUTCOMES = ("met",) * 11 + ("proxy",) * 2 + ("not_home",) * 5 + ("refused", "rebooked")
MODES = ("door",) * 7 + ("phone", "stair", "office")
DOORS_A_BUILDING, DOORS_A_FLOOR = 200, 8
DUE_SCAN = (
    "SELECT uid, building, unit, floor, room, type_of_use, residency_state FROM live_households",
    "SELECT uid, household, name, relation, birth FROM live_residents",
    "SELECT resident, tag, since, until FROM live_care_tags",
    "SELECT uid, household, happened_on, outcome, mode, next_on FROM live_visits",
)
MONTH_GROUP_BY = (
    "SELECT outcome, mode, count(*), count(DISTINCT household) FROM live_visits"
    " GROUP BY outcome, mode"
)


class Community:
    """Fills one store with doors, people and visits of a given size."""

    def __init__(self, store: Store, households: int, seed: int = 1) -> None:
        self.store = store
        self.random = Random(seed)
        with store.change("新增小区") as change:
            estate = change.create("estates", name="瑞景公园", kind="high_end")
        self.born = store.value("SELECT max(id) FROM changes")
        count = -(-households // DOORS_A_BUILDING)
        self.buildings = self.uids(count)
        self.fill(
            "buildings", ("estate", "name", "word", "floors", "units"),
            ((uid, estate, str(n), "栋", 25, 2) for n, uid in enumerate(self.buildings, 1)),
        )  # fmt: skip
        self.homes = self.uids(households)
        self.fill(
            "households",
            ("building", "unit", "floor", "room", "door_raw", "type_of_use", "residency_state"),
            self.doors(),
        )
        self.add_people()

    def uids(self, count: int) -> list[str]:
        return [f"{self.random.getrandbits(80):020x}" for _ in range(count)]

    def fill(self, table: str, fields: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
        """Rows are (uid, field values …); in key order, which is how a table is written fastest."""
        names = ", ".join(f'"{name}"' for name in ("uid", *fields))
        marks = ", ".join("?" * (len(fields) + 1))
        with self.store.local() as conn:
            conn.executemany(
                f'INSERT INTO "{table}" (born, {names}) VALUES ({self.born}, {marks})',
                sorted(rows, key=lambda row: str(row[0])),
            )

    def doors(self) -> Iterator[tuple[object, ...]]:
        uses = ("owner_occupied",) * 7 + ("rented",) * 2 + ("vacant",)
        for number, uid in enumerate(self.homes):
            floor, place = divmod(number % DOORS_A_BUILDING, DOORS_A_FLOOR)
            unit, room = ("1", "2")[place // 4], f"{floor + 1}0{place % 4 + 1}"
            building = self.buildings[number // DOORS_A_BUILDING]
            use = self.random.choice(uses)
            yield (uid, building, unit, floor + 1, room, room, use, "matches")

    def add_people(self) -> None:
        people, tags = [], []
        for home in self.homes:
            for n in range(self.random.choice((1, 2, 2, 3, 4))):
                uid = f"{self.random.getrandbits(80):020x}"
                birth = f"{1935 + self.random.randrange(85)}-{self.random.randrange(1, 13):02d}-11"
                name = f"王小明{self.random.randrange(999)}"
                people.append((uid, home, name, "SON" if n else "HEAD", birth, "living"))
                if self.random.random() < 0.06:
                    tags.append((uid, self.random.choice(TAGS)))
        self.fill("residents", ("household", "name", "relation", "birth", "status"), people)
        rows = zip(self.uids(len(tags)), tags, strict=True)
        self.fill(
            "care_tags",
            ("resident", "tag", "since"),
            ((uid, *tag, "2025-01-01") for uid, tag in rows),
        )

    def forget_visits(self) -> None:
        with self.store.local() as conn:
            conn.execute("DELETE FROM visits")

    def add_visits(self, count: int, days: int) -> None:
        """Visits on random days up to the last one of the month."""
        walkers = ("林书记", "林书记、陈干事", "王楼长", "")
        draw = self.random
        self.fill(
            "visits",
            ("household", "happened_on", "started", "ended", "recorded_on", "walkers", "mode",
             "outcome"),
            (
                (uid, draw.choice(self.homes), day := _day(draw.randrange(days)), "19:00", "19:25",
                 day, draw.choice(walkers), draw.choice(MODES), draw.choice(OUTCOMES))
                for uid in self.uids(count)
            ),
        )  # fmt: skip


def _day(back: int) -> str:
    return (LAST - timedelta(days=back)).isoformat()


def timed(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the middle one of some runs, after one that warms the caches."""
    work()
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def measure_due(store: Store) -> None:
    scan = timed(lambda: [store.rows(statement) for statement in DUE_SCAN])
    listed = len(due.due_list(store, LAST))
    taken = timed(lambda: due.due_list(store, LAST))
    doors = store.value("SELECT count(*) FROM live_households")
    print(f"due list    {taken:7.2f} s, {listed} of {doors} doors due")
    print(f"bare scan   {scan:7.2f} s, the rows of the same four tables")
    print(f"ratio due list to bare scan {taken / scan:.2f} (goal 5)")


def measure_month(store: Store, days: int) -> float:
    """Seconds of the report; what does not grow with the visits (the roster) is in them too."""
    visits = store.value("SELECT count(*) FROM live_visits")
    taken = timed(lambda: month.month_report(store, f"{LAST:%Y-%m}"))
    print(f"month       {taken:7.2f} s over {visits} visits of {days} days")
    return taken


def compare_month(store: Store, taken: float) -> None:
    bare = timed(lambda: store.rows(MONTH_GROUP_BY))
    print(f"GROUP BY    {bare:7.2f} s over the same visits")
    print(f"ratio month to GROUP BY {taken / bare:.2f} (goal 4)")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--households", type=int, default=20_000)
    options.add_argument("--visits", type=int, default=400_000)
    options.add_argument("--days", type=int, default=31)
    given = options.parse_args()
    keyfile.calibrate = lambda: keyfile.Cost(64, 1)
    keyfile.LEAST_MEMORY_KIB = 8
    with tempfile.TemporaryDirectory() as folder:
        store = create_profile(
            Path(folder) / "profile", passphrase="benchmark-only", office="莲心社区",
            level="community", user="林书记",
        )  # fmt: skip
        started = time.perf_counter()
        community = Community(store, given.households)
        community.add_visits(3 * given.households, 400)
        print(f"filled in {time.perf_counter() - started:.0f} s")
        measure_due(store)
        community.forget_visits()
        quarter = given.visits // 4
        community.add_visits(quarter, given.days)
        small = measure_month(store, given.days)
        community.add_visits(given.visits - quarter, given.days)
        large = measure_month(store, given.days)
        compare_month(store, large)
        print(f"four times the visits take {large / small:.2f} times as long (4 = linear)")
        store.close()


if __name__ == "__main__":
    main()
