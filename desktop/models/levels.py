"""Says which level of office stands above which, and which reports to which."""

from __future__ import annotations

import itertools

from desktop.models.words import LABELS

_UPWARDS = tuple(LABELS["level"])
# those without a roster of their own: they get figures and what is escalated to them
LEVELS_ABOVE = frozenset(_UPWARDS[1:])


def reports_to(lower: str, upper: str) -> bool:
    """Whether one level reports to the other: community to street, street to district.

    No level is passed over, or a district would add a community up twice: once from its own
    report and once in the sum of its street.
    """
    return (lower, upper) in itertools.pairwise(_UPWARDS)


def stands_above(upper: str, lower: str) -> bool:
    """Whether an office of the one level stands above those of the other, however far."""
    return (lower, upper) in itertools.combinations(_UPWARDS, 2)
