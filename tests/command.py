"""Runs `jinlin …` inside the test's process, the way a person or a script would."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop import cli
from tests.conftest import PASSPHRASE


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Office:
    """One installation, used through the command line only."""

    def __init__(self, folder: Path) -> None:
        self.profile = folder / "profile"
        self.secret = folder / "passphrase.txt"
        folder.mkdir(parents=True, exist_ok=True)
        self.secret.write_text(PASSPHRASE, "utf-8")

    def run(self, *words: object) -> Answer:
        """Any end is fine; the caller looks at the status."""
        return run("--profile", self.profile, "--passphrase-file", self.secret, *words)

    def do(self, *words: object) -> Answer:
        """The command has to succeed."""
        answer = self.run(*words)
        assert answer.status == 0, f"{words}: {answer.status} {answer.err}"
        return answer

    def ask(self, *words: object) -> Any:
        """The JSON document of a command that has to succeed."""
        return self.do(*words, "--json").json


def run(*words: object) -> Answer:
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["jinlin", *map(str, words)]
    status = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            cli.main()
    except SystemExit as stop:
        status = int(stop.code or 0)
    finally:
        sys.argv = before
    return Answer(status, out.getvalue(), err.getvalue())
