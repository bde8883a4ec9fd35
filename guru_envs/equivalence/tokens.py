"""Tokens of an expression, and the values of numerals."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from guru_envs.equivalence import limits
from guru_envs.equivalence.limits import UnreadableError
from guru_envs.equivalence.wording import ROMAN

_LETTER = "[A-Za-z\u0370-\u03ffħℓℜℑÅ]"  # no Chinese: that is text
_TOKEN = re.compile(
    rf"""\ *(?:
    (?P<num>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+|\.(?=\ ?\\overline))(?:[eE][+-]?[0-9]{{1,9}}(?![0-9A-Za-z.]))?)
        (?P<rep>\ ?\\overline\ *\{{[0-9]{{1,40}}\}})?
    |(?P<roman>{ROMAN}\ *{_LETTER}+)
    |(?P<name>[A-Za-z]+|{_LETTER})
    |(?P<cmd>\\[A-Za-z]+)
    |(?P<op>\*\*|[-+*/^_!,()\[\]{{}}|%°'∞⌊⌋⌈⌉√∛±])
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One token; ``spaced`` says that white space stands before it."""

    kind: str
    text: str
    spaced: bool


def tokens_of(text: str) -> list[Token]:
    """Split a text into tokens."""
    if len(text) > limits.MATH_LENGTH:
        raise UnreadableError("too long")
    found: list[Token] = []
    at, end = 0, len(text.rstrip(" "))
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnreadableError(f"no mathematics: {text[at : at + 12]!r}")
        kind = match.lastgroup or ""
        if kind == "rep":
            kind, body = "num", match["num"] + "r" + re.sub("[^0-9]", "", match["rep"])
        else:
            body = match[kind].replace(ROMAN, "").strip()
        found.append(Token(kind, body, match.start() < match.start(kind)))
        at = match.end()
    return found


def number(text: str) -> Fraction:
    """The exact value of a numeral such as 12, 1.5, .5, 4.7e-34 or 0.1r6 (a repeating decimal)."""
    text, _, repeat = text.partition("r")
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, after = mantissa.partition(".")
    if len(whole) + len(after) > limits.DIGITS:
        raise UnreadableError("a number with too many digits")
    power = int(exponent or "0")
    if abs(power) > limits.SCALE:
        raise UnreadableError("a number with too large an exponent")
    value = Fraction(int(whole + after or "0"), 10 ** len(after))
    if repeat:
        value += Fraction(int(repeat), (10 ** len(repeat) - 1) * 10 ** len(after))
    return value * Fraction(10) ** power if power else value
