"""An office's own layouts: every edit gets a number, older ones stay, nonsense is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.errors import BadValue, NoSuchRecord
from desktop.models import templates
from desktop.models.brief import draft_brief
from desktop.models.store import Store
from desktop.models.templates import PAPERS, Template, bundled, check


def with_part(layout: Template, key: str, **values: object) -> Template:
    parts = tuple(replace(p, **values) if p.key == key else p for p in layout.parts)  # type: ignore[arg-type]
    return replace(layout, parts=parts)


@pytest.mark.parametrize("paper", PAPERS)
def test_what_comes_with_the_program_is_sound(paper: str) -> None:
    layout = bundled(paper)
    check(layout)
    assert layout.version == 1
    assert all(part.use for part in layout.parts)


def test_each_edit_gets_the_next_number_and_the_older_ones_stay(store: Store) -> None:
    first = templates.template(store, "form")
    second = templates.save(store, with_part(first, "need", label="居民所盼"))
    third = templates.save(store, with_part(second, "resource", use=False))
    assert [second.version, third.version] == [2, 3]
    assert templates.template(store, "form") == third
    assert templates.template(store, "form", 2) == second
    assert templates.versions(store, "form") == [1, 2, 3]
    templates.use(store, "form")
    assert templates.template(store, "form") == first
    assert templates.save(store, first).version == 4  # a number is never used twice


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"label": ""}, "名称"), ({"label": "很" * 41}, "名称"), ({"hint": "长" * 81}, "提示"),
        ({"share": 0.0}, "份额"), ({"share": 1e9}, "份额"), ({"use": False}, "不能去掉"),
    ],
)  # fmt: skip
def test_a_layout_that_cannot_be_printed_is_refused(
    store: Store, values: dict[str, object], said: str
) -> None:
    with pytest.raises(BadValue, match=said):
        templates.save(store, with_part(bundled("form"), "need", **values))
    with pytest.raises(BadValue, match="项目不全"):
        templates.save(store, replace(bundled("form"), parts=bundled("form").parts[1:]))
    with pytest.raises(NoSuchRecord):
        templates.template(store, "form", 9)
    assert templates.versions(store, "form") == [1]


def test_the_brief_is_named_numbered_and_sent_as_the_office_says(store: Store) -> None:
    layout = with_part(bundled("brief"), "number", label="{年}年第{期}期（总第{期}期）")
    layout = with_part(layout, "item_items", label="为民办事")
    layout = with_part(layout, "box_rate", use=False)
    layout = with_part(layout, "send_to", hint="各网格")
    templates.save(store, replace(layout, title="莲心近邻简报"))
    draft = draft_brief(store, "2026-06")
    assert draft.masthead == "莲心近邻简报"
    assert draft.number == "2026年第6期（总第6期）"
    assert [name for name, _ in draft.boxes] == ["走访户数", "办结事项"]
    assert draft.items[1][0] == "为民办事"
    assert draft.foot.send_to == "各网格"
