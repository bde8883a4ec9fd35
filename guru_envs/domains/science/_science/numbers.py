"""Numbers as text, as prompts and answers write them."""

from __future__ import annotations

import math
from fractions import Fraction

from guru_envs.domains.science._science.formulas import Number


def exact(value: Number) -> Fraction:
    """A number as a fraction."""
    return value if isinstance(value, Fraction) else Fraction(value)


def magnitude(value: Fraction) -> int:
    """The power of ten of the first digit of a number other than 0."""
    size = abs(value)
    guess = int(math.log10(size.numerator) - math.log10(size.denominator))
    while Fraction(10) ** guess > size:
        guess -= 1
    while Fraction(10) ** (guess + 1) <= size:
        guess += 1
    return guess


def rounded(value: Fraction, figures: int) -> tuple[int, int]:
    """``(digits, exponent)`` with value = digits * 10**exponent to so many significant figures, halves to even."""
    if value == 0:
        return 0, 0
    exponent = magnitude(value) - figures + 1
    digits = round(value / Fraction(10) ** exponent)
    if abs(digits) == 10**figures:
        digits, exponent = digits // 10, exponent + 1
    return digits, exponent


def write(value: Number, figures: int = 6, pad: bool = False) -> str:
    """A number to at most so many significant figures; with ``pad``, to exactly so many."""
    digits, exponent = rounded(exact(value), figures)
    if not pad:
        while digits and digits % 10 == 0:
            digits, exponent = digits // 10, exponent + 1
    text = str(abs(digits))
    sign = "-" if digits < 0 else ""
    first = exponent + len(text) - 1
    if -4 <= first < 6 and not (pad and exponent > 0):
        if exponent >= 0:
            return sign + text + "0" * exponent
        if first >= 0:
            return f"{sign}{text[: first + 1]}.{text[first + 1 :]}"
        return sign + "0." + "0" * (-first - 1) + text
    tail = "." + text[1:] if len(text) > 1 else ""
    return f"{sign}{text[0]}{tail}×10^{first}"


def with_unit(number: str, unit: str) -> str:
    """A number and a unit as prompts write them."""
    return number if unit == "-" else f"{number} {shown_unit(unit)}"


def shown_unit(unit: str) -> str:
    """A unit as prompts write it."""
    return {"deg": "°"}.get(unit, unit.replace("*", "·"))
