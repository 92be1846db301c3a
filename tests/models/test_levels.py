"""Which office stands above which decides who may report, send notices and vouch for cards."""

from __future__ import annotations

import pytest

from desktop.models.levels import LEVELS_ABOVE, reports_to, stands_above
from desktop.models.words import LABELS

COMMUNITY, STREET, DISTRICT = LABELS["level"]


@pytest.mark.parametrize(
    ("lower", "upper", "directly", "at_all"),
    [
        (COMMUNITY, STREET, True, True),
        (STREET, DISTRICT, True, True),
        (COMMUNITY, DISTRICT, False, True),  # only through its street
        (STREET, COMMUNITY, False, False),
        (DISTRICT, STREET, False, False),
        (STREET, STREET, False, False),
        ("", STREET, False, False),  # a PC that has not joined
        (COMMUNITY, "省", False, False),  # a level that a later version may know
    ],
)
def test_each_level_reports_to_the_next_and_stands_below_all_higher(
    lower: str, upper: str, directly: bool, at_all: bool
) -> None:
    assert reports_to(lower, upper) == directly
    assert stands_above(upper, lower) == at_all


def test_only_a_community_has_nobody_below() -> None:
    assert set(LABELS["level"]) - LEVELS_ABOVE == {COMMUNITY}
