"""The lists gathered at the door: 需求清单, 资源清单, 民情清单, 项目清单."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from desktop import clock
from desktop.errors import BadValue
from desktop.exchange.print import audience
from desktop.exchange.print.page import A4_LANDSCAPE, MM, Printed, Sheet
from desktop.exchange.print.table import Column, Group, TablePaper, print_tables
from desktop.models import items, places, residents
from desktop.models.items import Item
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.templates import Part, Template, template
from desktop.models.words import LABELS, label
from desktop.progress import Progress, no_progress

# what people say about neighbours and officials is listed by building, never by door (domain §3)
_WITHOUT_DOOR = ("situation", "dispute")
_WRAPPED = ("place", "text", "result")


def print_items(
    store: Store, target: Path, kind: str, *, progress: Progress = no_progress
) -> Printed:
    """One list with all its entries, open ones first."""
    if kind not in LABELS["item_kind"]:
        raise BadValue("清单", kind, f"只能是{'、'.join(LABELS['item_kind'].values())}")
    entries = sorted(items.items(store, kind=kind), key=lambda i: (not i.is_open, i.registered_on))
    where = _buildings(store, entries) if kind in _WITHOUT_DOOR else {}
    layout = template(store, "list")
    keys = [part.key for part in layout.used()]
    rows = []
    for number, entry in enumerate(entries, 1):
        values = _values(number, entry, where)
        rows.append([values[key] for key in keys])
    name = layout.office or office(store).name
    title = layout.title or f"{label('item_kind', kind)}清单"
    count = sum(entry.is_open for entry in entries)
    group = Group(
        f"{name}{title}",
        f"填报单位：{name}　　共{len(rows)}件，其中在办{count}件",
        f"填报日期：{clock.today().isoformat()}",
        rows,
    )
    sheet = Sheet(title, A4_LANDSCAPE, 12 * MM, audience=audience.held_by(store, "list"))
    look = list_look(sheet, layout)
    printed = print_tables(target, look, [group], progress)
    audience.note(store, title, "list", items=len(rows))
    return printed


def list_look(sheet: Sheet, layout: Template) -> TablePaper:
    """The columns and the foot of a list as its layout gives them."""
    return TablePaper(sheet, [_column(part) for part in layout.used()], layout.foot)


def _column(part: Part) -> Column:
    wraps = part.key in _WRAPPED
    return Column(part.label, part.share, "left" if wraps else "center", wraps=wraps)


def _values(number: int, entry: Item, where: Mapping[str, str]) -> dict[str, str]:
    """What may stand in the columns of a layout, by their keys."""
    place = entry.door
    if entry.kind in _WITHOUT_DOOR:
        place = where.get(entry.household or entry.building or "", "")
    return {
        "number": str(number),
        "registered_on": entry.registered_on,
        "place": place,
        "text": entry.text,
        "category": entry.category or "",
        "due_on": entry.due_on or "",
        "state": label("item_step", entry.state),
        "handler": entry.handler or "",
        "result": entry.result or "",
        "rating": label("rating", entry.rating),
    }


def _buildings(store: Store, entries: list[Item]) -> dict[str, str]:
    """The building's name for each household and building that the entries mention."""
    names = {building.uid: building.place for building in places.buildings(store)}
    homes = residents.households(store, [e.household for e in entries if e.household])
    return names | {home.uid: names.get(home.building, "") for home in homes}
