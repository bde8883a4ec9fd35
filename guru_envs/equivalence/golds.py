"""What a gold answer is, what a text is read as, and what a judgement says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple


class Kind(StrEnum):
    """The kinds of gold answers. The kind decides the rule."""

    INTEGER = "integer"
    RATIONAL = "rational"
    REAL = "real"
    EXPRESSION = "expression"
    EQUATION = "equation"
    SET = "set"
    TUPLE = "tuple"
    INTERVAL = "interval"
    MATRIX = "matrix"
    CHOICE = "choice"
    YES_NO = "yes_no"
    TEXT = "text"
    QUANTITY = "quantity"
    DATE = "date"
    CURRENCY = "currency"
    PERCENT = "percent"
    LIST = "list"


class Judgement(NamedTuple):
    """Whether an answer means the same as the gold answer.

    Attributes:
        equal: the verdict.
        reason: why, in a few words that do not reveal the gold answer.
        path: the rule that decided, for example ``"exact text"``, ``"number"``, ``"set"`` or ``"worker timeout"``.
    """

    equal: bool
    reason: str
    path: str


@dataclass(frozen=True, slots=True)
class Node:
    """A syntax tree: an operation with its arguments, a number with its value, or a symbol or constant with its name."""

    op: str
    args: tuple[Node, ...] = ()
    value: Fraction | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: ``factor`` times a product of powers of base units; unknown words are base units of their own."""

    factor: Fraction
    powers: tuple[tuple[str, int], ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """An expression, perhaps with a unit.

    Attributes:
        tree: the expression.
        unit: the unit it is followed (or, for money, preceded) by.
        percent: a percent sign follows; ``tree`` is the number before the sign.
        places: for a number written as a decimal: the digits after the point, less the power of ten that follows.
        digits: for a number written as a decimal: its significant digits.
        spare: the same text with the unit read as symbols, where both readings are plausible (``3 m``).
    """

    tree: Node
    unit: Unit | None = None
    percent: bool = False
    places: int | None = None
    digits: int = 0
    spare: Node | None = None


@dataclass(frozen=True, slots=True)
class Based:
    """A numeral with its base written out, as 1010_2."""

    digits: str
    base: int


@dataclass(frozen=True, slots=True)
class Residue:
    """A number modulo another, as 3 (mod 7)."""

    item: Value
    modulus: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """Numbers divided by colons."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Several values: ``form`` is tuple, set or list (a list has no brackets)."""

    form: str
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """An interval; None is an end at infinity."""

    low: Term | None
    high: Term | None
    low_closed: bool = False
    high_closed: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """A union of intervals of one variable, whose name may be known."""

    spans: tuple[Span, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of values."""

    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A value with what stands to the left of its equals sign."""

    name: str
    item: Value
    equation: Equation | None = None


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation that is no plain assignment, or an inequality that is no interval; ``relation`` is = ≠ < or ≤."""

    left: Node
    right: Node
    relation: str = "="


@dataclass(frozen=True, slots=True)
class Words:
    """Text that is not mathematics; ``mathematical`` says that it has commands or operators we do not know."""

    text: str
    mathematical: bool = False


Value = Term | Based | Residue | Ratio | Group | Span | Region | Matrix | Named | Equation | Words


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold answer, read once and compared with many answers.

    Attributes:
        kind: the kind, which decides the rule.
        text: as given.
        readings: what the text may be read as; usually one value, several where the gold offers alternatives.
        key: the text in the form in which equal texts are equal.
        tolerance: absolute tolerance of numbers; None: exact, or to the precision the gold is written with.
        relative: relative tolerance of numbers.
        options: the contents of the choices A, B, ... for a choice.
        percent_asked: the question asks for a percentage, so a bare number stands for a percentage.
        unit_required: an answer without a unit is wrong when the gold has one.
        accounting: a number in parentheses is negative.
        clock: it is a time of day with its half of the day.
    """

    kind: Kind
    text: str
    readings: tuple[Value, ...]
    key: str
    tolerance: Fraction | None = None
    relative: Fraction | None = None
    options: tuple[str, ...] = ()
    percent_asked: bool = False
    unit_required: bool = False
    accounting: bool = False
    clock: bool = False
