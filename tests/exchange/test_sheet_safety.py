"""Files that are broken, hostile or huge end in one sentence, quickly and without eating memory."""

from __future__ import annotations

import random
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.comments import Comment
from openpyxl.styles import Font

from desktop.errors import UserError
from desktop.exchange.sheets import safety
from desktop.exchange.sheets.faults import (
    DamagedSheet,
    NeedsPassword,
    NotASheet,
    Suspicious,
    TooLarge,
    WrongPassword,
)
from desktop.exchange.sheets.importing import plan_import
from desktop.exchange.sheets.read import read_book
from desktop.files import FileUnreadable
from desktop.models.store import Store
from tests.exchange.sheet_files import TIDY, csv_text, ods, people, take, xls, xlsb, xlsx

FILES = Path(__file__).parent / "files"


def _with_part(source: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a zip file with one part changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return target


SHEET = "xl/worksheets/sheet1.xml"


def test_a_cell_that_inflates_to_hundreds_of_megabytes_is_refused(tmp_path: Path) -> None:
    bomb = _with_part(
        xlsx(tmp_path / "a.xlsx"),
        tmp_path / "bomb.xlsx",
        SHEET,
        lambda data: data.replace(
            b"</sheetData>", b"<!--" + b"a" * 60_000_000 + b"--></sheetData>"
        ),
    )
    assert bomb.stat().st_size < 200_000
    with pytest.raises(TooLarge):
        read_book(bomb)


def test_two_cells_in_far_corners_are_refused(tmp_path: Path) -> None:
    far = _with_part(
        xlsx(tmp_path / "a.xlsx"),
        tmp_path / "far.xlsx",
        SHEET,
        lambda data: data.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
    )
    with pytest.raises(TooLarge):
        read_book(far)


def test_a_wide_row_of_empty_formatted_cells_is_harmless(tmp_path: Path) -> None:
    wide = _with_part(
        xlsx(tmp_path / "a.xlsx"), tmp_path / "wide.xlsx", SHEET,
        lambda data: data.replace(
            b"</sheetData>", b'<row r="900000"><c r="XFD900000" s="0"/></row></sheetData>'
        ),
    )  # fmt: skip
    assert len(read_book(wide).sheets[0].rows) == len(TIDY)


def test_entity_definitions_are_refused(tmp_path: Path) -> None:
    evil = _with_part(
        xlsx(tmp_path / "a.xlsx"), tmp_path / "evil.xlsx", SHEET,
        lambda data: data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1),
    )  # fmt: skip
    with pytest.raises(Suspicious):
        read_book(evil)
    xml = tmp_path / "evil.xls"
    xml.write_text(
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&a;</Workbook>'
    )
    with pytest.raises(Suspicious):
        read_book(xml)


