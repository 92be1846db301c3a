"""Answers the window's questions from a script, and fails on a question nobody expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.ui.common.ask import Ask


class Answers(Ask):
    """`answers.will(confirm=True, reason="家访")` prepares one answer per question kind."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.asked: list[str] = []
        self._prepared: dict[str, list[Any]] = defaultdict(list)

    def will(self, **answers: Any) -> None:
        for kind, answer in answers.items():
            self._prepared[kind].append(answer)

    def _next(self, kind: str, question: str) -> Any:
        self.asked.append(question)
        assert self._prepared[kind], f"unexpected question ({kind}): {question}"
        return self._prepared[kind].pop(0)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def warn(self, text: str) -> None:
        self.told.append(text)

    def confirm(self, question: str, yes: str = "确定", *, careful: bool = False) -> bool:
        del yes, careful
        return bool(self._next("confirm", question))

    def text(self, question: str, default: str = "") -> str | None:
        del default
        answer: str | None = self._next("text", question)
        return answer

    def passphrase(self, question: str) -> str | None:
        answer: str | None = self._next("passphrase", question)
        return answer

    def choose(self, question: str, options: Sequence[str]) -> str | None:
        answer: str | None = self._next("choose", question)
        assert answer is None or answer in options
        return answer

    def reason(self, question: str) -> str | None:
        answer: str | None = self._next("reason", question)
        return answer

    def open_files(self, caption: str, filter: str = "") -> list[Path]:
        del filter
        return list(self._next("open_files", caption))

    def save_file(self, caption: str, name: str, filter: str = "") -> Path | None:
        del filter
        answer: Path | None = self._next("save_file", f"{caption}：{name}")
        return answer

    def folder(self, caption: str) -> Path | None:
        answer: Path | None = self._next("folder", caption)
        return answer
