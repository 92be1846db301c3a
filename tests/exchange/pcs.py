"""Two PCs of one office and the stick between them, as tests speak of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.exchange.packages import export as exporting
from desktop.exchange.packages import inbox
from desktop.exchange.packages.cards import enrol, own_fingerprint, write_card
from desktop.exchange.packages.export import Exported
from desktop.exchange.packages.format import Header, Outer, read_outer, seal, sign_header
from desktop.exchange.packages.inbox import ImportResult
from desktop.exchange.packages.keys import own_keys
from desktop.exchange.packages.six_words import SixWords
from desktop.exchange.packages.watch import Found, Seen, judge, look
from desktop.models import dump
from desktop.models.store import Store
from tests.build import a_household, first_resident


@dataclass
class Pc:
    """One PC of the office, its store open, with a folder that plays the stick."""

    store: Store
    stick: Path

    def export_to(self, name: str, file: str = "", **options: Any) -> Exported:
        return exporting.export(
            self.store, name, self.stick / file if file else self.stick, **options
        )

    def hand_over(self, words: SixWords, file: str = "", **options: Any) -> Exported:
        """Everything, for whoever knows the six words."""
        return self.export_to("", file, words=words, **options)

    def take(
        self, *paths: Path, fingerprint: str = "", words: SixWords | None = None
    ) -> ImportResult:
        return inbox.take_in(self.store, paths, fingerprint=fingerprint, words=words)

    def preview(
        self, *paths: Path, fingerprint: str = "", words: SixWords | None = None
    ) -> ImportResult:
        return inbox.preview(self.store, paths, fingerprint=fingerprint, words=words)

    @property
    def fingerprint(self) -> str:
        return own_fingerprint(self.store)

    def dump(self) -> list[str]:
        return list(dump.canonical_lines(self.store))

    def household(self, room: str, *people: str) -> str:
        return a_household(self.store, room=room, people=people)

    def person(self, household: str) -> str:
        return first_resident(self.store, household)

    def set(self, table: str, uid: str, **values: Any) -> None:
        with self.store.change("修改") as change:
            change.set(table, uid, **values)

    def shown(self, table: str, uid: str, field: str) -> Any:
        return self.store.value(f"SELECT {field} FROM live_{table} WHERE uid = ?", (uid,))

    def kept_files(self) -> list[str]:
        """What lies in this PC's inbox folder."""
        folder = self.store.folder / "inbox"
        return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def introduce(office: Pc, newcomer: Pc, card: Path) -> None:
    """The whole enrolment of a second PC: card, fingerprint, first full package."""
    made = write_card(newcomer.store, card)
    enrol(office.store, card, role="peer", fingerprint=made.fingerprint)
    first = office.export_to(made.name, kind="full")
    result = newcomer.take(first.path, fingerprint=office.fingerprint)
    assert result.refused == []


def found_in(store: Store, folders: Sequence[Path], seen: Seen | None = None) -> list[Found]:
    """What lies on these sticks, each with what it is to this PC."""
    return judge(store, look(folders, {} if seen is None else seen).glimpses)


def carry(sender: Pc, receiver: Pc, name: str) -> ImportResult:
    """One trip of the stick."""
    return receiver.take(sender.export_to(name).path)


def converge(first: Pc, second: Pc) -> None:
    """Two trips each way are enough for both to know everything."""
    for _ in range(2):
        assert carry(first, second, "2号机").refused == []
        assert carry(second, first, "1号机").refused == []


def parts(path: Path) -> tuple[Outer, bytes]:
    """The outside of a package file and its sealed payload."""
    outer = read_outer(path)
    return outer, path.read_bytes()[outer.payload_at :]


def resigned(sender: Pc, path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite a package's header and sign it again, as only its own sender could."""
    outer, payload = parts(path)
    fields = {name: getattr(outer.header, name) for name in Header.__slots__}
    change(fields)
    path.write_bytes(sign_header(Header(**fields), own_keys(sender.store)) + payload)


def forged_inside(
    sender: Pc, path: Path, blocks: Sequence[bytes], seals: Sequence[str], phrase: str = ""
) -> None:
    """Replace a package's inside by these plain bytes, correctly sealed and signed."""
    outer, _ = parts(path)
    body = path.with_suffix(".body")
    with open(body, "wb") as file:
        sealed = seal(iter(blocks), file, list(seals), phrase)
    fields = {name: getattr(outer.header, name) for name in Header.__slots__}
    fields |= {"payload_length": sealed.length, "payload_sha256": sealed.sha256}
    path.write_bytes(sign_header(Header(**fields), own_keys(sender.store)) + body.read_bytes())
    body.unlink()


def raw_header(path: Path, edit: Callable[[str], str]) -> bytes:
    """The file with its header line rewritten as text (its signature no longer holds)."""
    magic, header, rest = path.read_bytes().split(b"\n", 2)
    return b"\n".join((magic, edit(header.decode("utf-8")).encode("utf-8"), rest))