def test_a_zip_member_that_lies_about_its_size_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "MAX_MEMBER", 4000)
    source = xlsx(tmp_path / "a.xlsx").read_bytes()
    with zipfile.ZipFile(BytesIO(source)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    assert max(sizes.values()) > 4000
    with pytest.raises(TooLarge):
        safety.check_zip(source, "a.xlsx")


def test_things_that_are_no_sheets_say_so(tmp_path: Path) -> None:
    archive = tmp_path / "b.xlsx"
    with zipfile.ZipFile(archive, "w") as empty:
        empty.writestr("word/document.xml", "<x/>")
    contents = {
        "a.xlsx": b"", "c.xls": b"%PDF-1.7 ...", "d.csv": bytes(range(256)) * 20,
        "e.xls": b"\x89PNG\r\n\x1a\n" + bytes(200),
    }  # fmt: skip
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    for name in [*contents, "b.xlsx"]:
        with pytest.raises(UserError):
            read_book(tmp_path / name)
    with pytest.raises(NotASheet):
        read_book(archive)
    with pytest.raises(FileUnreadable):
        read_book(tmp_path / "missing.xlsx")


def test_a_protected_file_asks_for_its_password(store: Store, tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "plain.xlsx")
    with plain.open("rb") as source, (tmp_path / "secret.xlsx").open("wb") as target:
        OOXMLFile(source).encrypt("lianxin", target)
    secret = tmp_path / "secret.xlsx"
    with pytest.raises(NeedsPassword):
        read_book(secret)
    with pytest.raises(WrongPassword):
        read_book(secret, "falsch")
    take(store, secret, password="lianxin")
    assert len(people(store)) == 2


def test_formula_text_stays_text_and_links_are_not_followed(tmp_path: Path) -> None:
    rows = (*TIDY, ("瑞景公园", "3栋", "2", "502", '=HYPERLINK("http://example.invalid")'))
    sheet = read_book(xlsx(tmp_path / "a.xlsx", rows)).sheets[0]
    assert sheet.rows[3][4] in ("", None)
    (tmp_path / "b.csv").write_text(csv_text((*TIDY, ("=1+1",))), "utf-8")
    assert read_book(tmp_path / "b.csv").sheets[0].rows[3] == ["=1+1"]


def _mutated(data: bytes, source: random.Random) -> bytes:
    """Truncated, flipped, spliced; of a zip now and then one part inside, packed well again."""
    if data.startswith(b"PK") and source.random() < 0.7:
        packed = BytesIO()
        with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
            names = old.namelist()
            victim = source.choice(names)
            for name in names:
                part = old.read(name)
                new.writestr(name, _spoiled(part, source) if name == victim else part)
        return packed.getvalue()
    return _spoiled(data, source)


def _spoiled(data: bytes, source: random.Random) -> bytes:
    kind = source.randrange(4)
    at = source.randrange(1, len(data))
    if kind == 0:
        return data[:at]
    if kind == 1:
        flipped = bytearray(data)
        for _ in range(source.randint(1, 12)):
            flipped[source.randrange(len(data))] ^= 1 << source.randrange(8)
        return bytes(flipped)
    if kind == 2:
        other = source.randrange(1, len(data))
        return data[:at] + data[other:]
    return data[:at] + source.randbytes(source.randint(1, 400)) + data[at:]


def _touch(sheet: Any) -> None:
    sheet["E2"].comment = Comment("已搬走", "陈小样")
    sheet["E3"].font = Font(strike=True)
    sheet.row_dimensions[3].hidden = True


def _seeds(folder: Path) -> list[bytes]:
    html = "<html><table>" + "".join(
        "<tr>" + "".join(f"<td>{v}</td>" for v in row) + "</tr>" for row in TIDY
    )  # fmt: skip
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="1"><Table>'
        + "".join(
            "<Row>" + "".join(f"<Cell><Data>{v}</Data></Cell>" for v in row) + "</Row>"
            for row in TIDY
        )
        + "</Table></Worksheet></Workbook>"
    )
    return [
        xlsx(folder / "a.xlsx", merge=("A2:A3",), touch=_touch).read_bytes(),
        xls(folder / "a.xls").read_bytes(), ods(folder / "a.ods").read_bytes(),
        xlsb(folder / "a.xlsb").read_bytes(), csv_text(TIDY).encode("gbk"), html.encode(),
        xml.encode(), (FILES / "protected.xls").read_bytes(),
    ]  # fmt: skip


def _endure(store: Store, folder: Path, count: int, seed: int) -> None:
    source = random.Random(seed)
    seeds = _seeds(folder)
    plans, slowest = 0, 0.0
    for number in range(count):
        file = folder / f"{number}.xls"
        file.write_bytes(_mutated(source.choice(seeds), source))
        started = time.monotonic()
        with suppress(UserError):  # everything else would be a bug
            plan_import(store, [file])
            plans += 1
        slowest = max(slowest, time.monotonic() - started)
        file.unlink()
    print(f"{count} files, {plans} plans, slowest {slowest:.1f} s")
    assert slowest < 10
    assert count / 10 < plans < count * 9 / 10  # both ends were tried


def test_mutated_files_end_in_a_plan_or_in_one_sentence(store: Store, tmp_path: Path) -> None:
    _endure(store, tmp_path, 60, seed=1)


@pytest.mark.long
def test_thousands_of_mutated_files(store: Store, tmp_path: Path) -> None:
    _endure(store, tmp_path, 5000, seed=2)


def test_a_damaged_workbook_is_told_apart_from_no_workbook(tmp_path: Path) -> None:
    data = xlsx(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "b.xlsx").write_bytes(data[: len(data) // 2])
    with pytest.raises(DamagedSheet):
        read_book(tmp_path / "b.xlsx")


def test_repeated_rows_of_an_ods_that_blow_up_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        read_book(ods(tmp_path / "a.ods", repeat=1_000_000))
