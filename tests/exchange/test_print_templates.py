"""Papers follow the office's own layouts, and an older layout can still be printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.exchange.print import documents
from desktop.exchange.print.template_preview import preview_image
from desktop.models import items, residents, templates
from desktop.models.store import Store
from desktop.models.templates import PAPERS, Part, bundled
from tests.build import a_household
from tests.exchange import pdf, pdf_ink
from tests.exchange.pdf import text_of


def edited(paper: str, *parts: Part, **words: str) -> templates.Template:
    by_key = {part.key: part for part in parts}
    layout = bundled(paper)
    new = tuple(by_key.get(part.key, part) for part in layout.parts)
    return replace(layout, parts=new, **words)  # type: ignore[arg-type]


def flat(path: Path) -> str:
    return "".join(text_of(path).split())


def test_a_form_in_the_offices_layout_names_its_number_and_the_first_one_stays_printable(
    store: Store, tmp_path: Path
) -> None:
    home = a_household(store, people=["王小明"])
    new = edited(
        "form", Part("need", "居民所盼", "请写具体", 2.0), Part("resource", "资源清单", use=False),
        Part("history", "上次走访和承诺", use=False), Part("sign_checker", "书记："),
        title="千户访登记表", office="莲心社区党委", foot="请于当日交回",
    )  # fmt: skip
    new = replace(new, parts=tuple(reversed(new.parts)))
    assert templates.save(store, new).version == 2
    target = tmp_path / "form.pdf"
    documents.print_forms(store, target, [home])
    words = flat(target)
    for part in ("千户访登记表", "居民所盼", "请写具体", "书记：", "莲心社区党委", "请于当日交回"):
        assert part in words, part
    for gone in ("资源清单", "上次走访", "入户走访登记表", "审核人"):
        assert gone not in words, gone
    assert words.index("家庭变化") < words.index("走访结果")
    code = residents.household(store, home).code
    assert pdf.read_codes(target) == [f"JL2:{code}"]
    assert residents.find_household(store, f"JL2:{code}") == home
    for page in pdf_ink.pages(target):
        assert pdf_ink.faults(page) == []
    documents.print_forms(store, target, [home], layout=1)
    assert "入户走访登记表" in flat(target)
    assert "资源清单" in flat(target)
    assert pdf.read_codes(target) == [f"JL1:{code}"]


def test_a_list_shows_the_offices_columns_in_its_order(store: Store, tmp_path: Path) -> None:
    items.register(store, "need", "修楼道灯")
    layout = edited("list", Part("rating", "评价", use=False), Part("text", "群众反映", share=300))
    parts = sorted(layout.parts, key=lambda part: part.key != "text")
    templates.save(store, replace(layout, parts=tuple(parts), foot="制表：　　复核："))
    target = tmp_path / "list.pdf"
    documents.print_items(store, target, "need")
    words = flat(target)
    assert words.index("群众反映") < words.index("序号")
    assert "制表：复核：" in words
    assert "评价" not in words


@pytest.mark.parametrize("paper", PAPERS)
def test_the_preview_shows_an_edited_layout_before_it_is_saved(store: Store, paper: str) -> None:
    before = preview_image(store, bundled(paper))
    after = preview_image(store, replace(bundled(paper), title="另一个标题", office="另一个单位"))
    assert before.width > 500
    assert before.bytes != after.bytes
    assert templates.versions(store, paper) == [1]


def test_a_layout_reduced_to_the_least_still_prints(store: Store, tmp_path: Path) -> None:
    home = a_household(store, people=["王小明"])
    layout = bundled("form")
    parts = tuple(replace(part, use=part.key == "need") for part in layout.parts)
    templates.save(store, replace(layout, parts=parts))
    target = tmp_path / "form.pdf"
    documents.print_forms(store, target, [home], variant="street")
    for page in pdf_ink.pages(target):
        assert pdf_ink.faults(page) == []
