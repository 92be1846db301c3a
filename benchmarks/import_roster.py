"""How long does a whole roster import take, against only reading the same workbook?

Read, parse, plan, write, log and search index of one xlsx (12 columns) into an empty profile, and
in the same run the bare reads by openpyxl (the ratio that counts: below 1.0) and by calamine.

    python benchmarks/import_roster.py [--people 20000]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine

from desktop.exchange.sheets.importing import apply_plan, plan_import
from desktop.exchange.sheets.sample_people import invent
from desktop.exchange.sheets.write import new_book, table_sheet
from desktop.models.profile import create_profile

HEADERS = ("小区", "楼栋", "单元", "房号", "姓名", "与户主关系", "性别", "出生日期", "身份证号",
           "联系电话", "人员类别", "房屋性质")  # fmt: skip


def rows(people: int) -> Iterator[list[Any]]:
    left = people
    for homes in invent(people, seed=3).values():
        for home in homes:
            for p in home.people:
                if not left:
                    return
                left -= 1
                yield [home.estate, home.lane + home.building, home.unit, home.room, p.name,
                       p.relation, p.sex, p.birth, p.id_number, p.phone, "、".join(p.tags),
                       home.use]  # fmt: skip


def write(path: Path, people: int) -> None:
    with new_book(path) as book:
        table_sheet(book, "花名册", HEADERS, rows(people))


def timed(words: str, work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    print(f"{words:<28} {seconds:8.2f} s", flush=True)
    return seconds, result


def read_openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return count


def read_calamine(path: Path) -> int:
    return len(python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python())


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=20_000)
    people = options.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "花名册.xlsx"
        write(path, people)
        store = create_profile(
            Path(folder) / "profile", passphrase="benchmark-only", office="莲心社区",
            level="community", user="林书记",
        )  # fmt: skip
        planning, plan = timed("plan (read, parse, compare)", lambda: plan_import(store, [path]))
        counts = plan.residents
        applying, _ = timed("apply (write, log, index)", lambda: apply_plan(store, plan))
        store.close()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        # the parser's process has ended before this one grows large
        parser = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        by_openpyxl, _ = timed("openpyxl, bare read", lambda: read_openpyxl(path))
        by_calamine, _ = timed("calamine, bare read", lambda: read_calamine(path))
    total = planning + applying
    print(f"{counts.new} people: {total:.2f} s = {total / by_openpyxl:.2f} × openpyxl's read")
    print(f"{total / by_calamine:.1f} × calamine's read; peak memory {peak:.0f} MiB,")
    print(f"of the parser's own process {parser:.0f} MiB")


if __name__ == "__main__":
    main()
