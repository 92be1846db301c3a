"""Gives commands their options for the six words of a one-off hand-over, and asks for them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from desktop.exchange.packages.reading import needs_words
from desktop.exchange.packages.six_words import SixWords, read_words
from desktop.files import text_of

_IN = click.Path(path_type=Path, dir_okay=False)


def words_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--words TEXT` and `--words-file F`."""
    for option in (
        click.option("--words-file", type=_IN, help="写着六个词的文件"),
        click.option("--words", "typed", default="", help="六个词，写汉字或拼音都行"),
    ):
        command = option(command)
    return command


def given_words(files: Iterable[Path], typed: str, words_file: Path | None) -> SixWords | None:
    """The words given as an option or file, else asked for on a terminal if a file needs them."""
    if words_file is not None:
        return read_words(text_of(words_file))
    if typed.strip():
        return read_words(typed)
    if sys.stdin.isatty() and any(map(needs_words, files)):
        return read_words(click.prompt("六个词", err=True))
    return None


def shown_words(words: SixWords) -> list[str]:
    """What the one who hands over reads aloud or writes down; shown once."""
    each = "  ".join(f"{word.text}（{word.pinyin}）" for word in words.words)
    return [
        f"六个词：{each}",
        "只显示这一次，本机不保存。请当面或打电话告诉对方，不要和U盘放在一起。",
        "对方没有输入法也行，可以打拼音：" + words.canonical,
    ]
