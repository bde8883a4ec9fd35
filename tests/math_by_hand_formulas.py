"""An evaluator of formulas of the tests' own, and whether the lines of worked solutions are true."""

from __future__ import annotations

import math
import re
from fractions import Fraction as F

import mpmath

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[a-z]+|[-+*/^(),%])")


class Reading:
    """Evaluates a formula with implied products; numbers are exact unless a function needs floating point."""

    def __init__(self, text, values):
        self.tokens = TOKEN.findall(text.replace("sin", " sin ").replace("cos", " cos "))
        assert "".join(self.tokens) == re.sub(r"\s", "", text), text
        self.tokens.append("")
        self.at, self.values = 0, values
        self.exact = all(isinstance(one, F) for one in values.values())

    @property
    def next(self):
        return self.tokens[self.at]

    def take(self, *wanted):
        if self.next in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def sum(self):
        total = -self.product() if self.take("-") else self.product()
        while sign := self.take("+", "-"):
            total = total + self.product() if sign == "+" else total - self.product()
        return total

    def product(self):
        total = self.power()
        while True:
            if self.take("*"):
                total = total * self.power()
            elif self.take("/"):
                total = total / self.power()
            elif self.next == "(" or self.next.isalpha():
                total = total * self.power()
            else:
                return total

    def power(self):
        total = self.atom()
        if self.take("^"):
            exponent = self.atom()
            if total == "e":
                return mpmath.exp(lift(exponent))
            return total ** (int(exponent) if exponent == int(exponent) else exponent)
        return total

    def atom(self):
        token = self.next
        self.at += 1
        if token == "(":
            inside = self.sum()
            if self.next[:1].isdigit():  # a mixed number
                inside += self.product()
            assert self.take(")")
            return inside
        if token[0].isdigit():
            number = F(token) / (100 if self.take("%") else 1)
            return number if self.exact else lift(number)
        if token in ("sin", "cos", "exp", "ln", "binom", "mixed", "sqrt"):
            assert self.take("(")
            parts = [self.sum()]
            while self.take(","):
                parts.append(self.sum())
            assert self.take(")")
            return call(token, parts)
        if len(token) > 1 and token not in self.values:  # letters side by side
            self.tokens[self.at - 1 : self.at] = list(token)
            self.at -= 1
            return self.atom()
        return "e" if token == "e" else self.values[token]


def lift(value):
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, F) else value


def call(name, parts):
    if name == "binom":
        n, k = map(int, parts)
        return F(math.prod(range(n - k + 1, n + 1)) // math.prod(range(1, k + 1)))
    if name == "mixed":
        return parts[0] + parts[1] / parts[2]
    return getattr(mpmath, {"ln": "log"}.get(name, name))(lift(parts[0]))


def value(text, **values):
    reading = Reading(str(text), {name: F(one) if isinstance(one, int) else one for name, one in values.items()})
    found = reading.sum()
    assert reading.next == "", text
    return found


def near(one, other):
    return abs(lift(one) - lift(other)) <= mpmath.mpf(10) ** -9 * (1 + abs(lift(one)))


def slope(text, at):
    """A derivative by differences in 40 digits."""
    with mpmath.workdps(40):
        step = mpmath.mpf(10) ** -12
        place = mpmath.mpf(at.numerator) / at.denominator if isinstance(at, F) else mpmath.mpf(at)
        return (value(text, x=place + step) - value(text, x=place - step)) / (2 * step)


def slopes_agree(text, claimed):
    with mpmath.workdps(40):
        return all(
            abs(slope(text, F(k, 7)) - value(claimed, x=mpmath.mpf(k) / 7)) < 1e-9 * (1 + abs(slope(text, F(k, 7))))
            for k in (2, 5, 9, 12)
        )


# ---- one line of a solution


def holds(fact):
    """Whether what a line of a solution says is true."""
    kind, *rest = fact
    if kind == "eq":
        letters = set(re.findall(r"(?<![a-z])[a-z](?![a-z(])", f"{rest[0]} {rest[1]}"))
        return all(
            near(value(rest[0], **dict.fromkeys(letters, F(k, 3))), value(rest[1], **dict.fromkeys(letters, F(k, 3))))
            for k in ((1, -7, 10, 22, 35, 41, -50) if letters else (1,))
        )
    if kind == "less":
        return F(rest[0]) < F(rest[1])
    if kind == "holds":
        left, right = rest[0].split(" = ")
        where = {part.split("=")[0]: F(part.split("=")[1]) for part in rest[1].split(";")}
        return value(left, **where) == value(right, **where)
    if kind == "congruent":
        match = re.fullmatch(r"(\d+)\^(\d+)", str(rest[0]))
        left = pow(int(match[1]), int(match[2]), rest[2]) if match else value(rest[0])
        return (left - rest[1]) % rest[2] == 0
    if kind == "numeral":
        return int(rest[0], rest[1]) == rest[2]
    if kind == "row":
        first, second, result = ([F(one) for one in part.split("|")] for part in (rest[0], rest[2], rest[3]))
        return all(a - F(rest[1]) * b == c for a, b, c in zip(first, second, result, strict=True))
    assert kind == "derivative"
    return slopes_agree(rest[0], rest[1])
