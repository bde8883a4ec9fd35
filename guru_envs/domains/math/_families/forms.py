"""Formulas: a small language in which families write them, and how they are shown in plain text and in LaTeX.

The language has numbers (``12``, ``0.25``, ``15%``), letters, ``+ - * / ^ ( )`` and calls such as ``sqrt(2)``,
``binom(5, 2)``, ``exp(3*x)`` or ``mixed(2, 1, 3)`` for two and a third.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple


class Form(NamedTuple):
    """A formula as a tree: an operator sign, ``neg``, ``num``, ``letter`` or the name of a function."""

    kind: str
    parts: tuple[Form, ...] = ()
    text: str = ""


_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?%?|[A-Za-z]+|[-+*/^(),])")
_RANK = {"+": 1, "-": 1, "neg": 1, "*": 2, "/": 2, "^": 4}
_NAMES = frozenset({"sin", "cos", "exp", "ln", "sqrt", "binom", "mixed", "gcd", "lcm", "f", "g", "h"})


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        self.tokens = [*_TOKEN.findall(text), ""]
        self.at = 0

    def take(self) -> str:
        self.at += 1
        return str(self.tokens[self.at - 1])

    def sum(self) -> Form:
        if self.tokens[self.at] == "-":
            self.take()
            left = Form("neg", (self.product(),))
        else:
            left = self.product()
        while self.tokens[self.at] in ("+", "-"):
            sign = self.take()
            left = Form(sign, (left, self.product()))
        return left

    def product(self) -> Form:
        left = self.power()
        while self.tokens[self.at] in ("*", "/"):
            sign = self.take()
            left = Form(sign, (left, self.power()))
        return left

    def power(self) -> Form:
        left = self.atom()
        if self.tokens[self.at] == "^":
            self.take()
            return Form("^", (left, self.atom()))
        return left

    def atom(self) -> Form:
        token = self.take()
        if token == "(":
            inside = self.sum()
            self.take()
            return inside
        if token[0].isdigit():
            return Form("num", (), token)
        if token in _NAMES and self.tokens[self.at] == "(":
            parts = []
            while self.take() in ("(", ","):
                parts.append(self.sum())
            return Form(token, tuple(parts))
        return Form("letter", (), token)


@lru_cache(maxsize=4096)
def read(text: str) -> Form:
    """The tree of a formula that a family wrote."""
    return _Reader(text).sum()


@lru_cache(maxsize=4096)
def show(text: str, latex: bool = False) -> str:
    """A formula as it is shown, in plain text or in LaTeX (without dollar signs)."""
    return _show(read(text), latex)


def _show(form: Form, latex: bool) -> str:
    kind, parts = form.kind, form.parts
    if kind == "num":
        return form.text.replace("%", "\\%") if latex else form.text
    if kind == "letter":
        return form.text
    if kind == "neg":
        return "-" + _show_part(parts[0], latex, 2)
    if kind in "+-":
        return f"{_show(parts[0], latex)} {kind} {_show_part(parts[1], latex, 2)}"
    if kind == "*":
        return _product(parts[0], parts[1], latex)
    if kind == "/":
        if latex:
            return f"\\frac{{{_show(parts[0], True)}}}{{{_show(parts[1], True)}}}"
        return f"{_show_part(parts[0], False, 2)}/{_show_part(parts[1], False, 5)}"
    if kind == "^":
        left = _show_part(parts[0], latex, 5)
        return f"{left}^{{{_show(parts[1], True)}}}" if latex else f"{left}^{_show_part(parts[1], False, 5)}"
    return _call(kind, parts, latex)


def _call(kind: str, parts: tuple[Form, ...], latex: bool) -> str:
    inside = [_show(part, latex) for part in parts]
    if kind == "mixed":
        return f"{inside[0]}\\frac{{{inside[1]}}}{{{inside[2]}}}" if latex else f"({inside[0]} {inside[1]}/{inside[2]})"
    if kind == "exp":
        return f"e^{{{inside[0]}}}" if latex else f"e^({inside[0]})"
    if latex and kind in ("sqrt", "binom"):
        return f"\\{kind}" + "".join(f"{{{part}}}" for part in inside)
    name = f"\\{kind}" if latex and kind in ("sin", "cos", "ln", "gcd") else kind
    if latex and kind == "lcm":
        name = "\\operatorname{lcm}"
    return f"{name}({', '.join(inside)})"


def _show_part(form: Form, latex: bool, rank: int) -> str:
    """A part of a larger formula, in brackets where its own sign binds less."""
    shown = _show(form, latex)
    own = _RANK.get(form.kind, 9)
    if latex and form.kind == "/":
        own = 4 if rank == 5 else 9
    if form.kind == "mixed" and rank == 5 and latex:
        own = 1
    if form.kind == "exp" and rank == 5:
        own = 4
    if own >= rank:
        return shown
    return f"\\left({shown}\\right)" if latex else f"({shown})"


def _product(left: Form, right: Form, latex: bool) -> str:
    one, other = _show_part(left, latex, 2), _show_part(right, latex, 3 if not latex else 2)
    last = left.parts[1] if left.kind == "*" else left
    first = right.parts[0] if right.kind in ("^", "*", "/") else right
    together = first.kind not in ("num", "mixed") or right.kind in ("+", "-", "neg")
    if latex and right.kind == "/":
        together = False
    if last.kind in ("/", "mixed") or (last.kind == "num" and "%" in last.text):
        together = False
    if together:
        if latex:
            return one + (" " if first.kind in ("sin", "cos", "ln") else "") + other
        starred = first.kind in ("sin", "cos", "ln", "exp") or _calls(last)
        return f"{one}*{other}" if starred else one + other
    sign = "\\cdot" if latex else "*"
    return f"{one} {sign} {other}"


def _calls(form: Form) -> bool:
    """Whether a factor ends with a call or a letter, so that a sign after it is easier to read."""
    return form.kind in ("exp", "sin", "cos", "ln")


def num(value: int | Fraction) -> str:
    """A number inside a formula, in brackets unless it is a natural number."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    return str(value) if isinstance(value, int) and value >= 0 else f"({value})"


