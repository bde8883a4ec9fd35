"""Premises and claims over numbered propositions, and what they mean as truth tables.

A literal is ``v + 1`` (proposition v holds) or ``-v - 1``. A truth table over n propositions is a number of 2**n bits; bit a is
set when the formula holds under assignment a, in which proposition v has the value of bit v.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

# kind -> how many literals it takes, whether their order matters
KINDS: dict[str, tuple[int, bool]] = {
    "fact": (1, False),
    "neither": (2, False),
    "implies": (2, True),
    "or": (2, False),
    "xor": (2, False),
    "iff": (2, False),
    "and_implies": (3, True),
    "implies_or": (3, True),
    "exactly_one": (3, False),
    "at_least_two": (3, False),
}
UNITS = ("fact", "neither")  # kinds that state a proposition outright

Label = int  # 1 entailed, -1 contradicted, 0 undetermined
Clause = tuple[int, ...]


class Premise(NamedTuple):
    """A premise: its kind, its literals, and which of the wordings of the kind is used."""

    kind: str
    literals: tuple[int, ...]
    wording: int = 0


class Claim(NamedTuple):
    """A claim: one literal, or two that are to be equivalent."""

    literals: tuple[int, ...]


@functools.cache
def variables(count: int) -> tuple[int, ...]:
    """The truth table of each proposition."""
    tables = []
    for number in range(count):
        block = ((1 << (1 << number)) - 1) << (1 << number)
        width = 2 << number
        while width < 1 << count:
            block |= block << width
            width *= 2
        tables.append(block)
    return tuple(tables)


@functools.cache
def literal_table(count: int, literal: int) -> int:
    """The truth table of a literal."""
    table = variables(count)[abs(literal) - 1]
    return table if literal > 0 else ~table & ((1 << (1 << count)) - 1)


@functools.lru_cache(maxsize=20_000)
def table(count: int, kind: str, literals: tuple[int, ...]) -> int:
    """The truth table of a premise."""
    everything = (1 << (1 << count)) - 1
    parts = [literal_table(count, literal) for literal in literals]
    a, b, c = (*parts, 0, 0)[:3]
    if kind == "fact":
        return a
    if kind == "neither":
        return everything & ~(a | b)
    if kind == "implies":
        return everything & ~a | b
    if kind == "or":
        return a | b
    if kind == "xor":
        return a ^ b
    if kind == "iff":
        return everything & ~(a ^ b)
    if kind == "and_implies":
        return everything & ~(a & b) | c
    if kind == "implies_or":
        return everything & ~a | b | c
    if kind == "exactly_one":
        return (a ^ b ^ c) & ~(a & b & c)
    return a & b | a & c | b & c  # at_least_two


def claim_table(count: int, claim: Claim) -> int:
    """The truth table of a claim."""
    if len(claim.literals) == 1:
        return literal_table(count, claim.literals[0])
    return table(count, "iff", claim.literals)


def label(models: int, claim: int) -> Label:
    """The label of a claim, given the truth tables of all premises together and of the claim."""
    if not models & ~claim:
        return 1
    return 0 if models & claim else -1


def clauses(kind: str, literals: Sequence[int]) -> tuple[Clause, ...]:
    """What a premise says, as clauses; written from its meaning, not from its truth table."""
    lits = tuple(literals)
    a, b, c = (*lits, 0, 0)[:3]
    if kind in ("fact", "or"):
        return (lits,)
    if kind == "neither":
        return ((-a,), (-b,))
    if kind == "implies":
        return ((-a, b),)
    if kind == "xor":
        return ((a, b), (-a, -b))
    if kind == "iff":
        return ((-a, b), (a, -b))
    if kind == "and_implies":
        return ((-a, -b, c),)
    if kind == "implies_or":
        return ((-a, b, c),)
    if kind == "exactly_one":
        return (lits, *((-one, -two) for one, two in combinations(lits, 2)))
    return tuple(combinations(lits, 2))  # at_least_two: of any two, one holds
