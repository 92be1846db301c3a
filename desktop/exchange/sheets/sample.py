"""Writes sample inputs as offices have them: a tidy roster, messy ones, csv files, a visit book."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import timedelta
from io import StringIO
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from desktop import clock
from desktop.exchange.sheets.sample_people import FakeHome, FakePerson, invent
from desktop.exchange.sheets.write import new_book, save, table_sheet
from desktop.files import whole_file, write_errors

_TIDY = ("小区", "小区类型", "楼栋", "单元", "房号", "姓名", "与户主关系", "性别", "出生日期",
         "联系电话", "人员类别", "房屋性质", "人户状态", "备注")  # fmt: skip
_CSV = ("序号", "小区", "小区类型", "住址", "姓名", "与户主关系", "性别", "出生年月", "手机号码",
        "人员类别", "居住情况")  # fmt: skip
_VISITS = (
    "小区",
    "楼栋",
    "单元",
    "房号",
    "户主",
    "走访日期",
    "开始时间",
    "结束时间",
    "走访人",
    "走访方式",
    "走访结果",
    "见面人",
    "需求",
    "资源",
    "民情",
    "现场答复",
    "承诺",
    "承诺期限",
    "下次走访日期",
    "备注",
)
_WALKERS = ("林书记", "陈小样", "黄示例")
_NEEDS = ("楼道灯不亮", "想请人陪同去医院", "下水道堵塞", "希望加装扶手")
_RESOURCES = ("会修家电", "周末可以教书法", "可提供活动室")
_SITUATIONS = ("反映夜间停车占道", "建议增加晾衣架", "邻里因噪声有意见")


def write_sample(folder: Path, *, households: int = 300, seed: int = 1) -> list[Path]:
    """Write the files; importing all rosters gives exactly this many households."""
    with write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    homes = invent(households, seed)
    tidy, messy, lane, dorm = homes.values()
    paths = [folder / name for name in (
        "花名册-瑞景公园-整齐.xlsx", "花名册-莲福新村-凌乱.xlsx", "花名册-老城片区-GBK.csv",
        "花名册-邮电宿舍-UTF8.csv", "走访记录.xlsx",
    )]  # fmt: skip
    _write_tidy(paths[0], tidy)
    _write_messy(paths[1], messy)
    _write_csv(paths[2], lane, "gbk")
    _write_csv(paths[3], dorm, "utf-8-sig")
    _write_visits(paths[4], [h for part in homes.values() for h in part], Random(seed + 1))
    return paths


def _people(home: FakeHome) -> Sequence[FakePerson]:
    return home.people or (FakePerson("空置", "", "", "", "", ""),)


def _write_tidy(path: Path, homes: Sequence[FakeHome]) -> None:
    def rows() -> Iterable[list[Any]]:
        for h in homes:
            for p in _people(h):
                yield [h.estate, h.kind, h.building, h.unit, h.room, p.name, p.relation, p.sex,
                       p.birth, p.phone, "、".join(p.tags), h.use, h.state, None]  # fmt: skip

    with new_book(path) as book:
        table_sheet(book, "花名册", _TIDY, rows(), [14.0] * len(_TIDY))


def _write_messy(path: Path, homes: Sequence[FakeHome]) -> None:
    """Title rows, a header of two rows, merged doors, households by order, a sheet a building."""
    book = Workbook()
    total = book.active
    assert total is not None
    total.title = "汇总"
    total.append(["楼栋", "户数", "人数"])
    for building, group in groupby(homes, key=lambda h: h.building):
        listed = list(group)
        people = sum(len(h.people) for h in listed)
        total.append([building, len(listed), people])
        _messy_sheet(book.create_sheet(building), building, listed, people)
    book.create_sheet("Sheet9")
    save(book, path)


def _messy_sheet(sheet: Any, building: str, homes: Sequence[FakeHome], people: int) -> None:
    columns = ("序号", "小区类型", "单元", "房号", "姓名", "关系", "性别", "出生年月", "身份证号",
               "联系电话", "民族", "人员类别", "居住情况", "备注")  # fmt: skip
    sheet.append([f"莲心社区莲福新村{building}住户花名册"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet["A1"].font = Font(size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append(["填报单位：莲心社区", *[None] * 10, "填报日期：2026年5月"])
    sheet.append(["序号", "小区类型", "住址", None, "家庭成员", None, None, None, "身份证号",
                  "联系电话", "民族", "人员类别", "居住情况", "备注"])  # fmt: skip
    sheet.append([None, None, *columns[2:8]])
    for area in ("A3:A4", "B3:B4", "C3:D3", "E3:H3", *(f"{c}3:{c}4" for c in "IJKLMN")):
        sheet.merge_cells(area)
    bottom = 4
    for number, home in enumerate(homes, 1):
        top = bottom + 1
        for place, p in enumerate(_people(home)):
            first = place == 0
            sheet.append([
                number if first else None, home.kind if first else None,
                f"{home.unit}单元" if first else None, home.room if first else None,
                _spaced(p.name, number), p.relation, p.sex, p.birth[:7].replace("-", "."),
                p.id_number, p.phone, "汉" if p.birth else None, "，".join(p.tags),
                home.use if first else None, "长期在外" if first and number % 17 == 0 else None,
            ])  # fmt: skip
        bottom += len(_people(home))
        if bottom > top:
            for letter in "ABCDM":
                sheet.merge_cells(f"{letter}{top}:{letter}{bottom}")
        if number % 20 == 0:
            sheet.append([])
            bottom += 1
    sheet.append(["合计", None, f"{len(homes)}户", f"{people}人"])
    sheet.append(["制表人：陈小样", None, None, None, "审核人：林书记"])


def _spaced(name: str, number: int) -> str:
    """Some clerks type two-character names with a gap."""
    return f"{name[0]} {name[1]}" if len(name) == 2 and number % 3 == 0 and name != "空置" else name


def _write_csv(path: Path, homes: Sequence[FakeHome], encoding: str) -> None:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_CSV)
    number = 0
    for h in homes:
        for p in _people(h):
            number += 1
            writer.writerow(
                [
                    number,
                    h.estate,
                    h.kind,
                    h.door,
                    p.name,
                    p.relation,
                    p.sex,
                    p.birth.replace("-", "/"),
                    p.phone,
                    ";".join(p.tags),
                    h.use,
                ]
            )
    with whole_file(path) as file:
        file.write(text.getvalue().encode(encoding, "replace"))


def _write_visits(path: Path, homes: Sequence[FakeHome], random: Random) -> None:
    today = clock.today()

    def rows() -> Iterable[list[Any]]:
        for h in homes:
            if random.random() > 0.35:
                continue
            day = today - timedelta(days=random.randint(0, 55))
            outcome = (
                "空置"
                if not h.people
                else random.choice(
                    ("见面", "见面", "见面", "见面", "代答", "家中无人", "拒访", "改约")
                )
            )
            reached = outcome in ("见面", "代答")
            start = random.choice((9, 10, 15, 19))
            person = random.choice(h.people).name if h.people and reached else None
            ask = reached and random.random() < 0.25
            promise = "帮忙联系物业处理" if ask and random.random() < 0.5 else None
            yield [
                h.estate, f"{h.lane}{h.building}", h.unit, h.room, h.head or None,
                day.isoformat(), f"{start:02d}:00", f"{start:02d}:20", random.choice(_WALKERS),
                "电话" if reached and random.random() < 0.15 else "入户", outcome, person,
                random.choice(_NEEDS) if ask else None,
                random.choice(_RESOURCES) if reached and random.random() < 0.08 else None,
                random.choice(_SITUATIONS) if reached and random.random() < 0.12 else None,
                "当场解释" if ask else None, promise,
                (day + timedelta(days=14)).isoformat() if promise else None,
                (day + timedelta(days=3)).isoformat() if outcome == "改约" else None, None,
            ]  # fmt: skip

    with new_book(path) as book:
        table_sheet(book, "走访记录", _VISITS, rows(), [12.0] * len(_VISITS))