def plain(value: int | Fraction) -> str:
    """A number by itself."""
    return str(value)


def poly(coefficients: Sequence[int | Fraction], letter: str = "x") -> str:
    """A polynomial from its coefficients, the highest power first."""
    text, top = "", len(coefficients) - 1
    for place, value in enumerate(coefficients):
        if not value:
            continue
        power = top - place
        sign = ("-" if value < 0 else "") if not text else (" - " if value < 0 else " + ")
        size = num(-value if value < 0 else value)
        letters = "" if power == 0 else letter if power == 1 else f"{letter}^{power}"
        text += sign + (size if not letters else letters if value in (1, -1) else f"{size}*{letters}")
    return text or "0"


def linear(coefficients: Sequence[int | Fraction], letters: Sequence[str]) -> str:
    """A sum of multiples of letters."""
    text = ""
    for value, letter in zip(coefficients, letters, strict=True):
        if value:
            sign = ("-" if value < 0 else "") if not text else (" - " if value < 0 else " + ")
            text += sign + (letter if value in (1, -1) else f"{num(-value if value < 0 else value)}*{letter}")
    return text or "0"


def value_at(coefficients: Sequence[int | Fraction], x: int | Fraction) -> Fraction:
    """The value of a polynomial."""
    total = Fraction(0)
    for one in coefficients:
        total = total * x + one
    return total


def times(one: Sequence[int | Fraction], two: Sequence[int | Fraction]) -> list[int | Fraction]:
    """The product of two polynomials."""
    found: list[int | Fraction] = [0] * (len(one) + len(two) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(two):
            found[i + j] += a * b
    return found


def at_value(coefficients: Sequence[int | Fraction], x: int | Fraction) -> str:
    """A polynomial with a number in the place of its letter."""
    return poly(coefficients, num(x))
