"""Looks what packages and cards have come, on sticks and in the exchange folder.

Two steps, so that a share that does not answer holds up nothing else: `look` reads folders and the
first lines of files and needs no store; `judge` says what they mean to this PC. No name but
*.jlpkg and *.jlcard is ever opened, and nothing is believed that an import would not check.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import UserError
from desktop.exchange.packages.cards import Card, read_card
from desktop.exchange.packages.format import MAGIC, Header, PackageTooNew, read_outer
from desktop.exchange.packages.keys import own_keys
from desktop.exchange.packages.sticks import SUFFIX
from desktop.models import package_log
from desktop.models.partners import Partner, partners
from desktop.models.profile import office
from desktop.models.site_names import site_name
from desktop.models.sites import Site, own_site, sites
from desktop.models.store import Store

CARD_SUFFIX = ".jlcard"
# what a file is to this PC
NEW, WORDS, KNOWN, OWN, OTHERS = "new", "words", "known", "own", "others"
ARRIVING, STRANGER, STOPPED, FOREIGN, TOO_NEW, UNREADABLE = (
    "arriving", "stranger", "stopped", "foreign", "too_new", "unreadable"
)  # fmt: skip
_STATE_WORDS = {
    NEW: "新的，可以导入", WORDS: "新的，要六个词才能打开",
    KNOWN: "导入过了", OWN: "本机写的", OTHERS: "写给别的机器",
    ARRIVING: "还在拷贝，没到齐", STRANGER: "来自没有登记的机器", STOPPED: "来自已停用的机器",
    FOREIGN: "外单位的名片",
    TOO_NEW: "由更新版本的近邻写成", UNREADABLE: "不是近邻文件或已损坏",
}  # fmt: skip
_CARD_WORDS = {
    NEW: "没登记的名片", KNOWN: "登记过的名片", OWN: "本机的名片",
    OTHERS: "单位的名片，本机加入单位后再登记",
}  # fmt: skip
_MOST_FILES, _MOST_FOLDERS = (
    1000,
    200,
)  # of one stick; a package for us among more is not looked for
_TAIL = 16  # the last bytes of a sealed file are never all zero, those of one still copied may be
_FIRST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the outside of a file says: a package's header, a card, or why neither."""

    path: Path
    bytes: int
    modified: int  # nanoseconds
    header: Header | None = None
    card: Card | None = None
    problem: str = ""  # ARRIVING, TOO_NEW or UNREADABLE


Seen = dict[Path, Glimpse]


@dataclass(frozen=True, slots=True)
class Sight:
    """All files in some folders, and which of the folders could not be read."""

    glimpses: tuple[Glimpse, ...]
    gone: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A package or card that lies there; `made` is the file's time, as the stick has it."""

    path: Path
    kind: str  # of the package, or "card"; "" when the file cannot be read
    sender_name: str
    made: str
    bytes: int
    state: str


def state_words(found: Found) -> str:
    """What a file is to this PC, as a person reads it."""
    if found.kind == "card" and found.state in _CARD_WORDS:
        return _CARD_WORDS[found.state]
    return _STATE_WORDS[found.state]


def look(folders: Sequence[Path], seen: Seen) -> Sight:
    """Read folders and one level below, but only what was not `seen` with this size and time."""
    found: dict[Path, Glimpse] = {}
    gone = []
    for folder in folders:
        try:
            for path, size, modified in _files(folder):
                known = seen.get(path)
                if known is None or (known.bytes, known.modified) != (size, modified):
                    known = _glimpse(path, size, modified)
                found[path] = known
        except OSError:
            gone.append(folder)
    seen.clear()
    # a file still under way may be finished without a new size or time: look again
    seen.update((path, each) for path, each in found.items() if each.problem != ARRIVING)
    return Sight(tuple(found.values()), tuple(gone))


