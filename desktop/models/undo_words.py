"""Says what an undo came to, and names each thing it left as it is, with why."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.models.field_words import TABLE_WORDS, field_word
from desktop.models.store import Store
from desktop.models.subjects import subject
from desktop.models.undo import Kept, UndoResult

_SHOWN = 12  # lines that a message can hold


def kept_lines(store: Store, kept: Sequence[Kept]) -> list[str]:
    """«居民：王小明（1幢101室）　电话——之后有人改过，保留», one line each."""
    return [_line(store, each) for each in kept]


def undone_count(result: UndoResult) -> str:
    """«已撤销 3 处，2 处保留未动：», to be followed by those two."""
    kept = len(result.kept)
    return f"已撤销 {result.undone} 处{f'，{kept} 处保留未动：' if kept else '。'}"


def undone_words(store: Store, result: UndoResult) -> str:
    """What was taken back, and the first things that were not."""
    lines = [undone_count(result), *kept_lines(store, result.kept[:_SHOWN])]
    more = len(result.kept) - _SHOWN
    return "\n".join(lines + [f"……还有 {more} 处"] * (more > 0))


def _line(store: Store, kept: Kept) -> str:
    if not kept.table:  # erased: nothing is left to name it by
        return kept.why
    what, about = TABLE_WORDS.get(kept.table, kept.table), subject(store, kept.table, kept.uid)
    named = what if about == what else f"{what}：{about}"
    field = f"　{field_word(kept.table, kept.field)}" if kept.field else ""
    return f"{named}{field}——{kept.why}"
