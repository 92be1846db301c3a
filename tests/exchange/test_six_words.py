"""The six words: a list fit for reading aloud, an even choice, and forgiving reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin, pinyin

from desktop import clock
from desktop.exchange.packages.six_words import (
    NotInTheList,
    NotSixWords,
    RunTogether,
    SixWords,
    Word,
    new_words,
    read_words,
    word_list,
)

# characters that people read in more than one way, or whose ü is typed in several
_SEVERAL_WAYS = set(
    "行长重乐觉便降调藏单朝传弹都盛熟薄剥削血露落参差角着得了没宿尾壳给模折扎曾称匙茄杉咖卡纤强"
    "夹嚼圈龟粘弄迫雀厦似吐遗爪粥堡扁泊柏畜臭恶巷率脉蔓秘炮瀑塞舍拽咽拓屏的女旅律绿滤驴铝履略"
)


class Bits(clock.Clock):
    """Random bytes that a test chooses."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def random_bytes(self, count: int) -> bytes:
        assert len(self.raw) == count
        return self.raw


def sound_alike(spelling: str) -> str:
    """How a word sounds to people who do not tell zh from z, -ng from -n, or n from l."""
    return re.sub("([zcs])h", r"\1", spelling).replace("ng", "n").replace("l", "n")


def test_the_list_has_2048_different_words_of_two_characters() -> None:
    words = word_list()
    assert len({word.text for word in words}) == len(words) == 2048
    assert all(len(word.text) == 2 for word in words)
    assert all(0x4E00 <= ord(c) <= 0x9FFF for word in words for c in word.text)


def test_no_two_words_share_their_pinyin_or_sound_alike_on_the_phone() -> None:
    assert len({word.pinyin for word in word_list()}) == 2048
    assert len({sound_alike(word.pinyin) for word in word_list()}) == 2048


def test_every_word_is_read_in_one_way_only() -> None:
    for word in word_list():
        assert re.fullmatch("[a-z]{3,12}", word.pinyin)
        assert "".join(lazy_pinyin(word.text)) == word.pinyin
        assert not _SEVERAL_WAYS & set(word.text), word.text


@given(st.lists(st.integers(0, 2047), min_size=6, max_size=6), st.integers(0, 63))
def test_each_word_comes_from_its_own_eleven_bits(places: list[int], rest: int) -> None:
    """2,048 is a power of two: each choice has one pattern of bits, so none is likelier."""
    number = 0
    for place in places:
        number = number << 11 | place
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "clock", Bits((number << 6 | rest).to_bytes(9, "big")))
        made = new_words()
    assert made.words == tuple(word_list()[place] for place in places)


def test_the_canonical_form_is_pinyin_that_any_keyboard_types() -> None:
    made = new_words()
    assert re.fullmatch("[a-z]+(-[a-z]+){5}", made.canonical)
    assert made.canonical == "-".join(word.pinyin for word in made.words)
    assert len(made.spoken.split(" ")) == 6


six = st.lists(st.sampled_from(word_list()), min_size=6, max_size=6).map(
    lambda words: SixWords(tuple(words))
)
between = st.sampled_from([" ", "-", ",", "，", "、", "  ", "\n", "/", "。", " · ", "＋", "\u3000"])


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _toned(word: Word) -> str:
    return "".join(syllable[0] for syllable in pinyin(word.text, style=Style.TONE))


def _numbered(word: Word) -> str:
    return "".join(syllable[0] for syllable in pinyin(word.text, style=Style.TONE3))


_SPELLINGS = (
    lambda word: word.text,
    lambda word: word.pinyin,
    lambda word: word.pinyin.upper(),
    lambda word: word.pinyin.title(),
    lambda word: _full_width(word.pinyin),
    _toned,
    lambda word: unicodedata.normalize("NFD", _toned(word)),
    _numbered,
)


@given(six, st.lists(st.sampled_from(_SPELLINGS), min_size=6, max_size=6), between)
def test_however_the_words_are_typed_they_are_the_same(
    words: SixWords, spellings: list[Callable[[Word], str]], gap: str
) -> None:
    typed = gap.join(spell(word) for spell, word in zip(spellings, words.words, strict=True))
    assert read_words(f"  {typed}。") == words


@given(six)
def test_characters_may_run_together_and_syllables_may_stand_apart(words: SixWords) -> None:
    assert read_words("".join(word.text for word in words.words)) == words
    syllables = " ".join(" ".join(lazy_pinyin(word.text)) for word in words.words)
    run_together = "".join(word.pinyin for word in words.words)
    for typed in (syllables, run_together):
        try:
            assert read_words(typed) == words
        except RunTogether:
            assert "".join(typed.split()) == run_together  # asked for spaces, never guessed


def test_a_word_that_is_not_in_the_list_is_named_with_the_nearest() -> None:
    good = SixWords(word_list()[:6]).spoken
    rest = good.split(" ", 1)[1]
    for typed, word, meant in (
        (f"平果 {rest}", "平果", "苹果"),
        (f"pinguo {rest}", "pinguo", "苹果"),
        (f"ＰｉｎｇＧｕ {rest}", "pinggu", "苹果"),
        (f"岳亮{rest.replace(' ', '')}", "岳亮", "月亮"),
    ):
        with pytest.raises(NotInTheList) as refused:
            read_words(typed)
        assert f"没有“{word}”" in str(refused.value)
        assert f"“{meant}”" in str(refused.value)


def test_too_few_and_too_many_words_are_counted() -> None:
    words = [word.text for word in word_list()[:7]]
    for typed, count in (("", 0), ("，。", 0), (" ".join(words[:5]), 5), (" ".join(words), 7)):
        with pytest.raises(NotSixWords, match=f"认出了{count}个"):
            read_words(typed)


@given(st.text(max_size=600))
def test_any_text_is_six_words_or_a_sentence(typed: str) -> None:
    with suppress(NotInTheList, NotSixWords, RunTogether):
        assert read_words(typed).canonical.count("-") == 5
