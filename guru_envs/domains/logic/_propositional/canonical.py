"""What makes two puzzles the same."""

from __future__ import annotations

from collections.abc import Sequence

from guru_envs.domains.logic._propositional.premises import KINDS, Claim, Premise

_PRIME = 2**61 - 1
_OWN, _OTHER, _LIKE, _ALONE = 1_640_531_527_113, 1_013_904_223_571, 1_266_489_917_033, 668_265_263_907
_NUMBERS = {kind: pow(2_654_435_761, number + 2, 2**52 - 47) for number, kind in enumerate([*KINDS, "claim"])}
_CLAIM = _NUMBERS["claim"]
_NEGATED = 747_796_405_411


def _weights(kind: str) -> tuple[int, int, int]:
    """The weight of each literal's colour."""
    unlike = {"implies": 0, "implies_or": 0, "and_implies": 2}.get(kind)
    x, y, z = (_ALONE if place == unlike else _LIKE for place in range(3))
    return x, y, z


_MARKS = {kind: [number * one % _PRIME for one in _weights(kind)] for kind, number in _NUMBERS.items()}
_WEIGHTS = {kind: (number, *_weights(kind)) for kind, number in _NUMBERS.items()}


def canonical_text(count: int, premises: Sequence[Premise], claims: Sequence[Claim]) -> str:
    """The puzzle without the names of the propositions, the order of premises and claims, and the choice of wordings.

    Each literal is marked by where it stands in which kinds of premises and claims: with a sum, which does not depend on their
    order. From its own marks and those of its negation it gets a colour. A premise is described by its kind and the colours of
    its literals, by a sum again where their order does not matter.
    """
    marks = [0] * (count + 1) + [_NEGATED] * count  # the literal v is at v, its negation at -v
    for kind, literals, _ in premises:
        x, y, z = _MARKS[kind]
        if len(literals) == 2:
            a, b = literals
            marks[a] += x
            marks[b] += y
        elif len(literals) == 3:
            a, b, c = literals
            marks[a] += x
            marks[b] += y
            marks[c] += z
        else:
            marks[literals[0]] += x
    for (literals,) in claims:
        for literal in literals:
            marks[literal] += _CLAIM * len(literals)
    values = _described(marks, premises, claims)
    values.sort()
    return f"propositional {count} {len(premises)} {values}"


def _described(marks: list[int], premises: Sequence[Premise], claims: Sequence[Claim]) -> list[int]:
    """A number for each premise and claim, from its kind and the marks of its literals and of their negations."""
    colours = [
        (own + _OWN) * (own + other * _OTHER) % _PRIME
        for own, other in zip(marks, marks[:1] + marks[:0:-1], strict=True)
    ]
    values = []
    for kind, literals, _ in premises:
        number, x, y, z = _WEIGHTS[kind]
        if len(literals) == 2:
            a, b = literals
            number += colours[a] * x + colours[b] * y
        elif len(literals) == 3:
            a, b, c = literals
            number += colours[a] * x + colours[b] * y + colours[c] * z
        else:
            number += colours[literals[0]] * x
        values.append(number % _PRIME)
    for (literals,) in claims:
        values.append((_CLAIM + sum([colours[literal] for literal in literals])) % _PRIME)
    return values
