"""Shows what an edited layout will look like, on a made-up household and made-up entries."""

from __future__ import annotations

import tempfile
from pathlib import Path

from desktop import clock
from desktop.exchange.print import audience
from desktop.exchange.print.brief import print_brief
from desktop.exchange.print.form_members import Members
from desktop.exchange.print.forms import Facts, FormPage, draw_form
from desktop.exchange.print.item_lists import list_look
from desktop.exchange.print.page import A4_LANDSCAPE, MM, Sheet, print_pages
from desktop.exchange.print.raster import Raster, page_image
from desktop.exchange.print.table import Group, print_tables
from desktop.models.brief import draft_brief
from desktop.models.profile import office
from desktop.models.residents import Household, Resident, form_code
from desktop.models.store import Store
from desktop.models.templates import Template, check

_NOBODY = "0" * 20
_PEOPLE = (("王小明", "HEAD", "男", "1956"), ("李红", "SPOUSE", "女", "1958"))


def preview_image(store: Store, layout: Template, dpi: int = 72) -> Raster:
    """The first page in this layout; nothing real is read but the office's name and numbers."""
    check(layout)
    with tempfile.TemporaryDirectory(prefix="jinlin-layout-") as folder:
        target = Path(folder) / "layout.pdf"
        {"form": _form, "list": _list, "brief": _brief}[layout.paper](store, layout, target)
        return page_image(target, 0, dpi)


def _form(store: Store, layout: Template, target: Path) -> None:
    people = tuple(
        Resident(f"{_NOBODY[:-1]}{n}", _NOBODY, name, relation, None, sex, birth, None, "", None,
                 "living", ())
        for n, (name, relation, sex, birth) in enumerate(_PEOPLE)
    )  # fmt: skip
    home = Household(
        _NOBODY, "", "3栋", "样例小区", "2", 5, "501", None, "样例小区3栋2单元501", "2单元501",
        "owner_occupied", "matches", None, None, None, None, None, form_code(_NOBODY), people,
    )  # fmt: skip
    sheet = Sheet(layout.title, margin=12 * MM, audience=layout.foot)
    members = Members({}, audience.PAGES["form-office"].shown, sheet.area.width)
    name = layout.office or office(store).name
    facts = Facts(store, name, "office", members, {}, layout)
    page = FormPage(home, (0, len(people)))
    print_pages(target, sheet, [page], lambda paper, p: draw_form(paper, p, facts))


def _list(store: Store, layout: Template, target: Path) -> None:
    sample = {
        "number": "1", "registered_on": "2026-06-15", "place": "样例小区3栋2单元501",
        "text": "电梯经常停在三楼不动，希望尽快检修", "category": "物业", "due_on": "2026-06-18",
        "state": "办理中", "handler": "陈志明", "result": "已联系物业，周五前修好",
        "rating": "满意",
    }  # fmt: skip
    row = [sample[part.key] for part in layout.used()]
    name = layout.office or office(store).name
    title = layout.title or "需求清单"
    sheet = Sheet(title, A4_LANDSCAPE, 12 * MM)
    day = f"填报日期：{clock.today().isoformat()}"
    group = Group(f"{name}{title}", f"填报单位：{name}", day, [row] * 6)
    print_tables(target, list_look(sheet, layout), [group])


def _brief(store: Store, layout: Template, target: Path) -> None:
    draft = draft_brief(store, f"{clock.today():%Y-%m}", layout)
    print_brief(store, target, draft)
