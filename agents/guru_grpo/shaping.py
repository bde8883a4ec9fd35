"""What a response earns for its length and its repetitions. Pure functions.

No response may gain so much that a wrong one stands above a right one of its group: the weights are bounded for that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def overlong(length: int, limit: int, buffer: int) -> float:
    """DAPO's soft overlong punishment (arXiv 2503.14476, section 3.4): 0 up to ``limit - buffer`` tokens, -1 from ``limit`` on.

    In between it falls in a line.
    """
    return -min(1.0, max(0.0, (length - (limit - buffer)) / buffer)) if buffer else 0.0


def relative_brevity(lengths: Sequence[int], right: Sequence[bool], finished: Sequence[bool]) -> list[float]:
    """Kimi k1.5's length reward (arXiv 2501.12599): 0.5 for the shortest of a group, -0.5 for the longest, in a line between.

    Wrong responses, and those that were cut off, get no more than 0. All get 0 when they are equally long.
    """
    low, high = min(lengths, default=0), max(lengths, default=0)
    if low == high:
        return [0.0] * len(lengths)
    values = [0.5 - (length - low) / (high - low) for length in lengths]
    return [
        value if good and whole else min(0.0, value) for value, good, whole in zip(values, right, finished, strict=True)
    ]


def cosine_brevity(length: int, limit: int, right: bool, finished: bool) -> float:
    """A right response earns 1 at no length and 0 at the limit, along a cosine (after arXiv 2502.03373); others earn 0."""
    return 0.5 * (1.0 + math.cos(math.pi * min(1.0, length / limit))) if right and finished else 0.0


def repetition(tokens: Sequence[int], ngram: int) -> float:
    """How much a response repeats itself, from -1 to 0: different n-grams over all n-grams, minus 1."""
    grams = [tuple(tokens[at : at + ngram]) for at in range(len(tokens) - ngram + 1)]
    return len(set(grams)) / len(grams) - 1.0 if grams else 0.0
