"""What makes two puzzles the same."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence

from guru_envs.domains.logic._propositional.premises import KINDS, Claim, Premise

_ROUNDS = 3
_PRIME = 2**31 - 1
_HOLDS, _FAILS, _OWN = 1_640_531_527, 1_246_822_519, 1_266_489_917
_FIRST, _LATER, _BOTH, _ASIDE = 668_265_263, 374_761_393, 1_013_904_223, 747_796_405
_NUMBERS = {kind: (number + 1) * 2_654_435_761 % _PRIME for number, kind in enumerate([*KINDS, "claim"])}
_ALONE = {"implies": 0, "implies_or": 0, "and_implies": 2}  # the place of the literal that is unlike the others


def canonical_text(count: int, premises: Sequence[Premise], claims: Sequence[Claim]) -> str:
    """The puzzle without the names of the propositions, the order of premises and claims, and the choice of wordings.

    Propositions get colours by refinement, from the premises and claims that mention them. Colours are numbers below a prime;
    literals that stand side by side in any order enter by their sum and product.
    """
    formulas = [_formula(kind, literals) for kind, literals, _ in premises]
    formulas += [_formula("claim", literals) for (literals,) in claims]
    colours, values = [1] * (count + 1), list[int]()
    for turn in range(1, _ROUNDS + 1):
        # the colour of the literal v is at v, that of its negation at -v
        lit = [(colour * colour + colour * _HOLDS + 12_345) % _PRIME for colour in colours]
        lit += [(colour * colour + colour * _FAILS + 54_321) % _PRIME for colour in colours[:0:-1]]
        said, values = [0] * (2 * count + 1), []
        for number, alone, a, b, c in formulas:
            if alone:
                value = (number + lit[alone] * _FIRST + (lit[a] + lit[b]) * _LATER + lit[a] * lit[b]) % _PRIME
                value = value * (value + _OWN) % _PRIME
                said[alone] += value * _BOTH
            else:
                value = (number + (lit[a] + lit[b] + lit[c]) * _FIRST + lit[a] * lit[b] % _PRIME * lit[c]) % _PRIME
                value = value * (value + _OWN) % _PRIME
                said[c] += value
            said[a] += value
            said[b] += value
            values.append(value)
        if turn < _ROUNDS:
            said[0] = 0  # where literals are missing
            colours = [
                (own * _OWN + one * _FIRST + one * one + other * _LATER + other * other * 3) % _PRIME
                for own, one, other in zip(colours, said, said[:1] + said[:count:-1], strict=False)
            ]
    return f"propositional {count} {len(premises)} {hashlib.sha256(str(sorted(values)).encode()).hexdigest()}"


@functools.lru_cache(maxsize=20_000)
def _formula(kind: str, literals: tuple[int, ...]) -> tuple[int, int, int, int, int]:
    """The number of its kind, the literal unlike the others (0: none) and the others (0: none)."""
    place = _ALONE.get(kind)
    if place is None:
        a, b, c = (*literals, 0, 0)[:3]
        return _NUMBERS[kind], 0, a, b, c
    a, b = (*literals[:place], *literals[place + 1 :], 0)[:2]
    return _NUMBERS[kind], literals[place], a, b, 0
