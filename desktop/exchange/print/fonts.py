"""Chooses a font that really has each character, so that no rare name prints as a box.

Order: Noto Sans SC, then HanaMinA (rare BMP characters), then HanaMinB (extensions B to F). A font
is parsed when the first character needs it: Noto costs about 40 ms, the Hana fonts 70 and 100 ms.
Official papers ask for 小标宋, 仿宋 and 楷体 (GB/T 9704-2012), which may not be shipped: they are
used where this PC has them and their licence bits allow embedding.
"""

from __future__ import annotations

import os
import struct
import sys
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFError, TTFont

from desktop import paths
from desktop.errors import UserError

REGULAR = ("NotoSansSC_400Regular", "HanaMinA", "HanaMinB")
BOLD = ("NotoSansSC_700Bold", "HanaMinA", "HanaMinB")
# a weight of the bundled face, or the part of an official paper that has a face of its own
Weight = bool | Literal["title", "body", "note"]
# file names of the installed faces, first choice first
_INSTALLED: dict[Weight, tuple[str, ...]] = {
    "title": ("fzxbsjw.ttf", "fzxbsk.ttf", "fzxiaobiaosong-b05.ttf", "fzxbs_gbk.ttf"),
    "body": ("simfang.ttf", "fzfsjw.ttf", "fzfsk.ttf", "fangsong_gb2312.ttf", "fzfs_gbk.ttf"),
    "note": ("simkai.ttf", "fzktjw.ttf", "fzktk.ttf", "kaiti_gb2312.ttf", "fzkt_gbk.ttf"),
}
# embedding rights in a font's OS/2 table (OpenType 1.9, fsType)
_FS_TYPE = 8
_RESTRICTED, _NO_SUBSET = 0x2, 0x300
MISSING = -1
INVISIBLE = -2  # takes no ink and no room: zero-width marks, variation selectors, controls
_BFCHAR_LIMIT = 100  # entries a bfchar block may hold (Adobe Technical Note 5014)
_loading = threading.Lock()


class MissingGlyphs(UserError):
    """Some characters have no glyph in any font; the print-out was not made."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = sorted(set(characters))
        named = "、".join(f"{c}（U+{ord(c):04X}）" for c in self.characters[:20])
        super().__init__(
            f"有{len(self.characters)}个字在所有字体里都没有字形，没有打印：{named}。"
            "请核对这些字；确是生僻字的，先用常用字代写并在备注写明拆字。"
        )


class EmbeddedFont(TTFont):  # type: ignore[misc]
    """A subset font whose text can be copied and searched beyond U+FFFF too."""

    def addObjects(self, doc: object) -> None:
        # reportlab 5.1.0 writes the code point itself (<20000>) into the ToUnicode map, where
        # PDF wants UTF-16BE (<D840DC00>), and one block of more than 100 entries
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX))
            stream = doc.idToObject["toUnicodeCMap:" + name.decode("pdfdoc")]  # type: ignore[attr-defined]
            stream.content = to_unicode(name.decode("ascii"), subset)


def to_unicode(name: str, subset: list[int]) -> str:
    """The PDF map from the codes of one subset font back to characters (ISO 32000-1, 9.10.3)."""
    pairs = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>"
        for code, point in enumerate(subset)
        if point
    ]
    blocks: list[str] = []
    for start in range(0, len(pairs), _BFCHAR_LIMIT):
        part = pairs[start : start + _BFCHAR_LIMIT]
        blocks += [f"{len(part)} beginbfchar", *part, "endbfchar"]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *blocks,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def _load(name: str) -> EmbeddedFont:
    with _loading:  # print-outs are made on worker threads; parse each font once
        return _parse(name)


@cache
def _parse(name: str) -> EmbeddedFont:
    """A bundled font by its name, or an installed one by its path."""
    bundled = paths.resource("fonts", f"{name}.ttf")
    font = EmbeddedFont(name, name if os.path.isabs(name) else str(bundled), shapable=False)
    pdfmetrics.registerFont(font)
    return font


def folders() -> list[Path]:
    """Where the system keeps fonts."""
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:/Windows"))
        local = Path(os.environ.get("LOCALAPPDATA", home))
        return [windows / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    return [
        Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts",
        home / ".fonts",
    ]  # fmt: skip


def installed(weight: Weight) -> str | None:
    """The path of an installed face for this part of a paper, if it may be embedded."""
    wanted = _INSTALLED.get(weight, ())
    found = {
        name.lower(): os.path.join(folder, name)
        for top in (folders() if wanted else ())
        for folder, _, names in os.walk(top)
        for name in names
        if name.lower() in wanted
    }
    return next((found[name] for name in wanted if name in found and _usable(found[name])), None)


def _usable(path: str) -> bool:
    """Whether the file is a font with outlines we can read and a licence that lets us embed it."""
    try:
        face = _load(path).face
        at = face.get_table_pos("OS/2")[0] + _FS_TYPE
        (rights,) = struct.unpack(">H", face._ttf_data[at : at + 2])
    except (TTFError, OSError, ValueError, IndexError, KeyError, struct.error):
        return False
    return not rights & _NO_SUBSET and rights & 0xF != _RESTRICTED


def _is_invisible(char: str) -> bool:
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return selector or unicodedata.category(char) in ("Cc", "Cf")


@dataclass(slots=True)
class Typeface:
    """One weight with its fall-backs; remembers which font has which character, and how wide."""

    names: tuple[str, ...]
    _glyphs: dict[str, tuple[int, float]]

    def glyph(self, char: str) -> tuple[int, float]:
        """The place of the font that draws this character (or MISSING), and its width for 1 pt."""
        found = self._glyphs.get(char)
        if found is None:
            found = self._glyphs[char] = self._look_up(char)
        return found

    def _look_up(self, char: str) -> tuple[int, float]:
        point = ord(char)
        if _is_invisible(char):
            return INVISIBLE, 0.0
        for place, name in enumerate(self.names):
            face = _load(name).face
            if face.charToGlyph.get(point):
                return place, face.getCharWidth(point) / 1000
        return MISSING, 1.0

    def font(self, place: int) -> EmbeddedFont:
        return _load(self.names[place])

    def runs(self, text: str) -> list[tuple[int, str]]:
        """The text cut into stretches that one font can draw."""
        runs: list[tuple[int, str]] = []
        for char in text:
            place = self.glyph(char)[0]
            if place == INVISIBLE:
                continue
            if runs and runs[-1][0] == place:
                runs[-1] = (place, runs[-1][1] + char)
            else:
                runs.append((place, char))
        return runs

    def width(self, text: str, size: float) -> float:
        """Points."""
        glyph = self.glyph
        return size * sum(glyph(char)[1] for char in text)


_FACES: dict[Weight, Typeface] = {False: Typeface(REGULAR, {}), True: Typeface(BOLD, {})}


def typeface(bold: Weight = False) -> Typeface:
    found = _FACES.get(bold)
    return found or _FACES.setdefault(bold, _official(bold))


def _official(part: Weight) -> Typeface:
    """The installed face in front of the bundled ones, which also help out for rare characters."""
    own = installed(part)
    plain = BOLD if part == "title" else REGULAR
    return Typeface((own, *plain) if own else plain, {})


def forget_installed() -> None:
    """Look for installed faces anew."""
    for part in _INSTALLED:
        _FACES.pop(part, None)


def width(text: str, size: float, *, bold: Weight = False) -> float:
    """How long the text is in points."""
    return typeface(bold).width(text, size)


def missing_in(text: str) -> set[str]:
    """Characters that no font can draw."""
    return {char for char in text if _FACES[False].glyph(char)[0] == MISSING}