def judge(store: Store, glimpses: Sequence[Glimpse]) -> list[Found]:
    """What each file is to this PC: new, had already, for somebody else …"""
    here = own_site(store)
    known: list[Site | Partner] = [*partners(store), *sites(store)]
    stopped = {each.uid: each.revoked for each in known}
    own_office, keys = office(store).uid, own_keys(store)

    def state(header: Header) -> str:
        if header.sender.site == here.uid:
            return OWN
        if keys.opens.isdisjoint(header.to) and not header.by_words:
            return OTHERS
        if package_log.received(store, header.package, header.sender.site) is not None:
            return KNOWN
        if own_office and header.sender.site not in stopped:
            return STRANGER
        if stopped.get(header.sender.site):
            return STOPPED
        return WORDS if header.by_words else NEW

    def card_state(card: Card) -> str:
        if card.site == here.uid:
            return OWN
        if card.site in stopped:
            return KNOWN
        if card.office in ("", own_office):
            return NEW
        return FOREIGN if own_office else OTHERS

    found = []
    for each in glimpses:
        sender, kind, what = "", "", each.problem
        if each.header is not None:
            kind, site = each.header.kind, each.header.sender.site
            sender = site_name(store.db.conn, site) if site in stopped else ""
            what = what or state(each.header)
        elif each.card is not None:
            what, kind = card_state(each.card), "card"
            sender = each.card.office_name if what == FOREIGN else each.card.name
        found.append(Found(each.path, kind, sender, _moment(each.modified), each.bytes, what))
    return found


def _files(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Packages and cards of a folder and one level below, with size and time."""
    left = _MOST_FILES
    below = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~", "$")):
                continue  # hidden, and the unfinished files of sync tools
            if entry.is_dir(follow_symlinks=False):
                below.append(Path(entry.path))
            elif left and (facts := _facts(entry)):
                left -= 1
                yield facts
    for inner in below[:_MOST_FOLDERS]:
        with suppress(OSError), os.scandir(inner) as entries:
            for entry in entries:
                if left and not entry.name.startswith((".", "~")) and (facts := _facts(entry)):
                    left -= 1
                    yield facts


def _facts(entry: os.DirEntry[str]) -> tuple[Path, int, int] | None:
    if not entry.name.lower().endswith((SUFFIX, CARD_SUFFIX)):
        return None
    try:
        if not entry.is_file(follow_symlinks=False):
            return None
        facts = entry.stat(follow_symlinks=False)
    except OSError:  # taken away while we looked
        return None
    return Path(entry.path), facts.st_size, facts.st_mtime_ns


def _glimpse(path: Path, size: int, modified: int) -> Glimpse:
    """The outside of one file, or why it says nothing yet."""
    try:
        if path.suffix.lower() == CARD_SUFFIX:
            return Glimpse(path, size, modified, card=read_card(path))
        outer = read_outer(path)
        whole = outer.payload_at + outer.header.payload_length
        problem = UNREADABLE if size > whole else ""
        if size < whole or (size == whole and _ends_in_nothing(path)):
            problem = ARRIVING
        return Glimpse(path, size, modified, outer.header, problem=problem)
    except PackageTooNew:
        return Glimpse(path, size, modified, problem=TOO_NEW)
    except (UserError, OSError):
        problem = ARRIVING if _starts_in_nothing(path) else UNREADABLE
        return Glimpse(path, size, modified, problem=problem)


def _ends_in_nothing(path: Path) -> bool:
    """Copying programs give a file its length first and its content afterwards."""
    with open(path, "rb") as file:
        file.seek(-_TAIL, os.SEEK_END)
        return not any(file.read(_TAIL))


def _starts_in_nothing(path: Path) -> bool:
    """Whether a file that cannot be understood is only at its beginning, or still locked."""
    try:
        with open(path, "rb") as file:
            start = file.read(_FIRST)
    except OSError:
        return True
    text = start.rstrip(b"\0")
    begun = text.startswith(MAGIC[: len(text)]) and text.count(b"\n") < 3
    return begun and (len(start) < _FIRST or len(text) < len(start))


def _moment(modified: int) -> str:
    """A file's time to the minute; sticks carry impossible ones."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M", time.localtime(modified // 1_000_000_000))
    except (OverflowError, ValueError, OSError):
        return ""
