"""Numbers as text: written for prompts and answers, and read from answers."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import NamedTuple

from guru_envs.domains.science._science.formulas import Number
from guru_envs.domains.science._science.units import Unit, read_unit

MAX_LENGTH = 200  # characters of an answer that are read
_MAX_EXPONENT = 60


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


class Reading(NamedTuple):
    """A number and, when one was written, its unit."""

    value: Fraction
    unit: Unit | None
    written: bool  # something stands after the number, be it a unit or not


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER_OF_TEN = re.compile("10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})")
_WRAPPED = (
    re.compile(r"\\boxed ?\{(.*)\}"), re.compile(r"\$\$?(.*?)\$?\$"), re.compile(r"\\\((.*)\\\)"),
    re.compile(r"\\\[(.*)\\\]"), re.compile(r"\*\*(.*)\*\*"), re.compile(r"`(.*)`"),
)  # fmt: skip
_LEAD = re.compile(
    r"(?:(?:the )?(?:final )?answer(?: is|:| ?=) ?|答案[是为：:]? ?)?"
    r"(?:\\?[A-Za-z][A-Za-z]{0,5}(?:_?\{?[0-9A-Za-z]{1,3}\}?)? ?(?:=|≈|≃|\\approx) ?|[=≈~] ?|(?:about|approximately|≈|约) ?)*",
    re.IGNORECASE,
)
_MANTISSA = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,40})?|[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}"
_NUMBER = re.compile(
    rf"(?P<sign>[+-])? ?(?:\\[dt]?frac ?\{{(?P<upper>[0-9]{{1,30}})\}}\{{(?P<lower>[0-9]{{1,30}})\}}"
    rf"|(?P<ten>10 ?\^ ?\{{? ?(?P<only>[+-]?[0-9]{{1,3}}) ?\}}?)"
    rf"|(?P<mantissa>{_MANTISSA})"
    r"(?:[eE](?P<e>[+-]?[0-9]{1,3})(?![0-9])"
    r"| ?(?:×|\*|·|x|\\times|\\cdot) ?10 ?\^? ?(?:\{ ?(?P<braced>[+-]?[0-9]{1,3}) ?\}|\(?(?P<plain>[+-]?[0-9]{1,3})\)?)"
    r"| ?/ ?(?P<below>[0-9]{1,30}))?)"
)


def tidy(text: str) -> str:
    """An answer without what is put around it: dollars, a box, bold type, a full stop."""
    flat = text.strip()
    for _ in range(4):
        for pattern in _WRAPPED:
            match = pattern.fullmatch(flat)
            if match is not None:
                flat = match[1].strip()
                break
        else:
            break
    flat = flat.removesuffix("。").strip()
    return flat[:-1].strip() if flat.endswith(".") and not flat.endswith("..") else flat


def read_quantity(text: str) -> Reading | None:
    """The number and unit that an answer says; None when it says no number, or more than a number and a unit."""
    if len(text) > MAX_LENGTH:
        return None
    flat = tidy(text)
    if not flat.isascii():
        flat = (
            flat.translate(_FULL_WIDTH)
            .replace("−", "-")
            .replace("–", "-")
            .replace("\u202f", " ")
            .replace("\u2009", " ")
        )
        flat = _POWER_OF_TEN.sub(lambda run: "10^" + run[1].translate(_SUPERSCRIPTS), flat)
    if "\\" in flat or "{,}" in flat:
        flat = flat.replace("\\,", " ").replace("\\ ", " ").replace("\\;", " ").replace("{,}", ",").replace("\\%", "%")
        flat = flat.replace("\\left", "").replace("\\right", "").replace("~", " ")
    lead = _LEAD.match(flat)
    match = _NUMBER.match(flat, lead.end() if lead else 0)
    if match is None:
        return None
    value = _value(match)
    if value is None:
        return None
    rest = flat[match.end() :].strip()
    if not rest:
        return Reading(value, None, False)
    return Reading(value, read_unit(rest), True)


_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xA0: 0x20}


def _value(match: re.Match[str]) -> Fraction | None:
    if match["upper"]:
        if not int(match["lower"]):
            return None
        value = Fraction(int(match["upper"]), int(match["lower"]))
    elif match["ten"]:
        if abs(int(match["only"])) > _MAX_EXPONENT:
            return None
        value = Fraction(10) ** int(match["only"])
    else:
        value = Fraction(match["mantissa"].replace(",", ""))
        exponent = int(match["e"] or match["braced"] or match["plain"] or 0)
        if abs(exponent) > _MAX_EXPONENT:
            return None
        if exponent:
            value *= Fraction(10) ** exponent
        if match["below"]:
            if not int(match["below"]):
                return None
            value /= int(match["below"])
    return -value if match["sign"] == "-" else value
