"""What an answer that is right in part is worth."""

from __future__ import annotations

from typing import Literal

Credit = Literal["above_chance", "share"]


def partial_credit(right: int, total: int, chance: float, how: Credit) -> float:
    """The credit for some right parts of all, not all of them, so that it is below 1.

    Args:
        right: parts that are right.
        total: all parts.
        chance: how many are right on average in a well-formed answer taken at random.
        how: ``above_chance``, at least 0, or ``share``, the right parts of all.
    """
    if how == "share":
        return right / total
    return max(0.0, (right - chance) / (total - chance))
