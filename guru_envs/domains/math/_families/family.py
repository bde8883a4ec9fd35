"""What a family is: how its problems are drawn, worked and asked."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from guru_envs.domains.math._families import forms

Params = tuple[Any, ...]  # the numbers of a problem as stated, in tuples; nothing else about it
Fact = tuple[str | int, ...]
PICKS = 10  # choices of words in a prompt


class UnfitError(Exception):
    """These numbers make no proper problem."""


class Line(NamedTuple):
    """One line of worked solution: words in English and Chinese, and what is true."""

    english: str
    chinese: str
    fact: Fact


class Worked(NamedTuple):
    """A solution: the answer as text and the lines that lead to it."""

    answer: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """How a problem is told: language, notation, and numbers that choose among words; never part of the problem."""

    lang: str
    latex: bool
    picks: tuple[int, ...]

    def formula(self, text: str) -> str:
        """A formula in the notation chosen."""
        return f"${forms.show(text, True)}$" if self.latex else forms.show(text)

    def relation(self, left: str, sign: str, right: str) -> str:
        """Two formulas with a relation sign between them."""
        shown = {"<=": "\\le", ">=": "\\ge"}.get(sign, sign) if self.latex else sign
        text = f"{forms.show(left, self.latex)} {shown} {forms.show(right, self.latex)}"
        return f"${text}$" if self.latex else text

    def either(self, plain: str, latex: str) -> str:
        """What the small language cannot say."""
        return f"${latex}$" if self.latex else plain

    def point(self, *values: int | Fraction) -> str:
        """Coordinates."""
        return self.either(
            f"({', '.join(map(str, values))})", f"({', '.join(forms.show(str(v), True) for v in values)})"
        )

    def matrix(self, rows: Sequence[Sequence[int]]) -> str:
        """A matrix, its rows in brackets or in LaTeX."""
        plain = "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]"
        body = " \\\\ ".join(" & ".join(map(str, row)) for row in rows)
        return self.either(plain, f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}")

    def pick(self, place: int, options: Sequence[Any]) -> Any:
        """One of the options; the same place means the same choice in both languages."""
        return options[self.picks[place] % len(options)]

    def number(self, place: int, low: int, high: int) -> int:
        """A number that is told and not needed."""
        return low + self.picks[place] % (high - low + 1)

    def say(self, english: Sequence[str], chinese: Sequence[str], place: int = 0, /, **values: object) -> str:
        """One of several ways of asking, filled in."""
        texts = chinese if self.lang == "zh" else english
        return str(self.pick(place, texts)).format(**values)


class Board:
    """Collects the lines of a solution."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def note(self, english: str, chinese: str, *fact: str | int) -> None:
        """A line with any fact."""
        self.lines.append(Line(english, chinese, fact))

    def equal(self, english: str, chinese: str, left: str, right: str | int | Fraction) -> None:
        """A line that says that two formulas are equal, identically where they have letters."""
        self.lines.append(Line(english, chinese, ("eq", left, str(right))))

    def done(self, answer: str | int | Fraction) -> Worked:
        """The solution."""
        return Worked(str(answer), tuple(self.lines))


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of problem.

    Attributes:
        name: the value of the knob ``families``.
        kind: the kind of its answers, as the equivalence package names them, or ``digits``.
        draw: numbers for a difficulty of 1 to 8; they need not be fit.
        work: the solution from the numbers as stated; raises ``UnfitError`` for numbers that make no proper problem.
        ask: the question without the sentence about the answer's form.
        form: the key of that sentence.
        guess: a blind guess, where the one of the answer's kind will not do.
        alter: other numbers of nearly the same problem, where changing a single number at random hardly ever makes one.
        units: words that may follow the number; another word after it is another unit.
    """

    name: str
    kind: str
    draw: Callable[[random.Random, int], Params]
    work: Callable[[Params], Worked]
    ask: Callable[[Params, Voice], str]
    form: str = ""
    guess: Callable[[Params, random.Random], str] | None = None
    units: tuple[str, ...] = ()
    alter: Callable[[Params, random.Random], Params] | None = None


def demand(condition: object) -> None:
    """Refuse numbers that make no proper problem."""
    if not condition:
        raise UnfitError


def tame(value: Fraction | int, top: int = 9999, bottom: int = 999) -> Fraction:
    """A number that can be an answer: not too long.

    Raises:
        UnfitError: it is too long.
    """
    value = Fraction(value)
    demand(abs(value.numerator) <= top and value.denominator <= bottom)
    return value


_WEIGHTS = {"+": 1.0, "-": 1.0, "*": 2.0, "/": 3.0, "^": 3.0, "|": 1.0, ";": 2.0}
_NUMBER = re.compile(r"\d+")


def effort_of(lines: Sequence[Line]) -> float:
    """The operations of a worked solution: 1 for a line and for ``+ -``, 2 for ``*``, 3 for ``/ ^``, 4 for binom, 0.5 a digit."""
    total = 0.0
    for line in lines:
        total += 1.0
        for part in line.fact[1:]:
            text = str(part)
            total += 4.0 * text.count("binom")
            total += sum(_WEIGHTS.get(letter, 0.0) for letter in text)
            total += sum(0.5 * (len(digits) - 1) for digits in _NUMBER.findall(text))
    return total
