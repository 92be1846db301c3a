"""Keeps how papers are laid out: titles, labels, order, which parts, footers (resources/templates).

Layout 1 is the one that comes with the program. Each edit makes a further layout with its own
number and older ones stay, because a form filled in by hand names its layout in its QR code.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from desktop import paths
from desktop.errors import BadValue, NoSuchRecord
from desktop.models import settings
from desktop.models.changes import Change
from desktop.models.store import Store

PAPERS = ("form", "list", "brief")
_LONGEST = 40  # characters of a label or hint
_LONGEST_LINE = 80  # of a title or foot
_NEEDED = {"form": ("need",), "list": ("number", "text"), "brief": ("number",)}
_SHARES = (0.2, 400.0)


@dataclass(frozen=True, slots=True)
class Part:
    """One block, column or line of a paper; `key` says which, `share` how much room it gets."""

    key: str
    label: str
    hint: str = ""
    share: float = 1.0
    use: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """One layout of one paper; an empty office means the office's own name."""

    paper: str
    version: int
    name: str
    title: str
    office: str
    foot: str
    parts: tuple[Part, ...]

    def used(self) -> list[Part]:
        return [part for part in self.parts if part.use]

    def part(self, key: str) -> Part | None:
        """The part, when it is in use."""
        return next((part for part in self.parts if part.key == key and part.use), None)


@cache
def bundled(paper: str) -> Template:
    """Layout 1, as it comes with the program."""
    if paper not in PAPERS:
        raise NoSuchRecord("纸张样式", paper)
    text = paths.resource("templates", f"{paper}.json").read_text("utf-8")
    return _read(json.loads(text), 1)


def _read(given: dict[str, Any], version: int) -> Template:
    parts = tuple(Part(**part) for part in given["parts"])
    words = {key: str(given[key]) for key in ("paper", "name", "title", "office", "foot")}
    return Template(version=version, parts=parts, **words)


def template(store: Store, paper: str, version: int | None = None) -> Template:
    """The layout in force, or an older one by its number."""
    kept = _kept(store, paper)
    number = version or int(kept.get("current", 1))
    if number == 1:
        return bundled(paper)
    found = kept.get("layouts", {}).get(str(number))
    if found is None:
        raise NoSuchRecord("纸张样式", f"{paper} {number}")
    return _read(found, number)


def versions(store: Store, paper: str) -> list[int]:
    """The numbers of all layouts, oldest first."""
    bundled(paper)
    return [1, *sorted(map(int, _kept(store, paper).get("layouts", {})))]


def save(store: Store, edited: Template) -> Template:
    """Keep an edited layout under the next number and use it from now on."""
    check(edited)
    number = versions(store, edited.paper)[-1] + 1
    kept = _kept(store, edited.paper)
    given = {key: value for key, value in asdict(edited).items() if key != "version"}
    layouts = {**kept.get("layouts", {}), str(number): given}
    _put(store, edited.paper, {"current": number, "layouts": layouts}, "修改纸张样式")
    return replace(edited, version=number)


def use(store: Store, paper: str, version: int = 1) -> Change | None:
    """Go back to a layout (1 = as it came); nothing is lost."""
    template(store, paper, version)
    kept = _kept(store, paper)
    return _put(store, paper, {**kept, "current": version}, "换回纸张样式")


def check(edited: Template) -> None:
    """Refuse a layout that could not be printed, in words."""
    known = [part.key for part in bundled(edited.paper).parts]
    if sorted(part.key for part in edited.parts) != sorted(known):
        raise BadValue("纸张样式", edited.paper, "项目不全或重复")
    for key in _NEEDED[edited.paper]:
        if edited.part(key) is None:
            raise BadValue("纸张样式", key, "这一项不能去掉")
    for part in edited.parts:
        if not part.label.strip() or len(part.label) > _LONGEST:
            raise BadValue("名称", part.label, f"应为1到{_LONGEST}个字")
        if len(part.hint) > _LONGEST_LINE:
            raise BadValue("提示", part.hint, f"不超过{_LONGEST_LINE}个字")
        if not _SHARES[0] <= part.share <= _SHARES[1]:
            raise BadValue("占的份额", part.share, f"应为{_SHARES[0]:g}到{_SHARES[1]:g}")
    for words in (edited.title, edited.office, edited.foot):
        if len(words) > _LONGEST_LINE or "\n" in words:
            raise BadValue("标题和页脚", words, f"应为一行，不超过{_LONGEST_LINE}个字")


def _kept(store: Store, paper: str) -> dict[str, Any]:
    kept = settings.get(store, f"template_{paper}")
    return kept if isinstance(kept, dict) else {}


def _put(store: Store, paper: str, value: dict[str, Any], reason: str) -> Change | None:
    with store.change(reason) as change:
        settings.put(change, store, f"template_{paper}", value)
    return change.done
