"""Codes copied by hand: every single slip and every swap of two symbols is noticed."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from desktop.models import hand_code
from desktop.models.residents import form_code, parse_form_code

SYMBOLS = st.text(hand_code.ALPHABET, min_size=1, max_size=12)


@given(SYMBOLS, st.integers(0, 31), st.data())
def test_one_wrong_symbol_changes_the_check(symbols: str, offset: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(symbols) - 1))
    other = data.draw(st.sampled_from(hand_code.ALPHABET))
    assume(other != symbols[place])
    wrong = symbols[:place] + other + symbols[place + 1 :]
    assert hand_code.check_symbol(wrong, offset) != hand_code.check_symbol(symbols, offset)


@given(SYMBOLS, st.data())
def test_two_swapped_symbols_change_the_check(symbols: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(symbols) - 1))
    second = data.draw(st.integers(0, len(symbols) - 1))
    assume(symbols[first] != symbols[second])
    swapped = list(symbols)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert hand_code.check_symbol("".join(swapped)) != hand_code.check_symbol(symbols)


@given(st.integers(0, 16**20 - 1))
def test_a_form_code_leads_back_to_its_household(number: int) -> None:
    uid = f"{number:020x}"
    assert parse_form_code(form_code(uid)) == uid[:10]
    assert parse_form_code(form_code(uid).lower().replace("0", "o")) == uid[:10]
