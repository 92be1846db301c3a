"""Who holds a paper decides what stands on it; no page lets an identity number be worked out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.exchange.print import audience, documents
from desktop.exchange.print.audience import LEAST_CANDIDATES, PAGES, Page, Shown, TooMuchShown
from desktop.exchange.print.documents import Printed
from desktop.models import items
from desktop.models.identity import check_symbol
from desktop.models.privacy import id_candidates
from desktop.models.store import Store
from tests.build import a_building, a_household, first_resident
from tests.exchange.pdf import text_of


@pytest.mark.parametrize("paper", list(PAGES))
def test_every_paper_keeps_the_rule_of_its_audience(paper: str) -> None:
    page = PAGES[paper]
    audience.check(paper, page)
    if page.audience != "office":
        assert audience.candidates(page.shown) >= LEAST_CANDIDATES


def test_the_count_of_candidates_is_what_trying_every_number_gives() -> None:
    whole = [
        n + check_symbol(n) for n in (f"35029919400713{order:03d}" for order in range(1, 1000))
    ]
    for digits in range(5):
        tails: dict[str, int] = {}
        for number in whole:
            tail = number[18 - digits :]
            tails[tail] = tails.get(tail, 0) + 1
        assert id_candidates("day", knows_sex=False, digits=digits) == min(tails.values())
    # domain, chapter 6: birth date and last four leave one number, the last two about nine
    assert id_candidates("day", knows_sex=False, digits=4) == 1
    assert 8 <= id_candidates("day", knows_sex=False, digits=2) <= 10


@pytest.mark.parametrize(
    ("who", "shown", "why"),
    [
        ("street", Shown("full", "door", "day", id_digits=2), "推出"),
        ("street", Shown("full", "door", "day", id_digits=1), "推出"),
        ("street", Shown("full", "door", id_digits=1), "证件号"),
        ("street", Shown("full", "door", phone="masked"), "电话"),
        ("street", Shown("full", "door", tags=True), "标签"),
        ("chief", Shown("full", "door", "year"), "楼栋长"),
        ("public", Shown("full", "building"), "公示"),
        ("public", Shown("masked", "door"), "公示"),
        ("public", Shown("masked", "building", words=True), "事由"),
        ("office", Shown("full", "door", "month", id_digits=2), "出生年月"),
    ],
)
def test_a_definition_that_shows_too_much_is_refused(who: str, shown: Shown, why: str) -> None:
    with pytest.raises(TooMuchShown, match=why):
        audience.check("试验", Page(who, "", shown))


def test_a_public_notice_may_name_surname_and_building() -> None:
    audience.check("公示", Page("public", "", Shown("masked", "building")))


def drawn(store: Store, home: str, building: str) -> dict[str, Callable[[Path], Printed]]:
    entry = items.register(store, "need", "请修楼道灯", household=home)
    return {
        "form-office": lambda t: documents.print_forms(store, t, [home], variant="office"),
        "form-street": lambda t: documents.print_forms(store, t, [home], variant="street"),
        "stairs": lambda t: documents.print_stairs(store, t, [home]),
        "missed": lambda t: documents.print_missed(store, t, [home]),
        "chief-copy": lambda t: documents.print_chief_copy(store, t, building),
        "ledger": lambda t: documents.print_ledger(store, t),
        "elevation": lambda t: documents.print_elevation(store, t, building),
        "list": lambda t: documents.print_items(store, t, "need"),
        "slip": lambda t: documents.print_order(store, t, entry),
        "held": lambda t: documents.print_held(store, t, first_resident(store, home)),
    }


def test_what_is_printed_is_what_the_definition_says(store: Store, tmp_path: Path) -> None:
    building = a_building(store)
    home = a_household(
        store, phone="13900000009",
        people=[
            {"name": "欧阳㛃", "birth": "1947-11-13", "id_number": "350299194711130017",
             "phone": "13900000001", "sex": "女"},
        ],
        tags=["elder_alone"],
    )  # fmt: skip
    for paper, draw in drawn(store, home, building).items():
        target = tmp_path / f"{paper}.pdf"
        draw(target)
        words, shown = "".join(text_of(target).split()), PAGES[paper].shown
        assert ("欧阳㛃" in words) == (shown.name == "full"), paper
        assert ("欧**" in words) == (shown.name == "masked"), paper
        assert ("1947" in words) == bool(shown.birth), paper
        assert ("1947-11-13" in words) == (shown.birth == "day"), paper
        assert ("0017" in words) == bool(shown.id_digits), paper
        assert "350299" not in words, paper
        assert ("13900000001" in words) == (shown.phone == "full"), paper
        assert ("139****" in words) == (shown.phone == "masked"), paper
        # the poster marks a door, it does not say why
        assert ("独居" in words) == (shown.tags and paper != "elevation"), paper
        assert ("501" in words) == (shown.address == "door"), paper
