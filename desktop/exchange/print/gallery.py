"""Draws every paper with ordinary, extreme, rare and empty data, for people and tests to look at.

The offices are made up, encrypted in a folder that is removed at the end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop import clock
from desktop.exchange.print import documents
from desktop.exchange.print.gallery_office import FLAVOURS, Sample, fill
from desktop.exchange.print.page import Printed
from desktop.models.brief import draft_brief
from desktop.models.month import month_report
from desktop.models.profile import create_profile, office, recovery_key
from desktop.models.store import Store
from desktop.models.words import LABELS
from desktop.progress import Progress, no_progress

Draw = Callable[[Store, Path, Sample], Printed]


@dataclass(frozen=True, slots=True)
class Picture:
    """One paper of the gallery: the part of its file's name, and how it is drawn."""

    name: str
    draw: Draw
    needs_entries: bool = False  # an empty office has nothing to print it from


@dataclass(frozen=True, slots=True)
class Hung:
    """One file of the gallery."""

    path: Path
    pages: int


def _forms(variant: str, *, two_up: bool = False) -> Draw:
    def draw(store: Store, target: Path, sample: Sample) -> Printed:
        homes = sample.homes[: sample.flavour.forms]
        return documents.print_forms(store, target, homes, variant=variant, two_up=two_up)

    return draw


def _month(store: Store, target: Path, _sample: Sample) -> Printed:
    return documents.print_month(store, target, month_report(store, _this_month()))


def _brief(store: Store, target: Path, _sample: Sample) -> Printed:
    return documents.print_brief(store, target, draft_brief(store, _this_month()))


def _this_month() -> str:
    return f"{clock.today():%Y-%m}"


def _recovery(store: Store, target: Path, sample: Sample) -> Printed:
    return documents.print_recovery(
        target, office(store).name, sample.flavour.user, recovery_key(store)
    )


def _list(kind: str) -> Draw:
    return lambda store, target, _: documents.print_items(store, target, kind)


def _retention(store: Store, target: Path, _sample: Sample) -> Printed:
    return documents.print_retention(store, target)


def _notice(store: Store, target: Path, sample: Sample) -> Printed:
    title, text = f"{sample.flavour.estate}困难家庭帮扶名单公示", sample.flavour.text
    return documents.print_notice(store, target, title, sample.homes[:40], body=text)


def _sign(store: Store, target: Path, sample: Sample) -> Printed:
    return documents.print_door_sign(store, target, sample.building, own_phones=True)


def _receipt(store: Store, target: Path, _sample: Sample) -> Printed:
    office_name = office(store).name
    receipt = documents.Receipt(
        "数据包交接单（交出）", "4f7k" * 8, "新增的更改", f"{office_name}1号机",
        f"{office_name}2号机", "2026-06-15T09:30:00", "1208项更改，52314字节", "已发出",
    )  # fmt: skip
    return documents.print_receipt(store, target, receipt)


def _conflicts(store: Store, target: Path, sample: Sample) -> Printed:
    people = sample.flavour.people
    asked = [
        documents.Question(
            f"居民：{name}（{sample.flavour.estate}3栋）", field,
            ((name, f"{sample.flavour.user}，1号机，2026-06-15 09:30"),
             (sample.flavour.text[:160], "小陈，2号机，2026-06-15 09:31")),
        )
        for name in people for field in ("姓名", "电话", "备注")
    ]  # fmt: skip
    return documents.print_conflicts(store, target, asked)


PICTURES = (
    Picture("form-street", _forms("street")),
    Picture("form-office", _forms("office")),
    Picture("form-a5", _forms("street", two_up=True)),
    Picture("stairs", lambda s, t, x: documents.print_stairs(s, t, x.homes)),
    Picture("missed", lambda s, t, x: documents.print_missed(s, t, x.homes[: x.flavour.forms])),
    Picture("log", lambda s, t, _: documents.print_log(s, t, clock.today())),
    *(Picture(f"list-{kind}", _list(kind)) for kind in LABELS["item_kind"]),
    Picture("chiefs", lambda s, t, _: documents.print_chiefs(s, t)),
    Picture("chief-copy", lambda s, t, x: documents.print_chief_copy(s, t, x.building)),
    Picture("ledger", lambda s, t, _: documents.print_ledger(s, t)),
    Picture("order", lambda s, t, x: documents.print_order(s, t, x.entry), needs_entries=True),
    Picture("intake", lambda s, t, x: documents.print_intake(s, t, x.dispute), needs_entries=True),
    Picture("month", _month),
    Picture("brief", _brief),
    Picture("elevation", lambda s, t, x: documents.print_elevation(s, t, x.building)),
    Picture("held", lambda s, t, x: documents.print_held(s, t, x.resident)),
    Picture("door-sign", _sign),
    Picture("notice", _notice),
    Picture("retention", _retention),
    Picture("receipt", _receipt),
    Picture("conflicts", _conflicts),
    Picture("recovery", _recovery),
)


def draw_gallery(folder: Path, *, progress: Progress = no_progress) -> list[Hung]:
    """Write `paper-data.pdf` for each paper and kind of data; returns what was drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    hung: list[Hung] = []
    total = len(FLAVOURS) * len(PICTURES)
    with tempfile.TemporaryDirectory(prefix="jinlin-gallery-") as aside:
        for flavour in FLAVOURS:
            store = create_profile(
                Path(aside) / flavour.name, passphrase=clock.new_uid(), office=flavour.office,
                level="community", user=flavour.user,
            )  # fmt: skip
            try:
                sample = fill(store, flavour)
                for picture in PICTURES:
                    progress(len(hung), total, f"绘制{picture.name}-{flavour.name}")
                    if picture.needs_entries and not sample.entry:
                        continue
                    path = folder / f"{picture.name}-{flavour.name}.pdf"
                    hung.append(Hung(path, picture.draw(store, path, sample).pages))
            finally:
                store.close()
    progress(total, total, "绘制完成")
    return hung
