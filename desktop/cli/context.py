"""What every command shares: the profile, its passphrase, and how results are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from desktop.errors import UserError
from desktop.models.clock_doubt import clock_doubt
from desktop.models.profile import open_profile
from desktop.models.store import Store
from desktop.progress import Progress, no_progress


class PassphraseUnreadable(UserError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"口令文件“{path}”读不出来。请检查路径；文件应为一行UTF-8文字。")


@dataclass
class Session:
    """The options before the command; opens the store once and closes it at the end."""

    profile: Path
    passphrase_file: Path | None = None
    _store: Store | None = field(default=None, repr=False)

    def passphrase(self, *, fresh: bool = False) -> str:
        """From the file, else asked on the terminal (twice for a new profile)."""
        if self.passphrase_file is None:
            return str(click.prompt("口令", hide_input=True, confirmation_prompt=fresh, err=True))
        try:
            return self.passphrase_file.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise PassphraseUnreadable(self.passphrase_file) from error

    def open(self) -> Store:
        if self._store is None:
            self._store = open_profile(self.profile, self.passphrase())
            if doubt := clock_doubt(self._store):
                say(doubt)
        return self._store

    def adopt(self, store: Store) -> Store:
        """Close this store at the end of the command too."""
        self._store = store
        return store

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


pass_session = click.make_pass_decorator(Session)
json_option = click.option("--json", "as_json", is_flag=True, help="在标准输出给出一个JSON文档")


def emit(data: Any, as_json: bool, lines: Iterable[str] = ()) -> None:
    """Print one JSON document, or Chinese lines for people."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(line)


def say(text: str) -> None:
    """A message beside the result; never on standard output."""
    click.echo(text, err=True)


def progress_line() -> Progress:
    """Progress for a person at a terminal; silent when nobody watches."""
    if not sys.stderr.isatty():
        return no_progress
    last = [-1]

    def show(done: int, total: int, words: str) -> None:
        percent = 100 * done // max(total, 1)
        if percent != last[0]:
            last[0] = percent
            click.echo(f"\r{words} {percent}%  ", err=True, nl=percent >= 100)

    return show
