"""Makes the six words that seal a one-off hand-over, and reads them as people type or say them.

Six of 2,048 everyday words are 66 bits. What seals a package is their pinyin without tones, joined
by `-`, so the words can be typed with and without an input method. A word once in the list stays
in it: packages sealed with it may still lie on a stick.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from pypinyin.constants import PINYIN_DICT
from rapidfuzz import fuzz, process

from desktop import clock
from desktop.errors import UserError
from desktop.paths import resource

COUNT = 6
_BITS = 11  # 2,048 words
_MOST_TYPED = 400  # six words with tones, spaces and commas take a third of it
_PIECE = re.compile(r"[a-z]+|[^\W\d_a-z]+")


class NotInTheList(UserError):
    def __init__(self, word: str, nearest: str) -> None:
        super().__init__(
            f"六个词里没有“{word}”这个词，没有打开。是不是“{nearest}”？请与交出的人核对。"
        )


class NotSixWords(UserError):
    def __init__(self, count: int) -> None:
        super().__init__(
            f"要六个词，认出了{count}个，没有打开。请把六个词都写上，词与词之间留一个空格。"
        )


class RunTogether(UserError):
    def __init__(self) -> None:
        super().__init__("六个词连在一起，分不清是哪几个，没有打开。请在词与词之间留一个空格。")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the list and its pinyin without tones."""

    text: str
    pinyin: str


@dataclass(frozen=True, slots=True)
class SixWords:
    """Six words to read aloud; `canonical` is what seals the package. Never kept anywhere."""

    words: tuple[Word, ...]

    @property
    def canonical(self) -> str:
        return "-".join(word.pinyin for word in self.words)

    @property
    def spoken(self) -> str:
        """«苹果 月亮 …», for the phone and for paper."""
        return " ".join(word.text for word in self.words)


@lru_cache(maxsize=1)
def word_list() -> tuple[Word, ...]:
    """The 2,048 words in their order."""
    lines = resource("texts", "six_words.tsv").read_text("utf-8").splitlines()
    return tuple(Word(*line.split("\t")) for line in lines)


@lru_cache(maxsize=1)
def _by_spelling() -> dict[str, Word]:
    return {spelling: word for word in word_list() for spelling in (word.text, word.pinyin)}


def new_words() -> SixWords:
    """Six random words, each of the 2,048 equally likely."""
    number = int.from_bytes(clock.random_bytes(9), "big") >> 6  # 72 bits, of which 66 are used
    places = [number >> _BITS * i & (1 << _BITS) - 1 for i in reversed(range(COUNT))]
    return SixWords(tuple(word_list()[place] for place in places))


def read_words(typed: str) -> SixWords:
    """The six words in what somebody typed: characters or pinyin, whatever stands between."""
    pieces = _PIECE.findall(_plain(typed[:_MOST_TYPED]))
    named = _by_spelling()
    found = [named.get(piece) for piece in pieces]
    if len(found) == COUNT and all(found):
        return SixWords(tuple(word for word in found if word))
    ways = _ways("".join(pieces))
    if len(ways) > 1:
        raise RunTogether
    if ways:
        return SixWords(ways[0])
    for piece in pieces:
        if wrong := _wrong_word(piece):
            raise NotInTheList(wrong[:12], _nearest(wrong))
    raise NotSixWords(sum(len(_splits(piece)[0]) for piece in pieces if _splits(piece)))


def _plain(typed: str) -> str:
    """Half-width small letters without tones; anything but letters and characters separates."""
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", typed).casefold())
    kept = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return re.sub(r"(?<=[a-z])[0-5]", "", kept)  # pin1 yin1


def _ways(text: str) -> list[tuple[Word, ...]]:
    """The ways to read a run of text as exactly six words; at most two are looked for."""
    return [way for way in _splits(text) if len(way) == COUNT][:2]


@lru_cache(maxsize=64)
def _splits(text: str) -> list[tuple[Word, ...]]:
    """The ways to cut a run of text into words of the list, none longer than six."""
    named = _by_spelling()
    ways: list[list[tuple[Word, ...]]] = [[] for _ in range(len(text) + 1)]
    ways[0].append(())
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _longest()), end):
            word = named.get(text[start:end])
            if word and ways[start]:
                ways[end] += [(*way, word) for way in ways[start] if len(way) < COUNT]
    return ways[-1] if text else []


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _by_spelling()))


def _wrong_word(piece: str) -> str:
    """What in this piece is no word of the list; "" if nothing is."""
    if piece.isascii():
        return "" if _splits(piece) else piece
    pairs = (piece[i : i + 2] for i in range(0, len(piece), 2))
    return next((pair for pair in pairs if pair not in _by_spelling()), "")


def _nearest(wrong: str) -> str:
    """The word that somebody may have meant, by its sound."""
    sounds = [wrong] if wrong.isascii() else _sounds(wrong)
    spellings = [word.pinyin for word in word_list()]
    found = [process.extractOne(sound, spellings, scorer=fuzz.ratio) for sound in sounds]
    best = max(found, key=lambda hit: hit[1])
    return _by_spelling()[best[0]].text


def _sounds(text: str) -> list[str]:
    """How these characters may be read, without tones: one sound is typed in many characters."""
    readings = [
        {_plain(reading) for reading in PINYIN_DICT.get(ord(c), "").split(",")} for c in text
    ]
    return ["".join(sound) for sound in product(*readings)]
