"""Drawing numbers and a target that can be made of them."""

from __future__ import annotations

import random
from collections.abc import Sequence

_LARGEST = 10**9  # intermediate results beyond this are not worth going on with


def draw(rng: random.Random, count: int, used: int, low: int, high: int, signs: str) -> tuple[list[int], int] | None:
    """Draw numbers and combine some of them to a target; None when the draw went wrong.

    All intermediate results are positive whole numbers. Steps that do nothing (times or divided by 1, a difference
    that is zero or the number taken away) are avoided. A division takes a number that is still free from the divisors.

    Args:
        rng: the random stream.
        count: how many numbers are given.
        used: how many of them the construction uses.
        low: smallest number.
        high: largest number.
        signs: allowed operations.
    """
    numbers = [rng.randint(low, high) for _ in range(count)]
    items = [(numbers[place], place) for place in range(used)]  # value, and place of a number not yet combined or -1
    while len(items) > 1:
        one, place = items.pop(rng.randrange(len(items)))
        two, other = items.pop(rng.randrange(len(items)))
        if one < two:
            one, place, two, other = two, other, one, place
        sign = signs[rng.randrange(len(signs))]
        if sign == "/" and (two == 1 or one % two):
            free = other if other >= 0 else -1
            divisors = _divisors(one, max(low, 2), high) if free >= 0 else []
            if divisors:
                two = numbers[free] = divisors[rng.randrange(len(divisors))]
            else:
                sign = "*"
        if sign == "*" and two == 1:
            sign = "+"
        if sign == "-" and (one == two or one == 2 * two):
            sign = "+"
        if sign not in signs:
            return None
        if sign == "+":
            one += two
        elif sign == "-":
            one -= two
        elif sign == "*":
            one *= two
        else:
            one //= two
        if one > _LARGEST:
            return None
        items.append((one, -1))
    rng.shuffle(numbers)
    return numbers, items[0][0]


def _divisors(value: int, low: int, high: int) -> Sequence[int]:
    return [divisor for divisor in range(low, min(value - 1, high) + 1) if value % divisor == 0]
